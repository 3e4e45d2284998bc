# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.exceptions import ValidationError


class ScolaClassroom(models.Model):
    _name = "scola.classroom"
    _description = "Classroom"
    _inherit = ["mail.thread"]
    _order = "year_id desc, grade_id, name, id"
    _rec_names_search = ["name", "year_id.code"]
    _check_company_auto = True

    name = fields.Char(required=True, tracking=True, help="For example VII A.")
    year_id = fields.Many2one(
        comodel_name="scola.academic.year",
        string="Academic Year",
        required=True,
        index=True,
        check_company=True,
        ondelete="restrict",
        default=lambda self: self.env["scola.academic.year"]._get_current(),
    )
    grade_id = fields.Many2one(
        comodel_name="scola.grade", required=True, index=True, ondelete="restrict"
    )
    level_id = fields.Many2one(related="grade_id.level_id", store=True, index=True)
    programme_id = fields.Many2one(
        comodel_name="scola.study.programme",
        check_company=True,
        domain="[('level_id', '=', level_id), ('company_id', '=', company_id)]",
    )
    homeroom_teacher_id = fields.Many2one(
        comodel_name="res.users",
        index=True,
        tracking=True,
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
    )
    company_id = fields.Many2one(
        comodel_name="res.company",
        string="School",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    capacity = fields.Integer(
        default=32, help="Number of seats. Zero means no limit. A full class warns."
    )
    placement_ids = fields.One2many(
        comodel_name="scola.placement", inverse_name="classroom_id", string="Placements"
    )
    student_ids = fields.Many2many(
        comodel_name="scola.student", compute="_compute_students", string="Students"
    )
    student_count = fields.Integer(compute="_compute_students")
    is_full = fields.Boolean(compute="_compute_is_full")

    _name_uniq = models.Constraint(
        "UNIQUE(company_id, year_id, name)",
        "Name: the school has a classroom with this name in that academic year "
        "already. Choose another name.",
    )
    _capacity_check = models.Constraint(
        "CHECK(capacity >= 0)",
        "Capacity: the number of seats cannot be negative. Enter zero for no limit.",
    )

    @api.depends("placement_ids.date_end", "placement_ids.student_id")
    def _compute_students(self):
        groups = self.env["scola.placement"]._read_group(
            [("classroom_id", "in", self.ids), ("date_end", "=", False)],
            ["classroom_id"],
            ["student_id:recordset"],
        )
        students_by_classroom = dict(groups)
        no_student = self.env["scola.student"]
        for classroom in self:
            students = students_by_classroom.get(classroom, no_student)
            classroom.student_ids = students
            classroom.student_count = len(students)

    @api.depends("student_count", "capacity")
    def _compute_is_full(self):
        for classroom in self:
            capacity = classroom.capacity
            classroom.is_full = bool(capacity) and classroom.student_count >= capacity

    @api.depends("name", "year_id.code")
    def _compute_display_name(self):
        for classroom in self:
            year = classroom.year_id.sudo().code
            classroom.display_name = (
                f"{classroom.name} ({year})" if year else classroom.name
            )

    @api.constrains("programme_id", "grade_id")
    def _check_programme_level(self):
        for classroom in self.filtered("programme_id"):
            if classroom.programme_id.level_id != classroom.level_id:
                raise ValidationError(
                    self.env._(
                        "Study Programme: %(programme)s belongs to level %(level)s, "
                        "classroom %(classroom)s does not. Choose a study programme "
                        "of the classroom's level.",
                        programme=classroom.programme_id.name,
                        level=classroom.programme_id.level_id.name,
                        classroom=classroom.name,
                    )
                )

    def write(self, vals):
        if vals.keys() & {"year_id", "company_id"}:
            self._check_without_history(vals)
        return super().write(vals)

    def _check_without_history(self, vals):
        """Refuse to carry the history of students into another year or school."""
        for classroom in self.filtered("placement_ids"):
            for fname in vals.keys() & {"year_id", "company_id"}:
                if classroom[fname].id != vals[fname]:
                    raise ValidationError(
                        self.env._(
                            "%(field)s: classroom %(name)s has students already, its "
                            "%(field)s cannot change. Create another classroom.",
                            field=self._fields[fname]._description_string(self.env),
                            name=classroom.name,
                        )
                    )

    def action_view_students(self):
        """Open the students who sit in these classrooms now."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "scola_school.scola_student_action"
        )
        action["domain"] = [("classroom_id", "in", self.ids)]
        action["context"] = {}
        return action

    def action_promote(self):
        """Open the promotion wizard for these classrooms."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "scola_school.scola_promotion_wizard_action"
        )
        action["context"] = {
            "active_model": self._name,
            "active_ids": self.ids,
        }
        return action
