# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models


class PaymentRefundRequest(models.TransientModel):
    """Ask for a refund; somebody else approves it."""

    _name = "payment.refund.request"
    _description = "Request of a Refund"

    incoming_id = fields.Many2one(
        "payment.incoming", string="Payment", required=True, readonly=True
    )
    currency_id = fields.Many2one(related="incoming_id.currency_id")
    refundable_amount = fields.Monetary(
        string="At Most", related="incoming_id.refundable_amount"
    )
    ability = fields.Char(compute="_compute_ability")
    method = fields.Selection(
        [("api", "By the provider"), ("manual", "By bank transfer")],
        compute="_compute_method",
        store=True,
        precompute=True,
        readonly=False,
        required=True,
    )
    amount = fields.Monetary(
        compute="_compute_amount",
        store=True,
        precompute=True,
        readonly=False,
        required=True,
    )
    reason = fields.Char(required=True)
    payee_name = fields.Char(string="Account Holder")
    payee_bank = fields.Char(string="Bank")
    payee_account = fields.Char(string="Account Number")

    @api.depends("incoming_id")
    def _compute_ability(self):
        for wizard in self:
            wizard.ability = wizard._get_ability()

    def _get_ability(self):
        """Return what the provider can give back; see its ``_can_refund``."""
        # As superuser: settings of a provider are not for those who use it.
        incoming = self.incoming_id.sudo()
        can = incoming.provider_id._can_refund(incoming) if incoming else False
        return ("partial" if can is True else can) or False

    @api.depends("incoming_id")
    def _compute_method(self):
        for wizard in self:
            wizard.method = "api" if wizard._get_ability() else "manual"

    @api.depends("incoming_id")
    def _compute_amount(self):
        for wizard in self:
            wizard.amount = self.env.context.get(
                "payment_va_refund_amount", wizard.incoming_id.refundable_amount
            )

    def action_request(self):
        """Ask for the refund and show it."""
        self.ensure_one()
        payee = {}
        if self.method == "manual":
            names = ("payee_name", "payee_bank", "payee_account")
            payee = {name: (self[name] or "").strip() for name in names}
        refund = self.env["payment.refund"]._request(
            self.incoming_id, self.amount, self.reason.strip(), self.method, **payee
        )
        return {
            "type": "ir.actions.act_window",
            "res_model": "payment.refund",
            "res_id": refund.id,
            "view_mode": "form",
        }
