# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import json
from datetime import UTC, datetime
from decimal import Decimal

from odoo.tests import BaseCase, tagged

from odoo.addons.payment_va.const import RETRY_MINUTES
from odoo.addons.payment_va.tools.amounts import JAKARTA, parse_amount, parse_time
from odoo.addons.payment_va.tools.event import EventKind, PaymentEvent

from ..tools import confirm, parse, wire
from .common import VECTORS, capture

FVA_PAID = {
    **VECTORS["xendit-fva-paid-shape"]["payload"],
    # The published shape has placeholders there.
    "payment_id": "1502450097080",
    "callback_virtual_account_id": "57f6fbf26b9f064272622aa6",
    "owner_id": "57b4e5181473eeb61c11f9b9",
    "id": "598d91b1191029596846047f",
}
INVOICE_PAID = {
    "id": "579c8d61f23fa4ca35e52da4",
    "external_id": "PAY-261116-ABCDEFGH",
    "user_id": "5781d19b2e2385880609791c",
    "status": "PAID",
    "merchant_name": "Yayasan Bayar",
    "amount": 50000,
    "paid_amount": 52000,
    "paid_at": "2026-11-16T02:59:00.000Z",
    "payment_method": "BANK_TRANSFER",
    "payment_channel": "PERMATA",
    "payment_destination": "888888888888",
    "created": "2026-11-16T02:40:10.000Z",
    "updated": "2026-11-16T02:59:01.000Z",
    "currency": "IDR",
}
QR_V1 = {
    "event": "qr.payment",
    "id": "qrpy_8182837te-87st-49ing-8696-1239bd4d759c",
    "amount": 1500,
    "created": "2020-01-08T18:18:18.857Z",
    "qr_code": {
        "id": "qr_8182837te-87st-49ing-8696-1239bd4d759c",
        "external_id": "testing_id_123",
        "qr_string": "0002010102##########CO.XENDIT.WWW",
        "type": "DYNAMIC",
    },
    "status": "COMPLETED",
    "payment_details": {"source": "GOPAY", "receipt_id": "112233445566"},
}
QR_2022 = {
    "event": "qr.payment",
    "api_version": "2022-07-31",
    "business_id": "5f27a14a9bf05c73dd040bc8",
    "created": "2020-08-29T09:12:33.001Z",
    "data": {
        "id": "qrpy_8182837te-87st-49ing-8696-1239bd4d759c",
        "currency": "IDR",
        "amount": 1500,
        "status": "SUCCEEDED",
        "created": "2020-08-29T09:12:33.001Z",
        "qr_id": "qr_61cb3576-3a25-4d35-8d15-0e8e3bdba4f2",
        "reference_id": "order-id-1666420204",
        "type": "DYNAMIC",
        "channel_code": "ID_DANA",
        "payment_detail": {"receipt_id": "000111666", "source": "DANA"},
    },
}
REFUND = {
    "event": "refund.succeeded",
    "business_id": "5f27a14a9bf05c73dd040bc8",
    "created": "2026-11-16T02:59:00.001Z",
    "data": {
        "id": "rfd-6f4a377d-a201-437f-9119-f8b00cbbe857",
        "payment_id": "pr-4f978be5-0e6a-4218-a281-155b362a9ffb",
        "payment_request_id": "pr-4f978be5-0e6a-4218-a281-155b362a9ffb",
        "amount": 10000,
        "currency": "IDR",
        "channel_code": "QRIS",
        "status": "SUCCEEDED",
        "reason": "REQUESTED_BY_CUSTOMER",
        "reference_id": "RFD-1",
        "updated": "2026-11-16T02:59:00.651482291Z",
    },
}


def parsed(message):
    return parse.parse_callback(json.dumps(message).encode())


@tagged("post_install", "-at_install")
class TestVectors(BaseCase):
    """The published examples."""

    def test_payment_capture_va(self):
        message = VECTORS["xendit-payment-capture-va"]["payload"]
        event = parsed(message)
        self.assertEqual(event.kind, EventKind.PAID)
        self.assertEqual(event.order_ref, "test-1739083782")
        self.assertEqual(event.payment_id, "py-4e0209e9-67a2-449a-9748-57df6a8bddad")
        self.assertEqual(event.amount, Decimal(10000))
        self.assertEqual(event.currency, "IDR")
        self.assertEqual(event.channel, "bni")
        in_jakarta = event.paid_at.astimezone(JAKARTA)
        self.assertEqual(
            in_jakarta.isoformat(timespec="seconds"), "2025-02-09T13:50:18+07:00"
        )

    def test_captured_amount_counts(self):
        message = json.loads(
            json.dumps(VECTORS["xendit-payment-capture-va"]["payload"])
        )
        message["data"]["request_amount"] = 99999
        self.assertEqual(parsed(message).amount, Decimal(10000))

    def test_ewallet_capture(self):
        event = parsed(VECTORS["xendit-ewallet-capture"]["payload"])
        self.assertEqual(event.kind, EventKind.PAID)
        self.assertEqual(event.order_ref, "test-payload")
        self.assertEqual(event.payment_id, "ewc_95d47d3a-db03-4b4b-9b6c-71077157cbc8")
        self.assertEqual(event.amount, Decimal(20000))
        self.assertEqual(event.channel, "shopeepay")
        self.assertEqual(
            event.paid_at, datetime(2020, 10, 21, 13, 57, 43, 730483, tzinfo=UTC)
        )

    def test_nine_fractional_digits(self):
        created = VECTORS["xendit-ewallet-capture"]["payload"]["created"]
        self.assertEqual(created, "2020-10-21T13:59:14.536400713Z")
        self.assertEqual(
            parse_time(created), datetime(2020, 10, 21, 13, 59, 14, 536400, tzinfo=UTC)
        )
        message = json.loads(json.dumps(VECTORS["xendit-ewallet-capture"]["payload"]))
        message["data"]["updated"] = created
        self.assertEqual(parsed(message).paid_at.microsecond, 536400)

    def test_fva_paid(self):
        event = parsed(FVA_PAID)
        self.assertEqual(event.kind, EventKind.PAID)
        self.assertEqual(event.order_ref, "SPP-STUDENT-0001")
        self.assertEqual(event.payment_id, "1502450097080")
        self.assertEqual(event.va_number, "9999624535")
        self.assertEqual(event.amount, Decimal(50000))
        self.assertEqual(event.channel, "mandiri")
        self.assertEqual(event.paid_at, datetime(2026, 7, 10, 2, 20, 11, tzinfo=UTC))

    def test_amount(self):
        vector = VECTORS["amount-xendit"]
        expected = Decimal(vector["expected"]["decimal"])
        self.assertEqual(parse_amount(vector["inputs"]["wire"]), expected)
        self.assertEqual(parse_amount(json.loads(vector["inputs"]["wire"])), expected)

    def test_midnight(self):
        vector = VECTORS["tz-xendit-midnight"]
        moment = parse_time(vector["inputs"]["wire"]).astimezone(JAKARTA)
        self.assertEqual(moment.isoformat(), vector["expected"]["wib"])
        self.assertEqual(
            moment.date().isoformat(), vector["expected"]["accounting_date_wib"]
        )

    def test_retry_schedule(self):
        """Xendit gives up after a day: by then a callback is in our inbox or lost, and
        what is in it has to be tried for longer than that."""
        vector = VECTORS["xendit-retry-schedule"]
        steps = vector["inputs"]["increments_minutes"]
        sums = [sum(steps[: i + 1]) for i in range(len(steps))]
        self.assertEqual(sums, vector["expected"]["cumulative_minutes"])
        self.assertEqual(sums[-1], vector["expected"]["total_hours"] * 60)
        self.assertGreater(sum(RETRY_MINUTES), sums[-1])
        self.assertGreater(len(RETRY_MINUTES), len(steps))


@tagged("post_install", "-at_install")
class TestCallbacks(BaseCase):
    def test_events_of_the_payments_api(self):
        cases = [
            ("payment.capture", "SUCCEEDED", EventKind.PAID),
            ("payment.succeeded", "SUCCEEDED", EventKind.PAID),
            ("payment.authorization", "AUTHORIZED", EventKind.PENDING),
            ("payment.failure", "FAILED", EventKind.FAILED),
            ("payment.expiry", "EXPIRED", EventKind.EXPIRED),
            # The name and the status contradict each other.
            ("payment.capture", "FAILED", EventKind.UNKNOWN),
            ("payment.failure", "SUCCEEDED", EventKind.UNKNOWN),
            ("payment.capture", "SETTLING", EventKind.UNKNOWN),
        ]
        for event_name, status, kind in cases:
            with self.subTest(event=event_name, status=status):
                message = capture("PAY-1", status=status)
                message["event"] = event_name
                self.assertEqual(parsed(message).kind, kind)

    def test_payment_before_version_3(self):
        """No captures; "id" is the payment's."""
        event = parsed(
            {
                "event": "payment.succeeded",
                "data": {
                    "id": "py-1402feb0-bb79-47ae-9d1e-e69394d3949c",
                    "payment_request_id": "pr-1102feb0-bb79-47ae-9d1e-e69394d3949c",
                    "reference_id": "c2c8b6b8-5b5a-4a57-a4b7-a8a4c6a0c1a1",
                    "currency": "IDR",
                    "amount": 1000,
                    "status": "SUCCEEDED",
                },
            }
        )
        self.assertEqual(event.payment_id, "py-1402feb0-bb79-47ae-9d1e-e69394d3949c")
        self.assertEqual(event.amount, Decimal(1000))

    def test_captures_are_added_up(self):
        message = capture("PAY-1", amount=1000)
        message["data"]["captures"] *= 2
        self.assertEqual(parsed(message).amount, Decimal(2000))

    def test_payment_request_expiry(self):
        event = parsed(
            {
                "event": "payment_request.expiry",
                "data": {
                    "payment_request_id": "pr-1",
                    "reference_id": "PAY-1",
                    "status": "EXPIRED",
                    "request_amount": 1000,
                },
            }
        )
        self.assertEqual((event.kind, event.order_ref), (EventKind.EXPIRED, "PAY-1"))
        self.assertIsNone(event.payment_id)

    def test_sessions(self):
        data = {
            "payment_session_id": "ps-67527107dda8b2513acdaef0",
            "reference_id": "PAY-1",
            "amount": 150000,
            "currency": "IDR",
            "status": "COMPLETED",
            "payment_id": "py-1",
        }
        paid = parsed({"event": "payment_session.completed", "data": data})
        self.assertEqual(paid.kind, EventKind.PAID)
        # The same payment has a callback of its own: one event, whoever comes first.
        self.assertEqual(paid.key(), parsed(capture("PAY-1")).key())
        expired = {**data, "status": "EXPIRED", "payment_id": None}
        event = parsed({"event": "payment_session.expired", "data": expired})
        self.assertEqual((event.kind, event.payment_id), (EventKind.EXPIRED, None))

    def test_ewallet_statuses(self):
        for status, kind in [
            ("SUCCEEDED", EventKind.PAID),
            ("FAILED", EventKind.FAILED),
            ("PENDING", EventKind.PENDING),
            ("VOIDED", EventKind.DENIED),
            ("REFUNDED", EventKind.UNKNOWN),
            ("succeeded", EventKind.UNKNOWN),
        ]:
            with self.subTest(status):
                message = json.loads(
                    json.dumps(VECTORS["xendit-ewallet-capture"]["payload"])
                )
                message["data"]["status"] = status
                self.assertEqual(parsed(message).kind, kind)

    def test_qr_codes(self):
        old, new = parsed(QR_V1), parsed(QR_2022)
        self.assertEqual(old.order_ref, "testing_id_123")
        self.assertEqual(new.order_ref, "order-id-1666420204")
        self.assertEqual((old.reference, new.reference), ("112233445566", "000111666"))
        for event in (old, new):
            self.assertEqual(event.kind, EventKind.PAID)
            self.assertEqual(
                event.payment_id, "qrpy_8182837te-87st-49ing-8696-1239bd4d759c"
            )
            self.assertEqual((event.amount, event.channel), (Decimal(1500), "qris"))

    def test_invoices(self):
        event = parsed(INVOICE_PAID)
        self.assertEqual(event.kind, EventKind.PAID)
        self.assertEqual(event.payment_id, "579c8d61f23fa4ca35e52da4")
        self.assertEqual(event.amount, Decimal(52000), "what was paid, not what asked")
        self.assertEqual(event.channel, "bank_permata")
        settled = parsed({**INVOICE_PAID, "status": "SETTLED"})
        self.assertEqual(settled.key(), event.key(), "the same payment")
        for status, kind in [
            ("PENDING", EventKind.PENDING),
            ("EXPIRED", EventKind.EXPIRED),
            ("COMPLETED", EventKind.UNKNOWN),
            ("", EventKind.UNKNOWN),
        ]:
            self.assertEqual(parsed({**INVOICE_PAID, "status": status}).kind, kind)

    def test_virtual_accounts(self):
        self.assertEqual(parsed({**FVA_PAID, "status": "PAID"}).kind, EventKind.PAID)
        odd = parsed({**FVA_PAID, "status": "PENDING"})
        self.assertEqual(odd.kind, EventKind.UNKNOWN)
        created = {
            "id": "57f6fbf26b9f064272622aa6",
            "external_id": "VA-1",
            "account_number": "8808999939380502",
            "bank_code": "BNI",
            "name": "ANI BAYAR",
            "is_closed": False,
            "status": "ACTIVE",
        }
        event = parsed(created)
        self.assertEqual((event.kind, event.payment_id), (EventKind.PENDING, None))
        self.assertEqual(event.va_number, "8808999939380502")
        event = parsed({**created, "status": "INACTIVE"})
        self.assertEqual(event.kind, EventKind.UNKNOWN)

    def test_refunds(self):
        event = parsed(REFUND)
        self.assertEqual(event.kind, EventKind.REFUNDED)
        self.assertEqual(event.refund_id, "rfd-6f4a377d-a201-437f-9119-f8b00cbbe857")
        self.assertEqual(event.refund_amount, Decimal(10000))
        # It names the request, neither the payment nor the order: it ends none.
        self.assertEqual((event.payment_id, event.order_ref), (None, None))
        failed = {**REFUND, "event": "refund.failed"}
        failed["data"] = {**REFUND["data"], "status": "FAILED"}
        self.assertEqual(parsed(failed).kind, EventKind.FAILED)

    def test_reusable_number(self):
        """Three payments to one number are three events."""
        events = [parsed(capture("VA-1", payment_id=f"py-{i}")) for i in range(3)]
        self.assertEqual(len({event.key() for event in events}), 3)

    def test_unlisted_events_are_kept(self):
        event = parsed({"event": "payment_token.activation", "data": {"status": "X"}})
        self.assertEqual(event.kind, EventKind.UNKNOWN)
        self.assertEqual(event.status, "payment_token.activation")

    def test_malformed(self):
        bodies = [
            b"",
            b"[]",
            b'"text"',
            b"{}",
            b"\xff\xfe",
            b"[" * 60000,
            b'{"event": "payment.capture", "data": []}',
            b'{"event": "payment.capture", "data": {"status": "SUCCEEDED"}}',
            b'{"event": ["payment.capture"]}',
            b'{"external_id": "a", "status": "PAID"}',
        ]
        for body in bodies:
            with self.subTest(body[:40]), self.assertRaises(ValueError):
                parse.parse_callback(body)

    def test_malformed_fields(self):
        for name, value in [
            ("reference_id", "a\0b"),
            ("reference_id", "a\nb"),
            ("reference_id", "x" * 256),
            ("reference_id", 7),
            ("payment_id", "py-1/../../balance"),
            ("payment_id", "py-1?x=1"),
            ("payment_id", ".."),
            ("payment_id", ""),
            ("captures", [{"capture_amount": -1}]),
            ("captures", [{"capture_amount": True}]),
            ("captures", [{"capture_amount": "NaN"}]),
            ("captures", [{}]),
            ("captures", "all"),
            ("captures", [{"capture_amount": 1, "capture_timestamp": "yesterday"}]),
        ]:
            message = capture("PAY-1", **{name: value})
            with self.subTest(name=name, value=value), self.assertRaises(ValueError):
                parsed(message)

    def test_flat_reference(self):
        self.assertEqual(parse.flat_reference(b'{"external_id": "a"}'), "a")
        for body in (b"", b"{}", b'{"external_id": "a\\u0000"}', b'{"external_id": 1}'):
            self.assertIsNone(parse.flat_reference(body))


@tagged("post_install", "-at_install")
class TestConfirmations(BaseCase):
    def path(self, message):
        return confirm.question_path(parsed(message))

    def test_paths(self):
        ewallet = VECTORS["xendit-ewallet-capture"]["payload"]
        cases = [
            (capture("PAY-1"), "v3/payments/py-1"),
            (ewallet, f"ewallets/charges/{ewallet['data']['id']}"),
            (QR_2022, f"qr_codes/payments/{QR_2022['data']['id']}"),
            (INVOICE_PAID, "v2/invoices/579c8d61f23fa4ca35e52da4"),
            (
                FVA_PAID,
                "callback_virtual_account_payments/payment_id=1502450097080",
            ),
            (REFUND, "refunds/rfd-6f4a377d-a201-437f-9119-f8b00cbbe857"),
        ]
        for message, path in cases:
            self.assertEqual(self.path(message), path)

    def test_paths_of_polls(self):
        for request_ref, path in [
            ("pr-1", "v3/payment_requests/pr-1"),
            ("ps-1", "sessions/ps-1"),
            ("579c8d61f23fa4ca35e52da4", "v2/invoices/579c8d61f23fa4ca35e52da4"),
            (None, None),
        ]:
            event = PaymentEvent(EventKind.PENDING, payment_id=request_ref)
            self.assertEqual(confirm.question_path(event), path)

    def test_answer_counts(self):
        event = parsed(capture("PAY-1", amount=350000))
        data = capture("PAY-2", amount=1000)["data"]
        answer = confirm.parse_confirmation(event, 200, data)
        self.assertEqual((answer.order_ref, answer.amount), ("PAY-2", Decimal(1000)))

    def test_answers_of_all_products(self):
        ewallet = VECTORS["xendit-ewallet-capture"]["payload"]
        for message, payload in [
            (ewallet, ewallet["data"]),
            (QR_2022, QR_2022),
            (QR_2022, QR_2022["data"]),
            (INVOICE_PAID, INVOICE_PAID),
            (FVA_PAID, FVA_PAID),
            (REFUND, REFUND["data"]),
        ]:
            event = parsed(message)
            answer = confirm.parse_confirmation(event, 200, payload)
            self.assertEqual(answer, event)

    def test_unknown_payment(self):
        event = parsed(capture("PAY-1"))
        self.assertIsNone(confirm.parse_confirmation(event, 404, {}))
        with self.assertRaises(ValueError):
            # That path is not documented: its silence proves nothing.
            confirm.parse_confirmation(parsed(QR_2022), 404, {})

    def test_answers_that_settle_nothing(self):
        event = parsed(capture("PAY-1"))
        data = capture("PAY-1")["data"]
        for status, payload in [
            (401, {"error_code": "INVALID_API_KEY"}),
            (429, {}),
            (200, []),
            (200, {}),
            (200, {**data, "payment_id": "py-2"}),
            (200, {**data, "status": "PENDING"}),
            (200, {**data, "status": "WHO_KNOWS"}),
            (200, {**data, "captures": []}),
        ]:
            with self.subTest(payload=payload), self.assertRaises(ValueError):
                confirm.parse_confirmation(event, status, payload)

    def test_api_key_error_is_named(self):
        event = parsed(capture("PAY-1"))
        with self.assertRaisesRegex(ValueError, "401 INVALID_API_KEY"):
            confirm.parse_confirmation(event, 401, {"error_code": "INVALID_API_KEY"})

    def test_not_paid_after_all(self):
        event = parsed(capture("PAY-1"))
        data = {**capture("PAY-1")["data"], "status": "FAILED"}
        answer = confirm.parse_confirmation(event, 200, data)
        self.assertEqual(answer.kind, EventKind.FAILED)

    def test_polled_request(self):
        event = PaymentEvent(EventKind.PENDING, "PAY-1", "pr-1")
        payload = {
            "payment_request_id": "pr-1",
            "reference_id": "PAY-1",
            "status": "SUCCEEDED",
            "latest_payment_id": "py-1",
            "request_amount": 350000,
            "currency": "IDR",
            "channel_code": "BRI_VIRTUAL_ACCOUNT",
            "updated": "2026-11-16T02:59:00.927Z",
        }
        answer = confirm.parse_confirmation(event, 200, payload)
        callback = parsed(capture("PAY-1"))
        self.assertEqual(answer.key(), callback.key())
        self.assertEqual(answer.amount, callback.amount)
        waiting = {**payload, "status": "REQUIRES_ACTION", "latest_payment_id": None}
        answer = confirm.parse_confirmation(event, 200, waiting)
        self.assertEqual(answer.kind, EventKind.PENDING)
        with self.assertRaises(ValueError):
            confirm.parse_confirmation(
                event, 200, {**payload, "payment_request_id": "pr-2"}
            )
        with self.assertRaises(ValueError):
            confirm.parse_confirmation(
                event, 200, {**payload, "latest_payment_id": None}
            )

    def test_method_codes(self):
        for channel, code in [
            ("BCA_VIRTUAL_ACCOUNT", "bank_bca"),
            ("PERMATA", "bank_permata"),
            ("CIMB_VIRTUAL_ACCOUNT", "cimb_niaga"),
            ("ID_OVO", "ovo"),
            ("SHOPEEPAY", "shopeepay"),
            ("QRIS", "qris"),
        ]:
            self.assertEqual(wire.method_code(channel), code)
