# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models


class ScolaReceiptCancel(models.TransientModel):
    """A treasurer cancels a receipt here, a cashier asks for it."""

    _name = "scola.receipt.cancel"
    _description = "Cancel Receipt"

    receipt_id = fields.Many2one(
        "scola.cash.receipt", required=True, ondelete="cascade", readonly=True
    )
    family_id = fields.Many2one(related="receipt_id.family_id")
    currency_id = fields.Many2one(related="receipt_id.currency_id")
    amount = fields.Monetary(related="receipt_id.amount")
    method = fields.Selection(related="receipt_id.method")
    reason = fields.Char(required=True)
    available_session_ids = fields.Many2many(
        "scola.cash.session", compute="_compute_available_session_ids"
    )
    session_id = fields.Many2one(
        "scola.cash.session",
        string="Paid Back from Session",
        compute="_compute_session_id",
        store=True,
        readonly=False,
        domain="[('id', 'in', available_session_ids)]",
        help="The open drawer the cash is taken from.",
    )
    is_treasurer = fields.Boolean(compute="_compute_is_treasurer")

    @api.depends("receipt_id")
    def _compute_available_session_ids(self):
        for wizard in self:
            # sudo: which drawers are open; a cashier may see their own only.
            receipt = wizard.receipt_id.sudo()
            wizard.available_session_ids = self.env["scola.cash.session"].search(
                [
                    ("journal_id", "=", receipt.session_id.journal_id.id),
                    ("company_id", "=", receipt.company_id.id),
                    ("state", "=", "opened"),
                ]
            )

    @api.depends("available_session_ids")
    def _compute_session_id(self):
        """Propose the drawer the cash went into, else the user's own, else any."""
        for wizard in self:
            sessions = wizard.available_session_ids._origin
            own = sessions.filtered(lambda session: session.user_id == self.env.user)
            origin = sessions & wizard.receipt_id.sudo().session_id
            wizard.session_id = (origin or own or sessions)[:1]

    @api.depends_context("uid")
    def _compute_is_treasurer(self):
        self.is_treasurer = self.env.user.has_group("scola_school.group_treasurer")

    def action_confirm(self):
        """Cancel the receipt, or ask the treasurers to."""
        self.ensure_one()
        if self.is_treasurer:
            self.receipt_id._cancel(self.reason, self.session_id)
        else:
            self.receipt_id._request_cancel(self.reason)
        return {"type": "ir.actions.act_window_close"}
