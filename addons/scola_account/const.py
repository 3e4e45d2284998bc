# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Codes of the foundation's chart that the year-end closing writes to."""

CHART = "id_foundation"
#: Charts of Indonesia: the foundation's accounts may be added to a company with one.
COUNTRY_CODE = "ID"

#: Net assets without restriction: takes over the year's unrestricted result.
UNRESTRICTED_CODE = "31000010"
#: Contra of the restricted results that were carried over to their funds.
RESTRICTED_CARRIED_CODE = "32900010"
#: The pair of accounts that move spent restricted income to the other class.
RELEASE_FROM_CODE = "49000010"
RELEASE_TO_CODE = "49000020"
#: Journal of the closing entries.
CLOSING_JOURNAL = "TUTUP"

PROFIT_AND_LOSS = (
    "income",
    "income_other",
    "expense",
    "expense_other",
    "expense_depreciation",
    "expense_direct_cost",
)

#: Codes under which `l10n_id` numbers outstanding receipts and payments, gateways and
#: transfers.
TRANSIT_PREFIXES = ("1112", "1999")

STATEMENTS = [
    ("position", "Financial Position"),
    ("income", "Comprehensive Income"),
    ("net_assets", "Changes in Net Assets"),
    ("cash_direct", "Cash Flows (Direct)"),
    ("cash_indirect", "Cash Flows (Indirect)"),
]

#: Journals of a foundation or a school: code, type, code of the default account.
JOURNALS = {
    "bank_fees": ("BSPP", "bank", "11120011"),
    "bank_bos": ("BBOS", "bank", "11120012"),
    "bank_foundation": ("BYYS", "bank", "11120013"),
    "bank_committee": ("BKOM", "bank", "11120014"),
    "cash_fees": ("KSPP", "cash", "11110011"),
    "cash_bos": ("KBOS", "cash", "11110012"),
    "cash_committee": ("KKOM", "cash", "11110013"),
    "closing": (CLOSING_JOURNAL, "general", None),
}
