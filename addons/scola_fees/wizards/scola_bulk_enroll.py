# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.exceptions import UserError


class ScolaBulkEnroll(models.TransientModel):
    _name = "scola.bulk.enroll"
    _description = "Enrol a Class or Level"
    _check_company_auto = True

    company_id = fields.Many2one(related="template_id.company_id")
    template_id = fields.Many2one("scola.fee.template", required=True)
    year_id = fields.Many2one(related="template_id.year_id")
    level_id = fields.Many2one(related="template_id.level_id")
    classroom_ids = fields.Many2many(
        "scola.classroom",
        string="Classrooms",
        check_company=True,
        domain="[('year_id', '=', year_id), ('level_id', '=', level_id),"
        " ('company_id', '=', company_id)]",
        help="Empty means every classroom of the level.",
    )
    grade_ids = fields.Many2many(
        "scola.grade", string="Grades", domain="[('level_id', '=', level_id)]"
    )
    date_start = fields.Date(string="Start", help="Empty means as the template.")
    student_ids = fields.Many2many("scola.student", compute="_compute_student_ids")
    student_count = fields.Integer(compute="_compute_student_ids")
    enrolled_count = fields.Integer(
        string="Already Enrolled", compute="_compute_student_ids"
    )

    @api.depends("template_id", "classroom_ids", "grade_ids")
    def _compute_student_ids(self):
        for wizard in self:
            students = self.env["scola.student"].search(wizard._get_domain())
            enrolled = self.env["scola.student.fee.enrollment"].search_count(
                [
                    ("template_id", "=", wizard.template_id.id),
                    ("student_id", "in", students.ids),
                    ("state", "=", "active"),
                ]
            )
            wizard.student_ids = students
            wizard.enrolled_count = enrolled
            wizard.student_count = len(students) - enrolled

    def _get_domain(self):
        """Return which students are enrolled: the active ones placed in the scope."""
        self.ensure_one()
        template = self.template_id
        domain = [
            ("company_id", "=", template.company_id.id),
            ("state", "=", "active"),
            ("classroom_id.year_id", "=", template.year_id.id),
            ("level_id", "=", template.level_id.id),
        ]
        if self.classroom_ids:
            domain.append(("classroom_id", "in", self.classroom_ids.ids))
        if self.grade_ids:
            domain.append(("grade_id", "in", self.grade_ids.ids))
        return domain

    def action_enroll(self):
        """Enrol the students who are not yet enrolled, and show them."""
        self.ensure_one()
        students = self.student_ids
        if not students:
            raise UserError(
                self.env._(
                    "Classrooms: no active student is placed there this year. Choose"
                    " others, or place the students first."
                )
            )
        values = {"date_start": self.date_start} if self.date_start else {}
        enrollments = self.env["scola.student.fee.enrollment"]._enroll(
            students, self.template_id, "bulk", **values
        )
        action = self.template_id.action_view_enrollments()
        return {**action, "domain": [("id", "in", enrollments.ids)]}
