# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from markupsafe import Markup

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

#: Exceptions remembered as told per provider; more than that, nobody works through.
MAX_SEEN = 5000


class PaymentThreeWayReport(models.Model):
    """Every payment three times: billed, paid at the provider, money at the bank."""

    _name = "payment.three.way.report"
    _description = "Three-Way Reconciliation"
    _auto = False
    _order = "date desc, id desc"
    _rec_name = "provider_payment_id"
    _depends = {
        "account.bank.statement.line": ["date"],
        "payment.incoming": [
            "allocated_amount",
            "amount",
            "company_id",
            "date",
            "order_ref",
            "paid_at",
            "partner_id",
            "provider_id",
            "provider_payment_id",
            "refunded_amount",
            "state",
        ],
        "payment.provider": [
            "payout_days",
            "payout_journal_id",
            "settlement_days",
        ],
        "payment.settlement": ["date", "net", "statement_line_id"],
        "payment.settlement.line": [
            "fee",
            "gross",
            "incoming_id",
            "is_solved",
            "kind",
            "net",
            "settlement_id",
            "status",
            "tax",
        ],
    }

    provider_id = fields.Many2one("payment.provider", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    date = fields.Date(readonly=True, help="Paid; settled, if it is unknown here.")
    provider_payment_id = fields.Char(string="Payment at Provider", readonly=True)
    order_ref = fields.Char(string="Order", readonly=True)
    partner_id = fields.Many2one("res.partner", string="Payer", readonly=True)
    incoming_id = fields.Many2one("payment.incoming", string="Payment", readonly=True)
    settlement_id = fields.Many2one("payment.settlement", readonly=True)
    billed = fields.Monetary(readonly=True, help="What it paid of bills.")
    received = fields.Monetary(string="Booked", readonly=True, help="As booked here.")
    settled = fields.Monetary(
        string="Paid at Provider", readonly=True, help="As the provider settled it."
    )
    fees = fields.Monetary(
        string="Fees and Tax", readonly=True, help="Kept by the provider."
    )
    banked = fields.Monetary(
        string="At the Bank", readonly=True, help="Its part of a payout that arrived."
    )
    bank_date = fields.Date(readonly=True)
    exception = fields.Selection(
        [
            ("not_here", "Paid at the provider, not here"),
            ("not_at_provider", "Here, not settled by the provider"),
            ("amount", "Amount differs"),
            ("duplicate", "Settled twice"),
            ("not_in_bank", "Settled, not at the bank"),
        ],
        readonly=True,
    )

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT x.*, %(exception)s AS exception
              FROM (%(incomings)s UNION ALL %(strangers)s) x
              JOIN payment_provider p ON p.id = x.provider_id
            """,
            exception=self._select_exception(),
            incomings=self._select_incomings(),
            strangers=self._select_strangers(),
        )

    @api.model
    def _select_exception(self):
        """Return the first thing that is wrong with a row, if it has had its time."""
        return SQL(
            """
            CASE WHEN status = 'duplicate' AND NOT is_solved THEN 'duplicate'
                 WHEN status = 'unknown' AND NOT is_solved THEN 'not_here'
                 WHEN status = 'amount' AND NOT is_solved THEN 'amount'
                 WHEN status IS NULL AND is_expected AND p.settlement_days > 0
                      AND paid_at < %(now)s - p.settlement_days * interval '1 day'
                 THEN 'not_at_provider'
                 WHEN status IS NOT NULL AND bank_date IS NULL AND NOT is_ignored
                      AND p.payout_journal_id IS NOT NULL
                      AND settled_at < %(now)s - p.payout_days * interval '1 day'
                 THEN 'not_in_bank'
            END
            """,
            now=fields.Datetime.now(),
        )

    @api.model
    def _select_incomings(self):
        """Return each payment that is booked, with its settlement and bank line."""
        return SQL(
            """
            SELECT i.id * 2 AS id, i.provider_id, i.company_id,
                   c.currency_id, i.date, i.provider_payment_id,
                   i.order_ref, i.partner_id, i.id AS incoming_id,
                   l.settlement_id,
                   CASE WHEN i.state = 'booked' THEN i.allocated_amount ELSE 0 END
                   AS billed,
                   CASE WHEN i.state = 'booked' THEN i.amount ELSE 0 END AS received,
                   l.gross AS settled, l.fee + l.tax AS fees,
                   CASE WHEN b.id IS NULL THEN 0 ELSE l.net END AS banked,
                   bm.date AS bank_date, l.status, l.is_solved,
                   FALSE AS is_ignored, i.paid_at, l.settled_at,
                   i.state = 'booked' AND i.refunded_amount < i.amount AS is_expected
              FROM payment_incoming i
              JOIN res_company c ON c.id = i.company_id
              LEFT JOIN payment_settlement_line l
                     ON l.incoming_id = i.id AND l.kind = 'payment'
                        AND l.status != 'duplicate'
              LEFT JOIN payment_settlement s ON s.id = l.settlement_id
              LEFT JOIN account_bank_statement_line b ON b.id = s.statement_line_id
              LEFT JOIN account_move bm ON bm.id = b.move_id
            """
        )

    @api.model
    def _select_strangers(self):
        """Return each line of a settlement that is of no payment booked here."""
        return SQL(
            """
            SELECT l.id * 2 + 1 AS id, l.provider_id, l.company_id,
                   c.currency_id, s.date, l.provider_payment_id,
                   l.order_ref, NULL::integer AS partner_id,
                   NULL::integer AS incoming_id, l.settlement_id,
                   0 AS billed, 0 AS received, l.gross AS settled,
                   l.fee + l.tax AS fees,
                   CASE WHEN b.id IS NULL THEN 0 ELSE l.net END AS banked,
                   bm.date AS bank_date, l.status, l.is_solved,
                   NOT l.is_counted AS is_ignored, l.paid_at, l.settled_at,
                   FALSE AS is_expected
              FROM payment_settlement_line l
              JOIN res_company c ON c.id = l.company_id
              JOIN payment_settlement s ON s.id = l.settlement_id
              LEFT JOIN account_bank_statement_line b ON b.id = s.statement_line_id
              LEFT JOIN account_move bm ON bm.id = b.move_id
             WHERE l.incoming_id IS NULL OR l.kind != 'payment'
                   OR l.status = 'duplicate'
            """
        )

    # === TELLING THE TREASURERS === #

    @api.model
    def _tell_new_exceptions(self, provider):
        """Notify the managers of exceptions they have not been told about yet."""
        self.env.flush_all()
        rows = self.search(
            Domain("provider_id", "=", provider.id) & Domain("exception", "!=", False),
            limit=MAX_SEEN,
        )
        current = {f"{row.id}:{row.exception}" for row in rows}
        seen = set(provider.settlement_seen or ())
        new = rows.filtered(lambda row: f"{row.id}:{row.exception}" not in seen)
        if current != seen:
            provider.settlement_seen = sorted(current)
        if new:
            self._notify(provider, new)
        return new

    @api.model
    def _notify(self, provider, rows):
        company = provider.company_id
        report = self.with_context(lang=company.partner_id.lang or self.env.lang)
        counts = rows.grouped("exception")
        labels = dict(report._fields["exception"]._description_selection(report.env))
        lines = Markup("").join(
            Markup("<li>%s: %s</li>") % (labels[kind], len(group))
            for kind, group in counts.items()
        )
        report.env["mail.thread"].message_notify(
            partner_ids=self._find_treasurers(company).partner_id.ids,
            subject=report.env._(
                "%(provider)s: new reconciliation exceptions", provider=provider.name
            ),
            body=Markup("<p>%s</p><ul>%s</ul>")
            % (report.env._("See Online Payments, Three-Way Reconciliation."), lines),
        )

    @api.model
    def _find_treasurers(self, company):
        group = self.env.ref("payment_va.group_payment_manager")
        return group.all_user_ids.filtered(
            lambda user: user.active and not user.share and company in user.company_ids
        )

    def action_view_settlement(self):
        """Open the settlement of this row."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "payment.settlement",
            "res_id": self.settlement_id.id,
            "view_mode": "form",
        }
