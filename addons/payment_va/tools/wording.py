# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Amounts as payers in Indonesia write and say them."""

from num2words import num2words

#: Does not break across lines, so that "Rp" never stands alone.
_SPACE = "\u00a0"


def format_rupiah(amount: int) -> str:
    """Return the amount with its sign and points: ``Rp 450.000``, ``-Rp 450.000``."""
    sign = "-" if amount < 0 else ""
    return f"{sign}Rp{_SPACE}{abs(amount):,}".replace(",", ".")


def terbilang(amount: int) -> str:
    """Return the amount in words: ``Empat ratus lima puluh ribu rupiah``."""
    return f"{num2words(amount, lang='id')} rupiah".capitalize()
