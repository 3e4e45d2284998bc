# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""A form as plain data: written once, printed as XLSX and as PDF."""

from dataclasses import dataclass, field
from decimal import Decimal


@dataclass(frozen=True)
class Column:
    """A column of a table.

    :param str title: heading
    :param str kind: "text", "date" or "amount"
    :param int width: in characters
    """

    title: str
    kind: str = "text"
    width: int = 14


@dataclass(frozen=True)
class Row:
    """A row of a table: one value per column; None is an empty cell.

    :param tuple cells: str, date or Decimal
    :param str style: "" or "total"
    """

    cells: tuple
    style: str = ""


@dataclass(frozen=True)
class Table:
    """Columns and rows, with an optional title above."""

    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    title: str = ""


@dataclass(frozen=True)
class Signature:
    """Who signs: role above, name and number below the line, a note in between."""

    role: str
    name: str = ""
    number: str = ""
    note: str = ""


@dataclass(frozen=True)
class Document:
    """One form.

    :param str title: printed large
    :param tuple header: pairs of label and value
    :param tuple intro: paragraphs before the tables
    :param tuple closing: paragraphs after the tables
    :param str place: place and date above the last signature
    """

    title: str
    header: tuple[tuple[str, str], ...] = ()
    intro: tuple[str, ...] = ()
    tables: tuple[Table, ...] = ()
    closing: tuple[str, ...] = ()
    signatures: tuple[Signature, ...] = field(default=())
    place: str = ""
    sheet_name: str = "BOS"


def total_row(label, columns, rows):
    """Return a row with the sums of the amounts; the label goes into the first cell.

    :param str label: text of the first cell
    :param columns: Columns of the table
    :param rows: Rows to add up
    :rtype: Row
    """
    cells = [
        sum((row.cells[index] or Decimal(0) for row in rows), Decimal(0))
        if column.kind == "amount"
        else None
        for index, column in enumerate(columns)
    ]
    cells[0] = label
    return Row(tuple(cells), "total")


def format_rupiah(amount):
    """Write an amount as in Indonesia: 1.234.567; cents only if there are any.

    :param Decimal amount: None gives an empty text
    :rtype: str
    """
    if amount is None:
        return ""
    text = f"{amount:,.2f}"
    text = text.translate(str.maketrans({",": ".", ".": ","}))
    return text.removesuffix(",00")


def format_cell(value):
    """Write the value of a cell as it is printed.

    :param value: str, date, Decimal, int or None
    :rtype: str
    """
    if value is None:
        return ""
    if hasattr(value, "strftime"):
        return value.strftime("%d-%m-%Y")
    if isinstance(value, Decimal):
        return format_rupiah(value)
    return str(value)
