# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.exceptions import ValidationError


class ScolaPlacement(models.Model):
    _name = "scola.placement"
    _description = "Placement of a Student in a Classroom"
    _order = "date_start desc, id desc"

    student_id = fields.Many2one(
        comodel_name="scola.student",
        required=True,
        index=True,
        ondelete="cascade",
    )
    classroom_id = fields.Many2one(
        comodel_name="scola.classroom",
        required=True,
        index=True,
        ondelete="restrict",
    )
    year_id = fields.Many2one(related="classroom_id.year_id", store=True, index=True)
    grade_id = fields.Many2one(related="classroom_id.grade_id", store=True)
    company_id = fields.Many2one(
        related="classroom_id.company_id", string="School", store=True, index=True
    )
    date_start = fields.Date(
        string="Start Date",
        required=True,
        default=lambda self: self.env.company._scola_today(),
    )
    date_end = fields.Date(string="End Date", help="Empty while the student sits here.")
    outcome = fields.Selection(
        selection=[
            ("open", "Current"),
            ("promoted", "Promoted"),
            ("repeated", "Repeats"),
            ("graduated", "Graduated"),
            ("moved", "Moved to Another Class"),
            ("left", "Left"),
        ],
        required=True,
        default="open",
    )

    _open_uniq = models.UniqueIndex(
        "(student_id, year_id) WHERE date_end IS NULL",
        "Classroom: the student has a classroom in this academic year already. Close "
        "that placement first, or use the button Place in a Classroom.",
    )
    _dates_check = models.Constraint(
        "CHECK(date_end IS NULL OR date_end >= date_start)",
        "End Date: a placement cannot end before its Start Date. Correct one of the "
        "two dates.",
    )
    _outcome_check = models.Constraint(
        "CHECK((date_end IS NULL) = (outcome = 'open'))",
        "Outcome: a placement with an End Date needs an outcome, one without is "
        "Current. Correct one of the two fields.",
    )

    @api.depends("student_id.display_name", "classroom_id.display_name")
    def _compute_display_name(self):
        for placement in self:
            student = placement.student_id.display_name or ""
            classroom = placement.classroom_id.display_name or ""
            placement.display_name = f"{student}: {classroom}"

    @api.constrains("student_id", "classroom_id")
    def _check_same_school(self):
        for placement in self:
            student, classroom = placement.student_id, placement.classroom_id
            if student.company_id != classroom.company_id:
                raise ValidationError(
                    self.env._(
                        "Classroom: %(student)s is a student of %(school)s, classroom "
                        "%(classroom)s belongs to %(other)s. Choose a classroom of "
                        "the student's school.",
                        student=student.display_name,
                        school=student.company_id.sudo().name,
                        classroom=classroom.name,
                        other=classroom.company_id.sudo().name,
                    )
                )

    @api.constrains("student_id", "classroom_id")
    def _check_programme(self):
        for placement in self:
            programme = placement.classroom_id.programme_id
            student = placement.student_id
            if programme and student.programme_id not in (
                programme,
                programme.browse(),
            ):
                raise ValidationError(
                    self.env._(
                        "Classroom: %(classroom)s is for %(programme)s, "
                        "%(student)s studies %(other)s. Choose another classroom or "
                        "change the student's Study Programme.",
                        classroom=placement.classroom_id.name,
                        programme=programme.name,
                        student=student.display_name,
                        other=student.programme_id.name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        placements = super().create(vals_list)
        placements._after_placement()
        return placements

    def write(self, vals):
        moved = self.browse()
        if "classroom_id" in vals:
            moved = self.filtered(lambda p: p.classroom_id.id != vals["classroom_id"])
        result = super().write(vals)
        if moved:
            moved._after_placement()
        return result

    def _after_placement(self):
        """Do what follows from sitting in a (new) classroom.

        Called after placements were created and after their classroom changed, on all
        of them at once. Hook: other add-ons override it, for instance to enrol the
        students for the fees of their class.
        """
        self._activate_prospective_students()
        self._set_programme_of_classroom()

    def _activate_prospective_students(self):
        by_date = self.filtered(
            lambda p: not p.date_end and p.student_id.state == "prospective"
        ).grouped("date_start")
        for date, placements in by_date.items():
            placements.student_id._change_state("active", date=date)

    def _set_programme_of_classroom(self):
        without = self.filtered(
            lambda p: p.classroom_id.programme_id and not p.student_id.programme_id
        )
        by_programme = without.grouped(lambda p: p.classroom_id.programme_id)
        for programme, placements in by_programme.items():
            placements.student_id.programme_id = programme

    def _close(self, outcome, date=None):
        """End open placements.

        :param str outcome: one of the outcomes but "open"
        :param date date: last day in the classroom, today if not given
        """
        date = date or self.env.company._scola_today()
        for placement in self.filtered(lambda p: not p.date_end):
            # Whoever leaves before the first day has been there for that day only.
            last_day = max(date, placement.date_start)
            placement.write({"date_end": last_day, "outcome": outcome})
        # The next placement must not reach the database before this end does.
        self.flush_recordset(["date_end"])
