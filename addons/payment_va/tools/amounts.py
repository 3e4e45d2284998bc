# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Amounts and times as they come over the wire."""

import re
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from zoneinfo import ZoneInfo

_FRACTION = re.compile(r"(\.\d{6})\d+")
_BASIC = re.compile(r"^(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})(.*)$")
_OFFSET = re.compile(r"([+-]\d{2})(\d{2})?$")
JAKARTA = ZoneInfo("Asia/Jakarta")
#: More than any bill; longer numbers are a mistake, not money.
MAX_AMOUNT = Decimal(10) ** 13


def parse_amount(value) -> Decimal:
    """Return an amount in major units from ``"44000.00"``, ``44000`` or a SNAP object.

    :raise ValueError: if it is no finite number, negative, or absurdly large
    """
    if isinstance(value, dict):
        value = value.get("value")
    if isinstance(value, bool) or not isinstance(value, str | int | float | Decimal):
        raise ValueError(f"amount: {value!r} is no number")
    try:
        # Through text: a JSON number 10000.1 is meant as written, not in binary.
        amount = Decimal(str(value).strip())
    except InvalidOperation as error:
        raise ValueError(f"amount: {value!r} is no number") from error
    if not amount.is_finite() or not 0 <= amount <= MAX_AMOUNT:
        raise ValueError(f"amount: {value!r} is out of range")
    return amount


def parse_time(value: str, default_zone=UTC) -> datetime:
    """Return an aware UTC time from any of the forms the providers use.

    ``2021-06-23 14:06:48`` (no offset: ``default_zone``),
    ``2020-10-21T13:59:14.536400713Z``, ``20201231T235959Z``,
    ``2020-12-31T23:59:59+07:00``, ``...+0700`` and ``...+07``.

    :raise ValueError: if it is none of them
    """
    text = str(value or "").strip()
    if basic := _BASIC.match(text):
        text = "{}-{}-{}T{}:{}:{}{}".format(*basic.groups())
    text = _FRACTION.sub(r"\1", text.replace("Z", "+00:00"))
    moment = datetime.fromisoformat(_complete_offset(text))
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=default_zone)
    return moment.astimezone(UTC)


def _complete_offset(text: str) -> str:
    """Write ``+0700`` and ``+07`` behind a time as ``+07:00``."""
    day, separator, clock = text.partition("T")
    if not separator:
        return text
    return day + "T" + _OFFSET.sub(lambda m: f"{m[1]}:{m[2] or '00'}", clock)


def to_naive_utc(moment: datetime) -> datetime:
    """Return the time as Odoo stores it: UTC without zone, whole seconds."""
    return moment.astimezone(UTC).replace(tzinfo=None, microsecond=0)


def whole(amount: Decimal) -> int:
    """Return a rupiah amount as an integer.

    :raise ValueError: if it has a fraction
    """
    if amount != amount.to_integral_value():
        raise ValueError(f"amount: {amount} has a fraction of a rupiah")
    return int(amount)
