# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import date

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

from ..const import BOS_FUND_TYPES, TAX_ROLES
from ..tools.money import to_decimal

#: What is never entered once SiLPA is recorded.
GIVEN = {
    "amount",
    "company_id",
    "fund_id",
    "interest",
    "realised",
    "received",
    "year",
}


class BosFundCarryOver(models.Model):
    """SiLPA: what is left of a fund at the end of a year, recorded once.

    The money stays at the school and opens the next year.
    """

    _name = "bos.fund.carry.over"
    _description = "BOS Carry-Over (SiLPA)"
    _inherit = ["mail.thread"]
    _order = "year desc, company_id, fund_id"
    _check_company_auto = True

    company_id = fields.Many2one(
        "res.company",
        string="School",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    fund_id = fields.Many2one(
        "account.analytic.account",
        required=True,
        index=True,
        ondelete="restrict",
        default=lambda self: self.env.ref(
            "scola_budget.fund_bos_regular", raise_if_not_found=False
        ),
        domain=[("fund_type", "in", BOS_FUND_TYPES)],
    )
    year = fields.Integer(
        required=True,
        aggregator=None,
        default=lambda self: self.env.company._scola_today().year - 1,
    )
    opening = fields.Monetary(
        compute="_compute_opening",
        store=True,
        readonly=False,
        precompute=True,
        tracking=True,
        help="SiLPA of the year before. Enter it for the first year kept here.",
    )
    received = fields.Monetary(readonly=True, tracking=True)
    interest = fields.Monetary(
        string="Interest and Other Income", readonly=True, tracking=True
    )
    realised = fields.Monetary(readonly=True, tracking=True)
    amount = fields.Monetary(
        string="SiLPA",
        compute="_compute_amount",
        store=True,
        tracking=True,
        help="Opening, received and interest less what was spent.",
    )
    computed_amount = fields.Monetary(
        string="SiLPA by the Ledger Now", compute="_compute_ledger"
    )
    changed = fields.Monetary(
        string="Posted Since",
        compute="_compute_ledger",
        help="What later entries changed since SiLPA was recorded.",
    )
    money = fields.Monetary(
        string="Cash and Bank",
        compute="_compute_ledger",
        help="Balance of the BOS cash and bank accounts at the end of the year.",
    )
    taxes = fields.Monetary(string="Taxes Not Yet Deposited", compute="_compute_ledger")
    difference = fields.Monetary(
        compute="_compute_ledger",
        help="SiLPA less cash and bank after taxes: bills not paid yet, money of other "
        "funds, or a mistake.",
    )

    _year_uniq = models.Constraint(
        "UNIQUE(company_id, fund_id, year)",
        "Year: SiLPA of this fund and year is recorded already. Open that one.",
    )

    @api.depends("company_id", "fund_id", "year")
    def _compute_display_name(self):
        for item in self:
            item.display_name = f"SiLPA {item.fund_id.name or ''} {item.year}"

    @api.depends("company_id", "fund_id", "year")
    def _compute_opening(self):
        found = self._get_amounts(
            self.company_id, self.fund_id, {item.year - 1 for item in self}
        )
        for item in self:
            key = (item.company_id.id, item.fund_id.id, item.year - 1)
            item.opening = found.get(key, item.opening or 0)

    @api.depends("opening", "received", "interest", "realised")
    def _compute_amount(self):
        for item in self:
            income = item.opening + item.received + item.interest
            item.amount = income - item.realised

    @api.depends("company_id", "fund_id", "year", "amount", "opening")
    def _compute_ledger(self):
        figures = self._get_ledger_figures()
        for item in self:
            values = figures.get(item._origin.id, {})
            total = values.get("received", 0) + values.get("interest", 0)
            item.computed_amount = item.opening + total - values.get("realised", 0)
            item.changed = item.computed_amount - item.amount
            item.money, item.taxes = item._get_money()
            item.difference = item.amount - (item.money - item.taxes)

    def _get_money(self):
        """Return cash and bank, and the taxes owed, at the end of the year."""
        self.ensure_one()
        if not self.company_id or not self.year:
            return 0, 0
        ledger, last_day = self.env["bos.ledger"], date(self.year, 12, 31)
        money = ledger._get_balance(self.company_id, last_day, ("cash", "bank"))
        taxes = -ledger._get_balance(self.company_id, last_day, TAX_ROLES)
        return float(money), float(taxes)

    def _get_scopes(self):
        return [
            (
                item.id,
                item.company_id.id,
                item.fund_id.id,
                date(item.year, 1, 1),
                date(item.year, 12, 31),
            )
            for item in self._origin
        ]

    def _get_ledger_figures(self):
        """Return {id: {"received", "interest", "realised"}} as the ledger has them."""
        ledger, scopes = self.env["bos.ledger"], self._get_scopes()
        received = ledger._sum_receipts(scopes)
        interest = ledger._sum_receipts(scopes, "interest")
        spent = {}
        for row in ledger._sum_spending(scopes, ["fund_id"]):
            spent[row["scope"]] = row["amount"]
        return {
            scope[0]: {
                "received": float(received.get(scope[0], 0)),
                "interest": float(interest.get(scope[0], 0)),
                "realised": float(spent.get(scope[0], 0)),
            }
            for scope in scopes
        }

    @api.constrains("year", "company_id")
    def _check_year_over(self):
        for item in self:
            if item.company_id._scola_today() < date(item.year, 12, 31):
                raise ValidationError(
                    self.env._(
                        "Year: %s is not over yet. Record SiLPA when its last entry is "
                        "posted.",
                        item.year,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        items = super().create(vals_list)
        items._take_figures()
        return items

    def write(self, vals):
        """Override of the ORM: of what is recorded only the opening is entered."""
        if not self.env.su and vals.keys() & GIVEN:
            raise AccessError(
                self.env._(
                    "SiLPA: what is recorded comes from the ledger; only Opening can "
                    "be changed. For another school, fund or year record another one."
                )
            )
        if not self.env.su and "opening" in vals:
            self._check_unused()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        self._check_unused()

    def action_refresh(self):
        """Take over what the ledger says now, unless the next year is settled."""
        self.check_access("write")
        self._check_unused()
        self._take_figures()

    def _take_figures(self):
        figures = self._get_ledger_figures()
        for item in self:
            # As superuser: the figures come from the ledger, nobody enters them.
            item.sudo().write(figures[item.id])

    def _check_unused(self):
        """Refuse to change what the next year's plan was confirmed with."""
        for item in self:
            used = self.env["bos.fund.allocation"].search_count(
                [
                    ("company_id", "=", item.company_id.id),
                    ("fund_id", "=", item.fund_id.id),
                    ("year", "=", item.year + 1),
                    ("state", "!=", "draft"),
                ],
                limit=1,
            )
            if used:
                raise UserError(
                    self.env._(
                        "SiLPA: the plan of %s was confirmed with it. Reset that "
                        "allocation to draft first.",
                        item.year + 1,
                    )
                )

    @api.model
    def _get_amounts(self, companies, funds, years):
        """Return what was recorded.

        :return: {(company id, fund id, year): float}
        """
        found = self.search(
            [
                ("company_id", "in", companies.ids),
                ("fund_id", "in", funds.ids),
                ("year", "in", list(years)),
            ]
        )
        return {
            (item.company_id.id, item.fund_id.id, item.year): float(
                to_decimal(item.amount)
            )
            for item in found
        }
