# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from collections import OrderedDict

from odoo import models

#: Attributes of a template's root element: how long the paper is, in millimetres,
#: and how long to wait for scripts, in milliseconds.
PAGE_HEIGHT_ATTRIBUTE = "data-report-page-height"
PRINT_DELAY_ATTRIBUTE = "data-report-print-delay"


class IrActionsReport(models.Model):
    _inherit = "ir.actions.report"

    def _render_qweb_pdf_prepare_streams(self, report_ref, data, res_ids=None):
        """Override of `base` to print receipts one by one.

        The wkhtmltopdf of Linux distributions (unpatched Qt) refuses several
        documents in one call, and a roll of paper is as long as its one receipt.
        """
        report = self._get_report(report_ref)
        if report.model != "scola.cash.receipt" or len(res_ids or []) < 2:
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
        if self.model == "scola.cash.receipt":
            return self.env.ref("scola_fees.cash_receipt_pdf_layout")
        return super()._get_layout()

    def _build_wkhtmltopdf_args(
        self,
        paperformat_id,
        landscape,
        specific_paperformat_args=None,
        set_viewport_size=False,
    ):
        """Override of `base` to let a template set its paper and skip the waiting.

        Odoo lets the printer wait a second for scripts, which receipts have none of
        and the payer at the window would wait for.
        """
        args = super()._build_wkhtmltopdf_args(
            paperformat_id, landscape, specific_paperformat_args, set_viewport_size
        )
        wanted = specific_paperformat_args or {}
        for attribute, option, unit in (
            (PAGE_HEIGHT_ATTRIBUTE, "--page-height", "mm"),
            (PRINT_DELAY_ATTRIBUTE, "--javascript-delay", ""),
        ):
            if attribute in wanted and option in args:
                args[args.index(option) + 1] = f"{int(wanted[attribute])}{unit}"
        return args
