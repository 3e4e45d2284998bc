# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Which payment a settlement line is about, and which money at the bank a payout is."""

import re
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

#: A bank may book a payout the evening before the provider's own date.
DAYS_BEFORE = 1


def exact(amount: float) -> Decimal:
    """Return a stored amount without the noise of binary fractions."""
    return Decimal(f"{amount:.4f}")


@dataclass(frozen=True)
class Told:
    """What a provider's settlement says about one payment or refund."""

    key: int
    payment_id: str
    order_ref: str
    amount: Decimal
    day: date | None = None


@dataclass(frozen=True)
class Known:
    """A payment or refund in the books.

    :param amount: what the provider still owes us for it
    :param taken: whether it was settled already
    """

    key: int
    payment_id: str
    order_ref: str
    amount: Decimal
    day: date | None = None
    taken: bool = False


@dataclass(frozen=True)
class Match:
    """What became of a settlement line.

    :param status: ``matched``, ``unknown``, ``amount`` or ``duplicate``
    """

    status: str
    known: int | None = None


def match_told(told: list[Told], known: list[Known]) -> dict[int, Match]:
    """Return a ``Match`` for the key of each line told.

    By the provider's id; else by our own reference, which a number that is paid every
    month has in common with all its payments: then amount and day must agree as well.
    A payment is settled once; who comes second is a duplicate.
    """
    taken = {payment.key for payment in known if payment.taken}
    by_id = {payment.payment_id: payment for payment in known if payment.payment_id}
    by_order = defaultdict(list)
    for payment in known:
        by_order[payment.order_ref].append(payment)
    matches, later = {}, []
    for line in told:
        if line.payment_id and line.payment_id in by_id:
            matches[line.key] = _settle(line, by_id[line.payment_id], taken)
        else:
            later.append(line)
    for line in later:
        candidates = by_order[line.order_ref] if line.order_ref else []
        payment = _choose(line, candidates, taken)
        matches[line.key] = (
            _settle(line, payment, taken) if payment else Match("unknown")
        )
    return matches


def _settle(line: Told, payment: Known, taken: set) -> Match:
    if payment.key in taken:
        return Match("duplicate", payment.key)
    taken.add(payment.key)
    status = "matched" if payment.amount == line.amount else "amount"
    return Match(status, payment.key)


def _choose(line: Told, candidates: list[Known], taken: set) -> Known | None:
    """Return the one payment of a reference that a line can mean, None if unsure."""
    if len(candidates) == 1:
        return candidates[0]
    free = [payment for payment in candidates if payment.key not in taken]
    alike = [payment for payment in free if payment.amount == line.amount]
    if len(alike) > 1:
        # Of several on one day any will do: they are worth the same.
        alike = [payment for payment in alike if payment.day == line.day]
    return min(alike, key=lambda payment: payment.key, default=None)


@dataclass(frozen=True)
class Payout:
    """Money a provider says it sent.

    :param references: any of them may be in the text of the bank statement
    """

    key: int
    amount: Decimal
    day: date
    references: tuple[str, ...] = ()


@dataclass(frozen=True)
class BankEntry:
    """A line of the bank statement that nobody has explained yet."""

    key: int
    amount: Decimal
    day: date
    text: str = ""


def pair_payouts(
    payouts: list[Payout], entries: list[BankEntry], days: int = 7
) -> tuple[dict[int, int], dict[int, tuple[int, ...]]]:
    """Return the pairs that are beyond doubt, and the candidates of the others.

    Same amount, and at the bank at most ``days`` later. Where the bank's text has the
    reference of the payout, that decides; otherwise there must be one candidate only,
    on both sides.

    :return: ``({payout: entry}, {payout: (entry, ...)})``
    """
    by_amount = defaultdict(list)
    for entry in entries:
        by_amount[entry.amount].append(entry)
    candidates = {
        payout.key: [e for e in by_amount[payout.amount] if _in_time(payout, e, days)]
        for payout in payouts
    }
    mentioned = {
        payout.key: [e for e in candidates[payout.key] if _mentions(e, payout)]
        for payout in payouts
    }
    pairs = _pair_unique(mentioned)
    used = set(pairs.values())
    left = {
        key: [e for e in mentioned[key] or found if e.key not in used]
        for key, found in candidates.items()
        if key not in pairs
    }
    pairs |= _pair_unique(left)
    used = set(pairs.values())
    choices = {
        key: tuple(e.key for e in found if e.key not in used)
        for key, found in left.items()
        if key not in pairs
    }
    return pairs, choices


def _in_time(payout: Payout, entry: BankEntry, days: int) -> bool:
    first = payout.day - timedelta(days=DAYS_BEFORE)
    return first <= entry.day <= payout.day + timedelta(days=days)


def _mentions(entry: BankEntry, payout: Payout) -> bool:
    text = _plain(entry.text)
    return any(len(ref) > 3 and ref in text for ref in map(_plain, payout.references))


def _plain(text: str) -> str:
    """Return letters and digits: banks drop dashes and break references."""
    return re.sub(r"[\W_]+", "", text or "").lower()


def _pair_unique(candidates: dict[int, list[BankEntry]]) -> dict[int, int]:
    wanted = defaultdict(list)
    for key, entries in candidates.items():
        for entry in entries:
            wanted[entry.key].append(key)
    return {
        key: entries[0].key
        for key, entries in candidates.items()
        if len(entries) == 1 and len(wanted[entries[0].key]) == 1
    }
