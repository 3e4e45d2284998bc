# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo.exceptions import UserError
from odoo.tests import HttpCase, tagged

from ..hooks import pre_init_hook
from .common import SimulatorCommon


class TestProduction(SimulatorCommon):
    def mark(self, name="payment_va.production", value="1"):
        self.env["ir.config_parameter"].set_param(name, value)

    def test_installs_where_no_real_money_is_taken(self):
        self.assertIsNone(pre_init_hook(self.env))

    def test_marked_database_refuses(self):
        for value in ("1", "True", "yes"):
            self.mark(value=value)
            with self.assertRaises(UserError):
                pre_init_hook(self.env)
        for value in ("0", "False", ""):
            self.mark(value=value)
            self.assertIsNone(pre_init_hook(self.env))

    def test_live_account_with_keys_is_production(self):
        provider = self.midtrans.provider_id
        provider.state = "enabled"
        with self.assertRaises(UserError):
            pre_init_hook(self.env)
        self.assertTrue(self.env["payment.provider"]._is_simulator_off())
        provider.state = "disabled"
        self.assertFalse(self.env["payment.provider"]._is_simulator_off())

    def test_neutralised_copy_of_production_is_none(self):
        self.mark()
        self.mark("database.is_neutralized", "true")
        self.assertIsNone(pre_init_hook(self.env))

    def test_crons_stop(self):
        self.charge()
        order = self.find()
        order.expires_at = order.create_date
        self.mark()
        self.order_model._cron_expire()
        self.env["payment.simulator.delivery"]._cron_send()
        self.assertEqual(order.state, "pending")


@tagged("post_install", "-at_install")
class TestProductionRoutes(HttpCase):
    def test_every_route_is_gone(self):
        self.env["ir.config_parameter"].set_param("payment_va.production", "1")
        self.authenticate("admin", "admin")
        for path in (
            "/simulator",
            "/simulator/order/1",
            "/simulator/api/orders",
            "/simulator/midtrans/v2/x/status",
            "/simulator/xendit/v3/payments/x",
            "/simulator/snap/bri/v1.0/transfer-va/status",
        ):
            with self.subTest(path=path):
                self.assertEqual(self.url_open(path).status_code, 404)
        for path in ("/simulator/api/pay", "/simulator/api/faults"):
            response = self.url_open(path, json={"order": "x"})
            self.assertEqual(response.status_code, 404)
