# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Sharing one amount out over open bills. Amounts are ``int``, whole rupiah."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class OpenBill:
    """A bill as the payer sees it: what is open, since when, what they chose."""

    key: int
    due: date | None
    residual: int
    chosen: int | None = None

    def __post_init__(self):
        if self.residual < 0:
            raise ValueError(f"bill {self.key}: residual {self.residual}")
        if self.chosen is not None and not 0 <= self.chosen <= self.residual:
            raise ValueError(
                f"bill {self.key}: {self.chosen} chosen of {self.residual}"
            )


@dataclass(frozen=True)
class Allocation:
    """What each bill gets, oldest first and without zeros, and what is left over."""

    amounts: dict[int, int]
    rest: int


def oldest_first(bills: list[OpenBill]) -> list[OpenBill]:
    """Return the bills by due date, then key; a bill without one is due at once."""
    return sorted(bills, key=lambda bill: (bill.due or date.min, bill.key))


def allocate(amount: int, bills: list[OpenBill]) -> Allocation:
    """Share ``amount`` out over ``bills``.

    A bill with a chosen amount gets exactly that; what remains goes to the others,
    oldest due date first, none above its residual.

    :raise ValueError: if the amount is negative or below what was chosen
    """
    if amount < 0:
        raise ValueError(f"amount {amount}")
    wanted = sum(bill.chosen or 0 for bill in bills)
    if wanted > amount:
        raise ValueError(f"{wanted} chosen of an amount of {amount}")
    free, amounts = amount - wanted, {}
    for bill in oldest_first(bills):
        part = bill.chosen
        if part is None:
            part = min(free, bill.residual)
            free -= part
        if part:
            amounts[bill.key] = part
    return Allocation(amounts, free)
