# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models


class L10nIdWithholdingSetupLine(models.TransientModel):
    _name = "l10n_id.withholding.setup.line"
    _description = "Preview of a Withholding Tax"
    _order = "kind, id"

    setup_id = fields.Many2one(
        "l10n_id.withholding.setup", required=True, ondelete="cascade", index=True
    )
    object_id = fields.Many2one(
        "l10n_id.withholding.object", string="Tax Object", required=True
    )
    kind = fields.Selection(related="object_id.kind", store=True)
    effective_rate = fields.Float(related="object_id.effective_rate")
    no_npwp_surcharge = fields.Float(related="object_id.no_npwp_surcharge")
    verified = fields.Boolean(related="object_id.verified")
    selected = fields.Boolean(string="Add")
    tax_id = fields.Many2one("account.tax", string="Existing Tax")
