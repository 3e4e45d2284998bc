# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Amounts and dates as Indonesian banks write them."""

import re
from datetime import date
from decimal import Decimal

_MONTHS = (
    ("jan", "januari", "january"),
    ("feb", "peb", "februari", "pebruari", "february"),
    ("mar", "maret", "march"),
    ("apr", "april"),
    ("mei", "may"),
    ("jun", "juni", "june"),
    ("jul", "juli", "july"),
    ("agu", "ags", "agt", "aug", "agustus", "august"),
    ("sep", "sept", "september"),
    ("okt", "oct", "oktober", "october"),
    ("nov", "nop", "november", "nopember"),
    ("des", "dec", "desember", "december"),
)
MONTHS = {name: n for n, names in enumerate(_MONTHS, start=1) for name in names}
_PARTS = {
    "dd": r"(?P<day>\d{1,2})",
    "mmm": r"(?P<name>[^\W\d_]{3,9})\.?",
    "mm": r"(?P<month>\d{1,2})",
    "yyyy": r"(?P<year>\d{4})",
    "yy": r"(?P<short>\d{2})",
}
_PART = re.compile("dd|mmm|mm|yyyy|yy")
#: Hours may follow a date; they are not needed.
_CLOCK = r"(?:[T ,]+\d{1,2}[:.]\d{2}(?:[:.]\d{2}(?:\.\d+)?)?(?: ?[AP]M)?)?"
#: More than any account holds; longer numbers are a mistake, not money.
MAX_AMOUNT = Decimal(10) ** 15


def parse_amount(text: str, decimal_mark: str) -> Decimal:
    """Return an amount, with at most two decimals; negative by ``-`` or brackets.

    :param decimal_mark: ``.`` or ``,``; the other one stands between thousands
    :raise ValueError: if it is none, also if marks stand where they do not belong
    """
    number = re.sub(r"(?i)^(rp\.?|idr)\s*", "", text.strip())
    negative = number.startswith(("-", "(")) or number.endswith("-")
    number = number.strip("()-+ ")
    point, group = re.escape(decimal_mark), "," if decimal_mark == "." else r"\."
    whole = rf"\d{{1,3}}(?:{group}\d{{3}})+|\d*"
    found = re.fullmatch(rf"({whole})(?:{point}(\d{{0,2}}))?", number, re.ASCII)
    if not found or not (found[1] or found[2]):
        raise ValueError(f"{text!r} is no amount")
    digits = re.sub(r"\D", "", found[1]) or "0"
    amount = Decimal(f"{digits}.{found[2] or '0'}")
    if amount > MAX_AMOUNT:
        raise ValueError(f"{text!r} is too large")
    return -amount if negative else amount


def check_date_format(pattern: str) -> None:
    """Check a date format such as ``dd/mm/yyyy``.

    :raise ValueError: if day or month are missing or twice
    """
    parts = _PART.findall(pattern)
    months = [part for part in parts if part in ("mm", "mmm")]
    years = [part for part in parts if part in ("yyyy", "yy")]
    if parts.count("dd") != 1 or len(months) != 1 or len(years) > 1:
        raise ValueError(f"{pattern!r} is no date format")


def parse_day(text: str, pattern: str) -> tuple[int | None, int, int] | None:
    """Return ``(year, month, day)``, None if the text is not of the format.

    The year is None if the format has none. A time may follow the date.
    """
    regex = "".join(
        _PARTS.get(part) or re.escape(part)
        for part in re.split(r"(dd|mmm|mm|yyyy|yy)", pattern)
    )
    found = re.fullmatch(regex + _CLOCK, text.strip(), re.ASCII)
    if not found:
        return None
    parts = found.groupdict()
    month = int(parts["month"]) if parts.get("month") else _month(parts.get("name"))
    year = parts.get("year")
    if parts.get("short"):
        year = f"20{parts['short']}"
    return (int(year) if year else None), month, int(parts["day"])


def write_day(day: date, patterns: tuple[str, ...]) -> str:
    """Return a day in the first of the formats that has a year."""
    pattern = next((one for one in patterns if "yy" in one), "yyyy-mm-dd")
    texts = {
        "dd": f"{day.day:02}",
        "mmm": _MONTHS[day.month - 1][0],
        "mm": f"{day.month:02}",
        "yyyy": f"{day.year:04}",
        "yy": f"{day.year % 100:02}",
    }
    return "".join(
        texts.get(part, part) for part in re.split(r"(dd|mmm|mm|yyyy|yy)", pattern)
    )


def _month(name: str | None) -> int:
    return MONTHS.get((name or "").lower(), 0)


def find_date(
    text: str,
    patterns: tuple[str, ...],
    period: tuple[date, date] | None = None,
    year: int | None = None,
) -> date | None:
    """Return the date of a text, None if it is none.

    A format without year takes the year in which the day falls into the period of the
    statement, so that December and January of one file are told apart.

    :param year: for statements that name no period
    :raise LookupError: if the year cannot be known
    """
    for pattern in patterns:
        parts = parse_day(text, pattern)
        if parts is None:
            continue
        own, month, day = parts
        years = [own] if own else _years(period, year)
        days = [found for found in (_make(y, month, day) for y in years) if found]
        if period and not own:
            days = [found for found in days if period[0] <= found <= period[1]]
        if days:
            return days[0]
    return None


def _years(period, year) -> list[int]:
    if period:
        return list(range(period[0].year, period[1].year + 1))
    if year:
        return [year]
    raise LookupError("no year")


def _make(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
