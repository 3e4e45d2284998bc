# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import Command, api, fields, models

#: Notes and coins of the rupiah that are in circulation.
DENOMINATIONS = (
    100_000,
    50_000,
    20_000,
    10_000,
    5_000,
    2_000,
    1_000,
    500,
    200,
    100,
)


class ScolaCashClose(models.TransientModel):
    """The closing count of a cash session, as a sum or note by note."""

    _name = "scola.cash.close"
    _description = "Close Cash Session"

    session_id = fields.Many2one(
        "scola.cash.session", required=True, ondelete="cascade", readonly=True
    )
    currency_id = fields.Many2one(related="session_id.currency_id")
    expected_amount = fields.Monetary(related="session_id.expected_amount")
    line_ids = fields.One2many(
        "scola.cash.close.line",
        "close_id",
        string="Notes and Coins",
        default=lambda self: self._default_line_ids(),
    )
    closing_amount = fields.Monetary(
        string="Closing Count",
        compute="_compute_closing_amount",
        store=True,
        readonly=False,
    )
    difference_amount = fields.Monetary(
        string="Difference", compute="_compute_difference_amount"
    )
    note = fields.Text()

    @api.model
    def _default_line_ids(self):
        return [Command.create({"value": value}) for value in DENOMINATIONS]

    @api.depends("line_ids.count")
    def _compute_closing_amount(self):
        for wizard in self:
            wizard.closing_amount = sum(wizard.line_ids.mapped("amount"))

    @api.depends("closing_amount", "expected_amount")
    def _compute_difference_amount(self):
        for wizard in self:
            wizard.difference_amount = wizard.closing_amount - wizard.expected_amount

    def action_confirm(self):
        """Close the session with what was counted."""
        self.ensure_one()
        counted = {str(line.value): line.count for line in self.line_ids if line.count}
        self.session_id._close(self.closing_amount, counted, self.note)
        return {"type": "ir.actions.act_window_close"}
