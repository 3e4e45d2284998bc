# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models


class ScolaAssetSetupLine(models.TransientModel):
    _name = "scola.asset.setup.line"
    _description = "Preview of Assets and Stock"

    setup_id = fields.Many2one(
        "scola.asset.setup", required=True, ondelete="cascade", index=True
    )
    kind = fields.Selection(
        [
            ("journal", "Journal"),
            ("profile", "Asset Profile"),
            ("category", "Product Category"),
            ("location", "Stock Location"),
        ],
        required=True,
    )
    name = fields.Char(required=True)
    detail = fields.Char()
    status = fields.Selection(
        [("add", "Will be added"), ("same", "Exists, left alone")], required=True
    )
