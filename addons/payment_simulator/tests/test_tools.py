# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import json
from datetime import datetime

from hypothesis import given
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from ..tools import qris, retries, sender, signing
from ..tools.faults import HOLD_SECONDS, Faults, Sending, plan
from ..tools.wire import Call

KEY = "askvnoibnosifnboseofinbofinfgbiufglnbfg"
# docs.midtrans.com (inputs) and the omnipay-midtrans tests (digest); the others follow.
MIDTRANS = [
    (
        ("1111", "200", "100000.00"),
        "edc076b21793ebe3e17926350f5b8ae67d902fe657b3d0aa31b932d5c127e2375d308a2bc94f3265"
        "ac2d80a1f181a79b997ac178a236fcff35af263fc4d4c231",
    ),
    (
        ("1111", "200", "100000"),
        "5f363520e86c10c2ea14074cd09dc1d67299633558abe291ded95a16908f9ec5071e982c289c3333"
        "bcbcfe62dd8e78ae4c3d3bd92191707ba2e91f7169d8411a",
    ),
    (
        ("1111", "201", "100000.00"),
        "64fd21fc255a4b87a79d8ae0921d78c916073e5cad6b4d5ce848755d2ab85d1a94ead5a431e37adc"
        "29cd87a73d09dc4cd03ce2fbdd4c801ac4f2fab3ea19722d",
    ),
]
# docs.midtrans.com, page on signatures: its sample key, not a secret.
CLIENT_ID, TIME = "G1234325-SNAP", "2023-07-31T07:10:00+07:00"
PUBLIC_KEY = """-----BEGIN PUBLIC KEY-----
MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAlWbtlh3eM+bW3n5AFj42
wddC4L7tQqbLiCFbTv8K67yng9iwK5mEn+UMXiRhvB2JVWFafCPPxFamsiVG3Mjn
eGjC0BYgmpmw4qXnAnyO3nCdCuPtmZ3ljhKvSTPdWZxrcLi1Xa9V/+Pzb8hrjb5i
wMn6SZFNeMmZYgFKiSeueo6TPln2PoTqXCzs1HtsM8eUVe8GAsjJe/3dYl992nyX
OpG21GgNu8o5T3WOptPg6GdDTWkTWUu483yRbVVy04Pz4L8DDZTDv+WcsAViDn1r
A/jB1Auj/UGKx2ovGcBH/a/hor5TbABbODU6cPTHT54K3sSZtvZNV4eFDB1f/4wd
fwIDAQAB
-----END PUBLIC KEY-----
"""
SIGNATURE = (
    "iv5YorKVVFOFS59l0HChDvPe+HeoE/jY5CfVgCg5i16nj5/DVnKg49ilkv8PyeU7y38apHhgO+cUrvkfUs5B"
    "hDD69yLn7xp8hzN9RcR0UDy5+nCrQ3GGCVSzZJvlEXN+TB0j4Q6pMsjrq4+YRoyDa4mTlsjJTU9aGjLRFBYg"
    "Y4MyMQ5x11JyLnoFwbS8TJ5e/q4mUozrp49VyHe7OQSFnJNwvMSFrDyAIxoOK0IZQIlY29PaDIFcWoR+RJAY"
    "42H2FryjJcPpNfeercbkj9jsBLV3wmEKiNoN6lgFFLk5QicDnAAQzL45s92EYeCqDNuTTJOydaJbUqEo1d/Z"
    "PVNBtQ=="
)
# Constructed with the algorithm of the standard; shape: SNAP Developer Site.
PAYMENT = {
    "partnerServiceId": "   12345",
    "customerNo": "2026000001",
    "virtualAccountNo": "   123452026000001",
    "virtualAccountName": "SANTRI CONTOH",
    "paymentRequestId": "20260710092011000001",
    "channelCode": 6011,
    "paidAmount": {"value": "350000.00", "currency": "IDR"},
    "totalAmount": {"value": "350000.00", "currency": "IDR"},
    "trxDateTime": "2026-07-10T09:20:11+07:00",
    "referenceNo": "00012345678",
    "flagAdvise": "N",
    "billDetails": [],
    "freeTexts": [],
    "additionalInfo": {},
}
PAYMENT_HASH = "f7c0ef64c77408d2d0ade3d029cd742963868ebc6e984210e26d0684df698c06"
PAYMENT_HEX = (
    "e681b63615e2e48ed6c9b9781b9a5f6acb6e1332708e6a87ffb8a735e8a827312123d802124167d3facb"
    "179589b4a5e1344ae15b40456abe2b76f0d8f77c1cf7"
)
PAYMENT_BASE64 = (
    "5oG2NhXi5I7Wybl4G5pfastuEzJwjmqH/7inNeioJzEhI9gCEkFn0/rLF5WJtKXhNErhW0BFar4rdvDY93wc"
    "9w=="
)
EMPTY_HASH = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


@tagged("post_install", "-at_install")
class TestSigning(BaseCase):
    def test_midtrans_vectors(self):
        for strings, expected in MIDTRANS:
            self.assertEqual(signing.sign_midtrans(*strings, KEY), expected)

    def test_published_token_signature_and_one_changed_byte(self):
        text = f"{CLIENT_ID}|{TIME}"
        self.assertTrue(signing.verify_rsa(PUBLIC_KEY, text, SIGNATURE))
        self.assertFalse(signing.verify_rsa(PUBLIC_KEY, text + " ", SIGNATURE))
        self.assertFalse(signing.verify_rsa(PUBLIC_KEY, text, "j" + SIGNATURE[1:]))
        self.assertFalse(signing.verify_rsa("", text, SIGNATURE))
        self.assertFalse(signing.verify_rsa(PUBLIC_KEY, text, "no base64"))

    def test_key_pair_signs_and_verifies(self):
        private, public = signing.new_key_pair()
        other = signing.new_key_pair()[1]
        signature = signing.sign_rsa(private, "text")
        self.assertTrue(signing.verify_rsa(public, "text", signature))
        self.assertFalse(signing.verify_rsa(other, "text", signature))
        self.assertEqual(signing.get_public_key(private), public)

    def test_body_hash_ignores_white_space_only(self):
        compact = json.dumps(PAYMENT, separators=(",", ":")).encode()
        pretty = json.dumps(PAYMENT, indent=2).encode()
        self.assertEqual(signing.hash_body(compact), PAYMENT_HASH)
        self.assertEqual(signing.hash_body(pretty), PAYMENT_HASH)
        self.assertEqual(signing.hash_body(b""), EMPTY_HASH)
        changed = compact.replace(b"350000", b"350001", 1)
        self.assertNotEqual(signing.hash_body(changed), PAYMENT_HASH)

    def sign(self, secret="bank-shared-secret-for-tests", path="payment", body=None):
        return signing.sign_hmac(
            secret,
            "POST",
            f"/v1.0/transfer-va/{path}",
            "tokenForTests1234567890",
            json.dumps(body or PAYMENT).encode(),
            "2026-07-10T09:20:11+07:00",
        )

    def test_symmetric_signature_in_both_encodings(self):
        self.assertEqual(signing.encode(self.sign(), "hex"), PAYMENT_HEX)
        self.assertEqual(signing.encode(self.sign(), "base64"), PAYMENT_BASE64)
        for changed in (
            self.sign(secret="bank-shared-secret-for-test"),
            self.sign(path="inquiry"),
            self.sign(body={**PAYMENT, "flagAdvise": "Y"}),
        ):
            self.assertNotEqual(changed, self.sign())

    def test_token_is_of_one_account_and_ends(self):
        token = signing.issue_token("secret", 1000)
        self.assertTrue(signing.is_token_valid("secret", token, 1899, 900))
        self.assertFalse(signing.is_token_valid("secret", token, 1900, 900))
        self.assertFalse(signing.is_token_valid("other", token, 1001, 900))
        self.assertFalse(signing.is_token_valid("secret", "nonsense", 1001, 900))
        self.assertFalse(signing.is_token_valid("secret", token[:-1], 1001, 900))

    def test_empty_secrets_are_not_the_same(self):
        self.assertTrue(signing.same("a", "a"))
        for left, right in (("", ""), (None, None), ("a", ""), ("a", "b")):
            self.assertFalse(signing.same(left, right))


@tagged("post_install", "-at_install")
class TestQris(BaseCase):
    def fields_of(self, payload):
        """Return the fields of a payload by tag."""
        fields, rest = {}, payload
        while rest:
            length = int(rest[2:4])
            fields[rest[:2]], rest = rest[4 : 4 + length], rest[4 + length :]
        return fields

    @given(st.integers(1, 10**9), st.text(max_size=40), st.text(max_size=60))
    def test_payload_is_well_formed(self, amount, reference, merchant):
        reference = "".join(c for c in reference if c.isascii() and c.isprintable())
        payload = qris.compose(amount, reference, merchant)
        fields = self.fields_of(payload)
        self.assertEqual(list(fields)[0], "00")
        self.assertEqual(list(fields)[-1], "63")
        self.assertEqual((fields["01"], fields["54"]), ("12", str(amount)))
        self.assertLessEqual(len(fields["59"]), 25)

    def test_checksum(self):
        payload = qris.compose(39000, "INV-1", "Sekolah")
        self.assertEqual(payload[-8:-4], "6304")
        self.assertEqual(qris.checksum("123456789"), "29B1")
        self.assertEqual(qris.checksum(payload[:-4]), payload[-4:])


@tagged("post_install", "-at_install")
class TestRetries(BaseCase):
    def schedule(self, function, status):
        """Return the minutes between all tries after the same answer each time."""
        minutes, tries = [], 1
        while (pause := function(status, tries)) is not None:
            minutes.append(pause)
            tries += 1
        return minutes

    def test_midtrans_repeats_by_our_answer(self):
        for status, expected in (
            (200, []),
            (500, [2]),
            (503, [2, 10, 30, 90]),
            (404, [2, 10]),
            (400, [2, 10]),
            (302, []),
            (401, [2, 10, 30, 90, 210]),
            (None, [2, 10, 30, 90, 210]),
        ):
            with self.subTest(status=status):
                self.assertEqual(self.schedule(retries.next_midtrans, status), expected)

    def test_xendit_repeats_for_a_day(self):
        minutes = self.schedule(retries.next_xendit, 500)
        self.assertEqual(minutes, [15, 45, 120, 180, 360, 720])
        self.assertEqual(sum(minutes), 24 * 60)
        self.assertEqual(self.schedule(retries.next_xendit, 204), [])

    def test_bank_repeats_only_what_nobody_knows(self):
        for status in (200, 400, 401, 404, 409):
            self.assertEqual(self.schedule(retries.next_snap, status), [])
        for status in (None, 500, 504, 202):
            self.assertEqual(self.schedule(retries.next_snap, status), [1, 2, 5])


@tagged("post_install", "-at_install")
class TestFaults(BaseCase):
    def test_plans(self):
        held = {"after": HOLD_SECONDS, "held": True}
        for faults, overtakes, expected in (
            (Faults(), False, [Sending(0)]),
            (Faults(delay=5), False, [Sending(5)]),
            (Faults(duplicates=2), False, [Sending(0), Sending(0, 1), Sending(0, 2)]),
            (Faults(drop=1, duplicates=2), False, [Sending(0, dropped=True)]),
            (Faults(reorder=True), False, [Sending(**held)]),
            (Faults(reorder=True), True, [Sending(0)]),
        ):
            with self.subTest(faults=faults, overtakes=overtakes):
                self.assertEqual(plan(faults, overtakes), expected)


@tagged("post_install", "-at_install")
class TestWire(BaseCase):
    def test_basic_authentication(self):
        # docs.midtrans.com and docs.xendit.co
        for key, header in (
            ("SB-Mid-server-abc123cde456", "U0ItTWlkLXNlcnZlci1hYmMxMjNjZGU0NTY6"),
            ("xnd_development_TESTKEY", "eG5kX2RldmVsb3BtZW50X1RFU1RLRVk6"),
        ):
            call = Call("GET", "/", {"authorization": f"Basic {header}"})
            self.assertEqual(call.basic_user(), key)
        for header in ("", "Basic", "Basic %", "Bearer x", "Basic YTpi"):
            call = Call("GET", "/", {"authorization": header})
            self.assertEqual(call.basic_user(), "")

    def test_body_has_to_be_an_object(self):
        for body in (b"[]", b"{", b"1"):
            with self.assertRaises(ValueError):
                Call("POST", "/", body=body).json()

    def test_path_and_query(self):
        call = Call("GET", "/v2/invoices?external_id=A-1&external_id=B")
        self.assertEqual(call.segments, ["v2", "invoices"])
        self.assertEqual(call.query, {"external_id": "B"})


@tagged("post_install", "-at_install")
class TestSender(BaseCase):
    def setUp(self):
        super().setUp()
        private, self.public = signing.new_key_pair()
        self.bank = sender.BankKeys("BANK", private, "secret", "hex", "tok")

    def test_signed_request(self):
        body, now = b'{"a": 1}', sender.timestamp()
        headers = sender.sign_request(self.bank, "/v1.0/x", body, now)
        expected = signing.sign_hmac("secret", "POST", "/v1.0/x", "tok", body, now)
        self.assertEqual(headers["X-SIGNATURE"], expected.hex())
        self.assertEqual(headers["Authorization"], "Bearer tok")
        again = sender.sign_request(self.bank, "/v1.0/x", body, now)
        self.assertNotEqual(headers["X-EXTERNAL-ID"], again["X-EXTERNAL-ID"])
        self.assertTrue(headers["X-EXTERNAL-ID"].isdigit())

    def test_token_request(self):
        now = sender.timestamp()
        headers = sender.sign_token_request(self.bank, now)
        self.assertTrue(
            signing.verify_rsa(self.public, f"BANK|{now}", headers["X-SIGNATURE"])
        )
        self.assertIsNotNone(datetime.fromisoformat(now).tzinfo)

    def test_secrets_are_not_in_what_is_logged(self):
        for text in ("secret", "tok", "PRIVATE"):
            self.assertNotIn(text, repr(self.bank))
