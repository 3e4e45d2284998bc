# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""An account at Midtrans, its voice, and its published examples."""

import json
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import Mock, patch

import requests

from odoo.fields import Command

from odoo.addons.payment_va.models.payment_booking import ask
from odoo.addons.payment_va.tests.common import PaymentVaCommon
from odoo.addons.payment_va.tools.event import Delivery

from ..tools.signature import sign

KEY = "SB-Mid-server-DUMMYKEYFORTESTS0001"
TRANSACTION_ID = "00000000-0000-4000-8000-000000000001"
VECTORS = json.loads(
    Path(__file__).with_name("data").joinpath("vectors_midtrans.json").read_text()
)
#: What Midtrans says about a payment that does not exist.
UNKNOWN = {"status_code": "404", "status_message": "Transaction doesn't exist."}
#: status_code that goes with a transaction_status.
CODES = {"pending": "201", "deny": "202", "expire": "407"}


def make_payload(status="settlement", key=KEY, **values):
    """Return a notification, or an answer about a status, as Midtrans signs it."""
    payload = {
        "transaction_time": "2026-11-16 09:50:00",
        "transaction_id": TRANSACTION_ID,
        "transaction_status": status,
        "status_message": "midtrans payment notification",
        "status_code": CODES.get(status, "200"),
        "payment_type": "bank_transfer",
        "order_id": "ORDER-1",
        "merchant_id": "G000000000",
        "gross_amount": "350000.00",
        "fraud_status": "accept",
        "currency": "IDR",
        "va_numbers": [{"bank": "bri", "va_number": "123456789012345678"}],
        **values,
    }
    if status == "settlement":
        payload.setdefault("settlement_time", "2026-11-16 09:59:00")
    payload["signature_key"] = sign(
        payload["order_id"], payload["status_code"], payload["gross_amount"], key
    )
    return payload


def make_delivery(payload):
    """Return the request that brings a notification."""
    return Delivery("midtrans", json.dumps(payload).encode(), {}, "/callback")


def make_response(payload, status=200):
    """Return what ``requests`` gives for an answer."""
    response = Mock(status_code=status)
    response.json.return_value = payload
    return response


class MidtransApi:
    """Midtrans on the other side of ``requests.request``.

    Answers come from ``answers`` one by one: a payload, ``(HTTP status, payload)``, or
    an exception; after them Midtrans knows of nothing. What was asked is in
    ``requests``.
    """

    def __init__(self, *answers):
        self.answers = list(answers)
        self.requests = []

    def __call__(self, method, url, **kwargs):
        self.requests.append({"method": method, "url": url, **kwargs})
        answer = self.answers.pop(0) if self.answers else UNKNOWN
        if isinstance(answer, Exception):
            raise answer
        status, payload = answer if isinstance(answer, tuple) else (200, answer)
        return make_response(payload, status)

    @property
    def calls(self):
        """Return ``METHOD path`` of what was asked, in order."""
        return [
            f"{request['method']} {requests.utils.urlparse(request['url']).path}"
            for request in self.requests
        ]


class MidtransCommon(PaymentVaCommon):
    """``gateway`` is an account at Midtrans in test mode."""

    def setUp(self):
        # Not the patches that make a provider of tests out of the gateway.
        super(PaymentVaCommon, self).setUp()

    @classmethod
    def _set_up_gateway(cls):
        # Other accounts of this database must not answer for the one of the test.
        cls.env["payment.provider"].search([("code", "=", "midtrans")]).write(
            {"state": "disabled", "midtrans_server_key": False}
        )
        cls.bank_journal = cls.env["account.journal"].create(
            {
                "name": "Midtrans Uji",
                "code": "MID",
                "type": "bank",
                "company_id": cls.company.id,
            }
        )
        template = cls.env.ref("payment_midtrans.payment_provider_midtrans")
        cls.gateway = cls.env["payment.provider"].search(
            [("code", "=", "midtrans"), ("company_id", "=", cls.company.id)], limit=1
        ) or template.copy({"company_id": cls.company.id})
        cls.gateway.write(
            {
                "midtrans_server_key": KEY,
                "state": "test",
                "payment_method_ids": [
                    Command.set(
                        template.with_context(active_test=False).payment_method_ids.ids
                    )
                ],
            }
        )
        cls.bank_journal.inbound_payment_method_line_ids[:1].copy(
            {"payment_provider_id": cls.gateway.id, "name": "Midtrans"}
        )
        cls.gateway.invalidate_recordset(["journal_id"])
        cls.use_channel("bri")

    @classmethod
    def use_channel(cls, code):
        """Make the next attempts use a channel."""
        cls.channel = cls.gateway.channel_ids.filtered(lambda c: c.code == code)
        cls.method = cls.channel.payment_method_id
        return cls.channel

    def make_draft(self, code="bri", amount=44000, reference=None, **vals):
        """Return an attempt for which Midtrans was not asked yet."""
        self.use_channel(code)
        bill = self.make_bill(amount)
        if reference:
            vals["reference"] = reference
        return self.make_attempt(
            bill, state="draft", charged_at=False, expires_at=False, **vals
        )

    @contextmanager
    def midtrans(self, *answers):
        """Have Midtrans give these answers."""
        api = MidtransApi(*answers)
        path = "odoo.addons.payment_va.models.payment_provider"
        with (
            patch(f"{path}.requests.request", api),
            patch(f"{path}.time.sleep"),
        ):
            yield api

    # === NOTIFICATIONS === #

    def receive(self, payload):
        """Store a notification and return the receipt."""
        return self.env["payment.notification"]._receive(make_delivery(payload))

    def tell(self, payload, *answers):
        """Have Midtrans tell something, and say the same when it is asked back.

        :param answers: what it says instead
        :return: the notification
        """
        receipt = self.receive(payload)
        notification = self.env["payment.notification"].browse(receipt.notification_id)
        if receipt.accepted and not receipt.duplicate:
            self.work_off(notification, *(answers or [payload]))
        return notification

    def work_off(self, notifications, *answers):
        """Ask back and book, as the inbox does, within the test's transaction."""
        booking = self.env["payment.booking"]
        with self.midtrans(*answers) as api:
            replies = ask(booking._prepare_questions(notifications))
        ids = booking._store_answers(notifications.ids, replies)
        booking._apply(notifications.browse(ids))
        self.env.flush_all()
        return api

    def booked(self, order_ref):
        """Return what is booked of an order."""
        return self.env["payment.incoming"].search(
            [("provider_id", "=", self.gateway.id), ("order_ref", "=", order_ref)]
        )
