# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from typing import NamedTuple

from odoo import models
from odoo.tools import SQL


class Scope(NamedTuple):
    """What a query looks at: plain values, by which the database plans well."""

    budget_ids: list
    company_ids: list
    account_ids: list
    date_from: object
    date_to: object


class AccountBudgetUsage(models.AbstractModel):
    """The queries that say what of a budget is spent and what is committed.

    Lines that agree in budget, account, fund, activity, spending code and period are
    one *key*: the books cannot tell them apart. What is booked belongs, in each budget,
    to the key that fits it best: the one that names the most of activity, spending code
    and fund, then the one with the shortest period. So nothing counts twice. What was
    booked without a spending code fits a key with one as well, if there is none
    without: leaving the code out takes nothing from what is used.

    Keys with fund or activity are matched with analytic items (open documents: with
    their analytic distribution), keys without with journal items, less what the others
    of the same budget took of them. Amounts are summed up by month before any matching,
    in the currency of the company; debit is positive except on accounts of receipts.
    """

    _name = "account.budget.usage"
    _description = "Usage of Budgets"

    # === QUERIES === #

    def _get_actual_query(self, scope):
        """Return the query of what is booked.

        :param Scope scope: budgets, companies, accounts and months looked at
        :return: SQL with rows (line_ids, planned amounts of these, amount) per key
        """
        return self._get_usage_query(
            scope,
            self._get_posted_analytic_query(scope),
            self._get_posted_query(scope),
        )

    def _get_committed_query(self, scope, firm=False):
        """Return the query of what is ordered or billed and not yet booked.

        :param Scope scope: budgets, companies, accounts and months looked at
        :param bool firm: leave out draft bills that come from no purchase order
        :return: SQL with rows (line_ids, planned amounts of these, amount) per key
        """
        documents = SQL(
            "%s UNION ALL %s",
            self._get_order_query(scope),
            self._get_bill_query(scope, self._get_draft_bill_condition(firm)),
        )
        return self._get_document_usage_query(scope, documents)

    def _get_document_usage_query(self, scope, documents):
        """Return the usage query of documents that have a distribution only."""
        return self._get_usage_query(
            scope,
            self._get_distributed_query(documents),
            SQL(
                "SELECT company_id, account_id, spending_code_id, month,"
                " SUM(amount) AS amount FROM (%s) AS document"
                " GROUP BY company_id, account_id, spending_code_id, month",
                documents,
            ),
        )

    def _get_usage_query(self, scope, analytic, items):
        """Return the query that matches amounts with the keys of budgets.

        :param SQL analytic: company_id, account_id, spending_code_id, month, fund_id,
            activity_id, amount
        :param SQL items: company_id, account_id, spending_code_id, month, amount
        """
        return SQL(
            """
            WITH budget_key AS (%(keys)s),
            key_month AS (
                SELECT budget_key.*,
                       (date_from + step.number * INTERVAL '1 month')::date AS month
                  FROM budget_key
                  JOIN (VALUES (0), (1), (2)) AS step (number)
                    ON date_from + step.number * INTERVAL '1 month' <= date_to
            ),
            plain_month AS MATERIALIZED (
                SELECT * FROM key_month
                 WHERE fund_id IS NULL AND activity_id IS NULL
            ),
            plain AS (
                SELECT DISTINCT budget_id, company_id, account_id FROM plain_month
            ),
            entry AS (
                SELECT entry.*, ROW_NUMBER() OVER () AS id FROM (%(analytic)s) AS entry
            ),
            analytic_match AS (%(analytic_match)s),
            item AS (%(items)s),
            rest AS (%(rest)s),
            item_match AS (%(item_match)s),
            used AS (
                SELECT key_id, SUM(amount) AS amount
                  FROM (
                        SELECT key_id, amount FROM analytic_match
                     UNION ALL
                        SELECT key_id, amount FROM item_match
                       ) AS matched
              GROUP BY key_id
            )
            SELECT budget_key.line_ids, budget_key.planned,
                   used.amount * budget_key.sign
              FROM used
              JOIN budget_key ON budget_key.id = used.key_id
            """,
            keys=self._get_key_query(scope),
            analytic=analytic,
            analytic_match=self._get_analytic_match_query(),
            items=items,
            rest=self._get_rest_query(),
            item_match=self._get_item_match_query(),
        )

    def _get_key_query(self, scope):
        """Return the keys of the budgets: what the books can tell apart."""
        return SQL(
            """
            SELECT MIN(line.id) AS id,
                   ARRAY_AGG(line.id ORDER BY line.id) AS line_ids,
                   ARRAY_AGG(COALESCE(line.planned, 0) ORDER BY line.id) AS planned,
                   line.budget_id, line.company_id, line.account_id,
                   COALESCE(line.fund_id, budget.fund_id) AS fund_id,
                   program.analytic_account_id AS activity_id,
                   line.spending_code_id, line.date_from, line.date_to,
                   CASE WHEN line.kind = 'receipt' THEN -1 ELSE 1 END AS sign
              FROM account_budget_line AS line
              JOIN account_budget AS budget ON budget.id = line.budget_id
         LEFT JOIN scola_budget_program AS program ON program.id = line.program_id
             WHERE line.budget_id = ANY(%(budget_ids)s)
               AND line.account_id = ANY(%(account_ids)s)
               AND line.date_from <= %(date_to)s
               AND line.date_to >= %(date_from)s
          GROUP BY line.budget_id, line.company_id, line.account_id,
                   COALESCE(line.fund_id, budget.fund_id),
                   program.analytic_account_id, line.spending_code_id,
                   line.date_from, line.date_to, line.kind
            """,
            **scope._asdict(),
        )

    def _get_analytic_match_query(self):
        """Return each entry with the one key per budget that fits it best."""
        return SQL(
            """
            SELECT DISTINCT ON (entry.id, wanted.budget_id)
                   wanted.id AS key_id, wanted.budget_id, entry.account_id,
                   entry.spending_code_id, entry.month, entry.amount
              FROM entry
              JOIN key_month AS wanted
                ON wanted.account_id = entry.account_id
               AND wanted.company_id = entry.company_id
               AND wanted.month = entry.month
               AND (wanted.fund_id IS NOT NULL OR wanted.activity_id IS NOT NULL)
               AND (wanted.fund_id IS NULL OR wanted.fund_id = entry.fund_id)
               AND (wanted.activity_id IS NULL
                    OR wanted.activity_id = entry.activity_id)
               AND (wanted.spending_code_id IS NULL
                    OR entry.spending_code_id IS NULL
                    OR wanted.spending_code_id = entry.spending_code_id)
          ORDER BY entry.id, wanted.budget_id,
                   (wanted.activity_id IS NULL),
                   (wanted.spending_code_id IS DISTINCT FROM entry.spending_code_id),
                   (wanted.fund_id IS NULL), (wanted.date_to - wanted.date_from),
                   wanted.id
            """
        )

    def _get_rest_query(self):
        """Return, by budget, the items less what keys with analytic took of them."""
        return SQL(
            """
            SELECT budget_id, account_id, spending_code_id, month,
                   SUM(amount) AS amount
              FROM (
                    SELECT plain.budget_id, item.account_id, item.spending_code_id,
                           item.month, item.amount
                      FROM item
                      JOIN plain
                        ON plain.company_id = item.company_id
                       AND plain.account_id = item.account_id
                 UNION ALL
                    SELECT taken.budget_id, taken.account_id, taken.spending_code_id,
                           taken.month, -taken.amount
                      FROM analytic_match AS taken
                      JOIN plain
                        ON plain.budget_id = taken.budget_id
                       AND plain.account_id = taken.account_id
                   ) AS part
          GROUP BY budget_id, account_id, spending_code_id, month
            """
        )

    def _get_item_match_query(self):
        """Return each rest with the key without analytic that fits it best."""
        return SQL(
            """
            SELECT DISTINCT ON (rest.budget_id, rest.account_id,
                                rest.spending_code_id, rest.month)
                   wanted.id AS key_id, rest.amount
              FROM rest
              JOIN plain_month AS wanted
                ON wanted.budget_id = rest.budget_id
               AND wanted.account_id = rest.account_id
               AND wanted.month = rest.month
               AND (wanted.spending_code_id IS NULL
                    OR rest.spending_code_id IS NULL
                    OR wanted.spending_code_id = rest.spending_code_id)
          ORDER BY rest.budget_id, rest.account_id, rest.spending_code_id, rest.month,
                   (wanted.spending_code_id IS DISTINCT FROM rest.spending_code_id),
                   (wanted.date_to - wanted.date_from), wanted.id
            """
        )

    # === WHAT IS BOOKED === #

    def _get_posted_analytic_query(self, scope):
        """Return analytic items of journal items, which only posted ones have."""
        fund_plan, activity_plan = self.env["account.analytic.plan"]._get_budget_plans()
        return SQL(
            """
            SELECT analytic.company_id, analytic.general_account_id AS account_id,
                   line.spending_code_id,
                   DATE_TRUNC('month', analytic.date)::date AS month,
                   %(fund)s AS fund_id, %(activity)s AS activity_id,
                   -SUM(analytic.amount) AS amount
              FROM account_analytic_line AS analytic
         LEFT JOIN account_move_line AS line
                ON line.id = analytic.move_line_id
               AND line.spending_code_id IS NOT NULL
             WHERE analytic.move_line_id IS NOT NULL
               AND analytic.company_id = ANY(%(company_ids)s)
               AND analytic.general_account_id = ANY(%(account_ids)s)
               AND analytic.date BETWEEN %(date_from)s AND %(date_to)s
               AND (%(fund)s IS NOT NULL OR %(activity)s IS NOT NULL)
               AND EXISTS (SELECT FROM budget_key
                            WHERE fund_id IS NOT NULL OR activity_id IS NOT NULL)
          GROUP BY 1, 2, 3, 4, 5, 6
            """,
            fund=SQL.identifier("analytic", fund_plan._column_name()),
            activity=SQL.identifier("analytic", activity_plan._column_name()),
            **scope._asdict(),
        )

    def _get_posted_query(self, scope):
        """Return journal items of accounts that are planned without analytic."""
        return SQL(
            """
            SELECT company_id, account_id, spending_code_id,
                   DATE_TRUNC('month', date)::date AS month, SUM(balance) AS amount
              FROM account_move_line
             WHERE parent_state = 'posted'
               AND company_id = ANY(%(company_ids)s)
               AND account_id IN (SELECT account_id FROM plain)
               AND date BETWEEN %(date_from)s AND %(date_to)s
          GROUP BY 1, 2, 3, 4
            """,
            **scope._asdict(),
        )

    # === WHAT IS COMMITTED === #

    def _get_order_query(self, scope, condition=None):
        """Return what of confirmed purchase orders is not billed, without taxes."""
        return SQL(
            """
            SELECT line.company_id, line.budget_account_id AS account_id,
                   line.spending_code_id,
                   DATE_TRUNC('month', %(day)s)::date AS month,
                   line.analytic_distribution,
                   line.price_subtotal * (line.product_qty - line.qty_invoiced)
                       / line.product_qty
                       / COALESCE(NULLIF(purchase.currency_rate, 0), 1)::numeric
                       AS amount
              FROM purchase_order_line AS line
              JOIN purchase_order AS purchase ON purchase.id = line.order_id
              JOIN res_company AS company ON company.id = line.company_id
             WHERE %(condition)s
               AND line.display_type IS NULL
               AND line.product_qty > line.qty_invoiced
               AND line.company_id = ANY(%(company_ids)s)
               AND line.budget_account_id = ANY(%(account_ids)s)
               AND %(day)s BETWEEN %(date_from)s AND %(date_to)s
            """,
            condition=condition or SQL("purchase.state = 'purchase'"),
            day=SQL(
                "(COALESCE(line.date_planned, purchase.date_order)"
                " AT TIME ZONE 'UTC'"
                " AT TIME ZONE COALESCE(company.scola_tz, 'Asia/Jakarta'))::date"
            ),
            **scope._asdict(),
        )

    def _get_bill_query(self, scope, condition):
        """Return the items of vendor bills that fulfil ``condition``."""
        return SQL(
            """
            SELECT line.company_id, line.account_id, line.spending_code_id,
                   DATE_TRUNC('month', line.date)::date AS month,
                   line.analytic_distribution, line.balance AS amount
              FROM account_move_line AS line
              JOIN account_move AS move ON move.id = line.move_id
             WHERE %(condition)s
               AND line.company_id = ANY(%(company_ids)s)
               AND line.account_id = ANY(%(account_ids)s)
               AND line.date BETWEEN %(date_from)s AND %(date_to)s
            """,
            condition=condition,
            **scope._asdict(),
        )

    def _get_draft_bill_condition(self, firm):
        condition = SQL(
            "line.parent_state = 'draft'"
            " AND move.move_type IN ('in_invoice', 'in_refund', 'in_receipt')"
        )
        if firm:
            return SQL("%s AND line.purchase_line_id IS NOT NULL", condition)
        return condition

    def _get_distributed_query(self, documents):
        """Return documents by fund and activity, as their distribution says."""
        fund_plan, activity_plan = self.env["account.analytic.plan"]._get_budget_plans()
        return SQL(
            """
            SELECT document.company_id, document.account_id,
                   document.spending_code_id, document.month,
                   share.fund_id, share.activity_id,
                   SUM(document.amount * share.part) AS amount
              FROM (%(documents)s) AS document
        CROSS JOIN LATERAL (
                       SELECT pair.value::numeric / 100 AS part,
                              MAX(account.id) FILTER (
                                  WHERE account.root_plan_id = %(fund_plan)s
                              ) AS fund_id,
                              MAX(account.id) FILTER (
                                  WHERE account.root_plan_id = %(activity_plan)s
                              ) AS activity_id
                         FROM JSONB_EACH_TEXT(document.analytic_distribution) AS pair
                         JOIN account_analytic_account AS account
                           ON account.id = ANY(STRING_TO_ARRAY(pair.key, ',')::int[])
                     GROUP BY pair.key, pair.value
                   ) AS share
             WHERE share.fund_id IS NOT NULL OR share.activity_id IS NOT NULL
          GROUP BY 1, 2, 3, 4, 5, 6
            """,
            documents=documents,
            fund_plan=fund_plan.id,
            activity_plan=activity_plan.id,
        )
