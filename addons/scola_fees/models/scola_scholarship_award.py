# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..tools.scholarships import PERCENT


class ScolaScholarshipAward(models.Model):
    _name = "scola.scholarship.award"
    _description = "Scholarship of a Student"
    _order = "enrollment_id, sequence, id"
    _check_company_auto = True

    enrollment_id = fields.Many2one(
        "scola.student.fee.enrollment", required=True, index=True, ondelete="cascade"
    )
    student_id = fields.Many2one(related="enrollment_id.student_id", store=True)
    company_id = fields.Many2one(related="enrollment_id.company_id", store=True)
    type_id = fields.Many2one(
        "scola.scholarship.type",
        string="Scholarship",
        required=True,
        check_company=True,
        ondelete="restrict",
        domain=[("is_sibling", "=", False)],
    )
    sequence = fields.Integer(related="type_id.sequence", store=True)
    percent = fields.Float(
        digits=(5, 2), help="Instead of the percentage of the scholarship, if not zero."
    )
    date_start = fields.Date(string="Valid from")
    date_end = fields.Date(string="Valid until")
    reference = fields.Char(help="Decree or letter it is based on.")

    _type_uniq = models.Constraint(
        "UNIQUE(enrollment_id, type_id)",
        "Scholarship: the student has it already; change its dates instead.",
    )
    _percent_range = models.Constraint(
        "CHECK(percent BETWEEN 0 AND 100)", "Percentage: use 0 to 100."
    )
    _dates_ordered = models.Constraint(
        "CHECK(date_start IS NULL OR date_end IS NULL OR date_start <= date_end)",
        "Valid until: choose a day on or after Valid from.",
    )

    @api.constrains("type_id")
    def _check_type(self):
        if self.type_id.filtered("is_sibling"):
            raise ValidationError(
                self.env._("Scholarship: sibling discounts are given by themselves.")
            )

    @api.onchange("type_id")
    def _onchange_type_id(self):
        if self.type_id.kind != PERCENT:
            self.percent = 0

    @api.model_create_multi
    def create(self, vals_list):
        awards = super().create(vals_list)
        awards.enrollment_id._replan()
        return awards

    def write(self, vals):
        result = super().write(vals)
        self.enrollment_id._replan()
        return result

    def unlink(self):
        enrollments = self.enrollment_id
        result = super().unlink()
        enrollments.exists()._replan()
        return result
