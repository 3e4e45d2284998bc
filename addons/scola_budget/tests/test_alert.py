# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import date

import psycopg2

from odoo import SUPERUSER_ID, api
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.sql_db import db_connect
from odoo.tests import get_db_name, tagged
from odoo.tools import mute_logger

from .common import BudgetCommon


@tagged("post_install", "-at_install")
class TestAlert(BudgetCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.treasurer = cls.make_user("treasurer")
        cls.principal = cls.make_user("principal")
        cls.budget = cls.make_budget(
            [
                {"name": "ATK Januari", "planned": 1000},
                {"name": "ATK Februari", "planned": 1000, "month": 2},
            ],
            fund_id=cls.bos.id,
            user_id=cls.treasurer.id,
        )
        cls.january = cls.budget.line_ids[0]
        cls.tags = {"analytic_distribution": cls.distribution(cls.bos)}

    def rule(self, **vals):
        return self.env["account.budget.alert"].create(
            {"name": "Aturan", "company_id": self.school.id, **vals}
        )

    def block(self, **vals):
        return self.rule(kind="overrun", action="block", **vals)

    def todos(self, user=None):
        return self.budget.activity_ids.filtered(
            lambda todo: not user or todo.user_id == user
        )

    def test_warned_once(self):
        rule = self.rule(percent=80, notify_email=True)
        self.post(700, **self.tags)
        self.assertFalse(rule.log_ids)
        bill = self.post(150, **self.tags)
        self.assertEqual(rule.log_ids.line_id, self.january)
        self.assertEqual(
            (rule.log_ids.planned, rule.log_ids.used, rule.log_ids.percent),
            (1000, 850, 85),
        )
        self.assertEqual(rule.log_ids.document, bill.display_name)
        self.assertIn("ATK Januari", bill.message_ids[0].body)
        self.assertEqual(len(self.todos(self.treasurer)), 1)
        mails = self.env["mail.mail"].search(
            [
                ("model", "=", "account.budget.alert.log"),
                ("recipient_ids", "in", self.treasurer.partner_id.ids),
            ]
        )
        self.assertEqual(len(mails), 1)
        self.assertIn("ATK Januari", mails.body_html)
        self.post(10, **self.tags)
        self.assertEqual(len(rule.log_ids), 1)
        self.assertEqual(len(self.todos()), 1)

    def test_told_again_when_crossed_again(self):
        rule = self.rule(percent=80, user_ids=[Command.set(self.principal.ids)])
        self.post(900, **self.tags)
        self.post(500, kind="in_refund", **self.tags)
        self.assertTrue(rule.log_ids.resolved_date)
        self.post(500, **self.tags)
        self.assertEqual(len(rule.log_ids), 2)
        self.assertEqual(len(self.todos(self.principal)), 2)

    def test_bill_is_blocked(self):
        rule = self.block()
        self.post(1000, **self.tags)
        bill = self.make_move(1, **self.tags)
        with self.assertRaisesRegex(UserError, "ATK Januari"), self.env.cr.savepoint():
            bill.action_post()
        self.assertEqual(bill.state, "draft")
        self.post(1, kind="in_refund", month=1, **self.tags)
        self.post(900, month=2, **self.tags)
        rule.active = False
        bill.action_post()

    def test_other_drafts_do_not_block(self):
        """Who comes first is served; a draft without order reserves nothing."""
        self.block()
        self.make_move(900, **self.tags)
        self.post(800, **self.tags)

    def test_order_is_blocked(self):
        self.block()
        order = self.make_order(600, **self.tags)
        order.button_confirm()
        second = self.make_order(600, **self.tags)
        with (
            self.assertRaisesRegex(UserError, "does not allow"),
            self.env.cr.savepoint(),
        ):
            second.button_confirm()
        with (
            self.assertRaisesRegex(UserError, "does not allow"),
            self.env.cr.savepoint(),
        ):
            order.order_line.price_unit = 1200
        bill = self.make_move(500, **self.tags)
        with self.assertRaises(UserError), self.env.cr.savepoint():
            bill.action_post()

    def test_bill_of_an_order_counts_once(self):
        self.block()
        order = self.make_order(1000, **self.tags)
        order.button_confirm()
        bill = self.make_move(1000, **self.tags)
        bill.invoice_line_ids.purchase_line_id = order.order_line
        bill.action_post()
        self.assertEqual(self.january.actual, 1000)
        self.assertEqual(self.january.committed, 0)

    def test_entry_is_blocked(self):
        """Paid by an entry of the cash book is spent as well."""
        self.block()
        for amount, works in ((1000, True), (1, False)):
            entry = self.make_entry(amount)
            if works:
                entry.action_post()
                continue
            with (
                self.assertRaisesRegex(UserError, "ATK Januari"),
                self.env.cr.savepoint(),
            ):
                entry.action_post()
        # Money that only moves is none of its business.
        self.make_entry(5, account="payable").action_post()

    def make_entry(self, amount, account="stationery"):
        lines = [
            {"account_id": self.accounts[account].id, "balance": amount, **self.tags},
            {"account_id": self.accounts["payable"].id, "balance": -amount},
        ]
        return self.env["account.move"].create(
            {
                "journal_id": self.journals["general", self.school].id,
                "company_id": self.school.id,
                "date": date(2026, 1, 20),
                "line_ids": [Command.create(line) for line in lines],
            }
        )

    def test_total_of_a_budget(self):
        self.block(scope="budget", budget_id=self.budget.id)
        self.post(1900, **self.tags)
        with self.assertRaisesRegex(UserError, "RKAS 2026"), self.env.cr.savepoint():
            self.post(101, month=2, **self.tags)

    def test_who_is_not_meant(self):
        self.block(percent=1)
        self.block(percent=1, budget_id=self.make_budget(state="draft").id)
        self.post(5000, kind="out_invoice", account="stationery", **self.tags)
        self.post(5000, company=self.other, **self.tags)
        self.post(5000)
        self.post(5000, account="power", **self.tags)
        self.post(5000, kind="in_refund", **self.tags)
        self.budget.sudo().state = "closed"
        self.post(5000, **self.tags)

    def test_customer_invoice_asks_nothing(self):
        self.block()
        invoice = self.make_move(10, kind="out_invoice", account="grant")
        self.env.flush_all()
        with self.assertQueryCount(0):
            invoice._check_budget_rules()

    @mute_logger("odoo.sql_db")
    def test_two_at_once_collide(self):
        """The second of two checks of one line is sent back to the start.

        Two connections that commit, as two requests have them.
        """
        with db_connect(get_db_name()).cursor() as cr:
            ids = self._commit_line(api.Environment(cr, SUPERUSER_ID, {}))
        self.addCleanup(self._drop_line, ids)
        database = db_connect(get_db_name())
        with database.cursor() as first, database.cursor() as second:
            lines = [
                api.Environment(cr, SUPERUSER_ID, {})["account.budget.line"].browse(
                    ids["account.budget.line"]
                )
                for cr in (first, second)
            ]
            for line in lines:
                self.assertEqual(line.planned, 1000)
            rules = [
                line.env["account.budget.alert"].browse(ids["account.budget.alert"])
                for line in lines
            ]
            rules[0]._lock(lines[0])
            first.commit()
            with self.assertRaises(psycopg2.errors.SerializationFailure):
                rules[1]._lock(lines[1])
            second.rollback()

    def _commit_line(self, env):
        company = env.ref("base.main_company")
        account = env["account.account"].create(
            {"name": "Uji", "code": "699999", "account_type": "expense"}
        )
        budget = env["account.budget"].create(
            {
                "name": "Uji",
                "company_id": company.id,
                "date_from": date(2026, 1, 1),
                "date_to": date(2026, 12, 31),
                "line_ids": [
                    Command.create(
                        {
                            "name": "Uji",
                            "account_id": account.id,
                            "planned": 1000,
                            "date_from": date(2026, 1, 1),
                        }
                    )
                ],
            }
        )
        rule = env["account.budget.alert"].create(
            {"name": "Uji", "company_id": company.id, "action": "block"}
        )
        return {
            "account.budget.alert": rule.id,
            "account.budget.line": budget.line_ids.id,
            "account.budget": budget.id,
            "account.account": account.id,
        }

    def _drop_line(self, ids):
        with db_connect(get_db_name()).cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            for model, record_id in ids.items():
                env[model].browse(record_id).unlink()
