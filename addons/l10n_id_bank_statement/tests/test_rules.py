# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The rules of proposals, against a reading of them that knows no index."""

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from ..tools.proposals import BankLine, OpenItem, Owner, Proposal, cover, propose
from .test_values import PROPERTY

DAY = date(2026, 11, 16)
REFERENCES = (
    "inv20260001",
    "inv20260002",
    "inv20260003",
    "880812340001",
    "880812340002",
)


def line(key=1, amount=100, keys=(), days=0):
    return BankLine(key, DAY + timedelta(days), Decimal(amount), frozenset(keys))


def item(key=1, amount=100, partner=1, references=(), days=0, **values):
    day = DAY + timedelta(days)
    values = {"member": partner, "day": day, "due": day, **values}
    return OpenItem(
        key,
        partner,
        amount=Decimal(amount),
        references=frozenset(references),
        **values,
    )


@tagged("post_install", "-at_install")
class TestRules(BaseCase):
    def check(self, found, *expected):
        """Compare ``(line, kind, items, fit, is_sure)``."""
        facts = [(one.line, one.kind, one.items, one.fit, one.is_sure) for one in found]
        self.assertEqual(sorted(facts), sorted(expected))

    def test_cover(self):
        items = [item(1, 100), item(2, 50), item(3, 70)]
        for amount, keys, fit in (
            (100, [1], "exact"),
            (150, [1, 2], "exact"),
            (220, [1, 2, 3], "exact"),
            (70, [3], "exact"),
            (120, [1, 2], "part"),
            (30, [1], "part"),
            (300, [1, 2, 3], "over"),
        ):
            with self.subTest(amount=amount):
                taken, found = cover(Decimal(amount), items)
                self.assertEqual(([one.key for one in taken], found), (keys, fit))
        self.assertEqual(cover(Decimal(5), []), ([], "none"))

    def test_a_payout_comes_first(self):
        found = propose(
            [line(1, keys=["inv20260001"]), line(2)],
            [item(references=["inv20260001"])],
            pairs={1: 7},
            choices={2: (8, 9)},
        )
        self.assertEqual(
            [(one.line, one.settlement, one.is_sure) for one in found],
            [(1, 7, True), (2, 8, False), (2, 9, False)],
        )

    def test_a_number_pays_the_oldest_bills_of_its_owner(self):
        owner = Owner("880812340001", 1)
        bills = [
            item(1, 100, days=2),
            item(2, 100, days=-30),
            item(3, 100, 2, days=-60),
        ]
        found = propose(
            [line(1, 100, ["880812340001"]), line(2, 100, ["880812340001"], days=1)],
            bills,
            [owner],
        )
        self.check(
            found, (1, "va", (2,), "exact", True), (2, "va", (1,), "exact", True)
        )

    def test_a_number_of_one_child_pays_no_bills_of_siblings(self):
        bills = [item(1, 100, member=11), item(2, 100, member=12)]
        found = propose(
            [line(1, 100, ["880812340001"])], bills, [Owner("880812340001", 1, 12)]
        )
        self.check(found, (1, "va", (2,), "exact", True))

    def test_parts_and_rests_are_looked_at(self):
        owner = Owner("880812340001", 1)
        for amount, fit, items in (
            (60, "part", (1,)),
            (160, "over", (1,)),
        ):
            found = propose([line(1, amount, ["880812340001"])], [item()], [owner])
            self.check(found, (1, "va", items, fit, False))
        self.check(
            propose([line(1, 60, ["880812340001"])], [], [owner]),
            (1, "va", (), "none", False),
        )

    def test_what_a_gateway_reported_waits_for_its_settlement(self):
        owner = Owner("880812340001", 1, reported=(DAY - timedelta(2),))
        found = propose([line(1, 100, ["880812340001"])], [item()], [owner])
        self.check(found, (1, "reported", (), "none", False))
        owner = Owner("880812340001", 1, reported=(DAY - timedelta(20),))
        found = propose([line(1, 100, ["880812340001"])], [item()], [owner])
        self.check(found, (1, "va", (1,), "exact", True))

    def test_a_payment_that_is_booked_comes_before_bills(self):
        items = [item(1, 100), item(2, 100, is_payment=True)]
        found = propose(
            [line(1, 100, ["880812340001"])], items, [Owner("880812340001", 1)]
        )
        self.check(found, (1, "va", (2,), "exact", True))

    def test_two_numbers_are_never_sure(self):
        owners = [Owner("880812340001", 1), Owner("880812340002", 2)]
        found = propose(
            [line(1, 100, ["880812340001", "880812340002"])],
            [item(1, 100, 1), item(2, 100, 2)],
            owners,
        )
        self.check(
            found, (1, "va", (1,), "exact", False), (1, "va", (2,), "exact", False)
        )

    def test_references(self):
        bills = [
            item(1, 100, 1, ["inv20260001"]),
            item(2, 50, 2, ["inv20260002"]),
            item(3, -70, 3, ["inv20260003"]),
        ]
        self.check(
            propose([line(1, 150, ["inv20260001", "inv20260002"])], bills),
            (1, "reference", (1, 2), "exact", True),
        )
        self.check(
            propose([line(1, 100, ["inv20260001", "inv20260002"])], bills),
            (1, "reference", (1,), "exact", False),
            (1, "reference", (2,), "over", False),
        )
        self.check(
            propose([line(1, -70, ["inv20260003"])], bills),
            (1, "reference", (3,), "exact", True),
        )
        self.check(
            propose([line(1, 40, ["inv20260001"])], bills),
            (1, "reference", (1,), "part", False),
        )

    def test_amounts_must_be_unique_on_both_sides(self):
        self.check(propose([line()], [item()]), (1, "amount", (1,), "exact", True))
        self.check(
            propose([line()], [item(1), item(2)]),
            (1, "amount", (1,), "exact", False),
            (1, "amount", (2,), "exact", False),
        )
        self.check(
            propose([line(1), line(2)], [item()]),
            (1, "amount", (1,), "exact", False),
            (2, "amount", (1,), "exact", False),
        )
        self.check(propose([line()], [item(days=-32)]))
        self.check(propose([line()], [item(days=4)]))
        self.check(propose([line()], [item(is_voluntary=True)]))
        self.check(propose([line(amount=-100)], [item()]))

    def test_what_is_used_is_not_proposed_again(self):
        found = propose(
            [line(1, 100, ["inv20260001"]), line(2, 100)],
            [item(references=["inv20260001"])],
        )
        self.check(found, (1, "reference", (1,), "exact", True))

    @PROPERTY
    @given(
        st.lists(
            st.tuples(
                st.sampled_from((-100, 50, 100, 150, 200)),
                st.sets(st.sampled_from(REFERENCES), max_size=2),
                st.integers(-3, 40),
            ),
            max_size=8,
        ),
        st.lists(
            st.tuples(
                st.sampled_from((-100, 50, 100, 150)),
                st.integers(1, 3),
                st.sets(st.sampled_from(REFERENCES[:3]), max_size=1),
                st.integers(-20, 20),
                st.booleans(),
                st.booleans(),
            ),
            max_size=8,
        ),
        st.lists(
            st.tuples(
                st.sampled_from(REFERENCES[3:]),
                st.integers(1, 3),
                st.integers(0, 1),
                st.sets(st.integers(-5, 5), max_size=1),
            ),
            max_size=3,
        ),
    )
    def test_as_without_indexes(self, lines, items, owners):
        lines = [line(n, *facts) for n, facts in enumerate(lines, 1)]
        items = [
            item(
                n,
                amount,
                partner,
                references,
                days,
                member=partner * 10 + n % 2,
                is_payment=is_payment,
                is_voluntary=is_voluntary,
            )
            for n, (
                amount,
                partner,
                references,
                days,
                is_payment,
                is_voluntary,
            ) in enumerate(items, 1)
        ]
        owners = [
            Owner(
                number,
                partner,
                member and partner * 10 + 1,
                tuple(DAY + timedelta(day) for day in days),
            )
            for number, partner, member, days in owners
        ]
        found = propose(lines, items, owners)
        self.assertEqual(
            sorted(map(str, found)), sorted(map(str, brute(lines, items, owners)))
        )
        sure = [key for one in found if one.is_sure for key in one.items]
        self.assertEqual(len(sure), len(set(sure)))
        amounts = {one.key: one.amount for one in items}
        for one in found:
            if one.is_sure:
                total = sum(amounts[key] for key in one.items)
                self.assertEqual(total, lines[one.line - 1].amount)


def brute(lines, items, owners):
    """Return proposals by going over everything for every line."""
    items = sorted(items, key=lambda one: (one.due, one.key))
    rest = sorted(lines, key=lambda one: (one.day, one.key))
    used, found = set(), []
    for stage in (brute_numbers, brute_references):
        left = []
        for one in rest:
            opened = [
                x
                for x in items
                if x.key not in used and (x.amount > 0) == (one.amount > 0)
            ]
            proposals = stage(one, opened, owners)
            for proposal in proposals:
                if proposal.is_sure:
                    used |= set(proposal.items)
            found += proposals
            if not proposals:
                left.append(one)
        rest = left
    free = [x for x in items if x.key not in used and not x.is_voluntary]
    for one in rest:
        mine = [x for x in free if fits(one, x)]
        mine.sort(key=lambda x: (abs((x.day - one.day).days), x.key))
        others = [y for y in rest if mine and fits(y, mine[0])]
        is_sure = len(mine) == 1 and len(others) == 1
        for x in mine[:5]:
            score = 75 if is_sure else 30
            found.append(
                Proposal(one.key, "amount", score, is_sure, (x.key,), partner=x.partner)
            )
    return found


def fits(one, x):
    return x.amount == one.amount and -31 <= (x.day - one.day).days <= 3


def brute_numbers(one, opened, owners):
    if one.amount < 0:
        return []
    mine, seen = [], set()
    for owner in sorted(owners, key=lambda x: x.number):
        if owner.number in one.keys and (owner.partner, owner.member) not in seen:
            seen.add((owner.partner, owner.member))
            mine.append(owner)
    found = []
    for owner in mine:
        number, partner = owner.number, owner.partner
        if any(-7 <= (day - one.day).days <= 1 for day in owner.reported):
            found.append(
                Proposal(
                    one.key, "reported", 50, fit="none", partner=partner, detail=number
                )
            )
            continue
        own = [x for x in opened if x.partner == partner and not x.is_voluntary]
        paid = [x for x in own if x.is_payment and fits(one, x)]
        bills = [x for x in own if not x.is_payment]
        if owner.member:
            bills = [x for x in bills if x.member == owner.member]
        taken, fit = (paid[:1], "exact") if paid else brute_cover(one, bills)
        is_sure = len(mine) == 1 and fit == "exact"
        score = 95 if is_sure else 60 if taken else 40
        keys = tuple(x.key for x in taken)
        found.append(
            Proposal(one.key, "va", score, is_sure, keys, fit, partner, detail=number)
        )
    return found


def brute_references(one, opened, owners):
    named = [x for x in opened if x.references & one.keys]
    if not named:
        return []
    details = {}
    for key in sorted(one.keys):
        for x in named:
            if key in x.references:
                details.setdefault(x.partner, key)
    if sum(x.amount for x in named) == one.amount:
        keys, partner = tuple(x.key for x in named), named[0].partner
        detail = details[partner]
        return [
            Proposal(
                one.key, "reference", 92, True, keys, partner=partner, detail=detail
            )
        ]
    found = []
    for partner, detail in details.items():
        taken, fit = brute_cover(one, [x for x in named if x.partner == partner])
        is_sure = len(details) == 1 and fit == "exact"
        keys = tuple(x.key for x in taken)
        found.append(
            Proposal(
                one.key,
                "reference",
                88 if is_sure else 55,
                is_sure,
                keys,
                fit,
                partner,
                detail=detail,
            )
        )
    return found


def brute_cover(one, items):
    prefixes = [items[:n] for n in range(1, len(items) + 1)]
    sums = [sum(x.amount for x in prefix) for prefix in prefixes]
    for prefix, total in zip(prefixes, sums, strict=True):
        if total == one.amount:
            return prefix, "exact"
    same = [x for x in items if x.amount == one.amount]
    if same:
        return same[:1], "exact"
    for prefix, total in zip(prefixes, sums, strict=True):
        if abs(total) > abs(one.amount):
            return prefix, "part"
    return items, "over" if items else "none"
