# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import date

from odoo.tests import BaseCase, tagged

from ..tools.register import group_rows, last_month_end, total


@tagged("post_install", "-at_install")
class TestRegisterPure(BaseCase):
    def test_groups_and_totals(self):
        rows = [
            {"group": group, "cost": cost, "accumulated": 1, "book": cost - 1}
            for group, cost in (("Land", 5), ("Land", 7), ("Vehicles", 3))
        ]
        groups = group_rows(rows)
        self.assertEqual([name for name, _rows in groups], ["Land", "Vehicles"])
        self.assertEqual(
            total(groups[0][1]), {"cost": 12, "accumulated": 2, "book": 10}
        )
        self.assertEqual(total([]), {"cost": 0, "accumulated": 0, "book": 0})

    def test_the_month_that_ended(self):
        self.assertEqual(last_month_end(date(2026, 1, 31)), date(2025, 12, 31))
        self.assertEqual(last_month_end(date(2024, 3, 1)), date(2024, 2, 29))
