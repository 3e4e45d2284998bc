# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Vocabularies and limits that several models share."""

#: Bytes of a callback's body; Midtrans and the banks stay below 16 KB.
MAX_BODY_BYTES = 64 * 1024
#: Minutes between the tries to apply a notification, then a person has to look.
RETRY_MINUTES = (1, 2, 5, 10, 30, 60, 120, 240, 480, 720, 1440)
#: Notifications booked together: each of them costs a fraction of one booked alone.
BATCH_SIZE = 50
#: Seconds that the request of a callback may spend on booking; senders wait 15.
REQUEST_SECONDS = 4
#: Rejected callbacks kept per provider, the newest ones.
MAX_REJECTED = 500
#: Headers whose values are secrets and therefore not kept.
SECRET_HEADERS = frozenset({"authorization", "cookie", "x-callback-token"})

CHANNEL_KINDS = [
    ("va", "Virtual Account"),
    ("qris", "QRIS"),
    ("ewallet", "E-Wallet"),
    ("retail", "Retail Outlet"),
    ("redirect", "Page of the Provider"),
]

EXCEPTIONS = [
    ("unknown", "Unknown order"),
    ("amount", "Amount differs"),
    ("currency", "Currency differs"),
    ("paid", "Bill already paid"),
    ("cancelled", "Bill cancelled"),
    ("late", "Paid after expiry"),
    ("reversed", "Taken back by the bank"),
]
