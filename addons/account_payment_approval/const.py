# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Names shared by rules, requests and the documents they are about."""

REQUEST = "account.approval.request"

# What a rule may be about.
BILL = "bill"
PAYMENT = "payment"

BILL_TYPES = ("in_invoice", "in_refund", "in_receipt")

# Accounts whose money is at somebody's hands.
MONEY_TYPES = ("asset_cash", "liability_credit_card")

# Accounts on which money may wait: an invoice without any of them moves none.
WAITING_TYPES = ("asset_current", "liability_current")

# Accounts on which it stands to whom we owe what.
DEBT_TYPES = ("asset_receivable", "liability_payable")

# Fields of a document of which the request keeps the content: a change in one of them,
# and the approval is void. Who changes them is remembered.
MOVE_FIELDS = (
    "partner_id",
    "partner_bank_id",
    "journal_id",
    "currency_id",
    "invoice_date",
    "date",
    "invoice_date_due",
    "invoice_line_ids",
    "line_ids",
    "move_type",
    "company_id",
    "origin_payment_id",
)
LINE_FIELDS = (
    "account_id",
    "partner_id",
    "product_id",
    "name",
    "quantity",
    "price_unit",
    "discount",
    "tax_ids",
    "balance",
    "debit",
    "credit",
    "amount_currency",
    "currency_id",
    "move_id",
    "parent_state",
)
PAYMENT_FIELDS = (
    "amount",
    "partner_id",
    "partner_bank_id",
    "journal_id",
    "currency_id",
    "date",
    "payment_type",
    "payment_method_line_id",
    "destination_account_id",
    "outstanding_account_id",
    "company_id",
)
BANK_FIELDS = (
    "acc_number",
    "partner_id",
    "bank_id",
    "acc_holder_name",
)
