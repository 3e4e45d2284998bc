# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, models
from odoo.tools import SQL

from ..const import SPENDING_ACCOUNT_TYPES, TAX_ROLES
from ..tools.book import Entry
from ..tools.money import to_decimal


class BosLedger(models.AbstractModel):
    """Questions to the ledger, each answered by one statement.

    What belongs to a fund and an activity is read from the analytic lines of posted
    journal items; what is in the cash box and at the bank from the items themselves.
    Access is checked by whoever asks, on the document the answer is for.
    """

    _name = "bos.ledger"
    _description = "BOS: Questions to the Ledger"

    @api.model
    def _get_plan_columns(self):
        """Return the columns of analytic lines that hold fund and activity."""
        fund_plan, activity_plan = self.env["account.analytic.plan"]._get_budget_plans()
        return fund_plan._column_name(), activity_plan._column_name()

    @api.model
    def _get_spending_types(self):
        """Return the types of accounts on which money counts as spent."""
        return list(SPENDING_ACCOUNT_TYPES)

    @api.model
    def _flush_ledger(self):
        """Write pending values of what the statements read."""
        fund, activity = self._get_plan_columns()
        for model, names in (
            ("account.account", ["account_type"]),
            ("account.analytic.account", ["bos_k7_column", "fund_type"]),
            ("account.analytic.line", ["amount", "move_line_id", fund, activity]),
            ("account.move", ["name", "ref", "state"]),
            (
                "account.move.line",
                [
                    "account_id",
                    "balance",
                    "company_id",
                    "date",
                    "move_id",
                    "name",
                    "parent_state",
                    "spending_code_id",
                ],
            ),
            ("bos.fund.allocation", ["company_id", "date_from", "date_to", "fund_id"]),
            ("bos.fund.disbursement", ["allocation_id", "date_from", "date_to"]),
            ("bos.setting.account", ["account_id", "company_id", "role"]),
            ("bos.tax.deposit", ["billing_code", "date", "move_id", "ntpn"]),
            (
                "scola.budget.program",
                [
                    "analytic_account_id",
                    "code",
                    "component_code",
                    "counts_for_maintenance",
                ],
            ),
            ("scola.budget.spending.code", ["code"]),
        ):
            self.env[model].flush_model(names)

    # === SPENDING === #

    @api.model
    def _get_spending(self, without=()):
        """Return the statement of all that was spent of any fund, line by line.

        :param without: ids of journal entries to leave out

        Columns: line_id, company_id, date, fund_id, k7_column, program_id, code,
        component_code, counts, spending_code, amount (rupiah, positive when spent).
        """
        fund, activity = self._get_plan_columns()
        return SQL(
            """
            SELECT aml.id AS line_id,
                   aml.company_id,
                   aml.date,
                   aal.%(fund)s AS fund_id,
                   f.bos_k7_column AS k7_column,
                   p.id AS program_id,
                   p.code,
                   p.component_code,
                   COALESCE(p.counts_for_maintenance, TRUE) AS counts,
                   COALESCE(sc.code, '') AS spending_code,
                   aml.name AS label,
                   -aal.amount AS amount
              FROM account_analytic_line aal
              JOIN account_move_line aml ON aml.id = aal.move_line_id
              JOIN account_account a ON a.id = aml.account_id
              JOIN account_analytic_account f ON f.id = aal.%(fund)s
         LEFT JOIN scola_budget_program p ON p.analytic_account_id = aal.%(activity)s
         LEFT JOIN scola_budget_spending_code sc ON sc.id = aml.spending_code_id
             WHERE aml.parent_state = 'posted'
               AND a.account_type IN %(types)s
               %(without)s
            """,
            without=SQL("AND aml.move_id NOT IN %s", tuple(without))
            if without
            else SQL(),
            fund=SQL.identifier(fund),
            activity=SQL.identifier(activity),
            types=tuple(self._get_spending_types()),
        )

    @api.model
    def _sum_spending(self, scopes, keys, without=()):
        """Add up what was spent, for any number of schools, funds and periods.

        :param list scopes: (key, company id, fund id or None for all, first day, last
            day); each key once
        :param list keys: names of columns of `_get_spending` to group by
        :param without: ids of journal entries to leave out
        :return: list of dicts: scope, one item per key, and ``amount`` (Decimal)
        """
        return self._sum_statement(self._get_spending(without), scopes, keys)

    @api.model
    def _sum_planned(self, scopes, keys):
        """Add up what the active and closed budgets (RKAS) plan to spend.

        :param list scopes: as for `_sum_spending`; a line belongs where it begins
        :param list keys: as for `_sum_spending`
        :return: as for `_sum_spending`
        """
        self.env["account.budget"].flush_model()
        self.env["account.budget.line"].flush_model()
        return self._sum_statement(self._get_plan(), scopes, keys)

    @api.model
    def _get_plan(self):
        """Return the statement of planned spending, with columns as `_get_spending`."""
        return SQL(
            """
            SELECT l.id AS line_id,
                   l.company_id,
                   l.date_from AS date,
                   f.id AS fund_id,
                   f.bos_k7_column AS k7_column,
                   p.id AS program_id,
                   p.code,
                   p.component_code,
                   COALESCE(p.counts_for_maintenance, TRUE) AS counts,
                   COALESCE(sc.code, '') AS spending_code,
                   l.name AS label,
                   COALESCE(l.planned, 0) AS amount
              FROM account_budget_line l
              JOIN account_budget b ON b.id = l.budget_id
         LEFT JOIN account_analytic_account f
                ON f.id = COALESCE(l.fund_id, b.fund_id)
         LEFT JOIN scola_budget_program p ON p.id = l.program_id
         LEFT JOIN scola_budget_spending_code sc ON sc.id = l.spending_code_id
             WHERE b.state IN ('active', 'closed') AND l.kind = 'spending'
            """
        )

    @api.model
    def _sum_statement(self, statement, scopes, keys):
        if not scopes:
            return []
        self._flush_ledger()
        columns = SQL(", ").join(SQL.identifier("s", key) for key in keys)
        rows = self.env.execute_query_dict(
            SQL(
                """
                SELECT w.key AS scope, %(columns)s, ROUND(SUM(s.amount), 2) AS amount
                  FROM (VALUES %(scopes)s)
                       AS w(key, company_id, fund_id, date_from, date_to)
                  JOIN (%(statement)s) s
                    ON s.company_id = w.company_id
                   AND (w.fund_id IS NULL OR s.fund_id = w.fund_id)
                   AND s.date BETWEEN w.date_from AND w.date_to
                 GROUP BY w.key, %(columns)s
                """,
                columns=columns,
                scopes=self._get_scopes(scopes),
                statement=statement,
            )
        )
        return [{**row, "amount": to_decimal(row["amount"])} for row in rows]

    @api.model
    def _get_scopes(self, scopes):
        return SQL(", ").join(
            SQL("(%s, %s, %s::int, %s::date, %s::date)", *scope) for scope in scopes
        )

    # === RECEIPTS === #

    @api.model
    def _sum_receipts(self, scopes, role="income"):
        """Add up what came in of a fund, on the accounts with a role.

        :param list scopes: as for `_sum_spending`
        :param str role: "income" or "interest"
        :return: {scope key: Decimal}
        """
        if not scopes:
            return {}
        self._flush_ledger()
        fund, _activity = self._get_plan_columns()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT w.key, ROUND(SUM(aal.amount), 2)
                  FROM (VALUES %(scopes)s)
                       AS w(key, company_id, fund_id, date_from, date_to)
                  JOIN account_move_line aml
                    ON aml.company_id = w.company_id
                   AND aml.date BETWEEN w.date_from AND w.date_to
                   AND aml.parent_state = 'posted'
                  JOIN bos_setting_account b
                    ON b.account_id = aml.account_id
                   AND b.company_id = aml.company_id
                   AND b.role = %(role)s
                  JOIN account_analytic_line aal
                    ON aal.move_line_id = aml.id AND aal.%(fund)s = w.fund_id
                 GROUP BY w.key
                """,
                scopes=self._get_scopes(scopes),
                role=role,
                fund=SQL.identifier(fund),
            )
        )
        return {key: to_decimal(amount) for key, amount in rows}

    # === BALANCES AND BOOKS === #

    @api.model
    def _get_balances(self, company, date_to, date_from=None):
        """Return what the accounts of each role moved, or their balance.

        :param res.company company:
        :param date date_to: last day
        :param date date_from: first day; None: since ever
        :return: {role: (Decimal debit, Decimal credit)}
        """
        self._flush_ledger()
        start = SQL("AND aml.date >= %s", date_from) if date_from else SQL()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT b.role,
                       ROUND(SUM(GREATEST(aml.balance, 0)), 2),
                       ROUND(SUM(GREATEST(-aml.balance, 0)), 2)
                  FROM bos_setting_account b
                  JOIN account_move_line aml
                    ON aml.account_id = b.account_id
                   AND aml.company_id = b.company_id
                 WHERE b.company_id = %(company)s
                   AND aml.parent_state = 'posted'
                   AND aml.date <= %(date_to)s
                   %(start)s
                 GROUP BY b.role
                """,
                company=company.id,
                date_to=date_to,
                start=start,
            )
        )
        return {
            role: (to_decimal(debit), to_decimal(credit))
            for role, debit, credit in rows
        }

    @api.model
    def _get_balance(self, company, date_to, roles):
        """Return the balance of the accounts with some roles at the end of a day.

        :rtype: Decimal
        """
        balances = self._get_balances(company, date_to)
        found = (balances[role] for role in roles if role in balances)
        return sum((debit - credit for debit, credit in found), to_decimal(0))

    @api.model
    def _get_entries(self, company, date_from, date_to, roles):
        """Return the movements of cash and bank, one per document and role.

        Codes of activities and spending come from the document itself, or from the
        bills that it pays, directly or through an outstanding account.

        :param tuple roles: "cash", "bank"
        :rtype: list[Entry]
        """
        self._flush_ledger()
        self.env["account.partial.reconcile"].flush_model()
        rows = self.env.execute_query_dict(
            self._get_entries_query(company, date_from, date_to, roles)
        )
        return [self._make_entry(row) for row in rows]

    @api.model
    def _make_entry(self, row):
        net = to_decimal(row["net"])
        return Entry(
            move_id=row["move_id"],
            date=row["date"],
            number=row["number"] or "",
            label=row["label"] or "",
            activity=row["activity"] or "",
            account=row["account"] or "",
            received=max(net, to_decimal(0)),
            paid=max(-net, to_decimal(0)),
            withheld=to_decimal(row["withheld"]),
        )

    @api.model
    def _get_entries_query(self, company, date_from, date_to, roles):
        return SQL(
            """
            WITH liquidity AS (
                SELECT aml.move_id, b.role, MIN(aml.date) AS date,
                       MIN(aml.name) AS label, SUM(aml.balance) AS net
                  FROM account_move_line aml
                  JOIN bos_setting_account b
                    ON b.account_id = aml.account_id AND b.company_id = aml.company_id
                 WHERE aml.company_id = %(company)s
                   AND aml.parent_state = 'posted'
                   AND aml.date BETWEEN %(date_from)s AND %(date_to)s
                   AND b.role IN %(roles)s
                 GROUP BY aml.move_id, b.role
                HAVING ROUND(SUM(aml.balance), 2) <> 0
            ), moves AS (
                SELECT DISTINCT move_id FROM liquidity
            ), paid AS (
                %(paid_by_moves)s
            ), paid_again AS (
                %(paid_by_paid)s
            ), origins AS (
                SELECT move_id, move_id AS origin_id FROM moves
                 UNION SELECT move_id, origin_id FROM paid
                 UNION SELECT p.move_id, a.origin_id
                         FROM paid p JOIN paid_again a ON a.move_id = p.origin_id
            ), codes AS (
                %(codes)s
            ), taxes AS (
                %(taxes)s
            )
            SELECT l.move_id, l.date, m.name AS number,
                   COALESCE(NULLIF(m.ref, ''), l.label) AS label,
                   c.activity, c.account, ROUND(l.net, 2) AS net,
                   ROUND(COALESCE(t.withheld, 0), 2) AS withheld
              FROM liquidity l
              JOIN account_move m ON m.id = l.move_id
         LEFT JOIN codes c ON c.move_id = l.move_id
         LEFT JOIN taxes t ON t.move_id = l.move_id
             ORDER BY l.date, l.move_id, l.net DESC, l.role
            """,
            company=company.id,
            date_from=date_from,
            date_to=date_to,
            roles=tuple(roles),
            codes=self._get_codes_query(),
            taxes=self._get_withheld_query(),
            paid_by_moves=self._get_paid_query("moves", "move_id"),
            paid_by_paid=self._get_paid_query("paid", "origin_id"),
        )

    @api.model
    def _get_codes_query(self):
        """Return the codes of activities and spending of `origins`, by document."""
        _fund, activity = self._get_plan_columns()
        return SQL(
            """
               SELECT o.move_id,
                      STRING_AGG(DISTINCT p.code, ', ' ORDER BY p.code) AS activity,
                      STRING_AGG(DISTINCT sc.code, ', ' ORDER BY sc.code) AS account
                 FROM origins o
                 JOIN account_move_line aml ON aml.move_id = o.origin_id
            LEFT JOIN account_analytic_line aal ON aal.move_line_id = aml.id
            LEFT JOIN scola_budget_program p
                   ON p.analytic_account_id = aal.%(activity)s
            LEFT JOIN scola_budget_spending_code sc ON sc.id = aml.spending_code_id
                WHERE aml.parent_state = 'posted'
                  AND (p.id IS NOT NULL OR sc.id IS NOT NULL)
                GROUP BY o.move_id
            """,
            activity=SQL.identifier(activity),
        )

    @api.model
    def _get_withheld_query(self):
        """Return the tax that each of `moves` kept back."""
        return SQL(
            """
            SELECT m.move_id, SUM(-aml.balance) AS withheld
              FROM moves m
              JOIN account_move_line aml ON aml.move_id = m.move_id
              JOIN bos_setting_account b
                ON b.account_id = aml.account_id AND b.company_id = aml.company_id
             WHERE b.role IN %(tax_roles)s AND aml.balance < 0
             GROUP BY m.move_id
            """,
            tax_roles=TAX_ROLES,
        )

    @api.model
    def _get_paid_query(self, source, column):
        """Return the documents whose items are reconciled with those of others.

        :param str source: relation with the others
        :param str column: its column with their journal entry
        """
        return SQL(
            """
            SELECT s.%(column)s AS move_id, other.move_id AS origin_id
              FROM (SELECT DISTINCT %(column)s FROM %(source)s) s
              JOIN account_move_line own ON own.move_id = s.%(column)s
              JOIN account_partial_reconcile r
                ON r.debit_move_id = own.id OR r.credit_move_id = own.id
              JOIN account_move_line other
                ON other.id = CASE WHEN r.debit_move_id = own.id
                                   THEN r.credit_move_id ELSE r.debit_move_id END
            """,
            source=SQL.identifier(source),
            column=SQL.identifier(column),
        )

    @api.model
    def _get_tax_rows(self, company, date_from, date_to):
        """Return the movements of the tax accounts, one per document and tax.

        :return: list of dicts: move_id, date, number, label, role, withheld and
            deposited (Decimal), billing_code, ntpn, deposit_date
        """
        self._flush_ledger()
        rows = self.env.execute_query_dict(
            SQL(
                """
                SELECT aml.move_id, MIN(aml.date) AS date, m.name AS number,
                       COALESCE(NULLIF(m.ref, ''), MIN(aml.name)) AS label, b.role,
                       ROUND(SUM(GREATEST(-aml.balance, 0)), 2) AS withheld,
                       ROUND(SUM(GREATEST(aml.balance, 0)), 2) AS deposited,
                       d.billing_code, d.ntpn, d.date AS deposit_date
                  FROM account_move_line aml
                  JOIN account_move m ON m.id = aml.move_id
                  JOIN bos_setting_account b
                    ON b.account_id = aml.account_id AND b.company_id = aml.company_id
             LEFT JOIN bos_tax_deposit d ON d.move_id = aml.move_id
                 WHERE aml.company_id = %(company)s
                   AND aml.parent_state = 'posted'
                   AND aml.date BETWEEN %(date_from)s AND %(date_to)s
                   AND b.role IN %(roles)s
                 GROUP BY aml.move_id, m.name, m.ref, b.role, d.id
                 ORDER BY date, aml.move_id, b.role
                """,
                company=company.id,
                date_from=date_from,
                date_to=date_to,
                roles=TAX_ROLES,
            )
        )
        for row in rows:
            row["withheld"] = to_decimal(row["withheld"])
            row["deposited"] = to_decimal(row["deposited"])
        return rows
