# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Two schools of a foundation with BOS accounts and the fund BOS Regular."""

from contextlib import contextmanager
from datetime import date
from unittest.mock import patch

from odoo.fields import Command
from odoo.tests import TransactionCase, new_test_user

TODAY = date(2026, 8, 10)
#: Code, name and type of the accounts; the codes are those of the foundation's chart.
ACCOUNTS = (
    ("11110012", "Kas BOS", "asset_cash"),
    ("11120012", "Bank BOS", "asset_cash"),
    ("12210040", "Buku", "asset_fixed"),
    ("21100010", "Utang", "liability_payable"),
    ("21210010", "PPh 21", "liability_current"),
    ("21210030", "PPh 23", "liability_current"),
    ("43100010", "Pendapatan BOS", "income"),
    ("61200020", "Honor", "expense"),
    ("62100010", "ATK", "expense"),
    ("65200010", "Pemeliharaan", "expense"),
    ("67100040", "Penyusutan", "expense_depreciation"),
    ("81100010", "Bunga", "income_other"),
)
ROLES = (
    "staff",
    "homeroom",
    "auditor",
    "principal",
    "foundation",
    "cashier",
    "treasurer",
    "admin",
)


class BosCommon(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(
            context=dict(cls.env.context, lang="en_US", no_reset_password=True)
        )
        cls.today = TODAY
        cls.startClassPatcher(
            patch.object(
                cls.env.registry["res.company"],
                "_scola_today",
                lambda _company: cls.today,
            )
        )
        cls._set_up_companies()
        cls._set_up_accounts()
        cls._set_up_codes()
        cls._set_up_users()

    @classmethod
    def _set_up_companies(cls):
        Company = cls.env["res.company"]
        values = {
            "country_id": cls.env.ref("base.id").id,
            "currency_id": cls.env.ref("base.IDR").id,
        }
        cls.env.ref("base.IDR").active = True
        cls.foundation = Company.create({"name": "Yayasan BOS", **values})
        cls.school, cls.other = Company.create(
            [
                {"name": name, "parent_id": cls.foundation.id, **values}
                for name in ("SMP BOS", "SMA BOS")
            ]
        )
        cls.companies = cls.foundation | cls.school | cls.other
        cls.env.user.company_ids |= cls.companies
        cls.env = cls.env(
            context=dict(
                cls.env.context,
                allowed_company_ids=[
                    cls.school.id,
                    cls.other.id,
                    cls.foundation.id,
                ],
            )
        )

    @classmethod
    def _set_up_accounts(cls):
        Account = cls.env["account.account"].with_company(cls.foundation)
        cls.accounts = {
            code: account
            for (code, _name, _kind), account in zip(
                ACCOUNTS,
                Account.create(
                    [
                        {
                            "code": code,
                            "name": name,
                            "account_type": kind,
                            "company_ids": [Command.set(cls.foundation.ids)],
                        }
                        for code, name, kind in ACCOUNTS
                    ]
                ),
                strict=True,
            )
        }
        cls.journals = {
            company: cls.env["account.journal"].create(
                {
                    "name": "BOS",
                    "code": "BOSX",
                    "type": "general",
                    "company_id": company.id,
                }
            )
            for company in (cls.school, cls.other)
        }
        cls.settings = cls.env["bos.setting"].create(
            [
                {
                    "company_id": company.id,
                    "ownership": "private",
                    "principal_name": "Ibu Kepala",
                    "treasurer_name": "Pak Bendahara",
                }
                for company in (cls.school, cls.other)
            ]
        )

    @classmethod
    def _set_up_codes(cls):
        cls.fund = cls.env.ref("scola_budget.fund_bos_regular")
        cls.fees = cls.env.ref("scola_budget.fund_fees")
        Program = cls.env["scola.budget.program"]
        cls.programs = {
            code: Program.search([("code", "=", code)], limit=1)
            for code in ("07.12.01", "05.08.01", "05.08.02", "02.02.01", "03.03.01")
        }
        Code = cls.env["scola.budget.spending.code"]
        cls.codes = {
            code: Code.search([("code", "=", code)], limit=1)
            for code in (
                "5.1.02.02.01.0013",
                "5.2.05.01.01.0001",
                "5.1.02.01.01.0024",
            )
        }
        cls.regulation = cls.env.ref("scola_bos.regulation_8_2026")

    @classmethod
    def _set_up_users(cls):
        cls.users = {role: cls._create_user(f"bos.{role}", role) for role in ROLES}

    @classmethod
    def _create_user(cls, login, *roles):
        groups = [f"scola_school.group_{role}" for role in roles]
        return new_test_user(
            cls.env,
            login,
            groups=",".join(groups),
            company_id=cls.school.id,
            company_ids=[Command.set(cls.school.ids)],
            lang="en_US",
        )

    @contextmanager
    def on_day(self, *day):
        """Let the schools' calendars show another day: year, month, day."""
        cls = type(self)
        before, cls.today = cls.today, date(*day)
        self.env.invalidate_all()
        try:
            yield
        finally:
            cls.today = before
            self.env.invalidate_all()

    @classmethod
    def as_user(cls, records, role):
        """Return the records as somebody with that role at the school sees them."""
        user = cls.users[role] if isinstance(role, str) else role
        return records.with_user(user).with_context(
            allowed_company_ids=user.company_ids.ids
        )

    @classmethod
    def spread(cls, activity=None, fund=None):
        """Return a distribution: all of it on a fund and an activity."""
        ids = [str((fund or cls.fund).id)]
        if activity:
            ids.append(str(cls.programs[activity].analytic_account_id.id))
        return {",".join(ids): 100}

    @classmethod
    def prepare_move(cls, day, *lines, company=None, ref=None):
        """Return an entry: lines are (code, amount[, activity[, spending code]]).

        Income accounts name the fund, other accounts if they have an activity.
        """
        company = company or cls.school
        values = []
        for code, amount, *rest in lines:
            activity, spending = (*rest, None, None)[:2]
            tagged = activity or code in ("43100010", "81100010")
            values.append(
                Command.create(
                    {
                        "account_id": cls.accounts[code].id,
                        "name": f"{code} {day}",
                        "balance": amount,
                        "analytic_distribution": cls.spread(activity)
                        if tagged
                        else False,
                        "spending_code_id": cls.codes[spending].id
                        if spending
                        else False,
                    }
                )
            )
        return {
            "move_type": "entry",
            "journal_id": cls.journals[company].id,
            "company_id": company.id,
            "date": day,
            "ref": ref,
            "line_ids": values,
        }

    @classmethod
    def post(cls, day, *lines, **values):
        """Post an entry as `prepare_move` describes it."""
        move = cls.env["account.move"].create(cls.prepare_move(day, *lines, **values))
        move.action_post()
        return move

    @classmethod
    def create_allocation(cls, role="treasurer", **values):
        """Enter an allocation of 403.2 million for 336 students."""
        return cls.as_user(cls.env["bos.fund.allocation"], role).create(
            {
                "company_id": cls.school.id,
                "fund_id": cls.fund.id,
                "year": 2026,
                "student_count": 336,
                "unit_cost": 1_200_000,
                **values,
            }
        )

    @classmethod
    def plan(cls, allocation, amounts):
        """Plan by component: {code: planned or (planned, books, not counting)}."""
        components = {
            component.code: component
            for component in allocation.regulation_id.component_ids
        }
        commands = []
        for code, amount in amounts.items():
            planned, books, exempt = (
                amount if isinstance(amount, tuple) else (amount, 0, 0)
            )
            commands.append(
                Command.create(
                    {
                        "component_id": components[code].id,
                        "planned": planned,
                        "planned_books": books,
                        "planned_exempt": exempt,
                    }
                )
            )
        allocation.line_ids = commands
        return allocation

    @classmethod
    def approve(cls, allocation):
        """Confirm as the treasurer and approve as the principal."""
        cls.as_user(allocation, "treasurer").action_confirm()
        cls.as_user(allocation, "principal").action_approve()
        return allocation
