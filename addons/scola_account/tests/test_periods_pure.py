# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import date, timedelta

from odoo.tests import BaseCase, tagged

from odoo.addons.scola_account.tools.ages import AGES, get_days
from odoo.addons.scola_account.tools.closing import carry_over, propose_release
from odoo.addons.scola_account.tools.periods import (
    earlier_years,
    month_of,
    shift_years,
)


@tagged("post_install", "-at_install")
class TestPeriodsPure(BaseCase):
    def test_end_of_february_stays_the_end(self):
        for day, years, expected in (
            (date(2028, 2, 29), -1, date(2027, 2, 28)),
            (date(2027, 2, 28), 1, date(2028, 2, 29)),
            (date(2026, 6, 15), -3, date(2023, 6, 15)),
        ):
            self.assertEqual(shift_years(day, years), expected)

    def test_month(self):
        self.assertEqual(
            month_of(date(2026, 4, 9)), (date(2026, 4, 1), date(2026, 4, 30))
        )

    def test_earlier_years_come_latest_first(self):
        years = earlier_years(date(2026, 1, 1), date(2026, 12, 31), 3)
        self.assertEqual([start.year for start, _end in years], [2026, 2025, 2024])

    def test_each_day_is_of_one_age(self):
        today = date(2026, 11, 16)
        for days, expected in (
            (-400, None),
            (0, None),
            (1, "1-30"),
            (30, "1-30"),
            (31, "31-60"),
            (60, "31-60"),
            (61, "61-90"),
            (90, "61-90"),
            (91, "> 90"),
            (4000, "> 90"),
        ):
            due = today - timedelta(days)
            found = []
            for label, youngest, oldest in AGES:
                first, last = get_days(today, youngest, oldest)
                if (first or date.min) <= due <= (last or date.max):
                    found.append(label)
            self.assertEqual(found, [expected])

    def test_release_is_what_the_money_lacks(self):
        for opening, income, money, release in (
            (100, 500, 150, 450),
            (0, 500, 700, 0),
            (100, 500, -20, 600),
        ):
            self.assertEqual(propose_release(opening, income, money), release)

    def test_carry_over(self):
        self.assertEqual(carry_over(500, 450), 50)
        self.assertEqual(carry_over(100, 150), -50)
