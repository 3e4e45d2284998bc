# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models


class JournalLedgerReport(models.AbstractModel):
    _inherit = "report.account_financial_report.journal_ledger"

    def _get_report_values(self, docids, data):
        """Override of `account_financial_report`: only the students chosen."""
        return super(JournalLedgerReport, self._for_school(data))._get_report_values(
            docids, data
        )

    def _get_moves_domain(self, wizard, journal_ids):
        """Override of `account_financial_report`: an entry is of one student."""
        domain = super()._get_moves_domain(wizard, journal_ids)
        return domain + self._get_student_domain()
