# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Parts of a budget year: BOS follows the calendar year."""

from calendar import monthrange
from datetime import date
from decimal import Decimal

#: How many parts of equal length a year has, by kind of period.
PARTS = {"year": 1, "stage": 2, "semester": 2, "quarter": 4}


def period_dates(year, kind, number):
    """Return the first and the last day of a part of a year.

    :param int year: calendar year
    :param str kind: a key of PARTS
    :param int number: counted from 1
    :rtype: tuple[date, date]
    :raises ValueError: if the year has no such part
    """
    count = PARTS[kind]
    if not 1 <= number <= count:
        raise ValueError(f"{kind} {number}")
    months = 12 // count
    last_month = number * months
    first = date(year, last_month - months + 1, 1)
    return first, date(year, last_month, monthrange(year, last_month)[1])


def equal_shares(count):
    """Return the percentages of equal parts; they add up to 100.

    :param int count: how many parts
    :rtype: list[Decimal]
    """
    share = (Decimal(100) / count).quantize(Decimal("0.01"))
    return [*[share] * (count - 1), 100 - share * (count - 1)]


def day_of(year, month, day):
    """Return a day of a year; a day that the month lacks is its last one.

    :rtype: date
    """
    return date(year, month, min(day, monthrange(year, month)[1]))
