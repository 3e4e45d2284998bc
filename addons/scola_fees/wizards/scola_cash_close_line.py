# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models


class ScolaCashCloseLine(models.TransientModel):
    """How many notes or coins of one value are in the drawer."""

    _name = "scola.cash.close.line"
    _description = "Notes and Coins of a Closing Count"
    _order = "value desc"

    close_id = fields.Many2one("scola.cash.close", required=True, ondelete="cascade")
    currency_id = fields.Many2one(related="close_id.currency_id")
    value = fields.Integer(required=True)
    count = fields.Integer(string="Pieces")
    amount = fields.Monetary(compute="_compute_amount")

    _count_not_negative = models.Constraint(
        "CHECK(count >= 0)", "Pieces: notes and coins cannot be negative."
    )

    @api.depends("value", "count")
    def _compute_amount(self):
        for line in self:
            line.amount = line.value * line.count
