# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from decimal import Decimal
from typing import NamedTuple
from zoneinfo import ZoneInfo

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from ..const import CREDIT_ACCOUNT_PREFIXES
from ..tools import periods, shares
from .account_budget_usage import Scope

#: Computed for many lines at once and added up by ourselves.
USAGE_FIELDS = ("actual", "committed", "available")


class Usage(NamedTuple):
    """What of a line is spent and committed, in the currency of the school."""

    actual: float
    committed: float


class AccountBudgetLine(models.Model):
    _name = "account.budget.line"
    _description = "Budget Line"
    _inherit = ["account.budget.usage"]
    _order = "budget_id, kind, program_code, spending_code_id, date_from, id"
    _check_company_auto = True

    budget_id = fields.Many2one(
        comodel_name="account.budget", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        related="budget_id.company_id", store=True, index=True, precompute=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    state = fields.Selection(related="budget_id.state", string="Budget State")
    name = fields.Char(string="Description", required=True)
    account_id = fields.Many2one(
        comodel_name="account.account",
        required=True,
        index=True,
        check_company=True,
        ondelete="restrict",
        compute="_compute_account_id",
        store=True,
        readonly=False,
        precompute=True,
    )
    kind = fields.Selection(
        selection=[("receipt", "Receipt"), ("spending", "Spending")],
        compute="_compute_kind",
        store=True,
        precompute=True,
    )
    fund_id = fields.Many2one(
        comodel_name="account.analytic.account",
        index="btree_not_null",
        check_company=True,
        domain=lambda self: self.env["account.budget"]._get_fund_domain(),
        help="If it differs from the fund of the budget.",
    )
    program_id = fields.Many2one(
        comodel_name="scola.budget.program",
        string="Activity",
        index="btree_not_null",
        ondelete="restrict",
        domain=[("level", "=", "activity")],
    )
    program_code = fields.Char(
        related="program_id.code", store=True, export_string_translation=False
    )
    programme_id = fields.Many2one(
        comodel_name="scola.budget.program",
        related="program_id.parent_id",
        string="Programme",
        store=True,
        index="btree_not_null",
    )
    standard_id = fields.Many2one(
        comodel_name="scola.budget.program",
        related="program_id.parent_id.parent_id",
        string="Standard",
        store=True,
        index="btree_not_null",
    )
    spending_code_id = fields.Many2one(
        comodel_name="scola.budget.spending.code",
        index="btree_not_null",
        ondelete="restrict",
    )
    volume = fields.Float(default=1.0, digits=(16, 2))
    uom = fields.Char(string="Unit")
    unit_price = fields.Monetary()
    planned = fields.Monetary(
        compute="_compute_planned", store=True, readonly=False, precompute=True
    )
    date_from = fields.Date(string="Start Date", required=True, index=True)
    date_to = fields.Date(
        string="End Date",
        required=True,
        compute="_compute_date_to",
        store=True,
        readonly=False,
        precompute=True,
    )
    actual = fields.Monetary(compute="_compute_usage")
    committed = fields.Monetary(
        compute="_compute_usage",
        help="Confirmed purchase orders not yet billed, and unposted vendor bills.",
    )
    available = fields.Monetary(
        compute="_compute_usage", help="Planned less actual less committed."
    )
    check_number = fields.Integer(
        default=0, copy=False, readonly=True, export_string_translation=False
    )

    _planned_check = models.Constraint(
        "CHECK(planned >= 0)",
        "Planned: an amount is planned as a positive number, receipts as well as "
        "spending. Enter it without sign.",
    )
    _budget_account_date_idx = models.Index("(budget_id, account_id, date_from)")

    # === COMPUTES AND CHECKS === #

    @api.depends("spending_code_id", "company_id")
    def _compute_account_id(self):
        for line in self:
            spending = line.spending_code_id.with_company(line.company_id)
            line.account_id = spending.account_id or line.account_id

    @api.depends("account_id.account_type")
    def _compute_kind(self):
        for line in self:
            account_type = line.account_id.account_type or ""
            line.kind = (
                "receipt"
                if account_type.startswith(CREDIT_ACCOUNT_PREFIXES)
                else "spending"
            )

    @api.depends("volume", "unit_price")
    def _compute_planned(self):
        for line in self:
            if line.unit_price:
                line.planned = line.volume * line.unit_price
            else:
                line.planned = line.planned or 0.0

    @api.depends("date_from")
    def _compute_date_to(self):
        for line in self:
            if line.date_from and not (
                line.date_to and periods.is_period(line.date_from, line.date_to)
            ):
                line.date_to = periods.month_end(line.date_from)

    @api.depends("planned", "account_id", "date_from", "date_to", "budget_id.fund_id")
    def _compute_usage(self):
        usage = self._get_usage()
        for line in self:
            line.actual, line.committed = usage[line.id]
            line.available = line.planned - line.actual - line.committed

    @api.constrains("date_from", "date_to")
    def _check_dates(self):
        for line in self:
            if not periods.is_period(line.date_from, line.date_to):
                raise ValidationError(
                    self.env._(
                        "Start Date / End Date: %(line)s covers neither a month nor a "
                        "quarter. Begin with the first day of a month and end with the "
                        "last day of the same month or of the second after it.",
                        line=line.name,
                    )
                )
            budget = line.budget_id
            if line.date_from < budget.date_from or line.date_to > budget.date_to:
                raise ValidationError(
                    self.env._(
                        "Start Date / End Date: %(line)s is not within %(start)s to "
                        "%(end)s, the time of the budget. Correct the dates.",
                        line=line.name,
                        start=budget.date_from,
                        end=budget.date_to,
                    )
                )

    @api.constrains("program_id")
    def _check_program(self):
        for line in self.filtered("program_id"):
            if line.program_id.level != "activity":
                raise ValidationError(
                    self.env._(
                        "Activity: %(program)s is a standard or a programme. Choose "
                        "one of its activities.",
                        program=line.program_id.display_name,
                    )
                )

    # === GUARDS === #

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines.budget_id._check_draft()
        return lines

    def write(self, vals):
        """Override of the ORM: plans are changed in drafts only."""
        self.budget_id._check_draft()
        result = super().write(vals)
        self.budget_id._check_draft()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_decided(self):
        self.budget_id._check_draft()

    # === USAGE === #

    def get_usage(self):
        """Return what is planned, actual, committed and available, by line.

        One query for what is actual and one for what is committed, however many lines
        there are.

        :return: list of dicts with id (int) and planned, actual, committed, available
            (float, currency of the school), in the order of the lines
        """
        self.check_access("read")
        # Lines of a budget may forget each other, and then be read one by one.
        self.fetch(["planned"])
        usage = self._get_usage()
        return [
            {
                "id": line.id,
                "planned": line.planned,
                **usage[line.id]._asdict(),
                "available": line.planned - sum(usage[line.id]),
            }
            for line in self
        ]

    def _get_usage(self, firm=False):
        """Return the usage of the lines.

        :param bool firm: what is committed by orders only, not by bills without order
        :return: dict of the id of a line to its ``Usage``
        """
        actual, committed = {}, {}
        if lines := self._origin:
            scope = lines._get_scope()
            lines._flush_usage()
            actual = self._fetch_usage(self._get_actual_query(scope))
            committed = self._fetch_usage(self._get_committed_query(scope, firm))
        # Lines being edited have the figures of what they were.
        return {
            line.id: Usage(
                actual.get(line._origin.id, 0.0), committed.get(line._origin.id, 0.0)
            )
            for line in self
        }

    def _get_scope(self):
        return Scope(
            budget_ids=self.budget_id.ids,
            company_ids=self.company_id.ids,
            account_ids=self.account_id.ids,
            date_from=min(self.mapped("date_from")),
            date_to=max(self.mapped("date_to")),
        )

    def _flush_usage(self):
        """Write what the queries read."""
        for model in (
            "account.budget",
            "account.budget.line",
            "scola.budget.program",
            "account.analytic.line",
            "account.move",
            "account.move.line",
            "purchase.order",
            "purchase.order.line",
        ):
            self.env[model].flush_model()

    def _fetch_usage(self, query):
        """Return the amounts of a usage query by line.

        What the books cannot tell apart is shared out by what is planned.

        :return: dict of the id of a line to its amount (float)
        """
        amounts = {}
        for line_ids, planned, amount in self.env.execute_query(query):
            parts = shares.split_by_weights(
                _to_decimal(amount), [_to_decimal(weight) for weight in planned]
            )
            amounts.update(zip(line_ids, map(float, parts), strict=True))
        return amounts

    def _get_form_code(self):
        """Return the code of the account as the school's chart has it."""
        self.ensure_one()
        return self.account_id.with_company(self.company_id).code or ""

    def _get_item_key(self):
        """Return what the lines of one item of the plan have in common."""
        self.ensure_one()
        code, price = self.spending_code_id, self.unit_price
        return (*self._get_place(), code, self.name, self.uom, price)

    def _get_form_price(self):
        """Return the price that, times the volume, is what is planned."""
        self.ensure_one()
        if self.unit_price and self.currency_id.is_zero(
            self.volume * self.unit_price - self.planned
        ):
            return self.unit_price
        return self.planned / self.volume if self.volume else self.planned

    # === GROUPS === #

    def _read_group_select(self, aggregate_spec, query):
        """Override of the ORM: sums of computed amounts are made from the lines."""
        if self._is_usage_sum(aggregate_spec):
            return super()._read_group_select("id:recordset", query)
        return super()._read_group_select(aggregate_spec, query)

    def _read_group_postprocess_aggregate(self, aggregate_spec, raw_values):
        """Override of the ORM: one computation for the lines of all groups."""
        if not self._is_usage_sum(aggregate_spec):
            return super()._read_group_postprocess_aggregate(aggregate_spec, raw_values)
        groups = list(
            super()._read_group_postprocess_aggregate("id:recordset", raw_values)
        )
        self.concat(*groups)._prefetch_usage()
        name = aggregate_spec.split(":")[0]
        return (sum(group.mapped(name)) for group in groups)

    def _prefetch_usage(self):
        """Compute the usage of all lines at once, however many there are."""
        wanted = [self._fields[name] for name in USAGE_FIELDS]
        lines = self.browse(dict.fromkeys(wanted[0]._cache_missing_ids(self)))
        with self.env.protecting(wanted, lines):
            lines._compute_usage()

    @api.model
    def _is_usage_sum(self, aggregate_spec):
        name, _colon, operator = aggregate_spec.partition(":")
        return name in USAGE_FIELDS and operator in ("sum", "sum_currency")

    # === DRILL-DOWN === #

    def action_view_items(self):
        """Open the journal items that make up what is actual."""
        self.ensure_one()
        domain = self._get_usage_domain("spending_code_id") & Domain(
            [
                ("parent_state", "=", "posted"),
                ("company_id", "=", self.company_id.id),
                ("date", ">=", self.date_from),
                ("date", "<=", self.date_to),
            ]
        )
        return self._get_drill_action("account.move.line", domain)

    def action_view_commitments(self):
        """Open the purchase order lines that make up what is committed."""
        self.ensure_one()
        tz_start, tz_end = self.date_from, fields.Date.add(self.date_to, days=1)
        domain = self._get_usage_domain("spending_code_id", "budget_account_id")
        domain &= Domain(
            [
                ("order_id.state", "=", "purchase"),
                ("company_id", "=", self.company_id.id),
                ("date_planned", ">=", self._to_utc(tz_start)),
                ("date_planned", "<", self._to_utc(tz_end)),
            ]
        )
        return self._get_drill_action("purchase.order.line", domain)

    def action_view_draft_bills(self):
        """Open the unposted items of vendor bills that are committed."""
        self.ensure_one()
        domain = self._get_usage_domain("spending_code_id") & Domain(
            [
                ("parent_state", "=", "draft"),
                ("move_type", "in", ("in_invoice", "in_refund", "in_receipt")),
                ("company_id", "=", self.company_id.id),
                ("date", ">=", self.date_from),
                ("date", "<=", self.date_to),
            ]
        )
        return self._get_drill_action("account.move.line", domain)

    def _get_usage_domain(self, code_field, account_field="account_id"):
        """Return what documents of this line have in common, but for their time."""
        self.ensure_one()
        domain = Domain(account_field, "=", self.account_id.id)
        if self.spending_code_id:
            codes = [self.spending_code_id.id]
            codes += [False] if self._takes_uncoded() else []
            domain &= Domain(code_field, "in", codes)
        return domain

    def _takes_uncoded(self):
        """Tell whether what has no spending code counts on this line, not a sibling."""
        self.ensure_one()
        siblings = self.budget_id.line_ids.filtered(
            lambda line: (
                line._get_place() == self._get_place()
                and line.date_from <= self.date_to
                and line.date_to >= self.date_from
            )
        )
        if not all(siblings.mapped("spending_code_id")):
            return False
        first = min(siblings, key=lambda line: (line.date_to - line.date_from, line.id))
        return first.spending_code_id == self.spending_code_id

    def _get_place(self):
        """Return account, fund and activity of the line."""
        self.ensure_one()
        return self.account_id, self.fund_id or self.budget_id.fund_id, self.program_id

    def _has_distribution(self, record):
        """Tell whether a document names fund and activity of this line together."""
        fund = self.fund_id or self.budget_id.fund_id
        wanted = {*fund.ids, *self.program_id.analytic_account_id.ids}
        return not wanted or any(
            wanted <= set(map(int, key.split(",")))
            for key in record.analytic_distribution or {}
        )

    def _to_utc(self, day):
        """Return the beginning of a day at the school as a time of the database."""
        moment = fields.Datetime.to_datetime(day)
        zone = self.company_id.scola_tz or "Asia/Jakarta"
        local = moment.replace(tzinfo=ZoneInfo(zone))
        return local.astimezone(ZoneInfo("UTC")).replace(tzinfo=None)

    def _get_drill_action(self, model, domain):
        # Two conditions on one distribution would be taken for a contradiction.
        records = self.env[model].search(domain).filtered(self._has_distribution)
        return {
            "type": "ir.actions.act_window",
            "name": self.display_name,
            "res_model": model,
            "view_mode": "list,form",
            "domain": [("id", "in", records.ids)],
            "context": {"create": False},
        }


def _to_decimal(amount):
    return Decimal(str(amount or 0))
