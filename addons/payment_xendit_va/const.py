# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Xendit's vocabulary, as docs.xendit.co and its SDKs have it in 2026."""

API_URL = "https://api.xendit.co"
CALLBACK_URL = "/payment/callback/xendit"
#: Of the Payments API; without it the host answers as its predecessor.
API_VERSION = "2024-11-11"
QR_API_VERSION = "2022-07-31"

#: May come from the environment: section ``[payment_provider.xendit]``.
KEY_FIELDS = ("xendit_public_key", "xendit_secret_key", "xendit_webhook_token")
#: A key says for itself whether money is real.
TEST_KEY_PREFIX = "xnd_development_"

# Paths. Searching payment requests by reference is documented for version 2 only, and
# cancelling a session is from memory: without an answer we go on as if there was none.
PAYMENT_REQUESTS = "v3/payment_requests"
PAYMENT_REQUEST = "v3/payment_requests/{}"
PAYMENT_REQUEST_CANCEL = "v3/payment_requests/{}/cancel"
PAYMENT = "v3/payments/{}"
SESSIONS = "sessions"
SESSION = "sessions/{}"
SESSION_CANCEL = "sessions/{}/cancel"
INVOICES = "v2/invoices"
INVOICE = "v2/invoices/{}"
#: The exclamation mark is part of the path.
INVOICE_EXPIRE = "invoices/{}/expire!"
REFUNDS = "refunds"
REFUND = "refunds/{}"
EWALLET_CHARGE = "ewallets/charges/{}"
QR_PAYMENT = "qr_codes/payments/{}"
VA_PAYMENT = "callback_virtual_account_payments/payment_id={}"
TRANSACTIONS = "transactions"

#: Seconds for a search after a request that was not answered: a payer is waiting.
SEARCH_TIMEOUT = 5
#: Of GET /transactions.
PAGE_SIZE, MAX_PAGES = 50, 400
SETTLED_TYPES = ["PAYMENT", "REFUND", "PLATFORM_FEE"]
#: Days from a payment to its settlement; the slowest, retail outlets, take five
#: business days.
SETTLEMENT_LAG_DAYS = 9

# Channels whose page is Xendit's own, not a payment request.
INVOICE_CHANNEL = "INVOICE"
SESSION_CHANNEL = "SESSION"
#: The number of the payer's account is told at the checkout.
PHONE_CHANNELS = frozenset({"OVO"})

#: Days after the payment and whether in part, per channel; others cannot be refunded.
#: OVO refunds only what the merchant initiated.
REFUNDS_OF = {
    "QRIS": (7, True),
    "DANA": (30, True),
    "SHOPEEPAY": (365, True),
    "GOPAY": (45, True),
    "LINKAJA": (30, False),
}

#: Methods that Odoo's own integration does not have.
OWN_METHOD_CODES = frozenset({"bjb", "gopay", "muamalat", "xendit_page"})
#: Our codes of payment methods where they are not Xendit's in lower case.
METHOD_CODES = {
    "BCA": "bank_bca",
    "PERMATA": "bank_permata",
    "CIMB": "cimb_niaga",
    "CREDIT_CARD": "card",
    "CARDS": "card",
}


def _va(method, bank, minimum, maximum):
    return {
        "payment_method": method,
        "code": f"{bank}_VIRTUAL_ACCOUNT",
        "kind": "va",
        "min_amount": minimum,
        "max_amount": maximum,
        "expiry_minutes": 1440,
        "allows_fixed": True,
    }


def _wallet(method, code, minutes, minimum, maximum):
    return {
        "payment_method": method,
        "code": code,
        "kind": "ewallet",
        "min_amount": minimum,
        "max_amount": maximum,
        "expiry_minutes": minutes,
    }


#: Limits and times as on the channels' pages; fees are in the contract with Xendit.
CHANNELS = [
    _va("payment.payment_method_bank_bca", "BCA", 10_000, 50_000_000),
    _va("payment.payment_method_bri", "BRI", 1, 50_000_000_000),
    _va("payment.payment_method_bni", "BNI", 1, 50_000_000_000),
    _va("payment.payment_method_mandiri", "MANDIRI", 1, 50_000_000_000),
    _va("payment.payment_method_bank_permata", "PERMATA", 1, 9_999_999_999),
    _va("payment.payment_method_bsi", "BSI", 1, 50_000_000_000),
    _va("payment.payment_method_cimb_niaga", "CIMB", 1, 0),
    _va("payment_xendit_va.payment_method_bjb", "BJB", 1, 2_000_000_000),
    _va(
        "payment_xendit_va.payment_method_muamalat",
        "MUAMALAT",
        10_000,
        50_000_000_000,
    ),
    {
        "payment_method": "payment.payment_method_qris",
        "code": "QRIS",
        "kind": "qris",
        "min_amount": 1,
        "max_amount": 10_000_000,
        # At Xendit 48 hours, which cannot be changed: ours has to end before.
        "expiry_minutes": 1440,
    },
    _wallet("payment.payment_method_gopay", "GOPAY", 30, 1, 50_000_000),
    _wallet("payment.payment_method_ovo", "OVO", 1, 100, 20_000_000),
    _wallet("payment.payment_method_dana", "DANA", 1440, 100, 20_000_000),
    _wallet("payment.payment_method_shopeepay", "SHOPEEPAY", 30, 1, 20_000_000),
    _wallet("payment.payment_method_linkaja", "LINKAJA", 30, 100, 10_000_000),
    {
        "payment_method": "payment_xendit_va.payment_method_page",
        "code": INVOICE_CHANNEL,
        "kind": "redirect",
        "min_amount": 10_000,
        "expiry_minutes": 1440,
    },
]
