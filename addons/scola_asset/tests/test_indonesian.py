# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo.tests import TransactionCase, tagged


@tagged("post_install", "-at_install")
class TestIndonesian(TransactionCase):
    """What account_asset_management ships in English only has our Indonesian."""

    def test_menu(self):
        menu = self.env.ref("account_asset_management.menu_finance_assets")
        self.assertEqual(menu.with_context(lang="en_US").name, "Assets")
        self.assertEqual(menu.with_context(lang="id_ID").name, "Aset")

    def test_field(self):
        asset = self.env["account.asset"].with_context(lang="id_ID")
        field = asset.fields_get(["purchase_value"], ["string"])["purchase_value"]
        self.assertEqual(field["string"], "Nilai Perolehan")

    def test_view(self):
        view = self.env.ref("account_asset_management.account_asset_view_form")
        arch = view.with_context(lang="id_ID").arch_db
        self.assertIn("Tabel Penyusutan", arch)
        self.assertNotIn("Depreciation Board", arch)
