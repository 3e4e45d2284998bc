# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from decimal import Decimal

from odoo import api, fields, models


class ScolaInstallmentPresetLine(models.Model):
    _name = "scola.installment.preset.line"
    _description = "Part of an Instalment Preset"
    _order = "preset_id, sequence, id"

    preset_id = fields.Many2one(
        "scola.installment.preset", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="preset_id.company_id", store=True)
    currency_id = fields.Many2one(related="preset_id.currency_id")
    sequence = fields.Integer(default=10)
    percent = fields.Float(digits=(5, 2))
    amount = fields.Monetary()
    months = fields.Integer(
        string="Months Later", help="Due this many months after the first due date."
    )
    days = fields.Integer(string="Days Later")

    _percent_range = models.Constraint(
        "CHECK(percent BETWEEN 0 AND 100)", "Percentage: use 0 to 100."
    )
    _amount_positive = models.Constraint(
        "CHECK(amount >= 0)", "Amount: a part cannot be negative."
    )
    _offset_range = models.Constraint(
        "CHECK(months BETWEEN 0 AND 60 AND days BETWEEN 0 AND 366)",
        "Months Later: use 0 to 60, and 0 to 366 days.",
    )

    @api.constrains("percent", "amount", "preset_id")
    def _check_parts(self):
        self.preset_id._check_parts()

    def _get_percent(self):
        """Return the percentage with its two digits, exactly."""
        return Decimal(str(round(self.percent, 2)))
