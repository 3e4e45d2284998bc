# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models


class OpenItemsReportWizard(models.TransientModel):
    _name = "open.items.report.wizard"
    _inherit = ["open.items.report.wizard", "scola.report.filter.mixin"]

    @api.onchange("account_code_from", "account_code_to")
    def on_change_account_range(self):
        """Replaces that of `account_financial_report`, see the mixin."""
        self._choose_account_range([("reconcile", "=", True)])

    @api.onchange("receivable_accounts_only", "payable_accounts_only")
    def onchange_type_accounts_only(self):
        """Override of `account_financial_report`: also those of the foundation."""
        wizard = self._with_inherited_accounts()
        return super(OpenItemsReportWizard, wizard).onchange_type_accounts_only()
