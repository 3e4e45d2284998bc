# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The shape of an invoice: all that has to be alike for one to be copied from another.

Specifications are values as ``account.move.create`` takes them. Nothing here touches
the database.
"""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

# What may differ between the invoices of one shape, besides the columns that add-ons
# declare.
VARYING = frozenset(
    ("partner_id", "ref", "invoice_origin", "payment_reference", "invoice_line_ids")
)
SCALARS = frozenset((bool, date, datetime, Decimal, float, int, str, type(None)))
# What the key of a line leaves out: by whether its text and its price may differ.
SKIPPED = {
    (False, False): frozenset(),
    (False, True): frozenset(("price_unit",)),
    (True, False): frozenset(("name",)),
    (True, True): frozenset(("name", "price_unit")),
}
# Line types that carry no amount.
TEXT_LINES = frozenset(("line_section", "line_subsection", "line_note"))


@dataclass(slots=True)
class Spec:
    """One specification, taken apart.

    :ivar index: its position in the batch
    :ivar vals: the values as they were given
    :ivar key: the hashable rest that has to be alike
    :ivar names: the texts of its lines, None where Odoo has to choose it
    :ivar prices: what its lines cost, if that may differ within the shape, else None
    :ivar partner: what matters of its customer
    """

    index: int
    vals: dict
    key: tuple
    names: list[str | None]
    prices: list[Decimal | None] | None = None
    partner: object = None


class NotStampable(Exception):
    """A specification that only the ORM understands; ``code`` says why."""

    def __init__(self, code: str):
        super().__init__(code)
        self.code = code


def _freeze_items(vals: dict, skipped) -> tuple:
    """Return a hashable stand-in for values, but for some.

    In the order given, which is the same in specifications of one origin; elsewhere it
    only makes two shapes of one.
    """
    return tuple(
        [
            (name, value if value.__class__ in SCALARS else repr(value))
            for name, value in vals.items()
            if name not in skipped
        ]
    )


def take_apart(
    index: int, vals: dict, columns: frozenset, digits: int, *, fixed: bool = False
) -> Spec:
    """Return a specification taken apart.

    :param int index: its position in the batch
    :param dict vals: values of ``account.move``
    :param frozenset columns: what may differ, :const:`VARYING` among them
    :param int digits: decimal places both the currency and prices have
    :param bool fixed: whether prices and texts belong to the shape in any case
    :raise NotStampable: if its lines are not plain
    """
    lines = [_get_line(command) for command in vals.get("invoice_line_ids") or ()]
    if not lines or "line_ids" in vals:
        raise NotStampable("lines")
    prices = None if fixed else get_free_prices(lines, digits)
    free_names = not fixed and not any(map(_may_be_analytic, lines))
    names = [line.get("name") or None for line in lines]
    head = _freeze_items(vals, columns)
    body = tuple(
        [
            _get_line_key(line, price, free_names)
            for line, price in zip(lines, prices or [None] * len(lines), strict=True)
        ]
    )
    key = (head, body, bool(vals.get("payment_reference")), fixed)
    return Spec(index, vals, key, names, prices)


def _get_line(command) -> dict:
    """Return the values of a line to be created.

    :raise NotStampable: if it is another kind of command
    """
    if command[0] != 0:
        raise NotStampable("lines")
    return command[2]


def _may_be_analytic(line: dict) -> bool:
    return bool(line.get("analytic_distribution"))


def _get_line_key(line: dict, price: Decimal | None, free_name: bool) -> tuple:
    free_name = free_name and bool(line.get("name"))
    return (
        _freeze_items(line, SKIPPED[free_name, price is not None]),
        # Debit or credit, and nothing at all, are different kinds of lines.
        None if price is None else (price > 0) - (price < 0),
        free_name,
    )


def get_free_prices(lines: list[dict], digits: int) -> list[Decimal | None] | None:
    """Return the prices of lines whose amounts follow from them exactly.

    That is so without taxes, discounts and distributions, with quantity 1 and a price
    that the currency can express: the subtotal is the price, the total their sum.

    :param list lines: values of ``account.move.line``
    :param int digits: decimal places both the currency and prices have
    :return: a price per line (None for texts), or None where that is not so
    """
    prices = []
    for line in lines:
        if line.get("display_type") in TEXT_LINES:
            prices.append(None)
            continue
        price = _get_exact_price(line, digits)
        if price is None:
            return None
        prices.append(price)
    total = sum(price for price in prices if price is not None)
    return prices if total > 0 else None


def _get_exact_price(line: dict, digits: int) -> Decimal | None:
    plain = (
        line.get("quantity") == 1
        and not line.get("discount")
        and not line.get("analytic_distribution")
        and line.get("display_type") in (None, False, "product")
        and line.get("account_id")
        and "price_unit" in line
        and _is_tax_free(line.get("tax_ids"))
    )
    if not plain:
        return None
    try:
        # The shortest text that means this number, as PostgreSQL would read it too.
        price = Decimal(str(line["price_unit"] or 0))
    except InvalidOperation:
        return None
    return price if price == round(price, digits) else None


def _is_tax_free(commands) -> bool:
    """Whether it is said, not just left out, that a line has no taxes."""
    if not isinstance(commands, (list, tuple)):
        return False
    if not commands:
        return False
    return all(
        command[0] == 5 or (command[0] == 6 and not command[2]) for command in commands
    )
