# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models
from odoo.exceptions import UserError


class AccountPayment(models.Model):
    _inherit = "account.payment"

    def action_draft(self):
        """Override of `account`: what was receipted is undone by its receipt only."""
        self._check_not_receipted()
        return super().action_draft()

    def action_cancel(self):
        """Override of `account`: what was receipted is undone by its receipt only."""
        self._check_not_receipted()
        return super().action_cancel()

    def _check_not_receipted(self):
        # sudo: an accountant of the ledger need not see the cash desk.
        receipt = (
            self.env["scola.cash.receipt"]
            .sudo()
            .search([("payment_ids", "in", self.ids)], limit=1)
        )
        if receipt:
            raise UserError(
                self.env._(
                    "This payment belongs to receipt %(number)s, which the payer "
                    "holds. Cancel the receipt instead.",
                    number=receipt.name,
                )
            )
