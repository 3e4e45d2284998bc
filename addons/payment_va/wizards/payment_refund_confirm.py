# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models


class PaymentRefundConfirm(models.TransientModel):
    """Say that an approved refund was transferred."""

    _name = "payment.refund.confirm"
    _description = "Transfer of a Refund"

    refund_id = fields.Many2one("payment.refund", required=True, readonly=True)
    company_id = fields.Many2one(related="refund_id.company_id")
    currency_id = fields.Many2one(related="refund_id.currency_id")
    amount = fields.Monetary(related="refund_id.amount")
    payee_name = fields.Char(related="refund_id.payee_name")
    payee_bank = fields.Char(related="refund_id.payee_bank")
    payee_account = fields.Char(related="refund_id.payee_account")
    journal_id = fields.Many2one(
        "account.journal",
        string="Paid from",
        required=True,
        domain="[('type', '=', 'bank'), ('company_id', '=', company_id)]",
    )
    date = fields.Date(required=True, default=fields.Date.context_today)
    bank_reference = fields.Char(string="Reference of the Transfer", required=True)

    def action_confirm(self):
        """Book the transfer."""
        self.ensure_one()
        refund = self.refund_id._elevate()
        refund._confirm_transfer(
            self.journal_id.sudo(), self.bank_reference.strip(), self.date
        )
