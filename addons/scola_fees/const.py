# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Choices that more than one model offers."""

from .tools.periods import MONTHLY, ONCE, SEMESTER, YEARLY
from .tools.planner import PRORATA_DAYS, PRORATA_FULL, PRORATA_NONE

FREQUENCIES = [
    (MONTHLY, "Monthly"),
    (SEMESTER, "Per Semester"),
    (YEARLY, "Yearly"),
    (ONCE, "Once"),
]
PRORATA = [
    (PRORATA_FULL, "Whole period"),
    (PRORATA_NONE, "Not billed"),
    (PRORATA_DAYS, "By days"),
]
