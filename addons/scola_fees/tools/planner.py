# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""From an enrolment to its bills: who owes what, when and why. Pure functions."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date

from .installments import Part, absorb, split
from .periods import (
    MONTHLY,
    ONCE,
    Period,
    YearCalendar,
    due_date,
    iter_periods,
    month_start,
)
from .rupiah import follow_weights, prorate_days
from .scholarships import Award, Charge, apply_awards

PRORATA_FULL, PRORATA_NONE, PRORATA_DAYS = "full", "none", "days"


@dataclass(frozen=True)
class FeeLine:
    """One line of a fee template.

    ``prices`` are (valid from, rupiah), ascending; ``months`` empty means all of them.
    """

    key: int
    component: int
    frequency: str
    prices: tuple[tuple[date, int], ...]
    due_mode: str = "day"
    due_number: int = 10
    months: frozenset[int] = frozenset()
    discountable: bool = True
    installments: bool = False
    date_start: date | None = None
    date_end: date | None = None

    def price_on(self, day: date) -> int | None:
        """Return the price valid on ``day``, the first one before any is."""
        valid = [amount for since, amount in self.prices if since <= day]
        if valid:
            return valid[-1]
        return self.prices[0][1] if self.prices else None


@dataclass(frozen=True)
class Enrollment:
    """What is known of one student's enrolment when its bills are planned.

    ``pauses`` are first and last days, within start and end, without overlaps.
    """

    key: int
    year: YearCalendar
    lines: tuple[FeeLine, ...]
    start: date
    end: date
    pauses: tuple[tuple[date, date], ...] = ()
    prorata: str = PRORATA_FULL
    awards: tuple[Award, ...] = ()
    parts: tuple[Part, ...] = ()
    rounding: int = 1


@dataclass
class BillLine:
    """One fee line of one bill, in rupiah; ``discounts`` by award key."""

    line: int
    component: int
    gross: int
    discounts: dict[int, int] = field(default_factory=dict)

    @property
    def discount(self) -> int:
        """Return the sum of all discounts."""
        return sum(self.discounts.values())


@dataclass
class Bill:
    """One row of the fee schedule: an enrolment, a period and an instalment of it."""

    enrollment: int
    period: str
    frequency: str
    installment: int
    installments: int
    period_start: date
    period_end: date
    bill_date: date
    due_date: date
    lines: list[BillLine] = field(default_factory=list)

    @property
    def key(self) -> tuple[int, str, int]:
        """Return what makes the bill unique."""
        return self.enrollment, self.period, self.installment

    @property
    def gross(self) -> int:
        """Return the sum before scholarships."""
        return sum(line.gross for line in self.lines)

    @property
    def discount(self) -> int:
        """Return the sum of all scholarships."""
        return sum(line.discount for line in self.lines)

    @property
    def net(self) -> int:
        """Return what is to be paid."""
        return self.gross - self.discount


def plan(enrollment: Enrollment, until: date | None = None) -> list[Bill]:
    """Return the bills of ``enrollment``, by bill date, period and instalment.

    :param until: leave out what is to be billed after this day
    """
    bills = []
    for period, lines in _lines_by_period(enrollment):
        bills += _split_bill(enrollment, _period_bill(enrollment, period, lines))
    if until:
        bills = [bill for bill in bills if bill.bill_date <= until]
    return sorted(
        bills, key=lambda bill: (bill.bill_date, bill.period, bill.installment)
    )


def _lines_by_period(
    enrollment: Enrollment,
) -> Iterable[tuple[Period, list[tuple[FeeLine, int]]]]:
    """Yield each period with the lines billed in it and their gross amounts."""
    found: dict[str, tuple[Period, list[tuple[FeeLine, int]]]] = {}
    for line in enrollment.lines:
        for period in iter_periods(line.frequency, enrollment.year, line.months):
            gross = _gross(enrollment, line, period)
            if gross:
                found.setdefault(period.key, (period, []))[1].append((line, gross))
    return found.values()


def _gross(enrollment: Enrollment, line: FeeLine, period: Period) -> int:
    """Return what ``line`` costs in ``period`` before scholarships, 0 for nothing.

    Pro-rata is for students who come late or leave early: days of the period before
    the year begins or the fee is charged at all do not count as absence.
    """
    year = enrollment.year
    first = max(filter(None, (year.start, line.date_start, period.start)))
    last = min(filter(None, (year.end, line.date_end, period.end)))
    start, end = max(first, enrollment.start), min(last, enrollment.end)
    if start > end:
        return 0
    price = line.price_on(max(period.start, year.start))
    if not price:
        return 0
    charged = (last - first).days + 1
    present = _days_present(enrollment, start, end)
    if not present:
        return 0
    if period.frequency == ONCE or present == charged:
        return price
    if enrollment.prorata == PRORATA_DAYS:
        return prorate_days(price, present, charged)
    return 0 if enrollment.prorata == PRORATA_NONE else price


def _days_present(enrollment: Enrollment, start: date, end: date) -> int:
    """Return how many days from ``start`` to ``end`` lie outside the pauses."""
    absent = sum(
        max((min(last, end) - max(first, start)).days + 1, 0)
        for first, last in enrollment.pauses
    )
    return (end - start).days + 1 - absent


def _period_bill(
    enrollment: Enrollment, period: Period, lines: list[tuple[FeeLine, int]]
) -> Bill:
    """Return the whole bill of a period, before it is split into instalments."""
    charges = [
        Charge(line.component, gross, line.discountable) for line, gross in lines
    ]
    charged = min(line.date_start or period.start for line, _gross in lines)
    start = max(period.start, enrollment.start, charged)
    apply_awards(charges, list(enrollment.awards), start)
    first = lines[0][0]
    anchor = period.start if period.frequency == MONTHLY else start
    due = max(due_date(anchor, first.due_mode, first.due_number), start)
    return Bill(
        enrollment.key,
        period.key,
        period.frequency,
        1,
        1,
        period.start,
        period.end,
        month_start(start),
        due,
        [
            BillLine(line.key, line.component, charge.gross, charge.discounts)
            for (line, _gross), charge in zip(lines, charges, strict=True)
        ],
    )


def _split_bill(enrollment: Enrollment, bill: Bill) -> list[Bill]:
    """Return the instalments of ``bill``, or the bill itself where there are none."""
    splittable = {line.key for line in enrollment.lines if line.installments}
    if not enrollment.parts or not any(line.line in splittable for line in bill.lines):
        return [bill]
    count = len(enrollment.parts)
    bills = [_installment(bill, enrollment.parts, index) for index in range(count)]
    for line in bill.lines:
        if line.line in splittable:
            grosses = split(line.gross, enrollment.parts, enrollment.rounding)
        else:
            grosses = [line.gross] + [0] * (count - 1)
        _spread_line(bills, line, grosses)
    # A small fee may come to nothing in some parts: the others are counted.
    filled = [part for part in bills if part.lines]
    return [
        replace(part, installment=number, installments=len(filled))
        for number, part in enumerate(filled, start=1)
    ]


def _installment(bill: Bill, parts: tuple[Part, ...], index: int) -> Bill:
    due = parts[index].due(bill.due_date)
    bill_date = bill.bill_date if index == 0 else max(bill.bill_date, month_start(due))
    return replace(
        bill,
        installment=index + 1,
        installments=len(parts),
        bill_date=bill_date,
        due_date=due,
        lines=[],
    )


def _spread_line(bills: list[Bill], line: BillLine, grosses: list[int]) -> None:
    """Add ``line`` to the instalments: gross as given, each discount along with it."""
    discounts = {
        key: follow_weights(amount, grosses) for key, amount in line.discounts.items()
    }
    left = list(grosses)
    for key, parts in discounts.items():
        discounts[key] = _fit(parts, left)
        left = [room - part for room, part in zip(left, discounts[key], strict=True)]
    for index, gross in enumerate(grosses):
        if gross:
            own = {
                key: parts[index] for key, parts in discounts.items() if parts[index]
            }
            bills[index].lines.append(BillLine(line.line, line.component, gross, own))


def _fit(parts: list[int], room: list[int]) -> list[int]:
    """Move what exceeds ``room`` to other parts: rounding may overfill one."""
    fitted = [min(part, space) for part, space in zip(parts, room, strict=True)]
    excess = sum(parts) - sum(fitted)
    for index, space in enumerate(room):
        moved = min(excess, space - fitted[index])
        fitted[index] += moved
        excess -= moved
    return fitted


def replan(planned: list[Bill], billed: list[Bill]) -> list[Bill]:
    """Return the bills still to be raised, given those already ``billed``.

    Billed rows are never touched, and a period billed whole is closed: a later price or
    scholarship does not reopen it. Of a period billed in part, what the new plan asks
    beyond what was billed goes to its remaining instalments, the difference into the
    last ones; where the new plan has none left, one more is added.
    """
    by_period: dict[str, list[Bill]] = {}
    for bill in billed:
        by_period.setdefault(bill.period, []).append(bill)
    result = [bill for bill in planned if bill.period not in by_period]
    for period, done in by_period.items():
        if max(bill.installment for bill in done) < done[-1].installments:
            wanted = [bill for bill in planned if bill.period == period]
            result += _rest_of_period(wanted, done)
    return result


def _rest_of_period(wanted: list[Bill], billed: list[Bill]) -> list[Bill]:
    highest = max(bill.installment for bill in billed)
    rest = [replace(bill, lines=[]) for bill in wanted if bill.installment > highest]
    source = {bill.installment: bill for bill in wanted}
    if not rest and wanted:
        last = wanted[-1]
        rest = [
            replace(last, installment=highest + 1, installments=highest + 1, lines=[])
        ]
    for key in sorted({line.line for bill in wanted for line in bill.lines}):
        _rest_of_line(key, rest, source, wanted, billed)
    return [bill for bill in rest if bill.lines]


def _rest_of_line(key, rest, source, wanted, billed) -> None:
    """Give the instalments in ``rest`` what line ``key`` still lacks."""
    gross = _amounts(key, rest, source, wanted, billed, None)
    component = next(
        line.component for bill in wanted for line in bill.lines if line.line == key
    )
    awards = sorted(
        {
            award
            for bill in wanted + billed
            for line in bill.lines
            if line.line == key
            for award in line.discounts
        }
    )
    room = list(gross)
    # An award that replaces another one gives no more than what the two have left.
    left = _discount_of(wanted, key) - _discount_of(billed, key)
    discounts = {}
    for award in awards:
        parts = _amounts(key, rest, source, wanted, billed, award)
        fitted = _fit(absorb(parts, min(max(left, 0) - sum(parts), 0)), room)
        left -= sum(fitted)
        room = [space - part for space, part in zip(room, fitted, strict=True)]
        discounts[award] = fitted
    for index, bill in enumerate(rest):
        if gross[index]:
            own = {a: parts[index] for a, parts in discounts.items() if parts[index]}
            bill.lines.append(BillLine(key, component, gross[index], own))


def _discount_of(bills: list[Bill], key: int) -> int:
    return sum(
        line.discount for bill in bills for line in bill.lines if line.line == key
    )


def _amounts(key, rest, source, wanted, billed, award) -> list[int]:
    """Return, by instalment of ``rest``, gross or one award's discount of a line."""

    def amount(bill: Bill | None) -> int:
        lines = bill.lines if bill else []
        return sum(
            line.gross if award is None else line.discounts.get(award, 0)
            for line in lines
            if line.line == key
        )

    parts = [amount(source.get(bill.installment)) for bill in rest]
    target = sum(map(amount, wanted)) - sum(map(amount, billed))
    return absorb(parts, target - sum(parts))
