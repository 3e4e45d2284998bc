# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from ..const import COUNTRY_CODE, KINDS, PAYABLES
from ..tools.rates import format_rate, raised_rate, to_decimal


class L10nIdWithholdingSetup(models.TransientModel):
    """Adds withholding taxes to a company that asks for them; changes none there is."""

    _name = "l10n_id.withholding.setup"
    _description = "Set Up Withholding Taxes"

    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    problem = fields.Text(compute="_compute_problem")
    line_ids = fields.One2many(
        "l10n_id.withholding.setup.line",
        "setup_id",
        compute="_compute_line_ids",
        store=True,
        readonly=False,
        string="Tax Objects",
    )

    @api.depends("company_id")
    def _compute_problem(self):
        for setup in self:
            setup.problem = bool(setup.company_id) and setup._get_problem()

    @api.depends("company_id")
    def _compute_line_ids(self):
        for setup in self:
            usable = setup.company_id and not setup.problem
            lines = setup._prepare_lines() if usable else []
            setup.line_ids = [
                Command.clear(),
                *(Command.create(values) for values in lines),
            ]

    def action_add(self):
        """Create the ticked taxes that the company does not have."""
        self.ensure_one()
        self.env["account.tax"].check_access("create")
        problem = self._get_problem()
        if problem:
            raise UserError(problem)
        # The taxes are the head office's, also where only a branch is ticked.
        return self.with_company(self._get_root())._add()

    def _add(self):
        existing = self._find_taxes()
        objects = self.line_ids.filtered("selected").object_id.filtered(
            lambda tax_object: tax_object not in existing
        )
        if not objects:
            raise UserError(
                self.env._("Add: tick at least one tax object that has no tax yet.")
            )
        return self._open_taxes(self._create_taxes(objects))

    def _open_taxes(self, taxes):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Withholding Taxes"),
            "res_model": "account.tax",
            "view_mode": "list,form",
            "domain": [("id", "in", taxes.ids)],
        }

    # === CHECKS === #

    def _get_problem(self):
        """Return why the company can't have these taxes, in words, or nothing."""
        root = self._get_root()
        if root not in self.env.user.company_ids:
            return self.env._(
                "Company: the taxes of %(company)s belong to %(root)s. Ask somebody "
                "who may work there.",
                company=self.company_id.name,
                root=root.name,
            )
        if not root.chart_template:
            return self.env._(
                "Company: %(company)s has no chart of accounts. Choose one in Settings "
                "/ Invoicing / Fiscal Localization.",
                company=root.name,
            )
        if root.account_fiscal_country_id.code != COUNTRY_CODE:
            return self.env._(
                "Company: the fiscal country of %(company)s is not Indonesia. Choose "
                "another company.",
                company=root.name,
            )
        return False

    def _get_root(self):
        # As superuser: who ticked a branch only may not read the head office.
        return self.company_id.sudo().root_id

    # === PREVIEW === #

    def _prepare_lines(self):
        existing = self._find_taxes()
        return [
            {
                "object_id": tax_object.id,
                "selected": tax_object.proposed and tax_object not in existing,
                "tax_id": existing[tax_object].id if tax_object in existing else False,
            }
            for tax_object in self._get_objects()
        ]

    def _get_objects(self):
        Object = self.env["l10n_id.withholding.object"]
        today = fields.Date.context_today(self)
        return Object.search(Object._get_valid_domain(today))

    def _find_taxes(self):
        """Return the taxes the company has, archived ones too, by tax object.

        Of an object the ordinary tax, which is made after the higher one.
        """
        taxes = (
            self.env["account.tax"]
            .with_context(active_test=False)
            .search(
                [
                    ("company_id", "=", self.company_id.root_id.id),
                    ("withholding_object_id", "!=", False),
                ],
                order="id",
            )
        )
        return {tax.withholding_object_id: tax for tax in taxes}

    # === CREATION === #

    def _create_taxes(self, objects):
        """Create a tax per object and, where that is higher, one without NPWP."""
        root = self.company_id.root_id
        group = self._find_group() or self._create_group(root)
        accounts = {
            kind: self._find_payable(kind) for kind in set(objects.mapped("kind"))
        }
        Tax = self.env["account.tax"].with_company(root)
        raised = objects.filtered("no_npwp_surcharge")
        higher = Tax.create(
            [
                self._prepare_tax(group, accounts[item.kind], item, without_npwp=True)
                for item in raised
            ]
        )
        replacements = dict(zip(raised, higher, strict=True))
        ordinary = Tax.create(
            [
                {
                    **self._prepare_tax(group, accounts[item.kind], item),
                    "withholding_no_npwp_tax_id": replacements.get(item, Tax).id,
                }
                for item in objects
            ]
        )
        return ordinary | higher

    def _prepare_tax(self, group, account, tax_object, without_npwp=False):
        rate = to_decimal(tax_object.effective_rate)
        if without_npwp:
            rate = raised_rate(rate, to_decimal(tax_object.no_npwp_surcharge))
        label = f"{dict(KINDS)[tax_object.kind]} {format_rate(rate)}%"
        name = f"{label} {tax_object.code}"
        if without_npwp:
            name = self.env._("%(tax)s without NPWP", tax=name)
        return {
            "name": name,
            "invoice_label": label,
            "description": tax_object.name,
            "company_id": self.company_id.root_id.id,
            "country_id": self.env.ref("base.id").id,
            "tax_group_id": group.id,
            "type_tax_use": "purchase",
            "amount_type": "percent",
            "amount": -float(rate),
            "price_include_override": "tax_excluded",
            "is_base_affected": False,
            "withholding_kind": tax_object.kind,
            "withholding_object_id": tax_object.id,
            "invoice_repartition_line_ids": self._prepare_repartition(account),
            "refund_repartition_line_ids": self._prepare_repartition(account),
        }

    def _prepare_repartition(self, account):
        return [
            Command.create({"repartition_type": "base"}),
            Command.create({"repartition_type": "tax", "account_id": account.id}),
        ]

    def _find_group(self):
        return self._find_any_tax().tax_group_id

    def _find_any_tax(self):
        return next(iter(self._find_taxes().values()), self.env["account.tax"])

    def _create_group(self, root):
        """Put withheld taxes after the total of the others on a bill."""
        return self.env["account.tax.group"].create(
            {
                "name": self.env._("Withheld Income Tax"),
                "company_id": root.id,
                "country_id": self.env.ref("base.id").id,
                "sequence": 90,
            }
        )

    def _find_payable(self, kind):
        """Return the account of `l10n_id` for a kind: that of the chart, or its code.

        :rtype: account.account
        """
        xmlid, code = PAYABLES[kind]
        root = self.company_id.root_id
        chart = self.env["account.chart.template"].with_company(root)
        Account = self.env["account.account"].with_company(root)
        account = chart.ref(xmlid, raise_if_not_found=False) or Account.search(
            [*Account._check_company_domain(root), ("code", "=", code)], limit=1
        )
        if not account:
            return self._create_payable(kind, code)
        if account.internal_group != "liability":
            raise UserError(
                self.env._(
                    "Account: %(account)s should hold %(kind)s that is owed, but is no "
                    "liability. Give it another code, then set up the taxes again.",
                    account=account.display_name,
                    kind=dict(KINDS)[kind],
                )
            )
        return account

    def _create_payable(self, kind, code):
        root = self.company_id.root_id
        return (
            self.env["account.account"]
            .with_company(root)
            .create(
                {
                    "code": code,
                    "name": self.env._("Tax Payable %(kind)s", kind=dict(KINDS)[kind]),
                    "account_type": "liability_current",
                    "reconcile": True,
                    "company_ids": [Command.set(root.ids)],
                }
            )
        )
