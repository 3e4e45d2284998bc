# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Splitting one amount into dated parts, and re-splitting what is not billed yet."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from .periods import add_months
from .rupiah import round_down


@dataclass(frozen=True)
class Part:
    """One part of a preset: its share, and how long after the first one it is due.

    ``percent`` of the whole, or, if that is None, ``amount`` rupiah.
    """

    percent: Decimal | None = None
    amount: int = 0
    months: int = 0
    days: int = 0

    def due(self, first_due: date) -> date:
        """Return this part's due date, given that of the whole."""
        return add_months(first_due, self.months) + timedelta(days=self.days)


def split(total: int, parts: tuple[Part, ...], unit: int = 1) -> list[int]:
    """Split ``total`` rupiah into one amount per part, adding up to it exactly.

    Every part but the last is rounded down to ``unit`` rupiah; the last takes the rest.
    Parts by amount are cut off where nothing is left.
    """
    if not parts:
        return [total]
    amounts, left = [], total
    for part in parts[:-1]:
        wanted = (
            part.amount
            if part.percent is None
            else round_down(Decimal(total) * part.percent / 100, unit)
        )
        amounts.append(min(wanted, left))
        left -= amounts[-1]
    return amounts + [left]


def absorb(parts: list[int], difference: int) -> list[int]:
    """Return ``parts`` with ``difference`` added, the last part first, none below zero.

    What cannot be taken off, because all parts are at zero, is dropped: it was billed
    already and needs a credit note.
    """
    result = list(parts)
    if difference >= 0:
        if result:
            result[-1] += difference
        return result
    owed = -difference
    for index in reversed(range(len(result))):
        taken = min(result[index], owed)
        result[index] -= taken
        owed -= taken
    return result
