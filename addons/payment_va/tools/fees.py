# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What a channel costs. Amounts are ``Decimal`` rupiah; results are whole rupiah."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal


@dataclass(frozen=True)
class ChannelFee:
    """A fixed part, a part of the amount (MDR) and the tax on both.

    :param fixed: rupiah per payment
    :param percent: of the amount, 0.7 is 0.7 %
    :param tax_percent: PPN on the fee, 11 is 11 %
    """

    fixed: Decimal = Decimal(0)
    percent: Decimal = Decimal(0)
    tax_percent: Decimal = Decimal(0)

    def compute(self, amount: Decimal) -> tuple[int, int]:
        """Return ``(fee, tax on the fee)`` of a payment of ``amount``."""
        fee = _round(self.fixed + amount * self.percent / 100)
        return fee, _round(fee * self.tax_percent / 100)

    def surcharge(self, amount: Decimal) -> int:
        """Return what a payer who bears the fee pays on top of ``amount``.

        The provider takes its percentage of the whole payment, surcharge included, so
        the school is left with the amount only if the surcharge covers that as well.
        """
        total = sum(self.compute(amount))
        while sum(self.compute(amount + total)) > total:
            total = sum(self.compute(amount + total))
        return total


def _round(value) -> int:
    return int(Decimal(value).quantize(Decimal(1), ROUND_HALF_UP))
