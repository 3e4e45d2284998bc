# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models
from odoo.fields import Domain

from odoo.addons.mis_builder.models.aep import AccountingExpressionProcessor

from ..const import STATEMENTS


class BranchExpressionProcessor(AccountingExpressionProcessor):
    """Finds the accounts of schools, which are those of their foundation.

    Upstream looks for accounts that name the company itself. A branch uses its
    parent's, so a statement of one school would be empty.
    """

    def done_parsing(self):
        for key, selectors in self._map_account_ids.items():
            account_ids = set()
            for selector in selectors:
                if selector not in self._account_ids_by_acc_domain:
                    found = self._find_accounts(selector)
                    self._account_ids_by_acc_domain[selector] = found
                account_ids |= self._account_ids_by_acc_domain[selector]
            self._map_account_ids[key] = list(account_ids)

    def _find_accounts(self, selector):
        """Return the ids a selector finds, in one search for each foundation."""
        account_ids = set()
        # As superuser: a school's accountant may not read the foundation's company.
        for companies in self.companies.sudo().grouped("root_id").values():
            accounts = self._account_model.with_company(companies[0])
            domain = accounts._check_company_domain(companies)
            account_ids.update(
                accounts.search(Domain.AND([list(selector), domain])).ids
            )
        return account_ids

    def do_queries(
        self, date_from, date_to, additional_move_line_filter=None, aml_model=None
    ):
        # Shared accounts hold the lines of other schools as well.
        lines = [
            *(additional_move_line_filter or []),
            ("company_id", "in", self.companies.ids),
        ]
        return super().do_queries(date_from, date_to, lines, aml_model)


class MisReport(models.Model):
    _inherit = "mis.report"

    scola_statement = fields.Selection(
        STATEMENTS,
        string="Statement",
        copy=False,
        help="The statement of a school this template makes.",
    )

    _scola_statement_uniq = models.UniqueIndex(
        "(scola_statement)", "Statement: another template makes this statement already."
    )

    def _prepare_aep(self, companies, currency=None):
        """Override of `mis_builder`: accounts of branches are their parent's."""
        self.ensure_one()
        processor = BranchExpressionProcessor(companies, currency, self.account_model)
        for expression in self.all_kpi_ids.expression_ids.filtered("name"):
            processor.parse_expr(expression.name)
        processor.done_parsing()
        return processor

    def prepare_locals_dict(self):
        """Override of `mis_builder`: tells rows whether schools are put together."""
        return {
            **super().prepare_locals_dict(),
            "eliminate": bool(self.env.context.get("scola_eliminate")),
        }
