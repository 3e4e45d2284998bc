# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from unittest.mock import patch

from odoo import modules
from odoo.tests import TransactionCase, tagged

from ..hooks import post_init_hook


@tagged("post_install", "-at_install")
class TestWarehouse(TransactionCase):
    def setUp(self):
        super().setUp()
        # In tests, Odoo's own code makes warehouses that it makes nowhere else.
        self.patch(modules.module, "current_test", None)

    def find_warehouses(self, company):
        return self.env["stock.warehouse"].search([("company_id", "=", company.id)])

    def test_a_new_school_has_one(self):
        company = self.env["res.company"].create({"name": "SMP Gudang"})
        warehouse = self.find_warehouses(company)
        self.assertEqual(len(warehouse), 1)
        self.assertTrue(warehouse.in_type_id)

    def test_a_school_that_is_there_already_gets_one(self):
        company = type(self.env["res.company"])
        with patch.object(company, "_create_missing_warehouses"):
            school = self.env["res.company"].create({"name": "SMP Lama"})
        self.assertFalse(self.find_warehouses(school))
        post_init_hook(self.env)
        self.assertEqual(len(self.find_warehouses(school)), 1)
        post_init_hook(self.env)
        self.assertEqual(len(self.find_warehouses(school)), 1)
