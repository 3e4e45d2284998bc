# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..tools.penalty import Cut, Deadline
from ..tools.periods import day_of


class BosRegulationDeadline(models.Model):
    """A day of the year by which the school reports or its transfer is due."""

    _name = "bos.regulation.deadline"
    _description = "BOS Deadline"
    _inherit = ["bos.rule.mixin"]
    _order = "regulation_id, year_offset, month, day, id"

    name = fields.Char(required=True, translate=True)
    kind = fields.Selection(
        [("report", "Report"), ("transfer", "Transfer")],
        required=True,
        default="report",
        help="A late report costs a part of a transfer. A transfer is only awaited.",
    )
    stage_number = fields.Integer(
        string="Stage", help="Stage it is about; 0: the whole year."
    )
    year_offset = fields.Integer(
        string="Years Later", help="0: in the budget year; 1: in the year after."
    )
    month = fields.Integer(required=True, default=1)
    day = fields.Integer(required=True, default=31)
    required_percent = fields.Float(
        string="Realised at Least (%)",
        digits=(5, 2),
        help="Part of the stage that must be spent before it may be reported.",
    )
    cut_ids = fields.One2many("bos.regulation.cut", "deadline_id", string="Cuts")
    cut_stage_number = fields.Integer(
        string="Stage Cut", help="Stage whose transfer is cut by a late report."
    )
    cut_year_offset = fields.Integer(
        string="Years Later (Cut)",
        help="0: a stage of the budget year is cut; 1: of the year after.",
    )
    final_month = fields.Integer(
        help="Month of the last day on which to report at all."
    )
    final_day = fields.Integer(help="0: there is no such day.")
    loses_all_stages = fields.Boolean(
        help="After the last day the whole year of the cut stage is lost."
    )

    _day_check = models.Constraint(
        "CHECK(month BETWEEN 1 AND 12 AND day BETWEEN 1 AND 31)",
        "Month / Day: enter a month from 1 to 12 and a day from 1 to 31.",
    )
    _final_check = models.Constraint(
        "CHECK(COALESCE(final_day, 0) = 0 "
        "OR (final_month BETWEEN 1 AND 12 AND final_day BETWEEN 1 AND 31))",
        "Final Month / Final Day: enter a month from 1 to 12 and a day from 1 to 31, "
        "or 0 as day.",
    )

    @api.constrains("month", "day", "final_month", "final_day")
    def _check_final(self):
        for rule in self:
            if rule.final_day and (rule.final_month, rule.final_day) < (
                rule.month,
                rule.day,
            ):
                raise ValidationError(
                    self.env._(
                        "Final Month / Final Day: the last day of %s lies before the "
                        "day it is due. Correct one of the two.",
                        rule.name,
                    )
                )

    def _get_deadline(self, year):
        """Return the deadline of a budget year as plain data.

        :param int year: budget year
        :rtype: Deadline
        """
        self.ensure_one()
        year += self.year_offset
        cuts = tuple(
            Cut(day_of(year, cut.month, 1), Decimal(str(cut.percent)))
            for cut in self.cut_ids
        )
        final = (
            day_of(year, self.final_month, self.final_day) if self.final_day else None
        )
        return Deadline(day_of(year, self.month, self.day), cuts, final)
