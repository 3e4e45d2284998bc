# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The checkout's side: asking a provider how to pay, and what became of it."""

from datetime import timedelta
from decimal import Decimal
from unittest.mock import patch

import requests

from odoo.exceptions import UserError
from odoo.tools import mute_logger

from ..models import payment_booking, payment_provider
from ..models.payment_provider import ProviderUnavailable, send
from ..tools.event import EventKind, PaymentEvent
from .common import NOW, PaymentVaCommon, fake_delivery, tagged

SEND = "odoo.addons.payment_va.models.payment_provider.requests.request"
PROVIDER_LOG = "odoo.addons.payment_va.models.payment_provider"


class Answer:
    """As much of a ``requests.Response`` as is looked at."""

    def __init__(self, status_code, payload=None):
        self.status_code, self._payload = status_code, payload

    def json(self):
        if self._payload is None:
            raise ValueError("no JSON")
        return self._payload


@tagged("post_install", "-at_install")
class TestCharge(PaymentVaCommon):
    def charge(self, tx, **values):
        """Have the provider answer a charge with these values."""
        transaction_class = self.env.registry["payment.transaction"]
        with patch.object(
            transaction_class, "_request_charge", return_value=values
        ) as request:
            tx._ensure_charged()
        return request

    def make_draft(self):
        return self.make_attempt(
            self.make_bill(), state="draft", charged_at=False, expires_at=False
        )

    def test_number_is_kept(self):
        tx = self.make_draft()
        self.charge(tx, va_number="132821234", provider_reference="T-1")
        self.assertEqual(tx.state, "pending")
        self.assertEqual(tx.va_number, "132821234")
        self.assertEqual(tx.expires_at, NOW + timedelta(minutes=1440))
        self.assertTrue(tx.is_post_processed)
        account = tx.va_ids
        self.assertEqual(account.number, "132821234")
        self.assertEqual((account.kind, account.state), ("once", "active"))
        self.deliver(payment_id="P-1", va_number="132821234", amount="350000")
        self.assertEqual(tx.state, "done")
        self.assertEqual(account.state, "closed")

    def test_asked_once(self):
        tx = self.make_draft()
        self.charge(tx, qr_string="000201")
        self.charge(tx, qr_string="other").assert_not_called()
        self.assertEqual(tx.qr_string, "000201")

    def test_number_of_an_attempt_that_ran_out_is_given_again(self):
        old, new = self.make_draft(), self.make_draft()
        self.charge(old, va_number="132821234")
        old.expires_at = NOW - timedelta(minutes=1)
        self.charge(new, va_number="132821234")
        self.assertEqual(old.va_ids.state, "closed")
        self.deliver(payment_id="P-1", va_number="132821234", amount="350000")
        self.assertEqual(new.state, "done")
        self.assertEqual(old.state, "pending")

    def test_refusal_is_for_the_payer(self):
        tx = self.make_draft()
        transaction_class = self.env.registry["payment.transaction"]
        error = UserError("Choose another method.")
        with patch.object(transaction_class, "_request_charge", side_effect=error):
            tx._ensure_charged()
        self.assertEqual(tx.state, "error")
        self.assertEqual(tx.state_message, "Choose another method.")

    def test_waiting_page_is_only_for_channels(self):
        tx = self.make_draft()
        self.assertTrue(tx._uses_waiting_page())
        self.assertFalse(
            self.make_attempt(self.make_bill(), operation="refund")._uses_waiting_page()
        )
        self.channel.unlink()
        tx.invalidate_recordset(["channel_id"])
        other = self.make_draft()
        self.assertFalse(other._uses_waiting_page())

    def test_token_is_of_one_transaction(self):
        one, other = self.make_draft(), self.make_draft()
        self.assertNotEqual(one._get_access_token(), other._get_access_token())
        self.assertIn(one._get_access_token(), one._get_waiting_url())

    def test_odoos_post_processing_books_nothing(self):
        tx = self.make_attempt(self.make_bill())
        self.pay(tx)
        payments = self.env["account.payment"].search_count([])
        tx._post_process()
        self.assertEqual(self.env["account.payment"].search_count([]), payments)
        other = self.make_attempt(self.make_bill())
        other._set_canceled()
        other._post_process()
        self.assertTrue(other.is_post_processed)


@tagged("post_install", "-at_install")
class TestPolling(PaymentVaCommon):
    def setUp(self):
        super().setUp()
        provider_class = self.env.registry["payment.provider"]
        self.answers = {}

        def question(provider, event):
            return {"method": "GET", "url": event.order_ref}

        def parse(provider, event, status, payload):
            if status == 404:
                return None
            return PaymentEvent(
                EventKind(payload["kind"]),
                order_ref=event.order_ref,
                payment_id=payload["id"],
                amount=payload.get("amount") and Decimal(payload["amount"]),
            )

        def answer(request, timeout, pauses=()):
            return self.answers.get(request["url"], (None, {}, "ConnectTimeout"))

        for target, name, hook in (
            (provider_class, "_prepare_confirmation", question),
            (provider_class, "_parse_confirmation", parse),
            (payment_provider, "send", answer),
        ):
            patcher = patch.object(target, name, hook)
            patcher.start()
            self.addCleanup(patcher.stop)

    def poll(self):
        self.env["payment.provider"]._cron_poll()

    def make_waiting(self, **vals):
        values = {"charged_at": NOW - timedelta(minutes=30), **vals}
        return self.make_attempt(self.make_bill(), **values)

    def test_lost_callback_is_found(self):
        tx = self.make_waiting()
        self.answers[tx.reference] = (
            200,
            {"kind": "paid", "id": "P-1", "amount": 350000},
            "",
        )
        self.poll()
        self.assertEqual(tx.state, "done")
        self.assertEqual(tx.invoice_ids.payment_state, "paid")
        self.assertEqual(self.pay(tx).state, "ignored")
        self.assertEqual(len(self.incoming()), 1)

    def test_still_waiting(self):
        tx = self.make_waiting()
        self.answers[tx.reference] = (200, {"kind": "pending", "id": "P-1"}, "")
        self.poll()
        self.assertEqual(tx.state, "pending")
        self.assertEqual(tx.polled_at, NOW)

    def test_no_answer_changes_nothing(self):
        tx = self.make_waiting()
        self.poll()
        self.assertEqual(tx.state, "pending")

    def test_not_asked_too_early(self):
        tx = self.make_waiting(charged_at=NOW - timedelta(minutes=3))
        self.poll()
        self.assertFalse(tx.polled_at)

    def test_expired_at_the_provider(self):
        tx = self.make_waiting()
        self.answers[tx.reference] = (200, {"kind": "expired", "id": "P-1"}, "")
        self.poll()
        self.assertEqual(tx.state, "cancel")

    def test_runs_out_by_itself(self):
        tx = self.make_waiting(expires_at=NOW - timedelta(hours=2))
        fresh = self.make_waiting(expires_at=NOW - timedelta(minutes=10))
        self.poll()
        self.assertEqual(tx.state, "cancel")
        self.assertEqual(fresh.state, "pending")

    def test_unsigned_callback_is_confirmed_first(self):
        tx = self.make_attempt(self.make_bill())
        provider_class = self.env.registry["payment.provider"]
        with patch.object(
            provider_class, "_needs_confirmation", lambda provider, event: True
        ):
            receipt = self.receive(tx)
            booking = self.env["payment.booking"]
            booking._work_off(5, self.gateway.ids)
            self.assertEqual(receipt.state, "failed")
            self.assertIn("ConnectTimeout", receipt.reason)
            self.answers[tx.reference] = (200, {"kind": "pending", "id": "P-1"}, "")
            receipt.next_try_at = NOW
            booking._work_off(5, self.gateway.ids)
            self.assertEqual(receipt.state, "failed")
            self.assertIn("still waits", receipt.reason)
            self.assertFalse(self.incoming())
            self.answers[tx.reference] = (200, {"odd": 1}, "")
            receipt.next_try_at = NOW
            booking._work_off(5, self.gateway.ids)
            self.assertEqual(receipt.state, "failed")
            self.answers[tx.reference] = (
                200,
                {"kind": "paid", "id": "P-1", "amount": 350000},
                "",
            )
            receipt.next_try_at = NOW
            booking._work_off(5, self.gateway.ids)
        self.assertEqual(receipt.state, "applied")
        self.assertEqual(tx.state, "done")

    def test_unknown_at_the_provider(self):
        """A forged notification with a right signature: nobody paid anything."""
        tx = self.make_attempt(self.make_bill())
        provider_class = self.env.registry["payment.provider"]
        self.answers[tx.reference] = (404, {}, "HTTP 404")
        with patch.object(
            provider_class, "_needs_confirmation", lambda provider, event: True
        ):
            receipt = self.receive(tx)
            self.env["payment.booking"]._work_off(5, self.gateway.ids)
        self.assertEqual(receipt.state, "ignored")
        self.assertFalse(self.incoming())

    def receive(self, tx):
        receipt = self.env["payment.notification"]._receive(
            fake_delivery(payment_id="P-1", order_ref=tx.reference, amount="350000")
        )
        return self.env["payment.notification"].browse(receipt.notification_id)


@tagged("post_install", "-at_install")
class TestCalls(PaymentVaCommon):
    def setUp(self):
        super().setUp()
        patcher = patch.object(payment_provider.time, "sleep")
        self.sleep = patcher.start()
        self.addCleanup(patcher.stop)

    def test_reading_is_tried_again(self):
        answers = [
            requests.ConnectTimeout("http://secret@host"),
            Answer(502),
            Answer(200, {"ok": 1}),
        ]
        with patch(SEND, side_effect=answers) as request:
            status, payload = self.gateway._call_api("GET", "x")
        self.assertEqual((status, payload), (200, {"ok": 1}))
        self.assertEqual(request.call_count, 3)

    def test_writing_is_not_tried_again(self):
        with (
            patch(SEND, return_value=Answer(503)) as request,
            mute_logger(PROVIDER_LOG),
        ):
            with self.assertRaises(ProviderUnavailable):
                self.gateway._call_api("POST", "x", json={})
        self.assertEqual(request.call_count, 1)

    def test_refusal_is_an_answer(self):
        with patch(SEND, return_value=Answer(404, {"code": "no"})):
            self.assertEqual(self.gateway._call_api("GET", "x"), (404, {"code": "no"}))

    def test_no_json_is_empty(self):
        with patch(SEND, return_value=Answer(200)):
            self.assertEqual(self.gateway._call_api("GET", "x"), (200, {}))

    def test_nothing_secret_is_logged(self):
        error = requests.ConnectionError("https://S3CRET:@api")
        with (
            patch(SEND, side_effect=error),
            self.assertLogs(PROVIDER_LOG, "WARNING") as logs,
            self.assertRaises(ProviderUnavailable) as caught,
        ):
            self.gateway._call_api(
                "POST", "x", headers={"Authorization": "S3CRET"}, json={"k": "S3CRET"}
            )
        self.assertNotIn("S3CRET", str(logs.output) + str(caught.exception))

    def test_several_questions_at_a_time(self):
        with patch(SEND, side_effect=lambda **kw: Answer(200, {"url": kw["url"]})):
            answers = payment_booking.ask(
                {number: {"method": "GET", "url": str(number)} for number in range(20)}
            )
        self.assertEqual(
            {key: payload["url"] for key, (_s, payload, _r) in answers.items()},
            {number: str(number) for number in range(20)},
        )
        self.assertEqual(payment_booking.ask({}), {})

    def test_too_many_is_waited_for(self):
        with patch(SEND, side_effect=[Answer(429), Answer(200, {})]):
            self.assertEqual(send({"method": "GET", "url": "x"}, 1, (0.1,))[0], 200)


@tagged("post_install", "-at_install")
class TestNumbersAtTheProvider(PaymentVaCommon):
    def test_registered_and_closed(self):
        provider_class = self.env.registry["payment.provider"]
        account = self.env["payment.virtual.account"].create(
            {
                "provider_id": self.gateway.id,
                "channel_id": self.channel.id,
                "partner_id": self.child.id,
            }
        )
        self.assertEqual(account.state, "draft")
        with patch.object(
            provider_class, "_register_va", return_value={"number": "1328299"}
        ):
            account.action_register()
        self.assertEqual((account.number, account.state), ("1328299", "active"))
        with patch.object(provider_class, "_close_va") as close:
            account.action_close()
        close.assert_called_once()
        self.assertEqual(account.state, "closed")

    def test_provider_without_fixed_numbers(self):
        account = self.env["payment.virtual.account"].create(
            {
                "provider_id": self.gateway.id,
                "channel_id": self.channel.id,
                "partner_id": self.child.id,
            }
        )
        with self.assertRaisesRegex(UserError, "Gateway has no fixed"):
            account.action_register()

    def test_letters_are_no_number(self):
        with self.assertRaisesRegex(UserError, "Number: 12AB"):
            self.env["payment.virtual.account"].create(
                {
                    "provider_id": self.gateway.id,
                    "channel_id": self.channel.id,
                    "partner_id": self.child.id,
                    "number": "12AB",
                }
            )
