# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""A company with the Indonesian chart and taxes set up, vendors, and its people.

A second one stands beside it, with the few accounts that the tests look at.
"""

from datetime import date

from odoo.fields import Command
from odoo.tests import TransactionCase, new_test_user

JUNE = date(2026, 6, 1)
NTPN = "0123456789ABCDEF"

#: {code of the tax object: attribute of the test class}
OBJECTS = {
    "21-100-18": "teaching",
    "24-104-39": "catering",
    "28-403-02": "rent",
}


#: Accounts of the company that has no chart: {code: type}
SMALL_BOOKS = {
    "21100010": "liability_payable",
    "21210020": "liability_current",
    "21210030": "liability_current",
    "21210050": "liability_current",
    "61100010": "expense",
}


class WithholdingCommon(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(
            context=dict(cls.env.context, tracking_disable=True, no_reset_password=True)
        )
        cls.company = cls.make_company("Yayasan Pajak")
        cls.other = cls.make_company("Yayasan Lain")
        cls.env.user.company_ids |= cls.company | cls.other
        cls.load_chart(cls.company)
        cls.make_small_books(cls.other)
        cls.users = {
            name: new_test_user(
                cls.env,
                f"withholding.{name}",
                groups=f"account.group_account_{name}",
                company_id=cls.company.id,
                company_ids=[Command.set(cls.company.ids)],
            )
            for name in ("manager", "user", "readonly", "invoice")
        }
        cls.users["nobody"] = new_test_user(
            cls.env, "withholding.nobody", company_id=cls.company.id
        )
        cls.vendors = cls.env["res.partner"].create(
            [
                {
                    "name": "PT Boga",
                    "vat": "3171234567890001",
                    "country_id": cls.env.ref("base.id").id,
                },
                {"name": "Bu Ani", "l10n_id_nik": "3171234567890002"},
                {"name": "Pak Dul"},
            ]
        )
        cls.known, cls.person, cls.unknown = cls.vendors
        cls.set_up_taxes(cls.company)
        for code, name in OBJECTS.items():
            setattr(cls, name, cls.find_tax(code))
        cls.foreign = cls.env["l10n_id.withholding.return"].create(
            {"company_id": cls.other.id, "kind": "pph23", "period": "2026-06-01"}
        )
        cls.foreign_slip = cls.env["l10n_id.withholding.slip"].create(
            {"return_id": cls.foreign.id, "base": 1, "tax_amount": 1}
        )

    @classmethod
    def make_company(cls, name, **values):
        return cls.env["res.company"].create(
            {
                "name": name,
                "vat": "1234567890123456",
                "country_id": cls.env.ref("base.id").id,
                **values,
            }
        )

    @classmethod
    def load_chart(cls, company):
        cls.env["account.chart.template"].try_loading("id", company, install_demo=False)

    @classmethod
    def make_small_books(cls, company):
        """Give a company what a bill with withheld tax takes, without the other
        accounts and taxes of the chart."""
        company.chart_template = "id"
        cls.env["account.account"].with_company(company).create(
            [
                {
                    "code": code,
                    "name": code,
                    "account_type": account_type,
                    "reconcile": account_type.startswith("liability"),
                    "company_ids": [Command.set(company.ids)],
                }
                for code, account_type in SMALL_BOOKS.items()
            ]
        )
        expense = cls.find_account("61100010", company)
        cls.env["account.journal"].with_company(company).create(
            {
                "name": "Bills",
                "code": "BILL",
                "type": "purchase",
                "company_id": company.id,
                "default_account_id": expense.id,
            }
        )
        payable = cls.find_account("21100010", company)
        cls.env["ir.default"].set(
            "res.partner",
            "property_account_payable_id",
            payable.id,
            company_id=company.id,
        )

    @classmethod
    def work_as(cls, name, company=None):
        company = company or cls.company
        return cls.env(
            user=cls.users[name],
            context=dict(cls.env.context, allowed_company_ids=company.ids),
        )

    @classmethod
    def set_up_taxes(cls, company, codes=tuple(OBJECTS)):
        """Tick tax objects in the wizard, and nothing else; return it."""
        setup = cls.env["l10n_id.withholding.setup"].create({"company_id": company.id})
        for line in setup.line_ids:
            line.selected = line.object_id.code in codes
        setup.action_add()
        return setup

    @classmethod
    def find_tax(cls, code, company=None):
        """Return the ordinary tax of a tax object."""
        taxes = cls.env["account.tax"].search(
            [
                ("company_id", "=", (company or cls.company).id),
                ("withholding_object_id.code", "=", code),
            ]
        )
        return taxes.filtered(lambda tax: tax not in taxes.withholding_no_npwp_tax_id)

    @classmethod
    def find_account(cls, code, company=None):
        company = company or cls.company
        return (
            cls.env["account.account"]
            .with_company(company)
            .search([("company_ids", "in", company.ids), ("code", "=", code)])
        )

    def make_bill(self, vendor, lines, day=date(2026, 6, 15), post=True, **values):
        """Enter a vendor bill as the accountant; lines are pairs of price and tax."""
        bill = self.work_as("user")["account.move"].create(
            {
                "move_type": "in_invoice",
                "partner_id": vendor.id,
                "invoice_date": day,
                "date": day,
                "invoice_line_ids": [
                    Command.create(
                        {
                            "name": "Jasa",
                            "quantity": 1,
                            "price_unit": price,
                            "tax_ids": [Command.set(tax.ids)],
                        }
                    )
                    for price, tax in lines
                ],
                **values,
            }
        )
        if post:
            bill.action_post()
        return bill

    def make_return(self, kind="pph23", period=JUNE, name="user"):
        record = self.work_as(name)["l10n_id.withholding.return"].create(
            {"company_id": self.company.id, "kind": kind, "period": period}
        )
        record.action_refresh()
        return record

    def pay(self, account_code, amount):
        """Post the entry by which the tax is paid."""
        move = self.work_as("user")["account.move"].create(
            {
                "move_type": "entry",
                "date": "2026-07-10",
                "line_ids": [
                    Command.create(
                        {
                            "account_id": self.find_account(account_code).id,
                            "balance": amount,
                        }
                    ),
                    Command.create(
                        {
                            "account_id": self.find_account("11110010").id,
                            "balance": -amount,
                        }
                    ),
                ],
            }
        )
        move.action_post()
        return move

    def file_return(self, record, account_code="21210030"):
        if record.tax_total:
            record.write(
                {
                    "ntpn": NTPN,
                    "payment_move_id": self.pay(account_code, record.tax_total).id,
                }
            )
        record.action_file()
        return record
