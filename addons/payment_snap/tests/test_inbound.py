# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The server side, against the inbox; and what only shows from within."""

from contextlib import contextmanager
from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..const import LOG_DAYS
from .behaviour import SnapBehaviour
from .common import INQUIRY_PATH, PAYMENT_PATH, TOKEN_PATH, SnapCommon, vectors

BOOKING = "odoo.addons.payment_va.models.payment_booking.PaymentBooking"


@tagged("post_install", "-at_install")
class TestInbound(SnapBehaviour, SnapCommon):
    @contextmanager
    def booking_fails(self):
        with patch(f"{BOOKING}._work_off", lambda *args: None):
            yield

    # === ONE CHECKOUT === #

    def checkout(self, *bills, **vals):
        bills = bills or (self.make_bill(),)
        tx = self.make_checkout(bills[0].union(*bills), **vals)
        tx._ensure_charged()
        self.assertEqual(tx.state, "pending")
        return tx

    def about(self, tx, body):
        number = tx.va_number
        return {
            **body,
            "customerNo": number[5:],
            "virtualAccountNo": "   " + number,
        }

    def test_checkout_is_shown_and_paid(self):
        tx = self.checkout(self.make_bill(), self.make_bill(150000, self.sibling))
        _status, answer = self.ask(
            INQUIRY_PATH, self.about(tx, self.inquiry_body("PAY-1"))
        )
        data = answer["virtualAccountData"]
        self.assertEqual(data["totalAmount"]["value"], "500000.00")
        self.assertEqual(data["virtualAccountTrxType"], "C")
        self.assertEqual(len(data["billDetails"]), 2)
        body = self.about(tx, self.payment_body("500000.00"))
        self.assertEqual(self.code(PAYMENT_PATH, body), "2002500")
        self.assertEqual(tx.state, "done")
        self.assertEqual(set(tx.invoice_ids.mapped("payment_state")), {"paid"})
        for path, code in ((INQUIRY_PATH, "4042414"), (PAYMENT_PATH, "4042514")):
            inquiry = self.about(tx, self.inquiry_body())
            again = self.about(tx, self.payment_body("500000.00", "PAY-2"))
            body = inquiry if path == INQUIRY_PATH else again
            self.assertEqual(self.code(path, body), code)

    def test_fee_of_the_channel_is_shown(self):
        bill = self.make_bill(100000)
        tx = self.make_checkout(bill, amount=104000, surcharge_amount=4000)
        tx._ensure_charged()
        _status, answer = self.ask(INQUIRY_PATH, self.about(tx, self.inquiry_body()))
        data = answer["virtualAccountData"]
        self.assertEqual(data["totalAmount"]["value"], "104000.00")
        self.assertEqual(
            [row["billAmount"]["value"] for row in data["billDetails"]],
            ["100000.00", "4000.00"],
        )
        self.assertEqual(data["feeAmount"]["value"], "0.00")

    def test_checkout_that_expired(self):
        tx = self.checkout()
        number = tx.va_ids
        for state in ("active", "closed"):
            number.write({"expires_at": "2026-11-16 02:59:00", "state": state})
            inquiry = self.about(tx, self.inquiry_body())
            self.assertEqual(self.code(INQUIRY_PATH, inquiry), "4042419")
            payment = self.about(tx, self.payment_body())
            self.assertEqual(self.code(PAYMENT_PATH, payment), "4042519")

    def test_checkout_that_was_given_up(self):
        tx = self.checkout()
        tx._set_canceled()
        inquiry = self.about(tx, self.inquiry_body())
        self.assertEqual(self.code(INQUIRY_PATH, inquiry), "4042412")

    def test_bill_that_was_paid_at_the_window(self):
        bill = self.make_bill()
        tx = self.checkout(bill)
        self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=bill.ids
        ).create({})._create_payments()
        inquiry = self.about(tx, self.inquiry_body())
        self.assertEqual(self.code(INQUIRY_PATH, inquiry), "4042414")
        payment = self.about(tx, self.payment_body())
        self.assertEqual(self.code(PAYMENT_PATH, payment), "4042514")

    def test_bill_that_was_cancelled(self):
        bill = self.make_bill()
        tx = self.checkout(bill)
        bill.button_draft()
        bill.button_cancel()
        inquiry = self.about(tx, self.inquiry_body())
        self.assertEqual(self.code(INQUIRY_PATH, inquiry), "4042412")

    def test_number_that_was_used_again(self):
        """Of two accounts with a number the one in use counts."""
        self.make_number(state="closed")
        self.make_bill()
        self.make_number()
        self.assertEqual(self.code(INQUIRY_PATH, self.inquiry_body()), "2002400")

    # === REPLAY === #

    def test_replay_changes_nothing(self):
        self.make_bill()
        self.make_number()
        self.code(PAYMENT_PATH, self.payment_body())
        payment = self.payments()
        before = payment.read()[0]
        notifications = self.env["payment.notification"].search(
            [("provider_id", "=", self.provider.id)]
        )
        notifications.action_replay()
        self.assertEqual(self.payments(), payment)
        self.assertEqual(payment.read()[0], before)

    def test_constructed_example(self):
        """snap-inbound-payment-constructed, as it would come."""
        example = vectors()["snap-inbound-payment-constructed"]
        given, expected = example["inputs"], example["expected"]
        self.make_bill()
        self.make_number()
        self.env["payment.snap.token"].create(
            {
                "provider_id": self.provider.id,
                "digest": self.env["payment.snap.token"]._digest(given["access_token"]),
                "expires_at": "2026-12-31 00:00:00",
            }
        )
        self.provider.snap_inbound_secret = given["client_secret"]
        headers = {
            "content-type": "application/json",
            "authorization": f"Bearer {given['access_token']}",
            "x-timestamp": given["x_timestamp"],
            "x-signature": expected["x_signature_base64"],
            "x-partner-id": "12345",
            "x-external-id": "1",
        }
        body = given["body"].encode()
        now = fields.Datetime.to_datetime("2026-07-10 02:20:11")
        with patch.object(fields.Datetime, "now", lambda *args: now):
            tampered = body.replace(b"350000", b"350001")
            self.assertEqual(
                self.code(PAYMENT_PATH, tampered, dict(headers)), "4012500"
            )
            status, answer = self.ask(PAYMENT_PATH, body, headers)
        self.assertEqual((status, answer["responseCode"]), (200, "2002500"))
        self.assertEqual(self.payments().provider_payment_id, "20260710092011000001")

    # === HOUSEKEEPING === #

    def test_no_room_for_two_in_the_database(self):
        log = self.env["payment.snap.request"]
        first, is_new = log._take_note(self.provider, "24", "7")
        self.assertTrue(is_new)
        again, is_new = log._take_note(self.provider, "25", "7")
        self.assertEqual((again, is_new), (first, False))

    def test_log_is_rotated(self):
        log = self.env["payment.snap.request"]
        old, _new = log._take_note(self.provider, "24", "7")
        young, _new = log._take_note(self.provider, "24", "8")
        old.day = fields.Date.today() - timedelta(days=LOG_DAYS + 1)
        log._gc_old()
        self.assertFalse(old.exists())
        self.assertTrue(young.exists())

    def test_tokens_are_rotated(self):
        tokens = self.env["payment.snap.token"]
        old = tokens.browse()
        for seconds in (-1, 60):
            tokens._issue(self.provider, seconds)
        old = tokens.search([("expires_at", "<=", fields.Datetime.now())])
        self.assertEqual(len(old), 1)
        tokens._gc_expired()
        self.assertFalse(old.exists())
        self.assertTrue(tokens.search([]))

    def test_key_that_is_none(self):
        """A broken key lets nobody in, and tells nobody why."""
        self.bank.inbound_signature = "symmetric"
        broken = patch.object(
            self.env.registry["payment.provider"],
            "_snap_is_signed",
            side_effect=ValueError("no key"),
        )
        body = {"grantType": "client_credentials"}
        with broken, mute_logger("odoo.addons.payment_snap.models.payment_snap_server"):
            code = self.code(TOKEN_PATH, body, self.token_headers())
        self.assertEqual(code, "4017300")

    def test_override_has_to_be_a_pair(self):
        for wrong in ("4042412", "4042412 = 404", "x = y"):
            with self.assertRaises(ValidationError):
                self.bank.response_overrides = wrong
