# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models


class TrialBalanceReportWizard(models.TransientModel):
    _name = "trial.balance.report.wizard"
    _inherit = ["trial.balance.report.wizard", "scola.report.filter.mixin"]

    def _only_one_unaffected_earnings_account(self):
        """Override of `account_financial_report`: the foundation's counts."""
        wizard = self._with_inherited_accounts()
        return super(
            TrialBalanceReportWizard, wizard
        )._only_one_unaffected_earnings_account()

    @api.onchange("account_code_from", "account_code_to")
    def on_change_account_range(self):
        """Replaces that of `account_financial_report`, see the mixin."""
        self._choose_account_range()

    @api.onchange("receivable_accounts_only", "payable_accounts_only")
    def onchange_type_accounts_only(self):
        """Override of `account_financial_report`: also those of the foundation."""
        wizard = self._with_inherited_accounts()
        return super(TrialBalanceReportWizard, wizard).onchange_type_accounts_only()
