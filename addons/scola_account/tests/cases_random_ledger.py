# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from random import Random

from odoo import Command

from .common import YEAR

ENTRY_COUNT = 80
STATEMENTS = ("position", "income", "net_assets", "cash_direct", "cash_indirect")


class RandomLedgerCases:
    """Whatever is booked, on any account: no rupiah falls between the rows."""

    def book_at_random(self):
        random = Random(20260701)
        accounts = self.env["account.account"].search(
            [
                ("company_ids", "=", self.foundation.id),
                ("account_type", "!=", "off_balance"),
            ]
        )
        moves = self.env["account.move"].create(
            [self.prepare_random_move(random, accounts) for _ in range(ENTRY_COUNT)]
        )
        moves.action_post()
        self.env.flush_all()

    def prepare_random_move(self, random, accounts):
        chosen = random.sample(accounts.ids, random.randint(2, 5))
        amounts = [random.randint(-(10**9), 10**9) for _account in chosen[1:]]
        amounts.append(-sum(amounts))
        day = random.randint(1, 28)
        month = random.randint(1, 12)
        company = random.choice([self.one, self.two, self.foundation])
        return {
            "move_type": "entry",
            "journal_id": self.journal.id,
            "company_id": company.id,
            "date": f"{YEAR - random.randint(0, 1)}-{month:02}-{day:02}",
            "line_ids": [
                Command.create({"account_id": account, "balance": amount})
                for account, amount in zip(chosen, amounts, strict=True)
            ],
        }

    def get_all(self, company, **values):
        return [self.get_figures(each, company, **values) for each in STATEMENTS]

    def assert_ties(self, company, **values):
        position, income, net_assets, direct, indirect = self.get_all(company, **values)
        for figures in (position, direct, indirect):
            self.assertFalse(figures["difference"])
        self.assertEqual(round(direct["closing_cash"], 2), round(position["cash"], 2))
        self.assertEqual(round(indirect["closing_cash"], 2), round(position["cash"], 2))
        self.assertEqual(
            round(net_assets["net_assets"], 2), round(position["net_assets"], 2)
        )
        surplus = sum(
            net_assets[f"{row}_{block}"]
            for row in ("surplus", "released")
            for block in "ur"
        )
        self.assertEqual(round(surplus, 2), round(income["comprehensive"], 2))

    def test_no_rupiah_falls_between_the_rows(self):
        """For one school, consolidated over a month, and across fiscal years."""
        self.book_at_random()
        year = self.env["scola.academic.year"].create(
            {
                "code": f"{YEAR - 1}/{YEAR}",
                "date_start": f"{YEAR - 1}-07-01",
                "date_end": f"{YEAR}-06-30",
                "company_id": self.foundation.id,
            }
        )
        academic = {"period_type": "academic", "academic_year_id": year.id}
        for company, values in (
            (self.one, {}),
            (self.foundation, {"consolidated": True, "period_type": "month"}),
            (self.two, academic),
        ):
            with self.subTest(company=company.name, **values):
                self.assert_ties(company, **values)
