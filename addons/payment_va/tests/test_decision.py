# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo.tests import BaseCase, tagged

from ..tools.decision import Action, decide
from ..tools.event import EventKind

TABLE = [
    # event, payment known, attempt, what to do
    ("paid", None, "pending", "book"),
    ("paid", None, "cancel", "book"),
    ("paid", None, "done", "book"),
    ("paid", None, None, "book"),
    ("paid", "booked", "done", "ignore"),
    ("paid", "reversed", "cancel", "ignore"),
    ("pending", None, "draft", "pending"),
    ("pending", None, "pending", "ignore"),
    ("pending", None, "done", "ignore"),
    ("pending", "booked", "done", "ignore"),
    ("expired", None, "pending", "close"),
    ("expired", "booked", "done", "ignore"),
    ("expired", None, "done", "ignore"),
    ("expired", None, None, "ignore"),
    ("denied", None, "pending", "close"),
    ("denied", "booked", "done", "reverse"),
    ("denied", "reversed", "cancel", "ignore"),
    ("cancelled", "booked", "done", "ignore"),
    ("failed", None, "draft", "close"),
    ("refunded", "booked", "done", "refund"),
    ("refunded", None, "pending", "refund"),
    ("refunded", "reversed", "cancel", "ignore"),
    ("chargeback", "booked", "done", "refund"),
    ("challenge", None, "draft", "hold"),
    ("challenge", "booked", "done", "ignore"),
    ("unknown", None, "pending", "ignore"),
]


@tagged("post_install", "-at_install")
class TestDecision(BaseCase):
    def test_table(self):
        for kind, incoming, attempt, expected in TABLE:
            with self.subTest(kind=kind, incoming=incoming, attempt=attempt):
                action, reason = decide(EventKind(kind), incoming, attempt)
                self.assertEqual(action, Action(expected))
                self.assertEqual(bool(reason), action == Action.IGNORE)

    def test_every_kind_is_decided(self):
        for kind in EventKind:
            for incoming in (None, "booked", "reversed"):
                for attempt in (None, "draft", "pending", "done", "cancel", "error"):
                    action, _reason = decide(kind, incoming, attempt)
                    self.assertIsInstance(action, Action)
