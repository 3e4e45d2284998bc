# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""A company, a school below it, payers with bills, and a gateway that we invented."""

import hmac
import json
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from decimal import Decimal
from unittest.mock import patch

from odoo.fields import Command
from odoo.tests import TransactionCase, freeze_time, new_test_user, tagged

from ..tools.amounts import parse_time
from ..tools.event import Delivery, EventKind, PaymentEvent

KEY = "test-key"
NOW = datetime(2026, 11, 16, 3, 0, 0)  # 10:00 in Jakarta


def fake_body(kind="paid", **values):
    """Return the body of a callback of the gateway that only tests have."""
    values = {"paid_at": "2026-11-16T02:59:00Z", "currency": "IDR", **values}
    return json.dumps({"kind": kind, **values}).encode()


def fake_signature(body):
    return hmac.new(KEY.encode(), body, "sha256").hexdigest()


def fake_delivery(kind="paid", **values):
    """Return a correctly signed callback of that gateway."""
    body = fake_body(kind, **values)
    return Delivery("none", body, {"x-sign": fake_signature(body)}, "/fake")


def fake_parse(self, delivery):
    data = json.loads(delivery.body)
    amount, refund = data.get("amount"), data.get("refund_amount")
    return PaymentEvent(
        EventKind(data["kind"]),
        order_ref=data.get("order_ref"),
        payment_id=data.get("payment_id"),
        amount=amount and Decimal(amount),
        currency=data["currency"],
        payer_fee=Decimal(data.get("payer_fee", "0")),
        paid_at=parse_time(data["paid_at"]),
        va_number=data.get("va_number"),
        refund_id=data.get("refund_id"),
        refund_amount=refund and Decimal(refund),
        status=data["kind"],
    )


def fake_verify(self, delivery, event):
    signature = delivery.headers.get("x-sign", "")
    return hmac.compare_digest(signature, fake_signature(delivery.body))


def fake_senders(self, code):
    # Odoo ships providers of add-ons that are not installed with the same code.
    return self.sudo().search([("code", "=", code), ("name", "=", "Gateway")])


@contextmanager
def fake_transaction(self):
    """A transaction of its own, within that of the test."""
    with self.env.cr.savepoint():
        yield self.env


FAKE_HOOKS = {
    "_find_senders": fake_senders,
    "_get_inbox_codes": lambda self: {"none"},
    "_parse_callback": fake_parse,
    "_verify_callback": fake_verify,
}


@tagged("post_install", "-at_install")
@freeze_time("2026-11-16 03:00:00")
class PaymentVaCommon(TransactionCase):
    """Today is Monday, 16 November 2026, 10:00 in Jakarta.

    ``gateway`` belongs to ``company``, which has the branch ``branch``. ``family`` is a
    top-level contact with ``parent`` and two children below it.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(
            context=dict(
                cls.env.context,
                tracking_disable=True,
                mail_create_nolog=True,
                no_reset_password=True,
            )
        )
        cls._set_up_companies()
        cls._set_up_partners()
        cls._set_up_gateway()

    def setUp(self):
        super().setUp()
        provider_class = self.env.registry["payment.provider"]
        for name, hook in FAKE_HOOKS.items():
            patcher = patch.object(provider_class, name, hook)
            patcher.start()
            self.addCleanup(patcher.stop)
        for model, name, hook in (
            ("payment.booking", "_transaction", fake_transaction),
            ("ir.cron", "_commit_progress", lambda self, *args, **kwargs: 60.0),
        ):
            patcher = patch.object(self.env.registry[model], name, hook)
            patcher.start()
            self.addCleanup(patcher.stop)

    # === SET-UP === #

    @classmethod
    def _set_up_companies(cls):
        rupiah = cls.env.ref("base.IDR")
        rupiah.active = True
        companies = cls.env["res.company"]
        country = {"country_id": cls.env.ref("base.id").id}
        cls.company = companies.create(
            {"name": "Yayasan Bayar", "currency_id": rupiah.id, **country}
        )
        cls.env["account.chart.template"].try_loading(
            "generic_coa", cls.company, install_demo=False
        )
        cls.company.currency_id = rupiah
        cls.branch = companies.create(
            {"name": "SMP Bayar", "parent_id": cls.company.id, **country}
        )
        cls.env.cr.precommit.run()
        cls.env.user.write(
            {
                "company_ids": [
                    Command.link(cls.company.id),
                    Command.link(cls.branch.id),
                ],
                "company_id": cls.company.id,
            }
        )
        cls.env = cls.env(
            context=dict(
                cls.env.context, allowed_company_ids=[cls.company.id, cls.branch.id]
            )
        )
        cls.company, cls.branch = (
            cls.company.with_env(cls.env),
            cls.branch.with_env(cls.env),
        )
        cls.rupiah = rupiah.with_env(cls.env)
        cls.branch_journal = cls.env["account.journal"].create(
            {
                "name": "Tagihan SMP",
                "code": "TSMP",
                "type": "sale",
                "company_id": cls.branch.id,
            }
        )
        cls.product = cls.env["product.product"].create(
            {"name": "SPP", "type": "service", "taxes_id": [Command.clear()]}
        )

    @classmethod
    def _set_up_partners(cls):
        partners = cls.env["res.partner"]
        cls.family = partners.create({"name": "Keluarga Bayar", "is_company": True})
        cls.parent, cls.child, cls.sibling = partners.create(
            [
                {"name": name, "parent_id": cls.family.id}
                for name in ("Ibu Bayar", "Ani Bayar", "Budi Bayar")
            ]
        )

    @classmethod
    def _set_up_gateway(cls):
        cls.method = cls.env.ref("payment.payment_method_bri")
        cls.bank_journal = cls.env["account.journal"].create(
            {
                "name": "Gerbang",
                "code": "GRB",
                "type": "bank",
                "company_id": cls.company.id,
            }
        )
        cls.gateway = cls.env["payment.provider"].create(
            {
                "name": "Gateway",
                "code": "none",
                "company_id": cls.company.id,
                "payment_method_ids": [Command.set(cls.method.ids)],
            }
        )
        cls.gateway.state = "test"
        cls.method.active = True
        method_line = cls.bank_journal.inbound_payment_method_line_ids[:1].copy(
            {"payment_provider_id": cls.gateway.id, "name": "Gateway"}
        )
        cls.gateway.invalidate_recordset(["journal_id"])
        assert cls.gateway.journal_id == method_line.journal_id
        cls.channel = cls.env["payment.channel"].create(
            {
                "provider_id": cls.gateway.id,
                "payment_method_id": cls.method.id,
                "code": "bri",
                "kind": "va",
                "allows_fixed": True,
                "va_prefix": "13282",
                "va_length": 15,
            }
        )

    # === RECORDS === #

    @classmethod
    def make_bill(cls, amount=350000, partner=None, due=date(2026, 11, 10), **vals):
        """Return a posted invoice of the branch."""
        move = cls.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": (partner or cls.child).id,
                "journal_id": cls.branch_journal.id,
                "company_id": cls.branch.id,
                "invoice_date": date(2026, 11, 1),
                "invoice_date_due": due,
                "invoice_line_ids": [
                    Command.create(
                        {
                            "product_id": cls.product.id,
                            "name": "SPP November",
                            "price_unit": amount,
                            "tax_ids": [Command.clear()],
                        }
                    )
                ],
                **vals,
            }
        )
        move.action_post()
        return move

    @classmethod
    def make_attempt(cls, bills, amount=None, **vals):
        """Return a checkout of these bills that waits for the payer."""
        return cls.env["payment.transaction"].create(
            {
                "provider_id": cls.gateway.id,
                "payment_method_id": cls.method.id,
                "amount": amount or sum(bills.mapped("amount_residual")),
                "currency_id": cls.rupiah.id,
                "partner_id": cls.parent.id,
                "operation": "online_redirect",
                "invoice_ids": [Command.set(bills.ids)],
                "state": "pending",
                "charged_at": NOW,
                "expires_at": NOW + timedelta(days=1),
                **vals,
            }
        )

    @classmethod
    def make_user(cls, login, group):
        """Return an internal user of the branch and the company."""
        return new_test_user(
            cls.env,
            login=login,
            groups=f"base.group_user,{group}",
            company_id=cls.branch.id,
            company_ids=[Command.set([cls.branch.id, cls.company.id])],
        )

    # === THE GATEWAY SPEAKS === #

    def deliver(self, kind="paid", **values):
        """Store a callback and apply it as the controller does, in this transaction."""
        receipt = self.env["payment.notification"]._receive(
            fake_delivery(kind, **values)
        )
        notification = self.env["payment.notification"].browse(receipt.notification_id)
        if receipt.accepted and not receipt.duplicate:
            self.env["payment.booking"]._apply(notification)
            self.env.flush_all()
        return notification

    def pay(self, tx, payment_id="P-1", **values):
        """Have a checkout paid."""
        values = {"amount": f"{tx.amount:.0f}", "order_ref": tx.reference, **values}
        return self.deliver("paid", payment_id=payment_id, **values)

    def incoming(self, payment_id="P-1"):
        """Return what is booked under a payment id."""
        return self.env["payment.incoming"].search(
            [
                ("provider_id", "=", self.gateway.id),
                ("provider_payment_id", "=", payment_id),
            ]
        )

    def open_deposit(self, partner=None):
        """Return the open credit of a payer, in rupiah."""
        lines = self.env["account.move.line"].search(
            [
                ("partner_id", "=", (partner or self.family).id),
                ("account_id.account_type", "=", "asset_receivable"),
                ("parent_state", "=", "posted"),
                ("amount_residual", "<", 0),
            ]
        )
        return -sum(lines.mapped("amount_residual"))
