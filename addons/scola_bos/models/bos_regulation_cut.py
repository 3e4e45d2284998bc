# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models


class BosRegulationCut(models.Model):
    """What a report costs that is filed in a month after its deadline, or later."""

    _name = "bos.regulation.cut"
    _description = "Cut for a Late Report"
    _order = "deadline_id, month"
    _rec_name = "month"

    deadline_id = fields.Many2one(
        "bos.regulation.deadline", required=True, index=True, ondelete="cascade"
    )
    month = fields.Integer(
        required=True, help="Month of filing, until the month of the next cut."
    )
    percent = fields.Float(
        string="Cut (%)",
        digits=(5, 2),
        required=True,
        help="Percentage of the transfer that is cut.",
    )

    _month_uniq = models.Constraint(
        "UNIQUE(deadline_id, month)",
        "Month: the deadline has a cut for this month already. Change that one.",
    )
    _month_check = models.Constraint(
        "CHECK(month BETWEEN 1 AND 12)", "Month: enter a month from 1 to 12."
    )
    _percent_check = models.Constraint(
        "CHECK(percent >= 0 AND percent <= 100)",
        "Cut: enter a percentage from 0 to 100.",
    )
