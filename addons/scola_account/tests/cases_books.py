# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import date, timedelta

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import new_test_user

TODAY = date(2026, 11, 16)
# Figures of the dashboard in SQL of their own: (tile, column) to a sum over journal
# items (l) of accounts (a) of one company.
OWED = """
    l.amount_residual) FILTER (
        WHERE a.account_type = 'asset_receivable' AND a.non_trade IS NOT TRUE
          AND NOT l.reconciled
          AND %(today)s - COALESCE(l.date_maturity, l.date)"""
RESULT = """
    -l.balance) FILTER (
        WHERE (a.account_type LIKE 'income%%' OR a.account_type LIKE 'expense%%')
          AND to_char(l.date, 'YYYY-MM') ="""
SUMS = {
    ("money", 0): "l.balance) FILTER (WHERE a.account_type = 'asset_cash')",
    ("result", 0): f"{RESULT} '2026-11')",
    ("result", 1): f"{RESULT} '2025-11')",
    ("receivables", 0): f"{OWED} <= 0)",
    ("receivables", 1): f"{OWED} BETWEEN 1 AND 30)",
    ("receivables", 2): f"{OWED} BETWEEN 31 AND 60)",
    ("receivables", 3): f"{OWED} BETWEEN 61 AND 90)",
    ("receivables", 4): f"{OWED} > 90)",
}


class BooksCases:
    """The accounting dashboard: its figures, what they open, and who sees them."""

    def get_books(self, user, companies):
        context = {**self.env.context, "allowed_company_ids": companies.ids}
        return self.env(user=user, context=context)["scola.books"]

    def read_books(self, role="treasurer", companies=None, user=None):
        """Return {(tile, school): values} as a user sees them, and the tiles."""
        model = self.get_books(user or self.users[role], companies or self.companies)
        tiles = {tile["name"]: tile for tile in model.get_data()}
        figures = {
            (name, row["id"]): row["values"]
            for name, tile in tiles.items()
            for row in tile["rows"]
        }
        return figures, tiles

    def fill_books(self):
        """Owe something at each age, and leave work undone."""
        for company, first in ((self.one, -40), (self.two, -35)):
            for number, days in enumerate((first, 0, 1, 30, 31, 60, 61, 90, 91, 400)):
                amount = 1000 + number
                move = self.post(
                    company,
                    f"{TODAY - timedelta(500)}",
                    {"11210110": amount, "41100010": -amount},
                )
                due = move.line_ids.filtered(lambda line: line.balance > 0)
                due.date_maturity = TODAY - timedelta(days)
        self.post(self.one, "2025-11-03", {"62100010": 777, "11120011": -777})
        self.post(self.one, "2026-11-03", {"62100010": 55, "11120011": -55})
        bank = self.env["account.journal"].search(
            [("company_id", "=", self.foundation.id), ("code", "=", "BSPP")]
        )
        self.env["account.bank.statement.line"].create(
            [
                {
                    "journal_id": bank.id,
                    "date": f"2026-10-{day}",
                    "payment_ref": "x",
                    "amount": 5000,
                }
                for day in (20, 12)
            ]
        )
        self.make_draft_bill()
        self.foundation.fiscalyear_lock_date = date(2024, 12, 31)
        self.env.flush_all()

    def make_draft_bill(self):
        journal = self.env["account.journal"].search(
            [("company_id", "=", self.foundation.id), ("type", "=", "purchase")],
            limit=1,
        )
        line = {
            "name": "Kapur",
            "account_id": self.find_account("62100010").id,
            "price_unit": 125_000,
            "tax_ids": [Command.clear()],
        }
        return self.env["account.move"].create(
            {
                "move_type": "in_invoice",
                "journal_id": journal.id,
                "partner_id": self.env["res.partner"].create({"name": "Toko"}).id,
                "invoice_date": TODAY,
                "invoice_line_ids": [Command.create(line)],
            }
        )

    def read_sums(self, company):
        self.env.cr.execute(
            f"""
            SELECT {", ".join(f"COALESCE(SUM({one}, 0)" for one in SUMS.values())}
              FROM account_move_line l
              JOIN account_account a ON a.id = l.account_id
             WHERE l.company_id = %(company)s AND l.parent_state = 'posted'
            """,
            {"company": company.id, "today": TODAY},
        )
        return dict(zip(SUMS, self.env.cr.fetchone(), strict=True))

    def test_dashboard_equals_independent_sql(self):
        self.fill_books()
        figures, tiles = self.read_books()
        for company in self.companies:
            for (name, position), expected in self.read_sums(company).items():
                with self.subTest(company=company.name, tile=name, column=position):
                    found = figures[name, company.id][position]
                    self.assertEqual(round(found, 2), round(float(expected), 2))
            this, last, difference = figures["result", company.id]
            self.assertEqual(round(difference, 2), round(this - last, 2))
        self.assertTrue(all(figures["receivables", self.one.id]))
        for name, tile in tiles.items():
            for position, column in enumerate(tile["columns"]):
                if column["kind"] != "date":
                    parts = [row["values"][position] for row in tile["rows"]]
                    self.assertEqual(tile["total"][position], sum(parts), name)

    def test_dashboard_shows_what_is_undone(self):
        self.fill_books()
        figures, _tiles = self.read_books()
        own, school = self.foundation.id, self.one.id
        self.assertEqual(figures["bank_lines", own], [2, "2026-10-12"])
        self.assertEqual(figures["bank_lines", school], [0, False])
        self.assertEqual(figures["bills", own], [1, 125_000])
        self.assertEqual(figures["bills", school], [0, 0])
        # What the foundation locks is locked for its schools.
        self.assertEqual(figures["closing", own], [False, "2024-12-31"])
        self.close(self.one, date=date(2025, 12, 31))
        self.close(self.one)
        figures, _tiles = self.read_books()
        self.assertEqual(figures["closing", school], ["2026-12-31", "2024-12-31"])

    def test_each_figure_opens_what_makes_it(self):
        self.fill_books()
        _figures, tiles = self.read_books("auditor")
        model = self.work_as("auditor")["scola.books"]
        fields = {"money": "balance", "result": "balance"}
        fields |= {"receivables": "amount_residual", "bills": "amount_total_signed"}
        for name, tile in tiles.items():
            for row in tile["rows"]:
                for position, column in enumerate(tile["columns"]):
                    if not column["opens"]:
                        with self.assertRaises(UserError):
                            model.get_action(name, row["id"], position)
                        continue
                    action = model.get_action(name, row["id"], position)
                    found = model.env[action["res_model"]].search(action["domain"])
                    value = row["values"][position]
                    self.assertIn(found.company_id.ids, ([], [row["id"]]))
                    if column["kind"] == "count":
                        self.assertEqual(len(found), value)
                    elif column["kind"] == "amount" and name in fields:
                        total = sum(found.mapped(fields[name]))
                        self.assertEqual(round(abs(total), 2), round(abs(value), 2))

    def test_approvals_are_shown_where_there_are_any(self):
        _figures, tiles = self.read_books()
        self.assertEqual("approvals" in tiles, "account.approval.request" in self.env)

    def test_dashboard_is_for_the_books(self):
        for role in ("cashier", "homeroom"):
            with self.subTest(role=role), self.assertRaises(AccessError):
                self.read_books(role)

    def test_dashboard_shows_own_schools_only(self):
        stranger = new_test_user(
            self.env,
            "books.other",
            groups="scola_school.group_treasurer",
            company_id=self.two.id,
            company_ids=[Command.set(self.two.ids)],
        )
        figures, tiles = self.read_books(user=stranger, companies=self.two)
        self.assertEqual({school for _name, school in figures}, {self.two.id})
        self.assertIsNone(tiles["money"]["total"])
        with self.assertRaises(UserError):
            self.get_books(stranger, self.two).get_action("money", self.one.id, 0)
        with self.assertRaises(AccessError):
            self.read_books(user=stranger)

    def test_dashboard_takes_as_many_queries_for_three_schools_as_for_two(self):
        def count(companies):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.read_books(companies=companies)
            return self.env.cr.sql_log_count - before

        # Both with the foundation: it is read for its lock dates, ticked or not. Rules
        # of access are read once for each choice of companies.
        some = self.foundation | self.one
        two = count(some) and count(some)
        three = count(self.companies) and count(self.companies)
        self.assertEqual(two, three)
