# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models

#: Models whose forms bring their own style and need nothing from the server.
OWN_LAYOUT = ("account.budget", "account.budget.consolidation")


class IrActionsReport(models.Model):
    _inherit = "ir.actions.report"

    def _get_layout(self):
        """Override of `base`: the forms of budgets print without a web server."""
        if self.model in OWN_LAYOUT:
            return self.env.ref("scola_budget.budget_pdf_layout")
        return super()._get_layout()

    def _render_qweb_pdf_prepare_streams(self, report_ref, data, res_ids=None):
        """Override of `base` to print budgets one by one.

        The wkhtmltopdf of Linux distributions (unpatched Qt) refuses several documents
        in one call.
        """
        report = self._get_report(report_ref)
        if report.model not in OWN_LAYOUT or len(res_ids or []) < 2:
            return super()._render_qweb_pdf_prepare_streams(report_ref, data, res_ids)
        streams = {}
        for res_id in res_ids:
            streams.update(
                super()._render_qweb_pdf_prepare_streams(
                    report_ref, dict(data or {}), [res_id]
                )
            )
        return streams
