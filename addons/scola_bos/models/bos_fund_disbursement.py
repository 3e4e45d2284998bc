# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import date

from odoo import api, fields, models
from odoo.exceptions import AccessError

from ..tools.money import percent_of, to_decimal
from ..tools.penalty import total_percent


class BosFundDisbursement(models.Model):
    """A transfer of BOS: planned by the allocation, received by the ledger."""

    _name = "bos.fund.disbursement"
    _description = "BOS Disbursement"
    _order = "date_from, id"

    name = fields.Char(compute="_compute_name")
    allocation_id = fields.Many2one(
        "bos.fund.allocation", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        related="allocation_id.company_id", store=True, index=True, precompute=True
    )
    fund_id = fields.Many2one(related="allocation_id.fund_id", store=True)
    year = fields.Integer(related="allocation_id.year", store=True, aggregator=None)
    currency_id = fields.Many2one(related="allocation_id.currency_id")
    number = fields.Integer(required=True, aggregator=None)
    date_from = fields.Date(string="Expected From", required=True)
    date_to = fields.Date(
        string="Expected Until",
        required=True,
        help="What is received from one date to the other counts as this transfer.",
    )
    stage_number = fields.Integer(
        string="Stage", compute="_compute_stage_number", store=True, aggregator=None
    )
    planned = fields.Monetary(required=True)
    cut_percent = fields.Float(
        string="Cut (%)",
        compute="_compute_expected",
        digits=(16, 2),
        help="Added up over all reports that are late so far.",
    )
    expected = fields.Monetary(
        compute="_compute_expected", help="Planned less the cuts for late reports."
    )
    received = fields.Monetary(compute="_compute_received")
    difference = fields.Monetary(
        compute="_compute_received", help="Received less planned."
    )

    _number_uniq = models.Constraint(
        "UNIQUE(allocation_id, number)",
        "Number: the allocation has this disbursement already.",
    )
    _dates_check = models.Constraint(
        "CHECK(date_to >= date_from)",
        "Expected Until: it lies before Expected From. Correct one of the two.",
    )

    @api.depends("allocation_id.name", "number")
    def _compute_name(self):
        for item in self:
            item.name = self.env._(
                "%(allocation)s, transfer %(number)s",
                allocation=item.allocation_id.name,
                number=item.number,
            )

    @api.depends("name")
    def _compute_display_name(self):
        for item in self:
            item.display_name = item.name

    @api.depends("date_from")
    def _compute_stage_number(self):
        for item in self:
            item.stage_number = 1 if item.date_from.month <= 6 else 2

    @api.depends("planned", "company_id", "fund_id", "year", "stage_number")
    def _compute_expected(self):
        percents = self.env["bos.report.deadline"]._get_cut_percents(
            self.company_id, self.fund_id
        )
        for item in self:
            key = (item.company_id.id, item.fund_id.id, item.year, item.stage_number)
            percent = total_percent(percents.get(key, []))
            item.cut_percent = float(percent)
            cut = percent_of(to_decimal(item.planned), percent)
            item.expected = item.planned - float(cut)

    @api.depends("planned", "date_from", "date_to")
    def _compute_received(self):
        scopes = [
            (item.id, item.company_id.id, item.fund_id.id, item.date_from, item.date_to)
            for item in self._origin
        ]
        received = self.env["bos.ledger"]._sum_receipts(scopes)
        for item in self:
            item.received = float(received.get(item._origin.id, 0))
            item.difference = item.received - item.planned

    def write(self, vals):
        """Override of the ORM: of a transfer only its dates are settled by hand."""
        if not self.env.su and vals.keys() - {"date_from", "date_to"}:
            raise AccessError(
                self.env._(
                    "Disbursement: it follows from the allocation; only its dates can "
                    "be changed."
                )
            )
        return super().write(vals)

    @api.model
    def _get_transfers(self, companies, funds, years):
        """Return what is planned to come in by stage.

        :return: {(company id, fund id, year, stage): Decimal}
        """
        rows = self._read_group(
            [
                ("company_id", "in", companies.ids),
                ("fund_id", "in", funds.ids),
                ("year", "in", list(years)),
            ],
            ["company_id", "fund_id", "year", "stage_number"],
            ["planned:sum"],
        )
        return {
            (company.id, fund.id, year, stage): to_decimal(planned)
            for company, fund, year, stage, planned in rows
        }

    @api.model
    def _get_stage_dates(self, year, stage):
        """Return the first and last day of a stage; stage 0 is the whole year."""
        first = date(year, 7 if stage == 2 else 1, 1)
        last = date(year, 6, 30) if stage == 1 else date(year, 12, 31)
        return first, last
