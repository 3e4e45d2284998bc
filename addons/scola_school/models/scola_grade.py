# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.exceptions import ValidationError


class ScolaGrade(models.Model):
    _name = "scola.grade"
    _description = "Grade"
    _order = "level_id, sequence, id"

    name = fields.Char(required=True)
    code = fields.Char(required=True)
    level_id = fields.Many2one(
        comodel_name="scola.level", required=True, index=True, ondelete="restrict"
    )
    sequence = fields.Integer(default=10)
    next_grade_id = fields.Many2one(
        comodel_name="scola.grade",
        ondelete="set null",
        domain="[('level_id', '=', level_id), ('id', '!=', id)]",
        help="Where the students of this grade are promoted to.",
    )
    is_final = fields.Boolean(
        compute="_compute_is_final",
        store=True,
        help="The students of a final grade graduate instead of being promoted.",
    )

    _code_uniq = models.Constraint(
        "UNIQUE(level_id, code)",
        "Code: another grade of this level has this code already. Choose another code.",
    )

    @api.depends("next_grade_id")
    def _compute_is_final(self):
        for grade in self:
            grade.is_final = not grade.next_grade_id

    @api.depends("name", "level_id.name")
    def _compute_display_name(self):
        for grade in self:
            grade.display_name = f"{grade.level_id.name or ''} {grade.name or ''}"

    @api.constrains("next_grade_id", "level_id")
    def _check_next_grade(self):
        if self._has_cycle("next_grade_id"):
            raise ValidationError(
                self.env._(
                    "Next Grade: the grades lead back to where they started. Leave "
                    "Next Grade empty on the last one."
                )
            )
        for grade in self:
            if grade.next_grade_id and grade.next_grade_id.level_id != grade.level_id:
                raise ValidationError(
                    self.env._(
                        "Next Grade: %(next)s belongs to another level than "
                        "%(grade)s. Choose a grade of the same level.",
                        next=grade.next_grade_id.display_name,
                        grade=grade.display_name,
                    )
                )
