# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The proof of a notification: published digests, and one changed byte."""

import json

from odoo.tests import BaseCase, tagged

from ..tools.mapping import read_body
from ..tools.signature import is_signed, sign
from .common import KEY, VECTORS, make_payload

DIGESTS = ("midtrans-sig-01", "midtrans-sig-03-no-decimals", "midtrans-sig-04-pending")
SIGNED = (
    "midtrans-signed-pending",
    "midtrans-signed-settlement",
    "midtrans-signed-expire",
    "midtrans-signed-reversal-deny",
)


@tagged("post_install", "-at_install")
class TestSignature(BaseCase):
    def test_published_digests(self):
        for name in DIGESTS:
            vector = VECTORS[name]
            with self.subTest(name):
                expected = vector["expected"]["signature_key"]
                self.assertEqual(sign(**vector["inputs"]), expected)

    def test_digest_is_of_the_text_as_it_came(self):
        """100000 is the same amount as 100000.00, and not the same text."""
        with_decimals = VECTORS["midtrans-sig-01"]
        signature = with_decimals["expected"]["signature_key"]
        key = with_decimals["inputs"]["server_key"]
        payload = {**with_decimals["inputs"], "signature_key": signature}
        self.assertTrue(is_signed(payload, key))
        self.assertFalse(is_signed({**payload, "gross_amount": "100000"}, key))
        self.assertFalse(is_signed({**payload, "gross_amount": 100000.00}, key))

    def test_signed_notifications(self):
        for name in SIGNED:
            with self.subTest(name):
                vector = VECTORS[name]
                body = json.dumps(vector["payload"]).encode()
                key = vector["inputs"]["server_key"]
                self.assertTrue(is_signed(read_body(body), key))

    def test_published_notifications_are_of_another_key(self):
        for name in ("midtrans-notif-qris", "midtrans-notif-permata"):
            self.assertFalse(is_signed(VECTORS[name]["payload"], KEY), name)

    def test_changed_byte_is_refused(self):
        payload = make_payload()
        self.assertTrue(is_signed(payload, KEY))
        for name in ("order_id", "status_code", "gross_amount", "signature_key"):
            with self.subTest(name):
                value = payload[name]
                changed = value[:-1] + ("0" if value[-1] != "0" else "1")
                self.assertFalse(is_signed({**payload, name: changed}, KEY))

    def test_changed_key_is_refused(self):
        self.assertFalse(is_signed(make_payload(), KEY[:-1] + "2"))

    def test_upper_case_is_refused(self):
        payload = make_payload()
        payload["signature_key"] = payload["signature_key"].upper()
        self.assertFalse(is_signed(payload, KEY))

    def test_account_without_key_verifies_nothing(self):
        """The text is public: without a key anybody could sign it."""
        for key in ("", False, None):
            payload = make_payload(key="")
            self.assertFalse(is_signed(payload, key), key)

    def test_missing_or_odd_signature_is_refused(self):
        for value in (None, "", 5, [], {"$ne": ""}, "é" * 128, "\ud800"):
            payload = {**make_payload(), "signature_key": value}
            self.assertFalse(is_signed(payload, KEY), value)
