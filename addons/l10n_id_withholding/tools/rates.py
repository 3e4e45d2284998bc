# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Rates in per cent, as Decimal."""

from decimal import Decimal

HUNDRED = Decimal(100)


def to_decimal(number):
    """Return a number that came as float or text, without its binary noise."""
    return Decimal(str(number))


def effective_rate(rate, deemed):
    """Return what is withheld of the gross: the rate on the deemed part of it.

    :param Decimal rate: per cent of the deemed base
    :param Decimal deemed: base as per cent of the gross
    """
    return rate * deemed / HUNDRED


def raised_rate(rate, surcharge):
    """Return a rate raised by a surcharge: 2 % raised by 100 % is 4 %."""
    return rate * (HUNDRED + surcharge) / HUNDRED


def deemed_rate(effective, deemed):
    """Return the rate on the deemed base that withholds ``effective`` of the gross."""
    return effective * HUNDRED / deemed if deemed else effective


def format_rate(rate):
    """Return a rate without needless zeros: "2", "2.5", "0.25"."""
    text = format(rate.normalize(), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
