# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..const import FUND_TYPES


class BosFundComponent(models.Model):
    """What BOS may be spent on, as a regulation lists it."""

    _name = "bos.fund.component"
    _description = "BOS Component"
    _order = "regulation_id, code, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(
        required=True,
        help="Two digits: the second pair in the code of an activity (05.08.02).",
    )
    regulation_id = fields.Many2one(
        "bos.regulation", required=True, index=True, ondelete="cascade"
    )
    fund_type = fields.Selection(FUND_TYPES, required=True, default="bos_regular")
    valid_from = fields.Date(
        compute="_compute_validity",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
    )
    valid_to = fields.Date(
        compute="_compute_validity", store=True, readonly=False, precompute=True
    )
    note = fields.Char(string="Remarks", translate=True)

    _code_uniq = models.Constraint(
        "UNIQUE(regulation_id, fund_type, code)",
        "Code: the regulation has this component already. Choose another code.",
    )
    _dates_check = models.Constraint(
        "CHECK(valid_to >= valid_from)",
        "Valid To: it lies before Valid From. Correct one of the two.",
    )

    @api.depends("regulation_id.valid_from", "regulation_id.valid_to")
    def _compute_validity(self):
        for component in self:
            component.valid_from = component.regulation_id.valid_from
            component.valid_to = component.regulation_id.valid_to

    @api.constrains("valid_from", "valid_to", "regulation_id")
    def _check_inside_regulation(self):
        for component in self:
            regulation = component.regulation_id
            ends_late = regulation.valid_to and (
                not component.valid_to or component.valid_to > regulation.valid_to
            )
            if component.valid_from < regulation.valid_from or ends_late:
                raise ValidationError(
                    self.env._(
                        "Valid From / Valid To: component %(component)s must lie "
                        "inside the validity of %(regulation)s. Correct the dates.",
                        component=component.code,
                        regulation=regulation.name,
                    )
                )

    @api.depends("code", "name")
    def _compute_display_name(self):
        for component in self:
            component.display_name = f"{component.code} {component.name or ''}".strip()
