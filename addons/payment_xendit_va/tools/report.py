# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What Xendit settled: its balance report, its transactions report and its API.

All three end as ``SettlementRow``. What was settled is what came into the balance: if
fees are billed at the end of the month, a payment comes in whole and has none here.
"""

import re
from collections import defaultdict
from datetime import UTC, timedelta, timezone
from decimal import Decimal

from odoo.addons.payment_va.tools.amounts import parse_amount, parse_time
from odoo.addons.payment_va.tools.settlement import (
    SettlementError,
    SettlementRow,
    parse_decimal,
    parse_moment,
)

_ZERO = Decimal(0)
#: Other types move the balance to the bank, or between accounts of one owner.
_KINDS = {
    "PAYMENT": "payment",
    "IN_PERSON_PAYMENT": "payment",
    "REFUND": "refund",
    "CHARGEBACK": "refund",
    "PLATFORM_FEE": "fee",
    "CASHBACK_FEE": "fee",
    "CASHBACK_VAT": "fee",
    "ADJUSTMENT_ADD": "fee back",
    "ADJUSTMENT_DEDUCT": "fee",
}
_SETTLED = frozenset({"SETTLED", "EARLY_SETTLED", "EARLY SETTLED"})
#: Ids that Xendit's reports cut off.
_PREFIXES = {"EWALLET": "ewc_", "QR_CODE": "qrpy_"}
_WHOLE_IDS = ("py-", "ewc_", "qrpy_", "rfd-")
_OFFSET = re.compile(r"([+-])(\d{2}):?(\d{2})")


# === FILES === #


def parse_table(table: list[dict], filename: str) -> list[SettlementRow]:
    """Return the rows of a balance report or of a transactions report.

    :param table: ``{header: text}`` per row
    :raise SettlementError: naming file and row or column
    """
    headers = table[0].keys() if table else ()
    if "Line Type" in headers:
        return _parse_balance(table, filename)
    for column in ("Type", "Status", "Amount", "Transaction ID"):
        if table and column not in headers:
            raise SettlementError("column", filename, column=column)
    rows = []
    for number, cells in enumerate(table, 1):
        with _naming(filename, number):
            rows.append(_parse_transaction(cells))
    return [row for row in rows if row]


class _naming:
    """Say where in a file something is wrong."""

    def __init__(self, filename, number):
        self.filename = filename
        self.number = number

    def __enter__(self):
        return self

    def __exit__(self, _class, error, _traceback):
        if isinstance(error, ValueError) and not isinstance(error, SettlementError):
            raise SettlementError(
                "row", self.filename, row=self.number, value=str(error)
            ) from error


def _parse_transaction(cells):
    """Return a row of the transactions report, versions 0 to 2; None if no money."""
    kind = _KINDS.get(_cell(cells, "Type"))
    status = _cell(cells, "Settlement Status").upper()
    if not kind or _cell(cells, "Status") != "SUCCESS":
        return None
    if kind == "payment" and status and status not in _SETTLED:
        return None
    zone = _zone(_cell(cells, "Timezone", "Time Zone"))
    paid_at = _moment(cells, zone, "Payment Date", "Timestamp - Created")
    settled_at = _moment(
        cells,
        zone,
        "Actual Settlement Time",
        "Timestamp - Settled",
        "Estimated Settlement Time",
        "Timestamp - Updated",
    )
    net = _cell(cells, "Net Amount")
    return make_row(
        kind,
        gross=parse_decimal(_cell(cells, "Amount")),
        fee=parse_decimal(_cell(cells, "Total Fee", "Fee")),
        tax=parse_decimal(_cell(cells, "Total VAT", "VAT")),
        net=parse_decimal(net) if net else None,
        product_id=_cell(cells, "Product ID", "Payment ID"),
        channel=_cell(cells, "Channel"),
        invoice_id=_cell(cells, "Invoice ID"),
        transaction_id=_cell(cells, "Transaction ID"),
        order_ref=_cell(cells, "Reference"),
        settled_at=settled_at or paid_at,
        paid_at=paid_at,
        raw=cells,
    )


def _parse_balance(table, filename):
    """Return one row per transaction of a ledger that has a line per movement."""
    groups = defaultdict(list)
    for number, cells in enumerate(table, 1):
        key = _cell(cells, "Transaction ID") or _cell(cells, "Product ID")
        groups[key].append((number, cells))
    rows = []
    for lines in groups.values():
        with _naming(filename, lines[0][0]):
            rows.append(_parse_movements([cells for _number, cells in lines]))
    return [row for row in rows if row]


def _parse_movements(lines):
    totals = defaultdict(Decimal)
    for cells in lines:
        line_type = _cell(cells, "Line Type").removesuffix("_REVERSAL")
        debit = _cell(cells, "Debit or Credit") == "DEBIT"
        amount = abs(parse_decimal(_cell(cells, "Amount")))
        totals[line_type] += -amount if debit else amount
    cells = lines[0]
    kind = _KINDS.get(_cell(cells, "Transaction Type"))
    gross, net = totals["TRANSACTION"], sum(totals.values())
    if not kind or not net:
        return None
    # The ledger has signs: what was reversed there is a refund, whatever it was.
    if kind in ("payment", "refund"):
        kind = "payment" if gross > 0 else "refund" if gross else "fee"
    zone = _zone(_cell(cells, "Time Zone", "Timezone"))
    created = _moment(cells, UTC, "Created Date ISO")
    return make_row(
        kind,
        gross=gross,
        fee=-totals["FEE"],
        tax=-totals["VAT"],
        net=net,
        product_id=_cell(cells, "Product ID"),
        channel=_channel_category(_cell(cells, "Payment Channel")),
        invoice_id=_cell(cells, "Invoice ID"),
        transaction_id=_cell(cells, "Transaction ID"),
        order_ref=_cell(cells, "Reference"),
        settled_at=_moment(cells, zone, "Settlement Date", "Completed Date") or created,
        paid_at=_moment(cells, zone, "Payment Date") or created,
        raw=cells,
    )


def _channel_category(channel):
    """Return the category of a channel's name, as far as it changes an id."""
    name = channel.upper().removeprefix("ID_")
    if name in ("OVO", "DANA", "LINKAJA", "SHOPEEPAY", "GOPAY", "ASTRAPAY"):
        return "EWALLET"
    return "QR_CODE" if name in ("QRIS", "QR_CODE") else ""


def _cell(cells, *names):
    return next((cells[name].strip() for name in names if cells.get(name)), "")


def _moment(cells, zone, *names):
    text = _cell(cells, *names)
    return parse_moment(text, zone) if text else None


def _zone(text):
    """Return the zone that a report names; from the API it is always UTC."""
    found = _OFFSET.search(text)
    if not found:
        return UTC
    sign, hours, minutes = found.groups()
    offset = timedelta(hours=int(hours), minutes=int(minutes))
    return timezone(-offset if sign == "-" else offset)


# === API === #


def parse_api(transaction: dict) -> SettlementRow | None:
    """Return a row for an element of GET /transactions; None if it is not settled.

    :raise ValueError: if it is not of the documented shape
    """
    kind = _KINDS.get(transaction.get("type"))
    if not kind or transaction.get("status") != "SUCCESS":
        return None
    if kind == "payment" and transaction.get("settlement_status") not in _SETTLED:
        return None
    fee = transaction.get("fee") or {}
    details = transaction.get("product_data") or {}
    created = parse_time(transaction["created"])
    settled = transaction.get("estimated_settlement_time") or transaction.get("updated")
    net = transaction.get("net_amount")
    return make_row(
        kind,
        gross=parse_amount(transaction["amount"]),
        fee=parse_amount(fee.get("xendit_fee") or 0),
        tax=parse_amount(fee.get("value_added_tax") or 0),
        net=None if net is None else Decimal(str(net)),
        product_id=transaction.get("product_id") or "",
        channel=transaction.get("channel_category") or "",
        invoice_id=details.get("invoice_id") or "",
        transaction_id=transaction["id"],
        order_ref=transaction.get("reference_id") or "",
        settled_at=parse_time(settled) if settled else created,
        paid_at=created,
        raw=transaction,
    )


# === ROWS === #


def make_row(kind, *, gross, fee, tax, net, settled_at, paid_at, raw, **ids):
    """Return a row whose net amount is what came into the balance.

    Withheld taxes and the like are in the difference, which counts as fee.

    :param Decimal net: None if the report does not say
    :param dict ids: ``product_id``, ``channel``, ``invoice_id``, ``transaction_id``,
        ``order_ref``
    """
    amounts = _sign_amounts(kind, gross, abs(fee), abs(tax), net)
    if not any(amounts.values()):
        return None
    is_payment = kind == "payment"
    return SettlementRow(
        provider_payment_id=_payment_id(ids) if is_payment else "",
        order_ref=ids["order_ref"],
        **amounts,
        settled_at=settled_at,
        paid_at=paid_at,
        kind=kind.partition(" ")[0],
        refund_id="" if is_payment else ids["product_id"] or ids["transaction_id"],
        raw=raw,
    )


def _sign_amounts(kind, gross, fee, tax, net):
    """Return the amounts with the signs of a ``SettlementRow``; reports differ."""
    if kind.startswith("fee"):
        taken = abs(gross if net is None else net)
        fee = -taken if kind == "fee back" else taken
        return {"gross": _ZERO, "fee": fee, "tax": _ZERO, "net": -fee}
    sign = 1 if kind == "payment" else -1
    gross = sign * abs(gross)
    net = gross - fee - tax if net is None else sign * abs(net)
    if net == gross:
        fee = tax = _ZERO
    return {"gross": gross, "fee": gross - net - tax, "tax": tax, "net": net}


def _payment_id(ids):
    """Return the id under which a payment was booked.

    Invoices are booked by theirs; older ids come without their prefix.
    """
    if ids["invoice_id"]:
        return ids["invoice_id"]
    product_id = ids["product_id"]
    if not product_id or product_id.startswith(_WHOLE_IDS):
        return product_id
    return _PREFIXES.get(ids["channel"].upper(), "") + product_id
