# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""A foundation with two schools, its accounts and roles, for all tests."""

from datetime import date

from odoo.fields import Command
from odoo.tests import TransactionCase, new_test_user, tagged

from ..tools import periods

ROLES = (
    "staff",
    "homeroom",
    "cashier",
    "treasurer",
    "principal",
    "foundation",
    "auditor",
    "admin",
)
ACCOUNTS = (
    ("stationery", "62100910", "expense"),
    ("power", "63200910", "expense"),
    ("library", "12210940", "asset_fixed"),
    ("grant", "43100910", "income"),
    ("payable", "21100910", "liability_payable"),
    ("receivable", "11210910", "asset_receivable"),
    ("bank", "11120910", "asset_cash"),
)


@tagged("post_install", "-at_install")
class BudgetCommon(TransactionCase):
    """Two schools, ``school`` and ``other``, are branches of ``foundation``."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(
            context=dict(
                cls.env.context,
                tracking_disable=True,
                mail_create_nolog=True,
                mail_create_nosubscribe=True,
                no_reset_password=True,
            )
        )
        cls._set_up_schools()
        cls._set_up_accounts()
        cls._set_up_masters()

    @classmethod
    def _set_up_schools(cls):
        currency = cls.env.ref("base.IDR")
        currency.active = True
        values = {
            "country_id": cls.env.ref("base.id").id,
            "currency_id": currency.id,
        }
        Company = cls.env["res.company"]
        cls.foundation = Company.create({"name": "Yayasan Uji", **values})
        cls.school, cls.other = Company.create(
            [
                {"name": name, "parent_id": cls.foundation.id, **values}
                for name in ("SMP Uji Satu", "SMP Uji Dua")
            ]
        )
        cls.companies = cls.foundation | cls.school | cls.other
        cls.env.user.write(
            {
                "company_ids": [Command.link(company.id) for company in cls.companies],
                "company_id": cls.school.id,
            }
        )
        cls.env = cls.env(
            context=dict(
                cls.env.context,
                allowed_company_ids=[cls.school.id, cls.other.id, cls.foundation.id],
            )
        )

    @classmethod
    def _set_up_accounts(cls):
        found = (
            cls.env["account.account"]
            .with_company(cls.foundation)
            .create(
                [
                    {
                        "name": f"Akun {name}",
                        "code": code,
                        "account_type": kind,
                        "reconcile": kind.endswith(("payable", "receivable")),
                        "company_ids": [Command.set(cls.foundation.ids)],
                    }
                    for name, code, kind in ACCOUNTS
                ]
            )
        )
        cls.accounts = dict(
            zip((name for name, _code, _kind in ACCOUNTS), found, strict=True)
        )
        cls.journals = {
            (kind, company): cls.env["account.journal"].create(
                {
                    "name": f"{kind} {company.name}",
                    "code": f"{kind[:1].upper()}B{company.id % 1000}",
                    "type": kind,
                    "company_id": company.id,
                }
            )
            for kind in ("purchase", "sale", "general")
            for company in (cls.school, cls.other)
        }
        cls.vendor = cls.env["res.partner"].create({"name": "Toko Uji"})
        for company in cls.companies:
            partner = cls.vendor.with_company(company)
            partner.property_account_payable_id = cls.accounts["payable"]
            partner.property_account_receivable_id = cls.accounts["receivable"]

    @classmethod
    def _set_up_masters(cls):
        ref = cls.env.ref
        cls.bos = ref("scola_budget.fund_bos_regular")
        cls.fees = ref("scola_budget.fund_fees")
        cls.admission = ref("scola_budget.program_03_01_01")
        cls.paper_work = ref("scola_budget.program_06_05_01")
        cls.ink = ref("scola_budget.spending_code_5_1_02_01_01_0029")
        cls.pens = ref("scola_budget.spending_code_5_1_02_01_01_0024")
        for company in cls.companies:
            codes = (cls.ink | cls.pens).with_company(company)
            codes.account_id = cls.accounts["stationery"]
        cls.product = cls.env["product.product"].create(
            {"name": "Barang Uji", "type": "consu", "supplier_taxes_id": False}
        )
        cls.product.with_company(cls.school).property_account_expense_id = cls.accounts[
            "stationery"
        ]

    # === HELPERS === #

    @classmethod
    def make_user(cls, role, companies=None, groups=()):
        companies = companies or cls.school
        return new_test_user(
            cls.env,
            login=f"budget_{role}_{len(companies)}_{companies[0].id}",
            groups=",".join((f"scola_school.group_{role}", *groups)),
            email=f"{role}@sekolah.example",
            company_id=companies[0].id,
            company_ids=[Command.set(companies.ids)],
        )

    @classmethod
    def as_user(cls, records, user):
        return records.with_user(user).with_context(
            allowed_company_ids=user.company_ids.ids
        )

    @classmethod
    def make_budget(cls, lines=(), company=None, state="active", **vals):
        """Return a budget of 2026 in ``state``; lines are dicts of values."""
        company = company or cls.school
        budget = cls.env["account.budget"].create(
            {
                "name": "RKAS 2026",
                "company_id": company.id,
                "date_from": date(2026, 1, 1),
                "date_to": date(2026, 12, 31),
                "line_ids": [Command.create(cls.line_vals(**line)) for line in lines],
                **vals,
            }
        )
        if state != "draft":
            budget.sudo().state = state
        return budget

    @classmethod
    def line_vals(cls, planned=0, account="stationery", month=1, months=1, **vals):
        start = date(2026, month, 1)
        values = {
            "name": "Alat tulis",
            "account_id": cls.accounts[account].id,
            "planned": planned,
            "date_from": start,
            "date_to": periods.month_end(periods.add_months(start, months - 1)),
        }
        return {**values, **vals}

    @classmethod
    def distribution(cls, *accounts):
        return {",".join(str(account.id) for account in accounts): 100}

    @classmethod
    def make_move(cls, amount, kind="in_invoice", company=None, month=1, **vals):
        """Return a draft invoice or bill with one line."""
        company = company or cls.school
        day = date(2026, month, 15)
        account = vals.pop("account", "stationery")
        journal = "sale" if kind.startswith("out") else "purchase"
        return (
            cls.env["account.move"]
            .with_company(company)
            .create(
                {
                    "move_type": kind,
                    "company_id": company.id,
                    "journal_id": cls.journals[journal, company].id,
                    "partner_id": cls.vendor.id,
                    "invoice_date": day,
                    "date": day,
                    "invoice_line_ids": [
                        Command.create(
                            {
                                "name": "Barang",
                                "account_id": cls.accounts[account].id,
                                "price_unit": amount,
                                "quantity": 1,
                                "tax_ids": False,
                                **vals,
                            }
                        )
                    ],
                }
            )
        )

    @classmethod
    def post(cls, amount, **vals):
        move = cls.make_move(amount, **vals)
        move.action_post()
        return move

    @classmethod
    def make_order(cls, price, qty=1, month=1, company=None, **vals):
        """Return a draft purchase order with one line."""
        company = company or cls.school
        return (
            cls.env["purchase.order"]
            .with_company(company)
            .create(
                {
                    "partner_id": cls.vendor.id,
                    "company_id": company.id,
                    "order_line": [
                        Command.create(
                            {
                                "product_id": cls.product.id,
                                "name": "Barang",
                                "product_qty": qty,
                                "price_unit": price,
                                "tax_ids": False,
                                "date_planned": f"2026-{month:02d}-15 03:00:00",
                                **vals,
                            }
                        )
                    ],
                }
            )
        )
