# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""QRIS codes of a make-believe merchant (EMVCo merchant-presented mode)."""

import binascii


def _field(tag: str, value: str) -> str:
    return f"{tag}{len(value):02}{value}"


def compose(amount: int, reference: str, merchant: str) -> str:
    """Return a dynamic QRIS payload.

    :param amount: whole rupiah
    :param reference: up to 25 characters, tag 62.05
    :param merchant: name shown to the payer
    """
    name = merchant.encode("ascii", "ignore").decode()[:25] or "SIMULATOR"
    account = _field("00", "ID.CO.SIMULATOR.WWW") + _field("01", "936000000000000001")
    national = _field("00", "ID.CO.QRIS.WWW") + _field("02", "ID1000000000001")
    payload = "".join(
        (
            _field("00", "01"),
            _field("01", "12"),
            _field("26", account + _field("02", "000000001") + _field("03", "UME")),
            _field("51", national + _field("03", "UME")),
            _field("52", "7399"),  # services not classified elsewhere
            _field("53", "360"),
            _field("54", str(amount)),
            _field("58", "ID"),
            _field("59", name),
            _field("60", "JAKARTA"),
            _field("62", _field("05", reference[:25])),
            "6304",
        )
    )
    return payload + checksum(payload)


def checksum(text: str) -> str:
    """Return CRC-16/CCITT-FALSE of a payload up to and with its ``6304``."""
    return f"{binascii.crc_hqx(text.encode(), 0xFFFF):04X}"
