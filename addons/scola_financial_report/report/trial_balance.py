# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models


class TrialBalanceReport(models.AbstractModel):
    _inherit = "report.account_financial_report.trial_balance"

    def _get_report_values(self, docids, data):
        """Override of `account_financial_report`: only the students chosen."""
        return super(TrialBalanceReport, self._for_school(data))._get_report_values(
            docids, data
        )

    def _get_initial_balances_bs_ml_domain(self, *args, **kwargs):
        """Override of `account_financial_report`: opening balances."""
        domain = super()._get_initial_balances_bs_ml_domain(*args, **kwargs)
        return domain + self._get_student_domain()

    def _get_initial_balances_pl_ml_domain(self, *args, **kwargs):
        """Override of `account_financial_report`: the year before the period."""
        domain = super()._get_initial_balances_pl_ml_domain(*args, **kwargs)
        return domain + self._get_student_domain()

    def _get_initial_balance_fy_pl_ml_domain(self, *args, **kwargs):
        """Override of `account_financial_report`: results of earlier years."""
        domain = super()._get_initial_balance_fy_pl_ml_domain(*args, **kwargs)
        return domain + self._get_student_domain()

    @api.model
    def _get_period_ml_domain(self, *args, **kwargs):
        """Override of `account_financial_report`: the period."""
        domain = super()._get_period_ml_domain(*args, **kwargs)
        return domain + self._get_student_domain()
