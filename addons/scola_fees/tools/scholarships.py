# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""How several scholarships lower one bill: order, stacking and caps."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from .rupiah import percent_of

FULL, PERCENT, FIXED = "full", "percent", "fixed"


@dataclass(frozen=True)
class Award:
    """One scholarship of one student.

    ``value`` is percent for "percent", rupiah per period for "fixed", unused for
    "full". ``components`` empty means every discountable component. ``on_remaining``:
    percent of what earlier scholarships left, else of the gross fee. ``cap``: most
    rupiah per period, 0 for none. ``key`` is the scholarship's database id.
    """

    key: int
    kind: str
    value: Decimal = Decimal(0)
    components: frozenset[int] = frozenset()
    sequence: int = 10
    cap: int = 0
    on_remaining: bool = False
    date_start: date | None = None
    date_end: date | None = None

    def covers(self, day: date) -> bool:
        """Tell whether the award is valid on ``day``."""
        started = self.date_start is None or self.date_start <= day
        return started and (self.date_end is None or day <= self.date_end)


@dataclass
class Charge:
    """One component of one bill; ``discounts`` maps an award's key to rupiah."""

    component: int
    gross: int
    discountable: bool = True
    discounts: dict[int, int] = field(default_factory=dict)

    @property
    def net(self) -> int:
        """Return what is left to pay, in rupiah."""
        return self.gross - sum(self.discounts.values())


def apply_awards(charges: list[Charge], awards: list[Award], day: date) -> None:
    """Write into ``charges`` what each award gives for the period of ``day``.

    Awards work in the order of their sequence, then of their key; no charge falls
    below zero, none that is not discountable is touched.
    """
    for award in sorted(awards, key=lambda award: (award.sequence, award.key)):
        if award.covers(day):
            _apply_award(charges, award)


def _apply_award(charges: list[Charge], award: Award) -> None:
    budget = award.cap or None
    if award.kind == FIXED:
        fixed = int(award.value)
        budget = fixed if budget is None else min(fixed, budget)
    for charge in charges:
        if not charge.discountable:
            continue
        if award.components and charge.component not in award.components:
            continue
        amount = min(_wanted(charge, award), charge.net)
        if budget is not None:
            amount = min(amount, budget)
            budget -= amount
        if amount > 0:
            charge.discounts[award.key] = charge.discounts.get(award.key, 0) + amount


def _wanted(charge: Charge, award: Award) -> int:
    if award.kind == PERCENT:
        base = charge.net if award.on_remaining else charge.gross
        return percent_of(base, award.value)
    return charge.net
