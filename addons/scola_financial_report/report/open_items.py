# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models


class OpenItemsReport(models.AbstractModel):
    _inherit = "report.account_financial_report.open_items"

    def _get_report_values(self, docids, data):
        """Override of `account_financial_report`: only the students chosen."""
        return super(OpenItemsReport, self._for_school(data))._get_report_values(
            docids, data
        )
