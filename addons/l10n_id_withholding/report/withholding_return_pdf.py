# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models
from odoo.tools.misc import get_lang

from ..tools.rates import format_rate, to_decimal


class WithholdingReturnPdf(models.AbstractModel):
    """The list of slips of a return, on paper."""

    _name = "report.l10n_id_withholding.report_return"
    _description = "Withholding Tax Return on Paper"

    @api.model
    def _get_report_values(self, docids, data=None):
        """Override of `base`: the returns, and how to put what is on them."""
        return {
            "docs": self.env["l10n_id.withholding.return"].browse(docids),
            "paper": self,
        }

    @api.model
    def _get_address(self, company):
        parts = (company.street, company.street2, company.city, company.zip)
        return ", ".join(filter(None, parts))

    @api.model
    def _format_rate(self, rate):
        """Return a rate as people write it in their language: "2", "2,5"."""
        text = format_rate(to_decimal(rate))
        return text.replace(".", get_lang(self.env).decimal_point)

    @api.model
    def _get_object_totals(self, record):
        """Return dicts with ``object``, ``count``, ``base`` and ``tax`` per object."""
        groups = self.env["l10n_id.withholding.slip"]._read_group(
            [("return_id", "=", record.id)],
            ["object_id"],
            ["__count", "base:sum", "tax_amount:sum"],
        )
        return [
            {"object": tax_object, "count": count, "base": base, "tax": tax}
            for tax_object, count, base, tax in groups
        ]
