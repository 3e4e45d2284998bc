# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models


class ScolaChartWizardLine(models.TransientModel):
    _name = "scola.chart.wizard.line"
    _description = "Preview of the Foundation's Chart"

    wizard_id = fields.Many2one(
        "scola.chart.wizard", required=True, ondelete="cascade", index=True
    )
    kind = fields.Selection(
        [("account", "Account"), ("journal", "Journal")], required=True
    )
    code = fields.Char(required=True)
    name = fields.Char(required=True)
    type_label = fields.Char(string="Type")
    status = fields.Selection(
        [
            ("add", "Will be added"),
            ("same", "Exists"),
            ("different", "Exists differently, left alone"),
        ],
        required=True,
    )
    existing = fields.Char(string="Existing One")
