# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models


class ScolaScholarshipSiblingRule(models.Model):
    _name = "scola.scholarship.sibling.rule"
    _description = "Sibling Discount by Order"
    _order = "type_id, order"

    type_id = fields.Many2one(
        "scola.scholarship.type", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="type_id.company_id", store=True)
    order = fields.Integer(
        string="From Child", required=True, default=2, help="2 means the second child."
    )
    percent = fields.Float(digits=(5, 2), required=True)

    _order_uniq = models.Constraint(
        'UNIQUE(type_id, "order")', "From Child: each order once per discount."
    )
    _order_range = models.Constraint(
        'CHECK("order" >= 1)', "From Child: use 1 for the first child or more."
    )
    _percent_range = models.Constraint(
        "CHECK(percent BETWEEN 0 AND 100)", "Percentage: use 0 to 100."
    )
