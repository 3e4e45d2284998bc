# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Arithmetic of the year-end: plain numbers of rupiah, no ORM."""


def propose_release(opening, income, money):
    """Return how much of a fund was spent, going by the money that is left of it.

    A fund holds what it had and received until it is spent. What its own bank and cash
    accounts no longer hold was spent, and is released from restriction.

    >>> propose_release(100, 500, 150)
    450
    >>> propose_release(0, 500, 700)
    0
    """
    return max(opening + income - max(money, 0), 0)


def carry_over(income, released):
    """Return what a year adds to a fund; negative if more was spent than received.

    >>> carry_over(500, 450)
    50
    """
    return income - released
