# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What notifications and answers say, in the one vocabulary of the inbox."""

import json
from datetime import UTC, datetime
from decimal import Decimal
from itertools import product

from odoo.tests import BaseCase, tagged

from odoo.addons.payment_va.tools.amounts import parse_amount
from odoo.addons.payment_va.tools.event import EventKind, PaymentEvent

from ..tools.mapping import (
    parse_answer,
    parse_event,
    parse_gmt7,
    parse_kind,
    read_body,
    split_payment_id,
    transaction_id_of,
)
from .common import KEY, TRANSACTION_ID, VECTORS, make_payload

PAYMENT_ID = f"ORDER-1:{TRANSACTION_ID}"


def refund_row(key, amount, confirmed=None, **values):
    row = {
        "refund_chargeback_id": 1,
        "refund_amount": amount,
        "created_at": "2026-11-16 10:00:00",
        "reason": "",
        "refund_key": key,
        "refund_method": "online",
    }
    return {**row, **({"bank_confirmed_at": confirmed} if confirmed else {}), **values}


@tagged("post_install", "-at_install")
class TestEvents(BaseCase):
    def parse(self, name):
        return parse_event(VECTORS[name]["payload"])

    # === PUBLISHED NOTIFICATIONS === #

    def test_qris(self):
        event = self.parse("midtrans-notif-qris")
        self.assertEqual(
            event,
            PaymentEvent(
                EventKind.PAID,
                order_ref="qris-01",
                payment_id="qris-01:513f1f01-c9da-474c-9fc9-d5c64364b709",
                amount=Decimal("5539"),
                paid_at=datetime(2021, 6, 23, 7, 6, 48, tzinfo=UTC),
                channel="qris",
                status="settlement",
            ),
        )

    def test_channel_and_number(self):
        for name, channel, number in (
            ("midtrans-notif-bca", "bank_bca", "333333333333333"),
            ("midtrans-notif-permata", "bank_permata", "8562000087926752"),
            ("midtrans-notif-mandiri", "mandiri", "990000000260"),
            ("midtrans-signed-settlement", "bri", "123456789012345678"),
        ):
            with self.subTest(name):
                event = self.parse(name)
                self.assertEqual(event.kind, EventKind.PAID)
                self.assertEqual(event.channel, channel)
                self.assertEqual(event.va_number, number)

    def test_same_transaction_id_of_two_orders(self):
        """The documentation prints one id on several orders."""
        event = self.parse("midtrans-notif-bca")
        other = {**VECTORS["midtrans-notif-bca"]["payload"], "order_id": "bni-va-01"}
        self.assertNotEqual(event.payment_id, parse_event(other).payment_id)

    def test_signed_notifications(self):
        for name, kind in (
            ("midtrans-signed-pending", EventKind.PENDING),
            ("midtrans-signed-settlement", EventKind.PAID),
            ("midtrans-signed-expire", EventKind.EXPIRED),
            ("midtrans-signed-reversal-deny", EventKind.DENIED),
        ):
            with self.subTest(name):
                event = self.parse(name)
                self.assertEqual(event.kind, kind)
                self.assertEqual(event.order_ref, "SPP-2026-07-0001")

    def test_events_of_one_payment_have_their_own_keys(self):
        names = ("pending", "settlement", "expire", "reversal-deny")
        keys = {self.parse(f"midtrans-signed-{name}").key() for name in names}
        self.assertEqual(len(keys), 4)

    # === AMOUNTS AND TIMES === #

    def test_amount(self):
        vector = VECTORS["amount-midtrans"]
        amount = parse_amount(vector["inputs"]["wire"])
        self.assertEqual(amount, Decimal(vector["expected"]["decimal"]))
        event = parse_event(make_payload(gross_amount=vector["inputs"]["wire"]))
        self.assertEqual(event.amount, Decimal(vector["expected"]["decimal"]))

    def test_time_without_offset_is_gmt7(self):
        vector = VECTORS["tz-midtrans"]
        moment = parse_gmt7(vector["inputs"]["wire"])
        self.assertEqual(
            moment.strftime("%Y-%m-%dT%H:%M:%SZ"), vector["expected"]["utc"]
        )

    def test_day_changes_at_midnight_in_jakarta(self):
        event = parse_event(make_payload(settlement_time="2026-12-01 00:00:01"))
        self.assertEqual(event.paid_at, datetime(2026, 11, 30, 17, 0, 1, tzinfo=UTC))

    def test_transaction_time_where_there_is_no_settlement_time(self):
        payload = make_payload("capture", payment_type="credit_card")
        self.assertEqual(
            parse_event(payload).paid_at, datetime(2026, 11, 16, 2, 50, tzinfo=UTC)
        )

    def test_odd_time_does_not_lose_the_money(self):
        for value in ("", "yesterday", 5, None, "2026-13-01 00:00:00"):
            payload = make_payload(settlement_time=value, transaction_time=value)
            event = parse_event(payload)
            self.assertEqual((event.kind, event.paid_at), (EventKind.PAID, None), value)

    def test_numbers_keep_their_text(self):
        body = b'{"gross_amount": 100000.00, "status_code": 200, "x": NaN}'
        self.assertEqual(
            read_body(body),
            {"gross_amount": "100000.00", "status_code": "200", "x": "NaN"},
        )

    def test_fee_of_the_payer(self):
        """The amount has the fee in it; the bill gets what it asked for."""
        info = {
            "gross_amount_info": {
                "original_amount": "10000",
                "gross_amount": "10071",
                "customer_imposed_payment_fee": "71",
            }
        }
        for place in ({"metadata": {"extra_info": info}}, {"extra_info": info}):
            event = parse_event(make_payload(gross_amount="10071.00", **place))
            self.assertEqual(event.amount, Decimal("10071"))
            self.assertEqual(event.payer_fee, Decimal("71"))

    def test_odd_fee_is_not_used(self):
        for metadata in (
            None,
            [],
            "",
            {"extra_info": None},
            {"extra_info": {"gross_amount_info": []}},
            {"extra_info": {"gross_amount_info": {"original_amount": "x"}}},
            {"extra_info": {"gross_amount_info": {"original_amount": "0"}}},
            {"extra_info": {"gross_amount_info": {"original_amount": "350001"}}},
        ):
            event = parse_event(make_payload(metadata=metadata))
            self.assertEqual(event.payer_fee, 0, metadata)

    # === STATUS === #

    def test_status_and_fraud_status(self):
        table = {
            ("settlement", None): EventKind.PAID,
            ("settlement", "accept"): EventKind.PAID,
            ("settlement", "challenge"): EventKind.UNKNOWN,
            ("settlement", "deny"): EventKind.UNKNOWN,
            ("capture", None): EventKind.PAID,
            ("capture", "accept"): EventKind.PAID,
            ("capture", "challenge"): EventKind.CHALLENGE,
            ("capture", "deny"): EventKind.FAILED,
            ("capture", "another"): EventKind.UNKNOWN,
        }
        whatever_fraud = {
            "pending": EventKind.PENDING,
            "authorize": EventKind.PENDING,
            "deny": EventKind.DENIED,
            "cancel": EventKind.CANCELLED,
            "expire": EventKind.EXPIRED,
            "failure": EventKind.FAILED,
            "refund": EventKind.REFUNDED,
            "partial_refund": EventKind.REFUNDED,
            "chargeback": EventKind.CHARGEBACK,
            "partial_chargeback": EventKind.CHARGEBACK,
            "another": EventKind.UNKNOWN,
        }
        for status, fraud in product(whatever_fraud, (None, "accept", "deny")):
            table[status, fraud] = whatever_fraud[status]
        for (status, fraud), kind in table.items():
            with self.subTest(status=status, fraud=fraud):
                payload = {"transaction_status": status, "status_code": "200"}
                payload |= {"fraud_status": fraud} if fraud else {}
                self.assertEqual(parse_kind(payload), kind)

    def test_paid_has_the_code_of_success(self):
        """The code is signed: a pending notification cannot be made a paid one."""
        pending = VECTORS["midtrans-signed-pending"]["payload"]
        forged = {**pending, "transaction_status": "settlement"}
        self.assertEqual(parse_event(forged).kind, EventKind.UNKNOWN)

    def test_capital_letters(self):
        payload = {"transaction_status": "CAPTURE", "fraud_status": "ACCEPT"}
        self.assertEqual(parse_kind({**payload, "status_code": "200"}), EventKind.PAID)

    # === MONEY GIVEN BACK === #

    def refund(self, *rows, status="partial_refund", wanted=None):
        return parse_event(make_payload(status, refunds=list(rows)), wanted)

    def test_refund_counts_when_the_bank_confirmed_it(self):
        asked = self.refund(refund_row("R1", "5000.00"))
        self.assertEqual(asked.kind, EventKind.UNKNOWN)
        done = self.refund(refund_row("R1", "5000.00", "2026-11-16 10:05:00"))
        self.assertEqual(done.kind, EventKind.REFUNDED)
        self.assertEqual((done.refund_id, done.refund_amount), ("R1", Decimal(5000)))

    def test_each_refund_is_its_own_event(self):
        first = refund_row("R1", "5000.00", "2026-11-16 10:05:00")
        second = refund_row("R2", "7000.00", "2026-11-16 11:05:00")
        events = [self.refund(first), self.refund(first, second)]
        self.assertEqual([event.refund_id for event in events], ["R1", "R2"])
        self.assertEqual(len({event.key() for event in events}), 2)

    def test_refunds_confirmed_the_other_way_round(self):
        first = refund_row("R1", "5000.00", "2026-11-16 12:05:00")
        second = refund_row("R2", "7000.00", "2026-11-16 11:05:00")
        waiting = refund_row("R1", "5000.00")
        events = [self.refund(waiting, second), self.refund(first, second)]
        self.assertEqual([event.refund_id for event in events], ["R2", "R1"])

    def test_refund_of_the_dashboard_has_midtrans_own_id(self):
        row = refund_row(
            "", "5000.00", "2026-11-16 10:05:00", refund_chargeback_id=47594
        )
        self.assertEqual(self.refund(row).refund_id, "47594")

    def test_odd_refunds_are_left_out(self):
        confirmed = "2026-11-16 10:05:00"
        for rows in (
            [5, None, []],
            [refund_row("R1", "much", confirmed)],
            [refund_row("", "1", confirmed, refund_chargeback_id=None)],
        ):
            event = self.refund(*rows)
            self.assertEqual((event.kind, event.refund_amount), ("refunded", None))

    def test_chargeback_takes_what_is_left(self):
        event = self.refund(
            refund_row("R1", "50000.00", "2026-11-16 10:05:00"), status="chargeback"
        )
        self.assertEqual(event.kind, EventKind.CHARGEBACK)
        self.assertEqual(event.refund_id, "chargeback")
        self.assertEqual(event.refund_amount, Decimal(300000))

    def test_partial_chargeback(self):
        row = refund_row("", "20000.00", refund_chargeback_id=9)
        event = self.refund(row, status="partial_chargeback")
        self.assertEqual((event.refund_id, event.refund_amount), ("9", Decimal(20000)))

    # === BODIES THAT ARE NONE === #

    def test_malformed_bodies(self):
        for body in (
            b"",
            b"{",
            b"[]",
            b'"x"',
            b"5",
            b"null",
            b"\xff\xfe\x00",
            b"[" * 60000,
        ):
            with self.subTest(body[:10]), self.assertRaises(ValueError):
                read_body(body)

    def test_what_must_be_there(self):
        for name in (
            "order_id",
            "transaction_id",
            "gross_amount",
            "transaction_status",
        ):
            for value in (None, "", [], {}, 5, "x" * 256, "a\x00b", "a\nb", "\ud800"):
                payload = {**make_payload(), name: value}
                if name == "transaction_status" and isinstance(value, str) and value:
                    continue
                with (
                    self.subTest(name=name, value=value),
                    self.assertRaises(ValueError),
                ):
                    parse_event(payload)

    def test_amounts_that_are_none(self):
        for value in ("NaN", "-1", "Infinity", "1e20", "abc"):
            with self.subTest(value), self.assertRaises(ValueError):
                parse_event(make_payload(gross_amount=value))

    def test_transaction_id_cannot_lead_elsewhere(self):
        """It is not signed and becomes a part of the address that is asked."""
        for value in (
            "../../v2/x",
            "a/b",
            "a?b",
            "a#b",
            "a b",
            "..",
            "%2e%2e",
            "x" * 65,
        ):
            with self.subTest(value), self.assertRaises(ValueError):
                parse_event(make_payload(transaction_id=value))

    def test_odd_details_do_not_lose_the_money(self):
        for values in (
            {"va_numbers": "x"},
            {"va_numbers": [5]},
            {"va_numbers": [{"bank": ["bca"], "va_number": {}}]},
            {"payment_type": ["qris"]},
            {"currency": ""},
            {"refunds": 5},
            {"channel_response_message": "a\x00b"},
            {"payment_amounts": []},
        ):
            with self.subTest(values):
                event = parse_event(make_payload(**values))
                self.assertEqual((event.kind, event.currency), (EventKind.PAID, "IDR"))

    def test_channels_of_snap(self):
        for payment_type, channel in (
            ("credit_card", "card"),
            ("gopay", "gopay"),
            ("cstore", None),
            ("something_new", None),
        ):
            payload = make_payload(payment_type=payment_type)
            self.assertEqual(parse_event(payload).channel, channel)

    def test_reference_for_the_payers_questions(self):
        payload = make_payload(shopeepay_reference_number="144854469038383602")
        self.assertEqual(parse_event(payload).reference, "144854469038383602")


@tagged("post_install", "-at_install")
class TestAnswers(BaseCase):
    """What Midtrans says when asked counts, and only about what was asked."""

    def setUp(self):
        super().setUp()
        self.event = parse_event(make_payload())

    def answer(self, payload, status=200, event=None):
        # As it is kept: through JSON.
        payload = json.loads(json.dumps(payload))
        return parse_answer(event or self.event, status, payload, KEY)

    def test_answer_counts(self):
        answer = self.answer(make_payload("deny"))
        self.assertEqual(answer.kind, EventKind.DENIED)

    def test_unknown_payment(self):
        missing = {"status_code": "404", "status_message": "doesn't exist."}
        self.assertIsNone(self.answer(missing))
        self.assertIsNone(self.answer(missing, 404))
        self.assertIsNone(self.answer({}, 404))

    def test_errors_are_no_answers(self):
        for status, payload in (
            (401, {"status_code": "401"}),
            (200, {"status_code": "401"}),
            (200, {"status_code": "500"}),
            (200, {}),
            (200, []),
            (200, None),
            (200, "x"),
        ):
            with self.subTest(payload), self.assertRaises(ValueError):
                self.answer(payload, status)

    def test_answer_about_something_else(self):
        for values in (
            {"order_id": "ORDER-2"},
            {"transaction_id": "00000000-0000-4000-8000-000000000002"},
        ):
            with self.subTest(values), self.assertRaises(ValueError):
                self.answer(make_payload(**values))

    def test_wrongly_signed_answer(self):
        payload = make_payload(key="another")
        with self.assertRaisesRegex(ValueError, "signed"):
            self.answer(payload)
        del payload["signature_key"]  # not all answers are signed
        self.assertEqual(self.answer(payload).kind, EventKind.PAID)

    def test_changed_amount_of_a_signed_answer(self):
        with self.assertRaises(ValueError):
            self.answer({**make_payload(), "gross_amount": "350001.00"})

    def test_answer_older_than_the_notification(self):
        with self.assertRaisesRegex(ValueError, "older"):
            self.answer(make_payload("pending"))
        waiting = parse_event(make_payload("pending"))
        answer = self.answer(make_payload("pending"), event=waiting)
        self.assertEqual(answer.kind, EventKind.PENDING)

    def test_answer_about_the_same_refund(self):
        rows = [
            refund_row("R1", "5000.00", "2026-11-16 10:05:00"),
            refund_row("R2", "7000.00", "2026-11-16 11:05:00"),
        ]
        event = parse_event(make_payload("partial_refund", refunds=rows[:1]))
        answer = self.answer(make_payload("partial_refund", refunds=rows), event=event)
        self.assertEqual(
            (answer.refund_id, answer.refund_amount), ("R1", Decimal(5000))
        )

    def test_refund_that_tells_no_amount(self):
        event = parse_event(make_payload("partial_refund"))
        self.assertEqual(event.kind, EventKind.REFUNDED)
        answer = self.answer(make_payload("partial_refund"), event=event)
        self.assertEqual(answer.kind, EventKind.UNKNOWN)
        rows = [refund_row("R1", "5000.00", "2026-11-16 10:05:00")]
        answer = self.answer(make_payload("partial_refund", refunds=rows), event=event)
        self.assertEqual((answer.kind, answer.refund_id), (EventKind.REFUNDED, "R1"))

    def test_attempt_of_which_only_the_order_is_known(self):
        for reference in (None, "snap:66e4fa55-fdac-4ef9-91b5-733b97d1b862"):
            poll = PaymentEvent(
                EventKind.PENDING, order_ref="ORDER-1", payment_id=reference
            )
            self.assertIsNone(transaction_id_of(poll))
            self.assertEqual(
                self.answer(make_payload(), event=poll).payment_id, PAYMENT_ID
            )

    def test_payment_id(self):
        self.assertEqual(split_payment_id("ORDER-1", PAYMENT_ID), TRANSACTION_ID)
        for order, payment in (
            ("ORDER-2", PAYMENT_ID),
            (None, PAYMENT_ID),
            ("ORDER-1", None),
            ("ORDER-1", "ORDER-1"),
            ("ORDER-1", "ORDER-1:../x"),
        ):
            self.assertIsNone(split_payment_id(order, payment))
