# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What we ask Xendit for, and how a payer can pay by its answer. Pure."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, datetime

from odoo.addons.payment_va.tools.amounts import parse_time, to_naive_utc
from odoo.addons.payment_va.tools.va_number import digits

_MOBILE = re.compile(r"\+628\d{7,11}")
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")
#: Links that would run in the page that shows them.
_ACTIVE_SCHEMES = frozenset({"javascript", "data", "vbscript", "blob", "file"})
_MAX_NAME = 50


@dataclass(frozen=True)
class Order:
    """What is to be paid, as all of Xendit's products want to know it.

    :param amount: whole rupiah; None for any amount
    :param expires_at: naive UTC
    :param return_url: of our waiting page
    :param phone: as people write it
    :param number: the virtual account we want, if the contract lets us choose
    """

    reference: str
    amount: int | None
    channel: str
    name: str = ""
    description: str = ""
    expires_at: datetime | None = None
    return_url: str = ""
    email: str = ""
    phone: str = ""
    number: str = ""


# === REQUESTS === #


def payment_request(order: Order, kind: str, needs_phone=False) -> dict:
    """Return the body of POST /v3/payment_requests for one payment.

    :param kind: of the channel: ``va``, ``qris`` or ``ewallet``
    :raise ValueError: if the channel wants a mobile number and there is none
    """
    body = {**_base(order, "PAY"), **_properties(order, kind)}
    if needs_phone:
        body["channel_properties"]["account_mobile_number"] = to_e164(order.phone)
    return body


def reusable_number(order: Order) -> dict:
    """Return the body of POST /v3/payment_requests for a number that stays."""
    properties = _va_properties(order)
    if order.number:
        properties["virtual_account_number"] = order.number
    return {
        **_base(order, "REUSABLE_PAYMENT_CODE"),
        "channel_properties": properties,
    }


def _base(order, request_type):
    body = {
        "reference_id": order.reference,
        "type": request_type,
        "country": "ID",
        "currency": "IDR",
        "capture_method": "AUTOMATIC",
        "channel_code": order.channel,
        "description": order.description or order.reference,
    }
    if order.amount is not None:
        body["request_amount"] = order.amount
    return body


def _properties(order, kind):
    if kind == "va":
        return {"channel_properties": _va_properties(order)}
    if kind == "ewallet":
        return {"channel_properties": _wallet_properties(order)}
    return {}  # the expiry of a QR code cannot be set


def _va_properties(order):
    properties = {"display_name": to_display_name(order.name)}
    if order.expires_at:
        properties["expires_at"] = format_time(order.expires_at)
    return properties


def _wallet_properties(order):
    return {
        "success_return_url": order.return_url,
        "failure_return_url": order.return_url,
    }


def invoice(order: Order, methods: list[str], now: datetime) -> dict:
    """Return the body of POST /v2/invoices.

    :param methods: Xendit's codes of payment methods; empty: all that are active there
    :param now: naive UTC
    """
    body = {
        "external_id": order.reference,
        "amount": order.amount,
        "currency": "IDR",
        "description": order.description or order.reference,
        "customer": _customer(order),
        "success_redirect_url": order.return_url,
        "failure_redirect_url": order.return_url,
    }
    if methods:
        body["payment_methods"] = methods
    if order.expires_at:
        seconds = int((order.expires_at - now).total_seconds())
        body["invoice_duration"] = max(seconds, 60)
    return body


def session(order: Order) -> dict:
    """Return the body of POST /sessions, the successor of invoices."""
    body = {
        "reference_id": order.reference,
        "session_type": "PAY",
        "mode": "PAYMENT_LINK",
        "amount": order.amount,
        "currency": "IDR",
        "country": "ID",
        "customer": _session_customer(order),
        "success_return_url": order.return_url,
        "cancel_return_url": order.return_url,
    }
    if order.expires_at:
        body["expires_at"] = format_time(order.expires_at)
    return body


def _customer(order):
    customer = {"given_names": to_display_name(order.name)}
    return {**customer, **_contact(order)}


def _session_customer(order):
    return {
        # Neither dashes nor a second customer of that name are taken.
        "reference_id": re.sub(r"[^A-Za-z0-9]", "", order.reference),
        "type": "INDIVIDUAL",
        "individual_detail": {"given_names": to_display_name(order.name)},
        **_contact(order),
    }


def _contact(order):
    """Return how Xendit may reach the payer, as far as that is known."""
    contact = {"email": order.email, "mobile_number": _mobile(order.phone)}
    return {name: value for name, value in contact.items() if value}


def refund(reference: str, amount: int, reason: str, **source) -> dict:
    """Return the body of POST /refunds.

    :param source: ``payment_request_id`` or ``invoice_id``
    :param reason: free text of ours; Xendit takes words of its own only
    """
    return {
        "reference_id": reference,
        "currency": "IDR",
        "amount": amount,
        "reason": "REQUESTED_BY_CUSTOMER",
        "metadata": {"reason": reason[:200]},
        **source,
    }


# === ANSWERS === #


def how_to_pay(answer: dict) -> dict:
    """Return how the payer can pay: values of a ``payment.transaction``.

    An e-wallet that asks its user by itself has nothing to show.

    :raise KeyError, ValueError: if the answer is not of the documented shape
    """
    values = {"provider_reference": answer["payment_request_id"]}
    for action in answer.get("actions") or []:
        other_page = action.get("type") == "REDIRECT_CUSTOMER" and _OTHER_PAGE
        found = _FIELDS.get(action.get("descriptor"), other_page)
        if found:
            field, convert = found
            values.setdefault(field, convert(action["value"]))
    expires_at = (answer.get("channel_properties") or {}).get("expires_at")
    if expires_at:
        values["expires_at"] = to_naive_utc(parse_time(expires_at))
    return values


def hosted_page(answer: dict) -> dict:
    """Return the address and the end of an invoice or a session."""
    expires_at = answer.get("expiry_date") or answer.get("expires_at")
    values = {
        "provider_reference": answer.get("payment_session_id") or answer["id"],
        "checkout_url": to_link(
            answer.get("payment_link_url") or answer["invoice_url"]
        ),
    }
    if expires_at:
        values["expires_at"] = to_naive_utc(parse_time(expires_at))
    return values


def refund_state(answer: dict) -> dict:
    """Return the id of a refund and what became of it, in the words of `payment_va`.

    Xendit tells the end of one that is ``sent`` by a callback.
    """
    states = {"SUCCEEDED": "confirmed", "FAILED": "failed", "CANCELLED": "failed"}
    values = {
        "provider_refund_id": answer["id"],
        "state": states.get(answer["status"], "sent"),
    }
    if values["state"] == "failed":
        values["reason"] = answer.get("failure_code") or answer["status"]
    return values


def to_link(value: str) -> str:
    """Return a link that is safe to show; Xendit's samples lack the scheme.

    :raise ValueError: if it is none
    """
    scheme = _SCHEME.match(value)
    if scheme is None:
        value = f"https://{value}"
    elif scheme[1].lower() in _ACTIVE_SCHEMES:
        raise ValueError(f"link: {scheme[1]} is no address")
    return value


_OTHER_PAGE = ("checkout_url", to_link)
_FIELDS = {
    "VIRTUAL_ACCOUNT_NUMBER": ("va_number", digits),
    "QR_STRING": ("qr_string", str),
    "WEB_URL": _OTHER_PAGE,
    "DEEPLINK_URL": ("deeplink_url", to_link),
}


# === FORMS OF VALUES === #


def format_time(moment: datetime) -> str:
    """Return a naive UTC time as Xendit reads it: ``2024-12-31T23:59:59Z``."""
    return moment.replace(tzinfo=UTC, microsecond=0).strftime("%Y-%m-%dT%H:%M:%SZ")


def to_display_name(name: str) -> str:
    """Return a name as banks show it: plain letters, digits and single spaces."""
    ascii_name = unicodedata.normalize("NFKD", name or "").encode("ascii", "ignore")
    words = re.sub(r"[^A-Za-z0-9 ]", " ", ascii_name.decode()).split()
    return " ".join(words)[:_MAX_NAME].strip() or "Customer"


def to_e164(phone: str) -> str:
    """Return an Indonesian mobile number as ``+628123456789``.

    :raise ValueError: if it is none
    """
    number = _mobile(phone)
    if not number:
        raise ValueError("phone: no Indonesian mobile number")
    return number


def _mobile(phone):
    """Return a mobile number, empty if it is none."""
    number = digits(phone).removeprefix("00")
    number = number.removeprefix("62" if number.startswith("62") else "0")
    e164 = f"+62{number}"
    return e164 if _MOBILE.fullmatch(e164) else ""
