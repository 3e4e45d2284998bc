# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models


class ScolaLevel(models.Model):
    _name = "scola.level"
    _description = "School Level"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True)
    kind = fields.Selection(
        selection=[
            ("tk", "TK (kindergarten)"),
            ("sd", "SD (primary)"),
            ("smp", "SMP (junior secondary)"),
            ("sma", "SMA (senior secondary)"),
            ("smk", "SMK (vocational)"),
            ("campus", "Campus"),
        ],
        required=True,
    )
    sequence = fields.Integer(default=10)
    is_campus = fields.Boolean(compute="_compute_is_campus", store=True)
    grade_ids = fields.One2many(
        comodel_name="scola.grade", inverse_name="level_id", string="Grades"
    )

    _code_uniq = models.Constraint(
        "UNIQUE(code)",
        "Code: another level has this code already. Choose another code.",
    )

    @api.depends("kind")
    def _compute_is_campus(self):
        for level in self:
            level.is_campus = level.kind == "campus"
