# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What the benchmark of billing bills; the same bills, whoever raises them.

A school's month: tuition, meals and activities at one of three levels. Every fifth
pupil has a scholarship, of an amount of its own, which is a negative line in place of
the activities. So every bill has three product lines, there are two shapes of them, and
in each shape the amounts differ from bill to bill.
"""

COMPANY, LOGIN = "Yayasan Tolok Ukur", "tolok.ukur"
DAY, DUE, BEFORE = "2026-11-01", "2026-11-10", "2026-10-01"
FEES = ("TUITION", "MEALS", "ACTIVITIES")
SCHOLARSHIP = "SCHOLARSHIP"
LABELS = {
    "TUITION": "SPP November 2026",
    "MEALS": "Makan November 2026",
    "ACTIVITIES": "Kegiatan November 2026",
    SCHOLARSHIP: "Beasiswa: SPP November 2026",
}
LEVELS = (
    (450_000, 250_000, 75_000),
    (600_000, 300_000, 100_000),
    (850_000, 350_000, 150_000),
)
SCHOLARSHIP_EVERY = 5
# One journal each, so that the numbers of one way do not wait for another's.
JOURNALS = {
    "ENG": "Mesin tagihan",
    "ORM": "Tagihan Odoo",
    "CON": "Tagihan kontrak",
    "DUA": "Mesin tagihan kedua",
    "BER": "Mesin tagihan bersama",
}
# Bills that warm the caches go to contacts of their own.
WARM, WARM_COUNT = "warm", 10
# Invoices per transaction: of the engine, of the ORM.
CHUNK, BATCH = 2000, 100


def lines_of(number: int) -> list[tuple[str, int]]:
    """Return the product's code and the amount in rupiah of each line of a bill."""
    lines = list(zip(FEES, LEVELS[number % len(LEVELS)], strict=True))
    if number % SCHOLARSHIP_EVERY == 0:
        lines[-1] = (SCHOLARSHIP, -(50_000 + number * 7919 % 40 * 5_000))
    return lines


def total_of(count: int) -> int:
    """Return what the first ``count`` bills amount to, in rupiah."""
    return sum(amount for number in range(count) for _code, amount in lines_of(number))
