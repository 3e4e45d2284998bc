# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.exceptions import ValidationError


class ScolaFeePause(models.Model):
    _name = "scola.fee.pause"
    _description = "Pause of a Fee Enrolment"
    _order = "enrollment_id, date_start"

    enrollment_id = fields.Many2one(
        "scola.student.fee.enrollment", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="enrollment_id.company_id", store=True)
    date_start = fields.Date(string="First Day", required=True)
    date_end = fields.Date(string="Last Day", required=True)

    _dates_ordered = models.Constraint(
        "CHECK(date_start <= date_end)",
        "Last Day: choose a day on or after the first day.",
    )

    @api.constrains("enrollment_id", "date_start", "date_end")
    def _check_overlap(self):
        for pause in self:
            others = pause.enrollment_id.pause_ids - pause
            if others.filtered(
                lambda other, pause=pause: (
                    other.date_start <= pause.date_end
                    and pause.date_start <= other.date_end
                )
            ):
                raise ValidationError(
                    self.env._(
                        "First Day / Last Day: pauses of %s overlap. Make them one.",
                        pause.enrollment_id.display_name,
                    )
                )
