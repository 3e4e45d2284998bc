# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What is read from a bank's request, field by field."""

import copy

from odoo.tests import BaseCase, tagged

from ..const import INBOUND, PREFIXES
from ..tools import requests, va
from ..tools.codes import Refusal

HEADERS = {
    "content-type": "application/json",
    "authorization": "Bearer x",
    "x-timestamp": "2026-11-16T10:00:00+07:00",
    "x-signature": "x",
    "x-partner-id": "12345",
    "x-external-id": "1",
}
PAYMENT = {
    "partnerServiceId": "   12345",
    "customerNo": "2026000001",
    "virtualAccountNo": "   123452026000001",
    "paymentRequestId": "P1",
    "paidAmount": {"value": "350000.00", "currency": "IDR"},
    "trxDateTime": "2026-11-16T10:00:00+07:00",
    "flagAdvise": "N",
}


@tagged("post_install", "-at_install")
class TestRequests(BaseCase):
    def refusal(self, function, *args):
        with self.assertRaises(Refusal) as catcher:
            function(*args)
        error = catcher.exception
        self.assertEqual(error.verdict, "malformed")
        return error.http, error.case, error.detail

    def check_payment(self, **values):
        body = copy.deepcopy(PAYMENT)
        for name, value in values.items():
            if value is None:
                body.pop(name)
            else:
                body[name] = value
        requests.check_fields("25", body)

    def test_paths(self):
        for prefix in PREFIXES:
            for path, service in INBOUND.items():
                self.assertEqual(requests.find_service(prefix + path), service)
        self.assertEqual(requests.find_service("/v1.0/transfer-va/payment?a=1"), "25")
        for path in ("/v1.0/other", "/evil/v1.0/transfer-va/payment", "/", "poll"):
            self.assertIsNone(requests.find_service(path))

    def test_headers_in_order(self):
        requests.check_headers("25", HEADERS)
        left = dict.fromkeys(HEADERS, "")
        for name in requests.HEADERS:
            self.assertEqual(
                self.refusal(requests.check_headers, "25", left),
                (400, "02", name.upper()),
            )
            left[name] = HEADERS[name]

    def test_headers_of_a_token_request(self):
        headers = {"content-type": "application/json", "x-timestamp": "t"}
        self.assertEqual(
            self.refusal(requests.check_headers, "73", headers),
            (400, "02", "X-CLIENT-KEY"),
        )

    def test_form_of_headers(self):
        for name, value in (
            ("x-external-id", "1" * 37),
            ("x-external-id", "a b"),
            ("x-external-id", "1;DROP"),
            ("x-partner-id", "1" * 37),
        ):
            self.assertEqual(
                self.refusal(requests.check_headers, "25", {**HEADERS, name: value}),
                (400, "01", name.upper()),
            )

    def test_sender_with_a_key_needs_no_token(self):
        headers = {**HEADERS, "authorization": ""}
        requests.check_headers("25", headers, needs_token=False)

    def test_no_json_object(self):
        for body in (
            b"",
            b"{",
            b"[]",
            b'"x"',
            b"null",
            b"\xff",
            b"[" * 60_000,
            b'{"a": NaN}',
            b'{"a": "\\ud800"}',
            b'{"a": ' + b"1" * 5000 + b"}",
        ):
            self.assertEqual(self.refusal(requests.parse_body, body), (400, "00", ""))

    def test_numbers_stay_as_written(self):
        parsed = requests.parse_body(b'{"a": 350000.00, "b": 6011}')
        self.assertEqual(parsed, {"a": "350000.00", "b": 6011})

    def test_missing_fields(self):
        self.check_payment()
        for name in (
            "partnerServiceId",
            "customerNo",
            "virtualAccountNo",
            "paymentRequestId",
            "paidAmount",
        ):
            for value in (None, "", {} if name == "paidAmount" else "  "):
                with self.subTest(name, value=value):
                    self.assertEqual(
                        self.refusal(
                            lambda n=name, v=value: self.check_payment(**{n: v})
                        ),
                        (400, "02", name),
                    )

    def test_malformed_fields(self):
        for name, value, detail in (
            ("partnerServiceId", "123456789", None),
            ("partnerServiceId", "12a45", None),
            ("customerNo", "1" * 21, None),
            ("customerNo", "12 34", None),
            ("customerNo", ["1"], None),
            ("customerNo", True, None),
            ("virtualAccountNo", "x123", None),
            ("virtualAccountNo", "1" * 29, None),
            ("paymentRequestId", "1" * 129, None),
            ("paymentRequestId", "a\nb", None),
            ("trxDateTime", "yesterday", None),
            ("flagAdvise", "X", None),
            ("paidAmount", "350000", None),
            ("paidAmount", {"value": "-1.00", "currency": "IDR"}, "paidAmount.value"),
            ("paidAmount", {"value": "1e5", "currency": "IDR"}, "paidAmount.value"),
            ("paidAmount", {"value": "1.000", "currency": "IDR"}, "paidAmount.value"),
            ("paidAmount", {"value": "NaN", "currency": "IDR"}, "paidAmount.value"),
            ("paidAmount", {"value": "10.00", "currency": "id"}, "paidAmount.currency"),
            ("totalAmount", {"value": "x", "currency": "IDR"}, "totalAmount.value"),
        ):
            with self.subTest(name, value=value):
                self.assertEqual(
                    self.refusal(lambda n=name, v=value: self.check_payment(**{n: v})),
                    (400, "01", detail or name),
                )

    def test_missing_parts_of_an_amount(self):
        for amount, detail in (
            ({"currency": "IDR"}, "paidAmount.value"),
            ({"value": "10.00"}, "paidAmount.currency"),
        ):
            self.assertEqual(
                self.refusal(lambda a=amount: self.check_payment(paidAmount=a)),
                (400, "02", detail),
            )

    def test_what_banks_really_send(self):
        self.check_payment(partnerServiceId="12345", virtualAccountNo="123452026000001")
        self.check_payment(customerNo=2026000001)
        self.check_payment(totalAmount={"value": "", "currency": ""})
        self.check_payment(trxDateTime="20261116T030000Z")
        self.check_payment(trxDateTime=None, flagAdvise=None)

    def test_status_needs_one_of_two_ids(self):
        common = {name: PAYMENT[name] for name in list(PAYMENT)[:3]}
        requests.check_fields("26", {**common, "paymentRequestId": "P1"})
        requests.check_fields("26", {**common, "inquiryRequestId": "P1"})
        self.assertEqual(
            self.refusal(requests.check_fields, "26", common),
            (400, "02", "inquiryRequestId"),
        )

    def test_numbers_by_their_digits(self):
        for service_id, number in (
            ("   12345", "   123452026000001"),
            ("12345", "123452026000001"),
            ("00012345", "00012345" + "2026000001"),
            (" 12345", " 12345 2026000001"),
            ("   12345", ""),
        ):
            body = {
                "partnerServiceId": service_id,
                "customerNo": "2026000001",
                "virtualAccountNo": number,
            }
            self.assertEqual(va.read_number(body), "123452026000001")

    def test_number_has_to_begin_with_the_company_code(self):
        self.assertEqual(va.split("123452026000001", "12345"), "2026000001")
        for number, company in (("992026", "12345"), ("12345", "12345"), ("12345", "")):
            with self.assertRaises(ValueError):
                va.split(number, company)
        with self.assertRaises(ValueError):
            va.pad("123456789")
