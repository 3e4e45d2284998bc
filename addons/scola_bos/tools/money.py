# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Amounts: exact decimals, rounded where a law or a form rounds."""

from decimal import ROUND_HALF_UP, Decimal
from itertools import accumulate

CENT = Decimal("0.01")
RUPIAH = Decimal(1)
HUNDRED = Decimal(100)


def to_decimal(value):
    """Return an amount read from the database as an exact decimal of two places.

    :param value: int, float, Decimal, str or None (counts as nothing)
    :rtype: Decimal
    """
    return Decimal(str(value or 0)).quantize(CENT, rounding=ROUND_HALF_UP)


def percent_of(amount, percent):
    """Return a percentage of an amount, to the rupiah.

    :param Decimal amount: rupiah
    :param Decimal percent: 20 is a fifth
    :rtype: Decimal
    """
    part = Decimal(amount) * Decimal(percent) / HUNDRED
    return part.quantize(RUPIAH, rounding=ROUND_HALF_UP)


def share_percent(part, whole):
    """Return how many percent a part is of the whole, to two places; 0 of nothing.

    :rtype: Decimal
    """
    if not whole:
        return Decimal(0)
    percent = Decimal(part) * HUNDRED / Decimal(whole)
    return percent.quantize(CENT, rounding=ROUND_HALF_UP)


def split_amount(total, percents):
    """Split an amount to the rupiah; the last part takes what rounding leaves.

    :param Decimal total: rupiah
    :param percents: Decimals that add up to 100
    :return: list of Decimals that add up to the total
    """
    parts = [percent_of(total, percent) for percent in percents[:-1]]
    return [*parts, Decimal(total) - sum(parts)]


def running_balances(opening, movements):
    """Return the balance after each movement.

    :param Decimal opening: balance before the first movement
    :param movements: iterable of (received, paid) Decimals
    :return: list of Decimals, one per movement
    """
    steps = (received - paid for received, paid in movements)
    return list(accumulate(steps, initial=opening))[1:]


def percent_of_cents(amount, percent):
    """Return a percentage of an amount, to the cent, as the ledger keeps it.

    :param Decimal amount: rupiah
    :param Decimal percent: 20 is a fifth
    :rtype: Decimal
    """
    part = Decimal(amount) * Decimal(percent) / HUNDRED
    return part.quantize(CENT, rounding=ROUND_HALF_UP)
