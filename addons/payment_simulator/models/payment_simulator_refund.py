# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import UTC

from odoo import fields, models


class PaymentSimulatorRefund(models.Model):
    """Money that went back to a payer."""

    _name = "payment.simulator.refund"
    _description = "Payment Simulator Refund"
    _order = "id desc"
    _rec_name = "refund_key"

    payment_id = fields.Many2one(
        "payment.simulator.payment", required=True, index=True, ondelete="cascade"
    )
    order_id = fields.Many2one(related="payment_id.order_id", store=True, index=True)
    currency_id = fields.Many2one(related="payment_id.currency_id")
    amount = fields.Monetary(required=True)
    refund_key = fields.Char(index="btree_not_null", help="The merchant's own id.")
    reason = fields.Char()

    def _get_time(self, zone=UTC):
        """Return when it was sent back, aware, in a zone."""
        self.ensure_one()
        return self.create_date.replace(tzinfo=UTC).astimezone(zone)
