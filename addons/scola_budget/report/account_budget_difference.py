# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models
from odoo.tools import SQL


class AccountBudgetDifference(models.Model):
    """What a revision changes: lines of both budgets side by side."""

    _name = "account.budget.difference"
    _description = "Difference Between Revisions"
    _auto = False
    _order = "budget_id, program_code, spending_code_id, date_from, id"

    budget_id = fields.Many2one(
        comodel_name="account.budget", string="Revision", readonly=True
    )
    company_id = fields.Many2one(
        comodel_name="res.company", string="School", readonly=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    change = fields.Selection(
        selection=[
            ("same", "Unchanged"),
            ("more", "More"),
            ("less", "Less"),
            ("new", "New"),
            ("gone", "Left Out"),
        ],
        readonly=True,
    )
    name = fields.Char(string="Description", readonly=True)
    program_id = fields.Many2one(
        comodel_name="scola.budget.program", string="Activity", readonly=True
    )
    program_code = fields.Char(readonly=True, export_string_translation=False)
    standard_id = fields.Many2one(comodel_name="scola.budget.program", readonly=True)
    spending_code_id = fields.Many2one(
        comodel_name="scola.budget.spending.code", readonly=True
    )
    account_id = fields.Many2one(comodel_name="account.account", readonly=True)
    date_from = fields.Date(string="Start Date", readonly=True)
    planned_before = fields.Monetary(string="Before", readonly=True)
    planned = fields.Monetary(string="After", readonly=True)
    difference = fields.Monetary(readonly=True)

    @property
    def _table_query(self):
        side = SQL(
            "SELECT budget_id, name, program_id, program_code, standard_id,"
            " spending_code_id, account_id, fund_id, date_from, date_to,"
            " SUM(planned) AS planned, MIN(id) AS line_id"
            " FROM account_budget_line"
            " GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10"
        )
        return SQL(
            """
            WITH side AS (%(side)s),
            pair AS (
                SELECT budget.id AS budget_id, budget.company_id,
                       side.line_id, side.planned, NULL::numeric AS planned_before,
                       side.name, side.program_id, side.program_code,
                       side.standard_id, side.spending_code_id, side.account_id,
                       side.fund_id, side.date_from, side.date_to
                  FROM account_budget AS budget
                  JOIN side ON side.budget_id = budget.id
                 WHERE budget.revised_from_id IS NOT NULL
             UNION ALL
                SELECT budget.id, budget.company_id,
                       side.line_id, NULL, side.planned,
                       side.name, side.program_id, side.program_code,
                       side.standard_id, side.spending_code_id, side.account_id,
                       side.fund_id, side.date_from, side.date_to
                  FROM account_budget AS budget
                  JOIN side ON side.budget_id = budget.revised_from_id
            )
            SELECT COALESCE(MAX(line_id) FILTER (WHERE planned IS NOT NULL),
                            -MAX(line_id)) AS id,
                   budget_id, company_id, name, program_id,
                   program_code, standard_id, spending_code_id, account_id, date_from,
                   COALESCE(SUM(planned_before), 0) AS planned_before,
                   COALESCE(SUM(planned), 0) AS planned,
                   COALESCE(SUM(planned), 0) - COALESCE(SUM(planned_before), 0)
                       AS difference,
                   CASE WHEN COUNT(planned_before) = 0 THEN 'new'
                        WHEN COUNT(planned) = 0 THEN 'gone'
                        WHEN SUM(planned) > SUM(planned_before) THEN 'more'
                        WHEN SUM(planned) < SUM(planned_before) THEN 'less'
                        ELSE 'same' END AS change
              FROM pair
          GROUP BY budget_id, company_id, name, program_id, program_code, standard_id,
                   spending_code_id, account_id, fund_id, date_from, date_to
            """,
            side=side,
        )

    _depends = {
        "account.budget": ["company_id", "revised_from_id"],
        "account.budget.line": [
            "budget_id",
            "name",
            "program_id",
            "program_code",
            "standard_id",
            "spending_code_id",
            "account_id",
            "fund_id",
            "date_from",
            "date_to",
            "planned",
        ],
    }
