# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import timedelta

from odoo import fields

from .common import SimulatorCommon


class TestXendit(SimulatorCommon):
    def test_wrong_key_is_401(self):
        for key in ("", self.xendit.server_key[:-1], self.midtrans.server_key):
            status, answer = self.serve(
                "xendit", "GET", "/v3/payments/py-1", headers=self.basic(key)
            )
            self.assertEqual((status, answer["error_code"]), (401, "INVALID_API_KEY"))

    def test_virtual_account(self):
        status, answer = self.request_payment()
        order = self.find()
        self.assertEqual(status, 201)
        self.assertEqual(answer["status"], "REQUIRES_ACTION")
        self.assertEqual(answer["payment_request_id"], order.provider_ref)
        self.assertEqual(
            answer["actions"],
            [
                {
                    "type": "PRESENT_TO_CUSTOMER",
                    "descriptor": "VIRTUAL_ACCOUNT_NUMBER",
                    "value": order.number,
                }
            ],
        )

    def test_qris_ends_after_48_hours_whatever_is_asked_for(self):
        self.request_payment("QRIS", channel_properties={"expires_at": "2030-01-01"})
        left = self.find().expires_at - fields.Datetime.now()
        self.assertAlmostEqual(left.total_seconds(), 48 * 3600, delta=60)

    def test_wallet_is_a_link(self):
        _status, answer = self.request_payment("DANA")
        self.assertEqual(
            {action["descriptor"] for action in answer["actions"]},
            {"DEEPLINK_URL", "WEB_URL"},
        )

    def test_faulty_requests(self):
        for values in (
            {"reference_id": ""},
            {"type": "PAY_LATER"},
            {"currency": "USD"},
            {"channel_code": "GIRO"},
            {"request_amount": "350000"},
            {"request_amount": 0.5},
            {"request_amount": None},
            {"channel_code": "QRIS", "request_amount": 10_000_001},
            {"channel_code": "BCA_VIRTUAL_ACCOUNT", "request_amount": 9_999},
            {"channel_code": "OVO"},
            {"channel_properties": {"expires_at": "2020-01-01T00:00:00Z"}},
        ):
            with self.subTest(values=values):
                status, answer = self.request_payment(**values)
                self.assertEqual(status, 400)
                self.assertTrue(answer["error_code"])
        self.assertFalse(self.find())

    def test_version_of_the_interface_has_to_be_named(self):
        status, _answer = self.call_xendit(
            "POST", "/v3/payment_requests", {}, version="2022-07-31"
        )
        self.assertEqual(status, 400)

    def test_reusable_number_is_paid_again_and_again(self):
        self.request_payment(type="REUSABLE_PAYMENT_CODE", request_amount=None)
        order = self.find()
        payments = order._pay(100000) | order._pay(200000)
        _status, answer = self.call_xendit(
            "GET", f"/v3/payment_requests/{order.provider_ref}"
        )
        self.assertEqual(answer["status"], "ACCEPTING_PAYMENTS")
        self.assertNotIn("request_amount", answer)
        bodies = self.bodies(order, "payment.capture")
        self.assertEqual(
            [body["data"]["captures"][0]["capture_amount"] for body in bodies],
            [100000, 200000],
        )
        self.assertEqual(
            [body["data"]["payment_id"] for body in bodies],
            payments.sorted("id").mapped("provider_ref"),
        )

    def test_wanted_number_that_is_taken_is_refused(self):
        wanted = {"virtual_account_number": "20260001"}
        self.request_payment(channel_properties=wanted)
        status, answer = self.request_payment(
            reference_id="SPP-2", channel_properties=wanted
        )
        self.assertEqual((status, answer["error_code"]), (409, "DUPLICATE_ERROR"))

    def test_payment_and_request_tell_the_same(self):
        self.request_payment()
        order = self.find()
        payment = order._pay(345000)
        _status, answer = self.call_xendit(
            "GET", f"/v3/payments/{payment.provider_ref}"
        )
        self.assertEqual(answer, self.bodies(order)[-1]["data"])
        self.assertEqual(answer["status"], "SUCCEEDED")
        self.assertEqual(answer["captures"][0]["capture_amount"], 345000)
        _status, answer = self.call_xendit(
            "GET", f"/v3/payment_requests/{order.provider_ref}"
        )
        self.assertEqual(answer["status"], "SUCCEEDED")
        self.assertEqual(answer["latest_payment_id"], payment.provider_ref)

    def test_requests_are_found_by_reference(self):
        self.request_payment()
        self.request_payment(reference_id="SPP-2")
        _status, answer = self.call_xendit(
            "GET", "/v3/payment_requests?reference_id=SPP-2"
        )
        self.assertEqual([row["reference_id"] for row in answer["data"]], ["SPP-2"])

    def test_request_stays_expired_when_money_comes_late(self):
        self.request_payment()
        order = self.find()
        order._pay(late=True)
        self.assertEqual(order.state, "expired")
        events = [body["event"] for body in self.bodies(order)]
        self.assertEqual(events, ["payment_request.expiry", "payment.capture"])

    def test_cancelling(self):
        self.request_payment()
        path = f"/v3/payment_requests/{self.find().provider_ref}/cancel"
        status, answer = self.call_xendit("POST", path)
        self.assertEqual((status, answer["status"]), (200, "CANCELED"))
        self.assertEqual(self.call_xendit("POST", path)[0], 400)

    def test_simulate_is_xendits_own_button(self):
        self.request_payment()
        order = self.find()
        self.call_xendit(
            "POST", f"/v3/payment_requests/{order.provider_ref}/simulate", {}
        )
        self.assertEqual(order.payment_ids.amount, 350000)

    def invoice(self, **values):
        body = {"external_id": "SPP-1", "amount": 350000, **values}
        return self.call_xendit("POST", "/v2/invoices", body)

    def test_invoice(self):
        status, answer = self.invoice(invoice_duration=3600)
        order = self.find()
        self.assertEqual((status, answer["status"]), (200, "PENDING"))
        self.assertIn(f"/simulator/order/{order.id}", answer["invoice_url"])
        left = order.expires_at - fields.Datetime.now()
        self.assertAlmostEqual(left.total_seconds(), 3600, delta=60)
        order._pay()
        [body] = self.bodies(order)
        self.assertEqual((body["status"], body["paid_amount"]), ("PAID", 350000))
        _status, answer = self.call_xendit("GET", f"/v2/invoices/{order.provider_ref}")
        self.assertEqual(answer["status"], "PAID")

    def test_invoices_are_found_and_end(self):
        self.invoice()
        _status, answer = self.call_xendit("GET", "/v2/invoices?external_id=SPP-1")
        [row] = answer
        _status, answer = self.call_xendit("POST", f"/invoices/{row['id']}/expire!")
        self.assertEqual(answer["status"], "EXPIRED")
        self.assertEqual(self.invoice(amount="1")[0], 400)
        self.assertEqual(self.invoice(external_id="")[0], 400)

    def test_time_that_is_over_is_told_by_the_status(self):
        self.request_payment()
        order = self.find()
        order.expires_at = fields.Datetime.now() - timedelta(minutes=1)
        _status, answer = self.call_xendit(
            "GET", f"/v3/payment_requests/{order.provider_ref}"
        )
        self.assertEqual(answer["status"], "EXPIRED")

    def refund(self, **values):
        body = {"payment_request_id": self.find().provider_ref, **values}
        return self.call_xendit("POST", "/refunds", body)

    def test_refunds(self):
        self.request_payment("QRIS")
        order = self.find()
        self.assertEqual(self.refund(amount=1)[0], 400)
        order._pay()
        status, answer = self.refund(reference_id="R-1", amount=50000)
        self.assertEqual((status, answer["status"]), (200, "SUCCEEDED"))
        self.assertEqual(
            self.call_xendit("GET", f"/refunds/{answer['id']}"), (200, answer)
        )
        self.assertEqual(self.bodies(order)[-1]["data"], answer)
        self.assertEqual(self.refund(reference_id="R-1", amount=1)[0], 409)
        self.assertEqual(self.refund(reference_id="R-2", amount=300001)[0], 400)
        self.assertEqual(self.refund(reference_id="R-2", amount=300000)[0], 200)
        self.assertEqual(order.state, "refunded")

    def test_virtual_account_is_not_refunded(self):
        self.request_payment()
        self.find()._pay()
        _status, answer = self.refund(amount=1)
        self.assertEqual(answer["error_code"], "REFUND_NOT_SUPPORTED")

    def test_transactions_have_fees_and_pages(self):
        self.request_payment()
        self.find()._pay()
        self.request_payment("QRIS", reference_id="SPP-2", request_amount=100000)
        self.find("SPP-2")._pay()
        _status, answer = self.call_xendit("GET", "/transactions?limit=1")
        [row] = answer["data"]
        self.assertTrue(answer["has_more"])
        self.assertEqual(row["amount"] - row["net_amount"], 700)  # 0.7 %
        _status, answer = self.call_xendit(
            "GET", f"/transactions?limit=5&after_id={row['id']}"
        )
        [row] = answer["data"]
        self.assertFalse(answer["has_more"])
        fee = row["fee"]
        self.assertEqual((fee["xendit_fee"], fee["value_added_tax"]), (4000, 440))

    def test_unknown_things_are_404(self):
        for path in (
            "/v3/payments/py-1",
            "/v3/payment_requests/pr-1",
            "/refunds/rfd-0",
        ):
            self.assertEqual(self.call_xendit("GET", path)[0], 404)
        self.assertEqual(self.call_xendit("GET", "/v4/nothing")[0], 404)

    def test_token_is_added_when_sent_and_not_kept(self):
        self.request_payment()
        order = self.find()
        order._pay()
        delivery = order.delivery_ids
        self.assertEqual(list(delivery.headers), ["webhook-id"])
        headers = delivery._prepare_notice().headers
        self.assertEqual(headers["x-callback-token"], self.xendit.callback_token)
