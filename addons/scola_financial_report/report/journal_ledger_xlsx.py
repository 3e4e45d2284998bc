# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models


class JournalLedgerXlsx(models.AbstractModel):
    _inherit = "report.a_f_r.report_journal_ledger_xlsx"

    def _get_report_filters(self, report):
        """Override of `account_financial_report`: name the students chosen."""
        filters = super()._get_report_filters(report)
        return filters + [list(found) for found in report._get_school_filters()]
