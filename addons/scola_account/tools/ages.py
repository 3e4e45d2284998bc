# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Ages of what is owed, in days after it was due."""

from datetime import date, timedelta

#: (label, youngest, oldest) in days overdue, both included; None is without end. What
#: is due today is not overdue.
AGES = (
    (None, None, 0),
    ("1-30", 1, 30),
    ("31-60", 31, 60),
    ("61-90", 61, 90),
    ("> 90", 91, None),
)


def get_days(
    today: date, youngest: int | None, oldest: int | None
) -> tuple[date | None, date | None]:
    """Return the first and the last due date of what is so many days overdue.

    :param youngest: least number of days, None for none
    :param oldest: greatest number of days, None for none
    :return: None where there is no first or no last one
    """
    first = None if oldest is None else today - timedelta(oldest)
    last = None if youngest is None else today - timedelta(youngest)
    return first, last
