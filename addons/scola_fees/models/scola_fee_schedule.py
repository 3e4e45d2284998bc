# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import babel.dates

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL, get_lang

from ..const import FREQUENCIES
from ..tools.periods import MONTHLY, ONCE, SEMESTER

STATES = [
    ("planned", "Planned"),
    ("unpaid", "Unpaid"),
    ("partial", "Partly Paid"),
    ("paid", "Paid"),
    ("overdue", "Overdue"),
    ("cancelled", "Cancelled"),
]


class ScolaFeeSchedule(models.Model):
    _name = "scola.fee.schedule"
    _description = "Fee Schedule"
    _order = "due_date desc, student_id, period, installment, id"
    _check_company_auto = True

    enrollment_id = fields.Many2one(
        "scola.student.fee.enrollment",
        required=True,
        index=True,
        readonly=True,
        ondelete="restrict",
    )
    student_id = fields.Many2one(
        "scola.student", required=True, index=True, readonly=True, ondelete="restrict"
    )
    company_id = fields.Many2one(
        "res.company", string="School", required=True, index=True, readonly=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    family_id = fields.Many2one(related="student_id.family_id", string="Family")
    classroom_id = fields.Many2one(
        related="student_id.classroom_id", string="Classroom", store=True
    )
    template_id = fields.Many2one(related="enrollment_id.template_id", store=True)
    nature = fields.Selection(
        [("levy", "Levy"), ("donation", "Donation")], required=True, readonly=True
    )
    period = fields.Char(
        string="Period Key",
        required=True,
        readonly=True,
        help="2026-11, 2026/2027-1, 2026/2027 or once.",
    )
    label = fields.Char(string="Period", compute="_compute_label")
    frequency = fields.Selection(
        FREQUENCIES,
        required=True,
        readonly=True,
    )
    period_start = fields.Date(required=True, readonly=True)
    period_end = fields.Date(required=True, readonly=True)
    installment = fields.Integer(required=True, readonly=True, default=1)
    installments = fields.Integer(required=True, readonly=True, default=1)
    bill_date = fields.Date(
        required=True, readonly=True, help="First day of the month it is billed in."
    )
    due_date = fields.Date(required=True, readonly=True)
    line_ids = fields.One2many(
        "scola.fee.schedule.line", "schedule_id", readonly=True, string="Fees"
    )
    gross = fields.Monetary(readonly=True)
    discount = fields.Monetary(readonly=True)
    amount = fields.Monetary(readonly=True, help="Gross less scholarships.")
    billed_amount = fields.Monetary(compute="_compute_billed_amount", store=True)
    signature = fields.Char(
        readonly=True, help="Digest of the plan: tells at once whether it changed."
    )
    move_id = fields.Many2one(
        "account.move",
        string="Invoice",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )
    run_id = fields.Many2one(
        "scola.billing.run",
        string="Billing Run",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    residual = fields.Monetary(
        compute="_compute_state", compute_sudo=True, string="Open"
    )
    state = fields.Selection(
        STATES, compute="_compute_state", compute_sudo=True, search="_search_state"
    )

    _period_uniq = models.Constraint(
        "UNIQUE(enrollment_id, period, installment)",
        "The period is planned already for this enrolment.",
    )
    _amounts_add_up = models.Constraint(
        "CHECK(amount = gross - discount AND discount >= 0 AND amount >= 0)",
        "Amount: gross less scholarships, never below zero.",
    )
    _unbilled_idx = models.Index("(company_id, bill_date) WHERE move_id IS NULL")

    # === COMPUTE METHODS === #

    @api.depends("amount", "move_id")
    def _compute_billed_amount(self):
        for row in self:
            row.billed_amount = row.amount if row.move_id else 0

    @api.depends(
        "move_id.state",
        "move_id.payment_state",
        "move_id.amount_residual",
        "move_id.invoice_date_due",
    )
    def _compute_state(self):
        # Computed as superuser: a homeroom teacher may see that a bill is paid, but has
        # no access to the invoice itself.
        self.flush_recordset(["move_id"])
        states = dict(
            self.env.execute_query(
                SQL(
                    "SELECT s.id, %s FROM scola_fee_schedule s WHERE s.id = ANY(%s)",
                    self._state_to_sql("s"),
                    list(self._ids),
                )
            )
            if self._ids and all(isinstance(id_, int) for id_ in self._ids)
            else []
        )
        for row in self:
            row.state = states.get(row.id, "planned")
            cancelled = row.state in ("planned", "cancelled")
            row.residual = 0 if cancelled else row.move_id.amount_residual

    def _search_state(self, operator, value):
        if operator != "in":
            return NotImplemented
        query = self.with_context(active_test=False)._search(Domain.TRUE)
        query.add_where(
            SQL("%s IN %s", self._state_to_sql(query.table), tuple(value) or (None,))
        )
        return Domain("id", "in", query)

    def _field_to_sql(self, alias, fname, query=None):
        """Override so that lists can be grouped by the state, which is not stored."""
        if fname == "state":
            return self._state_to_sql(alias)
        return super()._field_to_sql(alias, fname, query=query)

    def _state_to_sql(self, alias):
        """Return the SQL expression of the state of a row of table ``alias``.

        The invoice says whether it is paid, the due date in the school's own time zone
        whether it is late; a donation is never late.

        :rtype: odoo.tools.SQL
        """
        self.flush_model(["move_id", "nature", "company_id"])
        self.env["account.move"].flush_model(
            ["state", "payment_state", "invoice_date_due"]
        )
        row = SQL.identifier(alias)
        today = self.env["res.company"]._scola_today_to_sql()
        return SQL(
            """(CASE WHEN %(row)s.move_id IS NULL THEN 'planned' ELSE (
                SELECT CASE
                    WHEN m.state = 'cancel' OR m.payment_state = 'reversed'
                        THEN 'cancelled'
                    WHEN m.payment_state IN ('paid', 'in_payment') THEN 'paid'
                    WHEN %(row)s.nature = 'levy' AND m.invoice_date_due
                        < (CASE %(row)s.company_id %(today)s END) THEN 'overdue'
                    WHEN m.payment_state = 'partial' THEN 'partial'
                    ELSE 'unpaid' END
                FROM account_move m WHERE m.id = %(row)s.move_id) END)""",
            row=row,
            today=today,
        )

    @api.depends("period", "frequency", "installment", "installments")
    @api.depends_context("lang")
    def _compute_label(self):
        for row in self:
            label = row._get_label()
            once = row.frequency == ONCE
            row.label = self.env._("Once, %s", label) if once else label

    @api.depends("student_id.display_name", "period", "installment", "installments")
    def _compute_display_name(self):
        for row in self:
            row.display_name = f"{row.student_id.display_name} - {row._get_label()}"

    # === CRUD METHODS === #

    @api.ondelete(at_uninstall=False)
    def _unlink_except_billed(self):
        if self.move_id:
            raise UserError(self.env._("A billed row of the schedule stays."))

    # === ACTIONS === #

    def action_view_invoice(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "account.move",
            "res_id": self.move_id.id,
            "view_mode": "form",
        }

    def action_plan_again(self):
        """Release cancelled rows, so that the next billing run bills them anew."""
        if self.filtered(lambda row: row.state != "cancelled"):
            raise UserError(
                self.env._("Plan again: only for rows whose invoice was cancelled.")
            )
        self.enrollment_id.check_access("write")
        # As superuser: nobody writes rows by hand; the right is that on enrolments.
        self.sudo().write({"move_id": False, "run_id": False})
        self.enrollment_id._replan()

    def action_receive_donation(self):
        """Book donations that were given: invoices of today, due today."""
        if self.filtered(lambda row: row.nature != "donation" or row.move_id):
            raise UserError(
                self.env._("Receive: only for planned donations; levies are billed.")
            )
        self.enrollment_id.check_access("write")
        for company, rows in self.grouped("company_id").items():
            self.env["scola.fee.biller"]._bill(rows, company._scola_today())
        return self.action_view_invoice() if len(self) == 1 else True

    # === BUSINESS METHODS === #

    @api.model
    def _cron_plan(self):
        """Plan the current month for every active enrolment, school by school."""
        # As superuser: the job serves every school, its user belongs to one company.
        env = self.sudo().env
        companies = env["res.company"].search([("scola_billing_day", ">=", 0)])
        for index, company in enumerate(companies):
            env["scola.fee.planner"]._plan_company(company, company._scola_today())
            self.env["ir.cron"]._commit_progress(
                1, remaining=len(companies) - index - 1
            )

    def _get_label(self):
        """Return what a family calls this row: "November 2026", "2026/2027 (1/3)"."""
        self.ensure_one()
        if self.frequency == MONTHLY:
            lang = get_lang(self.env)
            label = babel.dates.format_date(
                self.period_start, "MMMM y", locale=lang.code.split("@")[0]
            )
        elif self.frequency == SEMESTER:
            year, number = self.period.rsplit("-", 1)
            label = self.env._("Semester %(number)s %(year)s", number=number, year=year)
        else:
            label = self.enrollment_id.year_id.code
        if self.installments > 1:
            label = f"{label} ({self.installment}/{self.installments})"
        return label
