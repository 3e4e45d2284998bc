# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import timedelta
from unittest.mock import Mock, patch

import requests

from odoo import fields

from ..models import payment_simulator_delivery as deliveries
from ..tools import sender
from ..tools.sender import BankKeys, Notice, Outcome
from ..tools.signing import new_key_pair
from .common import URL, SimulatorCommon


class TestDeliveries(SimulatorCommon):
    def setUp(self):
        super().setUp()
        self.delivery_model = self.env["payment.simulator.delivery"]
        self.delivery_model.search([]).unlink()

    def paid(self, order="SPP-1"):
        """Return an order of Xendit that was paid: it has one notice."""
        self.request_payment(reference_id=order)
        order = self.find(order)
        order._pay()
        return order

    # === FAULTS === #

    def test_duplicates(self):
        self.fault_model._set({"code": "xendit", "duplicates": 2})
        notices = self.paid().delivery_ids
        self.assertEqual(len(notices), 3)
        self.assertEqual(len(set(notices.mapped("body"))), 1)
        self.assertEqual(sorted(notices.mapped("is_copy")), [False, True, True])

    def test_delay(self):
        self.fault_model._set({"code": "xendit", "delay": 60})
        notice = self.paid().delivery_ids
        self.assertGreater(notice.due_at, fields.Datetime.now() + timedelta(seconds=50))
        self.assertFalse(self.delivery_model._claim())

    def test_drop_is_counted(self):
        self.fault_model._set({"code": "xendit", "drop": 1})
        self.assertEqual(self.paid().delivery_ids.state, "dropped")
        self.assertEqual(self.paid("SPP-2").delivery_ids.state, "queued")

    def test_newest_overtakes(self):
        self.fault_model._set({"code": "midtrans", "reorder": True})
        self.charge()
        order = self.find()
        self.assertFalse(self.delivery_model._claim())
        order._pay()
        settlement, pending = order._get_deliveries()
        self.assertLess(settlement.due_at, pending.due_at)
        self.assertEqual(self.delivery_model._claim(), settlement)

    def test_faults_are_of_one_provider(self):
        self.fault_model._set({"code": "midtrans", "drop": 5})
        self.assertEqual(self.paid().delivery_ids.state, "queued")

    def test_first_calls_fail(self):
        self.fault_model._set({"code": "xendit", "error_first": 2})
        statuses = [self.request_payment(reference_id=str(n))[0] for n in range(3)]
        self.assertEqual(statuses, [500, 500, 201])
        stranger = self.serve("xendit", "GET", "/v3/payments/py-1")[0]
        self.assertEqual(stranger, 401)

    def test_faults_from_a_form(self):
        fault = self.fault_model._set(
            {"code": "snap", "delay": "3", "drop": "", "reorder": "1"}
        )
        self.assertEqual((fault.delay, fault.drop, fault.reorder), (3, 0, True))
        self.assertTrue(fault._is_on())
        self.fault_model._set({"code": "snap", "delay": 0, "reorder": ""})
        self.assertFalse(fault._is_on())

    # === WHICH AND WHEN === #

    def test_one_notice_of_an_order_at_a_time(self):
        self.charge()
        order = self.find()
        order._pay()
        later = fields.Datetime.now() + timedelta(minutes=1)
        with patch.object(fields.Datetime, "now", lambda *_args: later):
            first = self.delivery_model._claim()
            self.assertEqual(first.event, "pending")
            self.assertFalse(self.delivery_model._claim())
            first._record(Outcome(status=200))
            self.assertEqual(self.delivery_model._claim().event, "settlement")

    def test_orders_do_not_wait_for_each_other(self):
        notices = self.paid().delivery_ids | self.paid("SPP-2").delivery_ids
        self.assertEqual(self.delivery_model._claim(), notices.sorted("id"))

    def test_notice_whose_process_died_is_sent_again(self):
        notice = self.paid().delivery_ids
        self.delivery_model._claim()
        self.assertFalse(self.delivery_model._claim())
        notice.sent_at -= timedelta(minutes=3)
        self.assertEqual(self.delivery_model._claim(), notice)
        self.assertEqual(notice.tries, 2)

    def test_retry_is_as_the_provider_does_it(self):
        notice = self.paid().delivery_ids
        self.delivery_model._claim()
        notice._record(Outcome(status=500))
        self.assertEqual((notice.state, notice.answer_status), ("queued", 500))
        left = notice.due_at - fields.Datetime.now()
        self.assertAlmostEqual(left.total_seconds(), 15 * 60, delta=60)
        notice.tries = 7
        notice._record(Outcome(error="ConnectionError"))
        self.assertEqual((notice.state, notice.answer), ("failed", "ConnectionError"))

    def test_accepted_notice_is_done(self):
        notice = self.paid().delivery_ids
        notice._record(Outcome(status=200, text='{"status": "ok"}'))
        self.assertEqual(notice.state, "delivered")
        notice._send_again()
        self.assertEqual(self.delivery_model._claim(), notice)

    def test_next_due(self):
        self.assertIsNone(self.delivery_model._get_next_due())
        notice = self.paid().delivery_ids
        self.assertEqual(self.delivery_model._get_next_due(), 0)
        notice.due_at += timedelta(minutes=5)
        self.assertGreater(self.delivery_model._get_next_due(), 200)

    def test_old_notices_are_forgotten(self):
        notice = self.paid().delivery_ids
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE payment_simulator_delivery"
            " SET create_date = now() - interval '31 days' WHERE id = %s",
            [notice.id],
        )
        self.delivery_model.invalidate_model()
        self.delivery_model._gc_deliveries()
        self.assertTrue(notice.exists())  # still to be sent
        notice.state = "delivered"
        self.delivery_model._gc_deliveries()
        self.assertFalse(notice.exists())

    # === THE BACKGROUND === #

    def test_everything_due_is_sent_and_noted(self):
        notice = self.paid().delivery_ids
        answer = Mock(status_code=200, text='{"status": "ok"}')
        with (
            self.enter_registry_test_mode(),
            patch.object(requests, "post", return_value=answer) as post,
        ):
            self.assertEqual(deliveries.deliver(self.env.cr.dbname), 1)
        self.assertEqual(notice.state, "delivered")
        [call] = post.call_args_list
        self.assertEqual(call.args, (f"{URL}/payment/callback/xendit",))
        self.assertEqual(call.kwargs["data"], notice.body.encode())
        self.assertEqual(
            call.kwargs["headers"]["x-callback-token"], self.xendit.callback_token
        )

    def test_nothing_is_sent_in_production(self):
        notice = self.paid().delivery_ids
        self.env["ir.config_parameter"].set_param("payment_va.production", "1")
        with self.enter_registry_test_mode():
            self.assertEqual(deliveries.deliver(self.env.cr.dbname), 0)
        self.assertEqual(notice.state, "queued")

    def test_request_that_pays_does_not_wait(self):
        self.env.cr.postcommit.clear()
        with patch.object(deliveries, "_wake") as wake:
            order = self.paid()
            self.assertEqual(order.delivery_ids.state, "queued")
            wake.assert_not_called()
            self.env.cr.postcommit.run()
        wake.assert_called_once_with(self.env.cr.dbname)


class TestSending(SimulatorCommon):
    """A notice on its way, without a server."""

    def setUp(self):
        super().setUp()
        self.sent = []
        self.answers = []
        patcher = patch.object(requests, "post", self.post)
        patcher.start()
        self.addCleanup(patcher.stop)

    def post(self, url, **values):
        self.sent.append((url, values))
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return Mock(status_code=answer[0], text=answer[1])

    def notice(self, **values):
        keys = BankKeys("BANK", new_key_pair()[0], "secret", **values)
        return Notice(URL, "/v1.0/transfer-va/payment", b"{}", bank=keys)

    def test_no_answer(self):
        self.answers = [requests.ConnectTimeout("http://secret@host")]
        outcome = sender.send(Notice(URL, "/x", b"{}"))
        self.assertEqual((outcome.status, outcome.error), (None, "ConnectTimeout"))

    def test_bank_gets_a_token_first(self):
        self.answers = [
            (200, '{"accessToken": "abc", "expiresIn": "900"}'),
            (200, "{}"),
        ]
        outcome = sender.send(self.notice())
        self.assertEqual((outcome.status, outcome.token), (200, "abc"))
        self.assertEqual(outcome.token_seconds, 900)
        urls = [url.removeprefix(URL) for url, _values in self.sent]
        self.assertEqual(urls, [sender.TOKEN_PATH, "/v1.0/transfer-va/payment"])
        headers = self.sent[1][1]["headers"]
        self.assertEqual(headers["Authorization"], "Bearer abc")

    def test_token_that_is_not_accepted_any_more_is_replaced(self):
        self.answers = [
            (401, '{"responseCode": "4012501"}'),
            (200, '{"accessToken": "new"}'),
            (200, '{"responseCode": "2002500"}'),
        ]
        outcome = sender.send(self.notice(token="old"))
        self.assertEqual(outcome.json(), {"responseCode": "2002500"})
        self.assertEqual(outcome.token, "new")

    def test_without_a_token_nothing_is_sent(self):
        self.answers = [(401, '{"responseCode": "4017300"}')]
        outcome = sender.send(self.notice())
        self.assertEqual((outcome.status, outcome.token), (401, None))

    def test_bank_that_signs_with_its_key_needs_no_token(self):
        self.answers = [(200, "no json")]
        outcome = sender.send(self.notice(is_asymmetric=True))
        self.assertEqual((outcome.status, outcome.json()), (200, {}))
        self.assertNotIn("Authorization", self.sent[0][1]["headers"])
