# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import Command, api, fields, models
from odoo.exceptions import UserError

from ..const import COUNTRY_CODE

#: What an account of the template may say about itself when it is added.
ACCOUNT_FIELDS = (
    "code",
    "name",
    "account_type",
    "reconcile",
    "net_asset_class",
    "is_inter_school",
)


class ScolaChartWizard(models.TransientModel):
    """Adds the foundation's accounts and journals to a company that has a chart.

    It only ever adds: what exists under the same code stays as it is.
    """

    _name = "scola.chart.wizard"
    _description = "Load the Foundation's Chart"

    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    line_ids = fields.One2many(
        "scola.chart.wizard.line",
        "wizard_id",
        compute="_compute_line_ids",
        store=True,
        string="Preview",
    )
    problem = fields.Text(compute="_compute_problem")
    add_count = fields.Integer(string="To Be Added", compute="_compute_counts")
    different_count = fields.Integer(string="Different", compute="_compute_counts")

    @api.depends("company_id")
    def _compute_problem(self):
        for wizard in self:
            wizard.problem = bool(wizard.company_id) and wizard._get_problem()

    @api.depends("company_id")
    def _compute_line_ids(self):
        for wizard in self:
            usable = wizard.company_id and not wizard.problem
            values = wizard._prepare_lines() if usable else []
            wizard.line_ids = [
                Command.clear(),
                *(Command.create(line) for line in values),
            ]

    @api.depends("line_ids.status")
    def _compute_counts(self):
        for wizard in self:
            statuses = wizard.line_ids.mapped("status")
            wizard.add_count = statuses.count("add")
            wizard.different_count = statuses.count("different")

    def action_load(self):
        """Add what is missing now, whatever the preview said, and show the accounts."""
        self.ensure_one()
        self.env["account.account"].check_access("create")
        self._check_chart()
        accounts = self._create_accounts()
        self._link_funds(accounts)
        self._create_journals()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._("The foundation's chart is loaded."),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }

    # === CHECKS === #

    def _check_chart(self):
        problem = self._get_problem()
        if problem:
            raise UserError(problem)

    def _get_problem(self):
        """Return why the company can't have these accounts, in words, or nothing."""
        root = self.company_id.root_id
        if not root.chart_template:
            return self.env._(
                "Company: %(company)s has no chart of accounts. Choose “Foundation "
                "with schools” in Settings / Invoicing / Fiscal Localization.",
                company=root.name,
            )
        charts = self.env["account.chart.template"]._get_chart_template_mapping(
            get_all=True
        )
        chart = charts.get(root.chart_template, {})
        if chart.get("country_code") == COUNTRY_CODE:
            return False
        return self.env._(
            "Company: the chart of %(company)s (%(chart)s) is not Indonesian. These "
            "accounts belong to a chart of Indonesia; choose another company.",
            company=root.name,
            chart=chart.get("name") or root.chart_template,
        )

    # === PREVIEW === #

    def _prepare_lines(self):
        """Return the values of the preview: accounts first, then journals."""
        accounts = self._find_accounts()
        journals = self._find_journals()
        lines = [
            self._prepare_account_line(values, accounts.get(values["code"]))
            for values in self._get_template_accounts().values()
        ]
        lines += [
            self._prepare_journal_line(values, journals.get(values["code"]))
            for values in self._get_template_journals().values()
        ]
        return lines

    def _prepare_account_line(self, values, account):
        types = dict(
            self.env["account.account"]
            ._fields["account_type"]
            ._description_selection(self.env)
        )
        line = {
            "kind": "account",
            "code": values["code"],
            "name": self._get_name(values),
            "type_label": types[values["account_type"]],
            "status": "add",
        }
        if account:
            line["existing"] = f"{account.name} ({types[account.account_type]})"
            same = account.account_type == values["account_type"] and (
                account.name in self._get_names(values)
            )
            line["status"] = "same" if same else "different"
        return line

    def _prepare_journal_line(self, values, journal):
        types = dict(
            self.env["account.journal"]._fields["type"]._description_selection(self.env)
        )
        line = {
            "kind": "journal",
            "code": values["code"],
            "name": values["name"],
            "type_label": types[values["type"]],
            "status": "add",
        }
        if journal:
            line["existing"] = f"{journal.name} ({types[journal.type]})"
            line["status"] = "same" if journal.type == values["type"] else "different"
        return line

    def _get_names(self, values):
        return {name for key, name in values.items() if key.split("@")[0] == "name"}

    def _get_name(self, values):
        """Return the account's name in the user's language."""
        language = (self.env.lang or "en_US").split("_")[0]
        return values.get(f"name@{language}") or values["name"]

    # === DATA === #

    def _get_template_accounts(self):
        return self.env["account.chart.template"]._get_id_foundation_own_accounts()

    def _get_template_journals(self):
        return self.env["account.chart.template"]._get_id_foundation_own_journals()

    def _find_accounts(self):
        """Return the accounts of the foundation under codes of the template."""
        root = self.company_id.root_id
        codes = [values["code"] for values in self._get_template_accounts().values()]
        Account = self.env["account.account"].with_company(root)
        accounts = Account.with_context(active_test=False).search(
            [*Account._check_company_domain(root), ("code", "in", codes)]
        )
        return {account.code: account for account in accounts}

    def _find_journals(self):
        journals = (
            self.env["account.journal"]
            .with_context(active_test=False)
            .search([("company_id", "=", self.company_id.id)])
        )
        return {journal.code: journal for journal in journals}

    # === LOADING === #

    def _create_accounts(self):
        """Create the missing accounts; return them as {xmlid: account}."""
        root = self.company_id.root_id
        existing = self._find_accounts()
        template = self._get_template_accounts()
        missing = {
            xmlid: values
            for xmlid, values in template.items()
            if values["code"] not in existing
        }
        created = (
            self.env["account.account"]
            .with_company(root)
            .create([self._prepare_account(root, v) for v in missing.values()])
        )
        self._translate(created, missing.values())
        self._name_records(root, zip(missing, created, strict=True))
        return dict(zip(missing, created, strict=True))

    def _prepare_account(self, root, values):
        return {
            "company_ids": [Command.set(root.ids)],
            **{name: values[name] for name in ACCOUNT_FIELDS if values.get(name)},
        }

    def _translate(self, accounts, template):
        languages = [code for code, _name in self.env["res.lang"].get_installed()]
        for account, values in zip(accounts, template, strict=True):
            account.update_field_translations(
                "name",
                {
                    language: values.get(f"name@{language.split('_')[0]}")
                    or values["name"]
                    for language in languages
                },
            )

    def _name_records(self, company, records):
        """Give records the names a chart gives, so that a reload finds them."""
        # As superuser: external names are no accountant's business.
        self.env["ir.model.data"].sudo()._update_xmlids(
            [
                {
                    "xml_id": f"account.{company.id}_{xmlid}",
                    "record": record,
                    "noupdate": True,
                }
                for xmlid, record in records
            ]
        )

    def _link_funds(self, created):
        """Tell new accounts their fund, if that is one."""
        funds = self._find_accounts()
        template = self._get_template_accounts()
        for xmlid, account in created.items():
            fund_xmlid = template[xmlid].get("net_asset_account_id")
            fund = fund_xmlid and funds[template[fund_xmlid]["code"]]
            if fund and fund.net_asset_class == "restricted":
                account.net_asset_account_id = fund

    def _create_journals(self):
        existing = self._find_journals()
        missing = {
            xmlid: values
            for xmlid, values in self._get_template_journals().items()
            if values["code"] not in existing
        }
        journals = (
            self.env["account.journal"]
            .with_company(self.company_id)
            .create([self._prepare_journal(values) for values in missing.values()])
        )
        self._name_records(self.company_id, zip(missing, journals, strict=True))

    def _prepare_journal(self, values):
        """A code taken by an account of another type leaves the choice to Odoo."""
        values = dict(values, company_id=self.company_id.id)
        xmlid = values.pop("default_account_id", None)
        if xmlid:
            account = self._find_accounts()[
                self._get_template_accounts()[xmlid]["code"]
            ]
            if account.account_type == "asset_cash":
                values["default_account_id"] = account.id
        return values
