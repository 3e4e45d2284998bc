# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models


class AccountPayment(models.Model):
    _inherit = "account.payment"

    def action_draft(self):
        """Override of `account`: what a provider reported is undone there."""
        self.move_id._check_not_incoming()
        return super().action_draft()

    def action_cancel(self):
        """Override of `account`: what a provider reported is undone there."""
        self.move_id._check_not_incoming()
        return super().action_cancel()

    # === REFUNDS === #

    def _find_incomings(self):
        """Return the payments at providers behind these.

        :rtype: payment.incoming
        """
        return self.env["payment.incoming"].search([("payment_id", "in", self.ids)])

    def _compute_amount_available_for_refund(self):
        """Override of `account_payment`: refunds here are no transactions."""
        result = super()._compute_amount_available_for_refund()
        # As superuser: an accountant of the ledger need not see the inbox.
        for incoming in self.sudo()._find_incomings():
            payment = self.browse(incoming.payment_id.id)
            payment.amount_available_for_refund = incoming.refundable_amount
        return result

    def action_refund_wizard(self):
        """Override of `account_payment`: a refund is asked for, approved, then made."""
        self.ensure_one()
        incoming = self._find_incomings()
        return incoming.action_refund() if incoming else super().action_refund_wizard()
