# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What a late report costs: percentages of a transfer, by the day it is filed."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from .money import HUNDRED, percent_of

NOTHING = Decimal(0)


@dataclass(frozen=True)
class Cut:
    """From this day on a report that is filed costs this percentage."""

    date_from: date
    percent: Decimal


@dataclass(frozen=True)
class Deadline:
    """Until when a report is due and what it costs to be late.

    :param date due: last day without a cut
    :param cuts: Cuts by day; of those that have begun the latest counts
    :param date final: last day on which anything is saved; None: no such day
    """

    due: date
    cuts: tuple[Cut, ...] = ()
    final: date | None = None


@dataclass(frozen=True)
class Risk:
    """The rupiah at stake on a day.

    :param Decimal percent: lost if the report is filed on that day
    :param Decimal lost: the same in rupiah
    :param date next_date: first day on which more is lost; None: nothing more
    :param Decimal next_lost: rupiah lost then
    """

    percent: Decimal
    lost: Decimal
    next_date: date | None
    next_lost: Decimal


def cut_percent(deadline, filed):
    """Return how many percent are lost by filing on a day.

    :rtype: Decimal
    """
    if filed <= deadline.due:
        return NOTHING
    if deadline.final and filed > deadline.final:
        return HUNDRED
    begun = [cut for cut in deadline.cuts if cut.date_from <= filed]
    return max(begun, key=lambda cut: cut.date_from).percent if begun else NOTHING


def total_percent(percents):
    """Add up the cuts of several reports on one transfer: never more than all of it.

    :rtype: Decimal
    """
    return min(sum(percents, NOTHING), HUNDRED)


def next_step(deadline, day):
    """Return the first later day on which filing costs more than on this one.

    :rtype: date | None
    """
    days = [deadline.due + timedelta(days=1)]
    days += [cut.date_from for cut in deadline.cuts]
    if deadline.final:
        days.append(deadline.final + timedelta(days=1))
    now = cut_percent(deadline, day)
    later = (step for step in sorted(days) if step > day)
    return next((step for step in later if cut_percent(deadline, step) > now), None)


def lost_amount(percent, amount, final_amount):
    """Return the rupiah that a cut takes.

    :param Decimal percent: of the transfer; 100 if the report was not filed in time
    :param Decimal amount: rupiah of the transfer that is cut
    :param Decimal final_amount: rupiah that are lost when nothing can be saved
    :rtype: Decimal
    """
    return final_amount if percent >= HUNDRED else percent_of(amount, percent)


def assess(deadline, day, amount, final_amount):
    """Return what is at stake on a day if the report is not filed yet.

    :param Deadline deadline:
    :param date day: today, or the day on which it was filed
    :param Decimal amount: rupiah of the transfer that would be cut
    :param Decimal final_amount: rupiah lost after the last day to file
    :rtype: Risk
    """
    percent = cut_percent(deadline, day)
    step = next_step(deadline, day)
    next_percent = cut_percent(deadline, step) if step else percent
    return Risk(
        percent,
        lost_amount(percent, amount, final_amount),
        step,
        lost_amount(next_percent, amount, final_amount),
    )


def worst_percent(deadline):
    """Return how many percent are lost by never filing.

    :rtype: Decimal
    """
    if deadline.final:
        return HUNDRED
    return max((cut.percent for cut in deadline.cuts), default=NOTHING)
