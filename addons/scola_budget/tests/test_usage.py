# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo.exceptions import ValidationError
from odoo.fields import Command
from odoo.tests import Form, tagged

from .common import BudgetCommon

#: What is actual of one line, written down once more, without any of our code.
INDEPENDENT = """
    SELECT COALESCE(SUM(-a.amount), 0)
      FROM account_analytic_line a
      JOIN account_move_line l ON l.id = a.move_line_id
      JOIN account_move m ON m.id = l.move_id
     WHERE m.state = 'posted' AND m.company_id = %s AND l.account_id = %s
       AND {fund} = %s AND {activity} = %s
       AND m.date >= '2026-01-01' AND m.date < '2026-02-01'
"""


@tagged("post_install", "-at_install")
class TestUsage(BudgetCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.activity = cls.admission.analytic_account_id
        cls.tagged = cls.distribution(cls.bos, cls.activity)
        cls.post(300, analytic_distribution=cls.tagged)
        cls.post(50, kind="in_refund", analytic_distribution=cls.tagged)
        cls.post(400, month=2, analytic_distribution=cls.tagged)
        cls.post(
            70,
            analytic_distribution=cls.distribution(
                cls.bos, cls.paper_work.analytic_account_id
            ),
        )
        cls.post(20, analytic_distribution=cls.distribution(cls.fees))
        cls.post(9)
        cls.post(1000, company=cls.other, analytic_distribution=cls.tagged)
        cls.make_move(30, analytic_distribution=cls.tagged)
        cls.make_move(9999, kind="out_invoice", account="grant")

    def figures(self, lines):
        return [(line.actual, line.committed) for line in lines]

    def test_analytic_lines(self):
        line = {"program_id": self.admission.id}
        budget = self.make_budget(
            [
                {"planned": 1000, **line},
                {"planned": 1000, "month": 2, **line},
                {"planned": 1000, "program_id": self.paper_work.id},
                {"planned": 1000, "account": "power", **line},
            ],
            fund_id=self.bos.id,
        )
        lines = budget.line_ids
        january = lines.filtered(
            lambda each: (
                each.program_id == self.admission
                and each.date_from.month == 1
                and each.account_id == self.accounts["stationery"]
            )
        )
        self.assertEqual((january.actual, january.committed), (250, 30))
        self.assertEqual(january.available, 720)
        self.assertEqual(sorted(lines.mapped("actual")), [0, 70, 250, 400])
        self.assertEqual(budget.actual_spending, 720)
        self.assertEqual(budget.available_spending, 4000 - 720 - 30)
        plans = self.env["account.analytic.plan"]._get_budget_plans()
        fund, activity = (plan._column_name() for plan in plans)
        self.env.cr.execute(
            INDEPENDENT.format(fund=fund, activity=activity),
            [
                self.school.id,
                self.accounts["stationery"].id,
                self.bos.id,
                self.activity.id,
            ],
        )
        self.assertEqual(self.env.cr.fetchone()[0], january.actual)

    def test_plain_lines_have_the_rest(self):
        """A line without fund and activity has what no other line of it has."""
        budget = self.make_budget(
            [
                {"name": "BOS", "planned": 500, "program_id": self.admission.id},
                {"name": "Lain", "planned": 500},
            ]
        )
        lines = {line.name: line for line in budget.line_ids}
        self.assertEqual(lines["BOS"].actual, 250)
        self.assertEqual(lines["Lain"].actual, 70 + 20 + 9)
        self.assertEqual(lines["BOS"].committed, 30)
        self.assertEqual(lines["Lain"].committed, 0)
        alone = self.make_budget([{"planned": 500}], state="draft").line_ids
        self.assertEqual((alone.actual, alone.committed), (349, 30))

    def test_most_specific_line(self):
        """The line that names the spending code, then the one of the month."""
        lines = self.make_budget(
            [
                {"name": "Triwulan", "planned": 10, "months": 3},
                {"name": "Bulan", "planned": 10},
                {"name": "Tinta", "planned": 10, "spending_code_id": self.ink.id},
            ],
            fund_id=self.bos.id,
        ).line_ids
        self.post(11, spending_code_id=self.ink.id, analytic_distribution=self.tagged)
        found = {line.name: line.actual for line in lines}
        self.assertEqual(found, {"Triwulan": 400, "Bulan": 320, "Tinta": 11})

    def test_a_missing_spending_code_hides_nothing(self):
        """What names no code counts on a line with one, if there is none without."""
        lines = self.make_budget(
            [
                {"name": "Tinta", "planned": 10, "spending_code_id": self.ink.id},
                {"name": "Pena", "planned": 10, "spending_code_id": self.pens.id},
            ],
            fund_id=self.bos.id,
        ).line_ids
        self.post(11, spending_code_id=self.pens.id, analytic_distribution=self.tagged)
        found = {line.name: line for line in lines}
        self.assertEqual((found["Tinta"].actual, found["Pena"].actual), (320, 11))
        for line in lines:
            items = self.env["account.move.line"].search(
                line.action_view_items()["domain"]
            )
            self.assertEqual(sum(items.mapped("balance")), line.actual)
        alone = self.make_budget(
            [{"planned": 10, "spending_code_id": self.ink.id}], state="draft"
        ).line_ids
        self.assertEqual(alone.actual, 349)

    def test_what_no_line_plans(self):
        """What was booked on the fund, on another account, activity or month."""
        budget = self.make_budget(
            [{"planned": 1000, "program_id": self.admission.id}], fund_id=self.bos.id
        )
        # February and the other activity.
        self.assertEqual(budget.unplanned_spending, 400 + 70)
        self.post(5, account="power", analytic_distribution=self.tagged)
        budget.invalidate_recordset()
        self.assertEqual(budget.unplanned_spending, 475)
        alone = self.make_budget([{"planned": 500}], state="draft")
        self.assertEqual(alone.unplanned_spending, 0)

    def test_lines_that_cannot_be_told_apart_share(self):
        lines = self.make_budget(
            [
                {"name": "A", "planned": 1},
                {"name": "B", "planned": 1},
                {"name": "C", "planned": 2},
            ],
            fund_id=self.bos.id,
        ).line_ids
        self.assertEqual(sum(lines.mapped("actual")), 320)
        self.assertEqual(sorted(lines.mapped("actual")), [80, 80, 160])

    def test_split_distribution(self):
        """Of a bill that two funds share, each has its part."""
        self.post(
            1000,
            month=6,
            analytic_distribution={str(self.bos.id): 60, str(self.fees.id): 40},
        )
        self.make_move(
            100,
            month=6,
            analytic_distribution={str(self.bos.id): 75, str(self.fees.id): 25},
        )
        for fund, figures in ((self.bos, (600, 75)), (self.fees, (400, 25))):
            line = self.make_budget(
                [{"planned": 1, "month": 6}], fund_id=fund.id, state="draft"
            ).line_ids
            self.assertEqual((line.actual, line.committed), figures)

    def test_receipts_count_on_the_credit_side(self):
        budget = self.make_budget(
            [{"planned": 5000, "account": "grant"}, {"planned": 100}],
            fund_id=self.fees.id,
        )
        self.assertEqual(budget.planned_receipts, 5000)
        move = self.make_move(4000, kind="out_invoice", account="grant")
        move.invoice_line_ids.analytic_distribution = self.distribution(self.fees)
        move.action_post()
        budget.invalidate_recordset()
        self.assertEqual(budget.actual_receipts, 4000)
        self.assertEqual(budget.actual_spending, 20)

    def test_orders_until_they_are_billed(self):
        order = self.make_order(100, qty=4, month=3, analytic_distribution=self.tagged)
        line = self.make_budget(
            [{"planned": 1000, "month": 3, "program_id": self.admission.id}],
            fund_id=self.bos.id,
        ).line_ids
        self.assertEqual(self.figures(line), [(0, 0)])
        order.button_confirm()
        line.invalidate_recordset()
        self.assertEqual(self.figures(line), [(0, 400)])
        bill = self.make_move(100, month=3, analytic_distribution=self.tagged)
        bill.invoice_line_ids.write(
            {"quantity": 1, "purchase_line_id": order.order_line.id}
        )
        line.invalidate_recordset()
        self.assertEqual(self.figures(line), [(0, 400)], "300 ordered, 100 in draft")
        bill.action_post()
        line.invalidate_recordset()
        self.assertEqual(self.figures(line), [(100, 300)])
        bill.button_draft()
        bill.button_cancel()
        line.invalidate_recordset()
        self.assertEqual(self.figures(line), [(0, 400)])

    def test_order_carries_its_code_to_the_bill(self):
        self.product.with_company(
            self.school
        ).property_account_expense_id = self.accounts["power"]
        self.product.purchase_method = "purchase"
        order = self.make_order(100, spending_code_id=self.ink.id)
        plain = self.make_order(100)
        self.assertEqual(plain.order_line.budget_account_id, self.accounts["power"])
        self.assertEqual(
            order.order_line.budget_account_id, self.accounts["stationery"]
        )
        order.button_confirm()
        order.action_create_invoice()
        bill_line = order.invoice_ids.invoice_line_ids
        self.assertEqual(bill_line.spending_code_id, self.ink)
        self.assertEqual(bill_line.account_id, self.accounts["stationery"])

    def test_sums_of_groups(self):
        budget = self.make_budget(
            [
                {"planned": 1000, "program_id": self.admission.id},
                {"planned": 500, "month": 2, "program_id": self.admission.id},
                {"planned": 100, "program_id": self.paper_work.id},
            ],
            fund_id=self.bos.id,
        )
        Line = self.env["account.budget.line"]
        groups = Line._read_group(
            [("budget_id", "=", budget.id)],
            ["program_id"],
            ["planned:sum", "actual:sum", "committed:sum", "available:sum"],
        )
        self.assertEqual(
            {row[0]: row[1:] for row in groups},
            {
                self.admission: (1500, 650, 30, 820),
                self.paper_work: (100, 70, 0, 30),
            },
        )
        self.assertEqual(Line.fields_get(["actual"])["actual"]["aggregator"], "sum")

    def test_one_query_each(self):
        """However many lines there are."""
        few = self.make_budget([{"planned": 1, "month": 1}], fund_id=self.bos.id)
        many = self.make_budget(
            [
                {"planned": 1, "month": month, "program_id": program.id}
                for month in range(1, 13)
                for program in (self.admission, self.paper_work)
            ],
            fund_id=self.fees.id,
        )
        for lines in (few.line_ids, many.line_ids):
            lines.mapped("planned")
            scope = lines._get_scope()
            self.env.flush_all()
            for plan in self.env["account.analytic.plan"]._get_budget_plans():
                plan._column_name()
            with self.assertQueryCount(1):
                lines._fetch_usage(lines._get_actual_query(scope))
            with self.assertQueryCount(1):
                lines._fetch_usage(lines._get_committed_query(scope))
        self.assertEqual(
            [row["id"] for row in many.line_ids.get_usage()], many.line_ids.ids
        )

    def test_drill_down(self):
        self.make_order(10, month=1, analytic_distribution=self.tagged).button_confirm()
        line = self.make_budget(
            [{"planned": 1000, "program_id": self.admission.id}], fund_id=self.bos.id
        ).line_ids

        def open_records(action):
            return self.env[action["res_model"]].search(action["domain"])

        items = open_records(line.action_view_items())
        self.assertEqual(sum(items.mapped("balance")), line.actual)
        orders = open_records(line.action_view_commitments())
        bills = open_records(line.action_view_draft_bills())
        committed = sum(orders.mapped("price_subtotal")) + sum(bills.mapped("balance"))
        self.assertEqual((line.committed, committed), (40, 40))

    def test_form_and_checks(self):
        budget = self.make_budget(state="draft")
        with Form(budget) as form, form.line_ids.new() as line:
            line.name = "Tinta"
            line.spending_code_id = self.ink
            line.date_from = "2026-05-01"
            line.volume = 3
            line.unit_price = 25000
        line = budget.line_ids
        self.assertEqual(line.account_id, self.accounts["stationery"])
        self.assertEqual(line.planned, 75000)
        self.assertEqual(str(line.date_to), "2026-05-31")
        for vals, message in (
            ({"date_to": "2026-06-30"}, "neither a month nor a quarter"),
            ({"date_from": "2027-01-01", "date_to": "2027-01-31"}, "not within"),
            ({"program_id": self.admission.parent_id.id}, "one of its activities"),
        ):
            with self.assertRaisesRegex(ValidationError, message):
                line.write(vals)
        with self.assertRaisesRegex(ValidationError, "whole months"):
            budget.date_to = "2026-12-30"

    def test_masters(self):
        self.assertEqual(self.admission.component_code, "01")
        self.assertEqual(self.admission.analytic_account_id.code, "03.01.01")
        self.assertFalse(self.admission.analytic_account_id.company_id)
        program = self.env["scola.budget.program"].create(
            {
                "code": "03.01.99",
                "name": "Uji",
                "parent_id": self.admission.parent_id.id,
            }
        )
        program.name = "Uji Lagi"
        self.assertEqual(program.analytic_account_id.name, "Uji Lagi")
        for vals in ({"code": "03.01"}, {"code": "05.01.99"}):
            with self.assertRaises(ValidationError):
                program.write(vals)
        with self.assertRaisesRegex(ValidationError, "Fund Type"):
            self.activity.fund_type = "bos_regular"
        with self.assertRaisesRegex(ValidationError, "not a fund"):
            self.make_budget(fund_id=self.activity.id)

    def test_proposed_accounts(self):
        account = self.env["account.account"].create(
            {
                "name": "Honor Guru",
                "code": "61200020",
                "account_type": "expense",
                "company_ids": [Command.set(self.foundation.ids)],
            }
        )
        codes = self.env["scola.budget.spending.code"].with_company(self.school)
        honor = codes.search([("code", "=", "5.1.02.02.01.0013")])
        before = self.ink.account_id
        codes.action_propose_accounts()
        self.assertEqual(honor.account_id, account)
        self.assertEqual(self.ink.account_id, before)
        self.assertFalse(honor.with_company(self.other).account_id)
