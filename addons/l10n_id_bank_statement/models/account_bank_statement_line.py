# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models


class AccountBankStatementLine(models.Model):
    _inherit = "account.bank.statement.line"

    import_line = fields.Integer(
        string="Line of the File", readonly=True, copy=False, aggregator=None
    )
    proposal_ids = fields.One2many("bank.statement.proposal", "statement_line_id")

    def _auto_reconcile(self):
        """Override of `account_reconcile_oca`: of our files nobody guesses silently.

        There a line whose text is part of one invoice's number pays that invoice.
        """
        if self.env.context.get("skip_auto_reconcile"):
            return None
        return super()._auto_reconcile()

    def action_undo_reconciliation(self):
        """Override of `account`: what was accepted for these is so no longer."""
        if self:
            # As superuser: proposals are changed by their actions only.
            proposals = self.env["bank.statement.proposal"].sudo()
            proposals.search(
                [("statement_line_id", "in", self.ids), ("state", "=", "accepted")]
            ).write({"state": "undone"})
        return super().action_undo_reconciliation()
