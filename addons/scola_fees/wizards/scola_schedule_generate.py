# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..tools.periods import month_end, month_key, month_start


class ScolaScheduleGenerate(models.TransientModel):
    _name = "scola.schedule.generate"
    _description = "Plan the Fee Schedule"
    _check_company_auto = True

    company_id = fields.Many2one(
        "res.company",
        string="School",
        required=True,
        default=lambda self: self.env.company,
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    until = fields.Date(
        string="Up to Month",
        required=True,
        default=lambda self: month_start(self.env.company._scola_today()),
        help="Any day of the last month to plan.",
    )
    classroom_ids = fields.Many2many(
        "scola.classroom", string="Classrooms", check_company=True
    )
    row_count = fields.Integer(string="Rows to Bill", compute="_compute_preview")
    student_count = fields.Integer(string="Students", compute="_compute_preview")
    gross = fields.Monetary(compute="_compute_preview")
    discount = fields.Monetary(compute="_compute_preview")
    amount = fields.Monetary(compute="_compute_preview")
    periods = fields.Char(compute="_compute_preview")

    @api.depends("company_id", "until", "classroom_ids")
    def _compute_preview(self):
        for wizard in self:
            enrollments = wizard._get_enrollments()
            students = {
                enrollment.id: enrollment.student_id.id for enrollment in enrollments
            }
            bills = self.env["scola.fee.planner"]._preview(
                enrollments, month_end(wizard.until)
            )
            wizard.row_count = len(bills)
            wizard.student_count = len({students[bill.enrollment] for bill in bills})
            wizard.gross = sum(bill.gross for bill in bills)
            wizard.discount = sum(bill.discount for bill in bills)
            wizard.amount = sum(bill.net for bill in bills)
            wizard.periods = ", ".join(sorted({bill.period for bill in bills}))

    def _get_enrollments(self):
        self.ensure_one()
        Enrollment = self.env["scola.student.fee.enrollment"]
        domain = Enrollment._get_billable_domain(self.company_id, self.until)
        if self.classroom_ids:
            domain.append(("classroom_id", "in", self.classroom_ids.ids))
        return Enrollment.search(domain, order="id")

    def action_generate(self):
        """Plan what the preview shows, and open it."""
        self.ensure_one()
        enrollments = self._get_enrollments()
        if not enrollments:
            raise UserError(
                self.env._(
                    "Up to Month: no student is enrolled by %s. Enrol students first.",
                    month_key(self.until),
                )
            )
        self.env["scola.fee.planner"]._plan(enrollments, month_end(self.until))
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "scola_fees.action_scola_fee_schedule"
        )
        return {**action, "domain": [("enrollment_id", "in", enrollments.ids)]}
