# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import date, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from ..tools.refund_plan import PaidBill, RefundPlan, plan_refund

SEP, OCT, NOV = date(2026, 9, 10), date(2026, 10, 10), date(2026, 11, 10)
BILLS = [PaidBill(1, SEP, 300), PaidBill(2, NOV, 200), PaidBill(3, OCT, 100)]

#: A busy machine is no failure of ours.
PROPERTY = settings(
    max_examples=100,
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)

money = st.integers(0, 1_000_000)
sources = st.dictionaries(st.integers(0, 9), money, max_size=4)
days = st.none() | st.integers(0, 90).map(lambda number: SEP + timedelta(number))
bills = st.dictionaries(st.integers(0, 9), st.tuples(days, money), max_size=5).map(
    lambda found: [PaidBill(key, *values) for key, values in found.items()]
)


@tagged("post_install", "-at_install")
class TestRefundPlan(BaseCase):
    def test_table(self):
        for amount, deposits, freed, fee, rest in (
            (0, {}, {}, 0, 0),
            (30, {7: 30}, {}, 0, 0),
            (50, {7: 50}, {}, 0, 0),
            (51, {7: 50}, {2: 1}, 0, 0),
            (250, {7: 50}, {2: 200}, 0, 0),
            (300, {7: 50}, {2: 200, 3: 50}, 0, 0),
            (650, {7: 50}, {2: 200, 3: 100, 1: 300}, 0, 0),
            (654, {7: 50}, {2: 200, 3: 100, 1: 300}, 4, 0),
            (660, {7: 50}, {2: 200, 3: 100, 1: 300}, 4, 6),
        ):
            with self.subTest(amount=amount):
                plan = plan_refund(amount, {7: 50}, BILLS, fee=4)
                self.assertEqual(plan, RefundPlan(deposits, freed, fee, rest))

    def test_a_bill_without_a_date_is_the_oldest(self):
        plan = plan_refund(250, {}, [PaidBill(9, None, 500), PaidBill(1, SEP, 200)])
        self.assertEqual(plan.bills, {1: 200, 9: 50})

    def test_same_day_goes_by_key(self):
        plan = plan_refund(10, {}, [PaidBill(4, SEP, 50), PaidBill(9, SEP, 50)])
        self.assertEqual(plan.bills, {9: 10})

    def test_negative_amounts_are_refused(self):
        for args in ((-1, {}, []), (1, {1: -1}, []), (1, {}, [PaidBill(1, SEP, -1)])):
            with self.subTest(args=args), self.assertRaises(ValueError):
                plan_refund(*args)

    @PROPERTY
    @given(money, sources, bills, money)
    def test_all_of_it_comes_from_somewhere(self, amount, deposits, bills, fee):
        plan = plan_refund(amount, deposits, bills, fee)
        from_bills = sum(plan.bills.values())
        from_deposits = sum(plan.deposits.values())
        self.assertEqual(from_deposits + from_bills + plan.fee + plan.rest, amount)
        available = {bill.key: bill.amount for bill in bills}
        for key, part in plan.bills.items():
            self.assertTrue(0 < part <= available[key])
        for key, part in plan.deposits.items():
            self.assertTrue(0 < part <= deposits[key])
        if plan.bills:
            self.assertEqual(from_deposits, sum(deposits.values()))
        if plan.fee or plan.rest:
            self.assertEqual(from_bills, sum(available.values()))
        if plan.rest:
            self.assertEqual(plan.fee, fee)

    @PROPERTY
    @given(money, bills)
    def test_newest_first(self, amount, bills):
        plan = plan_refund(amount, {}, bills)
        touched = [bill for bill in bills if plan.bills.get(bill.key)]
        spared = [
            bill for bill in bills if not plan.bills.get(bill.key) and bill.amount
        ]
        for bill in touched:
            for other in spared:
                self.assertGreater(
                    (bill.due or date.min, bill.key), (other.due or date.min, other.key)
                )
