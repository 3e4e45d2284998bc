# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Identity numbers of Indonesian citizens and students. No ORM in here."""

import re
from datetime import date

# Codes of the provinces as used in the first two digits of a NIK (Kemendagri).
PROVINCE_CODES = frozenset(
    "11 12 13 14 15 16 17 18 19 21 31 32 33 34 35 36 51 52 53 61 62 63 64 65 71 72 73 "
    "74 75 76 81 82 91 92 93 94 95 96".split()
)
# A woman's NIK has 40 added to the day of birth.
FEMALE_DAY_OFFSET = 40


def is_nisn(value: str) -> bool:
    """Tell whether the value has the form of a national student number."""
    return bool(re.fullmatch(r"[0-9]{10}", value))


def is_family_card(value: str) -> bool:
    """Tell whether the value has the form of a family card number (No KK)."""
    return bool(re.fullmatch(r"[0-9]{16}", value)) and value[:2] in PROVINCE_CODES


def nik_error(value: str) -> str | None:
    """Return what is wrong with a NIK, or None.

    :return: "length", "district", "date" or "serial"
    """
    if not re.fullmatch(r"[0-9]{16}", value):
        return "length"
    if value[:2] not in PROVINCE_CODES or value[2:4] == "00" or value[4:6] == "00":
        return "district"
    if not _is_birth_part(value[6:12]):
        return "date"
    if value[12:] == "0000":
        return "serial"
    return None


def _is_birth_part(digits: str) -> bool:
    day, month, year = int(digits[:2]), int(digits[2:4]), int(digits[4:])
    if day > FEMALE_DAY_OFFSET:
        day -= FEMALE_DAY_OFFSET
    # Two digits do not tell the century: a date is wrong only if wrong in both.
    return _is_date(1900 + year, month, day) or _is_date(2000 + year, month, day)


def _is_date(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True
