# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Our calls to a bank: what is sent, and what becomes of the answers."""

import json
from dataclasses import replace
from datetime import date
from unittest.mock import patch
from urllib.parse import urlsplit

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.payment_va.models.payment_provider import ProviderUnavailable

from ..models.payment_snap_client import HURRY_TIMEOUT, SnapRefused
from ..tools import signature
from .common import NOW, SnapCommon, key_pair, vectors

SEND = "odoo.addons.payment_va.models.payment_provider.send"
LOGS = (
    "odoo.addons.payment_snap.models.payment_snap_client",
    "odoo.addons.payment_va.models.payment_provider",
)
ACCOUNT = {
    "number": "123459000000001",
    "name": "Ibu Bayar",
    "reference": "PAY-X",
    "trx_type": "C",
    "amount": 350000,
    "expires_at": False,
    "description": "PAY-X",
}
OK_VA = (200, {"responseCode": "2002700", "responseMessage": "Successful"})
NO_TOKEN = (401, {"responseCode": "4012701", "responseMessage": "Invalid Token (B2B)"})


def there(trx_id="PAY-X"):
    return 200, {"responseCode": "2003000", "virtualAccountData": {"trxId": trx_id}}


@tagged("post_install", "-at_install")
class TestClient(SnapCommon):
    def create_va(self, *bank_answers, **values):
        with self.bank_answers(*bank_answers) as calls:
            self.provider._snap_create_va({**ACCOUNT, **values})
        return calls

    # === TOKEN === #

    def test_token_request(self):
        with self.bank_answers(OK_VA) as calls:
            self.provider._snap_request("27", {})
        call = calls[0]
        self.assertEqual(call["url"], "https://bank.example/v1.0/access-token/b2b")
        self.assertEqual(json.loads(call["data"]), {"grantType": "client_credentials"})
        headers = call["headers"]
        self.assertEqual(headers["X-TIMESTAMP"], NOW)
        text = signature.compose_token_request("OUR-CLIENT", NOW)
        signed = headers["X-SIGNATURE"]
        self.assertTrue(signature.verify_rsa(key_pair("ours")[1], text, signed))

    def test_token_is_kept(self):
        with self.bank_answers(OK_VA, OK_VA) as calls:
            self.provider._snap_request("27", {})
            self.provider._snap_request("27", {})
        self.assertEqual(len(self.calls_of(calls, "/access-token/b2b")), 1)

    def test_token_belongs_to_the_key(self):
        with self.bank_answers(OK_VA, OK_VA) as calls:
            self.provider._snap_request("27", {})
            self.provider.snap_client_id = "ANOTHER"
            self.provider._snap_request("27", {})
        self.assertEqual(len(self.calls_of(calls, "/access-token/b2b")), 2)

    def test_refused_token_is_replaced_once(self):
        with self.bank_answers(NO_TOKEN, OK_VA) as calls:
            self.provider._snap_request("27", {})
        tokens = self.calls_of(calls, "/access-token/b2b")
        services = self.calls_of(calls, "/create-va")
        self.assertEqual((len(tokens), len(services)), (2, 2))
        ids = {call["headers"]["X-EXTERNAL-ID"] for call in services}
        self.assertEqual(len(ids), 2)

    @mute_logger(*LOGS)
    def test_refused_token_is_replaced_once_only(self):
        with self.bank_answers(NO_TOKEN, NO_TOKEN), self.assertRaises(SnapRefused):
            self.provider._snap_request("27", {})

    @mute_logger(*LOGS)
    def test_bank_without_tokens_is_left_alone(self):
        """A batch that waits does not wait for each of its payments."""
        tokens = []

        def send(request, timeout, pauses=()):
            tokens.append((timeout, pauses))
            return None, {}, "Timeout"

        event = self.provider._prepare_poll_event(self.make_checkout(self.make_bill()))
        with patch(SEND, send):
            self.bank.confirm_service = "report"
            event = replace(event, va_number="123451")
            for _i in range(3):
                self.assertIsNone(self.provider._prepare_confirmation(event))
            self.assertEqual(tokens, [(HURRY_TIMEOUT, ())])
            # Who is asked by a person is asked again.
            with self.assertRaises(ProviderUnavailable):
                self.provider._snap_get_token()
        self.assertEqual(len(tokens), 2)

    # === SIGNATURE === #

    def test_call_is_signed_over_its_bytes(self):
        for encoding in ("base64", "hex"):
            self.bank.signature_out = encoding
            with self.bank_answers(OK_VA) as calls:
                self.provider._snap_request("27", {"b": "1  2", "a": "é"})
            call = calls[-1]
            self.assertEqual(call["data"], '{"b":"1  2","a":"é"}'.encode())
            headers = call["headers"]
            text = signature.compose_symmetric(
                "POST",
                urlsplit(call["url"]).path,
                "bank-token",
                signature.body_hash(call["data"]),
                headers["X-TIMESTAMP"],
            )
            expected = signature.sign_symmetric("our-secret", text, encoding)
            self.assertEqual(headers["X-SIGNATURE"], expected)
            self.assertEqual(headers["X-PARTNER-ID"], "OUR-PARTNER")
            self.assertEqual(headers["Authorization"], "Bearer bank-token")

    def test_forms_of_a_bank(self):
        self.bank.write(
            {
                "timestamp_milliseconds": True,
                "channel_id_code": "95231",
                "path_va": "/snap/v1.0/transfer-va",
            }
        )
        calls = self.create_va(OK_VA)
        call = calls[-1]
        self.assertEqual(
            call["url"], "https://bank.example/snap/v1.0/transfer-va/create-va"
        )
        self.assertEqual(
            call["headers"]["X-TIMESTAMP"], "2026-11-16T10:00:00.000+07:00"
        )
        self.assertEqual(call["headers"]["CHANNEL-ID"], "95231")

    def test_report_by_get(self):
        """The query is part of the path that is signed; there is no body."""
        self.bank.report_method = "GET"
        answer = {"responseCode": "2003500", "virtualAccountData": []}
        with self.bank_answers((200, answer)) as calls:
            payload = self.provider._snap_prepare_report(date(2026, 11, 16))
            self.provider._snap_request("35", payload)
        call = calls[-1]
        self.assertIsNone(call["data"])
        path = call["url"].removeprefix("https://bank.example")
        self.assertIn("partnerServiceId=%20%20%2012345&startDate=2026-11-16", path)
        text = signature.compose_symmetric(
            "GET", path, "bank-token", signature.body_hash(b""), NOW
        )
        self.assertEqual(
            call["headers"]["X-SIGNATURE"], signature.sign_symmetric("our-secret", text)
        )

    def test_host_with_a_path(self):
        self.provider.api_url = "http://127.0.0.1:8069/bank"
        with self.bank_answers(OK_VA) as calls:
            self.provider._snap_request("27", {})
        call = calls[-1]
        path = "/bank/v1.0/transfer-va/create-va"
        self.assertEqual(call["url"], f"http://127.0.0.1:8069{path}")
        text = signature.compose_symmetric(
            "POST", path, "bank-token", signature.body_hash(b"{}"), NOW
        )
        self.assertEqual(
            call["headers"]["X-SIGNATURE"], signature.sign_symmetric("our-secret", text)
        )

    def test_external_ids_differ(self):
        ids = {self.provider._snap_new_external_id() for _i in range(50)}
        self.assertEqual(len(ids), 50)
        for external_id in ids:
            self.assertTrue(external_id.isdigit())
            self.assertLessEqual(len(external_id), 36)

    def test_no_host(self):
        self.bank.host_sandbox = False
        with self.assertRaisesRegex(UserError, "no host"):
            self.provider._snap_get_token()

    def test_live_host(self):
        self.bank.host_production = "https://live.example"
        self.provider.state = "enabled"
        self.assertEqual(self.provider._snap_get_host(), "https://live.example")

    # === CREATE-VA === #

    def test_create_va_request(self):
        """snap-create-va-req: our request has the form of the sample."""
        sample = vectors()["snap-create-va-req"]["payload"]
        self.provider.snap_company_code = "088899"
        calls = self.create_va(
            OK_VA,
            number="088899" + sample["customerNo"],
            name=sample["virtualAccountName"],
            reference=sample["trxId"],
            amount=12345678,
            expires_at=self.datetime("2020-12-31 16:59:59"),
        )
        body = json.loads(calls[-1]["data"])
        self.assertLessEqual(set(body), set(sample))
        for name in set(body) - {"additionalInfo"}:
            self.assertEqual(body[name], sample[name])

    def datetime(self, text):
        return self.env["payment.transaction"]._fields["expires_at"].to_datetime(text)

    def test_fixed_number_expires_when_the_bank_wants_it(self):
        self.bank.fixed_days = 365
        body = json.loads(self.create_va(OK_VA)[-1]["data"])
        self.assertEqual(body["expiredDate"], "2027-11-16T10:00:00+07:00")
        self.bank.fixed_days = 0
        body = json.loads(self.create_va(OK_VA)[-1]["data"])
        self.assertNotIn("expiredDate", body)

    @mute_logger(*LOGS)
    def test_unknown_outcome_is_asked_for(self):
        """No second create-va: the bank is asked whether it made the number."""
        for unknown in (
            (None, {}),
            (500, {"responseCode": "5002700"}),
            (504, {"responseCode": "5042700"}),
            (202, {"responseCode": "2022700"}),
        ):
            with self.subTest(unknown):
                calls = self.create_va(unknown, there())
                self.assertEqual(len(self.calls_of(calls, "/create-va")), 1)
                self.assertEqual(len(self.calls_of(calls, "/inquiry-va")), 1)

    @mute_logger(*LOGS)
    def test_unknown_outcome_that_was_a_failure(self):
        for found in (
            (404, {"responseCode": "4043012"}),
            there("ANOTHER"),
            (200, {"responseCode": "2003000"}),
        ):
            with self.assertRaises(ProviderUnavailable):
                self.create_va((504, {}), found)

    @mute_logger(*LOGS)
    def test_unknown_outcome_that_stays_unknown(self):
        with self.assertRaises(ProviderUnavailable):
            self.create_va((None, {}), (None, {}))

    @mute_logger(*LOGS)
    def test_number_that_is_there_already(self):
        conflict = (409, {"responseCode": "4092701"})
        self.create_va(conflict, there())
        with self.assertRaises(SnapRefused):
            self.create_va(conflict, there("ANOTHER"))

    @mute_logger(*LOGS)
    def test_refused(self):
        refused = {"responseCode": "4042712", "responseMessage": "Invalid Bill"}
        with self.assertRaisesRegex(SnapRefused, "4042712 Invalid Bill"):
            self.create_va((404, refused))

    def test_number_of_another_company(self):
        with self.assertRaisesRegex(UserError, "Number Prefix"):
            self.create_va(number="999990001")

    def test_odd_answers(self):
        for odd in ([], "x", {}):
            with (
                self.bank_answers((200, odd)),
                self.assertRaises(UserError),
                mute_logger(*LOGS),
            ):
                self.provider._snap_request("27", {})

    # === THE OTHER SERVICES === #

    def test_delete(self):
        gone = (404, {"responseCode": "4043112"})
        for answer in ((200, {"responseCode": "2003100"}), gone):
            with self.bank_answers(answer) as calls, mute_logger(*LOGS):
                self.provider._snap_delete_va("123459000000001", "PAY-X")
            call = calls[-1]
            self.assertEqual(call["method"], "DELETE")
            body = json.loads(call["data"])
            self.assertEqual(body["trxId"], "PAY-X")
            self.assertEqual(body["virtualAccountNo"], "   123459000000001")

    def test_update_status(self):
        for paid, letter in ((True, "Y"), (False, "N")):
            with self.bank_answers((200, {"responseCode": "2002900"})) as calls:
                self.provider._snap_update_status("123459000000001", "PAY-X", paid)
            self.assertEqual(calls[-1]["method"], "PUT")
            self.assertEqual(json.loads(calls[-1]["data"])["paidStatus"], letter)

    @mute_logger(*LOGS)
    def test_keys_are_not_in_errors(self):
        with self.bank_answers((400, {"responseCode": "4002702"})):
            with self.assertLogs(LOGS[0], "WARNING") as log:
                with self.assertRaises(UserError) as catcher:
                    self.provider._snap_request("27", {})
        text = str(catcher.exception) + str(log.output)
        for secret in ("our-secret", "bank-token", "PRIVATE"):
            self.assertNotIn(secret, text)
