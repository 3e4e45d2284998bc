# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Giving money back through Midtrans."""

from datetime import timedelta
from types import SimpleNamespace

import requests

from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from odoo.addons.payment_va.models.payment_provider import ProviderUnavailable
from odoo.addons.payment_va.tests.common import NOW

from .common import KEY, TRANSACTION_ID, UNKNOWN, MidtransCommon, make_payload

LOGGER = "odoo.addons.payment_midtrans.models.payment_provider"
VA_LOGGER = "odoo.addons.payment_va.models.payment_provider"
PATH = f"/v2/{TRANSACTION_ID}"
DIRECT = f"POST {PATH}/refund/online/direct"
DONE = {"status_code": "200", "transaction_status": "partial_refund"}


@tagged("post_install", "-at_install")
@freeze_time("2026-11-16 03:00:00")
class TestRefund(MidtransCommon):
    def pay_by(self, code, **values):
        """Return a payment that came in by a channel."""
        self.use_channel(code)
        self.make_attempt(self.make_bill(), reference="ORDER-1")
        self.tell(make_payload(**values))
        return self.booked("ORDER-1")

    def refund(self, *answers, name="RFD/2026/0007", amount=50000):
        """Ask for a refund of a payment by QRIS; return the result and the requests."""
        incoming = self.pay_by("qris", payment_type="qris", va_numbers=[])
        refund = SimpleNamespace(
            name=name, amount=amount, reason="Salah bayar", incoming_id=incoming
        )
        with self.midtrans(*answers) as api, mute_logger(LOGGER, VA_LOGGER):
            result = self.gateway._request_refund(refund)
        return result, api

    # === WHAT CAN BE REFUNDED === #

    def test_numbers_of_banks_cannot(self):
        self.assertFalse(self.gateway._can_refund(self.pay_by("bca")))

    def test_wallets_can(self):
        for code in ("qris", "gopay", "shopeepay"):
            with self.subTest(code), self.cr.savepoint() as savepoint:
                incoming = self.pay_by(code)
                self.assertEqual(self.gateway._can_refund(incoming), "partial")
                savepoint.rollback()

    def test_only_for_some_time(self):
        incoming = self.pay_by("gopay", settlement_time="2026-05-20 10:00:01")
        self.assertEqual(incoming.paid_at, NOW - timedelta(days=180, seconds=-1))
        self.assertTrue(self.gateway._can_refund(incoming))
        with freeze_time(NOW + timedelta(seconds=2)):
            self.assertFalse(self.gateway._can_refund(incoming))

    def test_page_on_which_the_payer_chose(self):
        for payment_type, expected in (("qris", "partial"), ("echannel", False)):
            with self.subTest(payment_type), self.cr.savepoint() as savepoint:
                incoming = self.pay_by("snap", payment_type=payment_type)
                self.assertEqual(self.gateway._can_refund(incoming), expected)
                savepoint.rollback()

    # === ASKING FOR IT === #

    def test_refund(self):
        result, api = self.refund(DONE)
        key = "RFD-2026-0007"
        self.assertEqual(result, {"provider_refund_id": key, "state": "sent"})
        [request] = api.requests
        self.assertEqual(api.calls, [DIRECT])
        self.assertEqual(
            request["json"],
            {"refund_key": key, "amount": 50000, "reason": "Salah bayar"},
        )
        self.assertEqual(request["auth"], (KEY, ""))
        self.assertEqual(request["headers"]["Idempotency-Key"], f"refund-{key}")

    def test_refusals(self):
        for answer, message in (
            ({"status_code": "414"}, "amount"),
            (
                {"status_code": "412", "status_message": "cannot modify"},
                "cannot modify",
            ),
            ({"status_code": "202", "status_message": "denied by the bank"}, "denied"),
        ):
            with self.subTest(message), self.cr.savepoint() as savepoint:
                with self.assertRaisesRegex(UserError, message):
                    self.refund(answer)
                savepoint.rollback()

    def test_silence_after_which_it_is_there(self):
        known = make_payload(
            "partial_refund", refunds=[{"refund_key": "RFD-2026-0007"}]
        )
        result, api = self.refund(requests.exceptions.ReadTimeout(), known)
        self.assertEqual(result["state"], "sent")
        self.assertEqual(api.calls, [DIRECT, f"GET {PATH}/status"])

    def test_silence_after_which_it_is_not_there(self):
        """Nobody may believe that it was refused: it is asked again by the same key."""
        for status in (make_payload(), UNKNOWN):
            with self.subTest(status), self.cr.savepoint() as savepoint:
                with self.assertRaises(ProviderUnavailable):
                    self.refund(requests.exceptions.ReadTimeout(), status)
                savepoint.rollback()

    def test_same_key_again(self):
        known = make_payload(
            "partial_refund", refunds=[{"refund_key": "RFD-2026-0007"}]
        )
        result, _api = self.refund({"status_code": "406"}, known)
        self.assertEqual(result["state"], "sent")

    def test_key_that_is_taken_by_nothing_we_can_see(self):
        with self.assertRaisesRegex(ProviderUnavailable, "RFD-2026-0007"):
            self.refund({"status_code": "406"}, make_payload())

    # === FROM THE REQUEST TO THE BOOKS === #

    def tell_refund(self, *rows, status="partial_refund"):
        values = {"payment_type": "qris", "va_numbers": [], "refunds": list(rows)}
        return self.tell(make_payload(status, **values))

    def row(self, key, amount, confirmed="2026-11-16 10:30:00"):
        row = {"refund_key": key, "refund_amount": f"{amount}.00"}
        return {**row, **({"bank_confirmed_at": confirmed} if confirmed else {})}

    def test_our_refund(self):
        """Sent by us, told twice: booked when the bank has confirmed it."""
        incoming = self.pay_by("qris", payment_type="qris", va_numbers=[])
        refund = self.env["payment.refund"]._request(incoming, 50000, "Salah", "api")
        refund.sudo().state = "approved"
        with self.midtrans(DONE):
            refund.sudo()._send()
        self.assertEqual(refund.state, "sent")
        self.tell_refund(self.row(refund.name, 50000, confirmed=None))
        self.assertEqual(refund.state, "sent")
        self.tell_refund(self.row(refund.name, 50000))
        self.assertEqual(refund.state, "confirmed")
        self.assertEqual(incoming.refund_ids, refund)
        self.assertEqual(incoming.refunded_amount, 50000)

    def test_refunds_of_the_dashboard(self):
        incoming = self.pay_by("qris", payment_type="qris", va_numbers=[])
        first = self.row("D1", 50000)
        second = self.row("D2", 300000, "2026-11-16 11:00:00")
        self.tell_refund(first)
        self.tell_refund(first, second, status="refund")
        self.tell_refund(first, second, status="refund")
        self.assertEqual(sorted(incoming.refund_ids.mapped("amount")), [50000, 300000])
        self.assertEqual(set(incoming.refund_ids.mapped("state")), {"confirmed"})
        self.assertEqual(incoming.refundable_amount, 0)

    def test_refund_before_the_settlement(self):
        self.use_channel("qris")
        bill = self.make_bill()
        tx = self.make_attempt(bill, reference="ORDER-1")
        self.tell_refund(self.row("D1", 50000))
        refunded = make_payload("partial_refund", refunds=[self.row("D1", 50000)])
        self.tell(make_payload(), refunded)
        incoming = self.booked("ORDER-1")
        self.assertEqual(len(incoming), 1)
        self.assertEqual(incoming.refunded_amount, 50000)
        self.assertEqual(bill.amount_residual, 50000)
        self.assertEqual(tx.state, "done")

    def test_chargeback(self):
        incoming = self.pay_by("snap", payment_type="credit_card", va_numbers=[])
        self.tell_refund(status="chargeback")
        self.assertEqual(incoming.refund_ids.kind, "chargeback")
        self.assertEqual(incoming.refunded_amount, 350000)
