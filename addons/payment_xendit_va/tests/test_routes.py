# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import json
from unittest.mock import patch

from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from odoo.addons.payment_va.const import MAX_BODY_BYTES
from odoo.addons.payment_va.controllers.callback import backlog, limiter

from .common import TOKEN, XenditVaCommon, capture

OURS = "/payment/callback/xendit"
NATIVE = "/payment/xendit/webhook"
NATIVE_LOGGER = "odoo.addons.payment_xendit.controllers.main"


@tagged("post_install", "-at_install")
class TestRoutes(XenditVaCommon, HttpCase):
    def setUp(self):
        super().setUp()
        limiter.clear()
        self.env.registry.clear_cache()
        self.addCleanup(limiter.clear)

    def call(self, message, path=OURS, token=TOKEN, **headers):
        backlog.clear()  # in a crowd, booking is left to the cron
        body = message if isinstance(message, bytes) else json.dumps(message).encode()
        headers = {"Content-Type": "application/json", **headers}
        if token is not None:
            headers["X-CALLBACK-TOKEN"] = token
        return self.url_open(path, data=body, headers=headers)

    def notifications(self):
        return self.env["payment.notification"].search(
            [("provider_id", "=", self.gateway.id)]
        )

    def make_native(self, code="akulaku", **vals):
        """Return a checkout that Odoo's own integration handles."""
        method = self.env.ref(f"payment.payment_method_{code}")
        bill = self.make_bill(50000)
        return self.make_attempt(
            bill,
            payment_method_id=method.id,
            state="draft",
            charged_at=False,
            expires_at=False,
            **vals,
        )

    def make_invoice(self, reference, **values):
        """Return a callback without envelope, as Odoo's own integration knows it."""
        return {
            "id": "579c8d61f23fa4ca35e52da4",
            "external_id": reference,
            "status": "PAID",
            "amount": 50000,
            "paid_amount": 50000,
            "currency": "IDR",
            "payment_method": "BANK_TRANSFER",
            "payment_channel": "BRI",
            **values,
        }

    def test_paid(self):
        """Both addresses lead to the inbox, and to one payment."""
        tx = self.make_attempt(self.make_bill())
        message = capture(tx.reference)
        self.confirm(message)
        for path in (OURS, NATIVE, OURS):
            answer = self.call(message, path)
            self.assertEqual(answer.status_code, 200)
            self.assertEqual(answer.json(), {"status": "ok"})
        self.assertEqual(tx.state, "done")
        self.assertEqual(self.incoming("py-1").amount, 350000)
        self.assertEqual(
            sorted(self.notifications().mapped("state")),
            ["applied", "ignored", "ignored"],
        )

    def test_invoice_of_a_channel_at_the_native_address(self):
        """Nothing of ours is processed by Odoo's own integration."""
        tx = self.make_attempt(self.make_bill(50000))
        message = self.make_invoice(tx.reference)
        self.xendit.answers[f"GET v2/invoices/{message['id']}"] = (200, message)
        process = patch.object(self.env.registry["payment.transaction"], "_process")
        with process as native:
            self.assertEqual(self.call(message, NATIVE).status_code, 200)
        native.assert_not_called()
        self.assertEqual(self.incoming(message["id"]).transaction_id, tx)

    def test_wrong_token(self):
        tx = self.make_attempt(self.make_bill())
        native = self.make_native()
        wrong = ("", "x", TOKEN[:-1], TOKEN + "x", TOKEN.upper())
        messages = [
            capture(tx.reference),
            self.make_invoice(native.reference),
            self.make_invoice("nobody's"),
        ]
        for path in (OURS, NATIVE):
            for message in messages:
                for token in (None, *wrong):
                    answer = self.call(message, path, token)
                    self.assertEqual(answer.status_code, 401)
                    self.assertEqual(answer.json(), {"status": "rejected"})
        self.assertFalse(self.incoming("py-1"))
        self.assertEqual((tx.state, native.state), ("pending", "draft"))
        self.assertFalse(self.xendit.calls)
        rejected = self.env["payment.notification"].search(
            [("provider_code", "=", "xendit")]
        )
        self.assertEqual(set(rejected.mapped("state")), {"rejected"})
        self.assertEqual(len(rejected), 2 * 3 * 6)

    def test_nothing_is_looked_up_without_token(self):
        """The weakness of `payment_xendit`: it looked for the order first."""
        search = "_search_by_reference"
        transactions = self.env.registry["payment.transaction"]
        with (
            patch.object(transactions, search) as native,
            patch.object(
                self.env.registry["payment.provider"], "_xendit_find_owner"
            ) as ours,
        ):
            self.call(self.make_invoice("x"), NATIVE, "wrong")
        native.assert_not_called()
        ours.assert_not_called()

    @mute_logger(NATIVE_LOGGER)
    def test_native(self):
        """Other methods stay with Odoo's own integration, at either address."""
        for path in (OURS, NATIVE):
            tx = self.make_native()
            answer = self.call(self.make_invoice(tx.reference), path)
            self.assertEqual(answer.status_code, 200)
            self.assertEqual(answer.json(), ["accepted"])
            self.assertEqual(tx.state, "done")
        self.assertFalse(self.notifications())
        self.assertFalse(self.xendit.calls)

    @mute_logger(NATIVE_LOGGER)
    def test_native_card(self):
        tx = self.make_native("card")
        answer = self.call(self.make_invoice(tx.reference, status="CAPTURED"), NATIVE)
        self.assertEqual(answer.json(), ["accepted"])
        self.assertEqual(tx.state, "done")

    @mute_logger(NATIVE_LOGGER, "odoo.http")
    def test_native_with_the_token_of_another_account(self):
        company = self.env["res.company"].create({"name": "Yayasan Lain"})
        self._make_provider(company, xendit_webhook_token="other")
        tx = self.make_native()
        message = self.make_invoice(tx.reference)
        self.assertEqual(self.call(message, NATIVE, "other").status_code, 403)
        self.assertEqual(tx.state, "draft")

    def test_malformed(self):
        for body in (b" ", b"{}", b"[]", b"nothing", b'{"external_id": "a\\u0000b"}'):
            for path in (OURS, NATIVE):
                self.assertEqual(self.call(body, path).status_code, 400)

    def test_guards(self):
        message = capture("PAY-1", pad="x" * MAX_BODY_BYTES)
        for path in (OURS, NATIVE):
            self.assertEqual(self.call(message, path).status_code, 413)
            answer = self.call(b"{}", path, **{"Content-Type": "text/plain"})
            self.assertEqual(answer.status_code, 415)
            with mute_logger("odoo.http"):
                self.assertEqual(self.url_open(path, method="GET").status_code, 405)
        accounts = self.gateway._find_senders("xendit")
        accounts.callback_allowlist = "103.208.23.0/24"
        native = self.make_native()
        message = self.make_invoice(native.reference)
        for path in (OURS, NATIVE):
            self.assertEqual(self.call(message, path).status_code, 403)
        self.assertEqual(native.state, "draft")

    def test_no_session_is_made(self):
        for path in (OURS, NATIVE):
            answer = self.call(capture("PAY-261116-ZZZZZZZZ"), path)
            self.assertNotIn("session_id", answer.cookies)

    def test_unknown_order_is_taken(self):
        message = capture("PAY-261116-ZZZZZZZZ")
        self.confirm(message)
        self.assertEqual(self.call(message, NATIVE).status_code, 200)
        self.assertEqual(self.incoming("py-1").exception, "unknown")

    def test_changed_byte(self):
        """A byte of the token refuses it; a byte of the body, which is not signed, is
        of no use, because the API is asked."""
        tx = self.make_attempt(self.make_bill())
        message = capture(tx.reference)
        self.confirm(message)
        for i in range(len(TOKEN)):
            token = TOKEN[:i] + chr(ord(TOKEN[i]) ^ 1) + TOKEN[i + 1 :]
            self.assertEqual(self.call(message, token=token).status_code, 401)
        self.assertFalse(self.incoming("py-1"))
        message["data"]["captures"][0]["capture_amount"] = 950000
        self.xendit.answers["GET v3/payments/py-1"] = (
            200,
            capture(tx.reference)["data"],
        )
        self.call(message)
        self.assertEqual(self.incoming("py-1").amount, 350000)
