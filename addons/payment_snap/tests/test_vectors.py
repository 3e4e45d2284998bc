# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Each published or constructed example, as a test."""

import hashlib
import json
from decimal import Decimal

from odoo.tests import BaseCase, tagged

from odoo.addons.payment_va.tools.amounts import parse_amount
from odoo.addons.payment_va.tools.event import Delivery

from ..tools import answers, briva_ws, codes, events, requests, signature, va
from .common import vectors


@tagged("post_install", "-at_install")
class TestVectors(BaseCase):
    def vector(self, name):
        row = vectors()[name]
        return row.get("inputs"), row.get("expected", row.get("payload"))

    # === SIGNATURES === #

    def test_token_rsa_01(self):
        given, expected = self.vector("snap-token-rsa-01")
        text = signature.compose_token_request(given["client_id"], given["x_timestamp"])
        key, signed = given["public_key_pem"], expected["x_signature"]
        self.assertTrue(signature.verify_rsa(key, text, signed))
        self.assertFalse(signature.verify_rsa(key, text + " ", signed))
        self.assertFalse(signature.verify_rsa(key, text, "A" + signed[1:]))

    def test_hmac_01(self):
        given, expected = self.vector("snap-hmac-01")
        secret, text = given["client_secret"], given["string_to_sign"]
        self.assertEqual(
            signature.sign_symmetric(secret, text), expected["x_signature_base64"]
        )
        self.assertEqual(
            signature.sign_symmetric(secret, text, "hex"), expected["x_signature_hex"]
        )

    def test_inbound_payment_constructed(self):
        given, expected = self.vector("snap-inbound-payment-constructed")
        hashed = signature.body_hash(given["body"].encode())
        self.assertEqual(hashed, expected["body_sha256"])
        text = signature.compose_symmetric(
            given["method"],
            given["relative_path"],
            given["access_token"],
            hashed,
            given["x_timestamp"],
        )
        self.assertEqual(text, expected["string_to_sign"])
        for encoding in ("base64", "hex"):
            signed = expected[f"x_signature_{encoding}"]
            secret = given["client_secret"]
            self.assertEqual(signature.sign_symmetric(secret, text, encoding), signed)
            for allowed in (encoding, "either"):
                self.assertTrue(
                    signature.verify_symmetric(secret, text, signed, allowed)
                )
            other = "hex" if encoding == "base64" else "base64"
            self.assertFalse(signature.verify_symmetric(secret, text, signed, other))

    def test_bodyhash(self):
        for name in ("snap-bodyhash-01", "snap-bodyhash-04-empty"):
            given, expected = self.vector(name)
            self.assertEqual(
                signature.body_hash(given["body"].encode()), expected["sha256"]
            )

    def test_bodyhash_negative(self):
        given, expected = self.vector("snap-bodyhash-03-negative")
        hashes = signature.body_hashes(given["body"].encode())
        self.assertIn(expected["sha256"], hashes)
        self.assertNotIn(given["claimed_sha256"], hashes)

    def test_minify(self):
        given, expected = self.vector("snap-minify-01")
        pretty = given["body_pretty"].encode()
        self.assertEqual(
            hashlib.sha256(pretty).hexdigest(), given["body_pretty_sha256"]
        )
        self.assertEqual(signature.minify(pretty).decode(), expected["minified"])
        self.assertEqual(
            signature.body_hashes(pretty),
            (given["body_pretty_sha256"], expected["sha256"]),
        )

    def test_bri_signature(self):
        given, expected = self.vector("bri-sig-01-get")
        payload = briva_ws.compose_payload(
            given["path"],
            given["verb"],
            given["token"],
            given["timestamp"],
            given["body"],
        )
        self.assertEqual(payload, expected["payload"])
        secret = given["client_secret"]
        self.assertEqual(briva_ws.sign(secret, payload), expected["bri_signature"])
        self.assertNotEqual(
            briva_ws.sign(secret + "x", payload), expected["bri_signature"]
        )

    # === CODES === #

    def test_codes(self):
        rows = [row for name, row in vectors().items() if name.startswith("snap-code-")]
        self.assertEqual(len(rows), 24)
        for row in rows:
            given, expected = row["inputs"], row["expected"]
            with self.subTest(row["id"]):
                code = codes.compose(
                    int(given["http"]), given["service"], given["case"]
                )
                self.assertEqual(code, expected["responseCode"])
                self.assertEqual(codes.http_status(code), expected["http_status"])
                self.assertIn((int(given["http"]), given["case"]), codes.CASES)

    # === NUMBERS AND AMOUNTS === #

    def test_padding(self):
        for name in ("snap-pad-12345", "snap-pad-91118", "snap-pad-088899"):
            given, expected = self.vector(name)
            with self.subTest(name):
                keys = va.compose(given["company_code"], given["customerNo"])
                self.assertEqual(keys["partnerServiceId"], expected["partnerServiceId"])
                self.assertEqual(keys["virtualAccountNo"], expected["virtualAccountNo"])
                self.assertEqual(va.read_number(keys), expected["display_number"])

    def test_amount(self):
        given, expected = self.vector("amount-snap")
        amount = parse_amount(given["wire"])
        self.assertEqual(amount, Decimal(expected["decimal"]))
        self.assertEqual(answers.money(amount)["value"], given["wire"])

    # === SHAPES === #

    def test_inquiry_request(self):
        _given, body = self.vector("snap-inquiry-req")
        requests.check_fields("24", body)
        self.assertEqual(va.read_number(body), "08889912345678901234567890")
        self.assertEqual(requests.request_id("24", body), "abcdef-123456-abcdef")

    def test_inquiry_response(self):
        _given, request = self.vector("snap-inquiry-req")
        _given, expected = self.vector("snap-inquiry-res")
        bill = answers.Bill("123456789012345678", "Bill A for Jan", Decimal(12345678))
        presented = answers.Presented("Jokul Doe", Decimal(12345678), "C", bills=[bill])
        answer = answers.answer_inquiry("2002400", request, presented)
        data, sample = answer["virtualAccountData"], expected["virtualAccountData"]
        self.assertEqual(set(data), set(sample))
        for name in (
            "inquiryStatus",
            "inquiryReason",
            "customerNo",
            "virtualAccountName",
            "inquiryRequestId",
            "totalAmount",
            "virtualAccountTrxType",
        ):
            self.assertEqual(data[name], sample[name])
        for name in ("partnerServiceId", "virtualAccountNo"):
            self.assertEqual(data[name], request[name])
        detail, sample = data["billDetails"][0], sample["billDetails"][0]
        self.assertLessEqual(set(detail), set(sample))
        for name in ("billCode", "billNo", "billName", "billAmount"):
            self.assertEqual(detail[name], sample[name])

    def test_payment_request(self):
        _given, body = self.vector("snap-payment-req")
        requests.check_fields("25", body)
        delivery = Delivery(
            "snap", json.dumps(body).encode(), {}, path="/v1.0/transfer-va/payment"
        )
        event = events.parse_delivery(delivery)
        self.assertEqual(event.kind, "paid")
        self.assertEqual(event.payment_id, "abcdef-123456-abcdef")
        self.assertEqual(event.amount, Decimal(12345678))
        self.assertEqual(event.va_number, "08889912345678901234567890")
        self.assertEqual(event.paid_at.isoformat(), "2020-12-31T23:59:59+00:00")

    def test_payment_response(self):
        _given, request = self.vector("snap-payment-req")
        _given, expected = self.vector("snap-payment-res")
        answer = answers.answer_payment("2002500", request, "Jokul Doe")
        data, sample = answer["virtualAccountData"], expected["virtualAccountData"]
        self.assertEqual(set(data), set(sample))
        for name in set(sample) - {"partnerServiceId", "billDetails"}:
            with self.subTest(name):
                self.assertEqual(data[name], sample[name])
        # The sample of the answer pads the company code differently than its request.
        self.assertEqual(data["partnerServiceId"], request["partnerServiceId"])
        detail, sample = data["billDetails"][0], sample["billDetails"][0]
        self.assertEqual(detail["status"], sample["status"])
        self.assertEqual(detail["reason"], sample["reason"])
        for name in ("billCode", "billNo", "billAmount"):
            self.assertEqual(detail[name], sample[name])
        self.assertEqual(answer["responseCode"], expected["responseCode"])

    def test_create_va_request(self):
        """That our own request has the sample's form is tested with the client."""
        _given, sample = self.vector("snap-create-va-req")
        self.assertEqual(
            va.compose("088899", sample["customerNo"]),
            {
                name: sample[name]
                for name in ("partnerServiceId", "customerNo", "virtualAccountNo")
            },
        )
        self.assertEqual(answers.money(Decimal(12345678)), sample["totalAmount"])
