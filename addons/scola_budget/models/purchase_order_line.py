# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models


class PurchaseOrderLine(models.Model):
    _inherit = "purchase.order.line"

    spending_code_id = fields.Many2one(
        comodel_name="scola.budget.spending.code",
        index="btree_not_null",
        ondelete="restrict",
        help="What the money is spent on, by the national codes.",
    )
    budget_account_id = fields.Many2one(
        comodel_name="account.account",
        compute="_compute_budget_account_id",
        store=True,
        index="btree_not_null",
        help="The account the bill will be booked on: that of the spending code, else "
        "that of the product.",
    )

    @api.depends("product_id", "spending_code_id", "company_id")
    def _compute_budget_account_id(self):
        for line in self:
            line.budget_account_id = (
                line._get_spending_account() or line._get_expense_account()
            )

    def _get_spending_account(self):
        self.ensure_one()
        return self.spending_code_id.with_company(self.company_id).account_id

    def _get_expense_account(self):
        """Return the account that a bill takes from the product."""
        self.ensure_one()
        if not self.product_id:
            return False
        product = self.product_id.with_company(self.company_id)
        accounts = product.product_tmpl_id.get_product_accounts(
            fiscal_pos=self.order_id.fiscal_position_id
        )
        return accounts["expense"]

    @api.constrains(
        "product_qty",
        "price_unit",
        "discount",
        "analytic_distribution",
        "spending_code_id",
        "date_planned",
    )
    def _check_budget_rules(self):
        """Apply the rules of the budgets to what changes in a confirmed order."""
        orders = self.order_id.filtered(lambda order: order.state == "purchase")
        if orders:
            self.env["account.budget.alert"]._check_documents(orders)

    def _prepare_account_move_line(self, move=False):
        """Override of `purchase` to carry the spending code to the bill."""
        values = super()._prepare_account_move_line(move)
        if self.spending_code_id:
            values["spending_code_id"] = self.spending_code_id.id
            account = self._get_spending_account()
            if account:
                values["account_id"] = account.id
        return values
