# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models


class AccountJournal(models.Model):
    _inherit = "account.journal"

    def _get_money_accounts(self):
        """Return accounts through which the money of journals goes.

        :rtype: account.account
        """
        methods = self.inbound_payment_method_line_ids
        methods |= self.outbound_payment_method_line_ids
        return (
            self.default_account_id
            | self.suspense_account_id
            | methods.payment_account_id
        )
