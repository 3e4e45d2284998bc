# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What a bank's certification asks for; run against the inbox and over HTTP."""

import json

from odoo.tools import mute_logger

from ..tools import signature
from .common import (
    INQUIRY_PATH,
    NOTIFY_PATH,
    NOW,
    NUMBER,
    PAYMENT_PATH,
    SECRET,
    STATUS_PATH,
    TOKEN_PATH,
    encode,
    key_pair,
    vectors,
)

SERVER_LOG = "odoo.addons.payment_snap.models.payment_snap_server"


def flip(text):
    """Return a text with another first letter."""
    return ("B" if text[0] == "A" else "A") + text[1:]


class SnapBehaviour:
    """Mixed into test classes that say how a request gets there: ``send``."""

    # === ACCESS TOKEN === #

    def test_token(self):
        body = {"grantType": "client_credentials"}
        status, answer = self.ask(TOKEN_PATH, body, self.token_headers())
        self.assertEqual(status, 200)
        self.assertEqual(answer["responseCode"], "2007300")
        self.assertEqual(answer["expiresIn"], "900")
        self.assertEqual(answer["tokenType"], "BearerToken")
        self.make_bill()
        self.make_number()
        body = self.inquiry_body()
        headers = self.sign(INQUIRY_PATH, body, answer["accessToken"])
        self.assertEqual(self.code(INQUIRY_PATH, body, headers), "2002400")

    def test_token_is_not_kept(self):
        body = {"grantType": "client_credentials"}
        _status, answer = self.ask(TOKEN_PATH, body, self.token_headers())
        tokens = self.env["payment.snap.token"].search([])
        self.assertNotIn(answer["accessToken"], tokens.mapped("digest"))
        self.assertFalse(self.rejected())

    def test_token_refused(self):
        body = {"grantType": "client_credentials"}
        good = self.token_headers()
        stranger = signature.sign_rsa(key_pair("ours")[0], f"CLIENT-UJI|{NOW}")
        for changed, code in (
            ({"x_signature": stranger}, "4017300"),
            ({"x_signature": flip(good["x-signature"])}, "4017300"),
            ({"x_signature": "?"}, "4017300"),
            ({"x_client_key": "CLIENT-UJJ"}, "4017300"),
            ({"x_timestamp": "2026-11-16T10:00:01+07:00"}, "4017300"),
            ({"x_timestamp": "2026-11-16T09:00:00+07:00"}, "4017300"),
            ({"x_timestamp": "16/11/2026"}, "4007301"),
            ({"x_timestamp": None}, "4007302"),
            ({"x_client_key": None}, "4007302"),
            ({"x_signature": None}, "4007302"),
        ):
            with self.subTest(changed):
                headers = self.token_headers()
                self.assertEqual(self.code(TOKEN_PATH, body, headers, **changed), code)
        self.assertEqual(
            self.code(TOKEN_PATH, {"grantType": "x"}, self.token_headers()), "4007301"
        )
        self.assertEqual(self.code(TOKEN_PATH, {}, self.token_headers()), "4007302")

    # === WHO ASKS (beh-bad-signature) === #

    def test_every_changed_byte_of_a_body_is_refused(self):
        self.make_bill()
        self.make_number()
        body = encode(self.payment_body())
        headers = self.sign(PAYMENT_PATH, body)
        for position in range(0, len(body), 23):
            changed = bytearray(body)
            changed[position] ^= 1
            code = self.code(PAYMENT_PATH, bytes(changed), dict(headers))
            self.assertEqual(code, "4012500")
        self.assertFalse(self.payments())
        self.assertEqual(set(self.rejected().mapped("verdict")), {"bad_signature"})
        # Nothing of it used up the external id.
        self.assertEqual(self.code(PAYMENT_PATH, body, headers), "2002500")

    def test_changed_headers_path_and_key_are_refused(self):
        self.make_bill()
        self.make_number()
        body = self.payment_body()
        good = self.sign(PAYMENT_PATH, body)["x-signature"]
        other_path = self.sign(INQUIRY_PATH, body)["x-signature"]
        text = signature.compose_symmetric(
            "POST",
            PAYMENT_PATH,
            self.token,
            signature.body_hash(encode(body)),
            NOW,
        )
        other_key = signature.sign_symmetric(SECRET + "x", text)
        put = signature.sign_symmetric(SECRET, text.replace("POST", "PUT", 1))
        for changed, code in (
            ({"x_signature": other_path}, "4012500"),
            ({"x_signature": other_key}, "4012500"),
            ({"x_signature": put}, "4012500"),
            ({"x_signature": flip(good)}, "4012500"),
            ({"x_signature": "x"}, "4012500"),
            ({"x_timestamp": "2026-11-16T10:00:00.000+07:00"}, "4012500"),
            ({"x_timestamp": "2026-11-16T03:00:00Z"}, "4012500"),
            ({"authorization": f"Bearer {self.token}x"}, "4012501"),
            ({"authorization": "Bearer "}, "4012501"),
            ({"authorization": f"Basic {self.token}"}, "4012501"),
        ):
            with self.subTest(changed):
                self.assertEqual(self.code(PAYMENT_PATH, body, **changed), code)
        self.assertEqual(
            self.code("/snap" + PAYMENT_PATH, body, self.sign(PAYMENT_PATH, body)),
            "4012500",
        )
        self.assertFalse(self.payments())

    def test_refused_inquiry(self):
        body = self.inquiry_body()
        self.assertEqual(self.code(INQUIRY_PATH, body, x_signature="x"), "4012400")
        self.assertEqual(
            self.code(INQUIRY_PATH, body, authorization="Bearer x"), "4012401"
        )
        negative = vectors()["snap-bodyhash-03-negative"]["inputs"]
        text = signature.compose_symmetric(
            "POST", INQUIRY_PATH, self.token, negative["claimed_sha256"], NOW
        )
        signed = signature.sign_symmetric(SECRET, text)
        self.assertEqual(
            self.code(INQUIRY_PATH, negative["body"].encode(), x_signature=signed),
            "4012400",
        )

    def test_pretty_body_is_signed_minified(self):
        self.make_bill()
        self.make_number()
        body = self.payment_body()
        compact = json.dumps(body, separators=(",", ":")).encode()
        pretty = json.dumps(body, indent=2).encode()
        headers = self.sign(PAYMENT_PATH, compact)
        self.assertEqual(self.code(PAYMENT_PATH, pretty, headers), "2002500")

    def test_signature_in_hex(self):
        self.make_bill()
        self.make_number()
        body = self.payment_body()
        headers = self.sign(PAYMENT_PATH, body, encoding="hex")
        self.bank.signature_in = "base64"
        self.env.flush_all()
        self.assertEqual(self.code(PAYMENT_PATH, body, dict(headers)), "4012500")
        self.bank.signature_in = "hex"
        self.env.flush_all()
        self.assertEqual(self.code(PAYMENT_PATH, body, headers), "2002500")

    def test_paths_with_a_prefix(self):
        self.make_bill()
        self.make_number()
        for prefix in ("/snap", "/openapi", "/api"):
            self.assertEqual(
                self.code(prefix + INQUIRY_PATH, self.inquiry_body()), "2002400"
            )

    def test_expired_token(self):
        tokens = self.env["payment.snap.token"].search([])
        tokens.expires_at = "2026-11-16 03:00:00"
        self.env.flush_all()
        self.assertEqual(self.code(PAYMENT_PATH, self.payment_body()), "4012501")

    def test_replay_window(self):
        self.make_bill()
        self.make_number()
        for timestamp, code in (
            ("2026-11-16T09:54:59+07:00", "4012400"),
            ("2026-11-16T10:05:01+07:00", "4012400"),
            ("2026-11-16T10:05:00+07:00", "2002400"),
            ("2026-11-16T09:55:00.000+07:00", "2002400"),
            ("2026-11-16T02:59:00Z", "2002400"),
            ("2026-11-16T10:00:00", "4002401"),
            ("kemarin", "4002401"),
        ):
            with self.subTest(timestamp):
                body = self.inquiry_body()
                headers = self.sign(INQUIRY_PATH, body, timestamp=timestamp)
                self.assertEqual(self.code(INQUIRY_PATH, body, headers), code)

    def test_mandatory_headers(self):
        for name in (
            "authorization",
            "x_timestamp",
            "x_signature",
            "x_partner_id",
            "x_external_id",
        ):
            with self.subTest(name):
                status, answer = self.ask(
                    PAYMENT_PATH, self.payment_body(), **{name: None}
                )
                self.assertEqual((status, answer["responseCode"]), (400, "4002502"))
                self.assertIn(name.replace("_", "-").upper(), answer["responseMessage"])

    def test_order_of_checks(self):
        """The first thing that is wrong is answered, whatever else is."""
        body = b"no json"
        wrong = {
            "x_signature": "x",
            "authorization": "Bearer x",
            "x_timestamp": "x",
            "x_partner_id": None,
        }
        for name, code in (
            ("x_partner_id", "4002502"),
            ("x_timestamp", "4002501"),
            ("authorization", "4012501"),
            ("x_signature", "4012500"),
        ):
            self.assertEqual(self.code(PAYMENT_PATH, body, **wrong), code)
            del wrong[name]
        headers = self.sign(PAYMENT_PATH, body)
        self.assertEqual(self.code(PAYMENT_PATH, body, dict(headers)), "4002500")
        self.assertEqual(self.code(PAYMENT_PATH, body, dict(headers)), "4092500")
        unknown = self.payment_body(flagAdvise="?")
        self.assertEqual(self.code(PAYMENT_PATH, unknown), "4002501")

    def test_allowlist(self):
        self.provider.callback_allowlist = "198.51.100.0/24"
        self.env.flush_all()
        status, answer = self.ask(PAYMENT_PATH, self.payment_body())
        self.assertEqual((status, answer["responseCode"]), (401, "4012500"))
        self.assertEqual(self.rejected().mapped("verdict"), ["unknown_sender"])

    def test_asymmetric_sender(self):
        self.make_bill()
        self.make_number()
        self.bank.inbound_signature = "asymmetric"
        self.env.flush_all()
        body = self.payment_body()
        headers = self.sign(PAYMENT_PATH, body)
        del headers["authorization"]
        self.assertEqual(self.code(PAYMENT_PATH, body, dict(headers)), "4012500")
        text = signature.compose_asymmetric(
            "POST", PAYMENT_PATH, signature.body_hash(encode(body)), NOW
        )
        headers["x-signature"] = signature.sign_rsa(key_pair("theirs")[0], text)
        changed = {**body, "customerNo": "2026000002"}
        self.assertEqual(self.code(PAYMENT_PATH, changed, dict(headers)), "4012500")
        self.assertEqual(self.code(PAYMENT_PATH, body, headers), "2002500")

    # === X-EXTERNAL-ID (beh-snap-dup-external-id) === #

    def test_external_id_twice_in_a_day(self):
        self.make_bill()
        self.make_number()
        inquiry = self.inquiry_body()
        self.assertEqual(self.code(INQUIRY_PATH, inquiry, x_external_id="7"), "2002400")
        self.assertEqual(self.code(INQUIRY_PATH, inquiry, x_external_id="7"), "4092400")
        payment = self.payment_body()
        self.assertEqual(self.code(PAYMENT_PATH, payment, x_external_id="7"), "4092500")
        self.assertFalse(self.payments())
        self.assertEqual(self.code(PAYMENT_PATH, payment, x_external_id="8"), "2002500")

    def test_external_id_per_service(self):
        self.bank.external_id_scope = "service"
        self.make_bill()
        self.make_number()
        self.assertEqual(
            self.code(INQUIRY_PATH, self.inquiry_body(), x_external_id="7"), "2002400"
        )
        self.assertEqual(
            self.code(PAYMENT_PATH, self.payment_body(), x_external_id="7"), "2002500"
        )

    def test_external_id_of_yesterday(self):
        self.make_bill()
        self.make_number()
        self.code(INQUIRY_PATH, self.inquiry_body(), x_external_id="7")
        log = self.env["payment.snap.request"].search([("external_id", "=", "7")])
        self.assertEqual(str(log.day), "2026-11-16")
        log.day = "2026-11-15"
        self.env.flush_all()
        self.assertEqual(
            self.code(INQUIRY_PATH, self.inquiry_body(), x_external_id="7"), "2002400"
        )

    def test_same_external_id_and_payment(self):
        """Some banks want the first result then, and count it as a success."""
        self.bank.external_id_repeat = "inconsistent"
        self.make_bill()
        self.make_number()
        body = self.payment_body()
        self.assertEqual(self.code(PAYMENT_PATH, body, x_external_id="7"), "2002500")
        status, answer = self.ask(PAYMENT_PATH, body, x_external_id="7")
        self.assertEqual((status, answer["responseCode"]), (404, "4042518"))
        data = answer["virtualAccountData"]
        self.assertEqual(data["paymentFlagStatus"], "00")
        self.assertEqual(data["paymentFlagReason"]["indonesia"], "Sukses")
        other = self.payment_body(request_id="PAY-2")
        self.assertEqual(self.code(PAYMENT_PATH, other, x_external_id="7"), "4092500")
        self.assertEqual(len(self.payments()), 1)

    def test_form_of_the_external_id(self):
        self.make_number()
        self.make_bill()
        body = self.inquiry_body()
        self.assertEqual(self.code(INQUIRY_PATH, body, x_external_id="a-1"), "2002400")
        self.assertEqual(self.code(INQUIRY_PATH, body, x_external_id="a 1"), "4002401")
        self.bank.external_id_numeric = True
        self.env.flush_all()
        self.assertEqual(self.code(INQUIRY_PATH, body, x_external_id="a-2"), "4002401")

    # === INQUIRY === #

    def test_inquiry_of_a_fixed_number(self):
        self.make_bill(100000, due="2026-11-20")
        older = self.make_bill(250000, due="2026-10-10")
        self.make_number()
        body = self.inquiry_body(additionalInfo={"deviceId": "1"})
        status, answer = self.ask(INQUIRY_PATH, body)
        self.assertEqual((status, answer["responseCode"]), (200, "2002400"))
        data = answer["virtualAccountData"]
        self.assertEqual(data["totalAmount"], {"value": "350000.00", "currency": "IDR"})
        self.assertEqual(data["inquiryReason"]["indonesia"], "Sukses")
        self.assertEqual(data["virtualAccountTrxType"], "C")
        self.assertEqual(data["virtualAccountName"], "Ani Bayar")
        self.assertEqual(data["virtualAccountNo"], "   " + NUMBER)
        self.assertEqual(data["inquiryRequestId"], "INQ-1")
        self.assertEqual(answer["additionalInfo"], {"deviceId": "1"})
        bills = data["billDetails"]
        self.assertEqual(
            [bill["billAmount"]["value"] for bill in bills], ["250000.00", "100000.00"]
        )
        self.assertTrue(older.name.replace(" ", "").endswith(bills[0]["billNo"]))

    def test_inquiry_of_an_open_number(self):
        self.make_number(amount_type="open")
        _status, answer = self.ask(INQUIRY_PATH, self.inquiry_body())
        data = answer["virtualAccountData"]
        self.assertEqual(answer["responseCode"], "2002400")
        self.assertEqual(data["virtualAccountTrxType"], "O")
        self.assertEqual(data["totalAmount"]["value"], "0.00")
        self.assertEqual(data["billDetails"], [])

    def test_number_of_bills(self):
        for _i in range(6):
            self.make_bill(10000)
        self.make_number()
        self.bank.max_bills = 5
        self.env.flush_all()
        _status, answer = self.ask(INQUIRY_PATH, self.inquiry_body())
        bills = answer["virtualAccountData"]["billDetails"]
        self.assertEqual(
            [bill["billAmount"]["value"] for bill in bills],
            ["10000.00"] * 4 + ["20000.00"],
        )

    def test_unknown_number(self):
        """beh-unknown-va"""
        self.assertEqual(self.code(INQUIRY_PATH, self.inquiry_body()), "4042412")
        self.assertEqual(self.code(PAYMENT_PATH, self.payment_body()), "4042512")
        self.make_number(state="closed")
        self.assertEqual(self.code(INQUIRY_PATH, self.inquiry_body()), "4042412")
        self.assertEqual(
            self.code(PAYMENT_PATH, self.payment_body("1.00", "P2")), "4042512"
        )
        self.assertFalse(self.payments())
        # A mistyped number is everyday life; a payment to it is kept.
        self.assertEqual(set(self.rejected().mapped("answer")), {"4042512"})

    def test_number_of_another_bank(self):
        other = self.make_provider(self.make_bank("LAIN", self.qris), "99999")
        self.make_bill()
        self.make_number(provider_id=other.id, channel_id=other.channel_ids[:1].id)
        self.assertEqual(self.code(INQUIRY_PATH, self.inquiry_body()), "4042412")

    def test_nothing_is_owed(self):
        """beh-paid-bill"""
        self.make_number()
        status, answer = self.ask(INQUIRY_PATH, self.inquiry_body())
        self.assertEqual((status, answer["responseCode"]), (404, "4042414"))
        self.assertEqual(answer["virtualAccountData"]["inquiryStatus"], "01")
        self.assertEqual(self.code(PAYMENT_PATH, self.payment_body()), "4042514")
        self.assertFalse(self.payments())

    def test_bank_that_is_switched_off(self):
        """Nothing new is taken; what was taken is still answered for."""
        self.make_bill()
        self.make_number()
        self.assertEqual(self.code(PAYMENT_PATH, self.payment_body()), "2002500")
        self.make_bill()
        self.provider.state = "disabled"
        self.env.flush_all()
        self.assertEqual(self.code(INQUIRY_PATH, self.inquiry_body()), "4042412")
        self.assertEqual(self.code(PAYMENT_PATH, self.payment_body()), "2002500")
        other = self.payment_body(request_id="PAY-2")
        self.assertEqual(self.code(PAYMENT_PATH, other), "4042512")

    def test_what_the_database_does_not_take(self):
        for path, body in (
            (PAYMENT_PATH, self.payment_body(request_id="a\x00b")),
            (INQUIRY_PATH, self.inquiry_body("a\x00b")),
            (PAYMENT_PATH, self.payment_body(trxId="\x00")),
            (NOTIFY_PATH, self.body(paymentRequestId="P", trxId="\x00")),
            (NOTIFY_PATH, self.body(paymentRequestId="P", paidAmount="x")),
            (STATUS_PATH, self.body(paymentRequestId="\x00")),
        ):
            status, answer = self.ask(path, body)
            self.assertEqual(status, 400)
            self.assertEqual(answer["responseCode"][5:], "01")

    def test_expired_number(self):
        self.make_bill()
        self.make_number(expires_at="2026-11-16 03:00:00")
        self.assertEqual(self.code(INQUIRY_PATH, self.inquiry_body()), "4042419")
        self.assertEqual(self.code(PAYMENT_PATH, self.payment_body()), "4042519")

    def test_missing_and_malformed_fields(self):
        for body, path, code, field in (
            (self.inquiry_body(customerNo=""), INQUIRY_PATH, "4002402", "customerNo"),
            (self.inquiry_body(""), INQUIRY_PATH, "4002402", "inquiryRequestId"),
            (
                self.inquiry_body(virtualAccountNo="12a"),
                INQUIRY_PATH,
                "4002401",
                "virtualAccountNo",
            ),
            (self.payment_body("x"), PAYMENT_PATH, "4002501", "paidAmount.value"),
            (self.payment_body(""), PAYMENT_PATH, "4002502", "paidAmount.value"),
            (
                self.payment_body(request_id=""),
                PAYMENT_PATH,
                "4002502",
                "paymentRequestId",
            ),
        ):
            with self.subTest(field):
                status, answer = self.ask(path, body)
                self.assertEqual((status, answer["responseCode"]), (400, code))
                self.assertIn(field, answer["responseMessage"])
        self.assertEqual(set(self.rejected().mapped("verdict")), {"malformed"})

    # === PAYMENT === #

    def test_payment(self):
        bill = self.make_bill()
        number = self.make_number()
        status, answer = self.ask(PAYMENT_PATH, self.payment_body())
        self.assertEqual((status, answer["responseCode"]), (200, "2002500"))
        data = answer["virtualAccountData"]
        self.assertEqual(data["paymentFlagStatus"], "00")
        self.assertEqual(data["paymentFlagReason"]["indonesia"], "Sukses")
        self.assertEqual(data["paidAmount"], {"value": "350000.00", "currency": "IDR"})
        self.assertEqual(data["paymentRequestId"], "PAY-1")
        self.assertEqual(data["referenceNo"], "00012345678")
        self.env.invalidate_all()
        self.assertEqual(bill.payment_state, "paid")
        payment = self.payments()
        self.assertEqual(payment.amount, 350000)
        self.assertEqual(payment.va_id, number)
        self.assertEqual(payment.channel_reference, "00012345678")
        self.assertFalse(payment.exception)
        log = self.env["payment.snap.request"].search([("request_id", "=", "PAY-1")])
        self.assertEqual(log.response_code, "2002500")
        self.assertEqual(log.amount, 350000)
        self.assertEqual(log.notification_id.incoming_id, payment)

    def test_amount_as_a_number(self):
        self.make_bill()
        self.make_number()
        raw = encode(self.payment_body()).replace(b'"350000.00"', b"350000.00")
        status, answer = self.ask(PAYMENT_PATH, raw)
        self.assertEqual(status, 200)
        paid = answer["virtualAccountData"]["paidAmount"]
        self.assertEqual(paid["value"], "350000.00")
        self.assertEqual(self.payments().amount, 350000)

    def test_payment_of_an_open_number(self):
        self.make_number(amount_type="open")
        body = self.payment_body("12345.00")
        self.assertEqual(self.code(PAYMENT_PATH, body), "2002500")
        self.assertEqual(self.payments().amount, 12345)
        self.assertEqual(self.payments().unallocated_amount, 12345)

    def test_amount_differs(self):
        """beh-amount-mismatch, of SNAP"""
        self.make_bill()
        self.make_number()
        for amount in ("345000.00", "355000.00", "350000.01", "0.00"):
            body = self.payment_body(amount)
            self.assertEqual(self.code(PAYMENT_PATH, body), "4042513")
        dollars = self.payment_body()
        dollars["paidAmount"]["currency"] = "USD"
        self.assertEqual(self.code(PAYMENT_PATH, dollars), "4042513")
        self.assertFalse(self.payments())
        self.assertEqual(self.code(PAYMENT_PATH, self.payment_body()), "2002500")

    def test_new_bill_between_inquiry_and_payment(self):
        self.make_bill()
        self.make_number()
        self.code(INQUIRY_PATH, self.inquiry_body("ONE"))
        self.make_bill(50000)
        self.env.flush_all()
        wrong = self.payment_body(request_id="TWO")
        self.assertEqual(self.code(PAYMENT_PATH, wrong), "4042513")
        shown = self.payment_body(request_id="ONE")
        self.assertEqual(self.code(PAYMENT_PATH, shown), "2002500")

    def test_paid_twice(self):
        """beh-paid-bill: the second customer of the bank keeps the money."""
        self.make_bill()
        self.make_number()
        self.assertEqual(self.code(PAYMENT_PATH, self.payment_body()), "2002500")
        self.env.invalidate_all()
        self.assertEqual(self.code(INQUIRY_PATH, self.inquiry_body()), "4042414")
        second = self.payment_body(request_id="PAY-2")
        status, answer = self.ask(PAYMENT_PATH, second)
        self.assertEqual((status, answer["responseCode"]), (404, "4042514"))
        self.assertEqual(answer["virtualAccountData"]["paymentFlagStatus"], "01")
        self.assertEqual(len(self.payments()), 1)

    def test_accepted_and_not_booked_yet(self):
        """What is stored counts, also while booking it is tried again."""
        self.make_bill()
        self.make_number()
        with self.booking_fails():
            self.assertEqual(self.code(PAYMENT_PATH, self.payment_body()), "2002500")
            self.assertFalse(self.payments())
            self.assertEqual(self.code(INQUIRY_PATH, self.inquiry_body()), "4042414")
            again = self.payment_body(request_id="PAY-2")
            self.assertEqual(self.code(PAYMENT_PATH, again), "4042514")
            repeat = self.payment_body()
            self.assertEqual(self.code(PAYMENT_PATH, repeat), "2002500")
        self.book()
        self.assertEqual(len(self.payments()), 1)

    def test_retry_with_the_same_content(self):
        """beh-snap-retry-same"""
        self.make_bill()
        self.make_number()
        body = self.payment_body()
        _status, first = self.ask(PAYMENT_PATH, body)
        self.env.invalidate_all()
        for flag in ("N", "Y"):
            status, again = self.ask(PAYMENT_PATH, {**body, "flagAdvise": flag})
            self.assertEqual(status, 200)
            self.assertEqual(again, first)
        self.assertEqual(len(self.payments()), 1)

    def test_retry_at_a_bank_that_wants_paid_bill(self):
        self.bank.repeat_answer = "4042514"
        self.make_bill()
        self.make_number()
        body = self.payment_body()
        self.assertEqual(self.code(PAYMENT_PATH, body), "2002500")
        self.env.invalidate_all()
        self.assertEqual(self.code(PAYMENT_PATH, body), "4042514")
        self.assertEqual(len(self.payments()), 1)

    def test_retry_with_other_content(self):
        """beh-snap-retry-diff; the bank takes it for a success, so staff must know."""
        treasurer = self.make_user("bendahara", "payment_va.group_payment_manager")
        self.make_bill()
        self.make_number()
        self.assertEqual(self.code(PAYMENT_PATH, self.payment_body()), "2002500")
        self.env.invalidate_all()
        with mute_logger(SERVER_LOG):
            code = self.code(PAYMENT_PATH, self.payment_body("345000.00"))
        self.assertEqual(code, "4042518")
        self.assertEqual(self.payments().mapped("amount"), [350000])
        activity = self.payments().payment_id.activity_ids
        self.assertEqual(activity.user_id, treasurer)
        self.assertIn("PAY-1", activity.summary)

    def test_retry_with_another_number(self):
        self.make_bill()
        self.make_number()
        self.make_bill(partner=self.sibling)
        self.make_number("123452026000002", partner_id=self.sibling.id)
        self.assertEqual(self.code(PAYMENT_PATH, self.payment_body()), "2002500")
        self.env.invalidate_all()
        other = self.payment_body(
            customerNo="2026000002", virtualAccountNo="   123452026000002"
        )
        with mute_logger(SERVER_LOG):
            self.assertEqual(self.code(PAYMENT_PATH, other), "4042518")
        self.assertEqual(len(self.payments()), 1)

    def test_numbers_without_padding(self):
        for index, values in enumerate(
            (
                {"partnerServiceId": "12345", "virtualAccountNo": NUMBER},
                {"partnerServiceId": "00012345", "virtualAccountNo": "000" + NUMBER},
                {"customerNo": 2026000001},
            )
        ):
            self.make_bill()
            if not index:
                self.make_number()
            body = self.payment_body(request_id=f"P{index}", **values)
            self.assertEqual(self.code(PAYMENT_PATH, body), "2002500")
        self.assertEqual(len(self.payments()), 3)

    def test_codes_of_the_bank(self):
        self.bank.response_overrides = "4042412 = 4042411\n4042514=2002500"
        self.env.flush_all()
        self.assertEqual(self.code(INQUIRY_PATH, self.inquiry_body()), "4042411")
        self.make_number()
        self.assertEqual(self.code(PAYMENT_PATH, self.payment_body()), "2002500")
        self.assertFalse(self.payments())

    # === STATUS === #

    def test_status(self):
        self.make_bill()
        self.make_number()
        asked = self.body(inquiryRequestId="PAY-1")
        self.assertEqual(self.code(STATUS_PATH, asked), "4042601")
        self.code(PAYMENT_PATH, self.payment_body())
        self.env.invalidate_all()
        status, answer = self.ask(STATUS_PATH, asked)
        self.assertEqual((status, answer["responseCode"]), (200, "2002600"))
        data = answer["virtualAccountData"]
        self.assertEqual(data["paymentFlagStatus"], "00")
        self.assertEqual(data["paidAmount"]["value"], "350000.00")
        self.assertEqual(data["paymentRequestId"], "PAY-1")
        self.assertEqual(data["transactionDate"], NOW)
        self.code(PAYMENT_PATH, self.payment_body(request_id="PAY-2"))
        asked = self.body(paymentRequestId="PAY-2")
        _status, answer = self.ask(STATUS_PATH, asked)
        self.assertEqual(answer["virtualAccountData"]["paymentFlagStatus"], "01")

    # === NOTICES === #

    def test_notice_is_taken(self):
        for path, body, code in self.notices():
            status, answer = self.ask(path, body)
            self.assertEqual((status, answer["responseCode"]), (200, code))
        self.assertFalse(self.payments())
        waiting = self.env["payment.notification"].search(
            [("provider_id", "=", self.provider.id)]
        )
        self.assertEqual(len(waiting), 2)
        self.assertEqual(set(waiting.mapped("verdict")), {"verified"})

    def test_notice_refused(self):
        for path, body, code in self.notices():
            service = code[3:5]
            self.assertEqual(self.code(path, body, x_signature="x"), f"401{service}00")
            self.assertEqual(
                self.code(path, body, authorization="Bearer x"), f"401{service}01"
            )
            self.assertEqual(self.code(path, {}), f"400{service}02")

    def notices(self):
        return (
            (
                "/v1.0/transfer-va/notify-payment-intrabank",
                self.body(paymentRequestId="N1", trxDateTime=NOW),
                "2003400",
            ),
            (
                "/v1.0/qr/qr-mpm-notify",
                {
                    "originalReferenceNo": "QR1",
                    "originalPartnerReferenceNo": "PAY-X",
                    "latestTransactionStatus": "00",
                    "amount": {"value": "350000.00", "currency": "IDR"},
                },
                "2005200",
            ),
        )

    def test_refusals_are_counted(self):
        self.make_number()
        self.code(PAYMENT_PATH, self.payment_body(), x_signature="x")
        self.code(PAYMENT_PATH, self.payment_body())
        self.env.invalidate_all()
        self.assertEqual(self.provider.rejected_count, 2)
        self.assertNotIn(self.token, "".join(self.rejected().mapped("headers")))

    # === HELPERS === #

    def book(self):
        notifications = self.env["payment.notification"].search(
            [("provider_id", "=", self.provider.id), ("state", "in", ("new", "failed"))]
        )
        self.env["payment.booking"]._replay(notifications)
        self.env.flush_all()
