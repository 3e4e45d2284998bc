# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import date

from odoo import api, fields, models
from odoo.exceptions import ValidationError


class BosRegulation(models.Model):
    """The juknis of a year: its components, ceilings, stages, deadlines and cuts."""

    _name = "bos.regulation"
    _description = "BOS Regulation"
    _inherit = ["mail.thread"]
    _order = "valid_from desc, id desc"

    name = fields.Char(required=True, tracking=True, help="As it is quoted.")
    number = fields.Char(required=True, tracking=True, help="For example 8/2026.")
    date_issued = fields.Date(tracking=True)
    valid_from = fields.Date(
        required=True,
        tracking=True,
        help="First day of the first budget year that it governs.",
    )
    valid_to = fields.Date(
        tracking=True, help="Last day of the last budget year; empty: still in force."
    )
    source = fields.Text(string="Where We Have It From", translate=True, tracking=True)
    component_ids = fields.One2many("bos.fund.component", "regulation_id")
    limit_ids = fields.One2many("bos.regulation.limit", "regulation_id")
    stage_ids = fields.One2many("bos.regulation.stage", "regulation_id")
    deadline_ids = fields.One2many("bos.regulation.deadline", "regulation_id")
    prohibition_ids = fields.One2many("bos.regulation.prohibition", "regulation_id")
    has_unverified = fields.Boolean(compute="_compute_has_unverified")

    _number_uniq = models.Constraint(
        "UNIQUE(number)",
        "Number: this regulation exists already. Open that one.",
    )
    _dates_check = models.Constraint(
        "CHECK(valid_to >= valid_from)",
        "Valid To: it lies before Valid From. Correct one of the two.",
    )
    _validity_excl = models.Constraint(
        "EXCLUDE USING gist (daterange(valid_from, valid_to, '[]') WITH &&)",
        "Valid From / Valid To: another regulation is in force on these days. Let it "
        "end the day before this one begins.",
    )

    @api.depends(
        "limit_ids.is_verified",
        "stage_ids.is_verified",
        "deadline_ids.is_verified",
        "prohibition_ids.is_verified",
    )
    def _compute_has_unverified(self):
        for regulation in self:
            rules = (
                regulation.limit_ids,
                regulation.stage_ids,
                regulation.deadline_ids,
                regulation.prohibition_ids,
            )
            regulation.has_unverified = any(
                not rule.is_verified for group in rules for rule in group
            )

    @api.model
    def _get_for_year(self, year):
        """Return the regulation of a budget year: the one in force at its end.

        :param int year: calendar year
        :rtype: bos.regulation
        """
        last_day = date(year, 12, 31)
        return self.search(
            [
                ("valid_from", "<=", last_day),
                "|",
                ("valid_to", "=", False),
                ("valid_to", ">=", last_day),
            ],
            limit=1,
        )

    def _get_stage_percents(self):
        """Return the shares of a year's transfers by stage.

        :rtype: list[Decimal]
        :raises ValidationError: if they do not add up to the whole year
        """
        self.ensure_one()
        stages = self.stage_ids.sorted("number")
        percents = [stage._get_percent() for stage in stages]
        if sum(percents) != 100:
            raise ValidationError(
                self.env._(
                    "Stages: the shares of %(regulation)s add up to %(total)s %%. "
                    "Correct them so that they make 100 %%.",
                    regulation=self.name,
                    total=sum(percents),
                )
            )
        return percents
