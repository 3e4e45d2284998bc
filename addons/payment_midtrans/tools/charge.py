# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Asking for a number, a code or a link to pay with, and reading the answer."""

import re
from datetime import datetime
from math import ceil
from urllib.parse import quote, urlsplit

from odoo.addons.payment_va.tools.amounts import JAKARTA, parse_amount, to_naive_utc

from .mapping import compose_payment_id, parse_gmt7, parse_va_number

#: Longest a field of Mandiri's bill may be: the label, the text.
BILL_LABEL, BILL_TEXT = 10, 30
#: Midtrans keeps its first answer under such a key, of at most so many characters.
MAX_IDEMPOTENCY_KEY = 46
#: Does not know the header ``Idempotency-Key``.
NOT_IDEMPOTENT = frozenset({"permata"})
#: Names of the actions with the picture of a code, the plain one first: the other has
#: a frame that only few readers like.
QR_ACTIONS = ("generate-qr-code", "generate-qr-code-v2")
LINK_ACTION = "deeplink-redirect"
#: Schemes of addresses that a browser runs instead of opening.
_UNSAFE_SCHEMES = frozenset({"", "data", "javascript", "vbscript"})


# === REQUESTS === #


def build_charge(channel: str, order_id: str, amount: int, **options) -> dict:
    """Return the body of ``POST /v2/charge``.

    :param channel: a bank of ``bank_transfer``, or a payment type
    :param amount: whole rupiah
    :param options: ``acquirer`` for QRIS, ``return_url`` for the wallets,
        ``bill_label`` and ``bill_text`` for Mandiri
    """
    return {
        **_build_method(channel, options),
        "transaction_details": {"order_id": order_id, "gross_amount": amount},
    }


def _build_method(channel, options):
    if channel == "echannel":
        label = options.get("bill_label", "")[:BILL_LABEL]
        text = options.get("bill_text", "")[:BILL_TEXT]
        return _typed(channel, {"bill_info1": label, "bill_info2": text})
    if channel == "qris":
        return _typed(channel, {"acquirer": options.get("acquirer") or "gopay"})
    if channel == "gopay":
        callback_url = options["return_url"]
        return _typed(channel, {"enable_callback": True, "callback_url": callback_url})
    if channel == "shopeepay":
        return _typed(channel, {"callback_url": options["return_url"]})
    return _typed("bank_transfer", {"bank": channel})


def _typed(payment_type, details):
    return {"payment_type": payment_type, payment_type: details}


def build_expiry(start: datetime, end: datetime) -> dict:
    """Return the ``custom_expiry`` of a charge that may be paid from start to end.

    :param start: aware; so is ``end``
    """
    return {
        "order_time": format_gmt7(start),
        "expiry_duration": minutes_between(start, end),
        "unit": "minute",
    }


def build_page(order_id: str, amount: int, start, end, return_url: str) -> dict:
    """Return the body of ``POST /snap/v1/transactions``, for Midtrans' own page."""
    return {
        "transaction_details": {"order_id": order_id, "gross_amount": amount},
        "expiry": {
            "start_time": format_gmt7(start),
            "duration": minutes_between(start, end),
            "unit": "minute",
        },
        "callbacks": {"finish": return_url},
    }


def build_customer(name: str | None, email: str | None) -> dict:
    """Return ``customer_details``, as little as there is to tell; {} if nothing."""
    details = {"first_name": (name or "")[:255], "email": email}
    details = {key: value for key, value in details.items() if value}
    return {"customer_details": details} if details else {}


def refund_key(name: str) -> str:
    """Return our name of a refund in the characters that Midtrans takes."""
    return re.sub(r"[^A-Za-z0-9_-]", "-", name)


def build_refund(key: str, amount: int, reason: str | None) -> dict:
    """Return the body of a refund; one key is one refund, however often it is sent."""
    body = {"refund_key": key, "amount": amount}
    return {**body, "reason": reason[:255]} if reason else body


def idempotency_key(action: str, reference: str) -> str:
    """Return the key of a request; keys of all kinds of requests share one space."""
    return f"{action}-{reference}"[:MAX_IDEMPOTENCY_KEY]


def quote_id(value: str) -> str:
    """Return an id as a part of a path."""
    return quote(value, safe="")


def format_gmt7(moment: datetime) -> str:
    """Return an aware time such as ``2026-07-10 09:15:00 +0700``."""
    return moment.astimezone(JAKARTA).strftime("%Y-%m-%d %H:%M:%S %z")


def minutes_between(start: datetime, end: datetime) -> int:
    """Return the minutes from start to end, begun ones in full, at least one."""
    return max(1, ceil((end - start).total_seconds() / 60))


# === ANSWERS === #


def read_charge(answer: dict, order_id: str, amount: int) -> dict:
    """Return how an order is paid, as fields of a transaction.

    The number is always the one in the answer: where the wished one is taken, Midtrans
    gives another without a word.

    :raise ValueError: if the answer is about another order or amount, or says no way
    """
    if answer.get("order_id") != order_id:
        raise ValueError("the answer is about another order")
    # Midtrans may add a fee for the payer, but never asks for less.
    if parse_amount(answer.get("gross_amount")) < amount:
        raise ValueError("the answer is about another amount")
    values = read_instructions(answer)
    if not values:
        raise ValueError("the answer has no number, code or link")
    expires_at = parse_gmt7(answer.get("expiry_time"))
    if expires_at:
        values["expires_at"] = to_naive_utc(expires_at)
    transaction_id = answer.get("transaction_id")
    if transaction_id:
        values["provider_reference"] = compose_payment_id(order_id, transaction_id)
    return values


def read_instructions(answer: dict) -> dict:
    """Return number, code and link of an answer; {} if there are none."""
    if answer.get("bill_key"):
        return {
            "biller_code": str(answer.get("biller_code") or ""),
            "bill_key": str(answer["bill_key"]),
        }
    picture = next(filter(None, (_action_url(answer, x) for x in QR_ACTIONS)), None)
    qr_string = answer.get("qr_string")
    values = {
        "va_number": parse_va_number(answer),
        "qr_string": qr_string,
        "deeplink_url": _action_url(answer, LINK_ACTION),
        # Nothing to draw a code from: the payer opens Midtrans' picture of it.
        "checkout_url": None if qr_string else picture,
    }
    return {name: value for name, value in values.items() if value}


def read_page(answer: dict) -> dict:
    """Return address and token of Midtrans' page.

    :raise ValueError: if the answer has none
    """
    url, token = answer.get("redirect_url"), answer.get("token")
    if not token or not _is_safe_url(url):
        raise ValueError("the answer has no page")
    return {"checkout_url": url, "provider_reference": f"snap:{token}"}


def read_page_token(provider_reference: str | None) -> str | None:
    """Return the token of the page that was opened for a transaction."""
    kind, _colon, token = (provider_reference or "").partition(":")
    return token if kind == "snap" else None


def _action_url(answer, name):
    """Return the address of an action. Its host may be another one: never build it."""
    actions = answer.get("actions")
    for action in actions if isinstance(actions, list) else []:
        if isinstance(action, dict) and action.get("name") == name:
            url = action.get("url")
            return url if _is_safe_url(url) else None
    return None


def _is_safe_url(url):
    """Return whether a browser may be sent there: an address, or an app's own."""
    if not isinstance(url, str):
        return False
    try:
        return urlsplit(url.strip()).scheme not in _UNSAFE_SCHEMES
    except ValueError:
        return False
