# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import threading
from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from odoo.tests import TransactionCase, tagged

from ..tools import chunks, numbering
from ..tools.shape import VARYING, NotStampable, take_apart
from ..tools.turn import Turn, TurnLost


def line(**vals):
    return (
        0,
        0,
        {
            "name": "SPP",
            "quantity": 1,
            "price_unit": 150000,
            "account_id": 7,
            "tax_ids": [(6, 0, [])],
            **vals,
        },
    )


def spec(*lines, digits=2, fixed=False, columns=(), **vals):
    vals = {
        "move_type": "out_invoice",
        "journal_id": 3,
        "partner_id": 1,
        "invoice_line_ids": list(lines) or [line()],
        **vals,
    }
    return take_apart(0, vals, VARYING | set(columns), digits, fixed=fixed)


@tagged("post_install", "-at_install")
class TestShape(TransactionCase):
    def assert_alike(self, first, second):
        self.assertEqual(first.key, second.key)

    def assert_different(self, first, second):
        self.assertNotEqual(first.key, second.key)

    def test_customer_reference_text_and_price_may_differ(self):
        self.assert_alike(
            spec(partner_id=1, ref="A", invoice_origin="X"),
            spec(
                line(name="SPP Mei", price_unit=99000.5),
                partner_id=2,
                ref=False,
                invoice_origin=False,
            ),
        )

    def test_everything_else_is_part_of_the_shape(self):
        for change in (
            {"journal_id": 4},
            {"invoice_date": date(2026, 5, 1)},
            {"narration": "<p>x</p>"},
            {"payment_reference": "P/1"},
            {"student_id": 5},
        ):
            with self.subTest(change):
                self.assert_different(spec(), spec(**change))
        for change in (
            {"account_id": 8},
            {"product_id": 9},
            {"discount": 10},
            {"tax_ids": [(6, 0, [1])]},
            {"analytic_distribution": {"1": 100}},
            {"name": False},
            {"display_type": "line_note"},
        ):
            with self.subTest(change):
                self.assert_different(spec(), spec(line(**change)))
        self.assert_different(spec(line()), spec(line(), line()))

    def test_declared_columns_may_differ(self):
        self.assert_alike(
            spec(columns=["student_id"], student_id=5),
            spec(columns=["student_id"], student_id=6),
        )

    def test_sign_of_a_line_is_part_of_the_shape(self):
        less, zero, more = (
            spec(line(), line(price_unit=price)) for price in (-5, 0, 5)
        )
        self.assert_different(less, zero)
        self.assert_different(zero, more)
        self.assert_alike(less, spec(line(), line(price_unit=-77)))

    def test_amounts_that_are_not_exact_are_part_of_the_shape(self):
        for change in (
            {"quantity": 2},
            {"quantity": 0.5},
            {"discount": 10},
            {"tax_ids": [(6, 0, [1])]},
            {"tax_ids": [(4, 1)]},
            {"tax_ids": []},
            {"account_id": False},
            {"analytic_distribution": {"1": 100}},
            {"price_unit": 10.005},
            {"price_unit": 1 / 3},
            {"price_unit": float("nan")},
        ):
            with self.subTest(change):
                self.assertIsNone(spec(line(**change)).prices)
        self.assertIsNone(spec(line(price_unit=10.5), digits=0).prices)
        self.assertIsNone(spec(line(price_unit=-10)).prices)
        self.assertIsNone(spec(line(price_unit=0)).prices)
        self.assertIsNone(spec(fixed=True).prices)
        without_taxes_said = line()
        del without_taxes_said[2]["tax_ids"]
        self.assertIsNone(spec(without_taxes_said).prices)

    def test_prices_are_read_exactly(self):
        found = spec(
            line(price_unit=0.1),
            line(display_type="line_note"),
            line(price_unit=Decimal("150000.20")),
            line(price_unit=3),
        )
        self.assertEqual(
            found.prices, [Decimal("0.1"), None, Decimal("150000.2"), Decimal(3)]
        )

    def test_lines_that_are_not_plain(self):
        for lines in ([(4, 5)], [(6, 0, [5])], [(5,)]):
            with self.assertRaises(NotStampable) as raised:
                spec(*lines)
            self.assertEqual(raised.exception.code, "lines")
        with self.assertRaises(NotStampable):
            spec(line_ids=[line()])
        with self.assertRaises(NotStampable):
            take_apart(0, {"invoice_line_ids": []}, VARYING, 2)


@tagged("post_install", "-at_install")
class TestNumbering(TransactionCase):
    def test_by_date_reference_and_position(self):
        first, second = date(2026, 5, 1), date(2026, 5, 2)
        entries = [(second, "", 0), (first, "B", 1), (first, "", 2), (first, "A", 3)]
        self.assertEqual(numbering.allot(7, entries), {2: 7, 3: 8, 1: 9, 0: 10})

    def test_range(self):
        self.assertTrue(numbering.is_range([5, 3, 4]))
        self.assertFalse(numbering.is_range([5, 3]))
        self.assertFalse(numbering.is_range([5, 5]))

    def test_digits(self):
        self.assertEqual(numbering.only_digits("INV/2026/00012"), "202600012")


@tagged("post_install", "-at_install")
class TestChunks(TransactionCase):
    @given(
        items=st.lists(st.integers(), max_size=300),
        limit=st.integers(1, 100),
        lanes=st.integers(1, 4),
    )
    def test_all_in_order_none_too_long(self, items, limit, lanes):
        parts = chunks.split(items, limit, lanes)
        self.assertEqual([item for part in parts for item in part], items)
        self.assertTrue(all(0 < len(part) <= limit for part in parts))
        if len(items) > limit and len(items) >= len(parts):
            self.assertTrue(len(parts) % lanes == 0 or len(parts) == len(items))


@tagged("post_install", "-at_install")
class TestTurn(TransactionCase):
    def test_numbers_go_on_and_commits_follow(self):
        first = Turn()
        second = Turn(first)
        order = []

        def follow():
            order.append(second.get_numbers())
            second.tell_numbers({("B", 1): 3})
            second.await_commit()
            order.append("second")
            second.end(True)

        thread = threading.Thread(target=follow)
        thread.start()
        first.tell_numbers({("A", 1): 9})
        third = Turn(second)
        self.assertEqual(third.get_numbers(), {("A", 1): 9, ("B", 1): 3})
        order.append("first")
        first.end(True)
        thread.join()
        self.assertEqual(order, [{("A", 1): 9}, "first", "second"])

    def test_failure_voids_what_follows(self):
        first = Turn()
        second, third = Turn(first), None
        first.tell_numbers({})
        second.get_numbers()
        second.tell_numbers({})
        third = Turn(second)
        first.end(False)
        with self.assertRaises(TurnLost):
            second.await_commit()
        second.end(False)
        with self.assertRaises(TurnLost):
            third.get_numbers()

    def test_who_takes_no_number_passes_on_what_it_was_told(self):
        first = Turn()
        second = Turn(first)
        first.tell_numbers({("A", 1): 9})
        first.end(True)
        second.await_commit()
        second.end(True)
        self.assertEqual(Turn(second).get_numbers(), {("A", 1): 9})
