# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Words and numbers of the national budget form, and who may decide what."""

PROGRAM_TYPES = [
    ("bos", "BOS"),
    ("regular", "Regular"),
    ("both", "BOS and Regular"),
]

#: Step of a budget: state before, state after, groups of which one is needed.
TRANSITIONS = {
    "submit": ("draft", "submitted", ("scola_school.group_treasurer",)),
    "withdraw": ("submitted", "draft", ("scola_school.group_treasurer",)),
    "refuse": (
        "submitted",
        "draft",
        ("scola_school.group_principal", "scola_school.group_foundation"),
    ),
    "approve": (
        "submitted",
        "approved",
        ("scola_school.group_principal", "scola_school.group_foundation"),
    ),
    "activate": (
        "approved",
        "active",
        (
            "scola_school.group_treasurer",
            "scola_school.group_principal",
            "scola_school.group_foundation",
        ),
    ),
    "close": ("active", "closed", ("scola_school.group_treasurer",)),
}

#: Accounts whose balance grows on the credit side: what is planned there is received.
CREDIT_ACCOUNT_PREFIXES = ("income", "liability", "equity")

#: Accounts whose entries spend money. Depreciation does not: it was spent before.
SPENDING_ACCOUNT_TYPES = (
    "expense",
    "expense_direct_cost",
    "expense_other",
    "asset_fixed",
    "asset_non_current",
    "asset_prepayments",
)

#: Chart of accounts of foundations, whose codes are those below.
CHART = "id_foundation"

#: Which account of the foundations' chart a spending code belongs to, by the beginning
#: of the code; the longest beginning that fits counts.
ACCOUNT_CODES = {
    "4.3.1.01": "43100010",
    "5.1.02.01.01": "62100010",
    "5.1.02.01.01.0002": "62100020",
    "5.1.02.01.01.0005": "62100020",
    "5.1.02.01.01.0026": "62100090",
    "5.1.02.01.01.0052": "62100070",
    "5.1.02.01.01.0053": "62100070",
    "5.1.02.01.01.0055": "62100070",
    "5.1.02.02.01": "62100030",
    "5.1.02.02.01.0013": "61200020",
    "5.1.02.02.01.0015": "61200030",
    "5.1.02.02.01.0026": "61200030",
    "5.1.02.02.01.0027": "61200030",
    "5.1.02.02.01.0030": "61200030",
    "5.1.02.02.01.0031": "61200030",
    "5.1.02.02.01.0059": "63200020",
    "5.1.02.02.01.0060": "63200010",
    "5.1.02.02.01.0061": "63200010",
    "5.1.02.02.01.0063": "63200020",
    "5.1.02.02.01.0065": "63200010",
    "5.1.02.02.04": "62100030",
    "5.1.02.02.05": "62100030",
    "5.1.02.02.12": "62100060",
    "5.1.02.03.02": "65200020",
    "5.1.02.03.03": "65200010",
    "5.1.02.03.05": "65200020",
    "5.1.02.04.01": "62100080",
    "5.2.02": "12210060",
    "5.2.02.06": "12210050",
    "5.2.02.08": "12210050",
    "5.2.02.10": "12210050",
    "5.2.05.01": "12210040",
    "5.2.05.02": "12210050",
    "5.2.05.08": "12210050",
}

#: Columns of the RKAS worksheet that are read, with what they are called in files:
#: our own headings in both languages and those of ARKAS over the years.
RKAS_HEADINGS = {
    "number": ("no", "no."),
    "spending_code": ("kode rekening", "spending code"),
    "program": ("kode program", "kode kegiatan", "program code", "activity code"),
    "name": ("uraian", "description", "penerimaan"),
    "volume": ("volume", "vol"),
    "uom": ("satuan", "unit"),
    "unit_price": ("tarif harga", "harga satuan", "unit price", "tarif"),
    "amount": ("jumlah", "amount", "total"),
    "stage_1": ("tahap 1", "tahap i", "stage 1"),
    "stage_2": ("tahap 2", "tahap ii", "stage 2"),
    "quarter_1": ("triwulan 1", "triwulan i", "quarter 1"),
    "quarter_2": ("triwulan 2", "triwulan ii", "quarter 2"),
    "quarter_3": ("triwulan 3", "triwulan iii", "quarter 3"),
    "quarter_4": ("triwulan 4", "triwulan iv", "quarter 4"),
    "period": ("bulan", "month"),
    "account": ("akun", "account"),
    "fund": ("sumber dana", "fund"),
}
RKAS_REQUIRED = ("spending_code", "program", "name", "volume", "uom", "unit_price")

#: Largest plan that is read: size of the file in bytes and number of rows.
IMPORT_MAX_BYTES = 5 * 1024 * 1024
IMPORT_MAX_ROWS = 10000
