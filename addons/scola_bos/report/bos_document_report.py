# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, models

from ..tools.document import format_cell


class BosDocumentReport(models.AbstractModel):
    """Values of the PDF of any form."""

    _name = "report.scola_bos.report_bos_form"
    _description = "BOS Form (PDF)"

    _model = "bos.report.wizard"

    @api.model
    def _get_report_values(self, docids, data=None):
        records = self.env[self._model].browse(docids)
        return {
            "doc_ids": docids,
            "doc_model": self._model,
            "docs": [(record, record._get_printable()) for record in records],
            "format_cell": format_cell,
        }
