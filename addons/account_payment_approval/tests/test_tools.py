# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import date, datetime

from odoo.tests import BaseCase, tagged

from ..tools import turn as turns
from ..tools.dates import today_at
from ..tools.turn import Review, Turn, find_turn


@tagged("post_install", "-at_install")
class TestTools(BaseCase):
    """Levels, four eyes and delegation, as a table."""

    def make_reviews(self):
        return [
            Review("first", 1, True, {1, 2}, set()),
            Review("second", 2, True, {2, 3}, set()),
        ]

    def test_turns(self):
        reviews = self.make_reviews()
        done = [Review("first", 1, False, {1, 2}, {9, 2}), reviews[1]]
        table = [
            ("named", reviews, 1, [], [], Turn("first", 1, None)),
            ("higher level", reviews, 3, [], [], Turn(None, None, turns.NOT_ASKED)),
            ("stranger", reviews, 4, [], [], Turn(None, None, turns.NOT_ASKED)),
            ("own", reviews, 1, [], [1], Turn(None, None, turns.OWN)),
            ("delegate", reviews, 4, [1], [], Turn("first", 1, None)),
            ("own as delegate", reviews, 4, [1], [4], Turn(None, None, turns.OWN)),
            ("for author", reviews, 4, [1], [1], Turn(None, None, turns.PRINCIPAL)),
            ("for another", reviews, 4, [1, 2], [1], Turn("first", 2, None)),
            ("next level", done, 3, [], [], Turn("second", 3, None)),
            ("twice", done, 2, [], [], Turn(None, None, turns.AGAIN)),
            ("twice for other", done, 9, [3], [], Turn(None, None, turns.AGAIN)),
            ("twice by other", done, 4, [2], [], Turn(None, None, turns.AGAIN)),
            ("closed", done[:1], 1, [], [], Turn(None, None, turns.CLOSED)),
        ]
        for name, given, user, delegators, barred, expected in table:
            with self.subTest(name):
                self.assertEqual(find_turn(given, user, delegators, barred), expected)

    def test_same_level_in_any_order(self):
        reviews = [
            Review("a", 1, True, {1}, set()),
            Review("b", 1, True, {2}, set()),
        ]
        self.assertEqual(find_turn(reviews, 2, [], []).key, "b")

    def test_today(self):
        evening = datetime(2026, 11, 16, 18, 0)
        self.assertEqual(today_at(evening, "Asia/Jakarta"), date(2026, 11, 17))
        self.assertEqual(today_at(evening, None, ""), date(2026, 11, 16))
        self.assertEqual(today_at(evening, "No/Where"), date(2026, 11, 16))
        self.assertEqual(today_at(evening, None, "Asia/Jayapura"), date(2026, 11, 17))
