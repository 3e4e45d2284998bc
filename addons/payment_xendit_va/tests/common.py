# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""An account at a Xendit that lives in a dictionary, and what it would send."""

import json
from pathlib import Path
from unittest.mock import Mock, patch

import requests

from odoo.fields import Command

from odoo.addons.payment_va.models.payment_booking import ask
from odoo.addons.payment_va.tests.common import FAKE_HOOKS, PaymentVaCommon
from odoo.addons.payment_va.tools.event import Delivery

TOKEN = "abc123token"
KEYS = {
    "xendit_public_key": "xnd_public_development_x",
    "xendit_secret_key": "xnd_development_TESTKEY",
    "xendit_webhook_token": TOKEN,
}
#: Published examples, and rules made from the published documentation.
VECTORS = json.loads(
    (Path(__file__).parent / "data" / "vectors_xendit.json").read_text()
)


class FakeXendit:
    """Answers requests from ``answers``: ``{"GET v3/payments/py-1": (200, {...})}``.

    An answer may be an exception, or a list of answers that are given one by one.
    """

    def __init__(self):
        self.answers = {}
        self.calls = []

    def __call__(self, method, url, **kwargs):
        path = url.removeprefix("https://api.xendit.co/")
        key = f"{method} {path}"
        self.calls.append((key, kwargs))
        answer = self.answers.get(key, (404, {"error_code": "DATA_NOT_FOUND"}))
        if isinstance(answer, list):
            answer = answer.pop(0)
        if isinstance(answer, Exception):
            raise answer
        status, payload = answer
        return Mock(status_code=status, json=lambda: payload)

    def keys(self):
        return [key for key, _kwargs in self.calls]

    def sent(self, key):
        """Return the bodies that were sent there."""
        return [kwargs.get("json") for called, kwargs in self.calls if called == key]


def timeout():
    return requests.Timeout("https://api.xendit.co/?key=secret")


def capture(order_ref, payment_id="py-1", amount=350000, **data):
    """Return the callback of a payment, as the Payments API sends it."""
    moment = "2026-11-16T02:59:00.927Z"
    return {
        "created": moment,
        "business_id": "62440e322008e87fb29c1fd0",
        "event": "payment.capture",
        "api_version": "v3",
        "data": {
            "type": "PAY",
            "status": "SUCCEEDED",
            "country": "ID",
            "created": moment,
            "updated": moment,
            "captures": [
                {
                    "capture_id": f"cptr-{payment_id}",
                    "capture_amount": amount,
                    "capture_timestamp": moment,
                }
            ],
            "currency": "IDR",
            "payment_id": payment_id,
            "channel_code": "BRI_VIRTUAL_ACCOUNT",
            "reference_id": order_ref,
            "request_amount": amount,
            "payment_details": {},
            "payment_request_id": "pr-1",
            **data,
        },
    }


def va_created(reference, number="1328216932121", **values):
    """Return the answer to a payment request for a virtual account."""
    return {
        "payment_request_id": "pr-1",
        "reference_id": reference,
        "status": "REQUIRES_ACTION",
        "actions": [
            {
                "type": "PRESENT_TO_CUSTOMER",
                "descriptor": "VIRTUAL_ACCOUNT_NUMBER",
                "value": number,
            }
        ],
        **values,
    }


class XenditVaCommon(PaymentVaCommon):
    """``gateway`` is an account at Xendit with all channels; ``xendit`` answers it."""

    @classmethod
    def _set_up_gateway(cls):
        cls.bank_journal = cls.env["account.journal"].create(
            {
                "name": "Xendit",
                "code": "XND",
                "type": "bank",
                "company_id": cls.company.id,
            }
        )
        cls.gateway = cls._make_provider(cls.company)
        cls.gateway.journal_id = cls.bank_journal
        cls.channel = cls.get_channel("BRI_VIRTUAL_ACCOUNT")
        cls.method = cls.channel.payment_method_id

    @classmethod
    def _make_provider(cls, company, **vals):
        """Return the account of a company; Odoo may have made one with it."""
        providers = cls.env["payment.provider"].sudo()
        found = providers.search(
            [("code", "=", "xendit"), ("company_id", "=", company.id)]
        )
        if not found:
            main = providers.search([("code", "=", "xendit")], limit=1)
            found = main.copy({"company_id": company.id})
        channels = found.with_context(active_test=False).channel_ids
        methods = channels.payment_method_id
        found.write(
            {
                **KEYS,
                "payment_method_ids": [Command.link(m.id) for m in methods],
                **vals,
            }
        )
        found.state = "test"
        return found

    @classmethod
    def get_channel(cls, code):
        return cls.gateway.channel_ids.filtered(lambda channel: channel.code == code)

    def setUp(self):
        # The gateway of the shared tests is not ours: without its hooks.
        with patch.dict(FAKE_HOOKS, clear=True):
            super().setUp()
        self.xendit = FakeXendit()
        patcher = patch("requests.request", self.xendit)
        patcher.start()
        self.addCleanup(patcher.stop)

    # === CHECKOUT === #

    def make_draft(self, code="BRI_VIRTUAL_ACCOUNT", amount=350000, **vals):
        """Return a checkout of a new bill that Xendit has not heard of."""
        bill = self.make_bill(amount)
        return self.make_attempt(
            bill,
            payment_method_id=self.get_channel(code).payment_method_id.id,
            state="draft",
            charged_at=False,
            expires_at=False,
            **vals,
        )

    # === XENDIT SPEAKS === #

    def make_delivery(self, message, token=TOKEN, **headers):
        body = message if isinstance(message, bytes) else json.dumps(message).encode()
        headers = {"x-callback-token": token, **headers}
        return Delivery("xendit", body, headers, "/payment/callback/xendit")

    def receive(self, message, **kwargs):
        """Store a callback, have it asked back and booked, as the controller does."""
        receipt = self.env["payment.notification"]._receive(
            self.make_delivery(message, **kwargs)
        )
        notification = self.env["payment.notification"].browse(receipt.notification_id)
        if receipt.accepted and not receipt.duplicate:
            self.work_off(notification)
        return notification

    def work_off(self, notification):
        booking = self.env["payment.booking"]
        answers = ask(booking._prepare_questions(notification))
        ids = booking._store_answers(notification.ids, answers)
        if ids:
            booking._apply_batch(ids)
        self.env.flush_all()
        self.env.invalidate_all()

    def confirm(self, message):
        """Have the API say what a callback of a payment says."""
        data = message["data"]
        self.xendit.answers[f"GET v3/payments/{data['payment_id']}"] = (200, data)

    def pay_by(self, message):
        """Have Xendit tell of a payment, by callback and when it is asked."""
        self.confirm(message)
        return self.receive(message)
