# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

_OUTCOMES = {"promote": "promoted", "repeat": "repeated", "graduate": "graduated"}


class ScolaPromotionWizard(models.TransientModel):
    _name = "scola.promotion.wizard"
    _description = "Promote Classrooms"

    company_id = fields.Many2one(
        comodel_name="res.company",
        string="School",
        required=True,
        default=lambda self: self._default_company_id(),
    )
    classroom_ids = fields.Many2many(
        comodel_name="scola.classroom",
        string="Classrooms",
        default=lambda self: self._default_classroom_ids(),
        domain="[('company_id', '=', company_id)]",
    )
    year_id = fields.Many2one(
        comodel_name="scola.academic.year",
        string="New Academic Year",
        compute="_compute_year_id",
        store=True,
        readonly=False,
        precompute=True,
    )
    date_end = fields.Date(
        string="Last Day in the Old Class",
        compute="_compute_dates",
        store=True,
        readonly=False,
        precompute=True,
    )
    date_start = fields.Date(
        string="First Day in the New Class",
        compute="_compute_dates",
        store=True,
        readonly=False,
        precompute=True,
    )
    line_ids = fields.One2many(
        comodel_name="scola.promotion.wizard.line",
        inverse_name="wizard_id",
        string="Students",
        compute="_compute_line_ids",
        store=True,
        readonly=False,
    )
    missing_names = fields.Char(compute="_compute_missing_names")

    def _default_classroom_ids(self):
        if self.env.context.get("active_model") == "scola.classroom":
            return self.env.context.get("active_ids")
        return False

    def _default_company_id(self):
        classrooms = self.env["scola.classroom"].browse(self._default_classroom_ids())
        return classrooms[:1].company_id or self.env.company

    @api.depends("classroom_ids")
    def _compute_year_id(self):
        for wizard in self:
            old_year = wizard.classroom_ids.year_id.sorted("date_start")[-1:]
            wizard.year_id = old_year._get_next() if old_year else wizard.year_id

    @api.depends("year_id", "classroom_ids")
    def _compute_dates(self):
        for wizard in self:
            old_year = wizard.classroom_ids.year_id.sorted("date_start")[-1:]
            wizard.date_end = old_year.date_end
            wizard.date_start = wizard.year_id.date_start

    @api.depends("classroom_ids", "year_id")
    def _compute_line_ids(self):
        for wizard in self:
            wizard.line_ids = [
                Command.clear(),
                *(
                    Command.create(wizard._prepare_line_vals(placement))
                    for placement in wizard._get_placements()
                ),
            ]

    @api.depends("line_ids.target_classroom_id", "line_ids.outcome")
    def _compute_missing_names(self):
        for wizard in self:
            lines = wizard._get_lines_without_target()
            names = {
                wizard._get_target_name(line.placement_id.classroom_id, line.outcome)
                for line in lines
            }
            wizard.missing_names = ", ".join(sorted(names))

    def action_create_classrooms(self):
        """Make the classrooms of the new year that the students lack."""
        self.ensure_one()
        self._check_year()
        vals_by_name = {}
        for line in self._get_lines_without_target():
            vals = self._prepare_classroom_vals(line.classroom_id, line.outcome)
            vals_by_name[vals["name"]] = vals
        self.env["scola.classroom"].create(list(vals_by_name.values()))
        for line in self._get_lines_without_target():
            line.target_classroom_id = self._get_target(line.classroom_id, line.outcome)
        return self._reopen()

    def action_promote(self):
        """Promote, hold back or graduate all students, or none at all."""
        self.ensure_one()
        self._check_lines()
        for outcome, lines in self.line_ids.grouped("outcome").items():
            lines.placement_id._close(_OUTCOMES[outcome], date=self.date_end)
            if outcome == "graduate":
                lines.student_id.action_graduate(date=self.date_end)
        self._create_placements()
        return {"type": "ir.actions.act_window_close"}

    def _get_placements(self):
        """Return the open placements of those not yet seated in the new year."""
        placements = self.classroom_ids.placement_ids.filtered(lambda p: not p.date_end)
        seated = placements.student_id.placement_ids.filtered(
            lambda p: not p.date_end and p.year_id == self.year_id
        )
        placements = placements.filtered(
            lambda p: p.student_id not in seated.student_id
        )
        return placements.sorted(lambda p: (p.classroom_id.name, p.student_id.name))

    def _prepare_line_vals(self, placement):
        outcome = "graduate" if placement.grade_id.is_final else "promote"
        target = self._get_target(placement.classroom_id, outcome)
        return {
            "student_id": placement.student_id.id,
            "placement_id": placement.id,
            "outcome": outcome,
            "target_classroom_id": target.id,
        }

    def _get_target(self, classroom, outcome):
        """Return the parallel class of the new year, or the only one there is."""
        no_classroom = self.env["scola.classroom"]
        if outcome == "graduate" or not self.year_id:
            return no_classroom
        candidates = no_classroom.search(
            [
                ("year_id", "=", self.year_id.id),
                ("company_id", "=", classroom.company_id.id),
                ("grade_id", "=", self._get_target_grade(classroom, outcome).id),
                ("programme_id", "in", [classroom.programme_id.id, False]),
            ]
        )
        name = self._get_target_name(classroom, outcome).casefold()
        parallel = candidates.filtered(lambda c: c.name.casefold() == name)
        return parallel or (candidates if len(candidates) == 1 else no_classroom)

    @api.model
    def _get_target_grade(self, classroom, outcome):
        grade = classroom.grade_id
        return grade.next_grade_id if outcome == "promote" else grade

    @api.model
    def _get_target_name(self, classroom, outcome):
        """Return the parallel class's name: VII A becomes VIII A."""
        grade = classroom.grade_id
        target = self._get_target_grade(classroom, outcome)
        for old, new in ((grade.name, target.name), (grade.code, target.code)):
            if old and classroom.name.startswith(old):
                return (new or "") + classroom.name[len(old) :]
        return classroom.name

    def _get_lines_without_target(self):
        return self.line_ids.filtered(
            lambda line: line.outcome != "graduate" and not line.target_classroom_id
        )

    def _prepare_classroom_vals(self, classroom, outcome):
        return {
            "name": self._get_target_name(classroom, outcome),
            "year_id": self.year_id.id,
            "grade_id": self._get_target_grade(classroom, outcome).id,
            "programme_id": classroom.programme_id.id,
            "company_id": classroom.company_id.id,
            "capacity": classroom.capacity,
        }

    def _check_year(self):
        if not self.year_id:
            raise UserError(
                self.env._(
                    "New Academic Year: it is empty. Create the next academic year "
                    "first and choose it here."
                )
            )

    def _check_lines(self):
        if not self.line_ids:
            raise UserError(
                self.env._(
                    "Students: there is nobody to promote. Choose classrooms whose "
                    "students have no classroom in the new academic year yet."
                )
            )
        staying = self.line_ids.filtered(lambda line: line.outcome != "graduate")
        if staying:
            self._check_year()
        if staying and self.date_start <= self.date_end:
            raise UserError(
                self.env._(
                    "First Day in the New Class: it must come after the Last Day in "
                    "the Old Class. Correct one of the two dates."
                )
            )
        for line in staying:
            self._check_target(line)

    def _check_target(self, line):
        """Raise if the student of the line cannot go where the line says."""
        target = line.target_classroom_id
        if not target:
            raise UserError(
                self.env._(
                    "New Classroom: it is missing for %(student)s. Choose one, or use "
                    "Create Missing Classrooms.",
                    student=line.student_id.display_name,
                )
            )
        grade = self._get_target_grade(line.classroom_id, line.outcome)
        if target.year_id != self.year_id or target.grade_id != grade:
            raise UserError(
                self.env._(
                    "New Classroom: %(target)s does not fit %(student)s. Choose a "
                    "classroom of grade %(grade)s in %(year)s, or another outcome.",
                    target=target.display_name,
                    student=line.student_id.display_name,
                    grade=grade.display_name or "-",
                    year=self.year_id.name,
                )
            )

    def _create_placements(self):
        self.env["scola.placement"].create(
            [
                line.student_id._prepare_placement_vals(
                    line.target_classroom_id, self.date_start
                )
                for line in self.line_ids
                if line.outcome != "graduate"
            ]
        )

    def _reopen(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Promote Classrooms"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
        }
