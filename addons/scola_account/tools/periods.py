# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Periods of statements: plain dates, no ORM."""

from calendar import monthrange
from datetime import date


def shift_years(day: date, years: int) -> date:
    """Return the same day of another year; the end of February stays the end.

    >>> shift_years(date(2028, 2, 29), -1)
    datetime.date(2027, 2, 28)
    >>> shift_years(date(2027, 2, 28), 1)
    datetime.date(2028, 2, 29)
    """
    year = day.year + years
    last = monthrange(year, day.month)[1]
    at_end = day.day == monthrange(day.year, day.month)[1]
    return date(year, day.month, last if at_end else min(day.day, last))


def month_of(day: date) -> tuple[date, date]:
    """Return the first and the last day of the month that holds ``day``."""
    last = monthrange(day.year, day.month)[1]
    return day.replace(day=1), day.replace(day=last)


def earlier_years(start: date, end: date, count: int) -> list[tuple[date, date]]:
    """Return the period and the same one of earlier years, the latest first.

    :param int count: how many periods to return, the first included
    """
    return [(shift_years(start, -n), shift_years(end, -n)) for n in range(count)]
