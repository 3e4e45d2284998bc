# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Shares, ceilings, cuts and running balances."""

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from ..tools.book import Entry, show_gross
from ..tools.cash import compare, count_total
from ..tools.document import (
    Column,
    Row,
    format_cell,
    format_rupiah,
    total_row,
)
from ..tools.limits import BROKEN, OK, OPEN, judge
from ..tools.money import (
    percent_of,
    running_balances,
    share_percent,
    split_amount,
    to_decimal,
)
from ..tools.penalty import (
    Cut,
    Deadline,
    assess,
    cut_percent,
    next_step,
    total_percent,
    worst_percent,
)
from ..tools.periods import day_of, equal_shares, period_dates

D = Decimal
PROPERTY = settings(max_examples=50)
RUPIAH = st.integers(0, 10**12).map(D)
PERCENT = st.integers(0, 10_000).map(lambda value: D(value) / 100)

STAGE = Deadline(
    date(2026, 7, 31),
    (
        Cut(date(2026, 8, 1), D(2)),
        Cut(date(2026, 9, 1), D(3)),
        Cut(date(2026, 10, 1), D(4)),
    ),
    date(2026, 10, 25),
)
YEAR = Deadline(
    date(2027, 1, 31),
    (
        Cut(date(2027, 2, 1), D(2)),
        Cut(date(2027, 3, 1), D(3)),
        Cut(date(2027, 4, 1), D(4)),
    ),
    date(2027, 6, 25),
)
DAYS = st.dates(date(2026, 1, 1), date(2028, 12, 31))


@tagged("post_install", "-at_install")
class TestBosTools(BaseCase):
    # === AMOUNTS AND PERIODS === #

    def test_percent_is_rounded_to_the_rupiah(self):
        for amount, percent, expected in (
            (403_200_000, 40, 161_280_000),
            (403_200_000, 10, 40_320_000),
            (1, 50, 1),
            (1, 49, 0),
            (333, "33.33", 111),
        ):
            self.assertEqual(percent_of(D(amount), D(percent)), D(expected))
        self.assertEqual(share_percent(D(1), D(3)), D("33.33"))
        self.assertEqual(share_percent(D(1), D(0)), D(0))
        self.assertEqual(to_decimal(0.1 + 0.2), D("0.30"))
        self.assertEqual(to_decimal(None), D("0.00"))

    @PROPERTY
    @given(RUPIAH, st.sampled_from((1, 2, 3, 4, 7)))
    def test_parts_add_up(self, total, count):
        parts = split_amount(total, equal_shares(count))
        self.assertEqual(sum(parts), total)
        self.assertEqual(len(parts), count)

    def test_periods(self):
        for kind, number, first, last in (
            ("year", 1, (1, 1), (12, 31)),
            ("stage", 1, (1, 1), (6, 30)),
            ("stage", 2, (7, 1), (12, 31)),
            ("semester", 2, (7, 1), (12, 31)),
            ("quarter", 1, (1, 1), (3, 31)),
            ("quarter", 2, (4, 1), (6, 30)),
            ("quarter", 4, (10, 1), (12, 31)),
        ):
            dates = (date(2026, *first), date(2026, *last))
            self.assertEqual(period_dates(2026, kind, number), dates)
        self.assertEqual(day_of(2026, 2, 31), date(2026, 2, 28))
        for kind, number in (("year", 2), ("stage", 0), ("quarter", 5)):
            with self.assertRaises(ValueError):
                period_dates(2026, kind, number)

    # === CEILINGS AND FLOORS === #

    def test_ceilings_and_floors(self):
        base = D(403_200_000)
        for sense, percent, amount, is_final, status, excess in (
            ("max", 40, 161_280_000, False, OK, 0),
            ("max", 40, 161_280_001, False, BROKEN, 1),
            ("max", 40, 161_280_001, True, BROKEN, 1),
            ("max", 20, 0, True, OK, 0),
            ("max", 0, 1, True, BROKEN, 1),
            ("min", 10, 40_320_000, True, OK, 0),
            ("min", 10, 40_319_999, True, BROKEN, 1),
            ("min", 10, 40_319_999, False, OPEN, 1),
            ("min", 10, 0, True, BROKEN, 40_320_000),
        ):
            verdict = judge(sense, D(percent), base, D(amount), is_final)
            self.assertEqual((verdict.status, verdict.excess), (status, D(excess)))
        verdict = judge("max", D(40), base, D(170_000_000), False)
        self.assertEqual(verdict.allowed, D(161_280_000))
        self.assertEqual(verdict.percent, D("42.16"))

    @PROPERTY
    @given(PERCENT, RUPIAH, RUPIAH, st.booleans())
    def test_excess_brings_it_back_to_the_limit(self, percent, base, amount, is_final):
        above = judge("max", percent, base, amount, is_final)
        self.assertEqual(
            judge("max", percent, base, amount - above.excess, is_final).status, OK
        )
        below = judge("min", percent, base, amount, is_final)
        self.assertEqual(
            judge("min", percent, base, amount + below.excess, is_final).status, OK
        )

    # === CUTS === #

    def test_cuts_by_month_of_delay(self):
        for deadline, day, percent in (
            (STAGE, date(2026, 1, 1), 0),
            (STAGE, date(2026, 7, 31), 0),
            (STAGE, date(2026, 8, 1), 2),
            (STAGE, date(2026, 8, 31), 2),
            (STAGE, date(2026, 9, 1), 3),
            (STAGE, date(2026, 10, 1), 4),
            (STAGE, date(2026, 10, 25), 4),
            (STAGE, date(2026, 10, 26), 100),
            (STAGE, date(2027, 3, 1), 100),
            (YEAR, date(2026, 12, 31), 0),
            (YEAR, date(2027, 1, 31), 0),
            (YEAR, date(2027, 2, 1), 2),
            (YEAR, date(2027, 3, 15), 3),
            (YEAR, date(2027, 4, 1), 4),
            (YEAR, date(2027, 5, 31), 4),
            (YEAR, date(2027, 6, 25), 4),
            (YEAR, date(2027, 6, 26), 100),
        ):
            self.assertEqual(cut_percent(deadline, day), D(percent), day)

    def test_cuts_of_several_reports_add_up(self):
        self.assertEqual(total_percent([D(4), D(2)]), D(6))
        self.assertEqual(total_percent([D(100), D(2)]), D(100))
        self.assertEqual(total_percent([]), D(0))

    def test_rupiah_at_risk(self):
        amount, whole = D(201_600_000), D(403_200_000)
        for deadline, day, lost, next_date, next_lost in (
            (STAGE, date(2026, 7, 1), 0, date(2026, 8, 1), 4_032_000),
            (STAGE, date(2026, 8, 20), 4_032_000, date(2026, 9, 1), 6_048_000),
            (STAGE, date(2026, 10, 2), 8_064_000, date(2026, 10, 26), 403_200_000),
            (STAGE, date(2026, 10, 26), 403_200_000, None, 403_200_000),
        ):
            risk = assess(deadline, day, amount, whole)
            self.assertEqual(
                (risk.lost, risk.next_date, risk.next_lost),
                (D(lost), next_date, D(next_lost)),
            )

    def test_a_deadline_without_cuts_costs_nothing(self):
        free = Deadline(date(2026, 6, 30))
        self.assertEqual(cut_percent(free, date(2030, 1, 1)), 0)
        self.assertIsNone(next_step(free, date(2026, 1, 1)))
        self.assertEqual(worst_percent(free), 0)
        self.assertEqual(worst_percent(STAGE), 100)

    @PROPERTY
    @given(DAYS, DAYS)
    def test_later_never_costs_less(self, first, second):
        early, late = sorted((first, second))
        for deadline in (STAGE, YEAR):
            self.assertLessEqual(
                cut_percent(deadline, early), cut_percent(deadline, late)
            )

    @PROPERTY
    @given(DAYS, RUPIAH)
    def test_the_next_step_is_the_first_day_that_costs_more(self, day, amount):
        risk = assess(STAGE, day, amount, amount)
        step = risk.next_date
        if step is None:
            self.assertEqual(cut_percent(STAGE, day), worst_percent(STAGE))
            return
        self.assertGreater(step, day)
        self.assertEqual(cut_percent(STAGE, step - timedelta(days=1)), risk.percent)
        self.assertGreater(cut_percent(STAGE, step), risk.percent)

    # === BOOKS === #

    @PROPERTY
    @given(RUPIAH, st.lists(st.tuples(RUPIAH, RUPIAH), max_size=30))
    def test_running_balances(self, opening, movements):
        balances = running_balances(opening, movements)
        self.assertEqual(len(balances), len(movements))
        for index, balance in enumerate(balances, start=1):
            received = sum(pair[0] for pair in movements[:index])
            paid = sum(pair[1] for pair in movements[:index])
            self.assertEqual(balance, opening + received - paid)

    @PROPERTY
    @given(st.lists(st.tuples(st.integers(1, 5), RUPIAH, RUPIAH, RUPIAH), max_size=20))
    def test_gross_keeps_the_balance(self, rows):
        entries = [
            Entry(move, date(2026, 1, 1), "X", "", "", "", received, paid, tax)
            for move, received, paid, tax in rows
        ]
        gross = show_gross(entries, "Tax")
        self.assertEqual(
            sum(entry.received - entry.paid for entry in gross),
            sum(entry.received - entry.paid for entry in entries),
        )
        taxed = {entry.move_id for entry in entries if entry.withheld and entry.paid}
        self.assertEqual(len(gross), len(entries) + len(taxed))

    def test_a_payment_with_tax_is_shown_gross(self):
        entry = Entry(7, date(2026, 3, 1), "BPU1", "Honor", paid=D(95), withheld=D(5))
        shown = show_gross([entry], "Tax withheld")
        self.assertEqual(
            [(row.label, row.received, row.paid) for row in shown],
            [("Honor", 0, 100), ("Tax withheld", 5, 0)],
        )

    def test_cash_is_counted_and_compared(self):
        self.assertEqual(count_total([(100_000, 3), (500, 2), (100, 0)]), 301_000)
        closing = compare(D(1_000), D(400), D(250), D(300), D(0))
        self.assertEqual(
            (closing.book, closing.found, closing.difference), (600, 550, 50)
        )

    # === FORMS === #

    def test_cells(self):
        for value, text in (
            (D("1234567.00"), "1.234.567"),
            (D("-1234.50"), "-1.234,50"),
            (D(0), "0"),
            (date(2026, 8, 17), "17-08-2026"),
            ("07.12.01", "07.12.01"),
            (None, ""),
        ):
            self.assertEqual(format_cell(value), text)
        self.assertEqual(format_rupiah(None), "")

    def test_totals_are_of_amounts_only(self):
        columns = (Column("A"), Column("B", "amount"), Column("C", "date"))
        rows = [Row(("x", D(2), None)), Row(("y", None, date(2026, 1, 1)))]
        self.assertEqual(total_row("Sum", columns, rows).cells, ("Sum", D(2), None))
