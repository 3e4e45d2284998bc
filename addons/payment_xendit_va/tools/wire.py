# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Fields of Xendit's JSON: what is there is checked, what is not is None."""

import json
import re
from datetime import datetime
from decimal import Decimal

from odoo.addons.payment_va.tools.amounts import parse_amount, parse_time

from .. import const

#: What we put into paths of the API, from bodies that are not signed.
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{2,99}")
_MAX_TEXT = 255


def load(body: bytes) -> dict:
    """Return the object in a callback's body.

    :raise ValueError: if there is none
    """
    try:
        message = json.loads(body)
    except RecursionError as error:
        raise ValueError("body: nested too deep") from error
    if not isinstance(message, dict):
        raise ValueError("body: no object")
    return message


def text(data: dict, *names: str) -> str | None:
    """Return the first of the fields that is there: short text that can be stored."""
    for name in names:
        value = data.get(name)
        if value in (None, ""):
            continue
        if not isinstance(value, str) or len(value) > _MAX_TEXT:
            raise ValueError(f"{name}: no short text")
        if not value.isprintable():
            raise ValueError(f"{name}: has control characters")
        return value
    return None


def required_id(data: dict, *names: str) -> str:
    """Return an id of Xendit's, fit for a path.

    :raise ValueError: if there is none
    """
    found = optional_id(data, *names)
    if not found:
        raise ValueError(f"{names[0]}: missing")
    return found


def optional_id(data: dict, *names: str) -> str | None:
    """Return an id of Xendit's, fit for a path."""
    value = text(data, *names)
    if value and not _ID.fullmatch(value):
        raise ValueError(f"{names[0]}: no id")
    return value


def amount(data: dict, *names: str) -> Decimal | None:
    """Return the first of the amounts that is there."""
    for name in names:
        if data.get(name) is not None:
            return parse_amount(data[name])
    return None


def moment(data: dict, name: str) -> datetime | None:
    """Return a time, aware, UTC."""
    value = text(data, name)
    return parse_time(value) if value else None


def nested(data: dict, name: str) -> dict:
    """Return the object in a field, empty if there is none."""
    value = data.get(name)
    return value if isinstance(value, dict) else {}


def method(data: dict, name: str) -> str | None:
    """Return our code of the payment method that a field names."""
    channel = text(data, name)
    return method_code(channel) if channel else None


def method_code(channel: str) -> str:
    """Return the code of the ``payment.method`` that a channel of Xendit's is."""
    bare = channel.removeprefix("ID_").removesuffix("_VIRTUAL_ACCOUNT")
    return const.METHOD_CODES.get(bare, bare.lower())


def status_of(payload) -> str:
    """Return the status of what an answer is about, empty if it has none."""
    status = payload.get("status") if isinstance(payload, dict) else None
    return status if isinstance(status, str) else ""


def error_code(payload) -> str:
    """Return the word with which Xendit refuses something, for people and logs."""
    if not isinstance(payload, dict):
        return ""
    code = payload.get("error_code") or payload.get("failure_code")
    return re.sub(r"[^A-Z0-9_]", "", str(code or "").upper())[:60]
