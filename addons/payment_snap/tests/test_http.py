# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The server side, over real HTTP."""

from contextlib import contextmanager
from unittest.mock import patch

from psycopg2.errors import SerializationFailure

from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from odoo.addons.payment_va.const import MAX_BODY_BYTES
from odoo.addons.payment_va.controllers.callback import limiter

from .behaviour import SnapBehaviour
from .common import INQUIRY_PATH, PAYMENT_PATH, SnapCommon, encode

BOOKING = "odoo.addons.payment_va.models.payment_booking.PaymentBooking"
INBOX = "odoo.addons.payment_snap.models.payment_snap_server.PaymentSnapServer"
LOG = "odoo.addons.payment_snap.controllers.snap"


@tagged("post_install", "-at_install")
class TestHttp(SnapBehaviour, SnapCommon, HttpCase):
    def setUp(self):
        super().setUp()
        limiter.clear()
        self.env.registry.clear_cache()
        self.addCleanup(limiter.clear)

    def send(self, path, raw, headers):
        self.env.flush_all()
        answer = self.url_open(path, data=raw, headers=headers)
        self.env.invalidate_all()
        self.assertEqual(
            answer.headers["Content-Type"], "application/json; charset=utf-8"
        )
        self.assertTrue(answer.headers["X-TIMESTAMP"].endswith("+07:00"))
        self.assertNotIn("session_id", answer.cookies)
        return answer.status_code, answer.json()

    @contextmanager
    def booking_fails(self):
        with (
            patch(f"{BOOKING}._work_off", side_effect=ValueError("down")),
            mute_logger("odoo.addons.payment_va.controllers.callback"),
        ):
            yield

    def test_our_failure(self):
        """The bank is told that it was us, and nothing else."""
        for error, code in ((ValueError("secret"), "5002500"), (None, "5042500")):
            error = error or SerializationFailure()
            with patch(f"{INBOX}._serve", side_effect=error), mute_logger(LOG):
                status, answer = self.ask(PAYMENT_PATH, self.payment_body())
            self.assertEqual((str(status), answer["responseCode"]), (code[:3], code))
            self.assertNotIn("secret", str(answer))
        self.make_bill()
        self.make_number()
        self.assertEqual(self.code(PAYMENT_PATH, self.payment_body()), "2002500")

    def test_guards(self):
        body = self.payment_body()
        large = encode(body)[:-1] + b" " * MAX_BODY_BYTES + b"}"
        answer = self.url_open(
            PAYMENT_PATH, data=large, headers=self.sign(PAYMENT_PATH, large)
        )
        self.assertEqual(answer.status_code, 413)
        status, answer = self.ask(PAYMENT_PATH, body, content_type="text/plain")
        self.assertEqual((status, answer["responseCode"]), (400, "4002501"))
        self.assertIn("CONTENT-TYPE", answer["responseMessage"])
        self.assertFalse(self.rejected())

    def test_too_many(self):
        self.provider.callback_limit_address = 2
        self.env["payment.provider"].search(
            [("code", "=", "snap")]
        ).callback_limit_address = 2
        self.env.flush_all()
        found = [self.code(INQUIRY_PATH, self.inquiry_body()) for _i in range(3)]
        self.assertEqual(found, ["4042412", "4042412", "4292400"])

    def test_other_methods(self):
        answer = self.url_open(PAYMENT_PATH)
        self.assertEqual(answer.status_code, 405)

    def test_query_string_is_signed(self):
        self.make_bill()
        self.make_number()
        body = self.inquiry_body()
        headers = self.sign(INQUIRY_PATH, body)
        self.assertEqual(
            self.code(INQUIRY_PATH + "?a=1", body, dict(headers)), "4012400"
        )
        self.assertEqual(self.code(INQUIRY_PATH + "?a=1", body), "2002400")
