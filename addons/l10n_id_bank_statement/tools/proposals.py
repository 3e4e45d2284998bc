# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What explains a line of the bank statement: payouts, numbers, references, amounts."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

#: A bill or payment of the same amount counts this long before the bank's line...
AMOUNT_DAYS_BEFORE = 31
#: ...and this long after: people book a payment when they see it at the bank.
AMOUNT_DAYS_AFTER = 3
#: A gateway tells of a payment up to this long before its bank shows the money.
REPORTED_DAYS_BEFORE = 7
REPORTED_DAYS_AFTER = 1
#: So many candidates of the same amount are shown for one line.
MAX_CHOICES = 5


@dataclass(frozen=True)
class BankLine:
    """A line of the bank statement that nobody has explained yet.

    :param keys: references its text can contain, as ``keys.text_keys``
    """

    key: int
    day: date
    amount: Decimal
    keys: frozenset[str] = frozenset()


@dataclass(frozen=True)
class OpenItem:
    """An open journal item: a bill, or a payment that is not at the bank yet.

    :param partner: who owes at law
    :param member: whom the bill is addressed to
    :param due: when it is due; of two, the older one is paid first
    :param amount: open, positive if money is to come in
    :param is_voluntary: whether it counts only where it is named
    """

    key: int
    partner: int
    member: int
    day: date
    due: date
    amount: Decimal
    references: frozenset[str] = frozenset()
    is_payment: bool = False
    is_voluntary: bool = False


@dataclass(frozen=True)
class Owner:
    """Whose a virtual account is.

    :param member: the one whose bills alone it pays, 0 if those of all of ``partner``
    :param reported: days on which its gateway told of a payment that is not settled
    """

    number: str
    partner: int
    member: int = 0
    reported: tuple[date, ...] = ()


@dataclass(frozen=True)
class Proposal:
    """One explanation of one line.

    :param kind: ``settlement``, ``va``, ``reference``, ``amount`` or ``reported``
    :param fit: ``exact``, or ``part`` of the items, ``over`` them, or ``none``
    :param score: 0 to 100
    :param is_sure: whether it may be accepted without looking
    :param detail: number or reference that was found
    """

    line: int
    kind: str
    score: int
    is_sure: bool = False
    items: tuple[int, ...] = ()
    fit: str = "exact"
    partner: int = 0
    settlement: int = 0
    detail: str = ""


def propose(
    lines: Iterable[BankLine],
    items: Iterable[OpenItem],
    owners: Iterable[Owner] = (),
    pairs: dict[int, int] | None = None,
    choices: dict[int, tuple[int, ...]] | None = None,
) -> list[Proposal]:
    """Return what explains the lines of one journal, best first for each line.

    In this order: payouts, virtual accounts, references, amounts. What is sure takes
    its items away from what follows, older lines first; what is not leaves them.

    :param pairs: settlement of each line that is one beyond doubt
    :param choices: settlements that a line might be
    """
    return _Book(items, owners).propose(list(lines), pairs or {}, choices or {})


class _Book:
    """Open items, as far as no sure proposal has used them."""

    def __init__(self, items: Iterable[OpenItem], owners: Iterable[Owner]):
        ordered = sorted(items, key=lambda item: (item.due, item.key))
        self.used: set[int] = set()
        self.by_partner = defaultdict(list)
        self.by_reference = defaultdict(list)
        self.by_amount = defaultdict(list)
        self.owners = defaultdict(list)
        for item in ordered:
            self.by_partner[item.partner].append(item)
            self.by_amount[item.amount].append(item)
            for reference in item.references:
                self.by_reference[reference].append(item)
        for owner in owners:
            self.owners[owner.number].append(owner)

    def propose(self, lines, pairs, choices) -> list[Proposal]:
        found, rest = [], []
        for line in sorted(lines, key=lambda line: (line.day, line.key)):
            payouts = self._of_settlements(line, pairs, choices)
            found += payouts
            if not payouts:
                rest.append(line)
        for stage in (self._of_numbers, self._of_references):
            left = []
            for line in rest:
                proposals = stage(line)
                found += proposals
                if not proposals:
                    left.append(line)
            rest = left
        return found + self._of_amounts(rest)

    # === STAGES === #

    def _of_settlements(self, line, pairs, choices) -> list[Proposal]:
        if line.key in pairs:
            settlement = pairs[line.key]
            return [Proposal(line.key, "settlement", 100, True, settlement=settlement)]
        return [
            Proposal(line.key, "settlement", 50, settlement=settlement)
            for settlement in choices.get(line.key, ())[:MAX_CHOICES]
        ]

    def _of_numbers(self, line: BankLine) -> list[Proposal]:
        if line.amount <= 0:
            return []
        owners = {}
        for key in sorted(line.keys & self.owners.keys()):
            for owner in self.owners[key]:
                owners.setdefault((owner.partner, owner.member), owner)
        return [
            self._of_owner(line, owner, is_only=len(owners) == 1)
            for owner in owners.values()
        ]

    def _of_owner(self, line: BankLine, owner: Owner, is_only: bool) -> Proposal:
        if any(_is_near(line.day, day) for day in owner.reported):
            return Proposal(
                line.key,
                "reported",
                50,
                fit="none",
                partner=owner.partner,
                detail=owner.number,
            )
        items, fit = self._cover_owner(line, owner)
        is_sure = is_only and fit == "exact"
        score = 95 if is_sure else 60 if items else 40
        return self._make(line, "va", score, is_sure, items, fit, owner)

    def _cover_owner(self, line: BankLine, owner: Owner):
        """Return what a payment to a number is for: one booked already, or bills."""
        items = [
            item
            for item in self._open(line, self.by_partner[owner.partner])
            if not item.is_voluntary
        ]
        for item in items:
            if item.is_payment and item.amount == line.amount and _in_time(line, item):
                return [item], "exact"
        bills = [
            item
            for item in items
            if not item.is_payment and owner.member in (0, item.member)
        ]
        return cover(line.amount, bills)

    def _of_references(self, line: BankLine) -> list[Proposal]:
        found, details = {}, {}
        for key in sorted(line.keys & self.by_reference.keys()):
            for item in self._open(line, self.by_reference[key]):
                found[item.key] = item
                details.setdefault(item.partner, Owner(key, item.partner))
        items = sorted(found.values(), key=lambda item: (item.due, item.key))
        if not items:
            return []
        if sum(item.amount for item in items) == line.amount:
            owner = details[items[0].partner]
            return [self._make(line, "reference", 92, True, items, "exact", owner)]
        proposals = []
        for partner, owner in details.items():
            own = [item for item in items if item.partner == partner]
            own, fit = cover(line.amount, own)
            is_sure = len(details) == 1 and fit == "exact"
            score = 88 if is_sure else 55
            proposals.append(
                self._make(line, "reference", score, is_sure, own, fit, owner)
            )
        return proposals

    def _of_amounts(self, lines: list[BankLine]) -> list[Proposal]:
        candidates = {line.key: self._same_amount(line) for line in lines}
        wanted = defaultdict(int)
        for items in candidates.values():
            for item in items:
                wanted[item.key] += 1
        proposals = []
        for line in lines:
            items = candidates[line.key]
            is_sure = len(items) == 1 and wanted[items[0].key] == 1
            for item in items[:MAX_CHOICES]:
                owner = Owner("", item.partner)
                score = 75 if is_sure else 30
                proposals.append(
                    self._make(line, "amount", score, is_sure, [item], "exact", owner)
                )
        return proposals

    def _same_amount(self, line: BankLine) -> list[OpenItem]:
        """Return the items of the amount and time of a line, nearest first."""
        items = [
            item
            for item in self._open(line, self.by_amount[line.amount])
            if _in_time(line, item) and not item.is_voluntary
        ]
        return sorted(items, key=lambda item: (abs(item.day - line.day), item.key))

    # === ITEMS === #

    def _open(self, line: BankLine, items: list[OpenItem]) -> list[OpenItem]:
        return [
            item
            for item in items
            if item.key not in self.used and (item.amount > 0) == (line.amount > 0)
        ]

    def _make(self, line, kind, score, is_sure, items, fit, owner) -> Proposal:
        if is_sure:
            self.used.update(item.key for item in items)
        return Proposal(
            line.key,
            kind,
            score,
            is_sure,
            tuple(item.key for item in items),
            fit,
            owner.partner,
            detail=owner.number,
        )


def cover(amount: Decimal, items: list[OpenItem]) -> tuple[list[OpenItem], str]:
    """Return the items an amount pays, and how it fits.

    The oldest ones if their sum is the amount; else one of that amount; else the
    oldest ones, the last of them in part, or all of them and something is left.

    :param items: of the direction of the amount, oldest first
    """
    size, total, taken = abs(amount), Decimal(0), []
    for item in items:
        taken.append(item)
        total += abs(item.amount)
        if total >= size:
            break
    if items and total == size:
        return taken, "exact"
    for item in items:
        if item.amount == amount:
            return [item], "exact"
    if not items:
        return [], "none"
    return taken, "part" if total > size else "over"


def _in_time(line: BankLine, item: OpenItem) -> bool:
    first = line.day - timedelta(days=AMOUNT_DAYS_BEFORE)
    return first <= item.day <= line.day + timedelta(days=AMOUNT_DAYS_AFTER)


def _is_near(day: date, reported: date) -> bool:
    first = day - timedelta(days=REPORTED_DAYS_BEFORE)
    return first <= reported <= day + timedelta(days=REPORTED_DAYS_AFTER)
