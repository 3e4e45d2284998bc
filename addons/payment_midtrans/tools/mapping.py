# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What a notification, or an answer about a payment's status, says."""

import json
import re
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from odoo.addons.payment_va.tools.amounts import JAKARTA, parse_amount, parse_time
from odoo.addons.payment_va.tools.event import RETURNING, EventKind, PaymentEvent
from odoo.addons.payment_va.tools.va_number import digits

from ..const import BANKS, PAYMENT_TYPES
from .signature import is_signed

_TRANSACTION_ID = re.compile(r"[A-Za-z0-9-]{1,64}")
MAX_TEXT = 255

#: ``settlement`` and ``capture`` are not here: those need a look at the fraud status.
KINDS = {
    "authorize": EventKind.PENDING,
    "cancel": EventKind.CANCELLED,
    "chargeback": EventKind.CHARGEBACK,
    "deny": EventKind.DENIED,
    "expire": EventKind.EXPIRED,
    "failure": EventKind.FAILED,
    "partial_chargeback": EventKind.CHARGEBACK,
    "partial_refund": EventKind.REFUNDED,
    "pending": EventKind.PENDING,
    "refund": EventKind.REFUNDED,
}


def read_body(body: bytes) -> dict:
    """Return the JSON object of a body, its numbers as the text they were written in.

    :raise ValueError: if it is none
    """
    try:
        payload = json.loads(body, parse_float=str, parse_int=str, parse_constant=str)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
    if not isinstance(payload, dict):
        raise ValueError("not an object")
    return payload


def parse_event(payload: dict, refund_id: str | None = None) -> PaymentEvent:
    """Return what a notification or a status says.

    :param refund_id: which of the refunds is meant; the last confirmed one if None
    :raise ValueError: if order, transaction, status or amount are missing or no such
    """
    order_ref = _text(payload, "order_id")
    kind = parse_kind(payload)
    amount = parse_amount(_text(payload, "gross_amount"))
    event = PaymentEvent(
        kind=kind,
        order_ref=order_ref,
        payment_id=compose_payment_id(order_ref, _transaction_id(payload)),
        amount=amount,
        currency=_clean(payload.get("currency")) or "IDR",
        payer_fee=parse_payer_fee(payload, amount),
        paid_at=parse_paid_at(payload),
        channel=parse_channel(payload),
        va_number=parse_va_number(payload),
        status=_clean(payload.get("transaction_status")),
        reason=_clean(payload.get("channel_response_message")),
        reference=parse_reference(payload),
        raw=payload,
    )
    return _add_return(event, refund_id) if kind in RETURNING else event


def parse_answer(
    event: PaymentEvent, status: int, payload, server_key: str
) -> PaymentEvent | None:
    """Return what Midtrans says about an event that it was asked about.

    :param int status: of the HTTP answer; Midtrans may say 404 in the body only
    :return: None if it does not know the payment
    :raise ValueError: if the answer is an error, about another payment, wrongly signed,
        or older than the event
    """
    if not isinstance(payload, dict):
        raise ValueError("the answer is not an object")
    code = answer_code(status, payload)
    if code == "404":
        return None
    if "transaction_status" not in payload:
        raise ValueError(f"the answer is an error: {code}")
    answer = parse_event(payload, event.refund_id)
    _check_answer(event, answer, server_key)
    if answer.kind in RETURNING and answer.refund_amount is None:
        return replace(
            answer, kind=EventKind.UNKNOWN, reason="the amount given back is not told"
        )
    return answer


def answer_code(status: int, payload: dict) -> str:
    """Return the code of an answer: its body's, which counts, or that of HTTP."""
    return str(payload.get("status_code") or status)


def _check_answer(event, answer, server_key):
    if answer.order_ref != event.order_ref:
        raise ValueError("the answer is about another order")
    if transaction_id_of(event) not in (None, transaction_id_of(answer)):
        raise ValueError("the answer is about another transaction")
    if "signature_key" in answer.raw and not is_signed(answer.raw, server_key):
        raise ValueError("the answer is wrongly signed")
    if answer.kind == EventKind.PENDING and event.kind != EventKind.PENDING:
        raise ValueError("the answer is older than the notification")


# === STATUS === #


def parse_kind(payload: dict) -> EventKind:
    """Return what happened: transaction_status, where paid with fraud_status."""
    status = _lower(payload, "transaction_status")
    if not status:
        raise ValueError("transaction_status: missing")
    if status not in ("settlement", "capture"):
        return KINDS.get(status, EventKind.UNKNOWN)
    fraud = _lower(payload, "fraud_status")
    if fraud in ("", "accept"):  # some channels never send it
        # The status code is signed, the status is not: they have to agree.
        paid = _text(payload, "status_code") == "200"
        return EventKind.PAID if paid else EventKind.UNKNOWN
    if status == "capture":
        held = {"challenge": EventKind.CHALLENGE, "deny": EventKind.FAILED}
        return held.get(fraud, EventKind.UNKNOWN)
    return EventKind.UNKNOWN


# === IDENTITY === #


def compose_payment_id(order_ref: str, transaction_id: str) -> str:
    """Return the id of a payment: an order of Snap may have several transactions."""
    return f"{order_ref}:{transaction_id}"


def transaction_id_of(event: PaymentEvent) -> str | None:
    """Return Midtrans' own id of the payment an event is about, None if not known."""
    return split_payment_id(event.order_ref, event.payment_id)


def split_payment_id(order_ref: str | None, payment_id: str | None) -> str | None:
    """Return the transaction's id that is in a payment's id, None if there is none."""
    order, _colon, transaction_id = (payment_id or "").rpartition(":")
    if not order or order != order_ref:
        return None
    return transaction_id if _TRANSACTION_ID.fullmatch(transaction_id) else None


def _transaction_id(payload):
    # It becomes part of an address and is not signed: nothing but an id may pass.
    value = _text(payload, "transaction_id")
    if not _TRANSACTION_ID.fullmatch(value):
        raise ValueError("transaction_id: not an id")
    return value


def parse_channel(payload: dict) -> str | None:
    """Return the code of the ``payment.method`` that was used, None if not known."""
    payment_type = _lower(payload, "payment_type")
    if payment_type != "bank_transfer":
        return PAYMENT_TYPES.get(payment_type)
    bank = "permata" if payload.get("permata_va_number") else ""
    return BANKS.get(_lower(_first_account(payload), "bank") or bank)


def parse_va_number(payload: dict) -> str | None:
    """Return the digits that the payer typed, None if the channel has no number."""
    number = (
        _first_account(payload).get("va_number")
        or payload.get("permata_va_number")
        or payload.get("bill_key")
    )
    return digits(number) or None


def parse_reference(payload: dict) -> str | None:
    """Return the payment's number at the wallet, for the payer's questions."""
    names = ("shopeepay_reference_number", "reference_id", "approval_code")
    return next((_clean(payload[name]) for name in names if payload.get(name)), None)


def _first_account(payload):
    accounts = payload.get("va_numbers")
    if isinstance(accounts, list) and accounts and isinstance(accounts[0], dict):
        return accounts[0]
    return {}


# === MONEY AND TIME === #


def parse_payer_fee(payload: dict, amount: Decimal) -> Decimal:
    """Return the part of the amount that Midtrans added for the payer to bear.

    With "Automatic Fee Imposition" the amount has the fee in it and the parts are in
    the metadata, at the top of a status. Parts that make no sense are not used: the
    amount differs then from what was asked, and somebody looks.
    """
    for holder in (_object(payload, "metadata"), payload):
        info = _object(_object(holder, "extra_info"), "gross_amount_info")
        original = _amount(info.get("original_amount"))
        if original and original <= amount:
            return amount - original
    return Decimal(0)


def parse_paid_at(payload: dict) -> datetime | None:
    """Return when it was paid, in UTC: the times have no offset and mean GMT+7."""
    return parse_gmt7(payload.get("settlement_time")) or parse_gmt7(
        payload.get("transaction_time")
    )


def parse_gmt7(value) -> datetime | None:
    """Return a time as Midtrans writes it, None if it is none."""
    try:
        return parse_time(value, JAKARTA) if isinstance(value, str) else None
    except ValueError:
        return None


def _amount(value):
    try:
        return parse_amount(value)
    except ValueError:
        return None


# === MONEY GIVEN BACK === #


def _add_return(event, refund_id):
    """Return the event with the refund or chargeback it is about."""
    returned = _list_returns(event.raw)
    if event.kind == EventKind.CHARGEBACK:
        return _add_chargeback(event, returned)
    if not returned:
        return event  # some notifications tell no more: the status does
    # Told twice: when it is asked for, and when it is done.
    done = [row for row in returned if row["confirmed_at"]]
    chosen = [row for row in done if row["id"] == refund_id] or sorted(
        done, key=lambda row: row["confirmed_at"]
    )[-1:]
    if not chosen:
        return replace(
            event, kind=EventKind.UNKNOWN, reason="not confirmed by the bank yet"
        )
    return replace(event, refund_id=chosen[0]["id"], refund_amount=chosen[0]["amount"])


def _add_chargeback(event, returned):
    if _lower(event.raw, "transaction_status") == "partial_chargeback":
        last = returned[-1] if returned else {"id": None, "amount": None}
        return replace(event, refund_id=last["id"], refund_amount=last["amount"])
    refunded = sum(row["amount"] for row in returned if row["confirmed_at"])
    return replace(
        event,
        refund_id="chargeback",
        refund_amount=max(event.amount - refunded, Decimal(0)) or None,
    )


def _list_returns(payload):
    """Return the refunds that have an id and an amount, in the order they are told."""
    rows = payload.get("refunds")
    found = []
    for row in rows if isinstance(rows, list) else []:
        if not isinstance(row, dict):
            continue
        refund_id = _clean(row.get("refund_key") or row.get("refund_chargeback_id"))
        amount = _amount(row.get("refund_amount"))
        if refund_id and amount:
            confirmed_at = parse_gmt7(row.get("bank_confirmed_at"))
            found.append(
                {"id": refund_id, "amount": amount, "confirmed_at": confirmed_at}
            )
    return found


# === TEXT === #


def _text(payload, name):
    """Return a text that has to be there and can be stored."""
    value = payload.get(name)
    if not isinstance(value, str) or not value or len(value) > MAX_TEXT:
        raise ValueError(f"{name}: missing or no text")
    if not value.isprintable():
        raise ValueError(f"{name}: has characters that are not printable")
    return value


def _object(payload, name):
    value = payload.get(name)
    return value if isinstance(value, dict) else {}


def _lower(payload, name):
    value = payload.get(name)
    return value.strip().lower() if isinstance(value, str) else ""


def _clean(value):
    """Return any value as a text for people."""
    text = "" if value is None else str(value)
    return "".join(char for char in text if char.isprintable())[:MAX_TEXT]
