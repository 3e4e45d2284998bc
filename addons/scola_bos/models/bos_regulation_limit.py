# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..const import OWNERSHIPS


class BosRegulationLimit(models.Model):
    """A ceiling or floor on part of the spending, in percent of the year."""

    _name = "bos.regulation.limit"
    _description = "Ceiling or Floor of BOS Spending"
    _inherit = ["bos.rule.mixin"]
    _order = "regulation_id, sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    sense = fields.Selection(
        [("max", "At Most"), ("min", "At Least")], required=True, default="max"
    )
    percent = fields.Float(
        string="Limit (%)",
        digits=(5, 2),
        required=True,
        tracking=True,
        help="Percentage of the school's allocation of the year.",
    )
    ownership = fields.Selection(
        OWNERSHIPS, string="Schools", help="Empty: public and private schools."
    )
    component_code = fields.Char(
        string="Component",
        help="Spending on activities of this component counts.",
    )
    spending_code_prefix = fields.Char(
        string="Spending Code",
        help="Spending under codes that begin so counts, whatever its component.",
    )
    only_counting = fields.Boolean(
        string="Only What Counts for Maintenance",
        help="Leave out activities that are marked as not counting for the ceiling on "
        "maintenance.",
    )

    _percent_check = models.Constraint(
        "CHECK(percent >= 0 AND percent <= 100)",
        "Limit: enter a percentage from 0 to 100.",
    )

    @api.constrains("component_code", "spending_code_prefix")
    def _check_subject(self):
        for limit in self:
            if bool(limit.component_code) == bool(limit.spending_code_prefix):
                raise ValidationError(
                    self.env._(
                        "Component / Spending Code: %s needs one of the two, to tell "
                        "what it limits.",
                        limit.name,
                    )
                )

    def _applies_to(self, ownership):
        """Return whether it binds public or private schools.

        :param str ownership: "public" or "private"
        """
        self.ensure_one()
        return not self.ownership or self.ownership == ownership

    def _get_percent(self, relaxation):
        """Return the percentage that holds, with the school's relaxation if any.

        :param bos.relaxation relaxation: empty, or the approved one
        :rtype: Decimal
        """
        self.ensure_one()
        percent = relaxation.percent if relaxation else self.percent
        return Decimal(str(percent)).quantize(Decimal("0.01"))
