# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import new_test_user

from .common import YEAR


class StatementAccessCases:
    def assert_cash(self, instance):
        self.env.cr.execute(
            "SELECT SUM(l.balance) FROM account_move_line l"
            " JOIN account_account a ON a.id = l.account_id"
            " WHERE a.account_type = 'asset_cash' AND l.parent_state = 'posted'"
            " AND l.company_id = %s AND l.date <= %s",
            [self.one.id, f"{YEAR}-12-31"],
        )
        [cash] = self.env.cr.fetchone()
        self.assertTrue(cash)
        self.assertEqual(self.read_figures(instance)["cash"], [float(cash)])

    def test_accountants_and_auditors_read(self):
        for role in ("admin", "treasurer", "auditor"):
            with self.subTest(role=role):
                instance = self.open_statement("position", self.one, role)
                self.assert_cash(instance)

    def test_others_do_not(self):
        for role in ("cashier", "homeroom"):
            with self.subTest(role=role), self.assertRaises(AccessError):
                self.open_statement("position", self.one, role)

    def test_figures_are_read_with_the_own_rights(self):
        """Who finds the number of a statement made by another sees nothing of it."""
        instance = self.open_statement("position", self.one)
        for role in ("cashier", "homeroom"):
            with self.subTest(role=role), self.assertRaises(AccessError):
                instance.with_user(self.users[role]).compute()

    def test_another_school_is_closed(self):
        stranger = new_test_user(
            self.env,
            "books.stranger",
            groups="scola_school.group_treasurer",
            company_id=self.two.id,
            company_ids=[Command.set(self.two.ids)],
        )
        instance = self.open_statement("position", self.one)
        env = self.env(
            user=stranger,
            context=dict(self.env.context, allowed_company_ids=self.two.ids),
        )
        with self.assertRaises(AccessError):
            env[instance._name].browse(instance.id).compute()

    def test_a_school_without_its_foundation_reads_its_own(self):
        own = new_test_user(
            self.env,
            "books.own",
            groups="scola_school.group_treasurer",
            company_id=self.one.id,
            company_ids=[Command.set(self.one.ids)],
        )
        self.users["own"] = own
        wizard = self.env(
            user=own,
            context=dict(self.env.context, allowed_company_ids=self.one.ids),
        )["scola.statement.wizard"].create(
            {
                "statement": "position",
                "company_id": self.one.id,
                "date": f"{YEAR}-05-01",
                "year_count": 1,
            }
        )
        instance = wizard.env["mis.report.instance"].browse(
            wizard.action_open()["res_id"]
        )
        self.assert_cash(instance)

    def test_closings_are_made_by_accountants_and_read_by_auditors(self):
        values = {"company_id": self.one.id, "date": f"{YEAR}-01-01"}
        closing = self.work_as("treasurer")["scola.fiscal.closing"].create(values)
        auditor = closing.with_user(self.users["auditor"])
        self.assertIn("SD Satu", auditor.name)
        for role in ("auditor", "cashier", "homeroom"):
            model = self.work_as(role)["scola.fiscal.closing"]
            with self.subTest(role=role):
                with self.assertRaises(AccessError):
                    model.create({**values, "date": f"{YEAR - 1}-01-01"})
                with self.assertRaises(AccessError):
                    model.browse(closing.id).action_close()
        with self.assertRaises(AccessError):
            self.work_as("homeroom")["scola.fiscal.closing"].browse(closing.id).read(
                ["name"]
            )

    def test_nobody_pretends_a_closing(self):
        closing = self.work_as("admin")["scola.fiscal.closing"].create(
            {"company_id": self.one.id, "date": f"{YEAR}-01-01"}
        )
        with self.assertRaises(AccessError):
            closing.state = "closed"
        with self.assertRaises(AccessError):
            closing.create({"company_id": self.two.id, "state": "closed"})
