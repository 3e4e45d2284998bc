# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models


class ScolaAssetRegisterPdf(models.AbstractModel):
    """The register of assets, on paper."""

    _name = "report.scola_asset.report_register"
    _description = "Register of Assets on Paper"

    @api.model
    def _get_report_values(self, docids, data=None):
        """Override of `base`: the registers, and how to put what is on them."""
        return {
            "docs": self.env["scola.asset.register"].browse(docids),
            "paper": self,
        }

    @api.model
    def _get_address(self, company):
        parts = (company.street, company.street2, company.city, company.zip)
        return ", ".join(filter(None, parts))
