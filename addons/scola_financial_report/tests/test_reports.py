# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import io
import json
from collections import Counter
from datetime import date

from openpyxl import load_workbook

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import Form, tagged
from odoo.tools import SQL

from odoo.addons.scola_fees.tests.common import ScolaFeesCommon

OCTOBER, NOVEMBER = date(2026, 10, 1), date(2026, 11, 1)
TODAY = date(2026, 11, 16)
REPORTS = {
    "general_ledger": "general.ledger.report.wizard",
    "trial_balance": "trial.balance.report.wizard",
    "open_items": "open.items.report.wizard",
    "aged_partner_balance": "aged.partner.balance.report.wizard",
    "journal_ledger": "journal.ledger.report.wizard",
}


@tagged("post_install", "-at_install")
class TestReports(ScolaFeesCommon):
    """Ana (VII A) and Bima (VIII A) are of one family; Citra sat in VII A in October
    and moved to VII B on 10 November; Dewi is at the other school."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        family = cls.make_family()
        programme = cls.env["scola.study.programme"].create(
            {
                "name": "Tahfiz",
                "code": "THF",
                "level_id": cls.level.id,
                "company_id": cls.school.id,
            }
        )
        cls.programme = programme
        cls.ana = cls.make_student(cls.class_7a, family_id=family.id)
        cls.bima = cls.make_student(
            cls.class_8a, family_id=family.id, programme_id=programme.id
        )
        cls.citra = cls.make_student(cls.class_7a)
        cls.dewi = cls.make_student(cls.other_class_7a)
        cls._bill(cls.ana | cls.citra, 450_000)
        cls._bill(cls.bima, 300_000)
        cls._bill(cls.dewi, 700_000, company=cls.other_school)
        cls.citra._place(cls.class_7b, date=date(2026, 11, 10))
        october = cls._find_moves(cls.ana | cls.bima, OCTOBER)
        cls.pay(october, amount=600_000, group_payment=True)
        cls.env.flush_all()

    @classmethod
    def _bill(cls, students, amount, company=None):
        company = company or cls.school
        component = cls.make_component("Iuran", company_id=cls.foundation.id)
        template = cls.make_template(
            cls.line_vals(component, amount), company=company, date_start=OCTOBER
        )
        rows = cls.plan(cls.enroll(students, template), TODAY)
        for day in (OCTOBER, NOVEMBER):
            cls.bill(rows.filtered(lambda row, day=day: row.bill_date == day), day)

    @classmethod
    def _find_moves(cls, students, day):
        return cls.env["account.move"].search(
            [("student_id", "in", students.ids), ("invoice_date", "=", day)]
        )

    # === HELPERS === #

    def _open(self, report, role="treasurer", **vals):
        """Return a wizard of the school as a user of one role fills it in."""
        user = self.users[role]
        wizard = (
            self.env[REPORTS[report]]
            .with_user(user)
            .with_context(allowed_company_ids=user.company_ids.ids)
        )
        dates = {"date_at": TODAY}
        if "date_to" in wizard._fields:
            dates = {"date_from": OCTOBER, "date_to": TODAY}
        return wizard.create(
            {
                "company_id": self.school.id,
                **dates,
                **(
                    {"account_ids": self._receivable().ids}
                    if self._ages(report)
                    else {}
                ),
                **vals,
            }
        )

    def _ages(self, report):
        return report in ("open_items", "aged_partner_balance")

    def _receivable(self):
        return self._find_moves(self.ana, OCTOBER).line_ids.account_id.filtered(
            lambda account: account.account_type == "asset_receivable"
        )

    def _data(self, wizard):
        """Return the data of a report as the web client sends them back."""
        return json.loads(json.dumps(wizard._prepare_report_data(), default=str))

    def _values(self, report, wizard):
        model = wizard.env[f"report.account_financial_report.{report}"]
        return model._get_report_values(wizard.ids, self._data(wizard))

    def _sums(self, students, until=TODAY, since=OCTOBER, fname="balance"):
        """Return the sums per account by SQL of our own."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT l.account_id, sum(%(column)s)
                  FROM account_move_line l
                  JOIN account_move m ON m.id = l.move_id
                 WHERE m.student_id = ANY(%(students)s) AND m.state = 'posted'
                   AND l.company_id = %(company)s
                   AND l.date BETWEEN %(since)s AND %(until)s
                 GROUP BY l.account_id
                """,
                column=SQL.identifier("l", fname),
                students=students.ids,
                company=self.school.id,
                since=since,
                until=until,
            )
        )
        return {account: float(amount) for account, amount in rows if amount}

    def _class_7a(self):
        return {"classroom_ids": [Command.set(self.class_7a.ids)]}

    # === FIGURES === #

    def test_filters_find_students(self):
        """By the class they sat in last on the last day of the report."""
        for vals, students in (
            (self._class_7a(), self.ana),
            ({**self._class_7a(), "date_to": "2026-10-31"}, self.ana | self.citra),
            (
                {"classroom_ids": [Command.set((self.class_7b | self.class_8a).ids)]},
                self.bima | self.citra,
            ),
            ({"programme_ids": [Command.set(self.programme.ids)]}, self.bima),
            (
                {
                    **self._class_7a(),
                    "programme_ids": [Command.set(self.programme.ids)],
                },
                self.env["scola.student"],
            ),
        ):
            with self.subTest(vals=vals):
                wizard = self._open("trial_balance", **vals)
                self.assertEqual(
                    wizard._get_student_domain(), [("student_id", "in", students.ids)]
                )
        level = self._open("open_items", level_ids=[Command.set(self.level.ids)])
        ((_field, _operator, found),) = level._get_student_domain()
        self.assertLessEqual({self.ana.id, self.bima.id, self.citra.id}, set(found))
        self.assertEqual(self._open("open_items")._get_student_domain(), [])

    def test_those_who_left_are_where_they_sat_last(self):
        self.ana.placement_ids._close("left", date=date(2026, 11, 5))
        wizard = self._open("aged_partner_balance", **self._class_7a())
        self.assertEqual(
            wizard._get_student_domain(), [("student_id", "in", self.ana.ids)]
        )

    def test_general_ledger(self):
        for vals, students in (
            (self._class_7a(), self.ana),
            (
                {**self._class_7a(), "date_to": date(2026, 10, 31)},
                self.ana | self.citra,
            ),
        ):
            wizard = self._open("general_ledger", **vals)
            ledger = self._values("general_ledger", wizard)["general_ledger"]
            found = {
                account["id"]: account["fin_bal"]["balance"]
                for account in ledger
                if account["fin_bal"]["balance"]
            }
            self.assertEqual(found, self._sums(students, until=wizard.date_to))

    def test_general_ledger_opens_with_earlier_bills(self):
        """Also at a school, whose accounts are those of its foundation."""
        wizard = self._open("general_ledger", date_from=NOVEMBER, **self._class_7a())
        ledger = self._values("general_ledger", wizard)["general_ledger"]
        account = self._receivable()
        ((init, final),) = [
            (found["init_bal"]["balance"], found["fin_bal"]["balance"])
            for found in ledger
            if found["id"] == account.id
        ]
        self.assertEqual((init, final), (450_000, 900_000))

    def test_trial_balance(self):
        wizard = self._open("trial_balance", date_from=NOVEMBER, **self._class_7a())
        balances = self._values("trial_balance", wizard)["total_amount"]
        account = self._receivable()
        before = self._sums(self.ana, until=date(2026, 10, 31))
        for account_id, amount in self._sums(self.ana).items():
            self.assertEqual(balances[account_id]["ending_balance"], amount)
            self.assertEqual(
                balances[account_id]["initial_balance"], before[account_id]
            )
        self.assertEqual(balances[account.id]["debit"], 450_000)

    def test_trial_balance_of_the_whole_school(self):
        """Without a filter: payments as well, and the opening balances."""
        wizard = self._open("trial_balance", date_from=NOVEMBER)
        balances = self._values("trial_balance", wizard)["total_amount"]
        ((opening,),) = self.env.execute_query(
            SQL(
                "SELECT sum(balance) FROM account_move_line WHERE account_id = %s"
                " AND company_id = %s AND date < %s AND parent_state = 'posted'",
                self._receivable().id,
                self.school.id,
                NOVEMBER,
            )
        )
        self.assertEqual(opening, 1_200_000)
        self.assertEqual(
            balances[self._receivable().id]["initial_balance"], float(opening)
        )

    def test_open_items(self):
        wizard = self._open("open_items", **self._class_7a())
        values = self._values("open_items", wizard)
        self.assertEqual(
            values["total_amount"][self._receivable().id]["residual"],
            sum(self._sums(self.ana, fname="amount_residual").values()),
        )
        both = {"classroom_ids": [Command.set((self.class_7a | self.class_8a).ids)]}
        total = self._values("open_items", self._open("open_items", **both))
        self.assertEqual(
            total["total_amount"][self._receivable().id]["residual"],
            900_000 + 600_000 - 600_000,
        )

    def test_open_items_before_the_payment(self):
        wizard = self._open(
            "open_items", date_at=date(2026, 11, 15), **self._class_7a()
        )
        total = self._values("open_items", wizard)["total_amount"]
        self.assertEqual(total[self._receivable().id]["residual"], 900_000)

    def test_aged_receivables(self):
        wizard = self._open("aged_partner_balance", **self._class_7a())
        (account,) = self._values("aged_partner_balance", wizard)[
            "aged_partner_balance"
        ]
        self.assertEqual(
            account["residual"],
            sum(self._sums(self.ana, fname="amount_residual").values()),
        )
        rows = self.env.execute_query(
            SQL(
                """
                SELECT CASE WHEN l.date_maturity >= %(day)s THEN 'current'
                            WHEN l.date_maturity >= %(day)s - 30 THEN '30_days'
                            ELSE '60_days' END, sum(l.amount_residual)
                  FROM account_move_line l JOIN account_move m ON m.id = l.move_id
                 WHERE m.student_id = %(student)s AND l.account_id = %(account)s
                 GROUP BY 1
                """,
                day=TODAY,
                student=self.ana.id,
                account=account["id"],
            )
        )
        ages = Counter({age: float(amount) for age, amount in rows})
        for age in ("current", "30_days", "60_days"):
            self.assertEqual(account[age], ages[age], age)

    def test_journal_ledger(self):
        wizard = self._open("journal_ledger", **self._class_7a())
        values = self._values("journal_ledger", wizard)
        moves = self._find_moves(self.ana, OCTOBER) | self._find_moves(
            self.ana, NOVEMBER
        )
        self.assertEqual({move["move_id"] for move in values["Moves"]}, set(moves.ids))
        (journal,) = [
            found for found in values["Journal_Ledgers"] if found["report_moves"]
        ]
        self.assertEqual(
            journal["debit"], sum(self._sums(self.ana, fname="debit").values())
        )

    # === ACCOUNTS === #

    def test_taxes_are_not_aged(self):
        self.assertTrue(
            self.env["account.account"].search(
                [("non_trade", "=", True), ("company_ids", "in", self.foundation.ids)]
            )
        )
        wizard = self._open("aged_partner_balance", receivable_accounts_only=True)
        wizard.onchange_type_accounts_only()
        taxes = wizard.account_ids.filtered("non_trade")
        self.assertTrue(taxes)
        aged = wizard._prepare_report_data()["account_ids"]
        self.assertIn(self._receivable().id, aged)
        self.assertFalse(set(aged) & set(taxes.ids))
        wizard.include_non_trade = True
        self.assertLessEqual(
            set(taxes.ids), set(wizard._prepare_report_data()["account_ids"])
        )
        wizard.write({"include_non_trade": False, "account_ids": taxes.ids})
        with self.assertRaises(UserError):
            wizard._prepare_report_data()

    def test_a_school_finds_the_accounts_of_its_foundation(self):
        for report in ("general_ledger", "trial_balance"):
            wizard = self._open(report)
            self.assertTrue(wizard._only_one_unaffected_earnings_account(), report)
            wizard.receivable_accounts_only = True
            wizard.onchange_type_accounts_only()
            self.assertIn(self._receivable(), wizard.account_ids)

    # === OUTPUT === #

    def test_html_and_xlsx_name_the_filter(self):
        own = self._find_moves(self.ana, NOVEMBER).name
        others = self._find_moves(self.bima, NOVEMBER).name
        for report in REPORTS:
            vals = {"show_move_line_details": True} if "aged" in report else {}
            wizard = self._open(report, **self._class_7a(), **vals)
            data = self._data(wizard)
            render = wizard.env["ir.actions.report"]
            content = {
                "html": render._render_qweb_html(
                    f"account_financial_report.{report}", wizard.ids, data
                )[0].decode(),
                "xlsx": self._read_xlsx(
                    render._render_xlsx(
                        f"a_f_r.report_{report}_xlsx", wizard.ids, data
                    )[0]
                ),
            }
            for kind, text in content.items():
                with self.subTest(report=report, kind=kind):
                    self.assertIn("VII A (2026/2027)", text)
                    self.assertNotIn(others, text)
                    if report != "trial_balance":
                        self.assertIn(own, text)

    def _read_xlsx(self, content):
        """Return all cells: the journal ledger has a sheet for each journal."""
        return "\n".join(
            str(cell)
            for sheet in load_workbook(io.BytesIO(content))
            for row in sheet.values
            for cell in row
            if cell is not None
        )

    def test_wizards_in_the_client(self):
        for report, name in REPORTS.items():
            wizard = self.env[name].with_user(self.treasurer)
            arch = wizard.get_view(view_type="form")["arch"]
            self.assertIn("classroom_ids", arch, report)

    def test_accounts_of_the_foundation_are_chosen_in_the_client(self):
        receivable = self._receivable()
        for report in REPORTS.keys() - {"journal_ledger"}:
            form = Form(self.env[REPORTS[report]].with_user(self.treasurer))
            with self.subTest(report=report, by="type"):
                form.receivable_accounts_only = True
                form.classroom_ids.add(self.class_7a)
                self.assertIn(receivable, form.account_ids[:])
            form.receivable_accounts_only = False
            with self.subTest(report=report, by="range"):
                form.account_code_from = form.account_code_to = receivable
                self.assertEqual(form.account_ids[:], receivable)

    # === ACCESS === #

    def test_who_reads_the_ledger_reads_it_by_class(self):
        for role in ("treasurer", "auditor", "admin"):
            wizard = self._open("open_items", role, **self._class_7a())
            total = self._values("open_items", wizard)["total_amount"]
            self.assertTrue(total[self._receivable().id]["residual"], role)
        for role in ("cashier", "homeroom"):
            with self.subTest(role=role), self.assertRaises(AccessError):
                wizard = self._open("open_items", role, **self._class_7a())
                self._values("open_items", wizard)

    def test_another_school_is_closed(self):
        self.users["stranger"] = self.make_user("treasurer", self.other_school)
        with self.assertRaises(AccessError):
            wizard = self._open("open_items", "stranger", **self._class_7a())
            self._values("open_items", wizard)

    def test_an_accountant_without_a_role_at_the_school(self):
        """Sees no filters, and reports as ever."""
        user = self.make_user("staff")
        user.group_ids = self.env.ref("account.group_account_user")
        self.users["plain"] = user
        wizard = self._open("open_items", "plain")
        self.assertTrue(self._values("open_items", wizard)["total_amount"])
        self.assertNotIn("classroom_ids", wizard.get_view(view_type="form")["arch"])
        with self.assertRaises(AccessError):
            wizard.read(["classroom_ids"])
