# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models


class IrActionsReport(models.Model):
    _inherit = "ir.actions.report"

    @api.model
    def _get_own_layouts(self):
        """Override of `scola_budget`: the forms of BOS."""
        return {
            **super()._get_own_layouts(),
            "bos.report.wizard": "scola_bos.document_pdf_layout",
            "bos.cash.count": "scola_bos.document_pdf_layout",
        }
