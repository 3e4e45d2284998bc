# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Counting cash: the register of closing (K7b) and the inspection (K7c)."""

from dataclasses import dataclass
from decimal import Decimal

#: Rupiah in circulation, largest first.
NOTES = (100_000, 50_000, 20_000, 10_000, 5_000, 2_000, 1_000)
COINS = (1_000, 500, 200, 100)


@dataclass(frozen=True)
class Closing:
    """Books against what is there.

    :param Decimal book: receipts less payments (A)
    :param Decimal found: cash, bank and securities (B)
    :param Decimal difference: A less B
    """

    book: Decimal
    found: Decimal
    difference: Decimal


def count_total(counts):
    """Return the rupiah of a count.

    :param counts: iterable of (value of one piece, number of pieces), ints
    :rtype: int
    """
    return sum(value * pieces for value, pieces in counts)


def compare(receipts, payments, cash, bank, securities):
    """Compare the books with what was found; all Decimals in rupiah.

    :rtype: Closing
    """
    book = receipts - payments
    found = cash + bank + securities
    return Closing(book, found, book - found)
