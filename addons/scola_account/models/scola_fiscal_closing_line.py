# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.exceptions import ValidationError


class ScolaFiscalClosingLine(models.Model):
    _name = "scola.fiscal.closing.line"
    _description = "Restricted Fund in a Closing"
    _order = "id"

    closing_id = fields.Many2one(
        "scola.fiscal.closing", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="closing_id.company_id", store=True)
    currency_id = fields.Many2one(related="closing_id.currency_id")
    account_id = fields.Many2one(
        "account.account", string="Fund", required=True, readonly=True
    )
    opening = fields.Monetary(string="Opening Balance", readonly=True)
    income = fields.Monetary(string="Result of the Year", readonly=True)
    money = fields.Monetary(
        string="Bank and Cash of the Fund",
        readonly=True,
        help="At the end of the year, on accounts that name this fund.",
    )
    released_by_hand = fields.Monetary(
        help="What entries of the year released already from this fund."
    )
    release = fields.Monetary(
        help="Spent for the fund's purpose this year: moves to net assets without "
        "restriction. Proposed from the money that is left.",
    )
    closing_balance = fields.Monetary(compute="_compute_closing_balance")

    _release_positive = models.Constraint(
        "CHECK(release >= 0 AND released_by_hand >= 0)",
        "Release: use zero or more.",
    )
    _fund_uniq = models.UniqueIndex(
        "(closing_id, account_id)", "Fund: it is listed already."
    )

    @api.depends("opening", "income", "released_by_hand", "release")
    def _compute_closing_balance(self):
        for line in self:
            line.closing_balance = line.opening + line.income - line._get_released()

    @api.ondelete(at_uninstall=False)
    def _unlink_except_closed(self):
        self._check_draft()

    @api.constrains("release", "released_by_hand")
    def _check_draft(self):
        for line in self:
            if line.closing_id.state != "draft":
                raise ValidationError(
                    self.env._(
                        "Release: %(closing)s is closed. Reopen it to change its "
                        "funds.",
                        closing=line.closing_id.name,
                    )
                )

    def _get_released(self):
        self.ensure_one()
        return self.release + self.released_by_hand
