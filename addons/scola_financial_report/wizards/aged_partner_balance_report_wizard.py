# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.exceptions import UserError


class AgedPartnerBalanceReportWizard(models.TransientModel):
    _name = "aged.partner.balance.report.wizard"
    _inherit = ["aged.partner.balance.report.wizard", "scola.report.filter.mixin"]

    include_non_trade = fields.Boolean(
        string="Taxes and Other Claims",
        help="Also age accounts that are not of trade. The Indonesian chart types some "
        "tax accounts as receivable or payable.",
    )

    @api.onchange("account_code_from", "account_code_to")
    def on_change_account_range(self):
        """Replaces that of `account_financial_report`, see the mixin."""
        self._choose_account_range([("reconcile", "=", True)])

    @api.onchange("receivable_accounts_only", "payable_accounts_only")
    def onchange_type_accounts_only(self):
        """Override of `account_financial_report`: also those of the foundation."""
        wizard = self._with_inherited_accounts()
        return super(
            AgedPartnerBalanceReportWizard, wizard
        ).onchange_type_accounts_only()

    def _prepare_report_data(self):
        """Override of `account_financial_report`: nobody is behind with a tax."""
        data = super()._prepare_report_data()
        if not self.include_non_trade:
            data["account_ids"] = self._get_trade_accounts().ids
        return data

    def _get_trade_accounts(self):
        accounts = self.account_ids.filtered(lambda account: not account.non_trade)
        if self.account_ids and not accounts:
            raise UserError(
                self.env._(
                    "Filter accounts: all of them are of taxes or other claims. Choose "
                    "others, or tick Taxes and Other Claims."
                )
            )
        return accounts

    def _get_school_filters(self):
        """Override to say what is left out."""
        filters = super()._get_school_filters()
        if not self.include_non_trade:
            filters.append((self.env._("Accounts"), self.env._("Trade only")))
        return filters
