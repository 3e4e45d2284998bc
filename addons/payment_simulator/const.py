# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Vocabularies and limits of the make-believe providers."""

from datetime import timedelta, timezone
from decimal import Decimal

WIB = timezone(timedelta(hours=7))

KINDS = [
    ("va", "Virtual Account"),
    ("qris", "QRIS"),
    ("ewallet", "E-Wallet"),
    ("redirect", "Page of the Provider"),
]
ORDER_STATES = [
    ("asking", "Asking"),
    ("created", "Created"),
    ("pending", "Waiting for payment"),
    ("active", "Accepting payments"),
    ("paid", "Paid"),
    ("expired", "Expired"),
    ("cancelled", "Cancelled"),
    ("denied", "Denied"),
    ("refunded", "Refunded"),
    ("unknown", "Unknown number"),
]
STATE_COLOURS = {
    "created": "warning",
    "pending": "warning",
    "active": "info",
    "paid": "success",
    "denied": "danger",
    "unknown": "danger",
}
#: States in which somebody can still pay in time.
OPEN_STATES = ("created", "pending", "active")

#: Seconds a notice may take to be answered.
NOTICE_TIMEOUT = 15
#: Notices sent at the same time, each of another order.
PARALLEL_NOTICES = 4

#: Prefixes of the numbers that Midtrans and Xendit hand out, by bank.
VA_PREFIXES = {
    "bca": "70012",
    "bni": "98880",
    "bri": "88810",
    "cimb": "11879",
    "permata": "85000",
    "bsi": "93470",
    "mandiri": "88608",
    "bjb": "12345",
    "muamalat": "71450",
}

MIDTRANS_BANKS = ("bca", "bni", "bri", "cimb", "permata", "bsi")
MANDIRI_BILLER_CODE = "70012"
#: Minutes until a charge ends, by payment type (docs.midtrans.com).
MIDTRANS_EXPIRY = {
    "bank_transfer": 1440,
    "echannel": 1440,
    "qris": 15,
    "gopay": 15,
    "shopeepay": 15,
    "snap": 1440,
}
MIDTRANS_REFUNDABLE = ("qris", "gopay", "shopeepay")

#: Limits of a payment in rupiah by channel (docs.xendit.co, 2026-04); none: no VA.
XENDIT_LIMITS = {
    "BCA_VIRTUAL_ACCOUNT": (10_000, 50_000_000),
    "BNI_VIRTUAL_ACCOUNT": (1, 50_000_000_000),
    "BRI_VIRTUAL_ACCOUNT": (1, 50_000_000_000),
    "BSI_VIRTUAL_ACCOUNT": (1, 50_000_000_000),
    "MANDIRI_VIRTUAL_ACCOUNT": (1, 50_000_000_000),
    "CIMB_VIRTUAL_ACCOUNT": (1, 50_000_000_000),
    "PERMATA_VIRTUAL_ACCOUNT": (1, 9_999_999_999),
    "BJB_VIRTUAL_ACCOUNT": (1, 2_000_000_000),
    "MUAMALAT_VIRTUAL_ACCOUNT": (10_000, 50_000_000_000),
    "QRIS": (1, 10_000_000),
    "DANA": (1, 20_000_000),
    "GOPAY": (1, 50_000_000),
    "OVO": (1, 20_000_000),
    "LINKAJA": (1, 20_000_000),
    "SHOPEEPAY": (1, 20_000_000),
    "ASTRAPAY": (1, 20_000_000),
}
XENDIT_API_VERSION = "2024-11-11"
#: Channels whose payments Xendit can send back.
XENDIT_REFUNDABLE = ("QRIS", "DANA", "GOPAY", "LINKAJA", "OVO", "SHOPEEPAY")

SNAP_TOKEN_SECONDS = 899
#: Seconds that X-TIMESTAMP may differ from our clock.
SNAP_DRIFT = 300
#: Fixed rupiah, percent of the amount, tax in percent: about what the price lists say.
XENDIT_FEES = {
    "va": (4000, 0, 11),
    "qris": (0, Decimal("0.7"), 0),
    "ewallet": (0, 2, 11),
    "redirect": (4000, 0, 11),
}
