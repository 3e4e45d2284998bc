# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..tools import figures


class AccountBudgetConsolidation(models.TransientModel):
    """The budgets of all schools of a foundation side by side."""

    _name = "account.budget.consolidation"
    _description = "Consolidated Budget"

    company_id = fields.Many2one(
        comodel_name="res.company",
        string="Foundation",
        required=True,
        default=lambda self: self._default_company_id(),
    )
    date_from = fields.Date(
        string="Start Date",
        required=True,
        default=lambda self: self._default_year().replace(month=1, day=1),
    )
    date_to = fields.Date(
        string="End Date",
        required=True,
        default=lambda self: self._default_year().replace(month=12, day=31),
    )
    fund_id = fields.Many2one(
        comodel_name="account.analytic.account",
        domain=lambda self: self.env["account.budget"]._get_fund_domain(),
        help="Empty: the budgets of all funds.",
    )

    def _default_company_id(self):
        root = self.env.company.root_id
        return root if root in self.env.user.company_ids else self.env.company

    def _default_year(self):
        return self.env.company._scola_today()

    @api.model
    def _check_all_schools(self, company):
        """Refuse who may not see every school of the foundation."""
        # As superuser: which schools there are, those hidden from the user as well.
        schools = (
            self.env["res.company"].sudo().search([("id", "child_of", company.id)])
        )
        if schools - self.env.user.sudo().company_ids:
            raise AccessError(
                self.env._(
                    "Foundation: the consolidated budget shows all schools of "
                    "%(company)s, and not all of them are among your companies.",
                    company=company.sudo().name,
                )
            )
        return schools

    def _get_budgets(self):
        """Return the budgets in force or closed within the dates, of all schools."""
        self.ensure_one()
        schools = self._check_all_schools(self.company_id)
        # The user may see all schools, also those not chosen at the moment.
        Budget = self.env["account.budget"].with_context(
            allowed_company_ids=schools.ids
        )
        domain = [
            ("company_id", "in", schools.ids),
            ("state", "in", ("active", "closed")),
            ("date_from", ">=", self.date_from),
            ("date_to", "<=", self.date_to),
        ]
        if self.fund_id:
            domain.append(("fund_id", "=", self.fund_id.id))
        return Budget.search(domain)

    def _get_form_head(self):
        self.ensure_one()
        return [
            (self.env._("Foundation"), self.company_id.name),
            (self.env._("Fund"), self.fund_id.name or self.env._("All funds")),
            (
                self.env._("Period"),
                f"{self.date_from:%d/%m/%Y} - {self.date_to:%d/%m/%Y}",
            ),
        ]

    def _format_cell(self, cell):
        """Write a cell of the printed form: numbers as in Indonesia, text as it is."""
        return figures.format_cell(cell)

    def _get_table(self):
        """Return the budgets by standard and school.

        :return: dict with headings (list of str) and rows (list of dicts with style
            and cells: code, name, then planned and actual of each school and in all)
        """
        self.ensure_one()
        lines = self._get_budgets().line_ids
        usage = lines._get_usage()
        schools = lines.company_id.sorted("name")
        receipts = lines.filtered(lambda line: line.kind == "receipt")
        spending = lines - receipts
        groups = [("total", "", self.env._("Receipts"), receipts)]
        standards = spending.standard_id.sorted("code")
        for standard in (*standards, standards.browse()):
            of_standard = spending.filtered(
                lambda line, wanted=standard: line.standard_id == wanted
            )
            name = standard.name or self.env._("Without activity")
            if of_standard:
                groups.append(("item", standard.code or "", name, of_standard))
        groups.append(("total", "", self.env._("Total spending"), spending))
        return {
            "headings": self._get_headings(schools),
            "rows": [
                {
                    "style": style,
                    "cells": [code, name, *_get_figures(group, schools, usage)],
                }
                for style, code, name, group in groups
            ],
        }

    def _get_headings(self, schools):
        headings = [self.env._("Code"), self.env._("Description")]
        for name in (*schools.mapped("name"), self.env._("All schools")):
            headings += [
                self.env._("%(school)s planned", school=name),
                self.env._("%(school)s actual", school=name),
            ]
        return headings

    def action_xlsx(self):
        """Download the table as XLSX."""
        return self._print("scola_budget.action_report_consolidation_xlsx")

    def action_pdf(self):
        """Print the table as PDF."""
        return self._print("scola_budget.action_report_consolidation_pdf")

    def _print(self, xmlid):
        if not self._get_budgets():
            raise UserError(
                self.env._(
                    "Start Date / End Date: no active or closed budget lies within "
                    "these dates. Choose others, or another fund."
                )
            )
        return self.env.ref(xmlid).report_action(self, config=False)


def _get_figures(lines, schools, usage):
    """Return planned and actual of each school, then of all."""
    figures = []
    for school in (*schools, schools):
        own = lines.filtered(lambda line, wanted=school: line.company_id in wanted)
        figures.append(sum(own.mapped("planned")))
        figures.append(sum(usage[line.id].actual for line in own))
    return figures
