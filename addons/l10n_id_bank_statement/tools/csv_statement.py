# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Statement files with delimiters or in sheets, by layouts that are data."""

import csv
import io
import re
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from .sheet import Sheet
from .statement import (
    MAX_BYTES,
    MAX_LINES,
    Fault,
    Statement,
    StatementError,
    StatementLine,
    check_balances,
)
from .values import find_date, parse_amount

#: Rows above the header: account, owner, period.
MAX_TITLE_ROWS = 30
#: What people call currencies in the head of a statement.
CURRENCIES = {"RP": "IDR", "RP.": "IDR", "RUPIAH": "IDR"}
Row = tuple[int, list[str]]


@dataclass(frozen=True)
class Layout:
    """How a bank writes its statements.

    Columns are named as in the header, or by position as ``#3``. Either ``amount``
    with a marker of the direction (in ``marker``, else behind the amount; none at all
    for signed amounts), or ``debit`` and ``credit``.

    :param header: names of the columns, in their order; columns may follow
    :param has_header: False if rows begin after ``skip_rows`` without names
    :param date_formats: such as ``dd/mm/yyyy``; the first that fits counts
    :param labels: what precedes a value in the rows around the table, for ``account``,
        ``period``, ``currency``, ``opening``, ``closing``, ``debits``, ``credits``
    :param footers: first words of other rows that are no movements
    :param continues: rows without date continue the text of the row above
    """

    header: tuple[str, ...]
    date: str
    texts: tuple[str, ...]
    delimiter: str = ","
    encoding: str = "utf-8"
    has_header: bool = True
    skip_rows: int = 0
    amount: str = ""
    marker: str = ""
    is_marked: bool = True
    debit: str = ""
    credit: str = ""
    balance: str = ""
    reference: str = ""
    account: str = ""
    date_formats: tuple[str, ...] = ("dd/mm/yyyy",)
    decimal_mark: str = "."
    debit_words: tuple[str, ...] = ("DB", "D", "DR")
    credit_words: tuple[str, ...] = ("CR", "K", "C")
    pending_word: str = ""
    labels: tuple[tuple[str, str], ...] = ()
    footers: tuple[str, ...] = ()
    continues: bool = False
    newest_first: bool = False

    def index(self, column: str) -> int | None:
        """Return the position of a column from 0, None for no column.

        :raise KeyError: if the header has no such column
        """
        if not column:
            return None
        if re.fullmatch(r"#[1-9]\d?", column):
            return int(column[1:]) - 1
        names = [normalize(name) for name in self.header]
        if normalize(column) not in names:
            raise KeyError(column)
        return names.index(normalize(column))

    def columns(self) -> dict[str, int | None]:
        """Return the positions of all columns but those of the text."""
        names = ("date", "amount", "marker", "debit", "credit", "balance")
        names += ("reference", "account")
        return {name: self.index(getattr(self, name)) for name in names}


def normalize(text: str) -> str:
    """Return a name without case, punctuation and repeated spaces."""
    return " ".join(re.sub(r"[\W_]+", " ", text).lower().split())


def read_rows(content: bytes | Sheet, layout: Layout) -> list[Row]:
    """Return the rows that are not empty, each with the line it begins at.

    :raise StatementError: if it is too large or no text of this kind
    """
    if isinstance(content, Sheet):
        rows = content.texts(layout.date_formats, layout.decimal_mark)
        rows = [(line, [_clean(cell) for cell in cells]) for line, cells in rows]
        return [(line, cells) for line, cells in rows if any(cells)]
    if len(content) > MAX_BYTES:
        raise StatementError([Fault("size", value=f"{MAX_BYTES // 1024**2} MB")])
    text = decode(content, layout.encoding)
    reader = csv.reader(
        io.StringIO(text, newline=""), delimiter=layout.delimiter, strict=True
    )
    rows, line = [], 1
    try:
        for cells in reader:
            cells = [_clean(cell) for cell in cells]
            if any(cells):
                rows.append((line, cells))
            line = reader.line_num + 1
    except csv.Error as error:
        raise StatementError([Fault("csv", line, value=str(error))]) from error
    return rows


def decode(content: bytes, encoding: str) -> str:
    """Return the text of a file; a byte order mark overrides the encoding.

    :raise StatementError: if it is no text
    """
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        encoding = "utf-16"
    elif content.startswith(b"\xef\xbb\xbf") or encoding == "utf-8":
        encoding = "utf-8-sig"
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise StatementError([Fault("encoding", line, value=encoding)]) from error
    if "\0" in text:
        raise StatementError([Fault("encoding", value=encoding)])
    return text


def _clean(cell: str) -> str:
    """Return a cell without padding, and the apostrophe that keeps zeros in Excel."""
    return " ".join(cell.split()).removeprefix("'").strip()


def find_header(rows: list[Row], layout: Layout) -> int | None:
    """Return the position of the header of a layout among rows, None if it has none."""
    wanted = [normalize(name) for name in layout.header]
    for position, (_line, cells) in enumerate(rows[: MAX_TITLE_ROWS + 1]):
        if [normalize(cell) for cell in cells[: len(wanted)]] == wanted:
            return position
    return None


def fits(content: bytes | Sheet, layout: Layout) -> bool:
    """Return whether a file has the header of a layout."""
    if not layout.has_header:
        return False
    # The table below may be damaged; which layout it is shows above it.
    if isinstance(content, Sheet):
        head = Sheet(content.rows[: MAX_TITLE_ROWS + 1])
        return find_header(read_rows(head, layout), layout) is not None
    lines = content.split(b"\n", MAX_TITLE_ROWS + 1)[: MAX_TITLE_ROWS + 1]
    try:
        rows = read_rows(b"\n".join(lines), layout)
    except StatementError:
        return False
    return find_header(rows, layout) is not None


def parse_csv(
    content: bytes | Sheet, layout: Layout, year: int | None = None
) -> Statement:
    """Return the statement in a file.

    :param year: of dates without one, if the file names no period
    :raise StatementError: naming everything that is wrong
    """
    rows = read_rows(content, layout)
    position = find_header(rows, layout) if layout.has_header else layout.skip_rows - 1
    if position is None:
        header = layout.delimiter.join(layout.header)
        raise StatementError([Fault("header", value=header)])
    if len(rows) - position > MAX_LINES:
        raise StatementError([Fault("lines", value=str(MAX_LINES))])
    return _Reader(layout, year).parse(rows[: position + 1], rows[position + 1 :])


class _Reader:
    """Reads the rows of one file and keeps what is wrong with them."""

    def __init__(self, layout: Layout, year: int | None):
        self.layout = layout
        self.year = year
        self.columns = layout.columns()
        self.texts = [layout.index(name) for name in layout.texts]
        self.faults: list[Fault] = []
        self.accounts: dict[str, int] = {}
        self.pending: list[StatementLine] = []

    def parse(self, head: list[Row], body: list[Row]) -> Statement:
        facts = [row for row in body if self._is_label(row[1])]
        rows = [row for row in body if not self._is_label(row[1])]
        labels = self._read_labels(head + facts)
        period = self._read_period(labels.get("period"))
        lines = self._read_lines(rows, period)
        if not lines and not self.faults:
            self.faults.append(Fault("empty"))
        statement = self._make(lines, labels, period)
        if not self.faults:
            self.faults += check_balances(statement)
            self.faults += self._check_totals(statement, labels)
        if self.faults:
            raise StatementError(self.faults)
        return statement

    # === AROUND THE TABLE === #

    def _is_label(self, cells: list[str]) -> bool:
        text = normalize(" ".join(cells))
        words = [label for _name, label in self.layout.labels]
        return any(
            text == normalize(word) or text.startswith(normalize(word) + " ")
            for word in (*words, *self.layout.footers)
        )

    def _read_labels(self, rows: list[Row]) -> dict[str, tuple[int, str]]:
        """Return line and value of each label that is there."""
        found = {}
        for line, cells in rows:
            for name, label in self.layout.labels:
                value = _value_after(label, cells)
                if value is not None:
                    found.setdefault(name, (line, value))
        return found

    def _read_period(self, label: tuple[int, str] | None) -> tuple[date, date] | None:
        if not label:
            return None
        parts = re.findall(r"\d{1,2}[/.-]\d{1,2}[/.-]\d{4}", label[1])
        days = [find_date(re.sub("[.-]", "/", part), ("dd/mm/yyyy",)) for part in parts]
        if len(days) != 2 or None in days or days[0] > days[1]:
            self.faults.append(Fault("period", label[0], value=label[1]))
            return None
        return days[0], days[1]

    def _read_fact(self, labels: dict, name: str) -> Decimal | None:
        line, value = labels.get(name, (0, ""))
        value = value.split(" ")[0] if value else ""
        if not value:
            return None
        try:
            return parse_amount(value, self.layout.decimal_mark)
        except ValueError:
            self.faults.append(Fault("amount", line, dict(self.layout.labels)[name]))
            return None

    # === THE TABLE === #

    def _read_lines(self, rows: list[Row], period) -> list[StatementLine]:
        lines: list[StatementLine] = []
        # A row that continues another stands below it, whichever comes first in time.
        for number, cells in rows:
            if self._continues(cells, lines):
                text = f"{lines[-1].text} {self._text(cells)}".strip()
                lines[-1] = replace(lines[-1], text=text)
                continue
            line = self._read_line(number, cells, period)
            if line:
                lines.append(line)
        return lines[::-1] if self.layout.newest_first else lines

    def _continues(self, cells: list[str], lines: list) -> bool:
        if not self.layout.continues or not lines or self._cell(cells, "date"):
            return False
        names = ("amount", "debit", "credit", "balance")
        return not any(self._cell(cells, name) for name in names)

    def _read_line(self, number: int, cells: list[str], period) -> StatementLine | None:
        before = len(self.faults)
        is_pending = self._is_pending(cells)
        day = date.min if is_pending else self._read_day(number, cells, period)
        amount = self._read_amount(number, cells)
        balance = self._read_balance(number, cells)
        self._note_account(number, cells)
        if len(self.faults) > before:
            return None
        reference = self._cell(cells, "reference")
        text = self._text(cells) or reference
        raw = self.layout.delimiter.join(cells)
        line = StatementLine(number, day, amount, text, reference, balance, raw)
        if not text:
            self.faults.append(Fault("text", number, ", ".join(self.layout.texts)))
        if is_pending:
            self.pending.append(line)
        return None if is_pending or not text else line

    def _cell(self, cells: list[str], name: str) -> str:
        index = self.columns[name]
        return cells[index] if index is not None and index < len(cells) else ""

    def _text(self, cells: list[str]) -> str:
        parts = [cells[index] for index in self.texts if index < len(cells)]
        return " ".join(filter(None, parts))

    def _is_pending(self, cells: list[str]) -> bool:
        word = self.layout.pending_word
        return bool(word) and self._cell(cells, "date").upper() == word.upper()

    def _read_day(self, number: int, cells: list[str], period) -> date | None:
        text, column = self._cell(cells, "date"), self.layout.date
        try:
            day = find_date(text, self.layout.date_formats, period, self.year)
        except LookupError:
            self.faults.append(Fault("year", number, column, text))
            return None
        formats = self.layout.date_formats
        if day is None and not (period and find_date(text, formats, None, 2024)):
            wanted = " / ".join(formats)
            self.faults.append(Fault("date", number, column, text, wanted))
        elif period and not (day and period[0] <= day <= period[1]):
            wanted = f"{period[0]:%d/%m/%Y} - {period[1]:%d/%m/%Y}"
            self.faults.append(Fault("outside", number, column, text, wanted))
        return day

    def _read_amount(self, number: int, cells: list[str]) -> Decimal | None:
        if not self.layout.amount:
            return self._read_columns(number, cells)
        text, sign = self._cell(cells, "amount"), Decimal(1)
        if self.layout.is_marked:
            text, mark = self._split_mark(text, cells)
            sign = self._read_sign(number, mark or text)
            if not sign:
                return None
        amount = self._parse(number, self.layout.amount, text)
        if amount is None:
            return None
        if not amount or (self.layout.is_marked and amount < 0):
            self.faults.append(Fault("amount", number, self.layout.amount, text))
        return amount * sign

    def _split_mark(self, text: str, cells: list[str]) -> tuple[str, str]:
        """Return the amount and the marker of its direction."""
        if self.layout.marker:
            return text, self._cell(cells, "marker")
        found = re.fullmatch(r"(.*?)\s*([^\W\d_]*)\.?", text)
        return (found[1], found[2]) if found else (text, "")

    def _read_sign(self, number: int, mark: str) -> Decimal:
        mark = mark.upper().strip(".")
        if mark in self.layout.credit_words:
            return Decimal(1)
        if mark in self.layout.debit_words:
            return Decimal(-1)
        words = " / ".join((*self.layout.debit_words, *self.layout.credit_words))
        column = self.layout.marker or self.layout.amount
        self.faults.append(Fault("marker", number, column, mark, words))
        return Decimal(0)

    def _read_columns(self, number: int, cells: list[str]) -> Decimal | None:
        """Return the amount of separate columns, of which one must be filled."""
        found = []
        for name in ("debit", "credit"):
            text = self._cell(cells, name).strip("- ") and self._cell(cells, name)
            amount = self._parse(number, getattr(self.layout, name), text or "0")
            if amount is None:
                return None
            found.append(amount)
        debit, credit = found
        if min(found) < 0 or bool(debit) == bool(credit):
            columns = f"{self.layout.debit} / {self.layout.credit}"
            self.faults.append(Fault("sides", number, columns, f"{debit} / {credit}"))
        return credit - debit

    def _read_balance(self, number: int, cells: list[str]) -> Decimal | None:
        text = self._cell(cells, "balance")
        return self._parse(number, self.layout.balance, text) if text else None

    def _parse(self, number: int, column: str, text: str) -> Decimal | None:
        try:
            return parse_amount(text, self.layout.decimal_mark)
        except ValueError:
            self.faults.append(Fault("amount", number, column, text))
            return None

    def _note_account(self, number: int, cells: list[str]):
        account = self._cell(cells, "account")
        if not account:
            return
        self.accounts.setdefault(account, number)
        if len(self.accounts) > 1 and self.accounts[account] == number:
            first = next(iter(self.accounts))
            self.faults.append(
                Fault("accounts", number, self.layout.account, account, first)
            )

    # === THE WHOLE === #

    def _make(self, lines, labels, period) -> Statement:
        account = labels.get("account", (0, ""))[1] or next(iter(self.accounts), "")
        currency = labels.get("currency", (0, ""))[1].upper()
        closing = self._read_fact(labels, "closing")
        opening = self._read_fact(labels, "opening")
        if opening is None and lines and lines[0].balance is not None:
            opening = lines[0].balance - lines[0].amount
        waiting = sum((line.amount for line in self.pending), Decimal(0))
        total = sum((line.amount for line in lines), Decimal(0))
        if None not in (opening, closing) and closing == opening + total + waiting:
            closing -= waiting  # the bank counts what it has not booked yet
        elif closing is None and lines:
            closing = lines[-1].balance
        days = period or (lines and (lines[0].day, lines[-1].day))
        name = f"{days[0]:%d/%m/%Y} - {days[1]:%d/%m/%Y}" if days else ""
        return Statement(
            account,
            CURRENCIES.get(currency, currency),
            tuple(lines),
            opening,
            closing,
            name,
            len(self.pending),
        )

    def _check_totals(self, statement: Statement, labels: dict) -> list[Fault]:
        """Return where the bank's own totals are others than those of the lines."""
        faults = []
        if self.pending:
            return faults
        for name, sign in (("debits", -1), ("credits", 1)):
            told = self._read_fact(labels, name)
            amounts = [line.amount * sign for line in statement.lines]
            total = sum((amount for amount in amounts if amount > 0), Decimal(0))
            if told is not None and told != total:
                label = dict(self.layout.labels)[name]
                faults.append(
                    Fault(
                        "total", labels[name][0], label, f"{told:.2f}", f"{total:.2f}"
                    )
                )
        return faults


def _value_after(label: str, cells: list[str]) -> str | None:
    """Return what follows a label in a row, None if it does not begin with it."""
    text = " ".join(filter(None, cells))
    found = re.match(rf"(?i){re.escape(label)}(?=[\s:=]|$)[\s:=]*'?(.*)$", text)
    return found[1].strip() if found else None
