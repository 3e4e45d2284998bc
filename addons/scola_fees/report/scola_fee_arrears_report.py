# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.tools import SQL


class ScolaFeeArrearsReport(models.Model):
    """What is open, by student and age, straight from the ledger.

    Only trade receivables count: the Indonesian chart types some tax accounts as
    receivable too. Donations are left out: nobody is behind with a gift.
    """

    _name = "scola.fee.arrears.report"
    _description = "Arrears"
    _auto = False
    _order = "overdue desc, id"
    _depends = {
        "account.account": ["account_type", "non_trade"],
        "account.move": ["fee_schedule_id", "move_type", "state", "student_id"],
        "account.move.line": [
            "account_id",
            "amount_residual",
            "company_id",
            "date_maturity",
            "move_id",
            "partner_id",
        ],
        "scola.fee.schedule": ["nature", "period"],
        "scola.student": ["classroom_id", "level_id"],
    }

    student_id = fields.Many2one("scola.student", readonly=True)
    family_id = fields.Many2one("res.partner", readonly=True)
    company_id = fields.Many2one("res.company", string="School", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    classroom_id = fields.Many2one("scola.classroom", readonly=True)
    level_id = fields.Many2one("scola.level", readonly=True)
    move_id = fields.Many2one("account.move", string="Invoice", readonly=True)
    period = fields.Char(readonly=True)
    due_date = fields.Date(readonly=True)
    days_overdue = fields.Integer(readonly=True, aggregator="max")
    residual = fields.Monetary(string="Open", readonly=True)
    overdue = fields.Monetary(readonly=True)
    not_due = fields.Monetary(readonly=True)
    age_30 = fields.Monetary(string="1-30 days", readonly=True)
    age_60 = fields.Monetary(string="31-60 days", readonly=True)
    age_90 = fields.Monetary(string="61-90 days", readonly=True)
    age_older = fields.Monetary(string="Over 90 days", readonly=True)

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT x.*, %s
              FROM (%s) x
            """,
            self._select_ages(),
            self._select_open(),
        )

    @api.model
    def _select_ages(self):
        buckets = {
            "overdue": "days_overdue > 0",
            "not_due": "days_overdue <= 0",
            "age_30": "days_overdue BETWEEN 1 AND 30",
            "age_60": "days_overdue BETWEEN 31 AND 60",
            "age_90": "days_overdue BETWEEN 61 AND 90",
            "age_older": "days_overdue > 90",
        }
        return SQL(", ").join(
            SQL(
                "CASE WHEN %s THEN residual ELSE 0 END AS %s",
                SQL(condition),  # pylint: disable=sql-injection  # from the dict above
                SQL.identifier(name),
            )
            for name, condition in buckets.items()
        )

    @api.model
    def _select_open(self):
        """Return one row per open receivable line of a student's levy."""
        return SQL(
            """
            SELECT l.id, m.student_id, l.partner_id AS family_id, l.company_id,
                   l.company_currency_id AS currency_id, st.classroom_id, st.level_id,
                   m.id AS move_id, s.period, l.date_maturity AS due_date,
                   (CASE l.company_id %(today)s END) - l.date_maturity AS days_overdue,
                   l.amount_residual AS residual
              FROM account_move_line l
              JOIN account_move m ON m.id = l.move_id
              JOIN account_account a ON a.id = l.account_id
              JOIN scola_student st ON st.id = m.student_id
              LEFT JOIN scola_fee_schedule s ON s.id = m.fee_schedule_id
             WHERE m.state = 'posted' AND m.move_type IN ('out_invoice', 'out_refund')
               AND a.account_type = 'asset_receivable' AND a.non_trade IS NOT TRUE
               AND l.amount_residual != 0 AND coalesce(s.nature, 'levy') = 'levy'
            """,
            today=self.env["res.company"]._scola_today_to_sql(),
        )
