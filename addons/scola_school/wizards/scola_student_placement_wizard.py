# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models


class ScolaStudentPlacementWizard(models.TransientModel):
    _name = "scola.student.placement.wizard"
    _description = "Place Students in a Classroom"

    student_ids = fields.Many2many(
        comodel_name="scola.student", string="Students", required=True
    )
    company_id = fields.Many2one(
        comodel_name="res.company", compute="_compute_company_id"
    )
    classroom_id = fields.Many2one(
        comodel_name="scola.classroom",
        required=True,
        domain="[('company_id', '=', company_id)]",
    )
    date = fields.Date(
        string="From",
        required=True,
        default=lambda self: self.env.company._scola_today(),
    )

    @api.depends("student_ids")
    def _compute_company_id(self):
        for wizard in self:
            wizard.company_id = wizard.student_ids.company_id[:1] or self.env.company

    def action_place(self):
        """Seat the students; what they had in that year becomes history."""
        self.ensure_one()
        self.student_ids._place(self.classroom_id, self.date)
        return {"type": "ir.actions.act_window_close"}
