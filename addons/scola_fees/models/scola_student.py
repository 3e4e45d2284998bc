# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models


class ScolaStudent(models.Model):
    _inherit = "scola.student"

    enrollment_ids = fields.One2many("scola.student.fee.enrollment", "student_id")
    schedule_ids = fields.One2many("scola.fee.schedule", "student_id")
    # The inherited currency_id is that of the contact, without a company.
    fee_currency_id = fields.Many2one(
        related="company_id.currency_id", string="School Currency"
    )
    amount_open = fields.Monetary(
        compute="_compute_amounts_open",
        compute_sudo=True,
        currency_field="fee_currency_id",
        help="Billed and not paid.",
    )
    amount_overdue = fields.Monetary(
        compute="_compute_amounts_open",
        compute_sudo=True,
        currency_field="fee_currency_id",
        help="Levies past their due date.",
    )

    @api.depends_context("uid")
    def _compute_amounts_open(self):
        # Computed as superuser: a homeroom teacher sees the sums, not the ledger.
        rows = self.env["scola.fee.arrears.report"]._read_group(
            [("student_id", "in", self.ids)],
            ["student_id"],
            ["residual:sum", "overdue:sum"],
        )
        sums = {student.id: (total, overdue) for student, total, overdue in rows}
        for student in self:
            student.amount_open, student.amount_overdue = sums.get(student.id, (0, 0))

    def action_view_schedules(self):
        """Open the fee schedule of these students."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "scola_fees.action_scola_fee_schedule"
        )
        return {**action, "domain": [("student_id", "in", self.ids)], "context": {}}

    def _change_state(self, state, date=None, reason=None):
        """Override of `scola_school`: leaving ends the fees, coming back resumes them.

        Who is admitted for the first time gets the fees by the placement.
        """
        changed = self.filtered(lambda student: student.state != state)
        back = changed.filtered(lambda student: student.state != "prospective")
        result = super()._change_state(state, date=date, reason=reason)
        if state == "active":
            # As superuser: see below.
            back.enrollment_ids.sudo()._resume(date)
        if state in ("on_leave", "graduated", "left", "transferred"):
            # As superuser: whoever may let a student go need not define fees.
            changed.enrollment_ids.sudo()._end(date)
        return result
