# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Sums of what companies collected and paid for each other, without the ORM."""

from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple


class Item(NamedTuple):
    """One matching of journal items of two companies; companies etc. are ids."""

    #: Of the matching to book, or of the clearing to reverse.
    id: int
    day: date
    #: Whose journal item is a debit, and whose a credit.
    debit_company: int
    credit_company: int
    account: int
    debit_partner: int | None
    credit_partner: int | None
    amount: Decimal


def get_group(item):
    """Return what the items of one pair of entries share.

    :param Item item:
    :return: (day, debit company, credit company)
    """
    return item.day, item.debit_company, item.credit_company


def get_key(item):
    """Return what the items of one line on each side share.

    :param Item item:
    :return: (account, partner on the debit side, partner on the credit side)
    """
    return item.account, item.debit_partner, item.credit_partner


def group_items(items):
    """Return the lines of each pair of entries.

    :param list[Item] items:
    :return: {group: {key: Decimal}}, see `get_group` and `get_key`
    """
    groups = {}
    for item in items:
        lines = groups.setdefault(get_group(item), defaultdict(Decimal))
        lines[get_key(item)] += item.amount
    return groups


def move_to_open_day(item, locked_until):
    """Return the item on the first day that is open for both companies.

    :param Item item:
    :param dict locked_until: {company: last locked day}
    :rtype: Item
    """
    locked = max(locked_until[item.debit_company], locked_until[item.credit_company])
    return item._replace(day=max(item.day, locked + timedelta(days=1)))
