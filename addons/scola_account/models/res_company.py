# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    accounting_standard = fields.Char(
        default="ISAK 335",
        help="Named in the heading of each statement: ISAK 35, ISAK 335, SAK EP, ...",
    )

    def _scola_get_statement_companies(self):
        """Return this company with all schools below it, the foundation first."""
        self.ensure_one()
        return self.search([("id", "child_of", self.id)], order="parent_path")

    def _scola_get_locked_until(self):
        """Return until when nobody posts, here or in a company above.

        :rtype: date | bool
        """
        self.ensure_one()
        # As superuser: the foundation's lock dates bind its schools.
        companies = self.sudo().parent_ids
        dates = companies.mapped("fiscalyear_lock_date")
        dates += companies.mapped("hard_lock_date")
        return max(filter(None, dates), default=False)

    def _scola_find_account(self, code):
        """Return the account of this company (or of its foundation) with a code.

        :param str code: exact code
        :rtype: account.account
        """
        self.ensure_one()
        Account = self.env["account.account"].with_company(self)
        return Account.search(
            [*Account._check_company_domain(self), ("code", "=", code)], limit=1
        )
