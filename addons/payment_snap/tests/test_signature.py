# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Signatures, hashes and times, on their own."""

import json
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from odoo.tests import BaseCase, tagged

from ..tools import signature
from .common import key_pair

TEXT = "POST:/v1.0/transfer-va/payment:token:hash:2026-11-16T10:00:00+07:00"


@tagged("post_install", "-at_install")
class TestSignature(BaseCase):
    def test_every_changed_character_is_refused(self):
        signed = signature.sign_symmetric("secret", TEXT)
        for position, letter in enumerate(TEXT):
            other = "x" if letter != "x" else "y"
            changed = TEXT[:position] + other + TEXT[position + 1 :]
            self.assertFalse(
                signature.verify_symmetric("secret", changed, signed, "either")
            )

    def test_every_changed_signature_is_refused(self):
        for encoding in ("base64", "hex"):
            signed = signature.sign_symmetric("secret", TEXT, encoding)
            for position, letter in enumerate(signed):
                other = "0" if letter != "0" else "1"
                changed = signed[:position] + other + signed[position + 1 :]
                self.assertFalse(
                    signature.verify_symmetric("secret", TEXT, changed, "either")
                )

    def test_changed_or_missing_secret_is_refused(self):
        signed = signature.sign_symmetric("secret", TEXT)
        self.assertTrue(signature.verify_symmetric("secret", TEXT, signed, "base64"))
        self.assertFalse(signature.verify_symmetric("secreT", TEXT, signed, "base64"))
        empty = signature.sign_symmetric("", TEXT)
        self.assertFalse(signature.verify_symmetric("", TEXT, empty, "base64"))
        self.assertFalse(signature.verify_symmetric("secret", TEXT, "", "either"))
        self.assertFalse(
            signature.verify_symmetric("secret", TEXT, "tidak é", "either")
        )

    def test_hex_in_capitals(self):
        signed = signature.sign_symmetric("secret", TEXT, "hex").upper()
        self.assertTrue(signature.verify_symmetric("secret", TEXT, signed, "hex"))

    def test_rsa(self):
        private, public = key_pair("theirs")
        signed = signature.sign_rsa(private, TEXT)
        self.assertTrue(signature.verify_rsa(public, TEXT, signed))
        self.assertFalse(signature.verify_rsa(public, TEXT + "x", signed))
        self.assertFalse(signature.verify_rsa(key_pair("ours")[1], TEXT, signed))
        for wrong in ("", "not base64!", signed[:-4], signed + "AAAA", signed + "\n"):
            self.assertFalse(signature.verify_rsa(public, TEXT, wrong))

    def test_rsa_has_one_spelling(self):
        """The spare bits of base64 are no room for another signature."""
        private, public = key_pair("theirs")
        signed = signature.sign_rsa(private, TEXT)
        self.assertTrue(signed.endswith("=="))
        alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
        last = alphabet.index(signed[-3])
        respelled = signed[:-3] + alphabet[last ^ 1] + "=="
        self.assertFalse(signature.verify_rsa(public, TEXT, respelled))

    def test_asymmetric_has_no_token(self):
        text = signature.compose_asymmetric("post", "/v1.0/qr/x", "ab", "time")
        self.assertEqual(text, "POST:/v1.0/qr/x:ab:time")

    def test_keys_from_the_environment(self):
        private, public = key_pair("ours")
        on_one_line = private.replace("\n", "\\n")
        signed = signature.sign_rsa(on_one_line, TEXT)
        self.assertTrue(signature.verify_rsa(public.replace("\n", "\\n"), TEXT, signed))

    def test_keys_that_are_none(self):
        for wrong in ("", "secret", key_pair("ours")[1]):
            with self.assertRaises(ValueError):
                signature.load_private_key(wrong)
        for wrong in ("", "-----BEGIN CERTIFICATE-----", key_pair("ours")[0]):
            with self.assertRaises(ValueError):
                signature.load_public_key(wrong)

    # === BODY === #

    def test_minify_keeps_strings(self):
        body = b'{ "a" : "  two  \\" blanks\\\\" ,\r\n "b": [ 1, 2 ],\t"c": "{ }" }'
        minified = signature.minify(body)
        self.assertEqual(minified, b'{"a":"  two  \\" blanks\\\\","b":[1,2],"c":"{ }"}')
        self.assertEqual(json.loads(minified), json.loads(body))

    def test_minify_keeps_order_and_odd_bytes(self):
        for body in (
            b"",
            b"{}",
            b'{"z":1,"a":2}',
            b'"open',
            b"\xff \xfe",
            b'{"a":"\xc3',
        ):
            self.assertEqual(signature.minify(body), body.replace(b"\xff ", b"\xff"))

    def test_minified_body_is_hashed_once(self):
        self.assertEqual(len(signature.body_hashes(b'{"a":1}')), 1)
        self.assertEqual(len(signature.body_hashes(b'{"a": 1}')), 2)

    # === TIMES === #

    def test_forms_of_timestamps(self):
        for text in (
            "2026-11-16T10:00:00+07:00",
            "2026-11-16T10:00:00.000+07:00",
            "2026-11-16T03:00:00Z",
            "2026-11-16T03:00:00.123456789Z",
            "2026-11-16T10:00:00+0700",
            "20261116T030000Z",
            "20261116T100000+07:00",
        ):
            with self.subTest(text):
                moment = signature.parse_timestamp(text)
                self.assertEqual(
                    moment.replace(microsecond=0), datetime(2026, 11, 16, 3, tzinfo=UTC)
                )

    def test_no_timestamps(self):
        for text in (
            "",
            None,
            "2026-11-16",
            "2026-11-16T10:00:00",
            "2026-11-16 10:00:00+07:00",
            "2026-13-16T10:00:00+07:00",
            "16-11-2026T10:00:00+07:00",
            "2026-11-16T10:00:00+07:00\n",
            "1763262000",
        ):
            with self.subTest(text), self.assertRaises(ValueError):
                signature.parse_timestamp(text)

    def test_format(self):
        moment = datetime(2026, 11, 16, 3, 0, 0, 123456, tzinfo=UTC)
        jakarta, jayapura = ZoneInfo("Asia/Jakarta"), ZoneInfo("Asia/Jayapura")
        self.assertEqual(
            signature.format_timestamp(moment, jakarta), "2026-11-16T10:00:00+07:00"
        )
        self.assertEqual(
            signature.format_timestamp(moment, jayapura, True),
            "2026-11-16T12:00:00.123+09:00",
        )

    def test_window(self):
        now = datetime(2026, 11, 16, 3, tzinfo=UTC)
        for text, fresh in (
            ("2026-11-16T10:05:00+07:00", True),
            ("2026-11-16T09:55:00+07:00", True),
            ("2026-11-16T10:05:01+07:00", False),
            ("2026-11-16T09:54:59+07:00", False),
        ):
            moment = signature.parse_timestamp(text)
            self.assertEqual(signature.is_fresh(moment, now, 300), fresh)
