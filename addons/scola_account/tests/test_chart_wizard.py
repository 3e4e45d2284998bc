# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import TransactionCase, new_test_user, tagged


@tagged("post_install", "-at_install")
class TestChartWizard(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context=dict(cls.env.context, no_reset_password=True))
        cls.env["res.lang"]._activate_lang("id_ID")
        Company = cls.env["res.company"]
        country = {"country_id": cls.env.ref("base.id").id}
        cls.company = Company.create({"name": "Yayasan Lama", **country})
        cls.env["account.chart.template"].try_loading(
            "id", cls.company, install_demo=False
        )
        cls.branch = Company.create(
            {"name": "SD Lama", "parent_id": cls.company.id, **country}
        )
        cls.bare = Company.create({"name": "Tanpa Bagan", **country})
        cls.generic = Company.create(
            {"name": "Abroad", "country_id": cls.env.ref("base.us").id}
        )
        # The name of its chart is what counts.
        cls.generic.chart_template = "generic_coa"
        cls.env.cr.precommit.run()
        companies = cls.company | cls.branch | cls.bare | cls.generic
        cls.env.user.company_ids |= companies
        cls.users = {
            role: new_test_user(
                cls.env,
                f"chart.{role}",
                groups=f"scola_school.group_{role}",
                company_id=cls.company.id,
                company_ids=[Command.set(companies.ids)],
            )
            for role in ("admin", "treasurer", "homeroom")
        }
        cls.existing = (
            cls.env["account.account"]
            .with_company(cls.company)
            .create(
                [
                    {
                        "code": code,
                        "name": name,
                        "account_type": kind,
                        "company_ids": [Command.set(cls.company.ids)],
                    }
                    for code, name, kind in (
                        ("41100010", "SPP Kami", "income_other"),
                        (
                            "41100020",
                            "Pendapatan Uang Pangkal & Pengembangan",
                            "income",
                        ),
                        ("11120012", "Dana BOS", "asset_current"),
                    )
                ]
            )
        )

    def make_wizard(self, company=None, role="admin"):
        company = company or self.company
        env = self.env(
            user=self.users[role],
            context=dict(
                self.env.context, allowed_company_ids=[company.id, company.root_id.id]
            ),
        )
        return env["scola.chart.wizard"].create({"company_id": company.id})

    def snapshot(self, company=None):
        """Return all there is of accounts, journals and settings, as raw rows."""
        root = (company or self.company).root_id
        self.env.flush_all()
        rows = []
        for query in (
            "SELECT a.* FROM account_account a JOIN account_account_res_company_rel r "
            "ON r.account_account_id = a.id WHERE r.res_company_id = %s ORDER BY a.id",
            "SELECT * FROM account_journal WHERE company_id = %s ORDER BY id",
            "SELECT * FROM res_company WHERE id = %s",
        ):
            self.env.cr.execute(query, [root.id])
            rows.append(self.env.cr.dictfetchall())
        return rows

    def test_preview_says_what_happens(self):
        lines = {line.code: line for line in self.make_wizard().line_ids}
        self.assertEqual(lines["31000010"].status, "add")
        self.assertEqual(lines["41100020"].status, "same")
        self.assertEqual(lines["41100010"].status, "different")
        self.assertIn("SPP Kami", lines["41100010"].existing)
        self.assertEqual(lines["TUTUP"].status, "add")

    def test_preview_changes_nothing(self):
        before = self.snapshot()
        self.make_wizard()
        self.assertEqual(self.snapshot(), before)

    def test_loading(self):
        """One load of nearly a hundred accounts takes long: looked at from all sides.

        A school asks for it, whose accounts are those of its foundation.
        """
        before = self.snapshot()
        wizard = self.make_wizard(self.branch)
        accounts = wizard.line_ids.filtered(
            lambda line: line.kind == "account" and line.status == "add"
        )
        self.assertGreater(len(accounts), 80)
        wizard.action_load()
        self.assert_added(before, len(accounts))
        self.assert_funds_and_languages()
        self.assert_journals_of_the_school()
        self.assert_loading_again_adds_journals_only()

    def assert_added(self, before, count):
        """What there was is as it was, and so many accounts are new."""
        (accounts, journals, company), after = before, self.snapshot()
        last = accounts[-1]["id"]
        self.assertEqual([row for row in after[0] if row["id"] <= last], accounts)
        self.assertEqual(len(after[0]) - len(accounts), count)
        self.assertEqual(after[1:], [journals, company])

    def assert_funds_and_languages(self):
        account = self.company._scola_find_account("43100010")
        self.assertEqual(account.net_asset_class, "restricted")
        self.assertEqual(
            account.net_asset_account_id, self.company._scola_find_account("32000010")
        )
        self.assertEqual(
            account.with_context(lang="id_ID").name, "Pendapatan BOSP Reguler"
        )
        self.assertEqual(
            account.with_context(lang="en_US").name, "BOS Regular Grant Income"
        )

    def assert_journals_of_the_school(self):
        journal = self.env["account.journal"].search(
            [("company_id", "=", self.branch.id), ("code", "=", "KSPP")]
        )
        self.assertEqual(
            journal.default_account_id, self.company._scola_find_account("11110011")
        )
        self.assertEqual(journal.default_account_id.company_ids, self.company)

    def assert_loading_again_adds_journals_only(self):
        wizard = self.make_wizard()
        added = wizard.line_ids.filtered(lambda line: line.status == "add")
        self.assertEqual(set(added.mapped("kind")), {"journal"})
        accounts, journals, _company = self.snapshot()
        wizard.action_load()
        loaded = self.snapshot()
        # The bank journal whose account has another type gets one from Odoo.
        self.assertEqual(len(loaded[0]), len(accounts) + 1)
        self.assertEqual(len(loaded[1]), len(journals) + len(added))
        wizard = self.make_wizard()
        self.assertEqual(wizard.add_count, 0)
        wizard.action_load()
        self.assertEqual(self.snapshot(), loaded)

    def assert_refused(self, company, message):
        before = self.snapshot(company)
        wizard = self.make_wizard(company)
        self.assertRegex(wizard.problem, message)
        self.assertFalse(wizard.line_ids)
        with self.assertRaisesRegex(UserError, message):
            wizard.action_load()
        self.assertEqual(self.snapshot(company), before)

    def test_another_country_is_refused(self):
        self.assert_refused(self.generic, "not Indonesian")

    def test_without_a_chart_the_remedy_is_named(self):
        self.assert_refused(self.bare, "Fiscal Localization")

    def test_only_accounting_administrators(self):
        for role in ("treasurer", "homeroom"):
            with self.subTest(role=role), self.assertRaises(AccessError):
                self.make_wizard(role=role)

    def test_a_new_indonesian_company_still_gets_the_plain_chart(self):
        chart = self.env["account.chart.template"]._guess_chart_template(
            self.env.ref("base.id")
        )
        self.assertEqual(chart, "id")

    def test_a_company_that_did_not_ask_has_nothing_of_it(self):
        self.assertEqual(self.company.chart_template, "id")
        self.assertFalse(self.company._scola_find_account("31000010"))
        self.assertTrue(self.company.account_sale_tax_id)
        classes = self.env["account.account"].search_count(
            [("company_ids", "=", self.company.id), ("net_asset_class", "!=", False)]
        )
        self.assertEqual(classes, 0)
