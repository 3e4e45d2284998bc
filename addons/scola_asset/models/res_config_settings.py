# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    scola_auto_depreciation = fields.Boolean(
        related="company_id.scola_auto_depreciation", readonly=False
    )
