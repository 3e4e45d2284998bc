# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Tables out of CSV and XLSX files as people and portals make them."""

import csv
import io
import re
import zipfile
from datetime import date, datetime
from decimal import Decimal

import openpyxl

#: A month of a busy school is below 2 MB.
MAX_BYTES = 10 * 1024 * 1024
#: An XLSX file is packed: what it may grow to.
MAX_UNPACKED = 20 * MAX_BYTES
MAX_ROWS = 100_000
MAX_COLUMNS = 200
#: Rows above the header: name of the merchant, period, account.
TITLE_ROWS = 30
_DELIMITERS = ",;\t|"
_NUMBER = re.compile(r"^[\s\d.,:/()+-]+$")


class SettlementError(ValueError):
    """A file cannot be read. Attributes say where, for a message in any language.

    :param reason: ``size``, ``format``, ``old_excel``, ``rows``, ``header``,
        ``column``, ``amount``, ``time``, ``row``
    """

    def __init__(self, reason, filename, row=0, column="", value=""):
        self.reason = reason
        self.filename = filename
        self.row = row
        self.column = column
        self.value = value
        super().__init__(f"{filename}: {reason} {row or ''} {column} {value}".strip())


def normalize(text: str) -> str:
    """Return a header without case, punctuation and repeated spaces."""
    return " ".join(re.sub(r"[\W_]+", " ", str(text or "")).lower().split())


def read_table(content: bytes, filename: str) -> list[dict[str, str]]:
    """Return the rows of a CSV or XLSX file as ``{header: text}``, empty rows left out.

    Finds the encoding, the delimiter and the header, which may be below title rows.
    Numbers of XLSX come as digits with a decimal point, times in ISO format.

    :raise SettlementError: if it is too large, of another kind, or has no header
    """
    if len(content) > MAX_BYTES:
        raise SettlementError("size", filename, value=f"{MAX_BYTES // 1024**2} MB")
    if content.startswith(b"PK\x03\x04"):
        rows = _read_xlsx(content, filename)
    elif content.startswith(b"\xd0\xcf\x11\xe0") or filename.lower().endswith(".xls"):
        raise SettlementError("old_excel", filename)
    else:
        rows = _read_csv(_decode(content, filename))
    rows = [row for row in rows if any(row)]
    if len(rows) > MAX_ROWS:
        raise SettlementError("rows", filename, value=str(MAX_ROWS))
    return _with_header(rows, filename)


def _decode(content: bytes, filename: str) -> str:
    if b"\0" in content and not content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise SettlementError("format", filename)
    encodings = ["utf-8-sig", "cp1252"]
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ["utf-16"]
    for encoding in encodings:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise SettlementError("format", filename)


def _read_csv(text: str) -> list[list[str]]:
    lines = text.splitlines()
    # Excel's own note of the delimiter.
    hint = re.match(r"(?i)^sep=(.)$", lines[0]) if lines else None
    if hint:
        text = text.split("\n", 1)[1] if "\n" in text else ""
    delimiter = hint[1] if hint else _find_delimiter(lines[: TITLE_ROWS + 20])
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    return [[cell.strip() for cell in row] for row in reader]


def _find_delimiter(lines: list[str]) -> str:
    """Return the delimiter that cuts most lines into the same number of columns."""

    def score(delimiter):
        widths = [len(row) for row in csv.reader(lines, delimiter=delimiter) if row]
        wide = [width for width in widths if width > 1]
        common = max(set(wide), key=wide.count, default=1)
        return (common > 1, wide.count(common), common)

    return max(_DELIMITERS, key=score)


def _read_xlsx(content: bytes, filename: str) -> list[list[str]]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            unpacked = sum(member.file_size for member in archive.infolist())
        if unpacked > MAX_UNPACKED:
            raise SettlementError("size", filename, value=f"{MAX_BYTES // 1024**2} MB")
        book = openpyxl.load_workbook(
            io.BytesIO(content), read_only=True, data_only=True
        )
        try:
            return _read_sheet(book.worksheets[0])
        finally:
            book.close()
    except SettlementError:
        raise
    except Exception as error:
        # Whatever openpyxl stumbles over in somebody's file is the file's fault.
        raise SettlementError("format", filename) from error


def _read_sheet(sheet) -> list[list[str]]:
    rows = sheet.iter_rows(
        values_only=True, max_row=MAX_ROWS + TITLE_ROWS + 1, max_col=MAX_COLUMNS
    )
    return [[_to_text(cell) for cell in row] for row in rows]


def _to_text(cell) -> str:
    """Return a cell as text that reads as one number or time only."""
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return cell.replace(microsecond=0).isoformat(sep=" ")
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, float):
        return _number_to_text(Decimal(repr(cell)))
    return str(cell).strip()


def _number_to_text(number: Decimal) -> str:
    text = f"{number:f}"
    whole, point, decimals = text.partition(".")
    decimals = decimals.rstrip("0")
    if len(decimals) == 3:
        decimals += "0"  # 86.415 would read as eighty-six thousand
    return whole + (point + decimals if decimals else "")


def _with_header(rows: list[list[str]], filename: str) -> list[dict[str, str]]:
    position = _find_header(rows)
    if position is None:
        raise SettlementError("header", filename)
    names = _unique_names(rows[position])
    return [
        {name: cell for name, cell in zip(names, row, strict=False) if name}
        for row in rows[position + 1 :]
    ]


def _find_header(rows: list[list[str]]) -> int | None:
    """Return the first of the fullest rows that holds words only."""
    heads = [
        (sum(map(bool, row)), -position)
        for position, row in enumerate(rows[: TITLE_ROWS + 1])
        if not any(_NUMBER.match(cell) for cell in row if cell)
    ]
    filled, position = max(heads, default=(0, 0))
    return -position if filled > 1 else None


def _unique_names(header: list[str]) -> list[str]:
    """Return the names of the columns; a repeated one is numbered."""
    seen, names = {}, []
    for name in header:
        seen[name] = seen.get(name, 0) + 1
        names.append(f"{name} ({seen[name]})" if name and seen[name] > 1 else name)
    return names
