# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What Midtrans gets to hear over HTTP."""

import json

from odoo.tests import HttpCase, tagged

from .common import MidtransCommon, make_payload

PATH = "/payment/callback/midtrans"


@tagged("post_install", "-at_install")
class TestRoute(MidtransCommon, HttpCase):
    def post(self, body, content_type="application/json"):
        body = body if isinstance(body, bytes) else json.dumps(body).encode()
        with self.midtrans() as api:
            response = self.url_open(
                PATH, data=body, headers={"Content-Type": content_type}, method="POST"
            )
        self.asked = api.calls
        return response

    def inbox(self):
        return self.env["payment.notification"].search(
            [("provider_code", "=", "midtrans")]
        )

    def test_known_and_unknown_orders_are_taken(self):
        self.make_attempt(self.make_bill(), reference="ORDER-1")
        for order in ("ORDER-1", "WEBSHOP-7"):
            response = self.post(make_payload("pending", order_id=order))
            self.assertEqual(response.status_code, 200)
        self.assertEqual(
            set(self.inbox().mapped("order_ref")), {"ORDER-1", "WEBSHOP-7"}
        )
        self.assertEqual(set(self.inbox().mapped("verdict")), {"verified"})

    def test_each_repeat_is_taken(self):
        for _time in range(5):
            response = self.post(make_payload("pending"))
            self.assertEqual(response.status_code, 200)
        self.assertEqual(len(self.inbox()), 5)
        self.assertEqual(len(self.inbox().filtered("duplicate_of_id")), 4)

    def test_body_is_kept_as_it_came(self):
        body = b' {"order_id" : "X", "x": 1.50 }\n'
        self.post(body)
        self.assertEqual(self.inbox()._get_body(), body)

    def test_wrong_signature(self):
        payload = make_payload()
        for name, value in (
            ("signature_key", payload["signature_key"][:-1] + "x"),
            ("gross_amount", "350000.01"),
            ("status_code", "201"),
            ("order_id", "ORDER-2"),
        ):
            with self.subTest(name):
                response = self.post({**payload, name: value})
                self.assertEqual(response.status_code, 401)
                self.assertEqual(response.json(), {"status": "rejected"})
                self.assertEqual(self.asked, [])
        self.assertEqual(set(self.inbox().mapped("state")), {"rejected"})

    def test_missing_signature(self):
        payload = make_payload()
        del payload["signature_key"]
        self.assertEqual(self.post(payload).status_code, 401)

    def test_malformed(self):
        for body in (
            b"",
            b"{",
            b"[]",
            b"{}",
            b"[" * 60_000,
            b"\xff",
            {"order_id": "X"},
        ):
            with self.subTest(str(body)[:20]):
                response = self.post(body)
                self.assertEqual(response.status_code, 400)
                self.assertEqual(response.json(), {"status": "rejected"})
        self.assertEqual(set(self.inbox().mapped("verdict")), {"malformed"})

    def test_other_content(self):
        self.assertEqual(self.post(b"a=b", "text/plain").status_code, 415)

    def test_only_post(self):
        self.assertEqual(self.url_open(PATH).status_code, 405)
        self.assertFalse(self.inbox())
