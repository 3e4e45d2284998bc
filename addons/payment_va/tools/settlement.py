# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What a provider says it paid out: files of any layout, and one row of any of them."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from decimal import ROUND_HALF_UP, Decimal
from zoneinfo import ZoneInfo

from .amounts import JAKARTA, parse_time
from .table import SettlementError, normalize, read_table

__all__ = [
    "COLUMNS",
    "KINDS",
    "SettlementError",
    "SettlementRow",
    "parse_columns",
    "parse_decimal",
    "parse_moment",
    "parse_rows",
    "read_table",
]

KINDS = ("payment", "refund", "fee")

#: Header texts of published reports (Midtrans' dashboard export and payout summary,
#: Xendit's transactions and balance reports, Indonesian bank files), best ones first.
COLUMNS = {
    "payment_id": ("Transaction ID", "Payment ID", "Product ID", "ID Transaksi"),
    "order_ref": (
        "Order ID",
        "Reference",
        "External ID",
        "Merchant Reference",
        "Channel Reference",
        "No. Referensi",
        "No Referensi",
        "Nomor VA",
    ),
    "refund_id": ("Refund ID", "Refund Key"),
    "gross": (
        "Gross Amount",
        "Transaction Amount",
        "Amount",
        "Jumlah",
        "Nominal",
        "Nilai Transaksi",
    ),
    "fee": (
        "Total Fee",
        "Fee Amount",
        "Transaction Fee",
        "Fee",
        "MDR",
        "Biaya",
        "Biaya Layanan",
    ),
    "tax": ("Total VAT", "VAT", "Tax", "PPN", "Pajak"),
    "net": ("Net Amount", "Payable (Nett)", "Nett", "Net", "Jumlah Bersih", "Bersih"),
    "settled_at": (
        "Actual Settlement Time",
        "Settlement Time",
        "Settlement Date",
        "Cut off Date",
        "Payout Date",
        "Tanggal Settlement",
        "Tanggal Penyelesaian",
        "Tgl. Val.",
    ),
    "paid_at": (
        "Payment Date",
        "Transaction Time",
        "Transaction Date",
        "Created Date ISO",
        "Created Date",
        "Tanggal Transaksi",
        "Tanggal",
        "Tgl.",
    ),
    "kind": ("Transaction Type", "Type", "Line Type", "Jenis Transaksi", "Jenis"),
    "status": ("Transaction Status", "Status"),
    "payout_ref": (
        "Payout ID",
        "Payout Reference",
        "Disbursement ID",
        "Withdrawal ID",
        "Batch ID",
        "Batch Code",
    ),
}
#: Words of a type column; anything else is a payment.
REFUND_WORDS = ("refund", "chargeback", "pengembalian", "retur")
FEE_WORDS = ("fee", "biaya", "vat", "tax", "adjustment", "potongan")
#: The provider's own transfers to the bank: the payout, not a part of it.
PAYOUT_WORDS = ("withdrawal", "payout", "disbursement", "penarikan", "transfer out")
#: Attempts without money: a transaction export lists them as well.
OPEN_STATUSES = frozenset(
    "pending failed failure expired expire denied deny cancelled canceled cancel voided"
    " reversed authorize challenge gagal batal kedaluwarsa menunggu".split()
)
_NOT_NUMBER = re.compile(r"(?i)^rp\.?|^idr|\s")
#: First words of rows that sum up others.
_TOTAL = re.compile(r"(?i)^(grand |sub ?)?total|^jumlah")
_GROUPED = re.compile(r"^\d{1,3}(?:([.,])\d{3})(?:\1\d{3})*$")
_DAY_FIRST = re.compile(
    r"^(\d{1,2})[/.\- ]([^\W_]{1,9})[/.\- ,]+(\d{4})(?:[ T,]+(.+))?$"
)
_MONTHS = (
    ("jan",),
    ("feb", "peb"),
    ("mar",),
    ("apr",),
    ("may", "mei"),
    ("jun",),
    ("jul",),
    ("aug", "agu", "ags"),
    ("sep",),
    ("oct", "okt"),
    ("nov", "nop"),
    ("dec", "des"),
)


@dataclass(frozen=True)
class SettlementRow:
    """One line of what a provider paid out. Amounts change the payout by their sign.

    A payment has a positive ``gross``, a refund a negative one, a fee of its own none.
    ``net`` is always ``gross - fee - tax``.

    :param provider_payment_id: the provider's id of the payment, also of a refund's
    :param order_ref: our own reference: of a transaction or of a virtual account
    :param settled_at: when the provider counted it, aware
    :param paid_at: when the payer paid, aware; None if the report does not say
    :param kind: ``payment``, ``refund`` or ``fee``
    :param payout_ref: what the provider calls the transfer to the bank; empty if all of
        a day are one transfer
    :param refund_id: the provider's id of a refund or of a fee, if it has one
    :raise ValueError: if the amounts do not add up or a time has no zone
    """

    provider_payment_id: str
    order_ref: str
    gross: Decimal
    fee: Decimal
    tax: Decimal
    net: Decimal
    settled_at: datetime
    paid_at: datetime | None = None
    kind: str = "payment"
    payout_ref: str = ""
    raw: dict = field(default_factory=dict, compare=False, repr=False)
    refund_id: str = ""

    def __post_init__(self):
        if self.kind not in KINDS:
            raise ValueError(f"kind: {self.kind!r} is none of {KINDS}")
        if self.net != self.gross - self.fee - self.tax:
            raise ValueError(
                f"{self.key}: {self.net} is not {self.gross} - {self.fee} - {self.tax}"
            )
        self._check_sign()
        if not self.settled_at:
            raise ValueError(f"{self.key}: no time of settlement")
        for moment in filter(None, (self.settled_at, self.paid_at)):
            if moment.tzinfo is None:
                raise ValueError(f"{self.key}: {moment} has no time zone")
        if not (self.provider_payment_id or self.order_ref or self.kind == "fee"):
            raise ValueError("a payment without any reference")

    def _check_sign(self):
        wrong = {
            "payment": self.gross <= 0,
            "refund": self.gross >= 0,
            "fee": self.gross != 0,
        }
        if wrong[self.kind]:
            raise ValueError(f"{self.key}: {self.gross} is no amount of a {self.kind}")

    @property
    def key(self) -> str:
        """Return what makes two rows of a kind the same one, in whichever file.

        Refunds and fees without an id of their own are told apart by what they say.
        """
        reference = self.provider_payment_id or self.order_ref
        if self.kind == "payment":
            return reference
        return self.refund_id or (
            f"{reference}|{self.gross.normalize():f}|{self.net.normalize():f}"
            f"|{self.settled_at.astimezone(UTC):%Y%m%d}|{self.payout_ref}"
        )

    def rounded(self, places: int) -> "SettlementRow":
        """Return the row in the currency's smallest unit; net remains the difference.

        :param int places: decimals of the currency
        """
        unit = Decimal(1).scaleb(-places)
        gross, fee, tax = (
            amount.quantize(unit, ROUND_HALF_UP)
            for amount in (self.gross, self.fee, self.tax)
        )
        return replace(self, gross=gross, fee=fee, tax=tax, net=gross - fee - tax)

    def day(self, zone) -> date:
        """Return the accounting date of the settlement in a zone."""
        return self.settled_at.astimezone(zone).date()


def parse_decimal(text) -> Decimal:
    """Return an amount as people and banks write it; negative with ``-`` or brackets.

    ``Rp 1.234.567,89``, ``1,234,567.89``, ``450.000`` and ``450,000`` (thousands, as
    exactly three digits follow), ``450000.00``, ``(4.440)``, ``4.440-``. Empty is 0.

    :raise ValueError: if it is no number
    """
    number = re.sub(r",-+$", "", str(text if text is not None else "").strip())
    negative = number.startswith(("-", "(", "\N{MINUS SIGN}")) or number.endswith("-")
    number = number.strip("()-+\N{MINUS SIGN} ")
    number = _NOT_NUMBER.sub("", _NOT_NUMBER.sub("", number)).strip("-")
    if number in ("", "-"):
        return Decimal(0)
    plain = _without_groups(number)
    if not re.fullmatch(r"\d+(\.\d+)?", plain):
        raise ValueError(f"{text!r} is no amount")
    return -Decimal(plain) if negative else Decimal(plain)


def _without_groups(number: str) -> str:
    """Return the digits with a decimal point, whichever separators were used."""
    if _GROUPED.match(number):
        return number.replace(".", "").replace(",", "")
    comma, point = number.rfind(","), number.rfind(".")
    if comma > point:
        whole, decimals = number[:comma], number[comma + 1 :]
    elif point >= 0:
        whole, decimals = number[:point], number[point + 1 :]
    else:
        return number
    group = _GROUPED.match(whole)
    if not whole.isdigit() and (not group or group[1] == number[len(whole)]):
        return number  # "1.234.56": no number
    return f"{whole.replace('.', '').replace(',', '')}.{decimals}"


def parse_moment(text: str, zone=JAKARTA) -> datetime:
    """Return an aware UTC time from what reports write, days before months.

    ``2026-11-21T07:00:00Z``, ``2026-11-21 14:00``, ``21/11/2026 14:00:05``,
    ``21-11-2026``, ``21 Nov 2026, 14:00``, ``21 Agustus 2026``.

    :param zone: of times that do not say
    :raise ValueError: if it is no time
    """
    text = str(text or "").strip()
    match = _DAY_FIRST.match(text)
    if match:
        day, month, year, clock = match.groups()
        text = f"{year}-{_parse_month(month):02}-{int(day):02}"
        text += f" {_parse_clock(clock)}" if clock else ""
    return parse_time(text, zone)


def _parse_month(text: str) -> int:
    if text.isdigit():
        return int(text)
    for number, names in enumerate(_MONTHS, 1):
        if text.lower().startswith(names):
            return number
    raise ValueError(f"{text!r} is no month")


def _parse_clock(text: str) -> str:
    """Return ``14:05`` of ``14.05 WIB`` and the like."""
    clock = re.sub(r"(?i)\s*(wib|gmt\+7)$", "", text.strip())
    if re.fullmatch(r"\d{1,2}\.\d{2}(\.\d{2})?", clock):
        clock = clock.replace(".", ":")
    hour, colon, rest = clock.partition(":")
    return f"{int(hour):02}{colon}{rest}"


def parse_columns(text: str) -> dict[str, tuple[str, ...]]:
    """Return the header texts of a provider's own settings, over the known ones.

    One field per line, such as ``gross: Jumlah Transaksi, Nominal``.

    :raise ValueError: naming the line that is none
    """
    columns = {}
    for line in filter(None, map(str.strip, (text or "").splitlines())):
        name, colon, headers = line.partition(":")
        name = name.strip().lower()
        names = tuple(filter(None, map(str.strip, headers.split(","))))
        if name not in COLUMNS or not colon or not names:
            raise ValueError(line)
        columns[name] = names
    return {**COLUMNS, **columns}


def parse_rows(
    table: Iterable[dict[str, str]],
    filename: str,
    columns: dict[str, tuple[str, ...]] | None = None,
    zone: ZoneInfo = JAKARTA,
) -> list[SettlementRow]:
    """Return the rows of a table whose columns are found by their header.

    Rows without money - attempts, the payout itself, totals - are left out.

    :raise SettlementError: naming file, row and column
    """
    table = list(table)
    if not table:
        return []
    reader = _RowReader(filename, _find_columns(table[0], columns or COLUMNS), zone)
    rows = (reader.parse(number, cells) for number, cells in enumerate(table, 1))
    return [row for row in rows if row]


def _find_columns(cells: dict, columns: dict) -> dict[str, str]:
    """Return the header in this file of each field that it has."""
    headers = {normalize(header): header for header in cells}
    found = {}
    for name, candidates in columns.items():
        matching = [headers[h] for h in map(normalize, candidates) if h in headers]
        if matching:
            found[name] = matching[0]
    return found


class _RowReader:
    """Reads the rows of one file, knowing where each field is."""

    def __init__(self, filename, columns, zone):
        self.filename = filename
        self.columns = columns
        self.zone = zone
        if not {"payment_id", "order_ref"} & columns.keys():
            raise SettlementError("column", filename, column="payment_id")
        if not {"settled_at", "paid_at"} & columns.keys():
            raise SettlementError("column", filename, column="settled_at")
        if not {"gross", "net"} & columns.keys():
            raise SettlementError("column", filename, column="gross")

    def parse(self, number: int, cells: dict) -> SettlementRow | None:
        """Return a row, None if there is no money in it."""
        kind = self._get_kind(cells)
        reference = self._text(cells, "payment_id") or self._text(cells, "order_ref")
        status = normalize(self._text(cells, "status"))
        if kind is None or status in OPEN_STATUSES:
            return None
        if not reference or _TOTAL.match(reference):
            return None
        paid_at = self._moment(number, cells, "paid_at")
        settled_at = self._moment(number, cells, "settled_at")
        if "settled_at" in self.columns and not settled_at:
            return None  # not counted yet: it comes again in a later file
        amounts = self._get_amounts(number, cells, kind)
        if not any(amounts.values()):
            return None
        try:
            return SettlementRow(
                self._text(cells, "payment_id"),
                self._text(cells, "order_ref"),
                **amounts,
                settled_at=settled_at or paid_at,
                paid_at=paid_at,
                kind=kind,
                payout_ref=self._text(cells, "payout_ref"),
                refund_id=self._text(cells, "refund_id"),
                raw=cells,
            )
        except (ValueError, AttributeError) as error:
            raise SettlementError(
                "row", self.filename, row=number, value=str(error)
            ) from error

    def _text(self, cells, name):
        header = self.columns.get(name)
        return (cells.get(header) or "").strip() if header else ""

    def _get_kind(self, cells):
        words = self._text(cells, "kind").lower().replace("_", " ")
        if any(word in words for word in PAYOUT_WORDS):
            return None
        if any(word in words for word in REFUND_WORDS):
            return "refund"
        # Whole words: "coffee" is no fee.
        if set(words.split()) & set(FEE_WORDS):
            return "fee"
        negative = self._text(cells, "gross").startswith(("-", "("))
        return "refund" if negative else "payment"

    def _get_amounts(self, number, cells, kind):
        """Return the four amounts with the signs of a row, complete from what is there.

        Reports disagree about the signs of fees: a fee lessens a payment.
        """
        gross, fee, tax, net = (
            self._amount(number, cells, name) for name in ("gross", "fee", "tax", "net")
        )
        if kind == "fee":
            fee = abs(fee if fee is not None else gross or net or Decimal(0))
            tax = abs(tax or Decimal(0))
            return {"gross": Decimal(0), "fee": fee, "tax": tax, "net": -fee - tax}
        sign = -1 if kind == "refund" else 1
        tax = tax or Decimal(0)
        tax = abs(tax) if kind == "payment" else tax
        if gross is None:
            gross = abs(net) + abs(fee or 0) + tax
        gross = sign * abs(gross)
        if fee is None:
            fee = Decimal(0) if net is None else gross - tax - sign * abs(net)
        elif kind == "payment":
            fee = abs(fee)
        return {"gross": gross, "fee": fee, "tax": tax, "net": gross - fee - tax}

    def _amount(self, number, cells, name):
        text = self._text(cells, name)
        if not text:
            return None
        try:
            return parse_decimal(text)
        except ValueError as error:
            raise self._cell_error("amount", number, name, text) from error

    def _moment(self, number, cells, name):
        text = self._text(cells, name)
        if not text or text == "-":
            return None
        try:
            return parse_moment(text, self.zone)
        except ValueError as error:
            raise self._cell_error("time", number, name, text) from error

    def _cell_error(self, reason, number, name, text):
        return SettlementError(
            reason, self.filename, row=number, column=self.columns[name], value=text
        )
