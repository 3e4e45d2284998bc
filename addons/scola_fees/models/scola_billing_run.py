# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import logging

import psycopg2

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from odoo.addons.account_move_bulk.tools.result import BulkTally

from ..tools.periods import month_end, month_key, month_start

_logger = logging.getLogger(__name__)

# Whoever holds this object in the context may change the state; RPC cannot send it.
_STATE_TOKEN = object()


class ScolaBillingRun(models.Model):
    _name = "scola.billing.run"
    _description = "Billing Run"
    _inherit = ["mail.thread", "account.move.bulk.run"]
    _order = "period desc, id desc"
    _check_company_auto = True

    name = fields.Char(required=True, readonly=True, copy=False, default="/")
    company_id = fields.Many2one(
        "res.company",
        string="School",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    period_date = fields.Date(
        string="Month",
        required=True,
        default=lambda self: self._default_period_date(),
        help="Any day of the month to bill. What was missed before is billed with it.",
    )
    period = fields.Char(compute="_compute_period", store=True)
    invoice_date = fields.Date(
        required=True, default=lambda self: self.env.company._scola_today()
    )
    is_automatic = fields.Boolean(readonly=True, copy=False)
    # Scope
    level_ids = fields.Many2many("scola.level", string="Levels")
    grade_ids = fields.Many2many("scola.grade", string="Grades")
    classroom_ids = fields.Many2many(
        "scola.classroom", string="Classrooms", check_company=True
    )
    template_ids = fields.Many2many(
        "scola.fee.template", string="Templates", check_company=True
    )
    # Progress
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("planned", "Preview"),
            ("running", "Running"),
            ("done", "Done"),
            ("cancelled", "Cancelled"),
        ],
        default="draft",
        required=True,
        readonly=True,
        tracking=True,
        copy=False,
    )
    line_ids = fields.One2many("scola.billing.run.line", "run_id", readonly=True)
    started_at = fields.Datetime(readonly=True, copy=False)
    finished_at = fields.Datetime(readonly=True, copy=False)
    # Figures
    line_count = fields.Integer(compute="_compute_figures")
    posted_count = fields.Integer(compute="_compute_figures")
    ready_count = fields.Integer(compute="_compute_figures")
    blocked_count = fields.Integer(compute="_compute_figures")
    progress = fields.Float(compute="_compute_figures")
    gross = fields.Monetary(compute="_compute_figures")
    discount = fields.Monetary(compute="_compute_figures")
    amount = fields.Monetary(compute="_compute_figures")
    new_count = fields.Integer(compute="_compute_figures")
    changed_count = fields.Integer(compute="_compute_figures")
    gone_count = fields.Integer(compute="_compute_figures")

    _auto_period_uniq = models.UniqueIndex(
        "(company_id, period) WHERE is_automatic AND state != 'cancelled'",
        "The month is billed automatically already.",
    )

    # === COMPUTE METHODS === #

    def _default_period_date(self):
        return month_start(self.env.company._scola_today())

    @api.depends("period_date")
    def _compute_period(self):
        for run in self:
            run.period = run.period_date and month_key(run.period_date)

    def _compute_figures(self):
        Line = self.env["scola.billing.run.line"]
        by_state = self._sum_lines(Line, "state")
        by_change = self._sum_lines(Line, "change")
        for run in self:
            states = by_state.get(run, {})
            changes = by_change.get(run, {})
            billable = {
                key: states.get(key, (0, 0, 0, 0)) for key in ("ready", "posted")
            }
            run.line_count = sum(row[0] for key, row in states.items() if key != "gone")
            run.posted_count = billable["posted"][0]
            run.ready_count = billable["ready"][0]
            run.blocked_count = states.get("blocked", (0,))[0]
            total = run.posted_count + run.ready_count
            run.progress = 100 * run.posted_count / total if total else 0
            run.gross, run.discount, run.amount = (
                sum(row[index] for row in billable.values()) for index in (1, 2, 3)
            )
            run.new_count = changes.get("new", (0,))[0]
            run.changed_count = changes.get("changed", (0,))[0]
            run.gone_count = changes.get("gone", (0,))[0]

    def _sum_lines(self, Line, groupby):
        groups = Line._read_group(
            [("run_id", "in", self.ids)],
            ["run_id", groupby],
            ["__count", "gross:sum", "discount:sum", "amount:sum"],
        )
        result = {}
        for run, key, *figures in groups:
            result.setdefault(run, {})[key] = figures
        return result

    # === CONSTRAINTS AND CRUD === #

    @api.constrains("period_date", "invoice_date", "company_id")
    def _check_year(self):
        for run in self:
            if not self.env["scola.academic.year"]._get_for_date(
                run.period_date, run.company_id
            ):
                raise ValidationError(
                    self.env._(
                        "Month: no academic year of %(school)s covers %(month)s."
                        " Make the year first.",
                        school=run.company_id.name,
                        month=month_key(run.period_date),
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            if vals.get("name", "/") == "/":
                vals["name"] = self.env["ir.sequence"].next_by_code("scola.billing.run")
        return super().create(vals_list)

    def write(self, vals):
        fixed = {
            "company_id",
            "period_date",
            "invoice_date",
            "is_automatic",
        } & vals.keys()
        if fixed and any(run.state not in ("draft", "planned") for run in self):
            raise UserError(self.env._("A run that has started cannot be changed."))
        token = self.env.context.get("scola_billing_token")
        if "state" in vals and token is not _STATE_TOKEN:
            raise UserError(self.env._("State: use the buttons of the run."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_started(self):
        if any(run.state in ("running", "done") for run in self):
            raise UserError(self.env._("A run that has posted bills stays."))

    def _set_state(self, state, **vals):
        self.with_context(scola_billing_token=_STATE_TOKEN).write(
            {"state": state, **vals}
        )

    # === ACTIONS === #

    def action_plan(self):
        """Work out who gets what; nothing is posted yet."""
        for run in self:
            run._check_may_run()
            if run.state not in ("draft", "planned"):
                raise UserError(self.env._("%s has started already.", run.name))
            run._plan_schedule()
            run.line_ids.sudo().unlink()
            run.line_ids._insert_ready(run)
            run.line_ids._insert_gone(run)
            run.line_ids._find_obstacles()
            run._set_state("planned")
        return True

    def action_post(self):
        """Let the background job post the bills; the form shows the progress."""
        for run in self:
            run._check_may_run()
            if run.state != "planned":
                raise UserError(self.env._("Plan %s first and look at it.", run.name))
            run._start()
        self._start_bulk(self.env.ref("scola_fees.ir_cron_billing_run"))
        return True

    def action_retry_blocked(self):
        """Try again what could not be billed, after its causes were removed."""
        for run in self:
            run._check_may_run()
            blocked = run.line_ids.filtered(lambda line: line.state == "blocked")
            blocked.sudo().write(
                {"state": "ready", "reason": False, "reason_code": False}
            )
            blocked._find_obstacles()
            run._set_state("running", finished_at=False)
        self._start_bulk(self.env.ref("scola_fees.ir_cron_billing_run"))
        return True

    def action_cancel(self):
        """Drop a run that has posted nothing."""
        if any(run.state not in ("draft", "planned") for run in self):
            raise UserError(
                self.env._("Only a run that has not started can be cancelled.")
            )
        self._set_state("cancelled")

    def action_view_invoices(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "account.action_move_out_invoice_type"
        )
        return {**action, "domain": [("fee_schedule_id.run_id", "=", self.id)]}

    def action_view_lines(self):
        """Open the lines; the context may name a filter to start with."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "scola_fees.action_scola_billing_run_line"
        )
        context = {
            key: value
            for key, value in self.env.context.items()
            if key.startswith("search_default_")
        }
        return {**action, "domain": [("run_id", "=", self.id)], "context": context}

    # === PLANNING === #

    def _check_may_run(self):
        self.check_access("write")
        if not self.env.su and not self.env.user.has_group(
            "scola_school.group_treasurer"
        ):
            raise UserError(self.env._("Only a treasurer may bill."))

    def _plan_schedule(self):
        """Bring the fee schedule of the run's scope up to date."""
        self.ensure_one()
        enrollments = self.env["scola.student.fee.enrollment"].search(
            self._get_enrollment_domain(), order="id"
        )
        self.env["scola.fee.planner"]._plan(enrollments, month_end(self.period_date))

    def _get_enrollment_domain(self):
        domain = self.env["scola.student.fee.enrollment"]._get_billable_domain(
            self.company_id, self.period_date
        )
        if self.level_ids:
            domain.append(("level_id", "in", self.level_ids.ids))
        if self.grade_ids:
            domain.append(("grade_id", "in", self.grade_ids.ids))
        if self.classroom_ids:
            domain.append(("classroom_id", "in", self.classroom_ids.ids))
        if self.template_ids:
            domain.append(("template_id", "in", self.template_ids.ids))
        return domain

    def _get_scope_sql(self):
        """Return the enrolments in scope as an SQL sub-select."""
        query = self.env["scola.student.fee.enrollment"]._search(
            self._get_enrollment_domain()
        )
        return query.subselect()

    # === POSTING === #

    def _start(self):
        self._set_state("running", started_at=fields.Datetime.now())

    @api.model
    def _cron_bill_month(self):
        """Start the month's run of every school whose billing day has come."""
        # As superuser: the job serves every school, its user belongs to one company.
        env = self.sudo().env
        for company in env["res.company"].search([("scola_billing_day", ">", 0)]):
            today = company._scola_today()
            year = env["scola.academic.year"]._get_for_date(today, company)
            if year and today.day >= company.scola_billing_day:
                self.sudo()._start_automatic(company, today)
            self.env["ir.cron"]._commit_progress(1)

    def _start_automatic(self, company, today):
        """Start the automatic run of the month, unless it was; what keeps one school
        from being billed keeps no other, and is tried again the next day.

        :rtype: scola.billing.run
        """
        run = self._get_automatic(company, today)
        if run.state not in ("draft", "planned"):
            return run
        try:
            with self.env.cr.savepoint():
                run.action_plan()
                run.action_post()
        except psycopg2.OperationalError:
            # Somebody else was at it: Odoo tries the whole job again.
            raise
        except Exception as error:
            _logger.exception("%s could not be billed", company.name)
            run._tell_failure(error)
        return run

    def _get_automatic(self, company, today):
        """Return the automatic run of a school and month, made where it is missing."""
        runs = self.with_company(company)
        found = runs.search(
            [
                ("company_id", "=", company.id),
                ("period", "=", month_key(today)),
                ("is_automatic", "=", True),
                ("state", "!=", "cancelled"),
            ],
            limit=1,
        )
        return found or runs.create(
            {
                "company_id": company.id,
                "period_date": month_start(today),
                "invoice_date": today,
                "is_automatic": True,
            }
        )

    def _tell_failure(self, error):
        """Tell the treasurers of the school why nothing was billed."""
        reason = str(error) if isinstance(error, UserError) else type(error).__name__
        treasurers = self.env.ref("scola_school.group_treasurer").all_user_ids
        self.message_post(
            body=self.env._(
                "%(school)s was not billed for %(month)s: %(reason)s It is tried again"
                " tomorrow; or open this run and plan it once the cause is removed.",
                school=self.company_id.name,
                month=self.period,
                reason=reason,
            ),
            partner_ids=treasurers.filtered(
                lambda user: self.company_id in user.company_ids
            ).partner_id.ids,
        )

    @api.model
    def _cron_process(self):
        """Continue every run that was started and not finished."""
        # As superuser: the job serves every school, its user belongs to one company.
        for run in self.sudo().search([("state", "=", "running")], order="id"):
            if not run.with_company(run.company_id)._process():
                break

    def _get_bulk_ids(self):
        """Override of `account_move_bulk`: what the plan says and nobody billed yet."""
        return (
            self.env["scola.billing.run.line"]
            .search([("run_id", "=", self.id), ("state", "=", "ready")], order="id")
            .ids
        )

    def _get_bulk_lock(self):
        """Override of `account_move_bulk`: the runs of one school, and whatever numbers
        its bills from the same journal, take turns."""
        return self.company_id._scola_get_fee_journal().id or self.company_id.id

    def _process_bulk_ids(self, ids):
        """Override of `account_move_bulk`: post some lines of the run."""
        lines = self.env["scola.billing.run.line"].browse(ids)
        lines = lines.filtered(lambda line: line.state == "ready")
        elsewhere = lines.filtered("schedule_id.move_id")
        elsewhere._mark_billed_elsewhere()
        tally = BulkTally(done=len(ids))
        self._post_lines(lines - elsewhere, tally)
        return tally

    def _post_lines(self, lines, tally=None):
        """Post ``lines`` at once; where that fails, halve them until it is clear whose
        bill cannot be posted."""
        if not lines:
            return
        try:
            with self.env.cr.savepoint():
                self.env["scola.fee.biller"]._bill(
                    lines.schedule_id, self.invoice_date, self, tally
                )
                lines._mark_posted()
        except (UserError, ValidationError) as error:
            if len(lines) == 1:
                lines._mark_blocked("error", str(error))
                return
            middle = len(lines) // 2
            self._post_lines(lines[:middle], tally)
            self._post_lines(lines[middle:], tally)

    def _finish_bulk(self):
        """Override of `account_move_bulk`: invoice the sponsors and close the run."""
        if self.state != "running":
            return
        self.env["scola.fee.biller"]._bill_sponsors(self)
        self._set_state("done", finished_at=fields.Datetime.now())
        self.message_post(body=self._get_closing_words())

    def _get_closing_words(self):
        words = self.env._(
            "%(posted)s bills posted, %(blocked)s not billed.",
            posted=self.posted_count,
            blocked=self.blocked_count,
        )
        if not self.bulk_ordinary:
            return words
        return self.env._(
            "%(words)s %(count)s of them could not be copied from an original"
            " (%(reasons)s).",
            words=words,
            count=self.bulk_ordinary,
            reasons="; ".join(self.bulk_reason_text.splitlines()),
        )
