# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import timedelta

from psycopg2 import IntegrityError

from odoo import fields
from odoo.exceptions import UserError
from odoo.tools import mute_logger

from .common import SimulatorCommon


class TestOrders(SimulatorCommon):
    def test_found_by_whatever_people_have_at_hand(self):
        self.charge("qris", customer_details={"first_name": "Ibu", "last_name": "Sari"})
        self.request_payment(reference_id="SPP-2")
        code, number = self.find(), self.find("SPP-2")
        self.assertEqual(self.order_model._find(code.qr_string), code)
        self.assertEqual(self.order_model._find("spp-1"), code)
        self.assertEqual(self.order_model._find(code.provider_ref), code)
        self.assertEqual(self.order_model._find("sari"), code)
        grouped = number._get_display_number()
        self.assertIn(" ", grouped)
        self.assertEqual(self.order_model._find(grouped), number)
        self.assertFalse(self.order_model._find("nothing"))
        with self.assertRaises(UserError):
            self.order_model._find_one("nothing")
        with self.assertRaises(UserError):
            self.order_model._find_one("")

    def test_open_order_is_meant_first(self):
        self.charge()
        old = self.find()
        number = old.number
        old._pay()
        self.charge(order="SPP-2")
        self.find("SPP-2").number = number
        self.assertEqual(self.order_model._find_one(number), self.find("SPP-2"))

    @mute_logger("odoo.sql_db")
    def test_live_number_is_of_one_order(self):
        self.charge()
        self.charge(order="SPP-2")
        with self.assertRaises(IntegrityError), self.env.cr.savepoint():
            self.find("SPP-2").number = self.find().number
            self.env.flush_all()

    def test_wrong_amounts_are_refused(self):
        self.charge()
        order = self.find()
        for amount in (0, -1, 0.5):
            with self.assertRaises(UserError):
                order._pay(amount)
        self.assertFalse(order.payment_ids)

    def test_order_that_is_over_takes_money_only_when_asked_to(self):
        self.charge()
        order = self.find()
        order._expire()
        with self.assertRaises(UserError):
            order._pay()
        with self.assertRaises(UserError):
            order._expire()
        order._pay(late=True)
        self.assertEqual(order.payment_ids.amount, 350000)

    def test_only_what_is_possible_now_can_be_done(self):
        self.charge()
        order = self.find()
        self.assertEqual(
            order._get_actions(), ["pay", "pay_twice", "expire", "pay_late", "resend"]
        )
        for action in ("deny", "refund", "unlink", "write"):
            with self.assertRaises(UserError):
                order._do(action)
        order._do("pay")
        self.assertEqual(order._get_actions(), ["pay_twice", "deny", "resend"])

    def test_paying_twice_is_two_payments_also_one_by_one(self):
        self.charge()
        order = self.find()
        order._do("pay_twice")
        self.assertEqual(len(order.payment_ids), 2)
        order._do("pay_twice")
        self.assertEqual(len(order.payment_ids), 3)
        self.assertEqual(len(set(order.payment_ids.mapped("provider_ref"))), 3)

    def test_part_of_a_payment_is_refunded_then_the_rest(self):
        self.charge("qris")
        order = self.find()
        order._pay()
        order._do("refund", 50000)
        self.assertEqual(order._get_paid_amount(), 300000)
        order._do("refund")
        self.assertEqual((order._get_paid_amount(), order.state), (0, "refunded"))
        with self.assertRaises(UserError):
            order._refund()

    def test_time_ends_orders(self):
        self.charge()
        self.charge(order="SPP-2")
        self.find().expires_at = fields.Datetime.now() - timedelta(minutes=1)
        self.order_model._cron_expire()
        self.assertEqual(self.find().state, "expired")
        self.assertEqual(self.find("SPP-2").state, "pending")
        self.assertEqual(self.bodies(self.find())[-1]["transaction_status"], "expire")

    def test_description_for_machines(self):
        self.charge()
        order = self.find()
        order._pay()
        shown = order._to_json()
        self.assertEqual(shown["order"], "SPP-1")
        self.assertEqual((shown["amount"], shown["state"]), (350000, "paid"))
        self.assertEqual(shown["payments"][0]["amount"], 350000)
        self.assertEqual(
            [notice["event"] for notice in shown["notices"]], ["settlement", "pending"]
        )

    def test_what_ended_long_ago_is_forgotten(self):
        self.charge()
        self.charge(order="SPP-2")
        self.find("SPP-2")._expire()
        ids = (self.find().id, self.find("SPP-2").id)
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE payment_simulator_order SET create_date = now() - interval '1 year'"
            " WHERE id IN %s",
            [ids],
        )
        self.order_model.invalidate_model()
        self.order_model._gc_old()
        self.assertEqual(self.order_model.browse(ids).exists().ids, [ids[0]])
