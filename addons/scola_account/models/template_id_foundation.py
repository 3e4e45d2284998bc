# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models

from odoo.addons.account.models.chart_template import template

from ..const import CHART, JOURNALS


class AccountChartTemplate(models.AbstractModel):
    """The chart of a foundation: that of `l10n_id` and what a school needs on top.

    It is no child of the template `id`: values of a parent would win over these.
    """

    _inherit = "account.chart.template"

    @template("id_foundation")
    def _get_id_foundation_template_data(self):
        return {
            **self._get_id_template_data(),
            "name": self.env._("Foundation with schools"),
            "sequence": 2,
            "property_account_receivable_id": "scola_11210110",
        }

    @template("id_foundation", "res.company")
    def _get_id_foundation_res_company(self):
        values = self._get_id_res_company()[self.env.company.id]
        return {
            self.env.company.id: {
                **values,
                **self._get_id_foundation_company_defaults(),
                # Education by licensed schools is exempt: no tax unless chosen.
                "account_sale_tax_id": False,
                "account_purchase_tax_id": False,
            }
        }

    def _get_id_foundation_company_defaults(self):
        """Return the settings that `scola_fees` and `payment_va` look for."""
        return {
            "income_account_id": "scola_41100010",
            "expense_account_id": "scola_62100010",
            "payment_suspense_account_id": "scola_21190001",
        }

    @template("id_foundation", "account.account")
    def _get_id_foundation_account_account(self):
        accounts = self._parse_csv("id", "account.account", module="l10n_id")
        for xmlid, values in self._get_id_account_account().items():
            accounts[xmlid].update(values)
        accounts.update(self._get_id_foundation_own_accounts())
        return accounts

    def _get_id_foundation_own_accounts(self):
        """Return what the foundation's chart adds to `l10n_id`: {xmlid: values}."""
        return self._parse_csv(CHART, "account.account", module="scola_account")

    @template("id_foundation", "account.tax.group")
    def _get_id_foundation_account_tax_group(self):
        return self._parse_csv("id", "account.tax.group", module="l10n_id")

    @template("id_foundation", "account.tax")
    def _get_id_foundation_account_tax(self):
        taxes = self._parse_csv("id", "account.tax", module="l10n_id")
        self._deref_account_tags("id", taxes)
        return taxes

    @template("id_foundation", "account.journal")
    def _get_id_foundation_account_journal(self):
        return {
            **self._get_id_account_journal(),
            **self._get_id_foundation_own_journals(),
        }

    def _get_id_foundation_own_journals(self):
        """Return the journals of a foundation or a school: {xmlid: values}."""
        names = self._get_id_foundation_journal_names()
        return {
            f"scola_{key}": self._prepare_id_foundation_journal(
                names[key], number, *values
            )
            for number, (key, values) in enumerate(JOURNALS.items(), start=20)
        }

    def _get_id_foundation_journal_names(self):
        return {
            "bank_fees": self.env._("Bank - Fee Collection"),
            "bank_bos": self.env._("Bank - BOS"),
            "bank_foundation": self.env._("Bank - Foundation"),
            "bank_committee": self.env._("Bank - Committee"),
            "cash_fees": self.env._("Cash Desk"),
            "cash_bos": self.env._("Cash - BOS"),
            "cash_committee": self.env._("Cash - Committee"),
            "closing": self.env._("Closing"),
        }

    def _prepare_id_foundation_journal(self, name, sequence, code, kind, account):
        values = {
            "code": code,
            "name": name,
            "type": kind,
            "sequence": sequence,
            "show_on_dashboard": bool(account),
        }
        if account:
            values["default_account_id"] = f"scola_{account}"
        return values

    def _post_load_data(self, template_code, company, template_data):
        """Override of `account`: it looks for a default tax where none is given."""
        res = super()._post_load_data(template_code, company, template_data)
        if template_code == CHART:
            company.account_sale_tax_id = False
            company.account_purchase_tax_id = False
        return res
