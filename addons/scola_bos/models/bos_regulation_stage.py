# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from decimal import Decimal

from odoo import fields, models


class BosRegulationStage(models.Model):
    """A transfer of the year: which share of the allocation comes with it."""

    _name = "bos.regulation.stage"
    _description = "Stage of Disbursement"
    _inherit = ["bos.rule.mixin"]
    _order = "regulation_id, number"

    name = fields.Char(required=True, translate=True)
    number = fields.Integer(required=True, default=1)
    percent = fields.Float(
        string="Share (%)",
        digits=(5, 2),
        required=True,
        tracking=True,
        help="Percentage of the year's allocation.",
    )

    _number_uniq = models.Constraint(
        "UNIQUE(regulation_id, number)",
        "Number: the regulation has this stage already. Choose the next number.",
    )
    _percent_check = models.Constraint(
        "CHECK(percent > 0 AND percent <= 100)",
        "Share: enter a percentage above 0 and up to 100.",
    )
    _number_check = models.Constraint(
        "CHECK(number BETWEEN 1 AND 2)",
        "Number: a year has the stages 1 and 2.",
    )

    def _get_percent(self):
        self.ensure_one()
        return Decimal(str(self.percent)).quantize(Decimal("0.01"))
