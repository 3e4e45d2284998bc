# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models


class ScolaCashReceiptLine(models.Model):
    """What one receipt paid on one bill.

    Words and amounts are copies, not links: a receipt says tomorrow what it said
    when it was handed over.
    """

    _name = "scola.cash.receipt.line"
    _description = "Cash Receipt Line"
    _order = "receipt_id, sequence, id"

    receipt_id = fields.Many2one(
        "scola.cash.receipt", required=True, index=True, ondelete="cascade"
    )
    sequence = fields.Integer(default=10)
    company_id = fields.Many2one(related="receipt_id.company_id", store=True)
    currency_id = fields.Many2one(related="receipt_id.currency_id")
    state = fields.Selection(related="receipt_id.state", store=True)
    move_id = fields.Many2one(
        "account.move", string="Bill", required=True, index=True, ondelete="restrict"
    )
    student_id = fields.Many2one("scola.student", index=True, ondelete="restrict")
    name = fields.Char(string="Description", required=True)
    bill_name = fields.Char(string="Bill Number")
    due_date = fields.Date()
    amount = fields.Monetary(required=True)
    deposit_amount = fields.Monetary(
        string="Of which from Deposit",
        help="The part that was paid from the family's deposit.",
    )
    residual_after = fields.Monetary(
        string="Still Open", help="What remained open on the bill after this receipt."
    )

    _amount_positive = models.Constraint(
        "CHECK(amount > 0)", "Amount: a receipt line must be above zero."
    )
