# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import date

from odoo.tests import freeze_time
from odoo.tools import mute_logger


class DepreciationCases:
    def test_months_are_equal_and_reach_the_end(self):
        asset = self.buy("Laptop", 4_800_000, "asset_class_computer")
        lines = asset.depreciation_line_ids.filtered(lambda x: x.type == "depreciate")
        self.assertEqual(len(lines), 48)
        self.assertEqual(set(lines.mapped("amount")), {100_000})
        self.assertEqual(max(lines.mapped("line_date")), date(2029, 12, 31))

    def test_the_entries(self):
        distribution = self.make_distribution()
        asset = self.buy("Laptop", 4_800_000, "asset_class_computer")
        asset.analytic_distribution = distribution
        moves = self.one._post_depreciation(date(2026, 2, 28))
        self.assertEqual(len(moves), 2)
        self.assertEqual(moves.company_id, self.one)
        self.assertEqual(moves.journal_id.code, "ASET")
        self.assertEqual(self.balance("67100050"), 200_000)
        self.assertEqual(self.balance("12281070"), -200_000)
        self.assertEqual(asset.value_residual, 4_600_000)
        expense = moves.line_ids.filtered("debit")
        self.assertEqual(expense[0].analytic_distribution, distribution)

    def make_distribution(self):
        plan = self.env["account.analytic.plan"].search([], limit=1)
        account = self.env["account.analytic.account"].create(
            {"name": "BOS", "plan_id": plan.id, "company_id": False}
        )
        return {str(account.id): 100.0}

    def test_the_job_is_for_schools_that_opted_in(self):
        self.set_up(self.two)
        assets = [
            self.buy("Laptop", 4_800_000, "asset_class_computer", company)
            for company in (self.one, self.two)
        ]
        self.two.scola_auto_depreciation = True
        cron = self.env.ref("scola_asset.ir_cron_depreciation")
        with self.enter_registry_test_mode(), freeze_time("2026-04-01 02:00:00"):
            for _time in range(2):
                self.assertIs(cron.method_direct_trigger(), True)
        self.assertEqual(
            [asset.value_residual for asset in assets], [4_800_000, 4_500_000]
        )
        self.assertEqual(self.balance("67100050", self.two), 300_000)

    def test_what_can_not_be_posted_is_named_and_left(self):
        first = self.buy("Laptop", 4_800_000, "asset_class_computer")
        second = self.buy("Buku", 480_000, "asset_class_library")
        self.find_account("12281070").active = False
        with mute_logger("odoo.addons.account_asset_management.models.account_asset"):
            self.one._post_depreciation(date(2026, 1, 31))
        self.assertEqual(second.value_residual, 470_000)
        self.assertEqual(first.value_residual, 4_800_000)
        self.assertTrue(first.message_ids.filtered(lambda m: "Laptop" in m.body))

    def test_opting_in_is_a_setting(self):
        self.assertFalse(self.one.scola_auto_depreciation)
        settings = self.env["res.config.settings"].with_company(self.one)
        settings.create({"scola_auto_depreciation": True}).execute()
        self.assertTrue(self.one.scola_auto_depreciation)
