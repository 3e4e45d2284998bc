# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models
from odoo.exceptions import AccessError

from ..const import REQUEST

ADMINISTRATORS = "account.group_account_manager,base.group_system"


class AccountPaymentMethodLine(models.Model):
    _inherit = "account.payment.method.line"

    # Odoo lets everybody who makes invoices write these; which accounts hold money, and
    # so what leaves the company, follows from them.

    @api.constrains("payment_account_id", "journal_id", "payment_method_id")
    def _check_approval_account(self):
        """Have only administrators say on which accounts money waits."""
        if self.env.user.has_groups(ADMINISTRATORS):
            return
        # As superuser: of whatever company, as these may have been taken out of theirs.
        rules = self.env["tier.definition"].sudo()
        if rules.search_count([("model", "=", REQUEST)], limit=1):
            raise AccessError(
                self.env._(
                    "The accounts of payment methods decide which payments need "
                    "approval. Ask an accounting administrator to change them."
                )
            )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_approval_account(self):
        self._check_approval_account()
