# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Months, quarters and stages of a budget; dates only, no ORM."""

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal

#: Months of a stage (tahap) and of a quarter (triwulan).
STAGE_MONTHS = 6
QUARTER_MONTHS = 3


def month_start(day: date) -> date:
    """Return the first day of the month of ``day``."""
    return day.replace(day=1)


def month_end(day: date) -> date:
    """Return the last day of the month of ``day``."""
    return add_months(day, 1) - timedelta(days=1)


def add_months(day: date, months: int) -> date:
    """Return the first day of the month that is ``months`` after that of ``day``."""
    number = day.year * 12 + day.month - 1 + months
    return date(number // 12, number % 12 + 1, 1)


def count_months(start: date, end: date) -> int:
    """Return the number of months that the days from ``start`` to ``end`` touch."""
    return (end.year - start.year) * 12 + end.month - start.month + 1


def is_whole_months(start: date, end: date) -> bool:
    """Tell whether ``start`` to ``end`` is one or several complete months."""
    return start <= end and start == month_start(start) and end == month_end(end)


def is_period(start: date, end: date) -> bool:
    """Tell whether ``start`` to ``end`` is a complete month or three in a row."""
    return is_whole_months(start, end) and count_months(start, end) in (
        1,
        QUARTER_MONTHS,
    )


def part_number(day: date, first: date, months: int) -> int:
    """Return which part of ``months`` months ``day`` is in, counted from ``first``.

    The parts are numbered from 1; days before ``first`` are in part 0 or below.
    """
    return (count_months(first, day) - 1) // months + 1


def parts(start: date, end: date, months: int) -> list[tuple[date, date]]:
    """Cut ``start`` to ``end`` into periods of ``months`` months, the last one shorter.

    :return: first and last day of each period
    """
    found = []
    first = month_start(start)
    while first <= end:
        last = add_months(first, months) - timedelta(days=1)
        found.append((first, min(last, end)))
        first = add_months(first, months)
    return found


def sum_parts(
    amounts: Iterable[tuple[date, Decimal]], first: date, months: int, count: int
) -> list[Decimal]:
    """Add up amounts by part of a budget.

    :param amounts: first day of a month or quarter, and its amount in rupiah
    :param first: first day of the budget
    :param months: length of a part: 6 for stages, 3 for quarters
    :param count: number of parts; what is outside of them goes to the nearest
    """
    sums = [Decimal(0)] * count
    for day, amount in amounts:
        number = part_number(day, first, months)
        sums[min(max(number, 1), count) - 1] += amount
    return sums


def format_period(start: date, end: date) -> str:
    """Write a period as the import reads it: 2026-01 or 2026-01/2026-03."""
    if count_months(start, end) == 1:
        return f"{start:%Y-%m}"
    return f"{start:%Y-%m}/{end:%Y-%m}"


def parse_period(text: str) -> tuple[date, date] | None:
    """Read 2026-01 or 2026-01/2026-03; None if it is neither a month nor a quarter."""
    first, _slash, last = text.strip().partition("/")
    start, end = _parse_month(first), _parse_month(last or first)
    if not (start and end):
        return None
    end = month_end(end)
    return (start, end) if is_period(start, end) else None


def _parse_month(text: str) -> date | None:
    try:
        year, month = map(int, text.strip().split("-"))
        return date(year, month, 1)
    except ValueError:
        return None
