# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Arithmetic on whole rupiah. Amounts are ``int``, shares are ``Decimal`` percent."""

from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from fractions import Fraction


def percent_of(amount: int, percent: Decimal) -> int:
    """Return ``percent`` per cent of ``amount``, half a rupiah rounded up."""
    share = Decimal(amount) * percent / Decimal(100)
    return int(share.quantize(Decimal(1), rounding=ROUND_HALF_UP))


def round_down(amount: Decimal | int, unit: int) -> int:
    """Return the largest multiple of ``unit`` rupiah not above ``amount``."""
    whole = int(Decimal(amount).quantize(Decimal(1), rounding=ROUND_DOWN))
    return whole - whole % unit


def prorate_days(amount: int, days_present: int, days_total: int) -> int:
    """Return the part of ``amount`` for ``days_present`` of ``days_total`` days.

    :raise ValueError: if the days make no sense
    """
    if not 0 <= days_present <= days_total or not days_total:
        raise ValueError(f"{days_present} of {days_total} days")
    share = Fraction(amount * days_present, days_total)
    return int(share + Fraction(1, 2))


def follow_weights(amount: int, weights: list[int]) -> list[int]:
    """Split ``amount`` along ``weights`` so that the parts add up to it exactly.

    Each part is the difference of two running shares rounded down; with
    ``amount <= sum(weights)`` no part exceeds its weight.
    """
    total = sum(weights)
    if not total:
        return [0] * len(weights)
    parts, running, given = [], 0, 0
    for weight in weights:
        running += weight
        share = amount * running // total
        parts.append(share - given)
        given = share
    return parts
