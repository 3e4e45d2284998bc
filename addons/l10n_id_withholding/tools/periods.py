# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Months."""

from datetime import date


def month_start(day):
    """Return the first day of a day's month."""
    return day.replace(day=1)


def month_end(day):
    """Return the last day of a day's month."""
    following = (
        date(day.year + 1, 1, 1)
        if day.month == 12
        else date(day.year, day.month + 1, 1)
    )
    return date.fromordinal(following.toordinal() - 1)
