# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.exceptions import UserError


class PaymentSettlementMatch(models.TransientModel):
    """Say which line of the bank statement a payout is."""

    _name = "payment.settlement.match"
    _description = "Choice of a Bank Statement Line"

    settlement_id = fields.Many2one("payment.settlement", required=True, readonly=True)
    currency_id = fields.Many2one(related="settlement_id.currency_id")
    net = fields.Monetary(related="settlement_id.net")
    candidate_ids = fields.Many2many(
        "account.bank.statement.line", compute="_compute_candidate_ids"
    )
    statement_line_id = fields.Many2one(
        "account.bank.statement.line",
        string="Bank Statement Line",
        domain="[('id', 'in', candidate_ids)]",
    )

    @api.depends("settlement_id")
    def _compute_candidate_ids(self):
        for wizard in self:
            wizard.candidate_ids = wizard._find_candidates()

    def _find_candidates(self):
        """Return the lines of the same amount, or all of the time if there are none."""
        settlement = self.settlement_id
        lines = settlement._find_bank_lines()
        same = lines.filtered(
            lambda line: (
                not line.currency_id.compare_amounts(line.amount, settlement.net)
            )
        )
        return same or lines

    def action_match(self):
        """Match the payout to the line chosen."""
        self.ensure_one()
        settlement = self.settlement_id._elevate()
        if self.statement_line_id not in self.candidate_ids:
            raise UserError(
                self.env._(
                    "Bank Statement Line: choose one of the payout bank that is not "
                    "matched yet."
                )
            )
        if settlement.state != "posted":
            raise UserError(
                self.env._("Post the settlement before it is matched to the bank.")
            )
        settlement._link_bank_line(self.statement_line_id.sudo())
