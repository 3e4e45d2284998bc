# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The words of Midtrans. Its documentation is at https://docs.midtrans.com."""

CALLBACK_PATH = "/payment/callback/midtrans"

API_URLS = {
    "test": "https://api.sandbox.midtrans.com",
    "enabled": "https://api.midtrans.com",
}
SNAP_URLS = {
    "test": "https://app.sandbox.midtrans.com",
    "enabled": "https://app.midtrans.com",
}
#: How the keys of the sandbox begin.
SANDBOX_KEY = "SB-"

QRIS_ACQUIRERS = [("gopay", "GoPay"), ("airpay shopee", "ShopeePay")]

#: Banks of ``bank_transfer`` and the code of their ``payment.method``.
BANKS = {
    "bca": "bank_bca",
    "bni": "bni",
    "bri": "bri",
    "bsi": "bsi",
    "cimb": "cimb_niaga",
    "permata": "bank_permata",
}
#: Other payment types and the code of their ``payment.method``: what may come back
#: from Snap is more than what is charged directly.
PAYMENT_TYPES = {
    "akulaku": "akulaku",
    "credit_card": "card",
    "dana": "dana",
    "echannel": "mandiri",
    "gopay": "gopay",
    "kredivo": "kredivo",
    "ovo": "ovo",
    "permata": "bank_permata",
    "qris": "qris",
    "shopeepay": "shopeepay",
}
SNAP = "snap"
#: Ends a page of Snap; its token is filled in where the address is composed.
CANCEL_PAGE = "snap/v1/transactions/{page}/cancel"

#: Money can be given back through Midtrans for so many days after the payment: the
#: longest of the windows, which differ by who issued the wallet. Virtual accounts of
#: banks have none. https://docs.midtrans.com/reference/refund-transaction
REFUND_DAYS = {"gopay": 180, "qris": 365, "shopeepay": 365}

#: Published prices, the tax (PPN) comes on top: 4,000 for a bank transfer, 0.7 % for
#: QRIS, 2 % for e-wallets. BCA's is by agreement with BCA.
VA_FEE = {"fee_fixed": 4000, "fee_tax_percent": 11}
WALLET_FEE = {"fee_percent": 2, "fee_tax_percent": 11}
QRIS_FEE = {"fee_percent": 0.7}

#: One row per ``payment.channel``: the word of the API, the method, the terms. Limits
#: are those of the acquirers.
DEFAULT_CHANNELS = [
    ("bca", "payment_method_bank_bca", "va", {**VA_FEE, "min_amount": 10_000}),
    ("bni", "payment_method_bni", "va", VA_FEE),
    ("bri", "payment_method_bri", "va", VA_FEE),
    ("echannel", "payment_method_mandiri", "va", VA_FEE),
    ("permata", "payment_method_bank_permata", "va", VA_FEE),
    ("cimb", "payment_method_cimb_niaga", "va", {**VA_FEE, "max_amount": 250_000_000}),
    (
        "qris",
        "payment_method_qris",
        "qris",
        {**QRIS_FEE, "max_amount": 10_000_000, "expiry_minutes": 15},
    ),
    (
        "gopay",
        "payment_method_gopay",
        "ewallet",
        {**WALLET_FEE, "max_amount": 20_000_000, "expiry_minutes": 15},
    ),
    (
        "shopeepay",
        "payment_method_shopeepay",
        "ewallet",
        {**WALLET_FEE, "max_amount": 20_000_000, "expiry_minutes": 15},
    ),
]
#: Methods that are switched on with the provider.
DEFAULT_METHODS = frozenset(
    {
        "bank_bca",
        "bank_permata",
        "bni",
        "bri",
        "cimb_niaga",
        "gopay",
        "mandiri",
        "qris",
        "shopeepay",
    }
)
