# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Numbers of the tax office: who pays, where, and what was paid."""

import re

HEAD_OFFICE = "000000"
_NTPN = re.compile(r"[0-9A-Z]{16}")
_BILLING = re.compile(r"\d{15}")


def digits(number):
    """Return the digits of a number as people write it; "" for none."""
    return re.sub(r"\D", "", number or "")


def tin(number):
    """Return an NPWP or NIK in the 16 digits of Coretax, or "" if it is neither.

    The former NPWP of 15 digits gets a zero in front.
    """
    plain = digits(number)
    return plain.zfill(16) if len(plain) in (15, 16) else ""


def place_of_business(number, branch):
    """Return the NITKU: 16 digits of the taxpayer and 6 of the branch, or ""."""
    if not number:
        return ""
    plain = digits(branch)
    return plain if len(plain) == 22 else number + (plain.zfill(6) or HEAD_OFFICE)


def clean_ntpn(text):
    """Return a receipt number of the treasury in capitals, or "" if it is none."""
    plain = re.sub(r"[\s.-]", "", text or "").upper()
    return plain if _NTPN.fullmatch(plain) else ""


def clean_billing(text):
    """Return a billing code of 15 digits, or "" if it is none."""
    plain = re.sub(r"[\s.-]", "", text or "")
    return plain if _BILLING.fullmatch(plain) else ""
