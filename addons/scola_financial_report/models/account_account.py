# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models
from odoo.fields import Domain

from ..const import INHERITED_ACCOUNTS


class AccountAccount(models.Model):
    _inherit = "account.account"

    @api.model
    def _search(self, domain, *args, **kwargs):
        """Override of `account`: a school uses the accounts of its foundation.

        The reports of `account_financial_report` ask for accounts *of* the company,
        and find none for a branch: its opening balances would be missing.
        """
        if self.env.context.get(INHERITED_ACCOUNTS):
            domain = Domain(domain).map_conditions(self._widen_company)
        return super()._search(domain, *args, **kwargs)

    @api.model
    def _widen_company(self, condition):
        if condition.field_expr != "company_ids" or condition.operator != "in":
            return condition
        # As superuser: only to find the ids of the companies above.
        companies = self.env["res.company"].sudo().browse(condition.value)
        return Domain("company_ids", "in", companies.parent_ids.ids)
