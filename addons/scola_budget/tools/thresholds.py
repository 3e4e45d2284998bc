# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""When a budget rule is crossed; no ORM."""

from decimal import Decimal


def limit_amount(planned: Decimal, percent: Decimal) -> Decimal:
    """Return the amount at which a rule of ``percent`` of ``planned`` lies."""
    return planned * percent / 100


def is_crossed(kind: str, percent: Decimal, planned: Decimal, used: Decimal) -> bool:
    """Tell whether ``used`` crosses a rule.

    A threshold is crossed when it is reached, an overrun when it is exceeded. Where
    nothing is used, nothing is crossed, also if nothing was planned.

    :param kind: ``threshold`` or ``overrun``
    :param percent: of what is planned
    :param planned: in rupiah
    :param used: actual plus committed, in rupiah
    """
    if used <= 0:
        return False
    limit = limit_amount(planned, percent)
    return used >= limit if kind == "threshold" else used > limit


def used_percent(planned: Decimal, used: Decimal) -> Decimal | None:
    """Return what part of ``planned`` is used, in percent, None if nothing is planned.

    >>> used_percent(Decimal(200), Decimal(50))
    Decimal('25.00')
    """
    if not planned:
        return None
    return (used * 100 / planned).quantize(Decimal("0.01"))
