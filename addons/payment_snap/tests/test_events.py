# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The words of banks, in the vocabulary of the inbox."""

import json
from datetime import UTC, datetime
from decimal import Decimal

from odoo.tests import BaseCase, tagged

from odoo.addons.payment_va.tools.event import Delivery, EventKind, PaymentEvent

from ..tools import events

PAID_AT = datetime(2026, 11, 16, 3, tzinfo=UTC)
TOLD = PaymentEvent(
    EventKind.PAID, payment_id="P1", va_number="123451", paid_at=PAID_AT
)
POLLED = PaymentEvent(EventKind.PENDING, order_ref="PAY-X", va_number="123451")


def row(number="123451", request_id="P1", amount="350000.00", **values):
    return {
        "partnerServiceId": "   12345",
        "customerNo": number[5:],
        "virtualAccountNo": "   " + number,
        "paymentRequestId": request_id,
        "paidAmount": {"value": amount, "currency": "IDR"},
        "trxDateTime": "2026-11-16T10:00:00+07:00",
        **values,
    }


def report(*rows):
    return {"responseCode": "2003500", "virtualAccountdata": list(rows)}


@tagged("post_install", "-at_install")
class TestEvents(BaseCase):
    def parse(self, path, headers=None, **body):
        raw = json.dumps(body).encode()
        return events.parse_delivery(Delivery("snap", raw, headers or {}, path=path))

    # === CALLBACKS === #

    def test_notice_without_amount(self):
        event = self.parse(
            "/snap/v1.0/transfer-va/notify-payment-intrabank",
            partnerServiceId="   12345",
            customerNo="1",
            virtualAccountNo="   123451",
            paymentRequestId="P1",
            trxDateTime="2026-11-16T10:00:00+07:00",
        )
        self.assertEqual(event.kind, EventKind.PAID)
        self.assertIsNone(event.amount)
        self.assertEqual(event.va_number, "123451")
        self.assertEqual(event.raw["service"], "34")

    def test_notice_with_amount(self):
        for more in (
            {"paymentAmount": "350000.00"},
            {"paidAmount": {"value": "350000.00", "currency": "IDR"}},
        ):
            event = self.parse(
                "/v1.0/transfer-va/notify-payment-intrabank",
                virtualAccountNo="123451",
                paymentRequestId="P1",
                additionalInfo=more,
            )
            self.assertEqual(event.amount, Decimal(350000))

    def test_notice_with_something_else(self):
        for more in ({"paymentAmount": "lots"}, {"paidAmount": [1]}, [], "x", None):
            event = self.parse(
                "/v1.0/transfer-va/notify-payment-intrabank",
                virtualAccountNo="123451",
                paymentRequestId="P1",
                additionalInfo=more,
            )
            self.assertIsNone(event.amount)

    def test_time_of_a_payment_without_one(self):
        event = self.parse(
            "/v1.0/transfer-va/payment",
            {"x-timestamp": "2026-11-16T10:00:00+07:00"},
            virtualAccountNo="123451",
            paymentRequestId="P1",
            paidAmount={"value": "1.00", "currency": "IDR"},
        )
        self.assertEqual(event.paid_at, PAID_AT)

    def test_repeat_with_another_trx_id_is_a_repeat(self):
        keys = {
            self.parse(
                "/v1.0/transfer-va/payment",
                virtualAccountNo="123451",
                paymentRequestId="P1",
                trxId=trx_id,
                flagAdvise=flag,
                paidAmount={"value": "1.00", "currency": "IDR"},
            ).fingerprint()
            for trx_id, flag in (("a", "N"), ("b", "Y"))
        }
        self.assertEqual(len(keys), 1)

    def test_qr_words(self):
        for word, kind in (
            ("00", EventKind.PAID),
            ("01", EventKind.PENDING),
            ("03", EventKind.PENDING),
            ("04", EventKind.REFUNDED),
            ("05", EventKind.CANCELLED),
            ("06", EventKind.FAILED),
            ("08", EventKind.EXPIRED),
            ("09", EventKind.DENIED),
            ("07", EventKind.UNKNOWN),
            ("99", EventKind.UNKNOWN),
        ):
            event = self.parse(
                "/v1.0/qr/qr-mpm-notify",
                originalReferenceNo="QR1",
                originalPartnerReferenceNo="PAY-X",
                latestTransactionStatus=word,
                amount={"value": "350000.00", "currency": "IDR"},
            )
            self.assertEqual(event.kind, kind)
            self.assertEqual((event.order_ref, event.payment_id), ("PAY-X", "QR1"))
            refund = Decimal(350000) if kind == EventKind.REFUNDED else None
            self.assertEqual(event.refund_amount, refund)

    def test_what_is_no_payment(self):
        for path in ("/v1.0/transfer-va/inquiry", "/v1.0/access-token/b2b", "/x"):
            with self.assertRaises(ValueError):
                self.parse(path, virtualAccountNo="1")

    # === ANSWERS OF BANKS === #

    def test_report_finds_the_payment_that_was_told(self):
        answer = report(row(request_id="P0", amount="1.00"), row(), row("123452"))
        event = events.parse_va_answer(TOLD, answer, "35")
        self.assertEqual((event.payment_id, event.amount), ("P1", Decimal(350000)))

    def test_report_without_ids_goes_by_time(self):
        other = "2026-11-16T09:00:00+07:00"
        answer = report(
            row(request_id=None, amount="1.00", trxDateTime=other),
            row(request_id=None),
        )
        event = events.parse_va_answer(TOLD, answer, "35")
        self.assertEqual(event.amount, Decimal(350000))
        self.assertEqual(event.payment_id, "123451@20261116T030000Z")

    def test_report_that_leaves_it_open(self):
        answer = report(row(request_id="A"), row(request_id="B"))
        with self.assertRaisesRegex(ValueError, "2 payments"):
            events.parse_va_answer(POLLED, answer, "35")

    def test_report_without_the_payment(self):
        """What was told is looked for again; what was only asked about is not there."""
        answer = report(row("123452"))
        self.assertIsNone(events.parse_va_answer(POLLED, answer, "35"))
        with self.assertRaisesRegex(ValueError, "not find it yet"):
            events.parse_va_answer(TOLD, answer, "35")

    def test_told_and_polled_have_one_id(self):
        answer = report(row())
        told = events.parse_va_answer(TOLD, answer, "35")
        polled = events.parse_va_answer(POLLED, answer, "35")
        self.assertEqual(told.payment_id, polled.payment_id)
        self.assertEqual(polled.order_ref, "PAY-X")

    def test_inquiry_of_a_number(self):
        for values, paid in (
            ({"paymentDate": "2026-11-16T10:00:00+07:00"}, True),
            ({"additionalInfo": {"paidStatus": "Y"}}, True),
            ({"additionalInfo": {"paidStatus": "N"}}, False),
            ({"paymentFlagStatus": "00"}, True),
            ({"paymentFlagStatus": "01"}, False),
            ({}, False),
        ):
            data = row(request_id=None, referenceNo="R1", trxDateTime=None, **values)
            body = {"responseCode": "2003000", "virtualAccountData": data}
            with self.subTest(values):
                event = events.parse_va_answer(POLLED, body, "30")
                self.assertEqual(bool(event), paid)
                if paid:
                    self.assertEqual(event.payment_id, "R1")

    def test_amount_of_a_closed_number(self):
        data = row(paymentFlagStatus="00")
        data["totalAmount"] = data.pop("paidAmount")
        body = {"virtualAccountData": data}
        event = events.parse_va_answer(POLLED, body, "26")
        self.assertEqual(event.amount, Decimal(350000))
        del data["totalAmount"]
        with self.assertRaisesRegex(ValueError, "no amount"):
            events.parse_va_answer(POLLED, body, "26")

    def test_row_without_any_id(self):
        data = row(request_id=None, trxDateTime=None)
        with self.assertRaisesRegex(ValueError, "no id"):
            events.parse_row(data)
        self.assertEqual(events.parse_row({**data, "trxId": "T"}).payment_id, "T")

    # === QR QUERY === #

    def query(self, event, status="00", **values):
        body = {
            "responseCode": "2005100",
            "originalPartnerReferenceNo": "PAY-X",
            "originalReferenceNo": "QR1",
            "latestTransactionStatus": status,
            "amount": {"value": "350000.00", "currency": "IDR"},
            "paidTime": "2026-11-16T10:00:00+07:00",
            **values,
        }
        return events.parse_qr_query(event, body)

    def test_qr_query(self):
        asked = PaymentEvent(EventKind.PENDING, order_ref="PAY-X", payment_id="QR1")
        event = self.query(asked)
        self.assertEqual(event.kind, EventKind.PAID)
        self.assertEqual(event.paid_at, PAID_AT)
        self.assertEqual(self.query(asked, "03").kind, EventKind.PENDING)
        self.assertIsNone(self.query(asked, "07"))
        with self.assertRaisesRegex(ValueError, "PAY-Y"):
            self.query(asked, originalPartnerReferenceNo="PAY-Y")
        with self.assertRaisesRegex(ValueError, "latestTransactionStatus"):
            events.parse_qr_query(asked, {})

    def test_qr_that_was_told_and_is_not_found(self):
        told = PaymentEvent(EventKind.PAID, order_ref="PAY-X", payment_id="QR1")
        with self.assertRaisesRegex(ValueError, "not find it yet"):
            self.query(told, "07")
