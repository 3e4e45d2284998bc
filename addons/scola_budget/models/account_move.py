# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models

from ..const import SPENDING_ACCOUNT_TYPES


class AccountMove(models.Model):
    _inherit = "account.move"

    @api.constrains("state")
    def _check_budget_rules(self):
        """Apply the rules of the budgets to vendor bills and entries that are posted.

        A constraint, because however they are posted they pass here.
        """
        spending = self.filtered(
            lambda move: move.state == "posted" and move._is_budget_spending()
        )
        if spending:
            self.env["account.budget.alert"]._check_documents(spending)

    def _is_budget_spending(self):
        """Tell whether it spends: a bill, or an entry on an account of spending."""
        self.ensure_one()
        if self.move_type != "entry":
            return self.is_purchase_document(include_receipts=True)
        return any(
            line.account_id.account_type in SPENDING_ACCOUNT_TYPES
            for line in self.line_ids
        )
