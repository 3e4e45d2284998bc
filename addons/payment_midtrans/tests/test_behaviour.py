# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""From what Midtrans tells to the books, whatever it tells how often and when."""

from contextlib import suppress
from datetime import timedelta
from itertools import permutations

import requests

from odoo.tests import freeze_time, tagged

from odoo.addons.payment_va.tests.common import NOW

from .common import TRANSACTION_ID, UNKNOWN, MidtransCommon, make_delivery, make_payload


@tagged("post_install", "-at_install")
@freeze_time("2026-11-16 03:00:00")
class TestBehaviour(MidtransCommon):
    def setUp(self):
        super().setUp()
        self.bill = self.make_bill()
        self.tx = self.make_attempt(self.bill, reference="ORDER-1")

    def assertPaid(self, exception=False):
        incoming = self.booked("ORDER-1")
        self.assertEqual(len(incoming), 1)
        self.assertEqual(incoming.provider_payment_id, f"ORDER-1:{TRANSACTION_ID}")
        self.assertEqual(self.bill.payment_state, "paid")
        self.assertEqual(self.tx.state, "done")
        self.assertEqual(incoming.exception, exception)
        return incoming

    def test_settlement(self):
        notification = self.tell(make_payload())
        incoming = self.assertPaid()
        self.assertEqual(notification.state, "applied")
        self.assertEqual(str(incoming.paid_at), "2026-11-16 02:59:00")
        self.assertEqual(incoming.payment_method_id.code, "bri")

    def test_what_is_asked_back(self):
        receipt = self.receive(make_payload())
        notification = self.env["payment.notification"].browse(receipt.notification_id)
        api = self.work_off(notification, make_payload())
        self.assertEqual(api.calls, [f"GET /v2/{TRANSACTION_ID}/status"])
        self.assertTrue(api.requests[0]["timeout"])

    def test_pending_is_not_asked_back(self):
        self.tx.state = "draft"
        receipt = self.receive(make_payload("pending"))
        notification = self.env["payment.notification"].browse(receipt.notification_id)
        self.assertEqual(self.work_off(notification).calls, [])
        self.assertEqual(self.tx.state, "pending")

    def test_out_of_order(self):
        """Settlement, then a late pending: it stays paid."""
        self.tell(make_payload())
        late = self.tell(make_payload("pending"))
        self.assertEqual(late.state, "ignored")
        self.assertTrue(late.reason)
        self.assertPaid()

    def test_any_order(self):
        statuses = ("pending", "settlement", "expire")
        for number, order in enumerate(permutations(statuses), start=2):
            reference = f"ORDER-{number}"
            bill = self.make_bill()
            tx = self.make_attempt(bill, reference=reference, state="draft")
            for status in order:
                # Whenever it is asked, Midtrans knows that it was paid.
                self.tell(
                    make_payload(status, order_id=reference),
                    make_payload(order_id=reference),
                )
            with self.subTest(order):
                self.assertEqual(tx.state, "done")
                self.assertEqual(bill.payment_state, "paid")
                self.assertEqual(len(self.booked(reference)), 1)

    def test_duplicates(self):
        """Midtrans repeats up to five times: one payment, each delivery accepted."""
        self.tell(make_payload())
        for _time in range(5):
            receipt = self.receive(make_payload())
            self.assertTrue(receipt.accepted)
            self.assertTrue(receipt.duplicate)
        self.assertPaid()

    def test_paid_after_expiry(self):
        self.tx.expires_at = NOW - timedelta(hours=1)
        self.tell(make_payload("expire"))
        self.assertEqual(self.tx.state, "cancel")
        self.tell(make_payload())
        incoming = self.assertPaid("late")
        self.assertEqual(incoming.exception_state, "open")

    def test_paid_after_expiry_and_by_another_way(self):
        self.tell(make_payload("expire"))
        other = self.make_attempt(self.bill, reference="ORDER-2")
        self.tell(make_payload(order_id="ORDER-2"))
        self.assertEqual(other.state, "done")
        self.tell(make_payload())
        self.assertEqual(self.booked("ORDER-1").exception_state, "open")
        self.assertEqual(self.open_deposit(), 350000)

    def test_expiry_that_is_none(self):
        """An expiry that comes late, or was made up, does not undo a payment."""
        self.tell(make_payload("expire"), make_payload())
        self.assertPaid()

    def test_reversal(self):
        """Permata and Mandiri may take a payment back some minutes later."""
        self.tell(make_payload())
        self.tell(make_payload("deny"))
        incoming = self.booked("ORDER-1")
        self.assertEqual(incoming.state, "reversed")
        self.assertEqual(incoming.exception_state, "open")
        self.assertEqual(self.bill.amount_residual, 350000)
        self.assertEqual(self.tx.state, "cancel")
        self.assertEqual(incoming.payment_id.move_id.state, "posted")
        self.assertEqual(incoming.reversal_move_id.state, "posted")

    def test_reversal_before_the_settlement(self):
        self.tell(make_payload("deny"))
        self.tell(make_payload(), make_payload("deny"))
        self.assertFalse(self.booked("ORDER-1"))
        self.assertEqual(self.bill.payment_state, "not_paid")

    def test_reversal_that_is_none(self):
        self.tell(make_payload())
        self.tell(make_payload("deny"), make_payload())
        self.assertPaid()

    def test_fee_included(self):
        """The bill gets what it asked for, the fee is a fee."""
        info = {"original_amount": "350000", "customer_imposed_payment_fee": "4440"}
        metadata = {"extra_info": {"gross_amount_info": info}}
        self.tell(make_payload(gross_amount="354440.00", metadata=metadata))
        incoming = self.assertPaid()
        self.assertEqual((incoming.amount, incoming.fee_amount), (354440, 4440))
        self.assertEqual(self.open_deposit(), 0)

    def test_fee_that_only_the_notification_tells(self):
        """What is not signed counts only if Midtrans says it when asked."""
        info = {"original_amount": "1000"}
        metadata = {"extra_info": {"gross_amount_info": info}}
        self.tell(make_payload(metadata=metadata), make_payload())
        self.assertEqual(self.assertPaid().fee_amount, 0)

    def test_other_amount(self):
        self.tell(make_payload(gross_amount="345000.00"))
        incoming = self.booked("ORDER-1")
        self.assertEqual(incoming.exception, "amount")
        self.assertEqual(self.bill.amount_residual, 5000)

    def test_more_than_asked(self):
        self.tell(make_payload(gross_amount="355000.00"))
        self.assertPaid("amount")
        self.assertEqual(self.open_deposit(), 5000)

    def test_unknown_order(self):
        """Stored, and its money kept where somebody finds it."""
        notification = self.tell(make_payload(order_id="WEBSHOP-7"))
        incoming = self.booked("WEBSHOP-7")
        self.assertEqual(notification.state, "applied")
        self.assertEqual(incoming.exception, "unknown")
        self.assertFalse(incoming.partner_id)

    def test_bad_signature(self):
        """One byte changed anywhere in what is signed: kept, and never applied."""
        body = make_delivery(make_payload()).body
        for old, new in ((b"350000.00", b"350000.01"), (b"ORDER-1", b"ORDER-2")):
            self.assertIn(old, body)
            delivery = make_delivery({})
            forged = type(delivery)("midtrans", body.replace(old, new), {})
            receipt = self.env["payment.notification"]._receive(forged)
            self.assertEqual(receipt.verdict, "bad_signature")
            notification = self.env["payment.notification"].browse(
                receipt.notification_id
            )
            self.assertEqual(notification.state, "rejected")
        self.assertFalse(self.booked("ORDER-1"))
        self.assertEqual(self.tx.state, "pending")

    def test_changed_status_is_asked_back(self):
        """The status is not signed: a signed expiry cannot be made a payment."""
        expired = make_payload("expire")
        self.tell({**expired, "transaction_status": "settlement"}, expired)
        self.tell({**make_payload(), "transaction_status": "capture"}, expired)
        self.assertFalse(self.booked("ORDER-1"))

    def test_payment_that_midtrans_does_not_know(self):
        notification = self.tell(make_payload(), UNKNOWN)
        self.assertEqual(notification.state, "ignored")
        self.assertFalse(self.booked("ORDER-1"))

    def test_silence_is_asked_again(self):
        notification = self.tell(make_payload(), requests.exceptions.ReadTimeout())
        self.assertEqual(notification.state, "failed")
        self.assertTrue(notification.next_try_at)
        self.work_off(notification, make_payload())
        self.assertEqual(notification.state, "applied")
        self.assertPaid()

    def test_lost_callback(self):
        """Who hears nothing asks by the order, and books what Midtrans says."""
        with self.midtrans(make_payload()) as api:
            found = self.env["payment.booking"]._poll(self.gateway, self.tx)
        self.assertEqual(api.calls, ["GET /v2/ORDER-1/status"])
        self.work_off(found)
        self.assertPaid()
        self.tell(make_payload())
        self.assertPaid()

    def test_page_on_which_nothing_was_chosen(self):
        """Midtrans knows of no payment before the payer chose how to pay."""
        self.tx.provider_reference = "snap:66e4fa55"
        with self.midtrans(UNKNOWN) as api:
            found = self.env["payment.booking"]._poll(self.gateway, self.tx)
        self.assertEqual(api.calls, ["GET /v2/ORDER-1/status"])
        self.assertFalse(found)
        self.assertEqual(self.tx.state, "pending")

    def test_two_channels_of_one_page(self):
        """The payer chose a bank, then QRIS, and paid the latter."""
        self.use_channel("snap")
        qris = {
            "transaction_id": TRANSACTION_ID[:-1] + "2",
            "payment_type": "qris",
            "va_numbers": [],
        }
        self.tell(make_payload(**qris))
        self.tell(make_payload("expire"))
        self.assertEqual(self.tx.state, "done")
        self.assertEqual(self.bill.payment_state, "paid")

    def test_card_that_is_checked(self):
        self.tx.state = "draft"
        held = make_payload("capture", status_code="201", fraud_status="challenge")
        self.tell(held)
        self.assertEqual(self.tx.state, "pending")
        self.assertFalse(self.booked("ORDER-1"))
        self.tell(make_payload("capture"))
        self.assertPaid()

    def test_other_account_of_the_same_database(self):
        """Each account at Midtrans knows its own key only."""
        other_key = "SB-Mid-server-OTHER"
        self.gateway.copy({"name": "Other", "company_id": self.company.id}).write(
            {"midtrans_server_key": other_key}
        )
        receipt = self.receive(make_payload())
        self.assertEqual(receipt.provider_id, self.gateway.id)

    def test_disabled_account_still_books(self):
        self.gateway.state = "disabled"
        self.tell(make_payload())
        self.assertPaid()

    def test_answer_to_a_wrong_key_is_not_booked(self):
        refused = (401, {"status_code": "401"})
        with suppress(ValueError):
            self.tell(make_payload(), refused)
        self.assertFalse(self.booked("ORDER-1"))
        self.assertEqual(self.tx.state, "pending")
