# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What the words of the banks mean, in the vocabulary of the inbox."""

from decimal import Decimal

from odoo.addons.payment_va.tools.amounts import JAKARTA, parse_amount, parse_time
from odoo.addons.payment_va.tools.event import Delivery, EventKind, PaymentEvent

from .. import const
from . import va
from .codes import Refusal
from .requests import find_service, parse_body, read_amount


def parse_delivery(delivery: Delivery) -> PaymentEvent:
    """Return what a request at one of our paths tells.

    :raise ValueError: if it tells of no payment, or is not of the documented shape
    """
    service = find_service(delivery.path)
    try:
        body = parse_body(delivery.body)
    except Refusal as error:
        raise ValueError("no JSON object") from error
    if service in (const.PAYMENT, const.NOTIFY_VA):
        return _parse_va(service, body, delivery.headers)
    if service == const.QR_NOTIFY:
        return _parse_qr(body, {"service": service})
    raise ValueError(f"{delivery.path} tells of no payment")


def _parse_va(service, body, headers):
    amount, currency = _read_paid(body)
    when = body.get("trxDateTime") or headers.get("x-timestamp")
    return PaymentEvent(
        EventKind.PAID,
        # A payment (25) is known by its number alone, so that a repeat with another
        # trxId is still a repeat.
        order_ref=_text(body.get("trxId")) if service == const.NOTIFY_VA else None,
        payment_id=str(body["paymentRequestId"]),
        amount=amount,
        currency=currency,
        paid_at=when and parse_time(when, JAKARTA) or None,
        va_number=va.read_number(body),
        status=service,
        reference=_text(body.get("referenceNo")),
        raw={"service": service},
    )


def _read_paid(body):
    """Return what was paid; a notice (34) has it, if at all, where BRI puts it."""
    if body.get("paidAmount"):
        return read_amount(body, "paidAmount")
    more = body.get("additionalInfo")
    told = isinstance(more, dict) and (
        more.get("paidAmount") or more.get("paymentAmount")
    )
    try:
        return (parse_amount(told) if told else None), "IDR"
    except ValueError:
        return None, "IDR"  # what is no amount is asked for


def _parse_qr(body, raw):
    word = str(body["latestTransactionStatus"])
    kind = EventKind(const.QR_STATUS.get(word, "unknown"))
    amount, currency = read_amount(body, "amount")
    returned = kind == EventKind.REFUNDED
    refunded, _currency = read_amount(body, "refundAmount")
    when = body.get("paidTime")
    return PaymentEvent(
        kind,
        order_ref=_text(body.get("originalPartnerReferenceNo")),
        payment_id=_text(body.get("originalReferenceNo")),
        amount=amount,
        currency=currency,
        paid_at=when and parse_time(when, JAKARTA) or None,
        channel="qris",
        refund_id=_text(body.get("refundNo")) if returned else None,
        refund_amount=(refunded or amount) if returned else None,
        status=word,
        reason=_text(body.get("transactionStatusDesc")) or "",
        raw=raw,
    )


def parse_qr_query(event: PaymentEvent, body: dict) -> PaymentEvent | None:
    """Return what the answer to a QR query (51) says about ``event``'s payment.

    :raise ValueError: if it is about another payment, or not of the documented shape
    """
    answered = _text(body.get("originalPartnerReferenceNo"))
    if event.order_ref and answered and answered != event.order_ref:
        raise ValueError(f"asked about {event.order_ref}, answered about {answered}")
    if "latestTransactionStatus" not in body:
        raise ValueError("latestTransactionStatus is missing")
    if str(body["latestTransactionStatus"]) == const.QR_NOT_FOUND:
        return not_found(event)
    merged = {
        **body,
        "originalPartnerReferenceNo": event.order_ref or answered,
        "originalReferenceNo": event.payment_id or body.get("originalReferenceNo"),
    }
    return _parse_qr(merged, {"service": const.QR_QUERY})


def not_found(event: PaymentEvent) -> None:
    """Return None for a payment that nobody told of, else have it asked about again.

    :raise ValueError: if the bank itself told that it was paid
    """
    if event.kind == EventKind.PENDING:
        return None
    raise ValueError("the bank told of this payment, but does not find it yet")


def va_rows(body: dict) -> list[dict]:
    """Return the virtual accounts of an answer, however the bank spells the key."""
    for name, value in body.items():
        if name.lower() == "virtualaccountdata":
            rows = value if isinstance(value, list) else [value]
            return [row for row in rows if isinstance(row, dict)]
    return []


def parse_va_answer(
    event: PaymentEvent, body: dict, service: str
) -> PaymentEvent | None:
    """Return the payment of ``event``'s number in an answer (26, 30, 35).

    :return: None if there is none and nobody told of one
    :raise ValueError: if it cannot be told which of several payments it is
    """
    rows = [row for row in va_rows(body) if _is_about(row, event)]
    if service == const.REPORT:
        rows = _choose(rows, event)
    paid = [row for row in rows if is_paid(row, body, service)]
    if not paid:
        return not_found(event)
    if len(paid) > 1:
        raise ValueError(f"{len(paid)} payments to {event.va_number} may be meant")
    return parse_row(paid[0], event)


def _is_about(row, event):
    number = va.read_number(row)
    return not (number and event.va_number) or number == event.va_number


def _choose(rows, event):
    """Narrow the rows of a report down to the payment that was told of."""
    for key, wanted in (
        ("paymentRequestId", event.payment_id),
        ("trxDateTime", event.paid_at),
    ):
        found = [row for row in rows if wanted and _value(row, key) == wanted]
        if found:
            return found
    return rows


def _value(row, key):
    if key == "trxDateTime":
        return row_time(row)
    return _text(row.get(key))


def is_paid(row: dict, body: dict, service: str) -> bool:
    """Return whether a row says that the money is there."""
    if row.get("paymentFlagStatus"):
        return str(row["paymentFlagStatus"]) == "00"
    for place in (row, row.get("additionalInfo"), body.get("additionalInfo")):
        if isinstance(place, dict) and place.get("paidStatus"):
            return place["paidStatus"] == "Y"
    if service == const.REPORT:
        return True  # it lists payments only
    return bool(row.get("paymentDate") or row.get("transactionDate"))


def row_time(row: dict):
    """Return when a row was paid, None if it does not say."""
    for key in ("trxDateTime", "transactionDate", "paymentDate"):
        if row.get(key):
            return parse_time(row[key], JAKARTA)
    return None


def row_amount(row: dict) -> Decimal:
    """Return what was paid.

    :raise ValueError: if the row does not say
    """
    for key in ("paidAmount", "totalAmount", "amount"):
        if row.get(key):
            return parse_amount(row[key])
    raise ValueError("the bank's answer has no amount")


def row_payment_id(row: dict) -> str:
    """Return what a payment is known by, the same in every answer of a bank.

    :raise ValueError: if nothing tells it from another payment to the same number
    """
    for key in ("paymentRequestId", "referenceNo"):
        if row.get(key):
            return str(row[key])
    when = row_time(row)
    if when:
        return f"{va.read_number(row)}@{when:%Y%m%dT%H%M%SZ}"
    if row.get("trxId"):
        return str(row["trxId"])
    raise ValueError("the bank's answer has no id of the payment")


def parse_row(row: dict, event: PaymentEvent | None = None) -> PaymentEvent:
    """Return a payment as a row of an answer tells it."""
    _amount, currency = read_amount(row, "paidAmount")
    return PaymentEvent(
        EventKind.PAID,
        order_ref=(event and event.order_ref) or _text(row.get("trxId")),
        payment_id=row_payment_id(row),
        amount=row_amount(row),
        currency=currency,
        paid_at=row_time(row) or (event and event.paid_at) or None,
        va_number=va.read_number(row) or (event and event.va_number),
        status="paid",
        reference=_text(row.get("referenceNo")),
        raw={"service": const.REPORT},
    )


def _text(value):
    return str(value) if value not in (None, "") else None
