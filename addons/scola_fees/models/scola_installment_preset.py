# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..tools.installments import Part, split


class ScolaInstallmentPreset(models.Model):
    _name = "scola.installment.preset"
    _description = "Instalment Preset"
    _order = "name, id"
    _check_company_auto = True
    _check_company_domain = models.check_company_domain_parent_of

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    by = fields.Selection(
        [("percent", "Percentage"), ("amount", "Amount")],
        required=True,
        default="percent",
    )
    rounding = fields.Integer(
        string="Rounded to",
        required=True,
        default=1000,
        help="Rupiah to which each part is rounded down; the last part takes the rest.",
    )
    line_ids = fields.One2many("scola.installment.preset.line", "preset_id", copy=True)
    part_count = fields.Integer(compute="_compute_part_count")
    example = fields.Char(compute="_compute_example")

    _rounding_positive = models.Constraint(
        "CHECK(rounding > 0)", "Rounded to: use 1 rupiah or more."
    )

    @api.depends("line_ids")
    def _compute_part_count(self):
        for preset in self:
            preset.part_count = len(preset.line_ids)

    @api.depends("rounding", "by", "line_ids.percent", "line_ids.amount")
    def _compute_example(self):
        for preset in self:
            parts = preset._prepare_parts()
            amounts = split(1_000_000, parts, max(preset.rounding, 1)) if parts else []
            preset.example = " + ".join(
                f"{amount:,}".replace(",", ".") for amount in amounts
            )

    @api.constrains("by", "line_ids")
    def _check_parts(self):
        for preset in self:
            lines = preset.line_ids
            if len(lines) < 2:
                raise ValidationError(
                    self.env._("Parts of %s: add at least two.", preset.name)
                )
            total = sum((line._get_percent() for line in lines), Decimal(0))
            if preset.by == "percent" and total != 100:
                raise ValidationError(
                    self.env._(
                        "Percentage: the parts of %(preset)s add up to %(total)s %%;"
                        " make it 100 %%.",
                        preset=preset.name,
                        total=total,
                    )
                )
            if preset.by == "amount" and any(not line.amount for line in lines[:-1]):
                raise ValidationError(
                    self.env._(
                        "Amount: give each part of %s one; the last takes the rest.",
                        preset.name,
                    )
                )

    def _prepare_parts(self):
        """Return the parts as the planner takes them.

        :rtype: tuple[odoo.addons.scola_fees.tools.installments.Part, ...]
        """
        self.ensure_one()
        return tuple(
            Part(
                percent=line._get_percent() if self.by == "percent" else None,
                amount=round(line.amount),
                months=line.months,
                days=line.days,
            )
            for line in self.line_ids.sorted(lambda line: (line.sequence, line.id))
        )
