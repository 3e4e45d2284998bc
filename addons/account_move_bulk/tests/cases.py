# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Random batches of invoices for the oracle, told by names that read well in a failure.

What is repeated in a list below is to be chosen more often.
"""

import itertools
from dataclasses import dataclass

from hypothesis import strategies as st

from odoo.fields import Command

JOURNALS = (
    ["plain"] * 18
    + ["second"] * 8
    + ["number", "branch", "other"] * 4
    + ["partner", "euro", "hashed", "dollars"]
)
DATES = [
    "2026-11-16",
    "2026-11-01",
    "2026-10-31",
    "2026-06-15",
    "2025-12-20",
    "2027-01-05",
]
EVERYDAY = ["single", "second", "third", "fourth", "family", "child", "sibling"]
PARTNERS = EVERYDAY + [
    "delivered",
    "invoiced",
    "elsewhere",
    "of_biller",
    "of_accountant",
    "with_term",
    "with_account",
    "with_position",
    "french",
    "english",
    "restricted",
    "distributed",
    "ranked",
]
PRICES = [450_000.0, 450_000, 125_000.5, 99_999.99, 33_333.33, 100.0, 12.34, 0.1]
TAXES = [("excluded",)] * 4 + [
    ("included",),
    ("group",),
    ("withheld",),
    ("excluded", "withheld"),
    ("service", "excluded"),
    ("service", "included"),
    ("fixed",),
    ("on_payment",),
]
ANALYTICS = [
    {("unit_1",): 100},
    {("unit_1",): 60, ("unit_2",): 40},
    {("unit_1", "activity"): 100},
    {("unit_1", "activity"): 30, ("unit_2",): 70},
    {("unit_2",): 33.33},
]
TERMS = ["month", "instalments", "early", "early"]
SUFFIXES = ["A", "B", "B", "", "Z9"]


def rarely(strategy, nothing=None, times=3):
    """Return a strategy that gives ``nothing`` ``times`` out of ``times`` + 1."""
    return st.one_of(*[st.just(nothing)] * times, strategy)


def pick(values):
    return st.sampled_from(values)


@dataclass(frozen=True)
class Line:
    """A line of an invoice; ``kind`` is "product", or the type of a text line."""

    kind: str = "product"
    product: str | None = None
    account: bool = True
    named: bool = True
    quantity: float | None = 1
    price: float | None = 100.0
    discount: float | None = None
    taxes: tuple | None = ()
    analytic: tuple | None = None


@dataclass(frozen=True)
class Shape:
    """What invoices have in common; ``varies`` if the first line's price and the texts
    of all lines do not."""

    journal: str
    invoice_date: str
    lines: tuple
    date: str | None = None
    due: str | None = None
    term: str | None = None
    salesperson: str | None = None
    varies: bool = True


@dataclass(frozen=True)
class Spec:
    """One invoice: the number of its shape and what it has of its own."""

    shape: int
    partner: str
    ref: str | None = None
    origin: str | None = None
    payment_reference: str | None = None
    price: float | None = None
    name: str | None = None
    student: bool = False


@dataclass(frozen=True)
class Case:
    """A batch and the circumstances under which it is posted.

    :ivar existing: number of invoices that the first journal has already
    :ivar is_locked: whether all until June 2026 is locked for changes
    :ivar has_terms: whether invoices tell the company's terms
    :ivar has_model: whether one customer's invoices are distributed by themselves
    """

    shapes: tuple
    specs: tuple
    user: str = "superuser"
    company: str = "company"
    lang: str | None = None
    nosubscribe: bool = False
    rounding: str = "round_per_line"
    existing: int = 0
    is_locked: bool = False
    has_terms: bool = False
    has_model: bool = False


def _draw_plain_line():
    """A line whose price may be free within its shape."""
    return st.builds(
        Line,
        product=rarely(pick(["plain", "described"]), times=4),
        price=pick(PRICES),
    )


def _draw_line():
    return st.builds(
        Line,
        product=rarely(pick(["plain", "taxed", "described"]), times=2),
        account=pick([True, True, True, False]),
        named=pick([True, True, True, False]),
        quantity=pick([1, 1, 1.0, 2, 3, 0.5, 1.25, None]),
        price=st.one_of(
            pick(PRICES), rarely(pick([0, 0.0, None, 0.005]), 7.5, times=7)
        ),
        discount=rarely(pick([10, 12.5, 33.33, 100])),
        taxes=st.one_of(st.just(()), pick(TAXES), rarely(st.none(), ())),
        analytic=rarely(pick([tuple(item.items()) for item in ANALYTICS]), times=2),
    )


def _draw_text_line():
    return st.builds(
        Line,
        kind=pick(["line_section", "line_note", "line_subsection"]),
        price=st.none(),
        quantity=st.none(),
    )


def _draw_discount_line():
    return st.builds(Line, price=pick([-1.0, -0.05]))


@st.composite
def _draw_lines(draw, main):
    lines = draw(st.lists(main(), min_size=1, max_size=3))
    extra = draw(rarely(pick([_draw_text_line, _draw_discount_line])))
    if extra:
        lines.insert(draw(st.integers(0, len(lines))), draw(extra()))
    return tuple(lines)


@st.composite
def _draw_shape(draw):
    due = draw(pick(["due", "due", "term", "nothing"]))
    is_plain = draw(st.booleans())
    main = _draw_plain_line if is_plain else _draw_line
    return Shape(
        journal=draw(pick(JOURNALS)),
        invoice_date=draw(pick(DATES)),
        lines=draw(_draw_lines(main)),
        date=draw(rarely(pick(DATES), times=5)),
        due=draw(pick(["2026-11-30", "2027-01-10"])) if due == "due" else None,
        term=draw(pick(TERMS)) if due == "term" else None,
        salesperson=draw(rarely(pick(["biller", "accountant"]), times=9)),
        # Where amounts cannot be free, each other price is a shape of its own.
        varies=is_plain or draw(pick([False, False, False, True])),
    )


@st.composite
def draw_cases(draw):
    """Return a strategy of cases."""
    number = draw(pick([1] * 6 + [2, 3]))
    # Customers that are alike and are told nothing of their own: one prototype for all.
    is_simple = draw(pick([True] * 4 + [False]))
    partners = EVERYDAY if is_simple else PARTNERS
    payment_references = st.none() if is_simple else rarely(pick(["PAY1", "PAY2", ""]))
    shapes = draw(st.lists(_draw_shape(), min_size=number, max_size=number))
    specs = draw(
        st.lists(
            st.builds(
                Spec,
                shape=st.integers(0, number - 1),
                partner=pick(partners),
                ref=rarely(pick(SUFFIXES), times=2),
                origin=rarely(pick(SUFFIXES), times=2),
                payment_reference=payment_references,
                price=rarely(pick([*PRICES, 77_000.0]), times=1),
                name=rarely(pick(SUFFIXES), times=1),
                student=pick([False, True]),
            ),
            min_size=number * 2 + 2,
            max_size=number * 2 + 5,
        )
    )
    return Case(
        shapes=tuple(shapes),
        specs=tuple(specs),
        user=draw(pick(["superuser", "superuser", "biller", "accountant"])),
        company=draw(pick(["company", "company", "company", "branch", "other"])),
        lang=draw(rarely(pick(["en_US", "fr_FR"]), times=2)),
        nosubscribe=draw(st.booleans()),
        rounding=draw(pick(["round_per_line", "round_globally"])),
        existing=draw(pick([0] * 9 + [1])),
        is_locked=draw(pick([False, False, False, True])),
        has_terms=draw(pick([False] * 7 + [True])),
        has_model=draw(pick([False] * 15 + [True])),
    )


class Builder:
    """Turns cases into values of ``account.move``."""

    def __init__(self, case):
        """:param BulkCommon case: whose records the names stand for"""
        self.case = case

    def build(self, case):
        """Return the values of each invoice of ``case``."""
        # A row of the fee schedule is billed once.
        students = itertools.zip_longest(self.case.students, self.case.schedule)
        return [
            self._get_move(case.shapes[spec.shape], spec, students)
            for spec in case.specs
        ]

    def _get_move(self, shape, spec, students):
        journal = self.case.journals[shape.journal]
        vals = {
            "move_type": "out_invoice",
            "journal_id": journal.id,
            "partner_id": self.case.partners[spec.partner].id,
            "invoice_date": shape.invoice_date,
            "invoice_line_ids": [
                Command.create(self._get_line(line, shape, spec, journal, rank))
                for rank, line in enumerate(shape.lines)
            ],
        }
        if shape.date:
            vals["date"] = shape.date
        if shape.due:
            vals.update(invoice_date_due=shape.due, invoice_payment_term_id=False)
        if shape.term:
            vals["invoice_payment_term_id"] = self.case.terms[shape.term].id
        if shape.salesperson:
            vals["invoice_user_id"] = self.case.users[shape.salesperson].id
        for name, value in (
            ("ref", spec.ref),
            ("invoice_origin", spec.origin),
            ("payment_reference", spec.payment_reference),
        ):
            if value is not None:
                vals[name] = value
        student, row = next(students, (None, None)) if spec.student else (None, None)
        if student:
            vals["student_id"] = student.id
        if row:
            vals["fee_schedule_id"] = row.id
        return vals

    def _get_line(self, line, shape, spec, journal, rank):
        own_name = spec.name if shape.varies and spec.name else ""
        if line.kind != "product":
            return {"display_type": line.kind, "name": f"Judul {own_name}"}
        is_other = journal.company_id == self.case.other
        vals = {}
        if line.named or not line.product:
            vals["name"] = f"Baris {rank} {own_name}"
        if line.product:
            vals["product_id"] = self.case.products[line.product].id
        if line.account or not line.product or is_other:
            account = "other_income" if is_other else "income"
            vals["account_id"] = self.case.accounts[account].id
        if line.quantity is not None:
            vals["quantity"] = line.quantity
        if line.price is not None:
            is_own = shape.varies and not rank and line.price > 0
            own = spec.price if is_own else None
            vals["price_unit"] = line.price if own is None else own
        if line.discount is not None:
            vals["discount"] = line.discount
        if line.taxes is not None:
            names = ("other",) if is_other and line.taxes else line.taxes
            vals["tax_ids"] = [
                Command.set([self.case.taxes[name].id for name in names])
            ]
        if line.analytic:
            vals["analytic_distribution"] = {
                ",".join(str(self.case.analytics[name].id) for name in names): part
                for names, part in line.analytic
            }
        return vals
