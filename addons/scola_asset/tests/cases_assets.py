# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import date

from odoo.exceptions import AccessError, UserError, ValidationError


class AssetCases:
    def test_a_bill_finds_the_profile_of_its_school(self):
        self.set_up(self.two)
        account = self.find_account("12210070")
        for company in (self.one, self.two):
            bill = self.make_bill(
                company,
                [{"name": "Laptop", "price_unit": 9_000_000, "account_id": account.id}],
            )
            line = bill.invoice_line_ids
            with self.subTest(company=company.name):
                self.assertEqual(
                    line.asset_profile_id,
                    self.find_profile("asset_class_computer", company),
                )
                self.assertEqual(line.asset_id.company_id, company)
                self.assertEqual(line.asset_id.purchase_value, 9_000_000)
                self.assertEqual(line.asset_id.state, "draft")

    def test_two_kinds_on_one_account_propose_the_first(self):
        account = self.find_account("12210060")
        bill = self.make_bill(
            self.one, [{"name": "Meja", "price_unit": 1_000, "account_id": account.id}]
        )
        self.assertEqual(
            bill.invoice_line_ids.asset_profile_id,
            self.find_profile("asset_class_furniture"),
        )

    def test_the_chosen_kind_stays(self):
        metal = self.find_profile("asset_class_furniture_metal")
        asset = self.buy("Lemari besi", 1_000, "asset_class_furniture_metal")
        self.assertEqual(asset.profile_id, metal)
        self.assertEqual(asset.method_number, 8)

    def test_a_default_of_the_foundation_gives_way(self):
        self.set_up(self.foundation)
        account = self.find_account("12210070")
        account.asset_profile_id = self.find_profile(
            "asset_class_computer", self.foundation
        )
        bill = self.make_bill(
            self.one, [{"name": "Laptop", "price_unit": 1, "account_id": account.id}]
        )
        self.assertEqual(
            bill.invoice_line_ids.asset_id.profile_id,
            self.find_profile("asset_class_computer"),
        )

    def test_a_school_without_profiles_makes_no_asset(self):
        account = self.find_account("12210070")
        bill = self.make_bill(
            self.two, [{"name": "Laptop", "price_unit": 1, "account_id": account.id}]
        )
        self.assertFalse(bill.invoice_line_ids.asset_profile_id)
        self.assertFalse(bill.invoice_line_ids.asset_id)

    def test_invoices_and_expenses_stay_what_they_are(self):
        invoice = self.work_at(self.one)["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": self.vendor.id,
                "invoice_line_ids": [
                    (
                        0,
                        0,
                        {
                            "name": "Jual",
                            "price_unit": 5,
                            "account_id": self.find_account("12210070").id,
                        },
                    )
                ],
            }
        )
        self.assertFalse(invoice.line_ids.asset_profile_id)
        bill = self.make_bill(
            self.one,
            [
                {
                    "name": "ATK",
                    "price_unit": 5,
                    "account_id": self.find_account("62100010").id,
                }
            ],
        )
        self.assertFalse(bill.line_ids.asset_profile_id)

    def test_the_fund_is_kept(self):
        fund = self.find_account("32000010")
        asset = self.buy("Laptop", 4_800_000, "asset_class_computer", fund=fund)
        self.assertEqual(asset.net_asset_account_id, fund)
        with self.assertRaisesRegex(ValidationError, "no equity account"):
            asset.net_asset_account_id = self.find_account("31000010")

    def test_land_is_not_depreciated(self):
        asset = self.buy("Tanah", 500_000_000, "asset_class_land")
        self.assertEqual(asset.state, "open")
        self.assertEqual(asset.depreciation_line_ids.mapped("type"), ["create"])
        self.one._post_depreciation(date(2046, 12, 31))
        self.assertEqual(asset.value_residual, 500_000_000)
        self.assertEqual(self.balance("12110010"), 500_000_000)

    def test_disposal_with_a_gain(self):
        asset = self.buy("Laptop", 4_800_000, "asset_class_computer")
        self.one._post_depreciation(date(2026, 12, 31))
        self.remove(asset, date(2027, 1, 1), 4_000_000)
        self.assertEqual(asset.state, "removed")
        self.assertEqual(self.balance("12210070"), 0)
        self.assertEqual(self.balance("12281070"), 0)
        self.assertEqual(self.balance("67100050"), 1_200_000)
        self.assertEqual(self.balance("81100050"), -400_000)
        self.assertEqual(self.balance("11120011"), 4_000_000)

    def test_disposal_with_a_loss(self):
        asset = self.buy("Mobil", 96_000_000, "asset_class_vehicle")
        self.one._post_depreciation(date(2026, 6, 30))
        self.remove(asset, date(2026, 7, 1), 0)
        self.assertEqual(self.balance("12210020"), 0)
        self.assertEqual(self.balance("12281020"), 0)
        self.assertEqual(self.balance("91100030"), 90_000_000)

    def remove(self, asset, day, price):
        env = self.work_at(self.one)
        action = asset.with_env(env).remove()
        wizard = (
            env["account.asset.remove"]
            .with_context(**action["context"])
            .create(
                {
                    "date_remove": day,
                    "sale_value": price,
                    "account_sale_id": self.find_account("11120011").id,
                    "posting_regime": "gain_loss_on_sale",
                }
            )
        )
        removal = wizard.remove()
        env["account.move"].search(removal["domain"]).action_post()

    def test_who_finds_the_button_of_disposal(self):
        for role, shown in (("treasurer", True), ("auditor", False)):
            asset = self.work_at(self.one, role)["account.asset"]
            arch = asset.get_view(view_type="form")["arch"]
            self.assertEqual('name="remove"' in arch, shown, role)

    def test_who_sees_assets(self):
        asset = self.buy("Laptop", 4_800_000, "asset_class_computer")
        for role, rights in (
            ("admin", "rwcu"),
            ("treasurer", "rwcu"),
            ("auditor", "r"),
            ("homeroom", ""),
        ):
            records = asset.with_env(self.work_at(self.one, role))
            found = "".join(
                operation[0] if operation != "unlink" else "u"
                for operation in ("read", "write", "create", "unlink")
                if records.has_access(operation)
            )
            with self.subTest(role=role):
                self.assertEqual(found, rights)
        with self.assertRaises(AccessError):
            asset.with_env(self.work_at(self.two, "treasurer")).read(["name"])
        lines = asset.depreciation_line_ids.with_env(self.work_at(self.two, "auditor"))
        self.assertFalse(lines.search([("asset_id", "=", asset.id)]))
        with self.assertRaises(AccessError):
            lines.read(["amount"])
        classes = self.work_at(self.one)["scola.asset.class"]
        self.assertTrue(classes.has_access("read"))
        self.assertFalse(classes.has_access("write"))

    def test_a_depreciated_asset_can_not_be_deleted(self):
        asset = self.buy("Laptop", 4_800_000, "asset_class_computer")
        self.one._post_depreciation(date(2026, 3, 31))
        with self.assertRaises(UserError):
            asset.with_env(self.work_at(self.one)).unlink()
