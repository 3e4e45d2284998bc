# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Statement files of spreadsheets: the same rows as of a CSV file, in cells."""

import io
import zipfile
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal

from openpyxl import load_workbook

from .statement import MAX_BYTES, MAX_LINES, Fault, StatementError
from .values import write_day

#: Beyond that a file is packed to fill the memory, not to save a statement.
MAX_UNPACKED = 20 * MAX_BYTES
MAX_COLUMNS = 100
_XLSX = b"PK\x03\x04"
_XLS = b"\xd0\xcf\x11\xe0"


@dataclass(frozen=True)
class Sheet:
    """The cells of a sheet, each row with its number from 1."""

    rows: tuple[tuple[int, tuple], ...]

    def texts(self, date_formats: tuple[str, ...], mark: str):
        """Return the rows as a CSV file of the bank would have them.

        :param date_formats: of the layout, of which days are written in the first
        :param mark: decimal mark of the layout
        :rtype: list[tuple[int, list[str]]]
        """
        return [
            (number, [_write(value, date_formats, mark) for value in values])
            for number, values in self.rows
        ]


def is_sheet(content: bytes) -> bool:
    """Return whether a file is a workbook, whatever it is called."""
    return content.startswith((_XLSX, _XLS))


def open_sheet(content: bytes) -> Sheet:
    """Return the first sheet of a workbook that is not empty.

    :raise StatementError: if it is too large, too old or damaged
    """
    if content.startswith(_XLS):
        raise StatementError([Fault("xls")])
    if len(content) > MAX_BYTES:
        raise StatementError([Fault("size", value=f"{MAX_BYTES // 1024**2} MB")])
    try:
        return _read(content)
    # Whatever is wrong inside, down to the XML: it is no workbook of a bank.
    except (zipfile.BadZipFile, LookupError, OSError, SyntaxError, ValueError) as error:
        if isinstance(error, StatementError):
            raise
        raise StatementError([Fault("sheet")]) from error


def _read(content: bytes) -> Sheet:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        if sum(info.file_size for info in archive.infolist()) > MAX_UNPACKED:
            size = f"{MAX_UNPACKED // 1024**2} MB"
            raise StatementError([Fault("size", value=size)])
    book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
    try:
        for sheet in book.worksheets:
            rows = _read_rows(sheet)
            if rows:
                return Sheet(rows)
    finally:
        book.close()
    return Sheet(())


def _read_rows(sheet) -> tuple[tuple[int, tuple], ...]:
    # Programs of banks often write a wrong size of the sheet.
    sheet.reset_dimensions()
    rows = []
    cells = sheet.iter_rows(max_col=MAX_COLUMNS, values_only=True)
    for number, values in enumerate(cells, start=1):
        if number > 2 * MAX_LINES:
            raise StatementError([Fault("lines", value=str(MAX_LINES))])
        if any(value not in (None, "") for value in values):
            rows.append((number, values))
    return tuple(rows)


def _write(value, date_formats: tuple[str, ...], mark: str) -> str:
    """Return what stands in a cell as text."""
    if value is None or isinstance(value, (bool, time)):
        return ""
    if isinstance(value, (date, datetime)):
        return write_day(value, date_formats)
    if isinstance(value, (int, float)):
        # A cell of money has a few decimals; the rest is how computers count.
        number = Decimal(str(round(value, 6))).normalize()
        return f"{number:f}".replace(".", mark)
    return str(value)
