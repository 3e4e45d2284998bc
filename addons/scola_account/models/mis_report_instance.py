# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import format_date

from .mis_report import BranchExpressionProcessor


class MisReportInstance(models.Model):
    _inherit = "mis.report.instance"

    scola_statement = fields.Boolean(
        string="Statement of Schools",
        help="Made by Statements, for exactly the companies listed.",
    )
    scola_consolidated = fields.Boolean(
        string="Consolidated",
        help="Eliminates what the schools of the foundation owe each other.",
    )
    scola_heading = fields.Char(
        string="Heading", help="Standard and scope, printed above the statement."
    )

    @api.depends("scola_statement")
    def _compute_query_company_ids(self):
        """Override of `mis_builder`: a foundation is never put together in part.

        Upstream takes the companies ticked in the selector, and would print the sum
        of some schools as that of all.
        """
        statements = self.filtered("scola_statement")
        for instance in statements:
            instance.query_company_ids = instance.company_ids
        return super(MisReportInstance, self - statements)._compute_query_company_ids()

    def _compute_matrix(self):
        statement = self.with_context(scola_eliminate=self.scola_consolidated)
        company = self.query_company_ids[:1]
        # Codes are those of the foundation reported on, not of the reader's company.
        return super(
            MisReportInstance, statement.with_company(company)
        )._compute_matrix()

    def _add_column(self, aep, kpi_matrix, period, label, description):
        """Override of `mis_builder`: a balance is of a day, all else of a period."""
        if self.scola_statement and period.mode != "none":
            description = self._describe_period(period)
        return super()._add_column(aep, kpi_matrix, period, label, description)

    def _describe_period(self, period):
        end = format_date(self.env, period.date_to)
        if self.report_id.scola_statement == "position":
            return self.env._("as of %s", end)
        start = format_date(self.env, period.date_from)
        return self.env._("%(start)s to %(end)s", start=start, end=end)

    def get_filter_descriptions(self):
        return [
            *super().get_filter_descriptions(),
            *self.filtered("scola_heading").mapped("scola_heading"),
        ]

    def print_pdf(self):
        """Override of `mis_builder`: a statement has a letterhead of its own."""
        if not self.scola_statement:
            return super().print_pdf()
        name = "action_report_statement"
        if self.landscape_pdf:
            name = f"{name}_landscape"
        return self.env.ref(f"scola_account.{name}").report_action(self)

    def _get_statement_company(self):
        """Return the company in the heading: the foundation, or the only school."""
        self.ensure_one()
        return self.company_ids.sorted("parent_path")[:1]

    def _get_statement_address(self):
        partner = self._get_statement_company().partner_id
        lines = partner._display_address(without_company=True).splitlines()
        return ", ".join(line.strip() for line in lines if line.strip())

    def _scola_get_today(self):
        """Return the day it is where the school is.

        :rtype: date
        """
        return self._get_statement_company()._scola_today()

    def drilldown(self, arg):
        """Override of `mis_builder`: the lines of these companies, and only those."""
        action = super().drilldown(arg)
        if not action:
            return action
        period = self.env["mis.report.instance.period"].browse(arg["period_id"])
        companies = self.query_company_ids
        processor = BranchExpressionProcessor(
            companies, self.currency_id, self.report_id.account_model
        )
        processor.parse_expr(arg["expr"])
        processor.done_parsing()
        action["domain"] = Domain.AND(
            [
                processor.get_aml_domain_for_expr(
                    arg["expr"],
                    period.date_from,
                    period.date_to,
                    arg.get("account_id"),
                ),
                period._get_additional_move_line_filter(),
                [("company_id", "in", companies.ids)],
            ]
        )
        action["context"] = {
            **action["context"],
            "allowed_company_ids": companies.ids,
        }
        return action
