# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Rows of the register of assets."""

AMOUNTS = ("cost", "accumulated", "book")


def total(rows):
    """Return the sums of the amounts of rows: {name: number}."""
    return {name: sum(row[name] for row in rows) for name in AMOUNTS}


def group_rows(rows):
    """Return pairs of group and rows, groups and rows in the order given.

    :param rows: dicts with ``group`` and the amounts
    :rtype: list[tuple[str, list[dict]]]
    """
    groups = {}
    for row in rows:
        groups.setdefault(row["group"], []).append(row)
    return list(groups.items())


def last_month_end(day):
    """Return the last day of the month before a day."""
    return type(day).fromordinal(day.replace(day=1).toordinal() - 1)
