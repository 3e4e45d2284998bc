# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Dividing an amount so that the parts add up to it exactly; no ORM."""

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal


def split_by_weights(
    total: Decimal, weights: Sequence[Decimal], unit: Decimal = Decimal("0.01")
) -> list[Decimal]:
    """Divide ``total`` in proportion to ``weights``.

    Each part is a multiple of ``unit`` and the parts add up to ``total``: rounded are
    the running totals, not the parts. Without any weight the first part takes all.

    >>> split_by_weights(Decimal(100), [Decimal(1)] * 3, Decimal(1))
    [Decimal('33'), Decimal('34'), Decimal('33')]
    """
    whole = sum(weights)
    if not whole:
        return [total] + [Decimal(0)] * (len(weights) - 1)
    found, running, taken = [], Decimal(0), Decimal(0)
    for index, weight in enumerate(weights, start=1):
        running += weight
        until = total if index == len(weights) else _round(total * running, whole, unit)
        found.append(until - taken)
        taken = until
    return found


def split_evenly(
    total: Decimal, count: int, unit: Decimal = Decimal(1)
) -> list[Decimal]:
    """Divide ``total`` into ``count`` parts as equal as ``unit`` allows."""
    return split_by_weights(total, [Decimal(1)] * count, unit)


def _round(amount: Decimal, divisor: Decimal, unit: Decimal) -> Decimal:
    steps = (amount / divisor / unit).quantize(Decimal(1), rounding=ROUND_HALF_UP)
    return steps * unit
