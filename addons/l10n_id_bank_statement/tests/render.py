# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Statements as banks write them, made by the fields of a layout record."""

import csv
import io
import random
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from openpyxl import Workbook

from ..tools.values import find_date, parse_amount

MONTHS = "Januari Februari Maret April Mei Juni Juli Agustus September Oktober November"
MONTHS = [*MONTHS.split(), "Desember"]
ACCOUNT = "0123456789"


@dataclass
class Move:
    day: date
    amount: Decimal
    text: str
    reference: str = ""


def write_amount(amount, mark):
    text = f"{abs(amount):,.2f}"
    if mark == ",":
        text = text.translate(str.maketrans(",.", ".,"))
    return text


def write_day(day, pattern):
    return (
        pattern.replace("dd", f"{day.day:02}")
        .replace("mmm", MONTHS[day.month - 1])
        .replace("mm", f"{day.month:02}")
        .replace("yyyy", f"{day.year}")
        .replace("yy", f"{day.year % 100:02}")
    )


def split(text):
    return [part.strip() for part in (text or "").split(";")]


class Renderer:
    """Writes movements in a layout."""

    def __init__(self, layout, opening=Decimal(1000000), account=ACCOUNT, pattern=None):
        self.layout = layout
        self.opening = opening
        self.account = account
        self.pattern = pattern or split(layout.date_formats)[0]
        self.header = split(layout.header)

    def rows(self, moves):
        """Return the rows of the file, and the position of each movement in it."""
        head = self._head(moves)
        body, balance = [], self.opening
        for move in moves:
            balance += move.amount
            body.append(self._row(move, balance))
        if self.layout.newest_first:
            body.reverse()
        rows = [*head, self.header, *body, *self._foot(moves, balance)]
        return rows, len(head) + 1

    def render(self, moves):
        """Return the file as bytes."""
        return self.join(self.rows(moves)[0])

    def join(self, rows):
        stream = io.StringIO()
        delimiter = "\t" if self.layout.delimiter == "tab" else self.layout.delimiter
        csv.writer(stream, delimiter=delimiter, lineterminator="\n").writerows(rows)
        return stream.getvalue().encode(self.layout.encoding)

    def workbook(self, moves, is_typed=True):
        """Return the file as XLSX.

        :param is_typed: whether days and amounts are cells of their kind, not texts
        """
        rows, first = self.rows(moves)
        book = Workbook()
        sheet = book.active
        for position, row in enumerate(rows):
            is_move = first <= position < first + len(moves)
            sheet.append(self._type(row) if is_typed and is_move else row)
        stream = io.BytesIO()
        book.save(stream)
        return stream.getvalue()

    def _type(self, row):
        """Return a row of which days and numbers are no texts."""
        layout = self.layout._as_layout()
        cells = list(row)
        positions = layout.columns()
        day = positions["date"]
        cells[day] = find_date(cells[day], (self.pattern,), None, 2026) or cells[day]
        for name in ("amount", "debit", "credit", "balance"):
            index = positions[name]
            try:
                cells[index] = float(parse_amount(cells[index], layout.decimal_mark))
            except (TypeError, ValueError):
                continue  # no such column, or an amount with its direction behind it
        return cells

    def line(self, position):
        """Return the line of the file of a row from 0; no cell has a line break."""
        return position + 1

    def _head(self, moves):
        layout, rows = self.layout, [["Mutasi Rekening", " "]]
        days = [move.day for move in moves]
        period = f"{min(days):%d/%m/%Y} - {max(days):%d/%m/%Y}"
        for label, value in (
            (layout.label_account, self.account),
            (layout.label_period, period),
            (layout.label_currency, "Rp"),
        ):
            if label:
                rows.append([f"{label} : {value}"])
        return rows

    def _foot(self, moves, balance):
        layout = self.layout
        debits = sum(-move.amount for move in moves if move.amount < 0)
        credits = sum(move.amount for move in moves if move.amount > 0)
        values = (
            (layout.label_opening, self.opening),
            (layout.label_debits, debits),
            (layout.label_credits, credits),
            (layout.label_closing, balance),
        )
        return [
            [f"{label} : {write_amount(value, layout.decimal_mark)}", "1"]
            for label, value in values
            if label
        ]

    def _row(self, move, balance):
        layout, mark = self.layout, self.layout.decimal_mark
        cells = [""] * len(self.header)
        self.put(cells, layout.date_column, write_day(move.day, self.pattern))
        self.put(cells, split(layout.text_columns)[0], move.text)
        self.put(cells, layout.reference_column, move.reference)
        self.put(cells, layout.account_column, self.account)
        self.put(cells, layout.balance_column, write_amount(balance, mark))
        is_credit = move.amount > 0
        amount = write_amount(move.amount, mark)
        word = split(layout.credit_words if is_credit else layout.debit_words)[0]
        if layout.amount_mode == "columns":
            zero = random.Random(amount).choice(["", ".00" if mark == "." else ",00"])
            self.put(cells, layout.credit_column, amount if is_credit else zero)
            self.put(cells, layout.debit_column, zero if is_credit else amount)
        elif layout.amount_mode == "suffix":
            self.put(cells, layout.amount_column, f"{amount} {word}")
        elif layout.amount_mode == "marker":
            self.put(cells, layout.amount_column, amount)
            self.put(cells, layout.marker_column, word)
        else:
            sign = "" if is_credit else "-"
            self.put(cells, layout.amount_column, f"{sign}{amount}")
        return cells

    def put(self, cells, column, value):
        if column:
            cells[self.index(column)] = value

    def index(self, column):
        if column.startswith("#"):
            return int(column[1:]) - 1
        return self.header.index(column)
