# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from collections import OrderedDict

from odoo import models


class IrActionsReport(models.Model):
    _inherit = "ir.actions.report"

    def _render_qweb_pdf_prepare_streams(self, report_ref, data, res_ids=None):
        """Override of `base` to print receipts one by one.

        The wkhtmltopdf of Linux distributions (unpatched Qt) refuses several
        documents in one call.
        """
        report = self._get_report(report_ref)
        if report.model != "payment.incoming" or len(res_ids or []) < 2:
            return super()._render_qweb_pdf_prepare_streams(report_ref, data, res_ids)
        streams = OrderedDict()
        for res_id in res_ids:
            streams.update(
                super()._render_qweb_pdf_prepare_streams(
                    report_ref, dict(data or {}), [res_id]
                )
            )
        return streams

    def _get_layout(self):
        """Override of `base`: receipts bring their own style and need no server."""
        if self.model == "payment.incoming":
            return self.env.ref("payment_va.receipt_pdf_layout")
        return super()._get_layout()
