# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import json
from datetime import UTC, date, datetime

from odoo.tests import BaseCase, tagged

from ..tools import briva_ws
from ..tools.briva_ws import BrivaClient

NOW = datetime(2026, 7, 10, 2, 20, 11, tzinfo=UTC)


@tagged("post_install", "-at_install")
class TestBrivaWs(BaseCase):
    def setUp(self):
        super().setUp()
        self.client = BrivaClient(
            "https://bri.example", "client", "testsecret456", "j104408", "77777"
        )

    def test_read(self):
        call = self.client.prepare_read("testtoken123", NOW, "0000000001")
        self.assertEqual(
            call["url"], "https://bri.example/v1/briva/j104408/77777/0000000001"
        )
        headers = call["headers"]
        self.assertEqual(headers["BRI-Timestamp"], "2026-07-10T02:20:11.000Z")
        self.assertEqual(
            headers["BRI-Signature"], "1XuNMkZw584n/u9VPG3vQrmP3onFfDbHUW7hHoSpSf8="
        )
        self.assertIsNone(call["data"])

    def test_create(self):
        expires_at = datetime(2026, 7, 31, 17, 0, tzinfo=UTC)
        call = self.client.prepare_create(
            "token", NOW, "0000000001", "Ani", "350000.00", expires_at
        )
        body = json.loads(call["data"])
        self.assertEqual(body["amount"], "350000")
        self.assertEqual(body["expiredDate"], "2026-08-01 00:00:00")
        payload = briva_ws.compose_payload(
            "/v1/briva",
            "POST",
            "token",
            "2026-07-10T02:20:11.000Z",
            call["data"].decode(),
        )
        self.assertEqual(
            call["headers"]["BRI-Signature"], briva_ws.sign("testsecret456", payload)
        )

    def test_fraction_of_a_rupiah(self):
        with self.assertRaises(ValueError):
            self.client.prepare_create("token", NOW, "1", "Ani", "350000.50", NOW)

    def test_status_and_report(self):
        call = self.client.prepare_status("token", NOW, "1", True)
        self.assertEqual((call["method"], call["url"][-7:]), ("PUT", "/status"))
        self.assertEqual(json.loads(call["data"])["statusBayar"], "Y")
        call = self.client.prepare_report(
            "token", NOW, date(2026, 7, 1), date(2026, 7, 31)
        )
        self.assertTrue(
            call["url"].endswith("/v1/briva/report/j104408/77777/20260701/20260731")
        )

    def test_token(self):
        call = self.client.prepare_token()
        self.assertEqual(call["params"], {"grant_type": "client_credentials"})
        self.assertEqual(call["data"]["client_secret"], "testsecret456")
