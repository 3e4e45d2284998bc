# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models


class PurchaseOrder(models.Model):
    _inherit = "purchase.order"

    @api.constrains("state")
    def _check_budget_rules(self):
        """Apply the rules of the budgets to orders that are confirmed."""
        orders = self.filtered(lambda order: order.state == "purchase")
        if orders:
            self.env["account.budget.alert"]._check_documents(orders)
