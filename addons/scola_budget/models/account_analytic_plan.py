# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models
from odoo.exceptions import UserError


class AccountAnalyticPlan(models.Model):
    _inherit = "account.analytic.plan"

    @api.model
    def _get_budget_plans(self):
        """Return the plan of funds and the plan of activities."""
        # As superuser: who reads a budget need not read the plans it is sorted by.
        data = self.env["ir.model.data"].sudo()
        return tuple(
            self.sudo().browse(data._xmlid_to_res_id(xmlid, raise_if_not_found=True))
            for xmlid in (
                "scola_budget.analytic_plan_fund",
                "scola_budget.analytic_plan_activity",
            )
        )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_budget_plan(self):
        if any(plan in self for plan in self._get_budget_plans()):
            raise UserError(
                self.env._(
                    "The plans Fund and Activity belong to the budgets and cannot be "
                    "deleted. Set Default Applicability to Unavailable to hide them."
                )
            )
