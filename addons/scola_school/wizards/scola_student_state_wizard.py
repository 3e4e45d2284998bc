# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models


class ScolaStudentStateWizard(models.TransientModel):
    _name = "scola.student.state.wizard"
    _description = "Change the Status of Students"

    student_ids = fields.Many2many(
        comodel_name="scola.student", string="Students", required=True
    )
    state = fields.Selection(
        selection=[
            ("active", "Active"),
            ("on_leave", "On Leave"),
            ("graduated", "Graduated"),
            ("left", "Left"),
            ("transferred", "Transferred"),
        ],
        string="New Status",
        required=True,
    )
    date = fields.Date(
        required=True, default=lambda self: self.env.company._scola_today()
    )
    reason = fields.Char()
    is_exit = fields.Boolean(compute="_compute_is_exit")

    @api.depends("state")
    def _compute_is_exit(self):
        for wizard in self:
            wizard.is_exit = wizard.state in ("graduated", "left", "transferred")

    def action_confirm(self):
        """Change the status through the student's own action methods."""
        self.ensure_one()
        students = self.student_ids
        actions = {
            "on_leave": students.action_set_on_leave,
            "graduated": students.action_graduate,
            "left": students.action_set_left,
            "transferred": students.action_transfer,
        }
        if self.state == "active":
            students.action_activate(date=self.date)
        else:
            actions[self.state](date=self.date, reason=self.reason)
        return {"type": "ir.actions.act_window_close"}
