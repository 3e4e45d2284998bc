# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""SWIFT MT940: the tags that movements and balances are in, read strictly."""

import re
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from .statement import (
    MAX_BYTES,
    MAX_LINES,
    Fault,
    Statement,
    StatementError,
    StatementLine,
    account_digits,
    check_balances,
)

_TAG = re.compile(r"^:(\d{2}[A-Z]?|NS):(.*)$")
_AMOUNT = r"(?P<amount>\d{1,15},\d{0,2})"
_BALANCE = re.compile(
    rf"^(?P<mark>[CD])(?P<day>\d{{6}})(?P<currency>[A-Z]{{3}}){_AMOUNT}$"
)
_MOVEMENT = re.compile(
    r"^(?P<value>\d{6})(?P<entry>\d{4})?(?P<mark>RC|RD|C|D)(?P<funds>[A-Z])?"
    rf"{_AMOUNT}(?P<type>[A-Z][A-Z0-9]{{3}})(?P<reference>.*?)(?://(?P<bank>.*))?$",
    re.ASCII,
)
#: A reversed credit takes money back, a reversed debit brings it back.
_SIGNS = {"C": 1, "D": -1, "RC": -1, "RD": 1}
_IGNORED = frozenset(("13", "13D", "21", "34F", "64", "65", "90C", "90D", "NS"))
_KNOWN = _IGNORED | {"20", "25", "28", "28C", "60F", "60M", "61", "86", "62F", "62M"}


def is_mt940(content: bytes) -> bool:
    """Return whether a file is MT940 by its first tags."""
    head = content[:4000].decode("latin-1")
    return bool(re.search(r"(?m)^:20:", head) and re.search(r"(?m)^:25P?:", head))


@dataclass
class _Page:
    """One message; a long statement has several."""

    line: int
    account: str = ""
    number: str = ""
    opening: tuple[str, str, Decimal] | None = None
    closing: tuple[str, str, Decimal] | None = None
    moves: list[dict] = field(default_factory=list)


def parse_mt940(content: bytes) -> list[Statement]:
    """Return the statements in a file, pages of one put together.

    :raise StatementError: naming everything that is wrong
    """
    if len(content) > MAX_BYTES:
        raise StatementError([Fault("size", value=f"{MAX_BYTES // 1024**2} MB")])
    faults: list[Fault] = []
    pages = _read_pages(_read_fields(content, faults), faults)
    if not pages and not faults:
        faults.append(Fault("empty"))
    statements = [_make(group, faults) for group in _group(pages, faults)]
    if not faults:
        for statement in statements:
            faults += check_balances(statement)
    if sum(len(statement.lines) for statement in statements) > MAX_LINES:
        faults.append(Fault("lines", value=str(MAX_LINES)))
    if faults:
        raise StatementError(faults)
    return [statement for statement in statements if statement.lines]


def _read_fields(content: bytes, faults: list[Fault]) -> list[tuple[int, str, str]]:
    """Return ``(line, tag, text)``, with the lines that continue a tag."""
    fields = []
    for number, text in enumerate(_decode(content).splitlines(), start=1):
        # Envelopes of the network: {1:...}{2:...}{4: before, -} behind a message.
        text = re.sub(r"^(\{\d:[^{}]*\})*\{4:", "", text).rstrip()
        text = re.sub(r"^(\{\d:.*\})+$", "", text)
        found = _TAG.match(text)
        if found:
            fields.append((number, found[1], found[2].strip()))
        elif text.strip() in ("", "-") or text.startswith("-}"):
            continue
        elif fields:
            line, tag, before = fields[-1]
            fields[-1] = (line, tag, f"{before}\n{text}")
        else:
            faults.append(Fault("tag", number, value=text[:40]))
    return fields


def _decode(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("latin-1")


def _read_pages(fields, faults: list[Fault]) -> list[_Page]:
    pages: list[_Page] = []
    for number, tag, text in fields:
        if tag == "20":
            pages.append(_Page(number))
        elif not pages or tag not in _KNOWN:
            faults.append(Fault("tag", number, f":{tag}:", text[:40]))
        elif tag not in _IGNORED:
            _read_field(pages[-1], number, tag, text, faults)
    return pages


def _read_field(page: _Page, number: int, tag: str, text: str, faults: list[Fault]):
    if tag == "25":
        page.account = text.split("\n")[0]
    elif tag in ("28", "28C"):
        page.number = text
    elif tag == "61":
        page.moves.append(_read_movement(number, text, faults))
    elif tag == "86":
        # Below the closing balance it is about the account, not about a movement.
        if page.moves and not page.closing:
            page.moves[-1]["text"] = " ".join(text.split())
    else:
        balance = _read_balance(number, tag, text, faults)
        name = "opening" if tag.startswith("60") else "closing"
        setattr(page, name, (tag, *balance))


def _read_balance(number, tag, text, faults) -> tuple[str, Decimal]:
    found = _BALANCE.match(text)
    if not found or not _day(found["day"]):
        faults.append(Fault("balance_tag", number, f":{tag}:", text))
        return "", Decimal(0)
    amount = _amount(found["amount"])
    return found["currency"], amount if found["mark"] == "C" else -amount


def _read_movement(number: int, text: str, faults: list[Fault]) -> dict:
    first, _newline, more = text.partition("\n")
    found = _MOVEMENT.match(first)
    value = found and _day(found["value"])
    day = value and (_entry_day(value, found["entry"]) if found["entry"] else value)
    if not day or not _amount(found["amount"]):
        faults.append(Fault("movement", number, ":61:", first))
        return {"number": number}
    references = (found["bank"], found["reference"])
    useful = [ref.strip() for ref in references if ref and ref.strip() != "NONREF"]
    return {
        "number": number,
        "day": day,
        "amount": _amount(found["amount"]) * _SIGNS[found["mark"]],
        "reference": " ".join(dict.fromkeys(useful)),
        "text": " ".join(more.split()),
        "raw": text,
    }


def _amount(text: str) -> Decimal:
    return Decimal(text.replace(",", ".") + "0")


def _day(text: str) -> date | None:
    try:
        return date(2000 + int(text[:2]), int(text[2:4]), int(text[4:6]))
    except ValueError:
        return None


def _entry_day(value: date, text: str) -> date | None:
    """Return the booking day, which has no year: the one nearest to the value date."""
    days = []
    for year in (value.year - 1, value.year, value.year + 1):
        day = _day(f"{year % 100:02}{text}")
        if day:
            days.append(day)
    return min(days, key=lambda day: abs(day - value), default=None)


def _group(pages: list[_Page], faults: list[Fault]) -> list[list[_Page]]:
    """Return the pages of each statement; a page that is not the first has :60M:."""
    groups: list[list[_Page]] = []
    for page in pages:
        _check_page(page, faults)
        is_next = page.opening and page.opening[0] == "60M" and groups
        last = groups[-1][-1] if is_next else None
        if last and last.closing and last.closing[0] == "62M":
            same = account_digits(last.account) == account_digits(page.account)
            if not same or last.closing[2] != page.opening[2]:
                faults.append(
                    Fault(
                        "pages",
                        page.line,
                        ":60M:",
                        f"{page.opening[2]:.2f}",
                        f"{last.closing[2]:.2f}",
                    )
                )
            groups[-1].append(page)
        else:
            groups.append([page])
    return groups


def _check_page(page: _Page, faults: list[Fault]):
    for tag, value in (
        (":25:", account_digits(page.account)),
        (":60F:", page.opening),
        (":62F:", page.closing),
    ):
        if not value:
            faults.append(Fault("missing_tag", page.line, tag))
    currencies = {balance[1] for balance in (page.opening, page.closing) if balance}
    if len(currencies - {""}) > 1:
        faults.append(
            Fault("currency", page.line, ":62F:", page.closing[1], page.opening[1])
        )


def _make(pages: list[_Page], faults: list[Fault]) -> Statement:
    moves = [move for page in pages for move in page.moves if "day" in move]
    lines = tuple(
        StatementLine(
            move["number"],
            move["day"],
            move["amount"],
            move["text"] or move["reference"] or ":61:",
            move["reference"],
            raw=move["raw"],
        )
        for move in moves
    )
    first, last = pages[0], pages[-1]
    return Statement(
        first.account,
        first.opening[1] if first.opening else "",
        lines,
        first.opening[2] if first.opening else None,
        last.closing[2] if last.closing else None,
        first.number.split("/")[0],
    )
