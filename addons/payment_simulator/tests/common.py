# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""A company whose providers use the simulator; calls to it need no HTTP."""

import base64
import json
import time
from unittest.mock import patch

import requests

from odoo.tests import TransactionCase, tagged

from ..tools import signing
from ..tools.sender import timestamp
from ..tools.wire import Call

URL = "http://127.0.0.1:8069"


@tagged("post_install", "-at_install")
class SimulatorCommon(TransactionCase):
    """``midtrans``, ``xendit``, ``bri`` and ``bca`` are accounts in the simulator."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        rupiah = cls.env.ref("base.IDR")
        rupiah.active = True
        cls.company = cls.env["res.company"].create(
            {"name": "Yayasan Uji", "country_id": cls.env.ref("base.id").id}
        )
        cls.company.currency_id = rupiah
        cls.account_model = cls.env["payment.simulator.account"]
        cls.order_model = cls.env["payment.simulator.order"]
        cls.fault_model = cls.env["payment.simulator.fault"]
        # Accounts of a demo that runs in the same database are not ours.
        cls.account_model.search([]).unlink()
        cls.accounts = cls.account_model._setup(cls.company, URL)
        cls.midtrans, cls.xendit, cls.bri, cls.bca = (
            cls.accounts.filtered(lambda a, key=key: key in (a.bank or a.code))
            for key in ("midtrans", "xendit", "bri", "bca")
        )

    def setUp(self):
        super().setUp()
        patcher = patch.object(requests, "post", side_effect=AssertionError("HTTP"))
        patcher.start()
        self.addCleanup(patcher.stop)

    # === CALLS TO THE SIMULATOR === #

    def serve(self, code, method, path, body=None, headers=None):
        """Call a provider and return status and JSON of the answer."""
        raw = b"" if body is None else json.dumps(body).encode()
        call = Call(method, path, headers or {}, raw, f"/simulator/{code}{path}")
        answer = self.env["payment.simulator.call"]._serve(code, call)
        return answer.status, answer.payload

    def basic(self, key):
        token = base64.b64encode(f"{key}:".encode()).decode()
        return {"authorization": f"Basic {token}"}

    def call_midtrans(self, method, path, body=None, **headers):
        """Call Midtrans with the right key; return the JSON."""
        headers = {**self.basic(self.midtrans.server_key), **headers}
        return self.serve("midtrans", method, path, body, headers)[1]

    def call_xendit(self, method, path, body=None, version="2024-11-11"):
        """Call Xendit with the right key; return status and JSON."""
        headers = {**self.basic(self.xendit.server_key), "api-version": version}
        return self.serve("xendit", method, path, body, headers)

    def charge(self, payment_type="bank_transfer", order="SPP-1", **values):
        """Charge 350,000 at Midtrans and return the answer."""
        body = {
            "payment_type": payment_type,
            "transaction_details": {"order_id": order, "gross_amount": 350000},
            **({"bank_transfer": {"bank": "bri"}} if "bank" in payment_type else {}),
            **values,
        }
        return self.call_midtrans("POST", "/v2/charge", body)

    def request_payment(self, channel="BRI_VIRTUAL_ACCOUNT", **values):
        """Make a payment request of 350,000 at Xendit; return status and JSON."""
        body = {
            "reference_id": "SPP-1",
            "type": "PAY",
            "country": "ID",
            "currency": "IDR",
            "request_amount": 350000,
            "channel_code": channel,
            **values,
        }
        return self.call_xendit("POST", "/v3/payment_requests", body)

    def sign_snap(self, account, method, path, raw, **headers):
        """Return the headers of a signed call to a bank."""
        token = signing.issue_token(account.client_secret, int(time.time()))
        now = timestamp()
        digest = signing.sign_hmac(
            account.client_secret, method, f"/simulator/snap{path}", token, raw, now
        )
        return {
            "authorization": f"Bearer {token}",
            "x-timestamp": now,
            "x-signature": signing.encode(digest, "base64"),
            "x-partner-id": account.client_id,
            "x-external-id": signing.new_secret(length=20),
            "channel-id": "95221",
            **headers,
        }

    def call_snap(self, account, method, operation, body, **headers):
        """Call a bank, correctly signed; return the JSON."""
        path = f"/{account.bank}/snap/v1.0/{operation}"
        signed = self.sign_snap(account, method, path, json.dumps(body).encode())
        return self.serve("snap", method, path, body, {**signed, **headers})[1]

    def find(self, ref="SPP-1"):
        return self.order_model.search([("order_ref", "=", ref)], limit=1)

    def bodies(self, order, event=None):
        """Return the bodies of the notices that were queued, oldest first."""
        notices = order.delivery_ids.sorted("id")
        return [json.loads(n.body) for n in notices if event in (None, n.event)]
