# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import date
from unittest.mock import patch

from psycopg2 import IntegrityError
from psycopg2.errors import SerializationFailure

from odoo import SUPERUSER_ID, Command, api
from odoo.exceptions import AccessError
from odoo.tests import freeze_time, new_test_user, tagged
from odoo.tools import mute_logger

from odoo.addons.scola_account.tests.common import YEAR, ScolaAccountCommon
from odoo.addons.scola_account.tests.figures import POSITION_ROWS, read_sql

BILLED, PAYABLE = "11210110", "21100010"
OWED_TO, OWED_BY = "11210910", "21100910"
INCOME, EXPENSE, BANK = "41100010", "62100020", "11120013"
MODEL = "odoo.addons.scola_account_clearing.models.scola_school_clearing"


@tagged("post_install", "-at_install")
@freeze_time("2026-11-16 03:00:00")
class TestClearing(ScolaAccountCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.family, cls.other_family = cls.env["res.partner"].create(
            [{"name": "Keluarga Santoso"}, {"name": "Keluarga Wijaya"}]
        )
        cls.Clearing = cls.env["scola.school.clearing"].sudo()

    # === HELPERS === #

    @classmethod
    def book(cls, company, day, amounts, partner=None):
        """Post an entry; return its line on the first account."""
        values = cls.prepare_move(company, f"{YEAR}-{day}", amounts)
        values["line_ids"][0][2]["partner_id"] = (partner or cls.family).id
        move = cls.work_as("treasurer")["account.move"].create(values)
        move.action_post()
        return move.line_ids.filtered("partner_id")

    def bill(self, company, amount, day="02-01", partner=None):
        return self.book(company, day, {BILLED: amount, INCOME: -amount}, partner)

    def pay(self, company, amount, day="02-10", partner=None):
        return self.book(company, day, {BILLED: -amount, BANK: amount}, partner)

    def collect(self, amount=300_000, **values):
        """Return a bill of school one and a payment of it at the foundation."""
        bill, payment = self.bill(self.one, amount), self.pay(self.foundation, amount)
        (bill | payment).reconcile()
        return bill, payment

    def clear(self, root=None):
        counts = self.Clearing._clear(root or self.foundation)
        self.env.flush_all()
        return counts

    def find(self):
        return self.Clearing.search(
            [("debit_company_id", "in", self.companies.ids)], order="id"
        )

    def read_balances(self, *codes, companies=None):
        """Return debit less credit on accounts of each company, by SQL."""
        self.env.flush_all()
        accounts = [self.find_account(code).id for code in codes]
        balances = []
        for company in companies or (self.one, self.two, self.foundation):
            self.env.cr.execute(
                "SELECT COALESCE(SUM(balance), 0) FROM account_move_line"
                " WHERE account_id = ANY(%s) AND company_id = %s"
                " AND parent_state = 'posted'",
                [accounts, company.id],
            )
            balances.append(float(self.env.cr.fetchone()[0]))
        return balances

    def read_consolidated(self):
        """Return the consolidated position but for what is eliminated in it."""
        figures = self.get_figures("position", self.foundation, consolidated=True)
        for side in ("asset", "liability"):
            inter = figures.pop(f"inter_{side}") + figures.pop(f"eliminated_{side}")
            self.assertEqual(inter, 0)
        return figures

    def lock_main_company(self, cr):
        env = api.Environment(cr, SUPERUSER_ID, {})
        env["scola.school.clearing"]._lock_root(env.ref("base.main_company"))

    def assert_nothing_open(self, clearings):
        moves = clearings.debit_move_id | clearings.credit_move_id
        moves |= clearings.debit_reversal_id | clearings.credit_reversal_id
        lines = moves.line_ids.filtered(
            lambda line: line.account_id.account_type.endswith("able")
        )
        self.assertTrue(lines)
        self.assertTrue(all(lines.mapped("reconciled")))
        self.assertEqual(set(moves.mapped("state")), {"posted"})

    # === WHAT IS BOOKED === #

    def test_foundation_collects_for_two_schools(self):
        """One family with children at both schools pays both bills at once."""
        bills = self.bill(self.one, 300_000) | self.bill(self.two, 200_000, "02-02")
        payment = self.pay(self.foundation, 500_000)
        (bills | payment).reconcile()
        self.assertEqual(self.read_balances(BILLED), [300_000, 200_000, -500_000])
        whole = self.read_consolidated()

        self.assertEqual(self.clear(), (2, 0))

        self.assertEqual(self.read_balances(BILLED), [0, 0, 0])
        self.assertEqual(self.read_balances(OWED_TO), [300_000, 200_000, 0])
        self.assertEqual(self.read_balances(OWED_BY), [0, 0, -500_000])
        self.assertEqual(self.read_consolidated(), whole)
        rows = {
            name: POSITION_ROWS[name]
            for name in ("student_receivable", "inter_asset", "inter_liability", "cash")
        }
        start, end = date(YEAR, 1, 1), date(YEAR, 12, 31)
        for company in self.companies:
            expected = read_sql(self.env.cr, rows, company, start, end)
            figures = self.get_figures("position", company)
            self.assertEqual({name: figures[name] for name in rows}, expected)
        clearings = self.find()
        self.assertEqual(clearings.debit_company_id, self.one | self.two)
        self.assertEqual(set(clearings.mapped("date")), {date(YEAR, 2, 10)})
        self.assertEqual(clearings.partner_id, self.family)
        self.assert_nothing_open(clearings)

    def test_one_pair_of_entries_for_a_day(self):
        for amount in (100_000, 120_000):
            self.collect(amount)
        bill = self.bill(self.one, 50_000, partner=self.other_family)
        payment = self.pay(self.foundation, 50_000, partner=self.other_family)
        (bill | payment).reconcile()
        self.assertEqual(self.clear(), (3, 0))
        clearings = self.find()
        [entry] = clearings.debit_move_id
        [other] = clearings.credit_move_id
        self.assertEqual(
            sorted(entry.line_ids.mapped("balance")), [-220_000, -50_000, 270_000]
        )
        self.assertEqual(
            sorted(other.line_ids.mapped("balance")), [-270_000, 50_000, 220_000]
        )
        self.assertEqual(entry.company_id, self.one)
        self.assertEqual(other.company_id, self.foundation)
        self.assertEqual((entry | other).journal_id, self.journal)
        self.assertFalse((entry | other).line_ids.filtered("analytic_distribution"))
        self.assert_nothing_open(clearings)

    def test_again_changes_nothing(self):
        self.collect()
        self.clear()
        before = self.find().mapped("write_date"), self.env["account.move"].search([])
        self.assertEqual(self.clear(), (0, 0))
        self.assertEqual(
            (self.find().mapped("write_date"), self.env["account.move"].search([])),
            before,
        )

    def test_partial_payment(self):
        bill = self.bill(self.one, 300_000)
        (bill | self.pay(self.foundation, 100_000)).reconcile()
        self.clear()
        self.assertEqual(self.read_balances(BILLED), [200_000, 0, 0])
        self.assertEqual(bill.amount_residual, 200_000)
        self.assert_nothing_open(self.find())
        (bill | self.pay(self.foundation, 200_000, "03-10")).reconcile()
        self.assertEqual(self.clear(), (1, 0))
        self.assertEqual(self.read_balances(BILLED), [0, 0, 0])
        self.assertEqual(self.read_balances(OWED_TO), [300_000, 0, 0])
        self.assertEqual(
            self.find().mapped("date"), [date(YEAR, 2, 10), date(YEAR, 3, 10)]
        )

    def test_vendor_bill_paid_by_another_company(self):
        bill = self.book(self.two, "03-01", {PAYABLE: -70_000, EXPENSE: 70_000})
        payment = self.book(self.foundation, "03-05", {PAYABLE: 70_000, BANK: -70_000})
        (bill | payment).reconcile()
        self.assertEqual(self.clear(), (1, 0))
        self.assertEqual(self.read_balances(PAYABLE), [0, 0, 0])
        self.assertEqual(self.read_balances(OWED_TO), [0, 0, 70_000])
        self.assertEqual(self.read_balances(OWED_BY), [0, -70_000, 0])
        self.assert_nothing_open(self.find())

    def test_invoice_and_payment_keep_their_state(self):
        treasurer = self.work_as("treasurer")
        sales = treasurer["account.journal"].search(
            [("company_id", "=", self.foundation.id), ("type", "=", "sale")], limit=1
        )
        income = self.find_account(INCOME)
        line = {"name": "SPP", "price_unit": 80_000, "account_id": income.id}
        invoice = treasurer["account.move"].create(
            {
                "move_type": "out_invoice",
                "company_id": self.one.id,
                "journal_id": sales.id,
                "partner_id": self.family.id,
                "invoice_date": f"{YEAR}-02-01",
                "invoice_line_ids": [Command.create({**line, "tax_ids": []})],
            }
        )
        invoice.action_post()
        self.assertEqual(invoice.company_id, self.one)
        debit = invoice.line_ids.filtered(lambda item: item.account_id != income)
        amounts = {debit.account_id.code: -80_000, BANK: 80_000}
        (debit | self.book(self.foundation, "02-09", amounts)).reconcile()
        state = invoice.payment_state
        self.assertIn(state, ("paid", "in_payment"))
        self.assertEqual(self.clear(), (1, 0))
        self.assertEqual(self.read_balances(debit.account_id.code), [0, 0, 0])
        self.assertEqual(invoice.payment_state, state)
        self.assertFalse(invoice.amount_residual)

    def test_own_payment_is_left_alone(self):
        (self.bill(self.one, 1_000) | self.pay(self.one, 1_000)).reconcile()
        self.assertEqual(self.clear(), (0, 0))

    def test_settling_between_the_companies_is_left_alone(self):
        """Accounts between schools are what is booked on; they are not cleared."""
        one = self.book(self.one, "05-01", {OWED_TO: 9_000, INCOME: -9_000})
        two = self.book(self.two, "05-01", {OWED_TO: -9_000, EXPENSE: 9_000})
        one.account_id.sudo().account_type = "asset_receivable"
        (one | two).reconcile()
        self.assertEqual(self.clear(), (0, 0))

    # === UNDONE === #

    def test_undone_matching_is_reversed(self):
        bill, payment = self.collect()
        self.clear()
        payment.remove_move_reconcile()
        self.assertEqual(self.clear(), (0, 1))
        self.assertEqual(self.read_balances(BILLED), [300_000, 0, -300_000])
        self.assertEqual(self.read_balances(OWED_TO, OWED_BY), [0, 0, 0])
        clearing = self.find()
        self.assertEqual(clearing.state, "reversed")
        self.assertEqual(clearing.debit_reversal_id.date, date(YEAR, 2, 10))
        self.assert_nothing_open(clearing)
        self.assertEqual(self.clear(), (0, 0))
        (bill | payment).reconcile()
        self.assertEqual(self.clear(), (1, 0))
        self.assertEqual(self.read_balances(BILLED), [0, 0, 0])
        self.assertEqual(self.find().mapped("state"), ["reversed", "booked"])

    def test_one_of_several_is_undone(self):
        self.collect()
        bill, _payment = self.collect(40_000)
        self.clear()
        bill.remove_move_reconcile()
        self.assertEqual(self.clear(), (0, 1))
        self.assertEqual(self.read_balances(BILLED), [40_000, 0, -40_000])
        self.assertEqual(self.read_balances(OWED_TO), [300_000, 0, 0])
        self.assertEqual(self.read_balances(OWED_BY), [0, 0, -300_000])

    # === DAYS === #

    def test_locked_period_of_either_company(self):
        self.collect()
        bill, payment = self.bill(self.two, 5_000), self.pay(self.foundation, 5_000)
        (bill | payment).reconcile()
        self.two.sudo().fiscalyear_lock_date = date(YEAR, 3, 31)
        self.clear()
        one, two = self.find()
        self.assertEqual(one.date, date(YEAR, 2, 10))
        self.assertEqual(two.date, date(YEAR, 4, 1))
        for clearing in (one, two):
            moves = clearing.debit_move_id | clearing.credit_move_id
            self.assertEqual(moves.mapped("date"), [clearing.date] * 2)

    def test_lock_of_the_foundation_binds_reversals(self):
        _bill, payment = self.collect()
        self.clear()
        payment.remove_move_reconcile()
        self.foundation.sudo().fiscalyear_lock_date = date(YEAR, 6, 30)
        self.assertEqual(self.clear(), (0, 1))
        clearing = self.find()
        reversals = clearing.debit_reversal_id | clearing.credit_reversal_id
        self.assertEqual(reversals.mapped("date"), [date(YEAR, 7, 1)] * 2)

    # === WHAT IS LEFT ALONE === #

    def test_other_foundations_are_untouched(self):
        self.collect()
        other = self.env["res.company"].create({"name": "Yayasan Lain"})
        self.assertEqual(self.clear(other), (0, 0))
        self.assertFalse(self.find())

    def test_without_the_accounts(self):
        self.collect()
        self.find_account(OWED_BY).code = "21100911"
        with self.assertLogs(MODEL, "WARNING") as logs:
            self.assertEqual(self.clear(), (0, 0))
        self.assertEqual(len(logs.output), 1)
        self.assertIn("Yayasan Buku", logs.output[0])
        self.assertFalse(self.find())

    def test_foreign_currency(self):
        dollar = self.env.ref("base.USD")
        dollar.active = True
        lines = self.env["account.move.line"]
        for company, sign, other in (
            (self.one, 1, INCOME),
            (self.foundation, -1, BANK),
        ):
            values = self.prepare_move(
                company, f"{YEAR}-02-01", {BILLED: sign * 16_000, other: -sign * 16_000}
            )
            values["line_ids"][0][2].update(currency_id=dollar.id, amount_currency=sign)
            move = self.env["account.move"].create(values)
            move.action_post()
            lines |= move.line_ids.filtered(lambda line: line.currency_id == dollar)
        lines.reconcile()
        with self.assertLogs(MODEL, "WARNING") as logs:
            self.assertEqual(self.clear(), (0, 0))
        self.assertEqual(len(logs.output), 1)

    # === WHO === #

    def test_treasurer_of_one_school_clears(self):
        self.collect()
        treasurer = new_test_user(
            self.env,
            "clearing.treasurer",
            groups="scola_school.group_treasurer",
            company_id=self.one.id,
            company_ids=[Command.set(self.one.ids)],
        )
        env = self.env(
            user=treasurer,
            context=dict(self.env.context, allowed_company_ids=self.one.ids),
        )
        env["scola.school.clearing"].action_clear()
        self.assertEqual(self.read_balances(BILLED), [0, 0, 0])
        clearing = env["scola.school.clearing"].search([])
        self.assertEqual(clearing.ids, self.find().ids)
        action = clearing.action_open_entries()
        entries = env["account.move"].search(action["domain"])
        self.assertEqual(entries.company_id, self.one)

    def test_others_may_not_clear(self):
        self.collect()
        for role in ("auditor", "cashier", "homeroom"):
            with self.subTest(role=role), self.assertRaises(AccessError):
                self.work_as(role)["scola.school.clearing"].action_clear()
        self.assertFalse(self.find())

    def test_read_by_accountants_and_auditors_written_by_nobody(self):
        self.collect()
        self.clear()
        [clearing] = self.find()
        for role in ("admin", "treasurer", "auditor"):
            mine = self.work_as(role)["scola.school.clearing"].browse(clearing.id)
            with self.subTest(role=role):
                self.assertEqual(mine.read(["amount"])[0]["amount"], 300_000)
                with self.assertRaises(AccessError):
                    mine.copy()
                with self.assertRaises(AccessError):
                    mine.write({"state": "reversed"})
                with self.assertRaises(AccessError):
                    mine.unlink()
        for role in ("cashier", "homeroom"):
            mine = self.work_as(role)["scola.school.clearing"].browse(clearing.id)
            with self.subTest(role=role), self.assertRaises(AccessError):
                mine.read(["amount"])

    def test_own_schools_only(self):
        self.collect()
        self.clear()
        stranger = new_test_user(
            self.env,
            "clearing.stranger",
            groups="scola_school.group_treasurer",
            company_id=self.two.id,
            company_ids=[Command.set(self.two.ids)],
        )
        env = self.env(
            user=stranger,
            context=dict(self.env.context, allowed_company_ids=self.two.ids),
        )
        self.assertFalse(env["scola.school.clearing"].search([]))

    # === WHEN === #

    def test_closing_clears_first(self):
        self.collect()
        closing = self.work_as("treasurer")["scola.fiscal.closing"].create(
            {"company_id": self.one.id, "date": f"{YEAR}-01-01"}
        )
        with self.assertRaises(AccessError):
            closing.with_user(self.users["auditor"]).action_propose()
        self.assertFalse(self.find())
        closing.action_propose()
        self.assertEqual(self.read_balances(BILLED), [0, 0, 0])

    def test_one_foundation_that_fails_does_not_stop_the_others(self):
        self.collect()
        other = self.env["res.company"].create({"name": "Yayasan Rusak"})
        self.env["res.company"].create({"name": "SD Rusak", "parent_id": other.id})
        done = []

        def clear_root(clearing, root):
            if root == other:
                self.collect(1)
                raise ValueError("broken")
            done.append(root)
            return original(clearing, root)

        original = type(self.Clearing)._clear_root
        count = self.env["account.move"].search_count([])
        with (
            patch.object(type(self.Clearing), "_clear_root", clear_root),
            patch.object(
                type(self.env["ir.cron"]), "_commit_progress", lambda *a, **kw: 60.0
            ),
            mute_logger(MODEL),
        ):
            self.Clearing._cron_clear()
        self.assertIn(self.foundation, done)
        self.assertEqual(self.read_balances(BILLED), [0, 0, 0])
        self.assertEqual(self.env["account.move"].search_count([]), count + 2)

    # === TWO AT ONCE === #

    def test_a_matching_is_booked_once(self):
        self.collect()
        self.clear()
        [values] = self.find().copy_data()
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(IntegrityError),
            self.env.cr.savepoint(),
        ):
            self.Clearing.create(values)

    def test_who_comes_second_begins_anew(self):
        """With what it read before the first one was done, it may not go on."""
        with self.registry.cursor() as second:
            second.execute("SELECT 1 FROM res_company")
            # Committed when it is left.
            with self.registry.cursor() as first:
                self.lock_main_company(first)
            with mute_logger("odoo.sql_db"), self.assertRaises(SerializationFailure):
                self.lock_main_company(second)
            second.rollback()

    def test_it_is_locked_before_anything_is_booked(self):
        self.collect()
        with (
            patch.object(
                type(self.Clearing), "_lock_root", side_effect=ZeroDivisionError
            ),
            self.assertRaises(ZeroDivisionError),
        ):
            self.clear()
        self.assertFalse(self.find())
