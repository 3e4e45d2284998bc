# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What banks send us: checked field by field, in the order of the standard."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from odoo.addons.payment_va.tools.amounts import parse_amount, parse_time

from .. import const
from .codes import Refusal

_SERVICE_ID = re.compile(r" *[0-9]+")
_DIGITS = re.compile(r"[0-9]+")
_MONEY = re.compile(r"[0-9]{1,16}(\.[0-9]{1,2})?")
_CURRENCY = re.compile(r"[A-Z]{3}")
_EXTERNAL_ID = re.compile(r"[A-Za-z0-9._~-]{1,36}")

#: Headers of each request, in the order in which their absence is reported.
TOKEN_HEADERS = ("content-type", "x-timestamp", "x-client-key", "x-signature")
HEADERS = (
    "content-type",
    "authorization",
    "x-timestamp",
    "x-signature",
    "x-partner-id",
    "x-external-id",
)


@dataclass(frozen=True)
class Field:
    """A key of a body, its form, and whether it has to be there."""

    name: str
    form: Callable
    length: int = 0
    required: bool = True


def _is_service_id(value):
    return bool(_SERVICE_ID.fullmatch(value))


def _is_digits(value):
    return bool(_DIGITS.fullmatch(value.strip()))


def _is_text(value):
    return value.isprintable()


def _is_time(value):
    try:
        parse_time(value)
    except ValueError:
        return False
    return True


def _is_flag(value):
    return value in ("Y", "N")


def _is_code(value):
    return len(value) == 2 and value.isdigit()


def _optional(name, form, length=0):
    return Field(name, form, length, required=False)


_COMMON = (
    Field("partnerServiceId", _is_service_id, 8),
    Field("customerNo", _is_digits, 20),
    Field("virtualAccountNo", _is_digits, 28),
)
FIELDS = {
    const.TOKEN: (Field("grantType", lambda value: value == "client_credentials"),),
    const.INQUIRY: (
        *_COMMON,
        Field("inquiryRequestId", _is_text, 128),
        _optional("trxDateInit", _is_time),
        _optional("txnDateInit", _is_time),  # so in the published sample
    ),
    const.PAYMENT: (
        *_COMMON,
        Field("paymentRequestId", _is_text, 128),
        _optional("trxId", _is_text, 64),
        _optional("trxDateTime", _is_time),
        _optional("referenceNo", _is_text, 64),
        _optional("flagAdvise", _is_flag),
    ),
    const.STATUS: (
        *_COMMON,
        _optional("inquiryRequestId", _is_text, 128),
        _optional("paymentRequestId", _is_text, 128),
    ),
    const.NOTIFY_VA: (
        *_COMMON,
        Field("paymentRequestId", _is_text, 128),
        _optional("trxId", _is_text, 64),
        _optional("trxDateTime", _is_time),
        _optional("referenceNo", _is_text, 64),
    ),
    const.QR_NOTIFY: (
        Field("originalReferenceNo", _is_text, 64),
        _optional("originalPartnerReferenceNo", _is_text, 64),
        Field("latestTransactionStatus", _is_code),
        _optional("transactionStatusDesc", _is_text, 255),
        _optional("paidTime", _is_time),
    ),
}
#: Amounts of each service, and whether they have to be there.
AMOUNTS = {
    const.INQUIRY: (("amount", False),),
    const.PAYMENT: (("paidAmount", True), ("totalAmount", False)),
    const.NOTIFY_VA: (("paidAmount", False),),
    const.QR_NOTIFY: (("amount", False), ("refundAmount", False)),
}


def find_service(path: str) -> str | None:
    """Return the service code of a path that a bank called, None if there is none."""
    path = path.partition("?")[0]
    for prefix in const.PREFIXES:
        if path.startswith(prefix + "/v1.0/"):
            return const.INBOUND.get(path[len(prefix) :])
    return None


def check_headers(service: str, headers: dict, needs_token: bool = True):
    """Look for the headers every request has.

    :param headers: names in lower case
    :param needs_token: False where senders sign with their own key instead
    :raise Refusal: naming the first one that is missing or malformed
    """
    names = TOKEN_HEADERS if service == const.TOKEN else HEADERS
    for name in names:
        if name == "authorization" and not needs_token:
            continue
        if not headers.get(name, "").strip():
            raise Refusal(400, "02", name.upper(), "malformed")
    if service == const.TOKEN:
        return
    if not _EXTERNAL_ID.fullmatch(headers["x-external-id"]):
        raise Refusal(400, "01", "X-EXTERNAL-ID", "malformed")
    if len(headers["x-partner-id"]) > 36:
        raise Refusal(400, "01", "X-PARTNER-ID", "malformed")


def parse_body(body: bytes) -> dict:
    """Return the JSON object of a request; numbers with decimals as they are written.

    :raise Refusal: if it is none
    """
    try:
        parsed = json.loads(body, parse_float=str, parse_constant=_refuse_constant)
        # Half a surrogate pair is JSON, but no text: it could not be repeated.
        json.dumps(parsed, ensure_ascii=False).encode()
    except (ValueError, RecursionError) as error:
        raise Refusal(400, "00", verdict="malformed") from error
    if not isinstance(parsed, dict):
        raise Refusal(400, "00", verdict="malformed")
    return parsed


def _refuse_constant(name):
    raise ValueError(f"{name} is no JSON")


def check_fields(service: str, body: dict):
    """Check the fields of a body one after the other.

    Numbers are taken where the standard has strings of digits: its own samples and some
    banks send them.

    :raise Refusal: naming the first one that is missing or malformed
    """
    for field in FIELDS[service]:
        _check_field(field, body.get(field.name))
    for name, required in AMOUNTS.get(service, ()):
        _check_amount(name, body.get(name), required)
    if service == const.STATUS:
        if not (body.get("inquiryRequestId") or body.get("paymentRequestId")):
            raise Refusal(400, "02", "inquiryRequestId", "malformed")


def _check_field(field, value):
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if value is None or (isinstance(value, str) and not value.strip()):
        if field.required:
            raise Refusal(400, "02", field.name, "malformed")
        return
    too_long = field.length and len(str(value)) > field.length
    if not isinstance(value, str) or too_long or not field.form(value):
        raise Refusal(400, "01", field.name, "malformed")


def _check_amount(name, value, required):
    if value in (None, "", {}):
        if required:
            raise Refusal(400, "02", name, "malformed")
        return
    if not isinstance(value, dict):
        raise Refusal(400, "01", name, "malformed")
    for key, form in (("value", _MONEY), ("currency", _CURRENCY)):
        text = value.get(key)
        if text is None or text == "":
            if required:
                raise Refusal(400, "02", f"{name}.{key}", "malformed")
            continue
        if not form.fullmatch(str(text)):
            raise Refusal(400, "01", f"{name}.{key}", "malformed")


def read_amount(body: dict, name: str) -> tuple[Decimal | None, str]:
    """Return an amount of a body and its currency; None if it has none.

    :raise ValueError: if it is no amount
    """
    value = body.get(name)
    if not isinstance(value, dict) or value.get("value") in (None, ""):
        return None, "IDR"
    return parse_amount(value), value.get("currency") or "IDR"


def request_id(service: str, body: dict | None) -> str:
    """Return the id of what a request is about, the same in inquiry and payment."""
    body = body or {}
    names = {
        const.INQUIRY: ("inquiryRequestId",),
        const.STATUS: ("inquiryRequestId", "paymentRequestId"),
        const.QR_NOTIFY: ("originalReferenceNo",),
    }.get(service, ("paymentRequestId",))
    found = [str(body[name]) for name in names if body.get(name)]
    # Of a body that was not checked it may be anything; the database takes no NUL.
    return "".join(filter(str.isprintable, found[0])) if found else ""
