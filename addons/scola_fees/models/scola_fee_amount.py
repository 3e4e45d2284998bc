# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.exceptions import ValidationError


class ScolaFeeAmount(models.Model):
    _name = "scola.fee.amount"
    _description = "Fee Amount since a Date"
    _order = "line_id, date_from desc"

    line_id = fields.Many2one(
        "scola.fee.template.line", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="line_id.company_id", store=True)
    currency_id = fields.Many2one(related="line_id.currency_id")
    date_from = fields.Date(string="Valid from", required=True)
    amount = fields.Monetary(required=True)

    _date_uniq = models.Constraint(
        "UNIQUE(line_id, date_from)", "Valid from: the fee has an amount from this day."
    )
    _amount_positive = models.Constraint(
        "CHECK(amount > 0)", "Amount: use more than zero; discounts are scholarships."
    )

    @api.constrains("amount")
    def _check_whole_rupiah(self):
        for price in self:
            if price.amount != round(price.amount):
                raise ValidationError(
                    self.env._(
                        "Amount of %s: use whole rupiah.", price.line_id.display_name
                    )
                )

    @api.constrains("amount", "date_from")
    def _check_not_billed(self):
        """Refuse to rewrite what was billed: a new amount needs a new date."""
        for price in self:
            last = self.env["scola.fee.schedule.line"]._get_last_billed_period(
                price.line_id
            )
            if last and price.date_from <= last:
                raise ValidationError(
                    self.env._(
                        "Valid from: %(line)s is billed up to %(date)s. Add an amount"
                        " that is valid from a later day.",
                        line=price.line_id.display_name,
                        date=last,
                    )
                )

    def write(self, vals):
        """Override to guard the day an amount had until now, not only its new one."""
        if {"amount", "date_from", "line_id"} & vals.keys():
            self._check_not_billed()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_billed(self):
        self._check_not_billed()
