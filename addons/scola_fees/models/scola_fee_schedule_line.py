# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models


class ScolaFeeScheduleLine(models.Model):
    _name = "scola.fee.schedule.line"
    _description = "Fee in a Schedule Row"
    _order = "schedule_id, sequence, id"

    schedule_id = fields.Many2one(
        "scola.fee.schedule", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="schedule_id.company_id", store=True)
    currency_id = fields.Many2one(related="schedule_id.currency_id")
    template_line_id = fields.Many2one(
        "scola.fee.template.line", required=True, index=True, ondelete="restrict"
    )
    component_id = fields.Many2one(
        "scola.fee.component", required=True, index=True, ondelete="restrict"
    )
    sequence = fields.Integer(related="component_id.sequence", store=True)
    gross = fields.Monetary()
    discount = fields.Monetary()
    amount = fields.Monetary(compute="_compute_amount", store=True)
    discount_ids = fields.One2many(
        "scola.fee.schedule.discount", "line_id", string="Scholarships"
    )

    @api.depends("gross", "discount")
    def _compute_amount(self):
        for line in self:
            line.amount = line.gross - line.discount

    @api.model
    def _get_last_billed_period(self, template_lines):
        """Return the first day of the latest period billed from ``template_lines``.

        :param scola.fee.template.line template_lines: any number of lines
        :return: a date, or None where nothing was billed yet
        """
        # As superuser: the answer guards history, whoever asks.
        row = (
            self.env["scola.fee.schedule"]
            .sudo()
            .search(
                [
                    ("line_ids.template_line_id", "in", template_lines.ids),
                    ("move_id", "!=", False),
                ],
                order="period_start desc",
                limit=1,
            )
        )
        return row.period_start or None
