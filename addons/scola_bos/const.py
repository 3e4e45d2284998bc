# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Vocabularies of BOS: funds, periods, accounts and the forms of the juknis."""

#: Types of funds (see `account.analytic.account`) that the juknis governs.
FUND_TYPES = [
    ("bos_regular", "BOS Regular"),
    ("bos_performance", "BOS Performance"),
    ("bos_affirmative", "BOS Affirmative"),
]
BOS_FUND_TYPES = tuple(code for code, _name in FUND_TYPES)

PERIOD_TYPES = [
    ("year", "Year"),
    ("stage", "Stage"),
    ("semester", "Semester"),
    ("quarter", "Quarter"),
]

OWNERSHIPS = [("public", "Public"), ("private", "Private")]

#: What an account of the books is to BOS.
ACCOUNT_ROLES = [
    ("cash", "Cash"),
    ("bank", "Bank"),
    ("income", "BOS Received"),
    ("interest", "Interest and Other Income"),
    ("tax_vat", "VAT"),
    ("tax_21", "PPh 21"),
    ("tax_22", "PPh 22"),
    ("tax_23", "PPh 23"),
    ("tax_4", "PPh 4(2)"),
    ("tax_local", "Local Tax (SSPD)"),
]
TAX_ROLES = tuple(role for role, _name in ACCOUNT_ROLES if role.startswith("tax_"))

#: Roles proposed where a company's chart has these codes (foundation's chart, l10n_id).
PROPOSED_ROLES = {
    "11110012": "cash",
    "11120012": "bank",
    "43100010": "income",
    "43100020": "income",
    "28110140": "income",
    "81100010": "interest",
    "21210070": "tax_vat",
    "21210010": "tax_21",
    "21210020": "tax_22",
    "21210030": "tax_23",
    "21210050": "tax_4",
    "21210080": "tax_local",
}

#: Types of accounts that hold money.
MONEY_ACCOUNT_TYPES = ("asset_cash", "asset_current")

#: Accounts on which money is spent. Depreciation is not: the asset was spent before.
SPENDING_ACCOUNT_TYPES = (
    "expense",
    "expense_direct_cost",
    "expense_other",
    "asset_fixed",
    "asset_non_current",
    "asset_prepayments",
)

#: Columns of form K7: what the money of a fund is called there.
K7_COLUMNS = [
    ("routine", "Routine"),
    ("bos_central", "BOS (Central)"),
    ("bos_province", "BOS (Province)"),
    ("bos_regency", "BOS (Regency)"),
    ("aid", "Other Aid"),
    ("other", "Other"),
]
K7_COLUMN_BY_FUND_TYPE = {
    "bos_regular": "bos_central",
    "bos_performance": "bos_central",
    "bos_affirmative": "bos_central",
    "regular": "routine",
}

#: Forms that the wizard prints.
FORMS = [
    ("bku", "General Cash Book (BKU)"),
    ("cash", "Cash Helper Book"),
    ("bank", "Bank Helper Book"),
    ("tax", "Tax Helper Book"),
    ("k7", "K7: Realisation by Programme and Fund"),
    ("k7a", "K7A: Use by Component"),
    ("matrix", "Recapitulation: Standards by Component"),
    ("sptjm", "Statement of Responsibility (SPTJM)"),
]
#: Forms of one fund; the others are of the cash box and bank account, or of all funds.
FUND_FORMS = ("k7a", "matrix", "sptjm")
#: Forms with few columns, printed upright.
PORTRAIT_FORMS = ("k7a", "sptjm")

#: How many days before a deadline the treasurer gets an activity.
REMIND_DAYS = 30
