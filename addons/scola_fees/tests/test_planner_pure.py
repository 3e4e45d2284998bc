# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
# pylint takes the assume() of Hypothesis for a function that never returns.
# pylint: disable=unreachable
"""The pure functions behind every bill: tables of cases, and lasting properties.

No database is touched, see ``tools/``.
"""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from ..tools import installments, periods, planner, rupiah, scholarships
from ..tools.installments import Part
from ..tools.planner import Bill, BillLine, Enrollment, FeeLine
from ..tools.scholarships import Award, Charge

YEAR = periods.YearCalendar(
    "2026/2027",
    date(2026, 7, 1),
    date(2027, 6, 30),
    (
        (date(2026, 7, 1), date(2026, 12, 31)),
        (date(2027, 1, 1), date(2027, 6, 30)),
    ),
)
# Schools start in the middle of July.
MID_YEAR = replace(YEAR, start=date(2026, 7, 13), end=date(2027, 6, 19))

PROPERTY = settings(max_examples=150, deadline=None, database=None, derandomize=True)

AMOUNTS = st.integers(min_value=0, max_value=50_000_000)
PRICES = st.integers(min_value=1, max_value=50_000_000)
PERCENTS = st.integers(min_value=1, max_value=10_000).map(
    lambda hundredths: Decimal(hundredths) / 100
)
DAYS = st.dates(YEAR.start, YEAR.end)
FREQUENCIES = ("monthly", "semester", "yearly", "once")


# === WHAT IS DRAWN AT RANDOM === #


@st.composite
def st_parts(draw):
    """Draw 2 to 6 parts by percent that add up to 100."""
    cuts = draw(
        st.lists(st.integers(1, 99), min_size=1, max_size=5, unique=True).map(sorted)
    )
    edges = [0, *cuts, 100]
    months = sorted(draw(st.lists(st.integers(0, 6), min_size=6, max_size=6)))
    return tuple(
        Part(percent=Decimal(high - low), months=months[index])
        for index, (low, high) in enumerate(zip(edges, edges[1:], strict=False))
    )


@st.composite
def st_award(draw, key=None):
    kind = draw(st.sampled_from(["full", "percent", "fixed"]))
    value = draw(PERCENTS if kind == "percent" else AMOUNTS.map(Decimal))
    start, end = sorted((draw(DAYS), draw(DAYS)))
    return Award(
        key=draw(st.integers(1, 9)) if key is None else key,
        kind=kind,
        value=value,
        components=draw(st.frozensets(st.integers(1, 3), max_size=2)),
        sequence=draw(st.integers(1, 3)),
        cap=draw(st.one_of(st.just(0), st.integers(1, 2_000_000))),
        on_remaining=draw(st.booleans()),
        date_start=draw(st.sampled_from([None, start])),
        date_end=draw(st.sampled_from([None, end])),
    )


@st.composite
def st_awards(draw):
    return tuple(draw(st_award(key=key)) for key in range(1, draw(st.integers(1, 5))))


@st.composite
def st_line(draw, key):
    frequency = draw(st.sampled_from(FREQUENCIES))
    later = draw(st.lists(st.tuples(DAYS, PRICES), max_size=2))
    prices = sorted({YEAR.start: draw(PRICES), **dict(later)}.items())
    start, end = sorted((draw(DAYS), draw(DAYS)))
    return FeeLine(
        key=key,
        component=draw(st.integers(1, 3)),
        frequency=frequency,
        prices=tuple(prices),
        due_number=draw(st.integers(1, 31)),
        months=frozenset(draw(st.sets(st.integers(1, 12), max_size=6))),
        discountable=draw(st.booleans()),
        installments=draw(st.booleans()),
        date_start=draw(st.sampled_from([None, start])),
        date_end=draw(st.sampled_from([None, end])),
    )


@st.composite
def st_enrollment(draw):
    start, end = sorted((draw(DAYS), draw(DAYS)))
    return Enrollment(
        key=7,
        year=YEAR,
        lines=tuple(draw(st_line(key)) for key in range(1, draw(st.integers(2, 5)))),
        start=draw(st.sampled_from([YEAR.start, start])),
        end=draw(st.sampled_from([YEAR.end, end])),
        prorata=draw(st.sampled_from(["full", "none", "days"])),
        awards=draw(st_awards()),
        parts=draw(st.one_of(st.just(()), st_parts())),
        rounding=draw(st.sampled_from([1, 500, 1000, 50_000])),
    )


def make_line(key=1, frequency="monthly", price=450_000, **values):
    values.setdefault("prices", ((YEAR.start, price),))
    values.setdefault("component", key)
    return FeeLine(key=key, frequency=frequency, **values)


def make_enrollment(*lines, **values):
    values.setdefault("start", YEAR.start)
    values.setdefault("end", YEAR.end)
    values.setdefault("year", YEAR)
    return Enrollment(key=7, lines=lines or (make_line(),), **values)


def by_period(bills):
    return {bill.period: bill.net for bill in bills}


def totals(bills):
    """Return {(period, line): (gross, discount)} over all instalments."""
    result = {}
    for bill in bills:
        for line in bill.lines:
            gross, discount = result.get((bill.period, line.line), (0, 0))
            result[bill.period, line.line] = (
                gross + line.gross,
                discount + line.discount,
            )
    return result


@tagged("post_install", "-at_install")
class TestRupiah(BaseCase):
    def test_percent_rounds_half_up(self):
        for amount, percent, expected in (
            (450_000, "50", 225_000),
            (100_001, "50", 50_001),
            (333_333, "33.33", 111_100),
            (1, "49.99", 0),
            (1, "50", 1),
            (0, "100", 0),
            (450_000, "100", 450_000),
        ):
            with self.subTest(amount=amount, percent=percent):
                self.assertEqual(rupiah.percent_of(amount, Decimal(percent)), expected)

    def test_round_down(self):
        for amount, unit, expected in (
            (Decimal("333333.9"), 1, 333_333),
            (333_999, 1000, 333_000),
            (999, 1000, 0),
            (1000, 1000, 1000),
            (0, 500, 0),
        ):
            with self.subTest(amount=amount, unit=unit):
                self.assertEqual(rupiah.round_down(amount, unit), expected)

    def test_prorate_days(self):
        for amount, present, total, expected in (
            (300_000, 15, 30, 150_000),
            (450_000, 0, 30, 0),
            (450_000, 31, 31, 450_000),
            (100_000, 1, 3, 33_333),
            (100_000, 2, 3, 66_667),
            (1, 1, 2, 1),
        ):
            with self.subTest(amount=amount, present=present, total=total):
                self.assertEqual(rupiah.prorate_days(amount, present, total), expected)

    def test_prorate_refuses_days_that_make_no_sense(self):
        for present, total in ((31, 30), (-1, 30), (0, 0)):
            with self.subTest(present=present, total=total):
                with self.assertRaises(ValueError):
                    rupiah.prorate_days(450_000, present, total)

    @PROPERTY
    @given(AMOUNTS, PERCENTS)
    def test_percent_stays_within_the_whole(self, amount, percent):
        self.assertLessEqual(0, rupiah.percent_of(amount, percent))
        self.assertLessEqual(rupiah.percent_of(amount, percent), amount)

    @PROPERTY
    @given(AMOUNTS, st.integers(1, 366), st.integers(0, 366))
    def test_prorated_halves_make_the_whole(self, amount, total, present):
        assume(present <= total)
        first = rupiah.prorate_days(amount, present, total)
        second = rupiah.prorate_days(amount, total - present, total)
        # Half a rupiah is rounded up on both sides at most.
        self.assertIn(first + second - amount, (0, 1))

    @PROPERTY
    @given(st.lists(AMOUNTS, min_size=1, max_size=8), st.data())
    def test_follow_weights(self, weights, data):
        amount = data.draw(st.integers(0, sum(weights)))
        parts = rupiah.follow_weights(amount, weights)
        self.assertEqual(sum(parts), amount)
        for part, weight in zip(parts, weights, strict=True):
            self.assertTrue(0 <= part <= weight, f"{part} of {weight}")


@tagged("post_install", "-at_install")
class TestPeriods(BaseCase):
    def test_add_months_clamps_to_the_shorter_month(self):
        for day, months, expected in (
            (date(2026, 7, 31), 1, date(2026, 8, 31)),
            (date(2026, 8, 31), 1, date(2026, 9, 30)),
            (date(2027, 1, 31), 1, date(2027, 2, 28)),
            (date(2028, 1, 31), 1, date(2028, 2, 29)),
            (date(2026, 11, 30), 3, date(2027, 2, 28)),
            (date(2026, 12, 15), 1, date(2027, 1, 15)),
            (date(2027, 1, 15), -1, date(2026, 12, 15)),
            (date(2028, 2, 29), 12, date(2029, 2, 28)),
        ):
            with self.subTest(day=day, months=months):
                self.assertEqual(periods.add_months(day, months), expected)

    def test_due_day_is_clamped(self):
        for start, number, expected in (
            (date(2027, 2, 1), 31, date(2027, 2, 28)),
            (date(2028, 2, 1), 31, date(2028, 2, 29)),
            (date(2027, 4, 1), 31, date(2027, 4, 30)),
            (date(2027, 1, 1), 31, date(2027, 1, 31)),
            (date(2027, 1, 1), 10, date(2027, 1, 10)),
        ):
            with self.subTest(start=start, number=number):
                self.assertEqual(periods.due_date(start, "day", number), expected)

    def test_due_offset(self):
        self.assertEqual(
            periods.due_date(date(2028, 2, 1), "offset", 29), date(2028, 3, 1)
        )
        self.assertEqual(
            periods.due_date(date(2026, 7, 1), "offset", 0), date(2026, 7, 1)
        )

    def test_months_of_the_year(self):
        keys = [period.key for period in periods.iter_periods("monthly", YEAR)]
        self.assertEqual(keys[0], "2026-07")
        self.assertEqual(keys[-1], "2027-06")
        self.assertEqual(len(keys), 12)

    def test_months_filter(self):
        found = periods.iter_periods("monthly", YEAR, {1, 7, 12})
        self.assertEqual([p.key for p in found], ["2026-07", "2026-12", "2027-01"])

    def test_leap_year(self):
        leap = replace(YEAR, start=date(2027, 7, 1), end=date(2028, 6, 30))
        [february] = periods.iter_periods("monthly", leap, {2})
        self.assertEqual(february.days, 29)
        self.assertEqual(february.end, date(2028, 2, 29))

    def test_other_frequencies(self):
        def keys(frequency):
            return [period.key for period in periods.iter_periods(frequency, YEAR)]

        self.assertEqual(keys("semester"), ["2026/2027-1", "2026/2027-2"])
        self.assertEqual(keys("yearly"), ["2026/2027"])
        self.assertEqual(keys("once"), ["once"])

    def test_unknown_frequency(self):
        with self.assertRaises(ValueError):
            list(periods.iter_periods("weekly", YEAR))

    @PROPERTY
    @given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.integers(-40, 40))
    def test_add_months_lands_in_the_right_month(self, day, months):
        moved = periods.add_months(day, months)
        elapsed = (moved.year - day.year) * 12 + moved.month - day.month
        self.assertEqual(elapsed, months)
        self.assertEqual(moved.day, min(day.day, periods.month_end(moved).day))

    @PROPERTY
    @given(st.dates(date(2000, 1, 1), date(2100, 1, 1)))
    def test_months_have_no_gaps(self, day):
        first, last = periods.month_start(day), periods.month_end(day)
        self.assertTrue(first <= day <= last)
        self.assertEqual(
            periods.month_start(last + timedelta(days=1)), periods.add_months(first, 1)
        )


@tagged("post_install", "-at_install")
class TestScholarships(BaseCase):
    DAY = date(2026, 11, 1)

    def give(self, awards, *charges):
        """Apply ``awards`` to charges (component, gross[, discountable])."""
        charges = [Charge(*charge) for charge in charges]
        scholarships.apply_awards(charges, awards, self.DAY)
        return [charge.net for charge in charges]

    def test_kinds(self):
        for award, expected in (
            (Award(1, "full"), 0),
            (Award(1, "percent", Decimal(100)), 0),
            (Award(1, "percent", Decimal("12.5")), 393_750),
            (Award(1, "fixed", Decimal(100_000)), 350_000),
            (Award(1, "fixed", Decimal(900_000)), 0),
        ):
            with self.subTest(award=award):
                self.assertEqual(self.give([award], (1, 450_000)), [expected])

    def test_order_is_sequence_then_key(self):
        percent = Award(1, "percent", Decimal(50), sequence=20, on_remaining=True)
        fixed = Award(2, "fixed", Decimal(100_000), sequence=10)
        # Fixed first: (450.000 - 100.000) / 2.
        self.assertEqual(self.give([percent, fixed], (1, 450_000)), [175_000])
        percent = replace(percent, sequence=5)
        # Percent first: 450.000 / 2 - 100.000.
        self.assertEqual(self.give([fixed, percent], (1, 450_000)), [125_000])
        same = replace(percent, sequence=10)
        self.assertEqual(self.give([fixed, same], (1, 450_000)), [125_000])

    def test_percent_of_gross_or_of_the_remainder(self):
        first = Award(1, "percent", Decimal(50), sequence=1)
        second = Award(2, "percent", Decimal(50), sequence=2)
        self.assertEqual(self.give([first, second], (1, 400_000)), [0])
        second = replace(second, on_remaining=True)
        self.assertEqual(self.give([first, second], (1, 400_000)), [100_000])

    def test_stacking_never_goes_below_zero(self):
        awards = [Award(key, "percent", Decimal(60)) for key in (1, 2, 3)]
        self.assertEqual(self.give(awards, (1, 450_000)), [0])

    def test_cap_counts_over_all_components_of_a_period(self):
        award = Award(1, "percent", Decimal(50), cap=300_000)
        self.assertEqual(
            self.give([award], (1, 450_000), (2, 200_000)), [225_000, 125_000]
        )
        award = replace(award, cap=250_000)
        self.assertEqual(
            self.give([award], (1, 450_000), (2, 200_000)), [225_000, 175_000]
        )

    def test_cap_on_full_and_fixed(self):
        self.assertEqual(
            self.give([Award(1, "full", cap=100_000)], (1, 450_000)), [350_000]
        )
        fixed = Award(1, "fixed", Decimal(200_000), cap=50_000)
        self.assertEqual(self.give([fixed], (1, 450_000)), [400_000])

    def test_fixed_amount_is_for_the_whole_period(self):
        award = Award(1, "fixed", Decimal(500_000))
        self.assertEqual(self.give([award], (1, 450_000), (2, 200_000)), [0, 150_000])

    def test_only_named_components(self):
        award = Award(1, "full", components=frozenset({2}))
        self.assertEqual(self.give([award], (1, 450_000), (2, 200_000)), [450_000, 0])

    def test_not_discountable(self):
        award = Award(1, "full")
        self.assertEqual(
            self.give([award], (1, 450_000), (2, 200_000, False)), [0, 200_000]
        )

    def test_validity(self):
        award = Award(1, "full", date_start=self.DAY, date_end=self.DAY)
        self.assertEqual(self.give([award], (1, 450_000)), [0])
        for change in (
            {"date_start": self.DAY + timedelta(days=1), "date_end": None},
            {"date_start": None, "date_end": self.DAY - timedelta(days=1)},
        ):
            with self.subTest(change=change):
                self.assertEqual(
                    self.give([replace(award, **change)], (1, 450_000)), [450_000]
                )

    @PROPERTY
    @given(
        st_awards(),
        st.lists(st.tuples(st.integers(1, 3), AMOUNTS, st.booleans()), max_size=5),
        DAYS,
    )
    def test_discounts_stay_within_gross(self, awards, raw, day):
        charges = [Charge(*charge) for charge in raw]
        scholarships.apply_awards(charges, list(awards), day)
        for charge in charges:
            self.assertTrue(0 <= charge.net <= charge.gross)
            self.assertTrue(all(amount > 0 for amount in charge.discounts.values()))
            if not charge.discountable:
                self.assertFalse(charge.discounts)
        for award in awards:
            given_ = sum(charge.discounts.get(award.key, 0) for charge in charges)
            if award.cap:
                self.assertLessEqual(given_, award.cap)
            if award.kind == "fixed":
                self.assertLessEqual(given_, award.value)
            if not award.covers(day):
                self.assertEqual(given_, 0)

    @PROPERTY
    @given(st_awards(), st.lists(st.tuples(st.integers(1, 3), AMOUNTS), max_size=5))
    def test_full_scholarship_leaves_nothing(self, awards, raw):
        charges = [Charge(*charge) for charge in raw]
        full = Award(99, "percent", Decimal(100), sequence=99)
        scholarships.apply_awards(charges, [*awards, full], self.DAY)
        self.assertEqual([charge.net for charge in charges], [0] * len(charges))

    @PROPERTY
    @given(
        st.permutations([1, 2, 3, 4]),
        st.lists(st.tuples(st.integers(1, 3), AMOUNTS), max_size=3),
    )
    def test_order_given_does_not_matter(self, keys, raw):
        awards = {
            1: Award(1, "percent", Decimal(30), sequence=2),
            2: Award(2, "fixed", Decimal(70_000), sequence=1),
            3: Award(3, "percent", Decimal(25), sequence=3, on_remaining=True),
            4: Award(4, "percent", Decimal(10), sequence=3, cap=15_000),
        }
        self.assertEqual(
            self.give([awards[key] for key in keys], *raw),
            self.give([awards[key] for key in (1, 2, 3, 4)], *raw),
        )


@tagged("post_install", "-at_install")
class TestInstallments(BaseCase):
    def percent(self, *percents):
        return tuple(Part(percent=Decimal(str(percent))) for percent in percents)

    def test_split_by_percent(self):
        for total, percents, unit, expected in (
            (900_000, (40, 30, 30), 1000, [360_000, 270_000, 270_000]),
            (1_000_000, (33.33, 33.33, 33.34), 1000, [333_000, 333_000, 334_000]),
            (1_000_000, (33.33, 33.33, 33.34), 1, [333_300, 333_300, 333_400]),
            (100, (50, 50), 1000, [0, 100]),
            (0, (50, 50), 1, [0, 0]),
            (7, (50, 50), 1, [3, 4]),
        ):
            with self.subTest(total=total, percents=percents, unit=unit):
                self.assertEqual(
                    installments.split(total, self.percent(*percents), unit), expected
                )

    def test_split_by_amount(self):
        parts = (Part(amount=500_000), Part(amount=300_000), Part())
        for total, expected in (
            (1_000_000, [500_000, 300_000, 200_000]),
            (600_000, [500_000, 100_000, 0]),
            (400_000, [400_000, 0, 0]),
        ):
            with self.subTest(total=total):
                self.assertEqual(installments.split(total, parts), expected)

    def test_no_parts_is_one(self):
        self.assertEqual(installments.split(900_000, ()), [900_000])

    def test_due(self):
        part = Part(months=1, days=3)
        self.assertEqual(part.due(date(2027, 1, 31)), date(2027, 3, 3))

    def test_absorb(self):
        for parts, difference, expected in (
            ([100, 200], 50, [100, 250]),
            ([100, 200], -50, [100, 150]),
            ([100, 200], -250, [50, 0]),
            ([100, 200], -999, [0, 0]),
            ([], 50, []),
        ):
            with self.subTest(parts=parts, difference=difference):
                self.assertEqual(installments.absorb(parts, difference), expected)

    @PROPERTY
    @given(AMOUNTS, st_parts(), st.sampled_from([1, 500, 1000, 50_000]))
    def test_parts_make_the_whole(self, total, parts, unit):
        amounts = installments.split(total, parts, unit)
        self.assertEqual(len(amounts), len(parts))
        self.assertEqual(sum(amounts), total)
        self.assertTrue(all(amount >= 0 for amount in amounts))
        self.assertTrue(all(amount % unit == 0 for amount in amounts[:-1]))

    @PROPERTY
    @given(
        AMOUNTS, st.lists(AMOUNTS.map(lambda amount: Part(amount=amount)), max_size=5)
    )
    def test_parts_by_amount_make_the_whole(self, total, parts):
        amounts = installments.split(total, tuple(parts))
        self.assertEqual(sum(amounts), total)
        self.assertTrue(all(amount >= 0 for amount in amounts))

    @PROPERTY
    @given(
        st.lists(AMOUNTS, min_size=1, max_size=6),
        st.integers(-60_000_000, 60_000_000),
    )
    def test_absorb_keeps_the_sum(self, parts, difference):
        result = installments.absorb(parts, difference)
        self.assertEqual(sum(result), max(sum(parts) + difference, 0))
        self.assertTrue(all(amount >= 0 for amount in result))


@tagged("post_install", "-at_install")
class TestPlan(BaseCase):
    def test_whole_year_monthly(self):
        bills = planner.plan(make_enrollment())
        self.assertEqual(len(bills), 12)
        self.assertEqual({bill.net for bill in bills}, {450_000})
        first = bills[0]
        self.assertEqual(first.key, (7, "2026-07", 1))
        self.assertEqual(first.bill_date, date(2026, 7, 1))
        self.assertEqual(first.due_date, date(2026, 7, 10))

    def test_until_leaves_out_later_bills(self):
        bills = planner.plan(make_enrollment(), until=date(2026, 9, 30))
        self.assertEqual(list(by_period(bills)), ["2026-07", "2026-08", "2026-09"])

    def test_prorata_in_the_first_and_last_month(self):
        for rule, first, last in (
            ("full", 310_000, 310_000),
            ("none", None, None),
            ("days", 160_000, 155_000),
        ):
            with self.subTest(rule=rule):
                bills = by_period(
                    planner.plan(
                        make_enrollment(
                            make_line(price=310_000),
                            start=date(2026, 8, 16),  # 16 of 31 days left
                            end=date(2026, 11, 15),  # 15 of 30 days there
                            prorata=rule,
                        )
                    )
                )
                self.assertEqual(bills.get("2026-08"), first)
                self.assertEqual(bills.get("2026-11"), last)
                self.assertEqual(bills["2026-09"], 310_000)
                self.assertEqual(bills["2026-10"], 310_000)
                self.assertFalse({"2026-07", "2026-12"} & bills.keys())

    def test_prorata_of_one_month_on_both_sides(self):
        bills = planner.plan(
            make_enrollment(
                make_line(price=300_000),
                start=date(2026, 11, 11),
                end=date(2026, 11, 20),
                prorata="days",
            )
        )
        self.assertEqual(by_period(bills), {"2026-11": 100_000})

    def test_prorata_in_a_leap_february(self):
        leap = replace(YEAR, start=date(2027, 7, 1), end=date(2028, 6, 30))
        bills = planner.plan(
            make_enrollment(
                make_line(price=290_000, months=frozenset({2})),
                year=leap,
                start=date(2028, 2, 16),
                end=leap.end,
                prorata="days",
            )
        )
        self.assertEqual(by_period(bills), {"2028-02": 140_000})  # 14 of 29 days

    def test_year_that_starts_in_mid_month_is_no_late_joining(self):
        """Whoever is there from the first day of the year pays July like the others."""
        for rule in ("full", "none", "days"):
            with self.subTest(rule=rule):
                bills = by_period(
                    planner.plan(
                        make_enrollment(
                            year=MID_YEAR,
                            start=MID_YEAR.start,
                            end=MID_YEAR.end,
                            prorata=rule,
                        )
                    )
                )
                self.assertEqual(bills["2026-07"], 450_000)
                self.assertEqual(bills["2027-06"], 450_000)

    def test_fee_that_starts_in_mid_period_is_no_late_joining(self):
        line = make_line(frequency="yearly", date_start=date(2027, 1, 15))
        for rule in ("full", "none", "days"):
            with self.subTest(rule=rule):
                [bill] = planner.plan(make_enrollment(line, prorata=rule))
                self.assertEqual(bill.net, 450_000)

    def test_late_joiner_of_a_yearly_fee(self):
        line = make_line(frequency="yearly", price=365_000)
        for rule, expected in (("full", [365_000]), ("none", []), ("days", [182_000])):
            with self.subTest(rule=rule):
                bills = planner.plan(
                    make_enrollment(line, start=date(2026, 12, 31), prorata=rule)
                )
                # 31 December to 30 June are 182 of 365 days.
                self.assertEqual([bill.net for bill in bills], expected)
                for bill in bills:
                    self.assertEqual(bill.bill_date, date(2026, 12, 1))
                    self.assertGreaterEqual(bill.due_date, date(2026, 12, 31))

    def test_once_is_never_prorated(self):
        line = make_line(frequency="once", price=3_000_000)
        for rule in ("full", "none", "days"):
            with self.subTest(rule=rule):
                [bill] = planner.plan(
                    make_enrollment(line, start=date(2027, 2, 20), prorata=rule)
                )
                self.assertEqual(bill.net, 3_000_000)
                self.assertEqual(bill.period, "once")

    def test_semester(self):
        line = make_line(frequency="semester", price=600_000, due_number=20)
        bills = planner.plan(make_enrollment(line))
        self.assertEqual(
            [(bill.period, bill.bill_date, bill.due_date) for bill in bills],
            [
                ("2026/2027-1", date(2026, 7, 1), date(2026, 7, 20)),
                ("2026/2027-2", date(2027, 1, 1), date(2027, 1, 20)),
            ],
        )

    def test_second_semester_only(self):
        line = make_line(frequency="semester")
        bills = planner.plan(make_enrollment(line, start=date(2027, 1, 1)))
        self.assertEqual([bill.period for bill in bills], ["2026/2027-2"])

    def test_months_filter(self):
        line = make_line(months=frozenset({8, 9}))
        bills = planner.plan(make_enrollment(line))
        self.assertEqual(list(by_period(bills)), ["2026-08", "2026-09"])

    def test_due_day_31_in_february(self):
        line = make_line(due_number=31, months=frozenset({2, 3}))
        bills = planner.plan(make_enrollment(line))
        self.assertEqual(
            [bill.due_date for bill in bills], [date(2027, 2, 28), date(2027, 3, 31)]
        )

    def test_due_date_is_never_before_the_student_came(self):
        bills = planner.plan(make_enrollment(start=date(2026, 11, 20)))
        self.assertEqual(bills[0].due_date, date(2026, 11, 20))
        self.assertEqual(bills[1].due_date, date(2026, 12, 10))

    def test_price_history(self):
        line = make_line(
            prices=((YEAR.start, 450_000), (date(2027, 1, 1), 500_000)),
        )
        bills = by_period(planner.plan(make_enrollment(line)))
        self.assertEqual(bills["2026-12"], 450_000)
        self.assertEqual(bills["2027-01"], 500_000)

    def test_price_from_mid_month_counts_from_the_next(self):
        line = make_line(prices=((YEAR.start, 100), (date(2026, 10, 15), 200)))
        bills = by_period(planner.plan(make_enrollment(line)))
        self.assertEqual((bills["2026-10"], bills["2026-11"]), (100, 200))

    def test_price_known_only_later_serves_the_months_before(self):
        line = make_line(prices=((date(2026, 10, 1), 200),))
        self.assertEqual(by_period(planner.plan(make_enrollment(line)))["2026-07"], 200)

    def test_line_without_price_bills_nothing(self):
        self.assertEqual(planner.plan(make_enrollment(make_line(prices=()))), [])

    def test_validity_of_a_line(self):
        line = make_line(date_start=date(2026, 9, 1), date_end=date(2026, 10, 31))
        bills = planner.plan(make_enrollment(line))
        self.assertEqual(list(by_period(bills)), ["2026-09", "2026-10"])

    def test_fee_valid_later_is_billed_later(self):
        """A graduation fee "billed from February" is no business of July."""
        for frequency in ("yearly", "once"):
            with self.subTest(frequency=frequency):
                line = make_line(frequency=frequency, date_start=date(2027, 2, 1))
                [bill] = planner.plan(make_enrollment(line))
                self.assertEqual(bill.bill_date, date(2027, 2, 1))
                self.assertEqual(bill.due_date, date(2027, 2, 10))

    def test_lines_of_one_period_are_one_bill(self):
        bills = planner.plan(make_enrollment(make_line(1), make_line(2, price=50_000)))
        self.assertEqual(len(bills), 12)
        self.assertEqual([line.gross for line in bills[0].lines], [450_000, 50_000])

    def test_installments(self):
        line = make_line(frequency="yearly", price=1_000_000, installments=True)
        parts = (
            Part(percent=Decimal("33.33")),
            Part(percent=Decimal("33.33"), months=1),
            Part(percent=Decimal("33.34"), months=2),
        )
        bills = planner.plan(make_enrollment(line, parts=parts, rounding=1000))
        self.assertEqual(
            [
                (
                    bill.installment,
                    bill.installments,
                    bill.net,
                    bill.bill_date,
                    bill.due_date,
                )
                for bill in bills
            ],
            [
                (1, 3, 333_000, date(2026, 7, 1), date(2026, 7, 10)),
                (2, 3, 333_000, date(2026, 8, 1), date(2026, 8, 10)),
                (3, 3, 334_000, date(2026, 9, 1), date(2026, 9, 10)),
            ],
        )

    def test_installments_leave_other_lines_in_the_first_part(self):
        parts = (Part(percent=Decimal(50)), Part(percent=Decimal(50), months=1))
        bills = planner.plan(
            make_enrollment(
                make_line(1, "yearly", 800_000, installments=True),
                make_line(2, "yearly", 100_000),
                make_line(3, "monthly", 450_000),
                parts=parts,
            )
        )
        yearly = [bill for bill in bills if bill.frequency == "yearly"]
        self.assertEqual([bill.net for bill in yearly], [500_000, 400_000])
        monthly = [bill for bill in bills if bill.frequency == "monthly"]
        self.assertEqual({bill.installments for bill in monthly}, {1})

    def test_scholarship_follows_the_installments(self):
        parts = (Part(percent=Decimal(50)), Part(percent=Decimal(50), months=1))
        bills = planner.plan(
            make_enrollment(
                make_line(1, "yearly", 900_001, installments=True),
                parts=parts,
                awards=(Award(1, "percent", Decimal(50)),),
            )
        )
        self.assertEqual([bill.gross for bill in bills], [450_000, 450_001])
        self.assertEqual(sum(bill.discount for bill in bills), 450_001)
        self.assertTrue(all(bill.net >= 0 for bill in bills))

    def test_two_scholarships_never_overfill_an_installment(self):
        """Each rounds a rupiah into the last part, which has no room for both."""
        parts = (Part(percent=Decimal(50)), Part(percent=Decimal(50), months=1))
        awards = tuple(Award(key, "percent", Decimal(50)) for key in (1, 2))
        bills = planner.plan(
            make_enrollment(
                make_line(1, "yearly", 900_001, installments=True),
                parts=parts,
                awards=awards,
            )
        )
        self.assertEqual([bill.gross for bill in bills], [450_000, 450_001])
        self.assertEqual([bill.net for bill in bills], [0, 0])

    def test_parts_that_come_to_nothing_are_not_counted(self):
        """900.000 in parts of 500.000, 500.000 and the rest is paid in two."""
        parts = (Part(amount=500_000), Part(amount=500_000, months=1), Part(months=2))
        bills = planner.plan(
            make_enrollment(
                make_line(1, "yearly", 900_000, installments=True), parts=parts
            )
        )
        self.assertEqual(
            [(bill.installment, bill.installments, bill.net) for bill in bills],
            [(1, 2, 500_000), (2, 2, 400_000)],
        )

    @PROPERTY
    @given(st_enrollment())
    def test_bills_are_sound(self, enrollment):
        bills = planner.plan(enrollment)
        keys = [bill.key for bill in bills]
        self.assertEqual(len(keys), len(set(keys)))
        for bill in bills:
            self.assertTrue(bill.lines)
            self.assertTrue(0 <= bill.discount <= bill.gross)
            self.assertEqual(bill.net, bill.gross - bill.discount)
            self.assertEqual(bill.bill_date.day, 1)
            self.assertTrue(1 <= bill.installment <= bill.installments)
            for line in bill.lines:
                self.assertTrue(0 < line.gross)
                self.assertTrue(0 <= line.discount <= line.gross)
                self.assertTrue(all(part > 0 for part in line.discounts.values()))

    @PROPERTY
    @given(st_enrollment())
    def test_installments_make_the_whole(self, enrollment):
        """Splitting changes neither gross nor discount of any fee of any period."""
        whole = planner.plan(replace(enrollment, parts=()))
        self.assertEqual(totals(planner.plan(enrollment)), totals(whole))

    @PROPERTY
    @given(st_enrollment())
    def test_gross_is_at_most_the_price(self, enrollment):
        for bill in planner.plan(replace(enrollment, parts=())):
            for line in bill.lines:
                source = next(x for x in enrollment.lines if x.key == line.line)
                self.assertLessEqual(line.gross, max(p for _d, p in source.prices))
                if enrollment.prorata == "full":
                    self.assertIn(line.gross, [p for _d, p in source.prices])

    @PROPERTY
    @given(st_enrollment())
    def test_full_scholarship_costs_nothing(self, enrollment):
        lines = tuple(replace(line, discountable=True) for line in enrollment.lines)
        full = Award(99, "percent", Decimal(100), sequence=99)
        bills = planner.plan(
            replace(enrollment, lines=lines, awards=(*enrollment.awards, full))
        )
        self.assertEqual(sum(bill.net for bill in bills), 0)

    @PROPERTY
    @given(st_enrollment(), DAYS)
    def test_until_only_leaves_out(self, enrollment, until):
        bills = planner.plan(enrollment)
        self.assertEqual(
            planner.plan(enrollment, until),
            [bill for bill in bills if bill.bill_date <= until],
        )

    @PROPERTY
    @given(st_enrollment())
    def test_planning_twice_is_the_same(self, enrollment):
        self.assertEqual(planner.plan(enrollment), planner.plan(enrollment))


@tagged("post_install", "-at_install")
class TestReplan(BaseCase):
    PARTS = (
        Part(percent=Decimal(40)),
        Part(percent=Decimal(30), months=1),
        Part(percent=Decimal(30), months=2),
    )

    def yearly(self, price=900_000, **values):
        values.setdefault("parts", self.PARTS)
        line = make_line(1, "yearly", price, installments=True)
        return make_enrollment(line, **values)

    def test_nothing_billed(self):
        bills = planner.plan(make_enrollment())
        self.assertEqual(planner.replan(bills, []), bills)

    def test_billed_month_is_closed(self):
        old = planner.plan(make_enrollment())
        new = planner.plan(make_enrollment(make_line(price=500_000)))
        rest = planner.replan(new, old[:2])
        self.assertEqual(len(rest), 10)
        self.assertEqual({bill.net for bill in rest}, {500_000})
        self.assertFalse({"2026-07", "2026-08"} & by_period(rest).keys())

    def test_everything_billed_leaves_nothing(self):
        old = planner.plan(self.yearly())
        new = planner.plan(self.yearly(1_200_000))
        self.assertEqual(planner.replan(new, old), [])

    def test_higher_price_goes_to_the_rest(self):
        billed = planner.plan(self.yearly())[:1]
        rest = planner.replan(planner.plan(self.yearly(1_000_000)), billed)
        self.assertEqual(
            [(bill.installment, bill.net) for bill in rest],
            [(2, 300_000), (3, 340_000)],
        )

    def test_lower_price_comes_off_the_last(self):
        billed = planner.plan(self.yearly())[:1]  # 360.000
        rest = planner.replan(planner.plan(self.yearly(500_000)), billed)
        self.assertEqual([bill.net for bill in rest], [140_000])

    def test_price_below_what_was_billed(self):
        billed = planner.plan(self.yearly())[:2]  # 630.000
        self.assertEqual(planner.replan(planner.plan(self.yearly(500_000)), billed), [])

    def test_scholarship_after_the_first_part(self):
        billed = planner.plan(self.yearly())[:1]  # 360.000 without discount
        half = (Award(1, "percent", Decimal(50)),)
        rest = planner.replan(planner.plan(self.yearly(awards=half)), billed)
        self.assertEqual(sum(bill.gross for bill in rest), 540_000)
        self.assertEqual(sum(bill.net for bill in rest), 450_000 - 360_000)

    def test_scholarship_exchanged_for_an_equal_one(self):
        first = (Award(1, "percent", Decimal(50)),)
        second = (Award(2, "percent", Decimal(50)),)
        billed = planner.plan(self.yearly(awards=first))[:1]  # 180.000
        rest = planner.replan(planner.plan(self.yearly(awards=second)), billed)
        self.assertEqual(sum(bill.net for bill in rest), 450_000 - 180_000)

    def test_preset_with_fewer_parts(self):
        billed = planner.plan(self.yearly())[:2]  # 360.000 + 270.000 of three
        two = (Part(percent=Decimal(50)), Part(percent=Decimal(50), months=1))
        rest = planner.replan(planner.plan(self.yearly(parts=two)), billed)
        self.assertEqual(
            [(bill.installment, bill.net) for bill in rest], [(3, 270_000)]
        )

    def test_preset_taken_away(self):
        billed = planner.plan(self.yearly())[:1]
        rest = planner.replan(planner.plan(self.yearly(parts=())), billed)
        self.assertEqual(
            [(bill.installment, bill.net) for bill in rest], [(2, 540_000)]
        )

    def test_period_no_longer_planned_gets_no_more(self):
        billed = planner.plan(self.yearly())[:1]
        self.assertEqual(planner.replan([], billed), [])

    @PROPERTY
    @given(st_enrollment(), st_enrollment(), st.data())
    def test_billed_rows_are_never_touched(self, old, new, data):
        bills = planner.plan(old)
        billed = self.draw_billed(data, bills)
        before = repr(billed)
        rest = planner.replan(planner.plan(new), billed)
        self.assertEqual(repr(billed), before)
        self.assertFalse({bill.key for bill in rest} & {bill.key for bill in billed})

    @PROPERTY
    @given(st_enrollment(), st_enrollment(), st.data())
    def test_period_billed_whole_is_closed(self, old, new, data):
        bills = planner.plan(old)
        billed = self.draw_billed(data, bills)
        whole = {bill.period for bill in bills} - {
            bill.period for bill in bills if bill not in billed
        }
        rest = planner.replan(planner.plan(new), billed)
        self.assertFalse(whole & {bill.period for bill in rest})

    @PROPERTY
    @given(st_enrollment(), st.data())
    def test_same_plan_leaves_the_rest_of_it(self, enrollment, data):
        bills = planner.plan(enrollment)
        billed = self.draw_billed(data, bills)
        rest = planner.replan(planner.plan(enrollment), billed)
        self.assertEqual(
            sorted(map(self.flat, rest)),
            sorted(self.flat(bill) for bill in bills if bill not in billed),
        )

    @PROPERTY
    @given(st_enrollment(), st_enrollment(), st.data())
    def test_rest_is_sound(self, old, new, data):
        billed = self.draw_billed(data, planner.plan(old))
        rest = planner.replan(planner.plan(new), billed)
        keys = [bill.key for bill in rest]
        self.assertEqual(len(keys), len(set(keys)))
        for bill in rest:
            self.assertTrue(bill.lines)
            for line in bill.lines:
                self.assertTrue(0 < line.gross)
                self.assertTrue(0 <= line.discount <= line.gross)

    @PROPERTY
    @given(
        st.tuples(PRICES, PRICES),
        st.tuples(st_awards(), st_awards()),
        st.tuples(st_parts(), st.one_of(st.just(()), st_parts())),
        st.sampled_from([1, 1000]),
        st.integers(1, 5),
    )
    def test_billed_and_rest_make_the_new_total(
        self, prices, awards, parts, rounding, number
    ):
        """Once part of a year is billed, the rest makes up for it to the rupiah.

        Where the new plan asks for less gross or gives less discount than was billed,
        a credit note is needed and the plan cannot help.
        """
        old = self.yearly(
            prices[0], awards=awards[0], parts=parts[0], rounding=rounding
        )
        new = self.yearly(
            prices[1], awards=awards[1], parts=parts[1], rounding=rounding
        )
        bills, wanted = planner.plan(old), planner.plan(new)
        billed = bills[:number]
        assume(len(billed) < len(bills))
        gross, discount = self.sums(billed)
        new_gross, new_discount = self.sums(wanted)
        rest = self.sums(planner.replan(wanted, billed))
        self.assertEqual(rest[0], max(new_gross - gross, 0))
        self.assertLessEqual(rest[1], rest[0])
        if new_discount <= discount:
            self.assertEqual(rest[1], 0)
        elif new_gross - new_discount >= gross - discount and new_gross >= gross:
            self.assertEqual(rest[1], new_discount - discount)
        else:
            self.assertEqual(rest[1], rest[0], "nothing more to pay")

    def sums(self, bills):
        return sum(b.gross for b in bills), sum(b.discount for b in bills)

    def draw_billed(self, data, bills):
        """Draw what was billed: of each period the first few instalments."""
        billed = []
        for period in sorted({bill.period for bill in bills}):
            own = [bill for bill in bills if bill.period == period]
            own.sort(key=lambda bill: bill.installment)
            billed += own[: data.draw(st.integers(0, len(own)))]
        return billed

    def flat(self, bill: Bill):
        lines = sorted(map(self.flat_line, bill.lines))
        return (*bill.key, bill.installments, bill.bill_date, bill.due_date, lines)

    def flat_line(self, line: BillLine):
        return line.line, line.component, line.gross, sorted(line.discounts.items())
