# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models

from ..const import K7_COLUMN_BY_FUND_TYPE, K7_COLUMNS


class AccountAnalyticAccount(models.Model):
    _inherit = "account.analytic.account"

    bos_k7_column = fields.Selection(
        K7_COLUMNS,
        string="Column in K7",
        compute="_compute_bos_k7_column",
        store=True,
        readonly=False,
        help="Under which heading form K7 shows what was spent of this fund.",
    )

    @api.depends("fund_type")
    def _compute_bos_k7_column(self):
        for account in self:
            account.bos_k7_column = account.fund_type and K7_COLUMN_BY_FUND_TYPE.get(
                account.fund_type, "other"
            )
