# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Reading an RKAS worksheet: rows of cells to plain values and faults; no ORM."""

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

from . import periods, shares

#: Indonesian numbers: points between thousands, a comma before decimals.
_INDONESIAN = re.compile(r"-?\d{1,3}(\.\d{3})+(,\d+)?|-?\d+(,\d+)?")
_PLAIN = re.compile(r"-?\d+(\.\d+)?")
_MONTHS = (
    "januari",
    "februari",
    "maret",
    "april",
    "mei",
    "juni",
    "juli",
    "agustus",
    "september",
    "oktober",
    "november",
    "desember",
)
NUMBERS = ("volume", "unit_price", "amount")
PARTS = {
    "quarter": ("quarter_1", "quarter_2", "quarter_3", "quarter_4"),
    "stage": ("stage_1", "stage_2"),
}


class Fault(NamedTuple):
    """One thing wrong with a worksheet.

    ``row`` is the number of the row as Excel shows it, 0 for the whole file; ``field``
    a key of the headings; ``problem`` one of the codes that the import explains.
    """

    row: int
    field: str
    value: str
    problem: str


class Item(NamedTuple):
    """A line of the plan: codes as text, amounts in rupiah, its period."""

    row: int
    spending_code: str
    program: str
    name: str
    volume: Decimal
    uom: str
    unit_price: Decimal
    amount: Decimal
    date_from: date
    date_to: date
    account: str
    fund: str


def read_worksheet(
    rows: Sequence[Sequence[Any]],
    headings: Mapping[str, Sequence[str]],
    required: Sequence[str],
    start: date,
    end: date,
) -> tuple[list[Item], list[Fault]]:
    """Read all items of a worksheet.

    :param rows: values of the cells, row by row
    :param headings: what each column may be called, in lower case
    :param required: columns that have to be there
    :param start: first day of the budget
    :param end: last day of the budget
    :return: the items, and everything that is wrong
    """
    header, columns = find_header(rows, headings)
    missing = [field for field in required if field not in columns]
    if missing:
        return [], [Fault(0, field, "", "missing_column") for field in missing]
    items: list[Item] = []
    faults: list[Fault] = []
    for number, row in enumerate(rows[header + 1 :], start=header + 2):
        cells = {field: _cell(row, index) for field, index in columns.items()}
        if is_item(cells, headings):
            found, wrong = read_item(number, cells, start, end)
            items += found
            faults += wrong
    if not (items or faults):
        faults.append(Fault(0, "spending_code", "", "empty"))
    return items, faults


def find_header(
    rows: Sequence[Sequence[Any]], headings: Mapping[str, Sequence[str]]
) -> tuple[int, dict[str, int]]:
    """Return the row with the most headings, and the column of each of them."""
    best: tuple[int, dict[str, int]] = (0, {})
    for number, row in enumerate(rows[:50]):
        columns: dict[str, int] = {}
        for index, cell in enumerate(row):
            text = " ".join(str(cell or "").lower().split())
            for field, names in headings.items():
                if text in names:
                    columns.setdefault(field, index)
        if len(columns) > len(best[1]):
            best = (number, columns)
    return best


def is_item(cells: Mapping[str, Any], headings: Mapping[str, Sequence[str]]) -> bool:
    """Tell whether a row is an item: not empty, no heading, no sum."""
    code = _text(cells.get("spending_code"))
    if code.lower() in headings["spending_code"]:
        return False
    return bool(code or _text(cells.get("volume")) or _text(cells.get("unit_price")))


def read_item(
    number: int, cells: Mapping[str, Any], start: date, end: date
) -> tuple[list[Item], list[Fault]]:
    """Read one row; it becomes several items where it is spread over the year."""
    faults = [
        Fault(number, field, "", "missing")
        for field in ("spending_code", "name")
        if not _text(cells.get(field))
    ]
    numbers, wrong = read_numbers(number, cells)
    faults += wrong
    if not faults:
        faults += check_amount(number, cells, numbers)
    spread, wrong = read_periods(number, cells, numbers, start, end)
    faults += wrong
    if faults:
        return [], faults
    return [
        _make_item(number, cells, numbers, amount, first, last)
        for first, last, amount in spread
    ], []


def read_numbers(
    number: int, cells: Mapping[str, Any]
) -> tuple[dict[str, Decimal], list[Fault]]:
    """Read volume, price, amount and the columns of stages or quarters."""
    found: dict[str, Decimal] = {}
    faults = []
    for field in (*NUMBERS, *PARTS["quarter"], *PARTS["stage"]):
        value = cells.get(field)
        amount = parse_number(value)
        if amount is None and _text(value):
            faults.append(Fault(number, field, _text(value), "not_number"))
        elif amount is None and field in ("volume", "unit_price"):
            faults.append(Fault(number, field, "", "missing"))
        elif amount is not None and amount < 0:
            faults.append(Fault(number, field, _text(value), "negative"))
        elif amount is not None:
            found[field] = amount
    return found, faults


def check_amount(
    number: int, cells: Mapping[str, Any], numbers: Mapping[str, Decimal]
) -> list[Fault]:
    """Find sums that do not agree with volume and price."""
    faults = []
    total = _total(numbers)
    stated = numbers.get("amount")
    if stated is not None and abs(stated - total) >= 1:
        faults.append(Fault(number, "amount", _text(cells["amount"]), "amount"))
    for fields in PARTS.values():
        parts = sum(numbers.get(field, Decimal(0)) for field in fields)
        if parts and abs(parts - total) >= 1:
            faults.append(Fault(number, fields[0], str(parts), "parts"))
    return faults


def read_periods(
    number: int,
    cells: Mapping[str, Any],
    numbers: Mapping[str, Decimal],
    start: date,
    end: date,
) -> tuple[list[tuple[date, date, Decimal]], list[Fault]]:
    """Return the periods of a row, each with its amount.

    The month counts if it is there; else quarters, else stages, whose amount is shared
    out evenly over their two quarters.
    """
    value = cells.get("period")
    if _text(value):
        period = parse_month(value, start)
        if period is None:
            return [], [Fault(number, "period", _text(value), "period")]
        if period[0] < start or period[1] > end:
            return [], [Fault(number, "period", _text(value), "period_outside")]
        return [(*period, _total(numbers))], []
    spread = spread_quarters(numbers)
    quarters = periods.parts(start, end, periods.QUARTER_MONTHS)
    if not spread:
        return [], [Fault(number, "period", "", "period_missing")]
    if any(index >= len(quarters) for index, _amount in spread):
        return [], [Fault(number, "period", "", "period_outside")]
    return [(*quarters[index], amount) for index, amount in spread], []


def spread_quarters(numbers: Mapping[str, Decimal]) -> list[tuple[int, Decimal]]:
    """Return the number of each quarter (from 0) that has an amount, and the amount."""
    quarters = [numbers.get(field, Decimal(0)) for field in PARTS["quarter"]]
    if not any(quarters):
        quarters = [
            amount
            for field in PARTS["stage"]
            for amount in shares.split_evenly(numbers.get(field, Decimal(0)), 2)
        ]
    return [(index, amount) for index, amount in enumerate(quarters) if amount]


def parse_number(value: Any) -> Decimal | None:
    """Read a number from a cell: 1500000, '1.500.000' or '1.500.000,50'."""
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, (int, float, Decimal)):
        return Decimal(str(value))
    text = str(value).replace("Rp", "").replace(" ", "").replace("\xa0", "")
    if _INDONESIAN.fullmatch(text):
        return Decimal(text.replace(".", "").replace(",", "."))
    if _PLAIN.fullmatch(text):
        return Decimal(text)
    return None


def parse_month(value: Any, start: date) -> tuple[date, date] | None:
    """Read a month or quarter from a cell.

    :param value: 2026-01, 2026-01/2026-03, a date, a number from 1 to 12 or the name
        of a month
    :param start: first day of the budget, by which the year is found
    """
    if isinstance(value, (date, datetime)):
        first = date(value.year, value.month, 1)
        return first, periods.month_end(first)
    text = _text(value).lower()
    if text in _MONTHS:
        text = str(_MONTHS.index(text) + 1)
    if text.isdigit() and 1 <= int(text) <= 12:
        first = date(start.year, int(text), 1)
        first = first if first >= start else periods.add_months(first, 12)
        return first, periods.month_end(first)
    return periods.parse_period(text)


def clean_code(value: Any) -> str:
    """Return a code as the lists have it: 05.08.02. becomes 05.08.02."""
    return _text(value).rstrip(".").replace(" ", "")


def _make_item(number, cells, numbers, amount, first, last) -> Item:
    price, total = numbers["unit_price"], _total(numbers)
    volume = numbers["volume"] if amount == total else amount / price
    return Item(
        row=number,
        spending_code=clean_code(cells.get("spending_code")),
        program=clean_code(cells.get("program")),
        name=_text(cells.get("name")),
        volume=volume.quantize(Decimal("0.01")),
        uom=_text(cells.get("uom")),
        unit_price=price,
        amount=amount,
        date_from=first,
        date_to=last,
        account=clean_code(cells.get("account")),
        fund=_text(cells.get("fund")),
    )


def _total(numbers: Mapping[str, Decimal]) -> Decimal:
    """Return volume times price, zero where one of them is missing."""
    zero = Decimal(0)
    total = numbers.get("volume", zero) * numbers.get("unit_price", zero)
    return total.quantize(Decimal("0.01"))


def _cell(row: Sequence[Any], index: int) -> Any:
    return row[index] if index < len(row) else None


def _text(value: Any) -> str:
    """Return a cell as text; 12.0 as 12."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return "" if value is None else " ".join(str(value).split())
