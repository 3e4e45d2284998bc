# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models


class AccountBankStatementLine(models.Model):
    _inherit = "account.bank.statement.line"

    def action_request_approval(self):
        """Submit lines by which money left, before they are matched.

        :rtype: bool
        """
        return self.move_id.action_request_approval()
