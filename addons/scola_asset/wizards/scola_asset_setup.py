# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools import SQL

from ..const import (
    ASSET_JOURNAL,
    DONATION_CODE,
    GAIN_CODE,
    GOODS_COST_CODE,
    GOODS_INCOME_CODE,
    LOSS_CODE,
    OWN_USE_CODE,
    STOCK_CATEGORIES,
    STOCK_JOURNAL,
)


class ScolaAssetSetup(models.TransientModel):
    """Gives a school profiles for its assets and accounts for its stock.

    It only ever adds: what the school has stays as it is.
    """

    _name = "scola.asset.setup"
    _description = "Set Up Assets and Stock"

    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    with_assets = fields.Boolean(string="Assets", default=True)
    with_stock = fields.Boolean(string="Uniforms and Books", default=True)
    problem = fields.Text(compute="_compute_problem")
    line_ids = fields.One2many(
        "scola.asset.setup.line",
        "setup_id",
        compute="_compute_line_ids",
        store=True,
        string="Preview",
    )
    add_count = fields.Integer(string="To Be Added", compute="_compute_add_count")

    @api.depends("company_id", "with_assets", "with_stock")
    def _compute_problem(self):
        for setup in self:
            setup.problem = bool(setup.company_id) and setup._get_problem()

    @api.depends("company_id", "with_assets", "with_stock")
    def _compute_line_ids(self):
        for setup in self:
            usable = setup.company_id and not setup.problem
            lines = setup._prepare_lines() if usable else []
            setup.line_ids = [
                Command.clear(),
                *(Command.create(values) for values in lines),
            ]

    @api.depends("line_ids.status")
    def _compute_add_count(self):
        for setup in self:
            setup.add_count = setup.line_ids.mapped("status").count("add")

    def action_load(self):
        """Add what is missing now, whatever the preview said."""
        self.ensure_one()
        self.env["account.asset.profile"].check_access("create")
        problem = self._get_problem()
        if problem:
            raise UserError(problem)
        if self.with_assets:
            self._create_profiles()
        if self.with_stock:
            self._set_up_stock()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._("Assets and stock are set up."),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }

    # === CHECKS === #

    def _get_problem(self):
        """Return why the school can't have this, in words, or nothing."""
        accounts = self._find_accounts()
        missing = sorted(self._get_codes() - set(accounts))
        if not missing:
            return False
        return self.env._(
            "Company: %(company)s lacks the accounts %(codes)s. Load the foundation's "
            "chart first (Invoicing / Configuration).",
            company=self.company_id.name,
            codes=", ".join(missing),
        )

    def _get_codes(self):
        """Return the codes of all accounts needed; a hook."""
        codes = set()
        if self.with_assets:
            codes |= {GAIN_CODE, LOSS_CODE} | self._get_classes()._get_codes()
        if self.with_stock:
            codes |= {GOODS_COST_CODE, GOODS_INCOME_CODE, OWN_USE_CODE, DONATION_CODE}
            codes |= {code for _xmlid, code in STOCK_CATEGORIES}
        return codes

    def _get_classes(self):
        return self.env["scola.asset.class"].search([("active", "=", True)])

    def _find_accounts(self):
        """Return the school's accounts by code, in one query."""
        Account = self.env["account.account"].with_company(self.company_id)
        accounts = Account.search(
            [
                *Account._check_company_domain(self.company_id),
                ("code", "in", list(self._get_codes())),
            ]
        )
        return {account.code: account for account in accounts}

    # === PREVIEW === #

    def _prepare_lines(self):
        lines = []
        if self.with_assets:
            lines.append(self._prepare_journal_line(ASSET_JOURNAL))
            lines += self._prepare_profile_lines()
        if self.with_stock:
            lines.append(self._prepare_journal_line(STOCK_JOURNAL))
            lines += self._prepare_category_lines()
            lines += self._prepare_location_lines()
        return lines

    def _prepare_line(self, kind, name, detail, exists):
        status = "same" if exists else "add"
        return {"kind": kind, "name": name, "detail": detail, "status": status}

    def _prepare_journal_line(self, code):
        name = self._get_journal_names()[code]
        return self._prepare_line("journal", name, code, self._find_journal(code))

    def _prepare_profile_lines(self):
        existing = self._find_profiles()
        return [
            self._prepare_line(
                "profile",
                record.name,
                self.env._("%(years)s years", years=record.years)
                if record.years
                else self.env._("not depreciated"),
                record in existing,
            )
            for record in self._get_classes()
        ]

    def _prepare_category_lines(self):
        return [
            self._prepare_line(
                "category",
                category.name,
                ", ".join(
                    category._fields[name]._description_string(self.env)
                    for name in values
                ),
                not values,
            )
            for category, values in self._get_category_values()
        ]

    def _prepare_location_lines(self):
        return [
            self._prepare_line(
                "location",
                values["name"],
                values["usage"],
                self._find_location(values),
            )
            for values in self._get_locations()
        ]

    # === JOURNALS === #

    def _get_journal_names(self):
        return {
            ASSET_JOURNAL: self.env._("Assets"),
            STOCK_JOURNAL: self.env._("Inventory Valuation"),
        }

    def _find_journal(self, code):
        return (
            self.env["account.journal"]
            .with_context(active_test=False)
            .search(
                [("company_id", "=", self.company_id.id), ("code", "=", code)], limit=1
            )
        )

    def _get_journal(self, code):
        """Return the school's own journal of a code, made if there is none."""
        journal = self._find_journal(code)
        if journal:
            return journal
        values = {
            "name": self._get_journal_names()[code],
            "code": code,
            "type": "general",
            "company_id": self.company_id.id,
            "show_on_dashboard": False,
        }
        return self.env["account.journal"].with_company(self.company_id).create(values)

    # === ASSETS === #

    def _find_profiles(self):
        """Return the school's profiles by class, archived ones too."""
        profiles = (
            self.env["account.asset.profile"]
            .with_context(active_test=False)
            .search(
                [
                    ("company_id", "=", self.company_id.id),
                    ("scola_class_id", "!=", False),
                ]
            )
        )
        return {profile.scola_class_id: profile for profile in profiles}

    def _create_profiles(self):
        existing = self._find_profiles()
        missing = self._get_classes().filtered(lambda item: item not in existing)
        if not missing:
            return
        accounts = self._find_accounts()
        journal = self._get_journal(ASSET_JOURNAL)
        self.env["account.asset.profile"].with_company(self.company_id).create(
            [self._prepare_profile(item, accounts, journal) for item in missing]
        )

    def _prepare_profile(self, item, accounts, journal):
        """Return the values of the profile of a class; a hook."""
        return {
            "name": item.name,
            "scola_class_id": item.id,
            "company_id": self.company_id.id,
            "journal_id": journal.id,
            "account_asset_id": accounts[item.asset_code].id,
            "account_depreciation_id": accounts[item.depreciation_code].id,
            "account_expense_depreciation_id": accounts[item.expense_code].id,
            "account_plus_value_id": accounts[GAIN_CODE].id,
            "account_min_value_id": accounts[LOSS_CODE].id,
            "method": "linear",
            "method_time": "year",
            "method_number": item.years,
            "method_period": "month",
            "prorata": True,
        }

    # === STOCK === #

    def _set_up_stock(self):
        journal = self._get_journal(STOCK_JOURNAL)
        company = self.company_id
        if company.account_stock_journal_id.company_id != company:
            # The journal of the foundation would book the stock of the school there.
            # As superuser: settings of a school are a system administrator's, the
            # journal of its stock is the accountant's.
            company.sudo().account_stock_journal_id = journal
        for category, values in self._get_category_values():
            if values:
                category.write(values)
        locations = [v for v in self._get_locations() if not self._find_location(v)]
        # As superuser: locations belong to the stock manager, their accounts do not.
        self.env["stock.location"].sudo().create(locations)

    def _get_category_values(self):
        """Return pairs of category and what the school has not set on it.

        :rtype: list[tuple[product.category, dict]]
        """
        accounts = self._find_accounts()
        common = {
            "property_account_expense_categ_id": accounts[GOODS_COST_CODE].id,
            "property_account_income_categ_id": accounts[GOODS_INCOME_CODE].id,
            "property_valuation": "real_time",
            "property_cost_method": "average",
        }
        result = []
        for xmlid, code in STOCK_CATEGORIES:
            # As superuser: categories belong to who keeps products, their accounts to
            # the accountant.
            category = self.env.ref(f"scola_asset.{xmlid}").sudo()
            category = category.with_company(self.company_id)
            wanted = {
                **common,
                "property_stock_valuation_account_id": accounts[code].id,
            }
            unset = self._get_unset_properties(category, wanted)
            result.append((category, {name: wanted[name] for name in unset}))
        return result

    def _get_unset_properties(self, category, names):
        """Return which of the properties the school itself never set."""
        category.flush_recordset(names)
        self.env.cr.execute(
            SQL(
                "SELECT %s FROM product_category WHERE id = %s",
                SQL(", ").join(map(SQL.identifier, names)),
                category.id,
            )
        )
        stored = dict(zip(names, self.env.cr.fetchone(), strict=True))
        key = str(self.company_id.id)
        return [name for name in names if key not in (stored[name] or {})]

    def _get_locations(self):
        """Return the locations whose stock moves post an entry by themselves."""
        accounts = self._find_accounts()
        return [
            {
                "name": self.env._("School Use"),
                "usage": "inventory",
                "company_id": self.company_id.id,
                "valuation_account_id": accounts[OWN_USE_CODE].id,
            },
            {
                "name": self.env._("Donated Goods"),
                "usage": "supplier",
                "company_id": self.company_id.id,
                "valuation_account_id": accounts[DONATION_CODE].id,
            },
        ]

    def _find_location(self, values):
        # As superuser: accountants see no locations of the stock manager.
        return (
            self.env["stock.location"]
            .sudo()
            .with_context(active_test=False)
            .search(
                [
                    ("company_id", "=", values["company_id"]),
                    ("usage", "=", values["usage"]),
                    ("valuation_account_id", "=", values["valuation_account_id"]),
                ],
                limit=1,
            )
        )
