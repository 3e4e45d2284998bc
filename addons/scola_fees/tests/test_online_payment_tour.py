# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import SUPERUSER_ID
from odoo.tests import HttpCase, freeze_time, tagged

from odoo.addons.payment_va.tests.common import fake_delivery

from .payment_common import OnlinePaymentCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-11-16 03:00:00")
class TestOnlinePaymentTour(OnlinePaymentCommon, HttpCase):
    """A mother pays for two children at two schools, on her phone, in Indonesian."""

    browser_size = "360x800"
    touch_enabled = True

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("id_ID")
        cls.env["ir.default"].set("res.partner", "lang", "id_ID")
        cls.mother.user_ids.lang = "id_ID"
        cls.channel.write(
            {"fee_fixed": 4000, "fee_tax_percent": 11, "fee_bearer": "payer"}
        )

    def pay_in_background(self):
        """Stand in for the bank, which reports the payment while the browser waits: as
        soon as it asks for the payments made."""
        checkout = self.env.registry["payment.checkout"]
        original = checkout._get_payments_domain

        def report_payment(model):
            env = model.env(user=SUPERUSER_ID)
            tx = env["payment.transaction"].search(
                [("provider_id", "=", self.gateway.id), ("state", "=", "pending")]
            )
            if tx:
                delivery = fake_delivery(
                    amount=f"{tx.amount:.0f}", order_ref=tx.reference, payment_id="P-1"
                )
                receipt = env["payment.notification"]._receive(delivery)
                notification = env["payment.notification"].browse(
                    receipt.notification_id
                )
                env["payment.booking"]._apply(notification)
            return original(model)

        self.patch(checkout, "_get_payments_domain", report_payment)

    def test_two_children_one_payment(self):
        self.pay_in_background()
        self.start_tour("/my", "scola_online_payment_tour", login="ibu_siti")
        bills = self.bills_of(self.elder | self.younger)
        self.assertEqual(set(bills.mapped("payment_state")), {"paid"})
        payment = self.env["payment.incoming"].search(
            [("provider_id", "=", self.gateway.id)]
        )
        self.assertEqual((payment.amount, payment.fee_amount), (904440, 4440))
        self.assertEqual(payment.line_ids.move_id, bills)
        self.assertFalse(payment.exception)
