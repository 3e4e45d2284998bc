# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What a fee's period is called, when it starts and when it falls due."""

import calendar
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

MONTHLY, SEMESTER, YEARLY, ONCE = "monthly", "semester", "yearly", "once"


@dataclass(frozen=True)
class Period:
    """One stretch of time that is billed as a whole.

    ``key`` is unique within an enrolment: "2026-11", "2026/2027-1", "2026/2027" or
    "once".
    """

    key: str
    frequency: str
    start: date
    end: date

    @property
    def days(self) -> int:
        """Return the number of days, both ends counted."""
        return (self.end - self.start).days + 1


@dataclass(frozen=True)
class YearCalendar:
    """An academic year: code ("2026/2027"), first and last day, semesters in order."""

    code: str
    start: date
    end: date
    semesters: tuple[tuple[date, date], ...] = ()


def month_key(day: date) -> str:
    """Return "YYYY-MM"."""
    return f"{day:%Y-%m}"


def month_start(day: date) -> date:
    """Return the first day of the month of ``day``."""
    return day.replace(day=1)


def month_end(day: date) -> date:
    """Return the last day of the month of ``day``."""
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def add_months(day: date, months: int) -> date:
    """Return the same day ``months`` later, at most the month's last day."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))


def on_day(month: date, day: int) -> date:
    """Return day number ``day`` of the month of ``month``, at most its last day."""
    return month.replace(day=min(day, month_end(month).day))


def iter_months(start: date, end: date) -> Iterator[date]:
    """Yield the first day of every month with a day from ``start`` to ``end``."""
    current = month_start(start)
    while current <= end:
        yield current
        current = add_months(current, 1)


def iter_periods(
    frequency: str, year: YearCalendar, months: Iterable[int] = ()
) -> Iterator[Period]:
    """Yield the periods of ``year`` for a fee of this frequency, in order.

    :param months: for monthly fees the calendar months (1 to 12) billed; none means all
    """
    if frequency == MONTHLY:
        wanted = set(months) or set(range(1, 13))
        for first in iter_months(year.start, year.end):
            if first.month in wanted:
                yield Period(month_key(first), frequency, first, month_end(first))
    elif frequency == SEMESTER:
        for number, (start, end) in enumerate(year.semesters, start=1):
            yield Period(f"{year.code}-{number}", frequency, start, end)
    elif frequency == YEARLY:
        yield Period(year.code, frequency, year.start, year.end)
    elif frequency == ONCE:
        yield Period(ONCE, frequency, year.start, year.end)
    else:
        raise ValueError(f"unknown frequency {frequency!r}")


def due_date(start: date, mode: str, number: int) -> date:
    """Return when a period that starts on ``start`` is due.

    :param mode: "day": day ``number`` of the month; "offset": ``number`` days later
    """
    if mode == "day":
        return on_day(start, number)
    return start + timedelta(days=number)
