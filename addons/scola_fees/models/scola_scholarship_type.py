# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..tools.scholarships import FIXED, FULL, PERCENT, Award


class ScolaScholarshipType(models.Model):
    _name = "scola.scholarship.type"
    _description = "Scholarship Type"
    _inherit = ["mail.thread"]
    _order = "sequence, id"
    _check_company_auto = True
    _check_company_domain = models.check_company_domain_parent_of

    name = fields.Char(required=True, translate=True, tracking=True)
    code = fields.Char(required=True)
    sequence = fields.Integer(
        default=10, help="Several scholarships are applied in this order."
    )
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    kind = fields.Selection(
        [(FULL, "Full"), (PERCENT, "Percentage"), (FIXED, "Fixed amount per period")],
        required=True,
        default=PERCENT,
        tracking=True,
    )
    percent = fields.Float(digits=(5, 2), tracking=True)
    amount = fields.Monetary(tracking=True)
    on_remaining = fields.Boolean(
        string="Of the Remainder",
        help="The percentage is taken of what earlier scholarships left, not of the"
        " gross fee.",
    )
    cap_amount = fields.Monetary(
        string="Cap per Period", help="Most it gives in one period; zero for no cap."
    )
    component_ids = fields.Many2many(
        "scola.fee.component",
        string="Components",
        check_company=True,
        help="Empty means every component that scholarships may lower.",
    )
    date_start = fields.Date(string="Valid from")
    date_end = fields.Date(string="Valid until")
    funding = fields.Selection(
        [("own", "Own funds"), ("sponsor", "Sponsor")],
        required=True,
        default="own",
        tracking=True,
        help="What a sponsor pays is invoiced to the sponsor.",
    )
    sponsor_id = fields.Many2one("res.partner", tracking=True)
    account_id = fields.Many2one(
        "account.account",
        check_company=True,
        help="Contra-revenue account for own funds, clearing account towards the"
        " sponsor for a sponsor. Empty for own funds means the component's account.",
    )
    is_sibling = fields.Boolean(
        string="Sibling Discount",
        help="Given by itself by the order of birth among the active students of the"
        " family, not awarded one by one.",
    )
    sibling_rule_ids = fields.One2many("scola.scholarship.sibling.rule", "type_id")
    award_ids = fields.One2many("scola.scholarship.award", "type_id")

    _code_uniq = models.Constraint(
        "UNIQUE(company_id, code)", "Code: another scholarship has it."
    )
    _percent_range = models.Constraint(
        "CHECK(percent BETWEEN 0 AND 100)", "Percentage: use 0 to 100."
    )
    _amount_positive = models.Constraint(
        "CHECK(amount >= 0)", "Amount: a scholarship cannot be negative."
    )
    _cap_positive = models.Constraint(
        "CHECK(cap_amount >= 0)", "Cap per Period: use zero or more rupiah."
    )
    _dates_ordered = models.Constraint(
        "CHECK(date_start IS NULL OR date_end IS NULL OR date_start <= date_end)",
        "Valid until: choose a day on or after Valid from.",
    )

    @api.constrains("kind", "percent", "amount", "is_sibling")
    def _check_value(self):
        for scholarship in self.filtered(lambda record: not record.is_sibling):
            if scholarship.kind == PERCENT and not scholarship.percent:
                raise ValidationError(
                    self.env._(
                        "Percentage of %s: use more than zero.", scholarship.name
                    )
                )
            if scholarship.kind == FIXED and not scholarship.amount:
                raise ValidationError(
                    self.env._("Amount of %s: use more than zero.", scholarship.name)
                )

    @api.constrains("funding", "sponsor_id", "account_id")
    def _check_sponsor(self):
        for scholarship in self.filtered(lambda record: record.funding == "sponsor"):
            if not scholarship.sponsor_id or not scholarship.account_id:
                raise ValidationError(
                    self.env._(
                        "Sponsor and Account of %s: a sponsored scholarship needs the"
                        " sponsor to invoice and a clearing account.",
                        scholarship.name,
                    )
                )

    @api.onchange("kind", "funding", "is_sibling")
    def _onchange_clear_unused(self):
        """Empty what the chosen kind does not use, so that it cannot take effect."""
        if self.kind != PERCENT:
            self.percent = 0
            self.on_remaining = False
        if self.kind != FIXED:
            self.amount = 0
        if self.funding != "sponsor":
            self.sponsor_id = False

    def _prepare_award(self, date_start=None, date_end=None, percent=None):
        """Return this scholarship as the planner takes it.

        :param date date_start: from when it holds, if later than the type's own
        :param date date_end: until when it holds, if earlier than the type's own
        :param float percent: instead of the type's own
        :rtype: odoo.addons.scola_fees.tools.scholarships.Award
        """
        self.ensure_one()
        value = self.amount if self.kind == FIXED else (percent or self.percent)
        return Award(
            key=self.id,
            kind=self.kind,
            value=Decimal(str(round(value, 2))),
            components=frozenset(self.component_ids.ids),
            sequence=self.sequence,
            cap=round(self.cap_amount),
            on_remaining=self.on_remaining,
            date_start=max(filter(None, (date_start, self.date_start)), default=None),
            date_end=min(filter(None, (date_end, self.date_end)), default=None),
        )

    def _get_sibling_percent(self, order):
        """Return the percentage for the ``order``-th child of a family, 0 for none."""
        self.ensure_one()
        rules = self.sibling_rule_ids.filtered(lambda rule: rule.order <= order)
        return rules.sorted("order")[-1:].percent

    def _get_account(self, component):
        """Return the account this scholarship is booked on for ``component``."""
        return self.account_id or component.discount_account_id
