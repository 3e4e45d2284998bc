# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Ceilings and floors of the juknis: a percentage of the year's allocation."""

from dataclasses import dataclass
from decimal import Decimal

from .money import percent_of, share_percent

OK = "ok"
OPEN = "open"
BROKEN = "broken"


@dataclass(frozen=True)
class Verdict:
    """What a limit says of an amount.

    :param str status: OK, OPEN (a floor that can still be reached) or BROKEN
    :param Decimal allowed: rupiah of the limit
    :param Decimal percent: how many percent of the base the amount is
    :param Decimal excess: rupiah above the ceiling or missing to the floor
    """

    status: str
    allowed: Decimal
    percent: Decimal
    excess: Decimal


def judge(sense, limit_percent, base, amount, is_final):
    """Judge an amount by a ceiling or a floor.

    :param str sense: "max" or "min"
    :param Decimal limit_percent: percentage of the base
    :param Decimal base: rupiah allocated for the whole year
    :param Decimal amount: rupiah planned or spent on what is limited
    :param bool is_final: nothing is added to the amount any more; until then a floor
        that is not reached is open, not broken
    :rtype: Verdict
    """
    allowed = percent_of(base, limit_percent)
    excess = amount - allowed if sense == "max" else allowed - amount
    excess = max(excess, Decimal(0))
    status = OK
    if excess:
        status = BROKEN if sense == "max" or is_final else OPEN
    return Verdict(status, allowed, share_percent(amount, base), excess)
