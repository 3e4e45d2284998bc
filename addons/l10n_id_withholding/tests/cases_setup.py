# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command


class SetupCases:
    def snapshot(self, company):
        self.env.flush_all()
        rows = []
        for query in (
            "SELECT * FROM account_tax WHERE company_id = %s ORDER BY id",
            "SELECT a.* FROM account_account a JOIN account_account_res_company_rel r "
            "ON r.account_account_id = a.id WHERE r.res_company_id = %s ORDER BY a.id",
        ):
            self.env.cr.execute(query, [company.id])
            rows.append(self.env.cr.dictfetchall())
        return rows

    def test_a_company_that_did_not_ask_has_none(self):
        taxes = self.env["account.tax"].search(
            [("company_id", "=", self.other.id), ("withholding_kind", "!=", False)]
        )
        self.assertFalse(taxes)

    def test_what_exists_is_left_alone(self):
        taxes, accounts = self.snapshot(self.other)
        self.set_up_taxes(self.other, ["24-104-39", "28-403-02"])
        new_taxes, new_accounts = self.snapshot(self.other)
        self.assertEqual(new_accounts, accounts)
        self.assertEqual(new_taxes[: len(taxes)], taxes)
        self.assertEqual(len(new_taxes) - len(taxes), 3)

    def test_rates_and_accounts(self):
        for tax, amount, higher, code in (
            (self.catering, -2, -4, "21210030"),
            (self.teaching, -2.5, -3, "21210010"),
            (self.rent, -10, 0, "21210050"),
        ):
            with self.subTest(tax=tax.name):
                self.assertEqual(tax.amount, amount)
                self.assertEqual(tax.withholding_no_npwp_tax_id.amount, higher)
                for lines in (
                    tax.invoice_repartition_line_ids,
                    tax.refund_repartition_line_ids,
                ):
                    self.assertEqual(lines.account_id, self.find_account(code))

    def test_twice_adds_nothing(self):
        before = self.snapshot(self.company)
        with self.assertRaisesRegex(UserError, "tick at least one"):
            self.set_up_taxes(self.company)
        self.assertEqual(self.snapshot(self.company), before)

    def test_a_missing_account_is_made(self):
        account = self.find_account("21210020", self.other)
        account.unlink()
        self.set_up_taxes(self.other, ["22-910-01"])
        tax = self.find_tax("22-910-01", self.other)
        account = tax.invoice_repartition_line_ids.account_id
        self.assertEqual(account.with_company(self.other).code, "21210020")
        self.assertEqual(account.account_type, "liability_current")

    def test_an_account_of_another_type_is_refused(self):
        account = self.find_account("21210020", self.other)
        account.account_type = "expense"
        before = self.snapshot(self.other)
        with self.assertRaisesRegex(UserError, "no liability"):
            self.set_up_taxes(self.other, ["22-910-01"])
        self.assertEqual(self.snapshot(self.other), before)

    def test_other_companies_are_told_why_not(self):
        bare = self.env["res.company"].create(
            {"name": "Bare", "country_id": self.env.ref("base.id").id}
        )
        abroad = self.env["res.company"].create(
            {"name": "Abroad", "country_id": self.env.ref("base.us").id}
        )
        abroad.chart_template = "generic_coa"
        for company, words in ((bare, "no chart"), (abroad, "not Indonesia")):
            setup = self.env["l10n_id.withholding.setup"].create(
                {"company_id": company.id}
            )
            self.assertRegex(setup.problem, words)
            self.assertFalse(setup.line_ids)
            with self.assertRaisesRegex(UserError, words):
                setup.action_add()

    def test_at_a_branch_the_taxes_are_the_head_offices(self):
        branch = self.make_company("SD Pajak", parent_id=self.company.id)
        manager = self.users["manager"]
        manager.company_ids |= branch
        Setup = self.work_as("manager", branch)["l10n_id.withholding.setup"]
        setup = Setup.create({"company_id": branch.id})
        self.assertFalse(setup.problem)
        for line in setup.line_ids:
            line.selected = line.object_id.code == "24-104-36"
        setup.action_add()
        self.assertEqual(self.find_tax("24-104-36").amount, -2)
        manager.write(
            {"company_id": branch.id, "company_ids": [Command.set(branch.ids)]}
        )
        setup = Setup.create({"company_id": branch.id})
        self.assertRegex(setup.problem, "belong to Yayasan Pajak")
        with self.assertRaisesRegex(UserError, "belong to Yayasan Pajak"):
            setup.action_add()

    def test_only_administrators(self):
        Setup = "l10n_id.withholding.setup"
        self.assertTrue(self.work_as("manager")[Setup].create({}).line_ids)
        for name in ("user", "readonly", "invoice"):
            with self.subTest(name=name), self.assertRaises(AccessError):
                self.work_as(name)[Setup].create({})

    def test_objects_out_of_force_are_not_offered(self):
        tax_object = self.catering.withholding_object_id
        tax_object.valid_to = "2023-12-31"
        setup = self.env["l10n_id.withholding.setup"].create(
            {"company_id": self.other.id}
        )
        self.assertNotIn(tax_object, setup.line_ids.object_id)
        self.assertIn(self.rent.withholding_object_id, setup.line_ids.object_id)
