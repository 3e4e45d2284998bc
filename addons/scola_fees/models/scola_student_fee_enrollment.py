# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..const import PRORATA
from ..tools.periods import month_end

# Whoever holds this object in the context may change the state; RPC cannot send it.
_STATE_TOKEN = object()


class ScolaStudentFeeEnrollment(models.Model):
    _name = "scola.student.fee.enrollment"
    _description = "Fee Enrolment of a Student"
    _inherit = ["mail.thread"]
    _order = "year_id desc, student_id, template_id, id"
    _check_company_auto = True

    student_id = fields.Many2one(
        "scola.student",
        required=True,
        index=True,
        check_company=True,
        ondelete="restrict",
        tracking=True,
    )
    template_id = fields.Many2one(
        "scola.fee.template",
        required=True,
        index=True,
        check_company=True,
        ondelete="restrict",
        tracking=True,
    )
    company_id = fields.Many2one(
        related="template_id.company_id", string="School", store=True, index=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    year_id = fields.Many2one(
        related="template_id.year_id", string="Academic Year", store=True
    )
    level_id = fields.Many2one(related="template_id.level_id", store=True)
    grade_id = fields.Many2one(
        "scola.grade",
        compute="_compute_grade",
        store=True,
        readonly=False,
        domain="[('level_id', '=', level_id)]",
        help="Grade whose amounts are billed.",
    )
    programme_id = fields.Many2one(
        "scola.study.programme",
        compute="_compute_grade",
        store=True,
        readonly=False,
        check_company=True,
    )
    classroom_id = fields.Many2one(related="student_id.classroom_id", store=True)
    date_start = fields.Date(
        string="Start",
        compute="_compute_dates",
        store=True,
        readonly=False,
        required=True,
        precompute=True,
        tracking=True,
    )
    date_end = fields.Date(
        string="End",
        compute="_compute_dates",
        store=True,
        readonly=False,
        required=True,
        precompute=True,
        tracking=True,
    )
    prorata = fields.Selection(
        PRORATA,
        string="Pro Rata",
        compute="_compute_defaults",
        store=True,
        readonly=False,
        required=True,
        precompute=True,
        tracking=True,
    )
    preset_id = fields.Many2one(
        "scola.installment.preset",
        string="Instalments",
        compute="_compute_defaults",
        store=True,
        readonly=False,
        precompute=True,
        check_company=True,
        tracking=True,
    )
    award_ids = fields.One2many(
        "scola.scholarship.award", "enrollment_id", string="Scholarships"
    )
    pause_ids = fields.One2many("scola.fee.pause", "enrollment_id", string="Pauses")
    state = fields.Selection(
        [("active", "Active"), ("cancelled", "Cancelled")],
        default="active",
        required=True,
        readonly=True,
        tracking=True,
        copy=False,
    )
    source = fields.Selection(
        [
            ("manual", "By hand"),
            ("bulk", "For a class"),
            ("placement", "By placement"),
        ],
        default="manual",
        required=True,
        readonly=True,
    )
    schedule_ids = fields.One2many("scola.fee.schedule", "enrollment_id")
    amount_planned = fields.Monetary(compute="_compute_amounts")
    amount_billed = fields.Monetary(compute="_compute_amounts")

    _one_active = models.UniqueIndex(
        "(student_id, template_id) WHERE state = 'active'",
        "Template: the student is enrolled in it already.",
    )
    _dates_ordered = models.Constraint(
        "CHECK(date_start <= date_end)",
        "End: choose a day on or after the start.",
    )

    # === COMPUTE METHODS === #

    @api.depends("student_id", "template_id.year_id")
    def _compute_grade(self):
        placements = self.env["scola.placement"].search(
            [
                ("student_id", "in", self.student_id.ids),
                ("year_id", "in", self.template_id.year_id.ids),
            ],
            order="date_start, id",
        )
        latest = {
            (placement.student_id.id, placement.year_id.id): placement.classroom_id
            for placement in placements
        }
        for enrollment in self:
            student = enrollment.student_id
            classroom = latest.get(
                (student.id, enrollment.template_id.year_id.id), student.classroom_id
            )
            enrollment.grade_id = classroom.grade_id
            enrollment.programme_id = classroom.programme_id or student.programme_id

    @api.depends("template_id", "student_id")
    def _compute_dates(self):
        for enrollment in self:
            start, end = (
                enrollment.template_id._get_validity()
                if enrollment.template_id
                else (False, False)
            )
            joined = enrollment.student_id.entry_date
            if start and joined and start < joined <= end:
                start = joined
            enrollment.date_start = start
            enrollment.date_end = end

    @api.depends("template_id")
    def _compute_defaults(self):
        for enrollment in self:
            enrollment.prorata = enrollment.template_id.prorata or "full"
            enrollment.preset_id = enrollment.template_id.preset_id

    @api.depends("schedule_ids.amount", "schedule_ids.move_id")
    def _compute_amounts(self):
        groups = self.env["scola.fee.schedule"]._read_group(
            [("enrollment_id", "in", self.ids)],
            ["enrollment_id"],
            ["amount:sum", "billed_amount:sum"],
        )
        sums = {enrollment: (total, billed) for enrollment, total, billed in groups}
        for enrollment in self:
            total, billed = sums.get(enrollment, (0, 0))
            enrollment.amount_planned = total
            enrollment.amount_billed = billed

    @api.depends("student_id.display_name", "template_id.name")
    def _compute_display_name(self):
        for enrollment in self:
            enrollment.display_name = (
                f"{enrollment.student_id.display_name} - {enrollment.template_id.name}"
            )

    # === CONSTRAINTS === #

    @api.constrains("student_id", "template_id")
    def _check_school(self):
        for enrollment in self:
            if enrollment.student_id.company_id != enrollment.template_id.company_id:
                raise ValidationError(
                    self.env._(
                        "Student: %(student)s is a student of %(school)s; choose a"
                        " template of that school.",
                        student=enrollment.student_id.name,
                        school=enrollment.student_id.company_id.name,
                    )
                )

    @api.constrains("date_start", "date_end", "template_id")
    def _check_within_year(self):
        for enrollment in self:
            year = enrollment.year_id
            if not (
                year.date_start <= enrollment.date_start
                and enrollment.date_end <= year.date_end
            ):
                raise ValidationError(
                    self.env._(
                        "Start / End of %(enrollment)s: choose days within the academic"
                        " year %(year)s.",
                        enrollment=enrollment.display_name,
                        year=year.name,
                    )
                )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        enrollments = super().create(vals_list)
        enrollments._clear_unfit()
        return enrollments

    def write(self, vals):
        token = self.env.context.get("scola_enrollment_token")
        if "state" in vals and token is not _STATE_TOKEN:
            raise UserError(self.env._("State: use the buttons Cancel and Reactivate."))
        if {"student_id", "template_id"} & vals.keys() and self.schedule_ids.move_id:
            raise UserError(
                self.env._(
                    "Student / Template: bills were raised. End this enrolment and make"
                    " another one."
                )
            )
        result = super().write(vals)
        if "template_id" in vals:
            self._clear_unfit()
        if self._get_planning_fields() & vals.keys():
            self._replan()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_billed(self):
        if self.schedule_ids.move_id:
            raise UserError(
                self.env._("An enrolment with bills stays: cancel it instead.")
            )

    # === ACTIONS === #

    def action_cancel(self):
        """Stop billing: what is planned is dropped, what is billed stays."""
        self._set_state("cancelled")
        self._drop_plan()

    def action_reactivate(self):
        """Bill again, from the enrolment's dates."""
        self._set_state("active")
        self._replan()

    def action_plan_year(self):
        """Plan every row of the academic year, so that the family sees what comes."""
        self.check_access("write")
        self.env["scola.fee.planner"]._plan(self, None)

    def action_view_schedules(self):
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "scola_fees.action_scola_fee_schedule"
        )
        return {**action, "domain": [("enrollment_id", "in", self.ids)], "context": {}}

    # === BUSINESS METHODS === #

    @api.model
    def _get_billable_domain(self, company, day):
        """Return which enrolments of a school are billed up to the month of ``day``.

        :param res.company company: the school
        :param date day: any day of the month
        :rtype: list
        """
        return [
            ("company_id", "=", company.id),
            ("state", "=", "active"),
            ("template_id.active", "=", True),
            ("date_start", "<=", month_end(day)),
        ]

    @api.model
    def _get_planning_fields(self):
        """Return the fields whose change plans anew what is not billed."""
        return {
            "template_id",
            "date_start",
            "date_end",
            "prorata",
            "preset_id",
            "grade_id",
            "programme_id",
            "pause_ids",
        }

    def _set_state(self, state):
        self.with_context(scola_enrollment_token=_STATE_TOKEN).write({"state": state})

    def _clear_unfit(self):
        """Take away what no longer fits the template: awards and instalments."""
        for enrollment in self:
            lines = enrollment.template_id.line_ids
            if enrollment.preset_id and not lines.filtered("installments_allowed"):
                enrollment.preset_id = False
            components = lines.component_id
            enrollment.award_ids.filtered(
                lambda award, components=components: (
                    award.type_id.component_ids
                    and not award.type_id.component_ids & components
                )
            ).unlink()

    def _replan(self):
        """Plan anew what is planned but not billed; bills stay as they are."""
        for until, enrollments in self._group_by_horizon().items():
            self.env["scola.fee.planner"]._plan(enrollments, until)

    def _group_by_horizon(self):
        """Return the enrolments by the last bill date planned for them so far."""
        groups = self.env["scola.fee.schedule"]._read_group(
            [("enrollment_id", "in", self.filtered(lambda e: e.state == "active").ids)],
            ["enrollment_id"],
            ["bill_date:max"],
        )
        horizons = {}
        for enrollment, until in groups:
            horizons.setdefault(until, self.browse())
            horizons[until] |= enrollment
        return horizons

    def _drop_plan(self):
        """Remove what is planned and not billed."""
        # As superuser: nobody deletes rows by hand, but plans end with the enrolment.
        self.schedule_ids.filtered(lambda row: not row.move_id).sudo().unlink()

    def _end(self, day=None):
        """End active enrolments: nothing is billed for the time after ``day``.

        :param date day: last day billed, today at the school if not given
        """
        for enrollment in self.filtered(lambda record: record.state == "active"):
            last = fields.Date.to_date(day) or enrollment.company_id._scola_today()
            if last < enrollment.date_start:
                enrollment.action_cancel()
            elif last < enrollment.date_end:
                enrollment.date_end = last

    def _resume(self, day=None):
        """Go on with enrolments that had ended: the time in between is a pause.

        :param date day: first day billed again, today at the school if not given
        """
        for enrollment in self.filtered(lambda record: record.state == "active"):
            first = fields.Date.to_date(day) or enrollment.company_id._scola_today()
            ended = enrollment.date_end
            last = enrollment.template_id._get_validity()[1]
            if not ended < first <= last:
                continue
            pause = {"date_start": fields.Date.add(ended, days=1)}
            pause["date_end"] = fields.Date.subtract(first, days=1)
            values = {"date_end": last}
            if pause["date_start"] <= pause["date_end"]:
                values["pause_ids"] = [(0, 0, pause)]
            enrollment.write(values)

    @api.model
    def _enroll(self, students, template, source, **values):
        """Enrol those of ``students`` who are not yet enrolled in ``template``.

        :param scola.student students: all of the template's school
        :param scola.fee.template template: one template
        :param str source: "manual", "bulk" or "placement"
        :param values: further values of the enrolments
        :return: the new enrolments
        :rtype: scola.student.fee.enrollment
        """
        enrolled = self.search(
            [
                ("template_id", "=", template.id),
                ("student_id", "in", students.ids),
                ("state", "=", "active"),
            ]
        ).student_id
        return self.create(
            [
                {
                    **values,
                    "student_id": student.id,
                    "template_id": template.id,
                    "source": source,
                }
                for student in students - enrolled
            ]
        )

    @api.model
    def _get_automatic_templates(self, placements):
        """Return the templates that students get by being placed in a classroom."""
        return self.env["scola.fee.template"].search(
            [
                ("auto_enroll", "=", True),
                ("company_id", "in", placements.company_id.ids),
                ("year_id", "in", placements.year_id.ids),
                ("level_id", "in", placements.classroom_id.level_id.ids),
            ]
        )

    @api.model
    def _follow_placements(self, placements):
        """Give enrolments the grade and programme of the new classroom.

        :param scola.placement placements: the open ones, one a student and year
        """
        for classroom, placed in placements.grouped("classroom_id").items():
            moved = self.search(
                [
                    ("student_id", "in", placed.student_id.ids),
                    ("year_id", "=", classroom.year_id.id),
                    ("level_id", "=", classroom.level_id.id),
                    ("state", "=", "active"),
                    ("grade_id", "!=", classroom.grade_id.id),
                ]
            )
            if moved:
                moved.write({"grade_id": classroom.grade_id.id})
            changed = self.search(
                [
                    ("student_id", "in", placed.student_id.ids),
                    ("year_id", "=", classroom.year_id.id),
                    ("state", "=", "active"),
                    ("programme_id", "!=", classroom.programme_id.id),
                ]
            )
            if classroom.programme_id and changed:
                changed.write({"programme_id": classroom.programme_id.id})
