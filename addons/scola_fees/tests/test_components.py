# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import tagged

from .common import ScolaFeesCommon


@tagged("post_install", "-at_install")
class TestComponents(ScolaFeesCommon):
    def test_product_is_made_with_the_component(self):
        product = self.spp.product_id
        self.assertEqual(product.name, "SPP")
        self.assertEqual(product.type, "service")
        self.assertFalse(product.sale_ok)
        self.assertFalse(product.purchase_ok)

    def test_existing_product_is_kept(self):
        product = self.env["product.product"].create({"name": "Buku"})
        component = self.make_component("Buku", product_id=product.id)
        self.assertEqual(component.product_id, product)

    def test_code_is_unique_within_a_school(self):
        with self.assert_refused("Code"):
            self.make_component("Lain", code=self.spp.code)

    def test_other_school_may_use_the_code(self):
        first = self.make_component("Seragam", code="SRG", company_id=self.school.id)
        second = self.make_component(
            "Seragam", code="SRG", company_id=self.other_school.id
        )
        self.assertNotEqual(first.product_id, second.product_id)

    def test_component_in_use_cannot_be_deleted(self):
        self.make_template()
        with self.assert_refused("archive"):
            self.spp.unlink()

    def test_unused_component_can_be_deleted(self):
        component = self.make_component("Salah Ketik")
        component.unlink()
        self.assertFalse(component.exists())

    def test_account_of_another_foundation_is_refused(self):
        stranger = self.env["res.company"].create({"name": "Yayasan Lain"})
        account = self.env["account.account"].create(
            {
                "name": "Milik Orang",
                "code": "41009999",
                "account_type": "income",
                "company_ids": [Command.set(stranger.ids)],
            }
        )
        with self.assert_refused("Milik Orang"):
            self.make_component("Salah", income_account_id=account.id)

    def test_nature_cannot_mix_a_template_afterwards(self):
        self.make_template(
            self.line_vals(self.spp),
            self.line_vals(self.activity, frequency="yearly"),
        )
        with self.assert_refused("Component", "template of their own"):
            self.activity.nature = "donation"

    def test_nature_of_a_template_follows_its_only_component(self):
        template = self.make_template(self.line_vals(self.activity))
        self.assertEqual(template.nature, "levy")
        self.activity.nature = "donation"
        self.assertEqual(template.nature, "donation")

    def test_treasurer_defines_components_without_product_rights(self):
        Component = self.env["scola.fee.component"].with_user(self.treasurer)
        component = Component.create(
            {"name": "Ujian", "code": "UJI", "company_id": self.school.id}
        )
        self.assertEqual(component.product_id.sudo().name, "Ujian")
        self.assertFalse(component.product_id.sudo().taxes_id)

    def test_school_uses_but_does_not_change_the_foundations_components(self):
        shared = self.spp.with_user(self.treasurer)
        self.assertEqual(shared.name, "SPP")
        with self.assertRaises(AccessError):
            shared.name = "Diubah"

    def test_components_of_the_other_school_are_invisible(self):
        foreign = self.make_component("Asing", company_id=self.other_school.id)
        found = self.env["scola.fee.component"].with_user(self.treasurer).search([])
        self.assertIn(self.spp, found)
        self.assertNotIn(foreign, found)

    def test_cashier_reads_only(self):
        with self.assertRaises(AccessError):
            self.env["scola.fee.component"].with_user(self.cashier).create(
                {"name": "Curang", "code": "X", "company_id": self.school.id}
            )
