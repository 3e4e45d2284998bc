# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models


class AccountBankStatementLine(models.Model):
    _inherit = "account.bank.statement.line"

    def action_undo_reconciliation(self):
        """Override of `account`: a payout explained by these is to be found again."""
        if not self:
            # Odoo asks about no line at all on every change of an invoice.
            return super().action_undo_reconciliation()
        # As superuser: who works on the statement need not see settlements.
        settlements = self.env["payment.settlement"].sudo()
        settlements.search([("statement_line_id", "in", self.ids)]).write(
            {"statement_line_id": False}
        )
        return super().action_undo_reconciliation()
