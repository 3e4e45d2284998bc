# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What Xendit's callbacks say. Touches no record and no network.

Callbacks of the same account come in all shapes of ten years of products; what each of
them is about is also what the API answers when it is asked back.
"""

from decimal import Decimal
from enum import StrEnum

from odoo.addons.payment_va.tools.amounts import parse_amount
from odoo.addons.payment_va.tools.event import EventKind, PaymentEvent
from odoo.addons.payment_va.tools.va_number import digits

from .wire import amount, load, method, moment, nested, optional_id, required_id, text


class Shape(StrEnum):
    """What a body is about."""

    PAYMENT = "payment"
    REQUEST = "payment request"
    SESSION = "payment session"
    REFUND = "refund"
    EWALLET = "e-wallet charge"
    QR = "payment of a QR code"
    INVOICE = "invoice"
    VA_PAYMENT = "payment of a virtual account"
    VA = "virtual account"
    OTHER = "other"


#: The only status an event can have; any other one contradicts its name.
_STATUS_OF_EVENT = {
    "payment.capture": "SUCCEEDED",
    "payment.succeeded": "SUCCEEDED",
    "payment.authorization": "AUTHORIZED",
    "payment.failure": "FAILED",
    "payment.failed": "FAILED",
    "payment.expiry": "EXPIRED",
    "payment_request.expiry": "EXPIRED",
    "payment_session.completed": "COMPLETED",
    "payment_session.expired": "EXPIRED",
    "refund.succeeded": "SUCCEEDED",
    "refund.failed": "FAILED",
}
_SHAPE_OF_EVENT = {
    "payment": Shape.PAYMENT,
    "payment_request": Shape.REQUEST,
    "payment_session": Shape.SESSION,
    "refund": Shape.REFUND,
}
_WAITING = EventKind.PENDING
_KINDS = {
    Shape.PAYMENT: {
        "SUCCEEDED": EventKind.PAID,
        "FAILED": EventKind.FAILED,
        "CANCELED": EventKind.CANCELLED,
        "EXPIRED": EventKind.EXPIRED,
        "PENDING": _WAITING,
        "AUTHORIZED": _WAITING,
    },
    Shape.REQUEST: {
        "SUCCEEDED": EventKind.PAID,
        "FAILED": EventKind.FAILED,
        "CANCELED": EventKind.CANCELLED,
        "EXPIRED": EventKind.EXPIRED,
        "PENDING": _WAITING,
        "AUTHORIZED": _WAITING,
        "REQUIRES_ACTION": _WAITING,
        "ACCEPTING_PAYMENTS": _WAITING,
    },
    Shape.SESSION: {
        "ACTIVE": _WAITING,
        "COMPLETED": EventKind.PAID,
        "EXPIRED": EventKind.EXPIRED,
        "CANCELED": EventKind.CANCELLED,
    },
    Shape.REFUND: {
        "SUCCEEDED": EventKind.REFUNDED,
        "FAILED": EventKind.FAILED,
        "CANCELLED": EventKind.FAILED,
        "PENDING": _WAITING,
    },
    Shape.EWALLET: {
        "SUCCEEDED": EventKind.PAID,
        "FAILED": EventKind.FAILED,
        "PENDING": _WAITING,
        "VOIDED": EventKind.DENIED,
    },
    Shape.QR: {"COMPLETED": EventKind.PAID, "SUCCEEDED": EventKind.PAID},
    Shape.INVOICE: {
        "PENDING": _WAITING,
        "PAID": EventKind.PAID,
        "SETTLED": EventKind.PAID,
        "EXPIRED": EventKind.EXPIRED,
    },
    # One that was not paid is never told.
    Shape.VA_PAYMENT: {
        "": EventKind.PAID,
        "PAID": EventKind.PAID,
        "COMPLETED": EventKind.PAID,
    },
    Shape.VA: {"ACTIVE": _WAITING, "PENDING": _WAITING},
}


# === CALLBACKS === #


def flat_reference(body: bytes) -> str | None:
    """Return the order of a callback without envelope, None if it has no usable one."""
    try:
        return text(load(body), "external_id")
    except ValueError:
        return None


def shape_of(message: dict) -> Shape:
    """Return what a callback is about, by its event or, where it has none, its fields.

    :raise ValueError: if it is of no known product
    """
    event = message.get("event")
    if event:
        return _shape_of_event(str(event))
    if "callback_virtual_account_id" in message and "payment_id" in message:
        return Shape.VA_PAYMENT
    if "account_number" in message and ("is_closed" in message or "name" in message):
        return Shape.VA
    if "external_id" in message and "status" in message:
        return Shape.INVOICE
    raise ValueError("body: no callback of a known product")


def _shape_of_event(event):
    if event == "ewallet.capture":
        return Shape.EWALLET
    if event == "qr.payment":
        return Shape.QR
    if event in _STATUS_OF_EVENT:
        return _SHAPE_OF_EVENT[event.partition(".")[0]]
    return Shape.OTHER


def parse_callback(body: bytes) -> PaymentEvent:
    """Return what a callback says.

    :raise ValueError: if it is not of a documented shape
    """
    message = load(body)
    shape = shape_of(message)
    event_name = message.get("event")
    if shape == Shape.OTHER:
        return PaymentEvent(
            EventKind.UNKNOWN, status=text(message, "event"), raw=message
        )
    subject = subject_of(message) if event_name else message
    kind = kind_of(shape, subject)
    expected = _STATUS_OF_EVENT.get(event_name)
    if expected and subject.get("status") != expected:
        kind = EventKind.UNKNOWN
    return PARSERS[shape](subject, kind, message)


def subject_of(message):
    """Return the object an event is about; it is the envelope itself in old ones."""
    data = message.get("data", message)
    if not isinstance(data, dict):
        raise ValueError("data: no object")
    return data


def kind_of(shape, subject):
    """Return what a status means; words that are not documented mean nothing."""
    return _KINDS[shape].get(text(subject, "status") or "", EventKind.UNKNOWN)


# === WHAT EACH SHAPE HOLDS === #


def _parse_payment(data, kind, raw):
    captures = _captures(data)
    amounts = [parse_amount(capture.get("capture_amount")) for capture in captures]
    properties = nested(data, "channel_properties")
    details = nested(data, "payment_details")
    # Before version 3 a payment has no captures but an amount, and "id" for its id.
    return PaymentEvent(
        kind,
        order_ref=text(data, "reference_id"),
        payment_id=required_id(data, "payment_id", "id"),
        amount=sum(amounts, Decimal(0)) if captures else amount(data, "amount"),
        paid_at=moment(captures[-1] if captures else {}, "capture_timestamp")
        or moment(data, "updated"),
        reference=text(details, "receipt_id"),
        va_number=digits(text(properties, "virtual_account_number")) or None,
        reason=text(data, "failure_code") or "",
        **_common(data, raw),
    )


def _captures(data):
    captures = data.get("captures") or []
    if not isinstance(captures, list) or not all(isinstance(c, dict) for c in captures):
        raise ValueError("captures: no list of objects")
    return captures


def _parse_request(data, kind, raw):
    """A request tells which payment it got, but not of how much."""
    paid = kind == EventKind.PAID
    return PaymentEvent(
        kind,
        order_ref=text(data, "reference_id"),
        payment_id=required_id(data, "latest_payment_id") if paid else None,
        amount=amount(data, "request_amount"),
        paid_at=moment(data, "updated"),
        reason=text(data, "failure_code") or "",
        **_common(data, raw),
    )


def _parse_session(data, kind, raw):
    paid = kind == EventKind.PAID
    return PaymentEvent(
        kind,
        order_ref=text(data, "reference_id"),
        payment_id=required_id(data, "payment_id") if paid else None,
        amount=amount(data, "amount"),
        paid_at=moment(data, "updated"),
        **_common(data, raw),
    )


def _parse_refund(data, kind, raw):
    """What a refund calls a payment may be the request: that is for who knows both.

    It says nothing about the order, which it does not end when it fails.
    """
    payment_id = optional_id(data, "payment_id") or ""
    return PaymentEvent(
        kind,
        payment_id=payment_id if payment_id.startswith("py-") else None,
        refund_id=required_id(data, "id", "refund_id"),
        refund_amount=amount(data, "amount"),
        paid_at=moment(data, "updated"),
        reason=text(data, "failure_code") or text(data, "reason") or "",
        **_common(data, raw),
    )


def _parse_ewallet(data, kind, raw):
    return PaymentEvent(
        kind,
        order_ref=text(data, "reference_id"),
        payment_id=required_id(data, "id"),
        amount=amount(data, "capture_amount", "charge_amount"),
        paid_at=moment(data, "updated"),
        reason=text(data, "failure_code") or "",
        **_common(data, raw),
    )


def _parse_qr(data, kind, raw):
    code = nested(data, "qr_code")
    details = nested(data, "payment_detail") or nested(data, "payment_details")
    return PaymentEvent(
        kind,
        order_ref=text(data, "reference_id") or text(code, "external_id"),
        payment_id=required_id(data, "id"),
        amount=amount(data, "amount"),
        paid_at=moment(data, "created"),
        reference=text(details, "receipt_id"),
        **{**_common(data, raw), "channel": "qris"},
    )


def _parse_invoice(data, kind, raw):
    return PaymentEvent(
        kind,
        order_ref=text(data, "external_id"),
        payment_id=required_id(data, "id"),
        amount=amount(data, "paid_amount", "amount"),
        paid_at=moment(data, "paid_at") or moment(data, "updated"),
        reference=text(data, "payment_id"),
        **{**_common(data, raw), "channel": method(data, "payment_channel")},
    )


def _parse_va_payment(data, kind, raw):
    return PaymentEvent(
        kind,
        order_ref=text(data, "external_id"),
        payment_id=required_id(data, "payment_id"),
        amount=amount(data, "amount"),
        paid_at=moment(data, "transaction_timestamp"),
        va_number=digits(text(data, "account_number")) or None,
        **{**_common(data, raw), "channel": method(data, "bank_code")},
    )


def _parse_va(data, kind, raw):
    return PaymentEvent(
        kind,
        order_ref=text(data, "external_id"),
        va_number=digits(text(data, "account_number")) or None,
        **{**_common(data, raw), "channel": method(data, "bank_code")},
    )


PARSERS = {
    Shape.PAYMENT: _parse_payment,
    Shape.REQUEST: _parse_request,
    Shape.SESSION: _parse_session,
    Shape.REFUND: _parse_refund,
    Shape.EWALLET: _parse_ewallet,
    Shape.QR: _parse_qr,
    Shape.INVOICE: _parse_invoice,
    Shape.VA_PAYMENT: _parse_va_payment,
    Shape.VA: _parse_va,
}


def _common(data, raw):
    return {
        "currency": text(data, "currency") or "IDR",
        "channel": method(data, "channel_code"),
        "status": text(data, "status") or "",
        "raw": raw,
    }
