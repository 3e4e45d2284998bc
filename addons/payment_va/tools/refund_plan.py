# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Where money that goes back is taken from. Amounts are ``int``, the smallest unit."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class PaidBill:
    """The part of a payment that pays one bill.

    :param key: of the link between payment and bill
    """

    key: int
    due: date | None
    amount: int


@dataclass(frozen=True)
class RefundPlan:
    """What each source gives, without zeros.

    :param deposits: by key of the open credit
    :param bills: by key of the link to a bill, which is open again for as much
    :param fee: of what the payer paid for the channel
    :param rest: what no source covers: the payer owes it
    """

    deposits: dict[int, int]
    bills: dict[int, int]
    fee: int
    rest: int


def plan_refund(
    amount: int, deposits: dict[int, int], bills: list[PaidBill], fee: int = 0
) -> RefundPlan:
    """Take ``amount`` from what no bill needs, then the newest bills, then the fee.

    :param deposits: open credit by key
    :param fee: the part of the payment that paid the channel
    :raise ValueError: if an amount is negative
    """
    if min(amount, fee, *deposits.values(), *(bill.amount for bill in bills)) < 0:
        raise ValueError("negative amount")
    left, from_deposits, from_bills = amount, {}, {}
    for key in sorted(deposits):
        left = _take(from_deposits, key, deposits[key], left)
    for bill in sorted(
        bills, key=lambda bill: (bill.due or date.min, bill.key), reverse=True
    ):
        left = _take(from_bills, bill.key, bill.amount, left)
    from_fee = min(left, fee)
    return RefundPlan(from_deposits, from_bills, from_fee, left - from_fee)


def _take(taken: dict, key: int, available: int, left: int) -> int:
    part = min(available, left)
    if part:
        taken[key] = part
    return left - part
