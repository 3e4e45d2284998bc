# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models


class JournalLedgerReportWizard(models.TransientModel):
    _name = "journal.ledger.report.wizard"
    _inherit = ["journal.ledger.report.wizard", "scola.report.filter.mixin"]
