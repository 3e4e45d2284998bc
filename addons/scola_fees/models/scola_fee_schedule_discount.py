# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models


class ScolaFeeScheduleDiscount(models.Model):
    _name = "scola.fee.schedule.discount"
    _description = "Scholarship in a Schedule Row"
    _order = "line_id, id"

    line_id = fields.Many2one(
        "scola.fee.schedule.line", required=True, index=True, ondelete="cascade"
    )
    schedule_id = fields.Many2one(related="line_id.schedule_id", store=True, index=True)
    company_id = fields.Many2one(related="line_id.company_id", store=True)
    currency_id = fields.Many2one(related="line_id.currency_id")
    type_id = fields.Many2one(
        "scola.scholarship.type", required=True, index=True, ondelete="restrict"
    )
    amount = fields.Monetary()
    sponsor_move_id = fields.Many2one(
        "account.move",
        string="Sponsor Invoice",
        index="btree_not_null",
        copy=False,
        ondelete="set null",
    )
