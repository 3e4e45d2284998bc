# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Numbers as they are printed in Indonesia; no ORM."""


def format_cell(cell) -> str:
    """Write a number with points between thousands, a comma before decimals.

    Whole numbers have no decimals, others two; text and None are left as they are.

    >>> format_cell(1234567.5)
    '1.234.567,50'
    """
    if cell is None or isinstance(cell, str):
        return cell or ""
    digits = 0 if round(cell, 2) == int(cell) else 2
    return f"{cell:,.{digits}f}".translate(str.maketrans(",.", ".,"))
