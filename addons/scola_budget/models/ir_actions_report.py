# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models


class IrActionsReport(models.Model):
    _inherit = "ir.actions.report"

    @api.model
    def _get_own_layouts(self):
        """Return the layouts that bring their own style; a hook.

        :return: external IDs of layouts, which need nothing from the server, by the
            name of the model that is printed
        :rtype: dict[str, str]
        """
        return {
            "account.budget": "scola_budget.budget_pdf_layout",
            "account.budget.consolidation": "scola_budget.budget_pdf_layout",
        }

    def _get_layout(self):
        """Override of `base`: official forms print without a web server."""
        if layout := self._get_own_layouts().get(self.model):
            return self.env.ref(layout)
        return super()._get_layout()

    def _render_qweb_pdf_prepare_streams(self, report_ref, data, res_ids=None):
        """Override of `base` to print official forms one by one.

        The wkhtmltopdf of Linux distributions (unpatched Qt) refuses several documents
        in one call.
        """
        report = self._get_report(report_ref)
        if report.model not in self._get_own_layouts() or len(res_ids or []) < 2:
            return super()._render_qweb_pdf_prepare_streams(report_ref, data, res_ids)
        streams = {}
        for res_id in res_ids:
            streams.update(
                super()._render_qweb_pdf_prepare_streams(
                    report_ref, dict(data or {}), [res_id]
                )
            )
        return streams
