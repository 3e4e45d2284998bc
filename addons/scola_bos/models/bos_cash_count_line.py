# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models


class BosCashCountLine(models.Model):
    """How many notes or coins of a value there were."""

    _name = "bos.cash.count.line"
    _description = "Notes or Coins Counted"
    _order = "count_id, kind desc, value desc, id"
    _rec_name = "value"

    count_id = fields.Many2one(
        "bos.cash.count", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        related="count_id.company_id", store=True, index=True, precompute=True
    )
    currency_id = fields.Many2one(related="count_id.currency_id")
    kind = fields.Selection(
        [("note", "Note"), ("coin", "Coin")], required=True, default="note"
    )
    value = fields.Integer(required=True, aggregator=None)
    pieces = fields.Integer()
    amount = fields.Monetary(compute="_compute_amount")

    _value_uniq = models.Constraint(
        "UNIQUE(count_id, kind, value)",
        "Value: these notes or coins are in the list already. Change that line.",
    )
    _pieces_check = models.Constraint(
        "CHECK(value > 0 AND pieces >= 0)",
        "Pieces: enter how many there are, 0 or more.",
    )

    @api.depends("value", "pieces")
    def _compute_amount(self):
        for line in self:
            line.amount = line.value * line.pieces

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        if not self.env.su:
            lines.count_id._check_is_draft()
        return lines

    def write(self, vals):
        if not self.env.su:
            self.count_id._check_is_draft()
        result = super().write(vals)
        if not self.env.su:
            self.count_id._check_is_draft()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_confirmed(self):
        if not self.env.su:
            self.count_id._check_is_draft()
