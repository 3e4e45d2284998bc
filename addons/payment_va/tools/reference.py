# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""References that every provider takes: letters, digits and dashes, short, unique."""

import secrets
from datetime import date

#: Without the characters that people confuse on the telephone.
_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"


def new_reference(prefix: str, day: date, length: int = 8) -> str:
    """Return a reference such as ``PAY-261121-7KQ2M4XA``; 2^40 per prefix and day."""
    tail = "".join(secrets.choice(_ALPHABET) for _ in range(length))
    return f"{prefix}-{day:%y%m%d}-{tail}"
