# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models


class GeneralLedgerReport(models.AbstractModel):
    _inherit = "report.account_financial_report.general_ledger"

    def _get_report_values(self, docids, data):
        """Override of `account_financial_report`: only the students chosen."""
        report = self._for_school(data)
        domain = [*(data.get("domain") or []), *report._get_student_domain()]
        return super(GeneralLedgerReport, report)._get_report_values(
            docids, {**data, "domain": domain}
        )
