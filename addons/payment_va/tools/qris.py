# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""QRIS payloads: EMVCo merchant-presented QR codes as Indonesia uses them.

A payload is a chain of fields: two digits of tag, two digits of length, the value.
Accounts of acquirers (02-51) and additional data (62, 64) are such chains themselves.
"""

import io
import re
from dataclasses import dataclass

import qrcode
from qrcode.image.svg import SvgPathImage

STATIC, DYNAMIC = "11", "12"
RUPIAH = "360"
MAX_PAYLOAD = 512
_NESTED = frozenset(f"{tag:02}" for tag in (*range(26, 52), 62, 64))
_AMOUNT = re.compile(r"\d{1,10}(\.\d{1,2})?")


class QrisError(ValueError):
    """The payload is no valid QRIS: do not show it to anybody."""


@dataclass(frozen=True)
class Field:
    """One field of a payload; ``parts`` are the fields within, if it has any."""

    tag: str
    value: str
    parts: tuple["Field", ...] = ()


def crc16(text: str) -> str:
    """Return the CRC-16/CCITT-FALSE as four upper-case digits: polynomial 0x1021, start
    0xFFFF, nothing reflected; ``123456789`` gives ``29B1``."""
    crc = 0xFFFF
    for byte in text.encode():
        crc ^= byte << 8
        for _bit in range(8):
            crc = (crc << 1) ^ 0x1021 if crc & 0x8000 else crc << 1
        crc &= 0xFFFF
    return f"{crc:04X}"


def parse(payload: str) -> tuple[Field, ...]:
    """Return the fields in the order in which they stand, without judging them.

    :raise QrisError: if the text is no chain of tag, length and value
    """
    if not payload.isascii() or not 8 <= len(payload) <= MAX_PAYLOAD:
        raise QrisError(f"{len(payload)} characters, or not plain ones")
    return tuple(_parse_fields(payload, nested=_NESTED))


def _parse_fields(text: str, nested=frozenset()):
    position, seen = 0, set()
    while position < len(text):
        tag, length = text[position : position + 2], text[position + 2 : position + 4]
        value = (
            text[position + 4 : position + 4 + int(length)]
            if _is_number(length)
            else ""
        )
        if not _is_number(tag) or not value or len(value) != int(length):
            raise QrisError(f"broken at character {position + 1}")
        if tag in seen:
            raise QrisError(f"tag {tag} twice")
        seen.add(tag)
        yield Field(tag, value, _parse_parts(value) if tag in nested else ())
        position += 4 + len(value)


def _parse_parts(value: str) -> tuple[Field, ...]:
    """Return the fields within a field, none where an acquirer has its own idea of
    them: the payer's app does not mind."""
    try:
        return tuple(_parse_fields(value))
    except QrisError:
        return ()


def _is_number(text: str) -> bool:
    return len(text) == 2 and text.isascii() and text.isdigit()


def build(fields) -> str:
    """Return the payload of ``(tag, value)`` pairs and its CRC; a given one is dropped.

    :raise QrisError: if a value is empty, too long or not ASCII
    """
    text = "".join(_build_field(tag, value) for tag, value in fields if tag != "63")
    return text + "6304" + crc16(text + "6304")


def _build_field(tag: str, value: str) -> str:
    if not _is_number(tag) or not value.isascii() or not 1 <= len(value) <= 99:
        raise QrisError(f"tag {tag}: {len(value)} characters, or not plain ones")
    return f"{tag}{len(value):02}{value}"


def validate(payload: str) -> tuple[Field, ...]:
    """Return the fields of a payload that a payer's app would accept.

    :raise QrisError: with the reason, for the log
    """
    fields = parse(payload)
    if fields[-1].tag != "63" or len(fields[-1].value) != 4:
        raise QrisError("no CRC at the end")
    if crc16(payload[:-4]) != payload[-4:]:
        raise QrisError("wrong CRC")
    values = {field.tag: field.value for field in fields}
    if fields[0] != Field("00", "01") or values.get("01") not in (STATIC, DYNAMIC):
        raise QrisError("neither a static nor a dynamic QR of version 01")
    if values.get("53") != RUPIAH or values.get("58") != "ID":
        raise QrisError("not in rupiah, or not in Indonesia")
    if not values.get("59") or not any("02" <= tag <= "51" for tag in values):
        raise QrisError("no merchant")
    if "54" in values and not _AMOUNT.fullmatch(values["54"]):
        raise QrisError(f"amount {values['54']}")
    return fields


def is_valid(payload: str | None) -> bool:
    """Return whether the payload may be shown to a payer."""
    try:
        return bool(payload and validate(payload))
    except QrisError:
        return False


def get_value(fields, tag: str, part: str | None = None) -> str | None:
    """Return the value of a field, or of a part of it; None if there is none."""
    found = next((field for field in fields if field.tag == tag), None)
    if found is None or part is None:
        return found and found.value
    return get_value(found.parts, part)


def to_dynamic(payload: str, amount: int) -> str:
    """Return the merchant's static payload as one for ``amount`` whole rupiah.

    It carries no reference of ours: the bank reports amount and time only.

    :raise QrisError: if the payload is not valid, or the amount not positive
    """
    if amount <= 0:
        raise QrisError(f"amount {amount}")
    fields = []
    for field in validate(payload):
        if field.tag == "01":
            fields.append(("01", DYNAMIC))
        elif field.tag != "54":
            fields.append((field.tag, field.value))
        if field.tag == "53":
            fields.append(("54", str(amount)))
    return build(fields)


def to_png(payload: str) -> bytes:
    """Return the picture of a valid payload, large enough to be scanned from a screen.

    :raise QrisError: if the payload is not valid
    """
    buffer = io.BytesIO()
    _draw(payload).make_image().save(buffer, format="PNG")
    return buffer.getvalue()


def to_svg(payload: str) -> str:
    """Return the picture of a valid payload as an ``<svg>`` element.

    :raise QrisError: if the payload is not valid
    """
    return (
        _draw(payload)
        .make_image(image_factory=SvgPathImage)
        .to_string(encoding="unicode")
    )


def _draw(payload: str) -> qrcode.QRCode:
    validate(payload)
    # The standard's quiet zone of four modules; level M bears a scratched screen.
    code = qrcode.QRCode(
        error_correction=qrcode.constants.ERROR_CORRECT_M, box_size=10, border=4
    )
    code.add_data(payload)
    return code
