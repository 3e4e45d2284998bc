# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The public route, as a stranger and as a gateway see it."""

from unittest.mock import patch

from odoo import http
from odoo.tests import HttpCase
from odoo.tools import mute_logger

from ..const import MAX_BODY_BYTES
from ..controllers.callback import (
    CALLBACK_ROUTE,
    CallbackController,
    backlog,
    limiter,
)
from .common import (
    PaymentVaCommon,
    fake_body,
    fake_delivery,
    fake_signature,
    tagged,
)

PATH = "/payment/callback/none"
BOOKING = "odoo.addons.payment_va.models.payment_booking"


class FakeController(CallbackController):
    @http.route(PATH, **CALLBACK_ROUTE)
    def fake_callback(self):
        return self._answer_callback("none")


@tagged("post_install", "-at_install")
class TestCallback(PaymentVaCommon, HttpCase):
    def setUp(self):
        super().setUp()
        limiter.clear()
        backlog.clear()
        self.env.registry.clear_cache()
        self.addCleanup(limiter.clear)

    def call(self, body, headers=None, path=PATH):
        return self.url_open(
            path,
            data=body,
            headers={
                "Content-Type": "application/json",
                "X-Sign": fake_signature(body),
                **(headers or {}),
            },
        )

    def notifications(self):
        return self.env["payment.notification"].search(
            [("provider_id", "=", self.gateway.id)]
        )

    def test_paid(self):
        bill = self.make_bill()
        tx = self.make_attempt(bill)
        body = fake_body(payment_id="P-1", order_ref=tx.reference, amount="350000")
        for _i in range(3):
            answer = self.call(body)
            self.assertEqual(answer.status_code, 200)
            self.assertEqual(answer.json(), {"status": "ok"})
        self.assertEqual(bill.payment_state, "paid")
        self.assertEqual(len(self.incoming()), 1)
        self.assertEqual(
            sorted(self.notifications().mapped("state")),
            ["applied", "ignored", "ignored"],
        )
        self.assertEqual(self.notifications()[-1]._get_body(), body)
        self.assertEqual(self.notifications()[-1].path, PATH)

    def test_no_session_is_made(self):
        answer = self.call(fake_body(payment_id="P-1", amount="1000"))
        self.assertNotIn("session_id", answer.cookies)

    def test_every_changed_byte_is_refused(self):
        body = fake_body(payment_id="P-1", order_ref="X", amount="350000")
        signature = {"X-Sign": fake_signature(body)}
        for position in range(0, len(body), 7):
            changed = bytearray(body)
            changed[position] ^= 1
            answer = self.call(bytes(changed), signature)
            self.assertIn(answer.status_code, (400, 401))
            self.assertEqual(answer.json(), {"status": "rejected"})
        answer = self.call(body, {"X-Sign": signature["X-Sign"][:-1] + "x"})
        self.assertEqual(answer.status_code, 401)
        self.assertFalse(self.incoming())
        self.assertEqual(set(self.notifications().mapped("state")), {"rejected"})

    def test_guards(self):
        body = fake_body(payment_id="P-1", amount="1000")
        large = fake_body(payment_id="P-1", amount="1000", pad="x" * MAX_BODY_BYTES)
        self.assertEqual(self.call(large).status_code, 413)
        answer = self.call(body, {"Content-Type": "text/plain"})
        self.assertEqual(answer.status_code, 415)
        with mute_logger("odoo.http"):
            self.assertEqual(self.url_open(PATH, method="GET").status_code, 405)
        self.assertFalse(self.incoming())

    def test_chunked_body_is_limited(self):
        large = fake_body(payment_id="P-1", amount="1000", pad="x" * MAX_BODY_BYTES)
        chunks = (large[i : i + 8192] for i in range(0, len(large), 8192))
        answer = self.opener.post(
            self.base_url() + PATH,
            data=chunks,
            headers={"Content-Type": "application/json"},
            timeout=30,
        )
        self.assertIn(answer.status_code, (400, 413))
        self.assertFalse(self.incoming())

    def test_rate_limit_per_address(self):
        self.gateway.callback_limit_address = 3
        body = fake_body(payment_id="P-1", amount="1000")
        codes = [self.call(body).status_code for _i in range(5)]
        self.assertEqual(codes, [200, 200, 200, 429, 429])
        self.assertEqual(len(self.notifications()), 3)

    def test_rate_limit_per_provider(self):
        self.gateway.callback_limit = 2
        body = fake_body(payment_id="P-1", amount="1000")
        codes = [self.call(body).status_code for _i in range(3)]
        self.assertEqual(codes, [200, 200, 429])

    def test_allowlist(self):
        self.gateway.callback_allowlist = "103.208.23.0/24"
        body = fake_body(payment_id="P-1", amount="1000")
        self.assertEqual(self.call(body).status_code, 403)
        spoofed = {"X-Forwarded-For": "103.208.23.5", "X-Forwarded-Host": "x"}
        self.assertEqual(self.call(body, spoofed).status_code, 403)
        self.assertFalse(self.incoming())

    def test_accepted_although_booking_fails(self):
        """The sender has done its part once the callback is stored."""
        tx = self.make_attempt(self.make_bill())
        body = fake_body(payment_id="P-1", order_ref=tx.reference, amount="350000")
        booking = self.env.registry["payment.booking"]
        broken = patch.object(booking, "_book", side_effect=RuntimeError("broken"))
        with broken, mute_logger(BOOKING):
            self.assertEqual(self.call(body).status_code, 200)
        notification = self.notifications()
        self.assertEqual(notification.state, "failed")
        self.assertEqual(notification.reason, "broken")
        self.assertTrue(notification.next_try_at)
        notification.next_try_at = notification.received_at
        self.env["payment.notification"]._cron_apply()
        self.assertEqual(notification.state, "applied")
        self.assertEqual(tx.state, "done")

    def test_one_that_fails_does_not_stop_the_others(self):
        bills = [self.make_bill() for _i in range(3)]
        attempts = [self.make_attempt(bill) for bill in bills]
        inbox = self.env["payment.notification"]
        for tx in attempts:
            currency = "XXX" if tx == attempts[1] else "IDR"
            inbox._receive(
                fake_delivery(
                    payment_id=tx.reference,
                    order_ref=tx.reference,
                    amount="350000",
                    currency=currency,
                )
            )
        with mute_logger(BOOKING):
            inbox._cron_apply()
        self.assertEqual(
            [bill.payment_state for bill in bills], ["paid", "not_paid", "paid"]
        )

    def test_backlog_is_left_to_the_cron(self):
        """One alone is booked at once; when they queue up, the cron books them."""
        attempts = [self.make_attempt(self.make_bill()) for _i in range(3)]
        cron = self.env.ref("payment_va.ir_cron_apply")
        with patch.object(backlog, "_streak", 1), patch.object(backlog, "_pause", 60):
            for tx in attempts:
                body = fake_body(
                    payment_id=tx.reference, order_ref=tx.reference, amount="350000"
                )
                self.assertEqual(self.call(body).status_code, 200)
        self.assertEqual([tx.state for tx in attempts], ["done", "pending", "pending"])
        triggers = self.env["ir.cron.trigger"].search([("cron_id", "=", cron.id)])
        self.assertTrue(triggers)
        cron.method_direct_trigger()
        self.assertEqual({tx.state for tx in attempts}, {"done"})

    def test_somebody_else_is_booking(self):
        """Who comes while another one books stores and leaves it to them."""
        tx = self.make_attempt(self.make_bill())
        body = fake_body(payment_id="P-1", order_ref=tx.reference, amount="350000")
        booking = self.env.registry["payment.booking"]

        class Taken:
            def __enter__(self):
                return False

            def __exit__(self, *args):
                return None

        with patch.object(booking, "_lock_provider", lambda self, pid: Taken()):
            self.assertEqual(self.call(body).status_code, 200)
        self.assertEqual(self.notifications().state, "new")
        self.env["payment.notification"]._cron_apply()
        self.assertEqual(tx.state, "done")
