# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo.exceptions import AccessError, UserError


class SetupCases:
    def snapshot(self, company):
        """Return all there is of what the wizard could change, as raw rows."""
        self.env.flush_all()
        rows = []
        for query, values in (
            ("SELECT * FROM account_asset_profile WHERE company_id = %s", company.ids),
            ("SELECT * FROM account_journal WHERE company_id = %s", company.ids),
            ("SELECT * FROM stock_location WHERE company_id = %s", company.ids),
            ("SELECT * FROM res_company WHERE id = %s", company.ids),
            (
                "SELECT a.* FROM account_account a "
                "JOIN account_account_res_company_rel r ON r.account_account_id = a.id "
                "WHERE r.res_company_id = %s",
                company.root_id.ids,
            ),
            ("SELECT * FROM product_category", []),
        ):
            self.env.cr.execute(f"{query} ORDER BY id", values)
            rows.append(self.env.cr.dictfetchall())
        return rows

    def test_profiles_by_tax_group(self):
        for kind, years, asset, depreciation, expense in (
            ("land", 0, "12110010", "12110010", "67100010"),
            ("library", 4, "12210040", "12281040", "67100040"),
            ("laboratory", 8, "12210050", "12281050", "67100040"),
            ("furniture", 4, "12210060", "12281060", "67100040"),
            ("computer", 4, "12210070", "12281070", "67100050"),
            ("vehicle", 8, "12210020", "12281020", "67100020"),
            ("machinery", 16, "12210080", "12281080", "67100060"),
            ("building", 20, "12210010", "12281010", "67100010"),
        ):
            profile = self.find_profile(f"asset_class_{kind}")
            with self.subTest(kind=kind):
                self.assertEqual(profile.method_number, years)
                self.assertEqual(profile.method_period, "month")
                self.assertTrue(profile.prorata)
                self.assertEqual(profile.journal_id.company_id, self.one)
                accounts = (
                    profile.account_asset_id,
                    profile.account_depreciation_id,
                    profile.account_expense_depreciation_id,
                )
                for account, code in zip(
                    accounts, (asset, depreciation, expense), strict=True
                ):
                    self.assertEqual(account, self.find_account(code))

    def test_a_school_that_did_not_ask_has_nothing(self):
        profiles = self.env["account.asset.profile"].search(
            [("company_id", "in", (self.two | self.foundation).ids)]
        )
        self.assertFalse(profiles)
        for model in ("account.journal", "stock.location"):
            found = self.env[model].search([("company_id", "=", self.two.id)])
            names = set(found.mapped("name"))
            self.assertFalse(names & {"Assets", "School Use", "Donated Goods"})

    def test_the_preview_changes_nothing(self):
        before = self.snapshot(self.two)
        setup = self.make_setup(self.two)
        self.assertEqual(setup.add_count, len(setup.line_ids))
        self.assertEqual(self.snapshot(self.two), before)

    def test_twice_changes_nothing(self):
        before = self.snapshot(self.one)
        setup = self.make_setup(self.one)
        self.assertEqual(setup.add_count, 0)
        setup.action_load()
        self.assertEqual(self.snapshot(self.one), before)

    def test_what_the_school_set_itself_stays(self):
        books = self.env.ref("scola_asset.product_category_books").with_company(
            self.two
        )
        own = self.find_account("11300190")
        books.property_stock_valuation_account_id = own
        books.property_cost_method = "fifo"
        profile = self.find_profile("asset_class_library")
        profile.method_number = 7
        self.set_up(self.two)
        self.set_up(self.one)
        self.assertEqual(books.property_stock_valuation_account_id, own)
        self.assertEqual(books.property_cost_method, "fifo")
        self.assertEqual(books.property_valuation, "real_time")
        self.assertEqual(profile.method_number, 7)

    def test_accounts_keep_their_default_profile(self):
        books, furniture = self.find_account("12210040"), self.find_account("12210060")
        self.set_up(self.foundation)
        self.assertFalse((books | furniture).asset_profile_id)
        default = self.find_profile("asset_class_library", self.foundation)
        books.asset_profile_id = default
        self.set_up(self.two)
        self.assertEqual(books.asset_profile_id, default)
        self.assertFalse(furniture.asset_profile_id)

    def test_without_the_chart_the_remedy_is_named(self):
        company = self.env["res.company"].create(
            {"name": "Yayasan Lama", "country_id": self.env.ref("base.id").id}
        )
        self.env.user.company_ids |= company
        self.users["admin"].company_ids |= company
        before = self.snapshot(company)
        setup = self.make_setup(company)
        self.assertRegex(setup.problem, "lacks the accounts .*12210070")
        self.assertFalse(setup.line_ids)
        with self.assertRaisesRegex(UserError, "Load the foundation's chart"):
            setup.action_load()
        self.assertEqual(self.snapshot(company), before)

    def test_the_remedy_helps(self):
        """What loading the foundation's chart adds is all that was lacking."""
        chart = self.env["account.chart.template"]
        added = {
            values["code"]
            for values in chart._get_id_foundation_own_accounts().values()
        }
        used = {
            account["code"]
            for account in chart._parse_csv(
                "id", "account.account", module="l10n_id"
            ).values()
        }
        self.assertLessEqual(self.make_setup(self.two)._get_codes(), added | used)

    def test_only_accounting_administrators(self):
        for role in ("treasurer", "auditor", "cashier", "homeroom"):
            with self.subTest(role=role), self.assertRaises(AccessError):
                self.make_setup(self.two, role)
