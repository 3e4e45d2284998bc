# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from collections import namedtuple

from odoo import models

from ..const import MONEY_TYPES, WAITING_TYPES

# An account of any other type is nobody's till, whatever a payment method says.
OWN_TYPES = (*MONEY_TYPES, *WAITING_TYPES)


class Money(namedtuple("Money", "journals accounts")):
    """Where the money of a company is.

    journals: of banks and cash; accounts: on which money waits that is still, or
    already, ours.
    """

    __slots__ = ()

    def _find_journals(self, accounts):
        """Return the journals whose money is on one of the accounts.

        :rtype: account.journal
        """
        return self.journals.filtered(
            lambda journal: journal._get_money_accounts() & accounts
        )


class ResCompany(models.Model):
    _inherit = "res.company"

    def _get_approval_money(self):
        """Return through which journals and accounts the money of a company goes.

        :rtype: Money
        """
        self.ensure_one()
        # As superuser: settings of journals, perhaps of the company above.
        company = self.sudo()
        journals = company.env["account.journal"].with_context(active_test=False)
        # Money does not vanish from a journal that is archived.
        journals = journals.search(
            [
                ("company_id", "child_of", company.root_id.ids),
                ("type", "in", ("bank", "cash", "credit")),
            ]
        )
        accounts = (
            journals._get_money_accounts()
            | (company | company.root_id).transfer_account_id
            | company._get_default_outstanding()
        )
        return Money(
            journals,
            accounts.filtered(lambda account: account.account_type in OWN_TYPES),
        )

    def _get_default_outstanding(self):
        """Return the accounts on which Odoo books payments that are on their way.

        :rtype: account.account
        """
        # As superuser: accounts of the chart, perhaps of the company above.
        chart = self.env["account.chart.template"].sudo()
        chart = chart.with_context(allowed_company_ids=self.root_id.ids)
        accounts = self.env["account.account"].sudo()
        for name in ("debit", "credit"):
            found = chart.ref(
                f"account_journal_payment_{name}_account_id", raise_if_not_found=False
            )
            accounts |= found or accounts
        return accounts
