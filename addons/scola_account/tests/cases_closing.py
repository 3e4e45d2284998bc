# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import date

from psycopg2 import IntegrityError

from odoo.exceptions import UserError, ValidationError
from odoo.tools import mute_logger

from .common import YEAR
from .figures import ROWS, read_sql

START, END = date(YEAR, 1, 1), date(YEAR, 12, 31)
#: What school one spent of its BOS money, entries of 20 March and 2 April.
SPENT = 40_000_007


class ClosingCases:
    def make_closing(self, company, role="treasurer", propose=True, **values):
        closing = self.work_as(role)["scola.fiscal.closing"].create(
            {"company_id": company.id, "date": END, **values}
        )
        if propose:
            closing.action_propose()
        return closing

    def close(self, company, **values):
        closing = self.make_closing(company, **values)
        closing.action_close()
        self.env.flush_all()
        return closing

    def get_balance(self, code, company):
        self.env.flush_all()
        self.env.cr.execute(
            "SELECT COALESCE(SUM(balance), 0) FROM account_move_line "
            "WHERE account_id = %s AND company_id = %s AND parent_state = 'posted'",
            (self.find_account(code).id, company.id),
        )
        return float(self.env.cr.fetchone()[0])

    # === THE YEAR === #

    def test_closing_releases_what_was_spent_and_carries_over_the_rest(self):
        before = self.get_figures("position", self.one)
        closing = self.close(self.one)
        self.assertEqual(closing.state, "closed")
        self.assertEqual(closing.line_ids.release, SPENT)
        after = self.get_figures("position", self.one)
        self.assertEqual(after["assets"], before["assets"])
        self.assertFalse(after["difference"])
        self.assertEqual(round(after["result_u"], 2), 0)
        self.assertEqual(round(after["result_r"], 2), 0)
        self.assertEqual(round(after["net_u"] - before["net_u"], 2), SPENT)
        self.assertEqual(round(after["net_r"] - before["net_r"], 2), -SPENT)

    def test_ledger_after_closing(self):
        self.close(self.one)
        position = self.get_figures("position", self.one)
        bos = self.get_balance("11120012", self.one)
        self.assertEqual(-self.get_balance("32000010", self.one), bos)
        self.assertEqual(-self.get_balance("31000010", self.one), position["net_u"])
        self.assertEqual(self.get_balance("49000010", self.one), SPENT)
        self.assertEqual(self.get_balance("49000020", self.one), -SPENT)

    def test_every_statement_of_the_closed_foundation_equals_sql(self):
        for company in self.companies:
            self.close(company)
        for statement, rows in ROWS.items():
            figures = self.get_figures(statement, self.foundation, consolidated=True)
            expected = read_sql(self.env.cr, rows, self.companies, START, END)
            for name, figure in expected.items():
                self.assertEqual(
                    round(figures[name], 2), round(figure, 2), f"{statement}: {name}"
                )

    def test_a_fund_without_own_money_is_carried_over_whole(self):
        closing = self.close(self.foundation)
        self.assertEqual(closing.line_ids.release, 0)
        self.assertEqual(self.get_balance("32000040", self.foundation), -40_000_000)

    def test_net_assets_roll_forward_into_the_next_year(self):
        self.close(self.one)
        self.post(
            self.one,
            f"{YEAR + 1}-02-01",
            {"11120011": 7_000_000, "41100010": -7_000_000},
        )
        instance = self.open_statement(
            "net_assets", self.one, date=date(YEAR + 1, 6, 1), year_count=2
        )
        figures = self.read_figures(instance)
        for block in "ur":
            self.assertEqual(
                figures[f"opening_{block}"][0], figures[f"closing_{block}"][1]
            )
        self.assertEqual(figures["surplus_u"][0], 7_000_000)
        self.assertEqual(figures["closing_u"][0], figures["closing_u"][1] + 7_000_000)

    def test_income_reads_as_before_but_for_the_release(self):
        before = self.get_figures("income", self.one)
        self.close(self.one)
        after = self.get_figures("income", self.one)
        changed = {name for name in after if after[name] != before[name]}
        self.assertEqual(
            changed,
            {
                "released",
                "income_u",
                "surplus_u",
                "released_out",
                "income_r",
                "surplus_r",
            },
        )
        self.assertEqual(after["released"], SPENT)

    def test_the_next_year_closes_after_this_one(self):
        self.close(self.one)
        self.post(
            self.one,
            f"{YEAR + 1}-02-01",
            {"11120011": 7_000_000, "41100010": -7_000_000},
        )
        self.close(self.one, date=date(YEAR + 1, 3, 1))
        position = self.get_figures("position", self.one, date=date(YEAR + 1, 3, 1))
        self.assertEqual(round(position["result_u"] + position["result_r"], 2), 0)
        self.assertFalse(position["difference"])

    # === CHECKS === #

    def test_drafts_keep_the_year_open(self):
        self.post(self.one, END, {"11120011": 1_000, "41100010": -1_000}, post=False)
        with self.assertRaisesRegex(UserError, "draft"):
            self.close(self.one)

    def test_earlier_years_come_first(self):
        self.post(
            self.one,
            f"{YEAR - 1}-05-05",
            {"11120011": 1_000, "41100010": -1_000},
        )
        closing = self.make_closing(self.one)
        with self.assertRaisesRegex(UserError, "earlier fiscal year"):
            closing.action_close()
        self.close(self.one, date=date(YEAR - 1, 1, 1))
        closing.action_propose()
        closing.action_close()
        figures = self.get_figures("position", self.one)
        self.assertEqual(round(figures["result_u"], 2), 0)

    def test_figures_that_changed_are_proposed_anew(self):
        closing = self.make_closing(self.one)
        self.post(self.one, END, {"11120012": 1_000, "43100010": -1_000})
        with self.assertRaisesRegex(UserError, "Propose"):
            closing.action_close()
        closing.action_propose()
        closing.action_close()

    def test_a_negative_bank_is_a_warning_to_be_looked_at(self):
        self.post(
            self.two,
            END,
            {"62100010": 900_000_000, "11120011": -900_000_000},
        )
        closing = self.make_closing(self.two)
        with self.assertRaisesRegex(UserError, "negative"):
            closing.action_close()
        closing.accept_warnings = True
        closing.action_close()
        self.assertEqual(closing.state, "closed")

    def test_what_was_released_by_hand_is_shared_out(self):
        self.post(self.one, END, {"49000010": 5_000, "49000020": -5_000})
        closing = self.make_closing(self.one)
        with self.assertRaisesRegex(UserError, "Released by Hand"):
            closing.action_close()
        closing.line_ids.write({"released_by_hand": 5_000, "release": SPENT - 5_000})
        closing.action_close()
        self.assertEqual(self.get_balance("49000010", self.one), SPENT)
        position = self.get_figures("position", self.one)
        self.assertEqual(round(position["result_u"], 2), 0)
        self.assertEqual(round(position["result_r"], 2), 0)

    def test_restricted_income_needs_a_fund(self):
        self.find_account("43100010").net_asset_account_id = False
        with self.assertRaisesRegex(UserError, "Net Asset Fund"):
            self.close(self.one)

    def test_a_fund_is_restricted_equity(self):
        with self.assertRaisesRegex(ValidationError, "Net Asset Fund"):
            self.find_account("43100010").net_asset_account_id = self.find_account(
                "31000010"
            )

    # === ONCE === #

    def test_one_closing_per_company_and_year(self):
        self.close(self.one)
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            self.make_closing(self.one, propose=False, date=START)

    def test_closing_again_is_refused(self):
        closing = self.close(self.one)
        with self.assertRaisesRegex(UserError, "closed already"):
            closing.action_close()
        with self.assertRaisesRegex(UserError, "kept for the auditor"):
            closing.unlink()
        with self.assertRaisesRegex(ValidationError, "Reopen it"):
            closing.line_ids.release = 1

    # === REOPENING === #

    def test_reopening_restores_the_figures(self):
        before = self.get_figures("position", self.one)
        closing = self.close(self.one)
        closing.action_reopen()
        self.assertEqual(closing.state, "cancelled")
        self.assertEqual(self.get_figures("position", self.one), before)
        again = self.close(self.one)
        self.assertEqual(again.line_ids.release, SPENT)

    def test_a_locked_year_stays_closed(self):
        closing = self.close(self.one, role="admin", lock=True)
        self.assertEqual(self.one.fiscalyear_lock_date, END)
        with self.assertRaisesRegex(UserError, "Lock Date"):
            closing.action_reopen()

    def test_a_locked_year_is_not_closed(self):
        """Its entries would be posted on the first open day, in another year."""
        closing = self.make_closing(self.one)
        self.one.sudo().fiscalyear_lock_date = END
        with self.assertRaisesRegex(UserError, "Lock Date"):
            closing.action_close()
        self.assertEqual((closing.state, closing.move_id.ids), ("draft", []))

    def test_only_administrators_lock(self):
        with self.assertRaisesRegex(UserError, "Lock the Year"):
            self.close(self.one, lock=True)
        self.assertFalse(self.one.fiscalyear_lock_date)

    def test_later_years_are_reopened_first(self):
        closing = self.close(self.one)
        self.close(self.one, date=date(YEAR + 1, 3, 1))
        with self.assertRaisesRegex(UserError, "Reopen that year first"):
            closing.action_reopen()
