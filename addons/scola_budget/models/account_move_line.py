# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    spending_code_id = fields.Many2one(
        comodel_name="scola.budget.spending.code",
        index="btree_not_null",
        ondelete="restrict",
        help="What the money is spent on, by the national codes.",
    )

    @api.onchange("spending_code_id")
    def _onchange_spending_code_id(self):
        """Take the account of the spending code, where it has one."""
        spending = self.spending_code_id.with_company(self.company_id)
        if spending.account_id:
            self.account_id = spending.account_id
