# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""A foundation with a school below it, a clerk who pays, and people who approve."""

from odoo.fields import Command, Date
from odoo.service.model import call_kw
from odoo.tests import TransactionCase, new_test_user

from ..const import REQUEST

DAY = "2026-11-16"
CLERK = (
    "account.group_account_invoice,account.group_account_user,"
    "base.group_partner_manager"
)


class ApprovalCommon(TransactionCase):
    """Bills and payments from 1,000,000 need the principal, bills from 5,000,000 also
    the chair; smaller ones nobody."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.make_company("Yayasan Uji")
        cls.set_up_accounts()
        cls.company.partner_id.tz = "Asia/Jakarta"
        cls.school = cls.make_company("SMP Uji", parent_id=cls.company.id)
        cls.set_up_vendor(cls.school)
        cls.other = cls.make_company("Yayasan Lain")
        cls.set_up_users()
        cls.env.user.write(
            {
                "company_ids": [
                    Command.link(company.id)
                    for company in (cls.company, cls.school, cls.other)
                ],
                "company_id": cls.company.id,
            }
        )
        cls.env = cls.env(
            context={
                **cls.env.context,
                "allowed_company_ids": [cls.company.id, cls.school.id],
            }
        )
        cls.set_up_rules()

    @classmethod
    def make_company(cls, name, **values):
        return cls.env["res.company"].create(
            {
                "name": name,
                "country_id": cls.env.ref("base.id").id,
                "currency_id": cls.env.ref("base.IDR").id,
                **values,
            }
        )

    @classmethod
    def set_up_accounts(cls):
        """Give the foundation the few accounts and journals that are needed: a whole
        chart takes longer than all the rest."""
        cls.company.write({"bank_account_code_prefix": "1112"})
        chart = cls.env["account.chart.template"].with_company(cls.company)
        chart._setup_utility_bank_accounts("id", cls.company, {"code_digits": 8})
        accounts = cls.env["account.account"].with_company(cls.company)
        cls.expense, cls.payable, cls.receivable, income = accounts.create(
            [
                {"code": code, "name": kind, "account_type": kind}
                for code, kind in (
                    ("51100010", "expense"),
                    ("21100010", "liability_payable"),
                    ("11210010", "asset_receivable"),
                    ("41000010", "income"),
                )
            ]
        )
        journals = cls.env["account.journal"].with_company(cls.company)
        cls.bank, cls.purchase, cls.misc, cls.sale = journals.create(
            [
                {"code": code, "name": code, "type": kind, "company_id": cls.company.id}
                | ({"default_account_id": account.id} if account else {})
                for code, kind, account in (
                    ("BNK1", "bank", None),
                    ("BILL", "purchase", cls.expense),
                    ("MISC", "general", None),
                    ("INV", "sale", income),
                )
            ]
        )
        cls.vendor = cls.env["res.partner"].create({"name": "CV Pemasok"})
        cls.set_up_vendor(cls.company)
        cls.account = cls.make_bank("111222")

    @classmethod
    def set_up_vendor(cls, company):
        cls.vendor.with_company(company).write(
            {
                "property_account_payable_id": cls.payable.id,
                "property_account_receivable_id": cls.receivable.id,
            }
        )

    @classmethod
    def set_up_users(cls):
        companies = cls.company | cls.school | cls.other
        for login, groups in (
            ("clerk", CLERK),
            ("colleague", CLERK),
            ("principal", "base.group_user"),
            ("chair", "base.group_user"),
            ("deputy", "base.group_user"),
            ("manager", "account.group_account_manager,base.group_partner_manager"),
        ):
            user = new_test_user(
                cls.env,
                login=f"approval_{login}",
                groups=groups,
                company_id=cls.company.id,
                company_ids=[Command.set(companies.ids)],
                tz="Asia/Jakarta",
            )
            setattr(cls, login, user)

    @classmethod
    def make_bank(cls, number):
        return cls.env["res.partner.bank"].create(
            {
                "acc_number": number,
                "partner_id": cls.vendor.id,
                "allow_out_payment": False,
            }
        )

    @classmethod
    def set_up_rules(cls):
        # Whatever else the database holds is no rule of these companies.
        cls.env["tier.definition"].search([("model", "=", REQUEST)]).active = False
        cls.rule = cls.make_rule("Kepala", cls.principal, sequence=1)
        cls.rule_chair = cls.make_rule(
            "Ketua",
            cls.chair,
            sequence=2,
            approval_document="bill",
            approval_amount_min=5_000_000,
        )

    @classmethod
    def make_rule(cls, name, reviewer, **values):
        return cls.env["tier.definition"].create(
            {
                "name": name,
                "model_id": cls.env["ir.model"]._get(REQUEST).id,
                "review_type": "individual",
                "reviewer_id": reviewer.id,
                "company_id": cls.company.id,
                "approval_document": "both",
                "approval_amount_min": 1_000_000,
                "approve_sequence": True,
                **values,
            }
        )

    # === DOCUMENTS === #

    def make_bill(self, amount=2_000_000, user=None, **values):
        return (
            self.env["account.move"]
            .with_user(user or self.clerk)
            .create(
                {
                    "move_type": "in_invoice",
                    "partner_id": self.vendor.id,
                    "partner_bank_id": self.account.id,
                    "journal_id": self.purchase.id,
                    "invoice_date": DAY,
                    "date": DAY,
                    "invoice_line_ids": [
                        Command.create(
                            {
                                "name": "Buku",
                                "account_id": self.expense.id,
                                "quantity": 1,
                                "price_unit": amount,
                                "tax_ids": [Command.clear()],
                            }
                        )
                    ],
                    **values,
                }
            )
        )

    def prepare_payment(self, amount=2_000_000, **values):
        return {
            "payment_type": "outbound",
            "partner_type": "supplier",
            "partner_id": self.vendor.id,
            "partner_bank_id": self.account.id,
            "journal_id": self.bank.id,
            "amount": amount,
            "date": DAY,
            **values,
        }

    def make_payment(self, amount=2_000_000, user=None, **values):
        payments = self.env["account.payment"].with_user(user or self.clerk)
        return payments.create(self.prepare_payment(amount, **values))

    def prepare_entry(self, amount=2_000_000, journal=None, credit=None, **values):
        """Return an entry by which a vendor is paid out of the bank."""
        credit = credit or self.bank.default_account_id
        return {
            "move_type": "entry",
            "journal_id": (journal or self.bank).id,
            "date": DAY,
            "line_ids": [
                Command.create(
                    {
                        "name": "Bayar",
                        "account_id": account.id,
                        "partner_id": self.vendor.id,
                        "debit": debit,
                        "credit": amount - debit,
                    }
                )
                for account, debit in ((self.payable, amount), (credit, 0))
            ],
            **values,
        }

    def make_entry(self, *args, **values):
        moves = self.env["account.move"].with_user(self.clerk)
        return moves.create(self.prepare_entry(*args, **values))

    def approve(self, document, *users):
        """Request approval as the clerk, and approve level by level."""
        document.with_user(self.clerk).action_request_approval()
        request = document.sudo()._get_last_request()
        for user in users or (self.principal,):
            self.call(user, request, "action_approve")
        document.invalidate_recordset()
        return request

    def make_posted_bill(self, amount=2_000_000):
        bill = self.make_bill(amount)
        self.approve(bill)
        bill.action_post()
        return bill

    # === CALLS === #

    def call(self, user, records, method, *args, **kwargs):
        """Call a method as the web client and the external API do."""
        context = kwargs.pop("context", None) or {
            "allowed_company_ids": [self.company.id, self.school.id]
        }
        self.env.flush_all()
        self.env.invalidate_all()
        model = self.env(user=user.id, su=False)[records._name]
        ids = (
            [records.ids]
            if records or not getattr(getattr(type(model), method), "_api_model", False)
            else []
        )
        result = call_kw(
            model.browse(), method, [*ids, *args], {**kwargs, "context": context}
        )
        self.env.flush_all()
        self.env.invalidate_all()
        return result

    def count_paid(self):
        """Return what is posted, matched and confirmed in the companies."""
        self.env.flush_all()
        self.env.cr.execute(
            """
            SELECT (SELECT count(*) FROM account_move
                     WHERE state = 'posted' AND company_id = ANY(%(companies)s)),
                   (SELECT count(*) FROM account_partial_reconcile
                     WHERE company_id = ANY(%(companies)s)),
                   (SELECT count(*) FROM account_payment
                     WHERE state IN ('in_process', 'paid')
                       AND company_id = ANY(%(companies)s)),
                   (SELECT count(*) FROM tier_review WHERE status = 'approved')
            """,
            {"companies": [self.company.id, self.school.id, self.other.id]},
        )
        return self.env.cr.fetchone()

    def today(self, days=0):
        return Date.add(Date.to_date(DAY), days=days)
