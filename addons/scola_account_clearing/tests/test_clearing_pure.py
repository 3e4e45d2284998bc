# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import date
from decimal import Decimal

from odoo.tests import BaseCase, tagged

from ..tools.clearing import Item, group_items, move_to_open_day

DAY = date(2026, 2, 3)


@tagged("post_install", "-at_install")
class TestClearingPure(BaseCase):
    def test_items_of_a_day_and_two_companies_are_one_entry(self):
        items = [
            Item(1, DAY, 1, 2, 7, 3, 3, Decimal("0.1")),
            Item(2, DAY, 1, 2, 7, 3, 3, Decimal("0.2")),
            Item(3, DAY, 1, 2, 7, 4, 3, Decimal(5)),
            Item(4, DAY, 2, 1, 7, 3, 3, Decimal(6)),
        ]
        self.assertEqual(
            group_items(items),
            {
                (DAY, 1, 2): {(7, 3, 3): Decimal("0.3"), (7, 4, 3): Decimal(5)},
                (DAY, 2, 1): {(7, 3, 3): Decimal(6)},
            },
        )

    def test_the_first_day_open_for_both(self):
        item = Item(1, DAY, 1, 2, 7, 3, 3, Decimal(1))
        for one, two, expected in (
            (date.min, date.min, DAY),
            (date(2026, 2, 2), date.min, DAY),
            (DAY, date.min, date(2026, 2, 4)),
            (date(2025, 12, 31), date(2026, 3, 31), date(2026, 4, 1)),
        ):
            with self.subTest(one=one, two=two):
                moved = move_to_open_day(item, {1: one, 2: two})
                self.assertEqual(moved, item._replace(day=expected))
