# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import UTC

from odoo import fields, models
from odoo.exceptions import UserError


class PaymentSimulatorPayment(models.Model):
    """Money that a payer gave for an order."""

    _name = "payment.simulator.payment"
    _description = "Payment Simulator Payment"
    _order = "id desc"
    _rec_name = "provider_ref"

    order_id = fields.Many2one(
        "payment.simulator.order", required=True, index=True, ondelete="cascade"
    )
    currency_id = fields.Many2one(related="order_id.currency_id")
    provider_ref = fields.Char(
        required=True, index=True, help="The provider's own id of the payment."
    )
    capture_ref = fields.Char(help="Xendit's id of the capture.")
    bank_reference = fields.Char()
    amount = fields.Monetary(required=True)
    paid_at = fields.Datetime(required=True, default=fields.Datetime.now)
    state = fields.Selection(
        [
            ("asking", "Asking the merchant"),
            ("paid", "Paid"),
            ("denied", "Taken back"),
            ("refused", "Refused by the merchant"),
        ],
        required=True,
        default="paid",
        readonly=True,
    )
    refund_ids = fields.One2many("payment.simulator.refund", "payment_id")

    _provider_ref_uniq = models.Constraint(
        "UNIQUE(provider_ref)", "The provider has this id already."
    )

    def _get_left(self):
        """Return what was not sent back."""
        self.ensure_one()
        return int(self.amount - sum(self.refund_ids.mapped("amount")))

    def _get_paid_time(self, zone=UTC):
        """Return when it was paid, aware, in a zone."""
        self.ensure_one()
        return self.paid_at.replace(tzinfo=UTC).astimezone(zone)

    def _refund(self, amount=None, key=None, reason=""):
        """Send all or a part back.

        :param amount: rupiah; all that is left if None
        :param str key: the merchant's own id of the refund
        :rtype: payment.simulator.refund
        :raise UserError: if it is more than what is left
        """
        self.ensure_one()
        left = self._get_left()
        amount = left if amount is None else int(amount)
        if not 0 < amount <= left:
            raise UserError(
                self.env._(
                    "Amount: a refund is more than 0 and at most %(left)s.", left=left
                )
            )
        refund = self.env["payment.simulator.refund"].create(
            {
                "payment_id": self.id,
                "amount": amount,
                "refund_key": key,
                "reason": reason or "Refund from the dashboard",
            }
        )
        if not self._get_left() and not self.order_id.is_reusable:
            self.order_id.state = "refunded"
        return refund
