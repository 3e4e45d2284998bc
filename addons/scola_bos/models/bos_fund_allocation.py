# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import date
from decimal import Decimal

from odoo import Command, api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..const import BOS_FUND_TYPES, PERIOD_TYPES
from ..tools.document import format_rupiah
from ..tools.money import split_amount, to_decimal
from ..tools.periods import PARTS, equal_shares, period_dates

NOTHING = Decimal(0)
#: What may be changed in a draft only.
FIGURES = {
    "annual_amount",
    "basis",
    "company_id",
    "fund_id",
    "line_ids",
    "period",
    "period_type",
    "regulation_id",
    "student_count",
    "unit_cost",
    "year",
}


class BosFundAllocation(models.Model):
    """What a school is given of a BOS fund for a period, and what it plans with it."""

    _name = "bos.fund.allocation"
    _description = "BOS Allocation"
    _inherit = ["bos.approval.mixin", "mail.thread", "mail.activity.mixin"]
    _order = "year desc, date_from desc, company_id, id desc"
    _check_company_auto = True
    _action_fields = (
        "amount",
        "approved_by",
        "confirmed_by",
        "date_from",
        "date_to",
        "state",
    )

    name = fields.Char(compute="_compute_name", store=True)
    company_id = fields.Many2one(
        "res.company",
        string="School",
        required=True,
        index=True,
        default=lambda self: self.env.company,
        tracking=True,
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    year = fields.Integer(
        required=True,
        default=lambda self: self.env.company._scola_today().year,
        aggregator=None,
        tracking=True,
    )
    regulation_id = fields.Many2one(
        "bos.regulation",
        compute="_compute_regulation_id",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
        ondelete="restrict",
        tracking=True,
    )
    has_unverified = fields.Boolean(related="regulation_id.has_unverified")
    fund_id = fields.Many2one(
        "account.analytic.account",
        required=True,
        index=True,
        ondelete="restrict",
        default=lambda self: self.env.ref(
            "scola_budget.fund_bos_regular", raise_if_not_found=False
        ),
        domain=[("fund_type", "in", BOS_FUND_TYPES)],
        tracking=True,
    )
    fund_type = fields.Selection(related="fund_id.fund_type")
    period_type = fields.Selection(
        PERIOD_TYPES, required=True, default="year", tracking=True
    )
    period = fields.Integer(
        string="Number",
        required=True,
        default=1,
        aggregator=None,
        tracking=True,
        help="Which stage, semester or quarter of the year; 1 for the whole year.",
    )
    date_from = fields.Date(
        string="Start Date", compute="_compute_dates", store=True, precompute=True
    )
    date_to = fields.Date(
        string="End Date", compute="_compute_dates", store=True, precompute=True
    )
    basis = fields.Selection(
        [("students", "Students x Unit Cost"), ("amount", "Amount")],
        required=True,
        default="students",
        tracking=True,
    )
    student_count = fields.Integer(string="Students", tracking=True)
    unit_cost = fields.Monetary(
        string="Unit Cost per Year", tracking=True, help="Per student and year."
    )
    annual_amount = fields.Monetary(
        string="Allocation of the Year",
        compute="_compute_annual_amount",
        store=True,
        readonly=False,
        precompute=True,
        tracking=True,
        help="Ceilings and floors are percentages of it.",
    )
    amount = fields.Monetary(
        string="Allocation of the Period",
        compute="_compute_amount",
        store=True,
        precompute=True,
        tracking=True,
    )
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("confirmed", "Confirmed"),
            ("approved", "Approved"),
            ("done", "Done"),
        ],
        required=True,
        default="draft",
        copy=False,
        readonly=True,
        tracking=True,
    )
    confirmed_by = fields.Many2one(
        "res.users", readonly=True, copy=False, tracking=True
    )
    approved_by = fields.Many2one("res.users", readonly=True, copy=False, tracking=True)
    line_ids = fields.One2many(
        "bos.fund.allocation.line", "allocation_id", string="Components", copy=True
    )
    disbursement_ids = fields.One2many(
        "bos.fund.disbursement", "allocation_id", string="Disbursements"
    )
    carry_over_in = fields.Monetary(
        string="Carried Over from Last Year",
        compute="_compute_carry_over_in",
        help="SiLPA recorded for the year before; the first period has it.",
    )
    planned = fields.Monetary(compute="_compute_planned")
    unplanned = fields.Monetary(compute="_compute_planned", string="Not Yet Planned")
    received = fields.Monetary(compute="_compute_actuals")
    realised = fields.Monetary(
        compute="_compute_actuals", help="Posted spending of the fund in the period."
    )
    unclassified = fields.Monetary(
        compute="_compute_actuals",
        string="Realised without Activity",
        help="Spending of the fund that names no activity and so no component.",
    )
    remaining = fields.Monetary(
        compute="_compute_actuals",
        string="Not Yet Spent",
        help="Allocation and carry-over less what was realised.",
    )

    _period_excl = models.Constraint(
        "EXCLUDE USING gist (int8range(company_id, company_id, '[]') WITH &&, "
        "int8range(fund_id, fund_id, '[]') WITH &&, "
        "daterange(date_from, date_to, '[]') WITH &&)",
        "Year / Period: the school has an allocation of this fund for these days "
        "already. Open that one, or choose another period.",
    )
    _amount_check = models.Constraint(
        "CHECK(annual_amount >= 0 AND unit_cost >= 0 AND student_count >= 0)",
        "Allocation: amounts and students can't be negative.",
    )

    @api.depends("year", "fund_id", "period_type", "period", "company_id")
    def _compute_name(self):
        kinds = dict(self._fields["period_type"]._description_selection(self.env))
        for allocation in self:
            part = kinds.get(allocation.period_type, "")
            if allocation.period_type != "year":
                part = f"{part} {allocation.period}"
            parts = (allocation.fund_id.name, str(allocation.year), part)
            allocation.name = " / ".join(filter(None, parts))

    @api.depends("year")
    def _compute_regulation_id(self):
        Regulation = self.env["bos.regulation"]
        found = {
            year: Regulation._get_for_year(year) for year in set(self.mapped("year"))
        }
        for allocation in self:
            allocation.regulation_id = found[allocation.year]

    @api.depends("year", "period_type", "period")
    def _compute_dates(self):
        for allocation in self:
            # What is out of bounds is refused by a constraint, not here.
            kind = allocation.period_type or "year"
            number = min(max(allocation.period, 1), PARTS[kind])
            year = min(max(allocation.year, 1), 9999)
            dates = period_dates(year, kind, number)
            allocation.date_from, allocation.date_to = dates

    @api.depends("basis", "student_count", "unit_cost")
    def _compute_annual_amount(self):
        for allocation in self:
            amount = allocation.annual_amount
            if allocation.basis == "students":
                amount = allocation.student_count * allocation.unit_cost
            allocation.annual_amount = amount

    @api.depends("annual_amount", "period_type", "period", "regulation_id")
    def _compute_amount(self):
        for allocation in self:
            percents = allocation._get_period_percents()
            parts = split_amount(to_decimal(allocation.annual_amount), percents)
            number = min(max(allocation.period, 1), len(parts))
            allocation.amount = float(parts[number - 1])

    def _get_period_percents(self):
        """Return the shares of the year's allocation by period.

        :rtype: list[Decimal]
        """
        self.ensure_one()
        if self.period_type == "stage" and self.regulation_id:
            return self.regulation_id._get_stage_percents()
        return equal_shares(PARTS[self.period_type or "year"])

    @api.depends("company_id", "fund_id", "year", "date_from")
    def _compute_carry_over_in(self):
        found = self.env["bos.fund.carry.over"]._get_amounts(
            self.company_id, self.fund_id, {item.year - 1 for item in self}
        )
        for item in self:
            key = (item.company_id.id, item.fund_id.id, item.year - 1)
            first = item.date_from == (item.year and date(item.year, 1, 1))
            item.carry_over_in = found.get(key, 0) if first else 0

    @api.depends("line_ids.planned", "amount", "carry_over_in")
    def _compute_planned(self):
        for allocation in self:
            allocation.planned = sum(allocation.line_ids.mapped("planned"))
            available = allocation.amount + allocation.carry_over_in
            allocation.unplanned = available - allocation.planned

    @api.depends("company_id", "fund_id", "date_from", "date_to", "amount")
    def _compute_actuals(self):
        ledger = self.env["bos.ledger"]
        scopes = self._get_scopes()
        received = ledger._sum_receipts(scopes)
        realised = dict.fromkeys(self._origin.ids, 0.0)
        unclassified = dict.fromkeys(self._origin.ids, 0.0)
        for row in ledger._sum_spending(scopes, ["component_code"]):
            realised[row["scope"]] += float(row["amount"])
            if not row["component_code"]:
                unclassified[row["scope"]] += float(row["amount"])
        for item in self:
            key = item._origin.id
            item.received = float(received.get(key, 0))
            item.realised = realised.get(key, 0)
            item.unclassified = unclassified.get(key, 0)
            item.remaining = item.amount + item.carry_over_in - item.realised

    def _get_scopes(self):
        """Return what to ask the ledger for these allocations, keyed by their id."""
        return [
            (item.id, item.company_id.id, item.fund_id.id, item.date_from, item.date_to)
            for item in self._origin
        ]

    @api.constrains("period_type", "period", "year")
    def _check_period(self):
        for allocation in self:
            if not 2000 <= allocation.year <= 2100:
                raise ValidationError(
                    self.env._("Year: enter a year with four digits, for example 2026.")
                )
            count = PARTS[allocation.period_type]
            if not 1 <= allocation.period <= count:
                raise ValidationError(
                    self.env._("Number: enter a number from 1 to %s.", count)
                )

    @api.constrains("fund_id")
    def _check_fund(self):
        for allocation in self:
            # As superuser: only the type of the fund is read.
            if allocation.fund_id.sudo().fund_type not in BOS_FUND_TYPES:
                raise ValidationError(self.env._("Fund: choose a fund of type BOS."))

    def write(self, vals):
        """Override of the ORM: what was confirmed is changed in a draft only."""
        if not self.env.su and vals.keys() & FIGURES:
            self._check_draft()
        return super().write(vals)

    def _check_draft(self):
        for allocation in self:
            if allocation.state != "draft":
                raise UserError(
                    self.env._(
                        "State: %s is not a draft. Reset it to draft to change it.",
                        allocation.name,
                    )
                )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_confirmed(self):
        self._check_draft()

    def _get_authors(self):
        """Override of `bos.approval.mixin`: who confirmed may not approve either."""
        return super()._get_authors() | self.confirmed_by

    # === ACTIONS === #

    def action_add_components(self):
        """Add a line for each component of the regulation that has none."""
        self.check_access("write")
        self._check_draft()
        for allocation in self:
            missing = allocation._get_components() - allocation.line_ids.component_id
            allocation.line_ids = [
                Command.create({"component_id": component.id}) for component in missing
            ]

    def _get_components(self):
        """Return the components of the regulation in force during the period."""
        self.ensure_one()
        return self.regulation_id.component_ids.filtered(
            lambda component: (
                component.fund_type == self.fund_type
                and component.valid_from <= self.date_to
                and (not component.valid_to or component.valid_to >= self.date_from)
            )
        )

    def action_confirm(self):
        """Check the plan and hand it to the principal; by the treasurer."""
        self._check_treasurer()
        self._check_state("draft")
        for allocation in self:
            allocation._check_plan()
        self._check_limits("plan")
        # As superuser: state and names are written by these buttons only.
        self.sudo().write({"state": "confirmed", "confirmed_by": self.env.uid})
        self._create_disbursements()
        self._notify_warnings("plan")

    def action_approve(self):
        """Approve a confirmed plan; by a principal who had no hand in it."""
        self._check_approver()
        self._check_state("confirmed")
        self._check_limits("plan")
        # As superuser: the principal approves and changes nothing else.
        self.sudo().write({"state": "approved", "approved_by": self.env.uid})
        self._create_deadlines()

    def action_done(self):
        """Close a period that was spent and reported; by the treasurer."""
        self._check_treasurer()
        self._check_state("approved")
        self._check_limits("realised")
        # As superuser: the state is written by these buttons only.
        self.sudo().state = "done"

    def action_draft(self):
        """Open the plan again: a confirmed one by the treasurer, else the principal."""
        for allocation in self:
            if allocation.state == "confirmed":
                allocation._check_treasurer()
            elif allocation.state != "draft":
                allocation.check_access("read")
                allocation._check_group("scola_school.group_principal")
        # As superuser: state and names are written by these buttons only.
        self.sudo().write(
            {"state": "draft", "confirmed_by": False, "approved_by": False}
        )

    def _check_state(self, state):
        """Refuse documents in another state, also if somebody was faster."""
        self.lock_for_update()
        self.invalidate_recordset(["state"])
        names = dict(self._fields["state"]._description_selection(self.env))
        for allocation in self:
            if allocation.state != state:
                raise UserError(
                    self.env._(
                        "State: %(allocation)s is not in state %(state)s. Reload the "
                        "page to see where it stands.",
                        allocation=allocation.name,
                        state=names[state],
                    )
                )

    def _check_plan(self):
        self.ensure_one()
        if self.amount <= 0:
            raise UserError(
                self.env._(
                    "Allocation of the Period: %s has none. Enter students and unit "
                    "cost, or the amount of the year.",
                    self.name,
                )
            )
        if self.currency_id.compare_amounts(self.unplanned, 0) < 0:
            raise UserError(
                self.env._(
                    "Planned: the components of %(allocation)s add up to Rp "
                    "%(planned)s, Rp %(excess)s more than allocation and carry-over. "
                    "Reduce them.",
                    allocation=self.name,
                    planned=format_rupiah(to_decimal(self.planned)),
                    excess=format_rupiah(to_decimal(-self.unplanned)),
                )
            )

    def action_view_items(self):
        """Open the journal items that make the realised amount."""
        self.ensure_one()
        return self._get_items_action(self.name, [])

    def action_view_carry_over(self):
        """Open the SiLPA of the year, computed anew."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Carry-Over (SiLPA)"),
            "res_model": "bos.fund.carry.over",
            "view_mode": "list,form",
            "domain": [
                ("company_id", "=", self.company_id.id),
                ("fund_id", "=", self.fund_id.id),
            ],
            "context": {
                "default_company_id": self.company_id.id,
                "default_fund_id": self.fund_id.id,
                "default_year": self.year,
            },
        }

    def _get_items_action(self, name, activity_domain):
        """Return the action that lists the spending behind a figure.

        :param str name: title
        :param list activity_domain: further conditions on the analytic lines
        """
        ledger = self.env["bos.ledger"]
        fund, _activity = ledger._get_plan_columns()
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": "account.move.line",
            "view_mode": "list,form",
            "domain": [
                ("company_id", "=", self.company_id.id),
                ("parent_state", "=", "posted"),
                ("date", ">=", self.date_from),
                ("date", "<=", self.date_to),
                ("account_id.account_type", "in", ledger._get_spending_types()),
                (
                    "analytic_line_ids",
                    "any",
                    [(fund, "=", self.fund_id.id), *activity_domain],
                ),
            ],
            "context": {"create": False, "search_default_posted": 0},
        }

    # === WHAT FOLLOWS === #

    def _create_disbursements(self):
        """Plan the transfers of the confirmed allocations anew."""
        # As superuser: they follow from the plan, nobody enters them.
        self.sudo().disbursement_ids.unlink()
        for allocation in self.sudo():
            allocation.disbursement_ids = [
                Command.create(values) for values in allocation._prepare_disbursements()
            ]

    def _prepare_disbursements(self):
        """Return the values of the transfers: a year's come in stages."""
        self.ensure_one()
        if self.period_type != "year":
            return [
                self._prepare_disbursement(
                    self.period, self.amount, self.date_from, self.date_to
                )
            ]
        percents = self.regulation_id._get_stage_percents()
        parts = split_amount(to_decimal(self.amount), percents)
        kind = "stage" if len(parts) > 1 else "year"
        return [
            self._prepare_disbursement(
                number, float(part), *period_dates(self.year, kind, number)
            )
            for number, part in enumerate(parts, start=1)
        ]

    def _prepare_disbursement(self, number, amount, date_from, date_to):
        return {
            "number": number,
            "planned": amount,
            "date_from": date_from,
            "date_to": date_to,
        }

    def _create_deadlines(self):
        """Put the deadlines of the approved allocations into the calendar, once."""
        # As superuser: they follow from the regulation, nobody enters them.
        self.env["bos.report.deadline"].sudo()._create_for(self.sudo())

    # === TAKEN FROM THE BUDGET (RKAS) === #

    def action_take_budget(self):
        """Fill the components from the active budget of the fund and period."""
        self.check_access("write")
        self._check_draft()
        rows = self.env["bos.ledger"]._sum_planned(
            self._get_scopes(), ["component_code", "counts", "spending_code"]
        )
        for allocation in self:
            mine = [row for row in rows if row["scope"] == allocation.id]
            if not mine:
                raise UserError(
                    self.env._(
                        "Budget: %s has no active budget lines of this fund in its "
                        "period. Activate the RKAS first, or enter the components.",
                        allocation.name,
                    )
                )
            allocation._take_rows(mine)

    def _take_rows(self, rows):
        """Write planned amounts into the lines.

        :param list rows: dicts with component_code, counts, spending_code, amount
        """
        self.ensure_one()
        components = {item.code: item for item in self._get_components()}
        self._check_components_known(rows, components)
        prefix = self._get_books_prefix()
        lines = {line.component_id: line for line in self.line_ids}
        commands = []
        for code, component in components.items():
            mine = [row for row in rows if row["component_code"] == code]
            values = self._prepare_line_amounts(mine, prefix)
            if component in lines:
                commands.append(Command.update(lines[component].id, values))
            elif mine:
                commands.append(
                    Command.create({"component_id": component.id, **values})
                )
        self.line_ids = commands

    def _check_components_known(self, rows, components):
        unknown = sorted(
            {row["component_code"] or "-" for row in rows} - set(components)
        )
        if unknown:
            raise UserError(
                self.env._(
                    "Activity: the budget has lines of component %(codes)s, which "
                    "%(regulation)s does not know. Correct their activities.",
                    codes=", ".join(unknown),
                    regulation=self.regulation_id.name,
                )
            )

    def _get_books_prefix(self):
        """Return how the spending codes of books begin, or an empty text."""
        limits = self.regulation_id.limit_ids.filtered("spending_code_prefix")
        return limits[:1].spending_code_prefix or ""

    def _prepare_line_amounts(self, rows, prefix):
        books = [
            row for row in rows if prefix and row["spending_code"].startswith(prefix)
        ]
        exempt = [row for row in rows if not row["counts"]]
        return {
            "planned": self._add_up(rows),
            "planned_books": self._add_up(books),
            "planned_exempt": self._add_up(exempt),
        }

    def _add_up(self, rows):
        return float(sum((row["amount"] for row in rows), NOTHING))
