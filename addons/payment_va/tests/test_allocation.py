# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from ..tools.allocation import OpenBill, allocate, oldest_first

SEP, OCT, NOV = date(2026, 9, 10), date(2026, 10, 10), date(2026, 11, 10)


@st.composite
def bill_lists(draw, with_choice=False):
    """Return bills with distinct keys, some of the same day, some without one."""
    bills = []
    for key in range(draw(st.integers(0, 8))):
        residual = draw(st.integers(0, 5_000_000))
        days = draw(st.none() | st.integers(0, 60))
        chosen = draw(st.none() | st.integers(0, residual)) if with_choice else None
        due = None if days is None else SEP + timedelta(days=days)
        bills.append(OpenBill(key, due, residual, chosen))
    return bills


@tagged("post_install", "-at_install")
class TestAllocation(BaseCase):
    def test_table(self):
        bills = [OpenBill(1, NOV, 450), OpenBill(2, SEP, 300), OpenBill(3, OCT, 200)]
        cases = [
            (0, {}, 0),
            (100, {2: 100}, 0),
            (300, {2: 300}, 0),
            (301, {2: 300, 3: 1}, 0),
            (950, {2: 300, 3: 200, 1: 450}, 0),
            (1000, {2: 300, 3: 200, 1: 450}, 50),
        ]
        for amount, amounts, rest in cases:
            with self.subTest(amount=amount):
                result = allocate(amount, bills)
                self.assertEqual(result.amounts, amounts)
                self.assertEqual(result.rest, rest)

    def test_chosen_amounts_come_before_the_oldest(self):
        bills = [OpenBill(1, SEP, 450), OpenBill(2, NOV, 450, chosen=450)]
        self.assertEqual(allocate(500, bills).amounts, {1: 50, 2: 450})

    def test_a_bill_with_zero_chosen_gets_nothing(self):
        bills = [OpenBill(1, SEP, 450, chosen=0), OpenBill(2, NOV, 450)]
        self.assertEqual(allocate(500, bills).amounts, {2: 450})
        self.assertEqual(allocate(500, bills).rest, 50)

    def test_without_a_due_date_it_is_due_at_once(self):
        bills = [OpenBill(1, SEP, 450), OpenBill(2, None, 450)]
        self.assertEqual([bill.key for bill in oldest_first(bills)], [2, 1])

    def test_same_day_goes_by_key(self):
        bills = [OpenBill(9, SEP, 450), OpenBill(4, SEP, 450)]
        self.assertEqual(allocate(450, bills).amounts, {4: 450})

    def test_nonsense_is_refused(self):
        with self.assertRaises(ValueError):
            allocate(-1, [])
        with self.assertRaises(ValueError):
            allocate(100, [OpenBill(1, SEP, 450, chosen=200)])
        with self.assertRaises(ValueError):
            OpenBill(1, SEP, -5)
        with self.assertRaises(ValueError):
            OpenBill(1, SEP, 100, chosen=101)

    @settings(max_examples=200, deadline=None)
    @given(amount=st.integers(0, 30_000_000), bills=bill_lists())
    def test_nothing_is_lost_and_the_oldest_is_served_first(self, amount, bills):
        result = allocate(amount, bills)
        self.assertEqual(sum(result.amounts.values()) + result.rest, amount)
        ordered = oldest_first(bills)
        for bill in ordered:
            self.assertLessEqual(result.amounts.get(bill.key, 0), bill.residual)
        for older, newer in zip(ordered, ordered[1:], strict=False):
            if result.amounts.get(newer.key):
                self.assertEqual(result.amounts.get(older.key, 0), older.residual)
        if result.rest:
            self.assertEqual(
                sum(result.amounts.values()), sum(bill.residual for bill in bills)
            )

    @settings(max_examples=200, deadline=None)
    @given(
        extra=st.integers(0, 30_000_000),
        bills=bill_lists(with_choice=True),
    )
    def test_choices_are_kept_to_the_rupiah(self, extra, bills):
        amount = extra + sum(bill.chosen or 0 for bill in bills)
        result = allocate(amount, bills)
        self.assertEqual(sum(result.amounts.values()) + result.rest, amount)
        for bill in bills:
            if bill.chosen is not None:
                self.assertEqual(result.amounts.get(bill.key, 0), bill.chosen)
            self.assertLessEqual(result.amounts.get(bill.key, 0), bill.residual)
