# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models


class ScolaFeeMonth(models.Model):
    _name = "scola.fee.month"
    _description = "Month of the Year"
    _order = "sequence"

    name = fields.Char(required=True, translate=True)
    number = fields.Integer(required=True, help="1 for January to 12 for December.")
    sequence = fields.Integer(help="School years begin in July.")

    _number_uniq = models.Constraint("UNIQUE(number)", "Each month exists once.")
    _number_range = models.Constraint(
        "CHECK(number BETWEEN 1 AND 12)", "Number: use 1 to 12."
    )
