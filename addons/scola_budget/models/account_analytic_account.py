# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.exceptions import ValidationError


class AccountAnalyticAccount(models.Model):
    _inherit = "account.analytic.account"

    fund_type = fields.Selection(
        selection=[
            ("bos_regular", "BOS Regular"),
            ("bos_performance", "BOS Performance"),
            ("bos_affirmative", "BOS Affirmative"),
            ("regular", "Regular"),
            ("other", "Other"),
        ],
        tracking=True,
        help="What kind of money it is; only for accounts of the plan Fund.",
    )

    @api.constrains("fund_type", "plan_id")
    def _check_fund_type(self):
        plans = self.env["account.analytic.plan"]._get_budget_plans()
        for account in self.filtered("fund_type"):
            if account.root_plan_id != plans[0]:
                raise ValidationError(
                    self.env._(
                        "Fund Type: %(account)s is not an account of the plan "
                        "%(plan)s. Leave Fund Type empty or choose that plan.",
                        account=account.name,
                        plan=plans[0].name,
                    )
                )
