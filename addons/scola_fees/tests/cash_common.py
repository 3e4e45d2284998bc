# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import uuid
from types import SimpleNamespace

from odoo import Command
from odoo.tests import TransactionCase, new_test_user


def build_foundation(env):
    """Make a foundation with two schools that keep books in rupiah.

    Used with a test's environment and with one on a throw-away database.
    """
    indonesia = env.ref("base.id")
    rupiah = env.ref("base.IDR")
    foundation = env["res.company"].create(
        {
            "name": "Yayasan Uji Kasir",
            "country_id": indonesia.id,
            "currency_id": rupiah.id,
        }
    )
    env["account.chart.template"].try_loading("id", foundation, install_demo=False)
    smp, sma = env["res.company"].create(
        [
            {
                "name": name,
                "parent_id": foundation.id,
                "country_id": indonesia.id,
                "city": "Bandung",
                "street": "Jl. Merdeka 17",
            }
            for name in ("SMP Uji", "SMA Uji")
        ]
    )
    # Odoo gives a branch the accounts of its parent at the end of the transaction.
    env.cr.precommit.run()
    companies = foundation | smp | sma
    env.user.write({"company_ids": [Command.link(company.id) for company in companies]})
    cash = env["account.journal"].search(
        [("type", "=", "cash"), ("company_id", "=", foundation.id)], limit=1
    )
    cash_accounts = [
        cash.default_account_id.copy({"name": f"Kas {company.name}"})
        for company in (smp, sma)
    ]
    journals = env["account.journal"].create(
        [
            {
                "name": f"Kas {company.name}",
                "code": f"K{index}",
                "type": "cash",
                "company_id": company.id,
                "default_account_id": account.id,
            }
            for index, (company, account) in enumerate(
                zip((smp, sma), cash_accounts, strict=True)
            )
        ]
    )
    cash.active = False
    return SimpleNamespace(
        foundation=foundation,
        smp=smp,
        sma=sma,
        cash_smp=journals[0],
        cash_sma=journals[1],
        bank=env["account.journal"].search(
            [("type", "=", "bank"), ("company_id", "=", foundation.id)], limit=1
        ),
        sales=env["account.journal"].search(
            [("type", "=", "sale"), ("company_id", "=", foundation.id)], limit=1
        ),
    )


def make_student(env, company, name, **vals):
    """Make an active student; with ``family_id`` a sibling of others."""
    student = env["scola.student"].create(
        dict({"name": name, "company_id": company.id}, **vals)
    )
    student.action_activate()
    return student


def make_bill(env, student, amount, due, label="SPP", company=None):
    """Post a plain invoice for a student, due on a day."""
    company = company or student.company_id
    bill = (
        env["account.move"]
        .with_company(company)
        .create(
            {
                "move_type": "out_invoice",
                "company_id": company.id,
                "partner_id": student.partner_id.id,
                "student_id": student.id,
                "invoice_date": "2026-01-01",
                "invoice_date_due": due,
                "invoice_line_ids": [
                    Command.create(
                        {"name": label, "price_unit": amount, "tax_ids": False}
                    )
                ],
            }
        )
    )
    bill.action_post()
    return bill


def make_user(env, login, group, companies):
    return new_test_user(
        env,
        login=login,
        name=login.replace("_", " ").title(),
        groups=f"scola_school.group_{group}",
        company_id=companies[0].id,
        company_ids=[Command.set(companies.ids)],
    )


def seen(*bills):
    """Return bills as the console sends them: with what it saw, nothing chosen."""
    return [
        {"id": bill.id, "residual": int(bill.amount_residual), "amount": None}
        for bill in bills
    ]


def new_request():
    return uuid.uuid4().hex


class CashCommon(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(
            context=dict(cls.env.context, tracking_disable=True, no_reset_password=True)
        )
        school = build_foundation(cls.env)
        cls.school = school
        cls.smp, cls.sma = school.smp, school.sma
        cls.cashier = make_user(cls.env, "kasir_satu", "cashier", cls.smp)
        cls.cashier_2 = make_user(cls.env, "kasir_dua", "cashier", cls.smp | cls.sma)
        cls.treasurer = make_user(cls.env, "bendahara", "treasurer", cls.smp)
        cls.principal = make_user(cls.env, "kepala", "principal", cls.smp)
        cls.budi = make_student(
            cls.env, cls.smp, "Budi Santoso", nis="7001", card_number="0099887766"
        )
        cls.family = cls.budi.family_id
        cls.siti = make_student(
            cls.env, cls.smp, "Siti Santoso", nis="7002", family_id=cls.family.id
        )
        cls.bill_sep = make_bill(cls.env, cls.budi, 450000, "2026-09-10", "SPP Sep")
        cls.bill_oct = make_bill(cls.env, cls.budi, 450000, "2026-10-10", "SPP Okt")
        cls.bill_siti = make_bill(cls.env, cls.siti, 300000, "2026-10-05", "SPP Siti")
        cls.drawer = cls.open_session(cls.cashier, cls.school.cash_smp, 200000)

    @classmethod
    def desk(cls, user):
        return (
            cls.env["scola.cash.desk"]
            .with_user(user)
            .with_company(user.company_id)
            .with_context(allowed_company_ids=user.company_id.ids)
        )

    @classmethod
    def open_session(cls, user, journal, amount=0, company=None):
        company = company or user.company_id
        desk = cls.desk(user).with_context(allowed_company_ids=company.ids)
        desk.open_session(journal.id, amount)
        return cls.env["scola.cash.session"].search(
            [("user_id", "=", user.id), ("journal_id", "=", journal.id)],
            order="id desc",
            limit=1,
        )

    def pay(self, bills=(), amount=0, user=None, session=None, **vals):
        """Pay as a cashier does and return the receipt.

        :param bills: records, seen as they are now, or what a client sends
        """
        if all(hasattr(bill, "_name") for bill in bills):
            bills = seen(*bills)
        values = {
            "session_id": (session or self.drawer).id,
            "family_id": self.family.id,
            "method": "cash",
            "amount": amount,
            "bills": bills,
            "request_uuid": new_request(),
        }
        answer = self.desk(user or self.cashier).pay(**dict(values, **vals))
        return self.env["scola.cash.receipt"].browse(answer["id"])

    def balance(self, account):
        """Return the posted balance of an account."""
        lines = self.env["account.move.line"].search(
            [("account_id", "=", account.id), ("parent_state", "=", "posted")]
        )
        return sum(lines.mapped("balance"))

    def cash_balance(self):
        return self.balance(self.school.cash_smp.default_account_id)
