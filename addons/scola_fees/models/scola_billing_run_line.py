# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.tools import SQL

from ..tools.periods import add_months, month_end, month_key


class ScolaBillingRunLine(models.Model):
    _name = "scola.billing.run.line"
    _description = "Line of a Billing Run"
    _order = "run_id desc, id"

    run_id = fields.Many2one(
        "scola.billing.run", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one("res.company", required=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    schedule_id = fields.Many2one("scola.fee.schedule", index=True, ondelete="cascade")
    student_id = fields.Many2one(
        "scola.student", required=True, index=True, ondelete="restrict"
    )
    classroom_id = fields.Many2one("scola.classroom")
    period = fields.Char(string="Period Key")
    label = fields.Char(related="schedule_id.label")
    due_date = fields.Date(related="schedule_id.due_date")
    gross = fields.Monetary()
    discount = fields.Monetary()
    amount = fields.Monetary()
    previous_amount = fields.Monetary(string="Month Before")
    change = fields.Selection(
        [
            ("same", "As the month before"),
            ("new", "New"),
            ("changed", "Changed amount"),
            ("gone", "Gone"),
            ("late", "Caught up"),
            ("other", "Not monthly"),
        ]
    )
    explanation = fields.Char(compute="_compute_explanation")
    state = fields.Selection(
        [
            ("ready", "To bill"),
            ("posted", "Billed"),
            ("blocked", "Not billed"),
            ("elsewhere", "Billed by another run"),
            ("gone", "Gone"),
        ],
        required=True,
        default="ready",
    )
    reason_code = fields.Selection(
        [
            ("account", "No income account"),
            ("discount_account", "No account for scholarships"),
            ("journal", "No journal"),
            ("payer", "No payer"),
            ("period", "Closed period"),
            ("error", "Error"),
        ]
    )
    reason = fields.Char()
    move_id = fields.Many2one(related="schedule_id.move_id", string="Invoice")

    _schedule_uniq = models.Constraint(
        "UNIQUE(run_id, schedule_id)", "Each row of the schedule once per run."
    )
    _ready_idx = models.Index("(run_id, id) WHERE state = 'ready'")

    @api.depends("schedule_id.line_ids.gross")
    def _compute_explanation(self):
        for line in self:
            parts = []
            for fee in line.schedule_id.line_ids:
                parts.append(f"{fee.component_id.name} {self._format(fee.gross)}")
                parts += [
                    f"{found.type_id.name} -{self._format(found.amount)}"
                    for found in fee.discount_ids
                ]
            line.explanation = "; ".join(parts)

    @api.model
    def _format(self, amount):
        return f"{round(amount):,}".replace(",", ".")

    # === PREVIEW === #

    @api.model
    def _insert_ready(self, run):
        """Add a line per row to be billed, compared with the month before: one insert.

        :param scola.billing.run run: whose scope is planned
        """
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """
            WITH before AS (%(before)s)
            INSERT INTO scola_billing_run_line (
                run_id, company_id, schedule_id, student_id, classroom_id, period,
                gross, discount, amount, previous_amount, change, state,
                create_uid, create_date, write_uid, write_date)
            SELECT %(run)s, s.company_id, s.id, s.student_id, s.classroom_id, s.period,
                   s.gross, s.discount, s.amount, b.amount,
                   CASE WHEN s.frequency != 'monthly' THEN 'other'
                        WHEN s.period != %(period)s THEN 'late'
                        WHEN b.amount IS NULL THEN 'new'
                        WHEN b.amount != s.amount THEN 'changed'
                        ELSE 'same' END,
                   'ready', %(uid)s, now() AT TIME ZONE 'UTC',
                   %(uid)s, now() AT TIME ZONE 'UTC'
              FROM scola_fee_schedule s
              LEFT JOIN before b ON b.id = s.id
             WHERE s.company_id = %(company)s AND s.move_id IS NULL
               AND s.nature = 'levy' AND s.bill_date <= %(until)s
               AND s.enrollment_id IN %(scope)s
             ORDER BY s.student_id, s.bill_date, s.period, s.installment, s.id
            """,
                before=self._select_month_before(run),
                run=run.id,
                uid=self.env.uid,
                company=run.company_id.id,
                period=run.period,
                until=month_end(run.period_date),
                scope=run._get_scope_sql(),
            )
        )
        self.env.invalidate_all()

    @api.model
    def _select_month_before(self, run):
        """Return per unbilled row of the month what its fees cost a month ago."""
        return SQL(
            """
            SELECT s.id, sum(p.amount) AS amount
              FROM scola_fee_schedule s
              JOIN scola_fee_schedule_line l ON l.schedule_id = s.id
              JOIN (SELECT s.student_id, l.component_id,
                           sum(l.gross - l.discount) AS amount
                      FROM scola_fee_schedule s
                      JOIN scola_fee_schedule_line l ON l.schedule_id = s.id
                     WHERE s.company_id = %(company)s AND s.period = %(previous)s
                       AND s.move_id IS NOT NULL
                     GROUP BY 1, 2) p
                ON p.student_id = s.student_id AND p.component_id = l.component_id
             WHERE s.company_id = %(company)s AND s.period = %(period)s
               AND s.move_id IS NULL
             GROUP BY 1
            """,
            company=run.company_id.id,
            period=run.period,
            previous=month_key(add_months(run.period_date, -1)),
        )

    @api.model
    def _insert_gone(self, run):
        """Add a line per student who was billed a month ago and gets nothing now."""
        self.env.cr.execute(
            SQL(
                """
            INSERT INTO scola_billing_run_line (
                run_id, company_id, student_id, classroom_id, period, gross, discount,
                amount, previous_amount, change, state,
                create_uid, create_date, write_uid, write_date)
            SELECT %(run)s, s.company_id, s.student_id, max(s.classroom_id), %(period)s,
                   0, 0, 0, sum(s.amount), 'gone', 'gone', %(uid)s,
                   now() AT TIME ZONE 'UTC', %(uid)s, now() AT TIME ZONE 'UTC'
              FROM scola_fee_schedule s
             WHERE s.company_id = %(company)s AND s.period = %(previous)s
               AND s.nature = 'levy' AND s.move_id IS NOT NULL
               AND (s.enrollment_id IN %(scope)s OR NOT EXISTS (
                    SELECT 1 FROM scola_student_fee_enrollment e
                     WHERE e.id = s.enrollment_id AND e.state = 'active'))
               AND NOT EXISTS (
                    SELECT 1 FROM scola_fee_schedule now
                     WHERE now.student_id = s.student_id AND now.period = %(period)s
                       AND now.company_id = s.company_id)
             GROUP BY s.company_id, s.student_id
             ORDER BY s.student_id
            """,
                run=run.id,
                uid=self.env.uid,
                company=run.company_id.id,
                period=run.period,
                previous=month_key(add_months(run.period_date, -1)),
                scope=run._get_scope_sql(),
            )
        )
        self.env.invalidate_all()

    # === OBSTACLES === #

    def _find_obstacles(self):
        """Mark the lines that cannot be billed, and say why: one query a cause."""
        ready = self.filtered(lambda line: line.state == "ready")
        if not ready:
            return
        for run, lines in ready.grouped("run_id").items():
            lines._find_missing_accounts()
            lines._find_missing_payers()
            lines._find_closed_period(run)

    def _find_missing_accounts(self):
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """
            SELECT r.id, 'account', min(c.name ->> 'en_US')
              FROM scola_billing_run_line r
              JOIN scola_fee_schedule_line l ON l.schedule_id = r.schedule_id
              JOIN scola_fee_component c ON c.id = l.component_id
             WHERE r.id = ANY(%(ids)s) AND c.income_account_id IS NULL
             GROUP BY 1
             UNION ALL
            SELECT r.id, 'discount_account', min(t.name ->> 'en_US')
              FROM scola_billing_run_line r
              JOIN scola_fee_schedule_line l ON l.schedule_id = r.schedule_id
              JOIN scola_fee_component c ON c.id = l.component_id
              JOIN scola_fee_schedule_discount d ON d.line_id = l.id
              JOIN scola_scholarship_type t ON t.id = d.type_id
             WHERE r.id = ANY(%(ids)s)
               AND t.account_id IS NULL AND c.discount_account_id IS NULL
             GROUP BY 1
            """,
                ids=self.ids,
            )
        )
        reasons = {
            "account": self.env._("Income Account of %s: choose one, then try again."),
            "discount_account": self.env._(
                "Account of %s: choose one, or the Discount Account of the component."
            ),
        }
        for line_id, code, name in rows:
            self.browse(line_id)._mark_blocked(code, reasons[code] % name)

    def _find_missing_payers(self):
        lines = self.filtered(
            lambda line: (
                line.state == "ready"
                and not line.student_id.sudo().family_id
                and not line.student_id.sudo().is_own_debtor
            )
        )
        lines._mark_blocked(
            "payer",
            self.env._("Family: the student has none, nor stands alone. Choose one."),
        )

    def _find_closed_period(self, run):
        lines = self.filtered(lambda line: line.state == "ready")
        company = run.company_id
        if not company._scola_get_fee_journal():
            lines._mark_blocked(
                "journal", self.env._("Fee Journal: the school has no sales journal.")
            )
            return
        # As superuser: lock dates are the accountant's, the question is anybody's.
        locks = company.sudo()._get_lock_date_violations(
            run.invoice_date, purchase=False, tax=False
        )
        if locks:
            lines._mark_blocked(
                "period",
                self.env._(
                    "Invoice Date: the books are closed until %s. Choose a later day.",
                    max(lock[0] for lock in locks),
                ),
            )

    # === MARKS === #

    def _mark_posted(self):
        # As superuser: users read run lines, the run writes them.
        self.sudo().write({"state": "posted", "reason": False, "reason_code": False})

    def _mark_blocked(self, code, reason):
        self.sudo().write({"state": "blocked", "reason_code": code, "reason": reason})

    def _mark_billed_elsewhere(self):
        self.sudo().write({"state": "elsewhere", "reason": False, "reason_code": False})
