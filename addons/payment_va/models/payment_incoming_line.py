# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models


class PaymentIncomingLine(models.Model):
    """The part of an incoming payment that pays one bill."""

    _name = "payment.incoming.line"
    _description = "Allocation of an Incoming Payment"
    _order = "incoming_id, id"

    incoming_id = fields.Many2one(
        "payment.incoming", required=True, index=True, ondelete="cascade"
    )
    move_id = fields.Many2one(
        "account.move", required=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one(related="move_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="incoming_id.currency_id")
    name = fields.Char(required=True, help="What the bill is for, as on the receipt.")
    due_date = fields.Date()
    amount = fields.Monetary(required=True)

    _amount_positive = models.Constraint(
        "CHECK(amount > 0)", "Amount: use a number above 0."
    )
