# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""From a callback to the books, and what has to be asked on the way."""

from datetime import date, datetime

from odoo.tests import tagged
from odoo.tools import mute_logger

from ..tools import confirm, parse
from .common import VECTORS, XenditVaCommon, capture, timeout
from .test_parse import FVA_PAID, INVOICE_PAID, REFUND

PROVIDER = "odoo.addons.payment_va.models.payment_provider"
BOOKING = "odoo.addons.payment_va.models.payment_booking"


@tagged("post_install", "-at_install")
class TestInbox(XenditVaCommon):
    def setUp(self):
        super().setUp()
        self.bill = self.make_bill()
        self.tx = self.make_attempt(
            self.bill, xendit_request_ref="pr-1", provider_reference="pr-1"
        )

    def test_paid(self):
        notification = self.pay_by(capture(self.tx.reference))
        self.assertEqual(self.xendit.keys(), ["GET v3/payments/py-1"])
        self.assertRecordValues(
            notification,
            [
                {
                    "state": "applied",
                    "verdict": "verified",
                    "provider_id": self.gateway.id,
                    "transaction_id": self.tx.id,
                    "confirmation_status": 200,
                }
            ],
        )
        self.assertNotIn("abc123token", notification.headers)
        self.assertRecordValues(
            self.incoming("py-1"),
            [
                {
                    "amount": 350000,
                    "order_ref": self.tx.reference,
                    "paid_at": datetime(2026, 11, 16, 2, 59),
                    "channel_id": self.channel.id,
                    "exception_state": "none",
                }
            ],
        )
        self.assertEqual(self.tx.state, "done")
        self.assertEqual(self.tx.xendit_request_ref, "pr-1", "kept for refunds")
        self.assertEqual(self.bill.payment_state, "paid")

    def test_asked_before_it_is_booked(self):
        """A forged amount in the body is worth nothing: the API's word counts."""
        self.confirm(capture(self.tx.reference, amount=350000))
        self.receive(capture(self.tx.reference, amount=999999999))
        self.assertEqual(self.incoming("py-1").amount, 350000)

    def test_forged(self):
        """Somebody knows the token and invents a payment."""
        notification = self.receive(capture(self.tx.reference))
        self.assertEqual(notification.state, "ignored")
        self.assertFalse(self.incoming("py-1"))
        self.assertEqual(self.tx.state, "pending")

    def test_forged_and_replayed(self):
        """Nothing is booked unasked, also when a person has it applied again."""
        receipt = self.env["payment.notification"]._receive(
            self.make_delivery(capture(self.tx.reference))
        )
        notification = self.env["payment.notification"].browse(receipt.notification_id)
        notification.action_replay()
        self.assertFalse(self.incoming("py-1"))
        self.assertEqual(notification.state, "failed")
        self.assertTrue(notification.next_try_at)

    @mute_logger(BOOKING)
    def test_not_paid_yet(self):
        """The API may be behind its callbacks: then it is asked again."""
        message = capture(self.tx.reference)
        pending = {**message["data"], "status": "PENDING"}
        self.xendit.answers["GET v3/payments/py-1"] = (200, pending)
        notification = self.receive(message)
        self.assertEqual(notification.state, "failed")
        self.assertTrue(notification.next_try_at)
        self.assertFalse(self.incoming("py-1"))
        self.confirm(message)
        self.work_off(notification)
        self.assertEqual(notification.state, "applied")
        self.assertEqual(self.incoming("py-1").amount, 350000)

    @mute_logger(BOOKING)
    def test_no_answer(self):
        message = capture(self.tx.reference)
        for answer in (timeout(), (500, {}), (429, {}), (401, {})):
            self.xendit.answers["GET v3/payments/py-1"] = answer
            with self.subTest(answer=answer):
                notification = self.env["payment.notification"].search(
                    [("provider_id", "=", self.gateway.id)]
                ) or self.receive(message)
                self.work_off(notification)
                self.assertEqual(notification.state, "failed")
                self.assertTrue(notification.next_try_at)
                self.assertFalse(self.incoming("py-1"))
        self.confirm(message)
        self.work_off(notification)
        self.assertEqual(self.incoming("py-1").amount, 350000)

    def test_duplicates(self):
        """The same payment five times, and by the API's other name of the event."""
        message = capture(self.tx.reference)
        first = self.pay_by(message)
        for _i in range(4):
            again = self.receive(message)
            self.assertEqual((again.verdict, again.state), ("verified", "ignored"))
            self.assertEqual(again.duplicate_of_id, first)
        self.receive({**message, "event": "payment.succeeded"})
        self.assertEqual(len(self.incoming("py-1")), 1)
        self.assertEqual(len(self.env["payment.incoming"].search([])), 1)
        self.assertEqual(self.xendit.keys(), ["GET v3/payments/py-1"], "asked once")

    def test_expiry_after_payment(self):
        self.pay_by(capture(self.tx.reference))
        expired = {
            "event": "payment_request.expiry",
            "data": {
                "payment_request_id": "pr-1",
                "reference_id": self.tx.reference,
                "status": "EXPIRED",
            },
        }
        notification = self.receive(expired)
        self.assertEqual((notification.state, self.tx.state), ("ignored", "done"))

    def test_payment_after_expiry(self):
        """At Xendit the request stays expired; the money is here all the same."""
        expired = {
            "event": "payment_request.expiry",
            "data": {
                "payment_request_id": "pr-1",
                "reference_id": self.tx.reference,
                "status": "EXPIRED",
            },
        }
        self.receive(expired)
        self.assertEqual(self.tx.state, "cancel")
        self.pay_by(capture(self.tx.reference))
        self.assertRecordValues(
            self.incoming("py-1"), [{"amount": 350000, "exception": "late"}]
        )
        self.assertEqual(self.tx.state, "done")
        self.assertEqual(self.bill.payment_state, "paid")

    def test_wallet_fails_then_settles(self):
        """A later reconciliation update has the same id and another status."""
        message = {
            **VECTORS["xendit-ewallet-capture"]["payload"],
            "data": {
                **VECTORS["xendit-ewallet-capture"]["payload"]["data"],
                "reference_id": self.tx.reference,
                "capture_amount": 350000,
                "status": "FAILED",
            },
        }
        self.receive(message)
        self.assertEqual(self.tx.state, "cancel")
        message["data"]["status"] = "SUCCEEDED"
        charge = message["data"]["id"]
        self.xendit.answers[f"GET ewallets/charges/{charge}"] = (200, message["data"])
        self.receive(message)
        self.assertEqual(self.incoming(charge).amount, 350000)
        message["data"]["status"] = "VOIDED"
        self.receive(message)
        self.assertEqual(self.incoming(charge).state, "reversed")
        self.assertEqual(self.bill.payment_state, "not_paid")

    def test_invoice(self):
        """Paid and settled are one payment, of what was really paid."""
        message = {
            **INVOICE_PAID,
            "external_id": self.tx.reference,
            "amount": 350000,
            "paid_amount": 350000,
        }
        key = f"GET v2/invoices/{message['id']}"
        self.xendit.answers[key] = (200, message)
        self.receive(message)
        self.receive({**message, "status": "SETTLED"})
        self.assertEqual(self.incoming(message["id"]).amount, 350000)
        self.assertEqual(len(self.env["payment.incoming"].search([])), 1)

    def test_midnight(self):
        """Paid at 00:30 in Jakarta, which is still the day before in UTC."""
        vector = VECTORS["tz-xendit-midnight"]
        message = capture(self.tx.reference)
        captured = message["data"]["captures"][0]
        captured["capture_timestamp"] = vector["inputs"]["wire"]
        self.pay_by(message)
        incoming = self.incoming("py-1")
        self.assertEqual(incoming.paid_at, datetime(2026, 6, 30, 17, 30))
        expected = date.fromisoformat(vector["expected"]["accounting_date_wib"])
        self.assertEqual(incoming.date, expected)
        self.assertEqual(incoming.payment_id.date, expected)

    def test_unknown_order(self):
        notification = self.pay_by(capture("PAY-261116-ZZZZZZZZ"))
        self.assertEqual(notification.state, "applied")
        self.assertRecordValues(
            self.incoming("py-1"), [{"exception": "unknown", "partner_id": False}]
        )

    def test_reference_of_a_payment_method(self):
        """The API before ours tells another reference than the order's."""
        message = capture("c2c8b6b8-5b5a-4a57-a4b7-a8a4c6a0c1a1")
        self.pay_by(message)
        self.assertEqual(self.incoming("py-1").transaction_id, self.tx)

    def test_wrong_token(self):
        for token in ("", "abc123tokeN", "abc123token "):
            notification = self.receive(capture(self.tx.reference), token=token)
            self.assertEqual(
                (notification.verdict, notification.state),
                ("bad_signature", "rejected"),
            )
        self.assertFalse(self.xendit.calls)
        self.assertFalse(self.incoming("py-1"))

    def test_malformed(self):
        for body in (b"", b"{}", b"[" * 60000, b'{"event": "payment.capture"}'):
            notification = self.receive(body)
            self.assertEqual(notification.verdict, "malformed")

    def test_unlisted_event_is_kept(self):
        notification = self.receive({"event": "payment_token.activation", "data": {}})
        self.assertEqual(notification.verdict, "verified")
        self.assertEqual(notification.state, "ignored")

    def test_lost_callback(self):
        """The poll asks for the request, then for its payment: that one has an amount,
        which may be another one than was asked for."""
        payload = {
            "payment_request_id": "pr-1",
            "reference_id": self.tx.reference,
            "status": "SUCCEEDED",
            "latest_payment_id": "py-1",
            "request_amount": 350000,
            "currency": "IDR",
            "channel_code": "BRI_VIRTUAL_ACCOUNT",
            "updated": "2026-11-16T02:59:00.927Z",
        }
        message = capture(self.tx.reference, amount=340000)
        self.confirm(message)
        self.xendit.answers["GET v3/payment_requests/pr-1"] = (200, payload)
        booking = self.env["payment.booking"]
        found = booking._poll(self.gateway, self.tx)
        asked = ["GET v3/payment_requests/pr-1", "GET v3/payments/py-1"]
        self.assertEqual(self.xendit.keys(), asked)
        booking._apply(found)
        found.action_replay()
        self.assertEqual(self.xendit.keys(), asked, "nobody is asked again")
        self.assertRecordValues(
            self.incoming("py-1"), [{"amount": 340000, "exception": "amount"}]
        )
        self.assertEqual(self.tx.state, "done")
        # The callback comes at last.
        self.assertEqual(self.pay_by(message).state, "ignored")
        self.assertEqual(len(self.env["payment.incoming"].search([])), 1)

    def test_lost_callback_of_an_invoice(self):
        message = {
            **INVOICE_PAID,
            "external_id": self.tx.reference,
            "paid_amount": 350000,
        }
        self.tx.xendit_request_ref = message["id"]
        self.xendit.answers[f"GET v2/invoices/{message['id']}"] = (200, message)
        booking = self.env["payment.booking"]
        booking._apply(booking._poll(self.gateway, self.tx))
        self.assertEqual(self.incoming(message["id"]).amount, 350000)

    def test_poll_of_what_waits(self):
        answer = {"payment_request_id": "pr-1", "status": "REQUIRES_ACTION"}
        paid = {**answer, "status": "SUCCEEDED", "latest_payment_id": "py-1"}
        self.xendit.answers["GET v3/payments/py-1"] = timeout()
        for found in (
            (200, answer),
            (404, {}),
            (401, {}),
            (200, []),
            timeout(),
            (200, paid),
        ):
            self.xendit.answers["GET v3/payment_requests/pr-1"] = found
            with mute_logger(BOOKING, PROVIDER):
                self.assertFalse(
                    self.env["payment.booking"]._poll(self.gateway, self.tx)
                )
        self.assertEqual(self.tx.state, "pending")

    # === FIXED NUMBERS === #

    def make_account(self):
        return self.env["payment.virtual.account"].create(
            {
                "provider_id": self.gateway.id,
                "channel_id": self.channel.id,
                "partner_id": self.sibling.id,
                "number": "9999624535",
                "state": "active",
                "provider_reference": "pr-9",
            }
        )

    def test_reusable_number(self):
        """Paid three times: three payments and three receipts."""
        account = self.make_account()
        self.bill.button_cancel()
        for i in (1, 2, 3):
            self.pay_by(
                capture(
                    account.reference,
                    payment_id=f"py-{i}",
                    amount=100000 * i,
                    type="REUSABLE_PAYMENT_CODE",
                )
            )
        incomings = account.incoming_ids.sorted("provider_payment_id")
        self.assertEqual(incomings.mapped("amount"), [100000, 200000, 300000])
        self.assertEqual(len(set(incomings.mapped("name"))), 3)
        self.assertEqual(incomings.partner_id, self.sibling)
        self.assertEqual(self.open_deposit(), 600000)

    def test_number_of_the_old_product(self):
        """Neither event nor status: a body with a payment id is a payment."""
        account = self.make_account()
        path = confirm.question_path(
            parse.parse_callback(self.make_delivery(FVA_PAID).body)
        )
        self.xendit.answers[f"GET {path}"] = (200, FVA_PAID)
        self.receive(FVA_PAID)
        self.assertRecordValues(
            self.incoming("1502450097080"),
            [{"amount": 50000, "va_id": account.id, "partner_id": self.sibling.id}],
        )

    # === REFUNDS === #

    def make_message(self, reference="RFD-X", **data):
        data = {
            **REFUND["data"],
            "payment_id": "pr-1",
            "payment_request_id": "pr-1",
            "amount": 50000,
            "reference_id": reference,
            **data,
        }
        return {**REFUND, "data": data}

    def refund_by(self, message):
        data = message["data"]
        self.xendit.answers[f"GET refunds/{data['id']}"] = (200, data)
        return self.receive(message)

    def test_refund_of_the_dashboard(self):
        self.pay_by(capture(self.tx.reference))
        self.refund_by(self.make_message())
        refund = self.incoming("py-1").refund_ids
        self.assertRecordValues(
            refund,
            [
                {
                    "amount": 50000,
                    "state": "confirmed",
                    "provider_refund_id": REFUND["data"]["id"],
                }
            ],
        )
        # Once, however often it is told.
        self.refund_by(self.make_message())
        self.assertEqual(len(self.incoming("py-1").refund_ids), 1)

    def test_refund_of_ours(self):
        self.pay_by(capture(self.tx.reference))
        incoming = self.incoming("py-1")
        refund = self.env["payment.refund"].create(
            {
                **self.env["payment.refund"]._prepare_refund(incoming, 50000, "twice"),
                "method": "api",
                "state": "approved",
            }
        )
        answer = {**self.make_message(refund.name)["data"], "status": "PENDING"}
        self.xendit.answers["POST refunds"] = (200, answer)
        refund._send()
        self.assertEqual(refund.state, "sent")
        self.tx.xendit_request_ref = False  # found by the reference of the refund
        self.refund_by(self.make_message(refund.name))
        self.assertEqual(refund.state, "confirmed")
        self.assertEqual(incoming.refund_ids, refund)

    @mute_logger(BOOKING)
    def test_refund_before_the_payment(self):
        notification = self.refund_by(self.make_message())
        self.assertEqual(notification.state, "failed")
        self.assertTrue(notification.next_try_at)
        self.pay_by(capture(self.tx.reference))
        self.work_off(notification)
        self.assertEqual(notification.state, "applied")
        self.assertEqual(self.incoming("py-1").refund_ids.amount, 50000)

    def test_forged_refund(self):
        self.pay_by(capture(self.tx.reference))
        notification = self.receive(self.make_message())
        self.assertEqual(notification.state, "ignored")
        self.assertFalse(self.incoming("py-1").refund_ids)

    def test_failed_refund_ends_no_checkout(self):
        message = self.make_message(status="FAILED")
        message["event"] = "refund.failed"
        self.refund_by(message)
        self.assertEqual(self.tx.state, "pending")
