# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Rows of the cash books: taxes withheld are shown gross, as the forms want it."""

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

NOTHING = Decimal(0)


@dataclass(frozen=True)
class Entry:
    """One row of a book.

    :param int move_id: journal entry it comes from
    :param date date:
    :param str number: number of the document
    :param str label: what for
    :param str activity: codes of activities
    :param str account: codes of spending
    :param Decimal received: rupiah
    :param Decimal paid: rupiah
    :param Decimal withheld: tax that was kept back of what was paid
    """

    move_id: int
    date: date
    number: str
    label: str
    activity: str = ""
    account: str = ""
    received: Decimal = NOTHING
    paid: Decimal = NOTHING
    withheld: Decimal = NOTHING


def show_gross(entries, tax_label):
    """Return the entries with payments gross and taxes withheld as receipts.

    The balance after each document stays as it was. Tax is shown once per journal
    entry, at its first payment.

    :param entries: Entries in the order of the book
    :param str tax_label: describes the receipt of a tax
    :rtype: list[Entry]
    """
    result, done = [], set()
    for entry in entries:
        if not entry.withheld or not entry.paid or entry.move_id in done:
            result.append(entry)
            continue
        done.add(entry.move_id)
        tax = entry.withheld
        result.append(replace(entry, paid=entry.paid + tax, withheld=NOTHING))
        result.append(
            replace(
                entry, label=tax_label, received=tax, paid=NOTHING, withheld=NOTHING
            )
        )
    return result
