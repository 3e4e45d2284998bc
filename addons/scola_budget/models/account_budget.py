# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tools import SQL

from ..const import PROGRAM_TYPES, SPENDING_ACCOUNT_TYPES, TRANSITIONS
from ..tools import periods

#: Written by the steps of the approval only, never by hand.
GUARDED_FIELDS = frozenset(
    (
        "state",
        "revision",
        "revised_from_id",
        "submitted_by_id",
        "submitted_date",
        "approved_by_id",
        "approved_date",
        "import_hash",
    )
)
#: What lines depend on; changed in a draft only.
PLAN_FIELDS = frozenset(
    ("company_id", "date_from", "date_to", "fund_id", "program_type")
)


class AccountBudget(models.Model):
    _name = "account.budget"
    _description = "Budget"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "date_from desc, name, revision desc, id desc"
    _check_company_auto = True
    # Who approves reads budgets only, and may say something about them.
    _mail_post_access = "read"

    name = fields.Char(required=True, tracking=True)
    company_id = fields.Many2one(
        comodel_name="res.company",
        string="School",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    fund_id = fields.Many2one(
        comodel_name="account.analytic.account",
        index="btree_not_null",
        tracking=True,
        check_company=True,
        domain=lambda self: self._get_fund_domain(),
        help="Where the money comes from; empty if the lines name several funds.",
    )
    program_type = fields.Selection(
        selection=PROGRAM_TYPES,
        string="For",
        required=True,
        default="both",
        tracking=True,
    )
    date_from = fields.Date(string="Start Date", required=True, tracking=True)
    date_to = fields.Date(string="End Date", required=True, tracking=True)
    academic_year_id = fields.Many2one(
        comodel_name="scola.academic.year", check_company=True
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Responsible",
        default=lambda self: self.env.user,
        tracking=True,
        help="Is told when a rule is crossed.",
    )
    state = fields.Selection(
        selection=[
            ("draft", "Draft"),
            ("submitted", "Submitted"),
            ("approved", "Approved"),
            ("active", "Active"),
            ("closed", "Closed"),
            ("revised", "Revised"),
        ],
        required=True,
        default="draft",
        copy=False,
        index=True,
        tracking=True,
    )
    submitted_by_id = fields.Many2one(
        comodel_name="res.users", readonly=True, copy=False
    )
    submitted_date = fields.Datetime(readonly=True, copy=False)
    approved_by_id = fields.Many2one(
        comodel_name="res.users", readonly=True, copy=False, tracking=True
    )
    approved_date = fields.Datetime(readonly=True, copy=False)
    revision = fields.Integer(readonly=True, copy=False, tracking=True)
    revised_from_id = fields.Many2one(
        comodel_name="account.budget",
        string="Revision Of",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )
    revision_ids = fields.One2many(
        comodel_name="account.budget",
        inverse_name="revised_from_id",
        string="Revisions",
    )
    line_ids = fields.One2many(
        comodel_name="account.budget.line",
        inverse_name="budget_id",
        string="Lines",
        copy=True,
    )
    principal_name = fields.Char(help="Signs the forms.")
    committee_name = fields.Char(
        string="Committee Chair", help="Signs the forms for the school committee."
    )
    foundation_name = fields.Char(
        string="Foundation Chair", help="Signs the forms of a private school."
    )
    import_hash = fields.Char(readonly=True, copy=False)
    # Written at each check of a blocking rule, so that two at once collide.
    check_number = fields.Integer(
        default=0, copy=False, readonly=True, export_string_translation=False
    )

    planned_receipts = fields.Monetary(compute="_compute_planned")
    planned_spending = fields.Monetary(compute="_compute_planned")
    actual_receipts = fields.Monetary(compute="_compute_totals")
    actual_spending = fields.Monetary(compute="_compute_totals")
    committed_spending = fields.Monetary(string="Committed", compute="_compute_totals")
    available_spending = fields.Monetary(string="Available", compute="_compute_totals")
    unplanned_spending = fields.Monetary(
        string="Outside the Plan",
        compute="_compute_unplanned_spending",
        help="Booked on the fund in the time of the budget, but on no line of it: an "
        "account or activity that is not planned, or no activity.",
    )
    used_percent = fields.Float(
        string="Used (%)",
        compute="_compute_totals",
        digits=(16, 1),
        help="Actual and committed spending, in percent of what is planned.",
    )

    _active_uniq = models.UniqueIndex(
        "(company_id, COALESCE(fund_id, 0), program_type, date_from)"
        " WHERE state = 'active'",
        "State: there is an active budget of this school for the same fund, the same "
        "purpose and the same Start Date. Close that one, or revise it instead of "
        "making another.",
    )
    _revised_from_uniq = models.UniqueIndex(
        "(revised_from_id) WHERE revised_from_id IS NOT NULL",
        "Revision Of: this budget has a revision already. Work on that one.",
    )

    @api.model
    def _get_fund_domain(self):
        plans = self.env["account.analytic.plan"]._get_budget_plans()
        return [("root_plan_id", "=", plans[0].id)]

    # === COMPUTES AND CHECKS === #

    @api.depends("name", "revision")
    def _compute_display_name(self):
        for budget in self:
            name = budget.name or ""
            budget.display_name = (
                self.env._(
                    "%(name)s (revision %(number)s)",
                    name=name,
                    number=budget.revision,
                )
                if budget.revision
                else name
            )

    @api.depends("line_ids.planned", "line_ids.kind")
    def _compute_planned(self):
        for budget in self:
            sums = {"receipt": 0.0, "spending": 0.0}
            for line in budget.line_ids:
                sums[line.kind or "spending"] += line.planned
            budget.planned_receipts = sums["receipt"]
            budget.planned_spending = sums["spending"]

    @api.depends("line_ids.planned", "line_ids.kind")
    def _compute_totals(self):
        usage = self.line_ids._get_usage()
        for budget in self:
            receipts = budget.line_ids.filtered(lambda line: line.kind == "receipt")
            spending = budget.line_ids - receipts
            budget.actual_receipts = sum(usage[line.id].actual for line in receipts)
            budget.actual_spending = sum(usage[line.id].actual for line in spending)
            budget.committed_spending = sum(
                usage[line.id].committed for line in spending
            )
            used = budget.actual_spending + budget.committed_spending
            budget.available_spending = budget.planned_spending - used
            planned = budget.planned_spending
            budget.used_percent = used * 100 / planned if planned else 0.0

    @api.depends("fund_id", "company_id", "date_from", "date_to", "line_ids.planned")
    def _compute_unplanned_spending(self):
        spent = self._get_fund_spending()
        usage = self.line_ids._get_usage()
        for budget in self:
            lines = budget.line_ids.filtered(
                lambda line: (
                    line.account_id.account_type in SPENDING_ACCOUNT_TYPES
                    and line.fund_id in (line.fund_id.browse(), line.budget_id.fund_id)
                )
            )
            planned = sum(usage[line.id].actual for line in lines)
            booked = spent.get(budget._origin.id)
            budget.unplanned_spending = 0.0 if booked is None else booked - planned

    def _get_fund_spending(self):
        """Return what is booked on the fund of each budget, planned or not.

        :return: dict of the id of a budget to its amount (float); budgets without
            fund, or on whose fund nothing is booked, are not in it
        """
        if not self._origin:
            return {}
        self.env["account.budget.line"]._flush_usage()
        plans = self.env["account.analytic.plan"]._get_budget_plans()
        return {
            budget_id: float(amount)
            for budget_id, amount in self.env.execute_query(
                SQL(
                    """
                    SELECT budget.id, -SUM(analytic.amount)
                      FROM account_budget AS budget
                      JOIN account_analytic_line AS analytic
                        ON analytic.company_id = budget.company_id
                       AND analytic.date BETWEEN budget.date_from AND budget.date_to
                       AND %(fund)s = budget.fund_id
                       AND analytic.move_line_id IS NOT NULL
                      JOIN account_account AS account
                        ON account.id = analytic.general_account_id
                     WHERE budget.id = ANY(%(budget_ids)s)
                       AND account.account_type = ANY(%(types)s)
                  GROUP BY budget.id
                    """,
                    fund=SQL.identifier("analytic", plans[0]._column_name()),
                    budget_ids=self._origin.ids,
                    types=list(SPENDING_ACCOUNT_TYPES),
                )
            )
        }

    @api.constrains("date_from", "date_to")
    def _check_dates(self):
        for budget in self:
            if not periods.is_whole_months(budget.date_from, budget.date_to):
                raise ValidationError(
                    self.env._(
                        "Start Date / End Date: a budget covers whole months. Begin "
                        "with the first day of a month and end with the last day of "
                        "one, for example 1 January to 31 December."
                    )
                )
        self.line_ids._check_dates()

    @api.constrains("fund_id")
    def _check_fund(self):
        plans = self.env["account.analytic.plan"]._get_budget_plans()
        for budget in self.filtered("fund_id"):
            if budget.fund_id.root_plan_id != plans[0]:
                raise ValidationError(
                    self.env._(
                        "Fund: %(fund)s is not a fund. Choose an analytic account of "
                        "the plan %(plan)s.",
                        fund=budget.fund_id.display_name,
                        plan=plans[0].name,
                    )
                )

    # === GUARDS === #

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su and any(
            vals.get(name) for vals in vals_list for name in GUARDED_FIELDS - {"state"}
        ):
            raise AccessError(self._get_guard_message())
        if not self.env.su and any(
            vals.get("state", "draft") != "draft" for vals in vals_list
        ):
            raise AccessError(self._get_guard_message())
        return super().create(vals_list)

    def write(self, vals):
        """Override of the ORM: states by the buttons only, plans in drafts only."""
        if not self.env.su and vals.keys() & GUARDED_FIELDS:
            raise AccessError(self._get_guard_message())
        if vals.keys() & PLAN_FIELDS:
            self._check_draft()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_decided(self):
        self._check_draft()

    def _get_guard_message(self):
        return self.env._(
            "State: a budget is submitted, approved, activated, revised and closed by "
            "its buttons only."
        )

    def _check_draft(self):
        """Refuse to change what has been submitted."""
        for budget in self:
            if budget.state != "draft":
                raise UserError(
                    self.env._(
                        "%(budget)s is no longer a draft and cannot be changed. "
                        "Withdraw it if it is submitted; revise it if it is active.",
                        budget=budget.display_name,
                    )
                )

    # === STEPS === #

    def action_submit(self):
        """Hand in a draft for approval."""
        for budget in self:
            if not budget.line_ids:
                raise UserError(
                    self.env._(
                        "Lines: %(budget)s has no lines. Enter or import the plan "
                        "before submitting it.",
                        budget=budget.display_name,
                    )
                )
        self._step(
            "submit",
            submitted_by_id=self.env.uid,
            submitted_date=fields.Datetime.now(),
        )

    def action_withdraw(self):
        """Take back what was submitted, to go on working on it."""
        self._step("withdraw", submitted_by_id=False, submitted_date=False)

    def action_refuse(self):
        """Send a submitted budget back to the treasurer."""
        self._step("refuse", submitted_by_id=False, submitted_date=False)

    def action_approve(self):
        """Approve a submitted budget that others have made."""
        self._check_four_eyes()
        self._step(
            "approve",
            approved_by_id=self.env.uid,
            approved_date=fields.Datetime.now(),
        )

    def action_activate(self):
        """Put an approved budget in force; a budget it revises is kept as revised."""
        self._check_step("activate")
        # As superuser: who decides on budgets need not have the right to change them.
        before = self.sudo().revised_from_id
        before.filtered(lambda budget: budget.state == "active").write(
            {"state": "revised"}
        )
        # The index allows one active budget; the one before has to go first.
        before.flush_recordset(["state"])
        self._step("activate")
        for budget in self:
            budget._take_rules()

    def _take_rules(self):
        """Let the rules of the budget that this one revises hold for this one."""
        self.ensure_one()
        # As superuser: rules are the administrator's, and go with what they protect.
        rules = self.sudo().env["account.budget.alert"].with_context(active_test=False)
        if before := self.sudo().revised_from_id:
            rules.search([("budget_id", "=", before.id)]).budget_id = self

    def action_close(self):
        """Close an active budget."""
        self._step("close")

    def _step(self, name, **values):
        """Take a step of ``TRANSITIONS``, if user and state allow it."""
        self._check_step(name)
        # As superuser: who decides on budgets need not have the right to change them.
        self.sudo().write({"state": TRANSITIONS[name][1], **values})

    def _check_step(self, name):
        before, _after, groups = TRANSITIONS[name]
        self.check_access("read")
        user = self.env.user
        if not self.env.su and not any(user.has_group(group) for group in groups):
            raise AccessError(
                self.env._(
                    "Your role does not allow this step: treasurers submit budgets, "
                    "principals and the foundation approve them."
                )
            )
        for budget in self:
            if budget.state != before:
                raise UserError(
                    self.env._(
                        "%(budget)s is %(state)s; this step needs a budget that is "
                        "%(wanted)s. Reload the page.",
                        budget=budget.display_name,
                        state=budget._get_state_label(budget.state),
                        wanted=budget._get_state_label(before),
                    )
                )

    def _get_state_label(self, state):
        selection = self._fields["state"]._description_selection(self.env)
        return dict(selection)[state]

    def _check_four_eyes(self):
        """Refuse an approval by somebody who made or handed in the budget."""
        for budget in self:
            makers = budget.submitted_by_id | budget.create_uid
            makers |= budget.line_ids.create_uid | budget.line_ids.write_uid
            if self.env.user in makers:
                raise AccessError(
                    self.env._(
                        "%(budget)s was made or submitted by you. Somebody else has "
                        "to approve it.",
                        budget=budget.display_name,
                    )
                )

    # === REVISIONS === #

    def action_revise(self):
        """Make the next revision of an active budget, a draft that may be changed.

        The active one stays in force until the revision is activated.

        :return: action that opens the revision
        """
        self.ensure_one()
        if self.state != "active":
            raise UserError(
                self.env._(
                    "%(budget)s is not active. Only an active budget is revised; a "
                    "draft is simply changed.",
                    budget=self.display_name,
                )
            )
        self.check_access("write")
        # As superuser: revision numbers are not written by hand.
        revision = self.sudo().copy(self._prepare_revision())
        return revision._get_form_action()

    def _prepare_revision(self):
        self.ensure_one()
        return {
            "name": self.name,
            "revision": self.revision + 1,
            "revised_from_id": self.id,
        }

    def _get_form_action(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
        }

    def copy_data(self, default=None):
        """Override of the ORM to say which budget is the copy."""
        vals_list = super().copy_data(default)
        if "name" not in (default or {}):
            for vals in vals_list:
                vals["name"] = self.env._("%(name)s (copy)", name=vals["name"])
        return vals_list

    # === ACTIONS === #

    def action_view_lines(self):
        """Open the lines with what is planned, actual, committed and available."""
        self.ensure_one()
        action = self.env["ir.actions.actions"]._for_xml_id(
            "scola_budget.action_account_budget_line"
        )
        context = {
            "search_default_spending": 1,
            "search_default_by_standard": 1,
            "search_default_by_activity": 1,
        }
        return {**action, "domain": [("budget_id", "=", self.id)], "context": context}

    def action_view_differences(self):
        """Open what this revision changes."""
        self.ensure_one()
        action = self.env["ir.actions.actions"]._for_xml_id(
            "scola_budget.action_account_budget_difference"
        )
        return {**action, "domain": [("budget_id", "=", self.id)]}

    def action_view_revisions(self):
        """Open all revisions of this budget, the newest first."""
        self.ensure_one()
        action = self.env["ir.actions.actions"]._for_xml_id(
            "scola_budget.action_account_budget"
        )
        revisions = self._get_revisions()
        return {**action, "domain": [("id", "in", revisions.ids)], "context": {}}

    def _get_revisions(self):
        """Return the budgets that this one revises and that revise it, with itself."""
        self.ensure_one()
        found = self
        while earlier := found.revised_from_id - found:
            found |= earlier
        while later := found.revision_ids - found:
            found |= later
        return found

    def _replace_lines(self, values, import_hash):
        """Put a plan in the place of the lines of a draft.

        :param list values: values of the lines
        :param str import_hash: of the file they come from
        """
        self.ensure_one()
        self._check_draft()
        self.write(
            {
                "line_ids": [
                    *(Command.delete(line.id) for line in self.line_ids),
                    *(Command.create(vals) for vals in values),
                ]
            }
        )
        # As superuser: the hash is not written by hand.
        self.sudo().import_hash = import_hash
