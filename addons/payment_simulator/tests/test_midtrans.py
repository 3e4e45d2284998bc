# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import UTC, datetime, timedelta

from odoo import fields

from ..tools.signing import sign_midtrans
from .common import SimulatorCommon

SUCCESS = "POST", "/v2/SPP-1/refund/online/direct"


class TestMidtrans(SimulatorCommon):
    def test_wrong_key_is_401(self):
        for headers in ({}, self.basic(""), self.basic(self.midtrans.server_key + "x")):
            status, answer = self.serve(
                "midtrans", "GET", "/v2/SPP-1/status", headers=headers
            )
            self.assertEqual((status, answer["status_code"]), (401, "401"))

    def test_key_of_another_provider_is_401(self):
        headers = self.basic(self.xendit.server_key)
        status, _answer = self.serve("midtrans", "GET", "/v2/x/status", headers=headers)
        self.assertEqual(status, 401)

    def test_bank_transfer(self):
        answer = self.charge()
        order = self.find()
        self.assertEqual(answer["status_code"], "201")
        self.assertEqual(answer["transaction_status"], "pending")
        self.assertEqual(answer["gross_amount"], "350000.00")
        self.assertEqual(answer["transaction_id"], order.provider_ref)
        self.assertEqual(
            answer["va_numbers"], [{"bank": "bri", "va_number": order.number}]
        )

    def test_permata_has_no_list_of_numbers(self):
        answer = self.charge(bank_transfer={"bank": "permata"})
        self.assertEqual(answer["permata_va_number"], self.find().number)
        self.assertNotIn("va_numbers", answer)

    def test_mandiri_bill_has_two_codes(self):
        answer = self.charge("echannel", echannel={"bill_info1": "Bill"})
        order = self.find()
        self.assertEqual(answer["biller_code"], "70012")
        self.assertEqual(answer["bill_key"], order.number)

    def test_codes_and_links(self):
        answer = self.charge("qris", order="A")
        self.assertTrue(answer["qr_string"].startswith("000201"))
        self.assertEqual([a["name"] for a in answer["actions"]], ["generate-qr-code"])
        answer = self.charge("gopay", order="B")
        self.assertNotIn("qr_string", answer)
        names = [action["name"] for action in answer["actions"]]
        self.assertEqual(names, ["generate-qr-code", "deeplink-redirect"])
        answer = self.charge("shopeepay", order="C")
        names = [action["name"] for action in answer["actions"]]
        self.assertEqual(names, ["deeplink-redirect"])

    def test_order_id_is_taken_once_until_it_is_cancelled(self):
        self.charge()
        self.assertEqual(self.charge()["status_code"], "406")
        self.call_midtrans("POST", "/v2/SPP-1/cancel")
        self.assertEqual(self.charge()["status_code"], "201")

    def test_same_idempotency_key_is_the_same_answer(self):
        headers = {"idempotency-key": "charge-1"}
        body = {
            "payment_type": "qris",
            "transaction_details": {"order_id": "SPP-1", "gross_amount": 1000},
        }
        first = self.call_midtrans("POST", "/v2/charge", body, **headers)
        self.assertEqual(
            self.call_midtrans("POST", "/v2/charge", body, **headers), first
        )
        self.assertEqual(len(self.order_model.search([("order_ref", "=", "SPP-1")])), 1)

    def test_faulty_charges(self):
        details = {"order_id": "SPP-1", "gross_amount": 350000}
        for code, body in (
            ("402", {"payment_type": "cash", "transaction_details": details}),
            ("400", {"payment_type": "qris"}),
            (
                "400",
                {
                    "payment_type": "qris",
                    "transaction_details": {**details, "gross_amount": "350000.00"},
                },
            ),
            (
                "400",
                {
                    "payment_type": "qris",
                    "transaction_details": details,
                    "item_details": [{"price": 1, "quantity": 1}],
                },
            ),
            (
                "400",
                {
                    "payment_type": "bank_transfer",
                    "transaction_details": details,
                    "bank_transfer": {"bank": "none"},
                },
            ),
            ("400", {"payment_type": "echannel", "transaction_details": details}),
        ):
            with self.subTest(body=body):
                answer = self.call_midtrans("POST", "/v2/charge", body)
                self.assertEqual(answer["status_code"], code)
        self.assertFalse(self.find())

    def test_wanted_number_that_is_taken_is_replaced_silently(self):
        wanted = {"bank": "bri", "va_number": "12345"}
        first = self.charge(order="A", bank_transfer=wanted)["va_numbers"][0]
        second = self.charge(order="B", bank_transfer=wanted)["va_numbers"][0]
        self.assertTrue(first["va_number"].endswith("12345"))
        self.assertNotEqual(first["va_number"], second["va_number"])

    def test_expiry_is_as_asked_for(self):
        start = datetime.now(tz=UTC).replace(microsecond=0)
        answer = self.charge(
            custom_expiry={
                "order_time": start.strftime("%Y-%m-%d %H:%M:%S %z"),
                "expiry_duration": 3,
                "unit": "hour",
            }
        )
        expected = (start + timedelta(hours=3)).replace(tzinfo=None)
        self.assertEqual(self.find().expires_at, expected)
        jakarta = expected + timedelta(hours=7)
        self.assertEqual(answer["expiry_time"], f"{jakarta:%Y-%m-%d %H:%M:%S}")
        for expiry in (
            {"expiry_duration": 1, "unit": "second"},
            {"expiry_duration": "x"},
        ):
            answer = self.charge(order="B", custom_expiry=expiry)
            self.assertEqual(answer["status_code"], "400")

    def test_status_is_signed_and_unknown_orders_are_404_in_the_body(self):
        self.charge()
        answer = self.call_midtrans("GET", "/v2/SPP-1/status")
        self.assertEqual(
            answer["signature_key"],
            sign_midtrans("SPP-1", "201", "350000.00", self.midtrans.server_key),
        )
        answer = self.call_midtrans("GET", "/v2/SPP-2/status")
        self.assertEqual(answer["status_code"], "404")

    def test_status_tells_of_an_expiry_that_has_passed(self):
        self.charge()
        self.find().expires_at = fields.Datetime.now() - timedelta(minutes=1)
        answer = self.call_midtrans("GET", "/v2/SPP-1/status")
        self.assertEqual(answer["transaction_status"], "expire")
        self.assertEqual(answer["status_code"], "407")

    def test_paid_order_cannot_be_cancelled_or_expired(self):
        self.charge()
        self.find()._pay()
        for action in ("cancel", "expire"):
            answer = self.call_midtrans("POST", f"/v2/SPP-1/{action}")
            self.assertEqual(answer["status_code"], "412")

    def test_notices_are_signed_over_their_own_strings(self):
        self.charge()
        order = self.find()
        order._pay(345000)
        pending, settlement = self.bodies(order)
        self.assertEqual(pending["transaction_status"], "pending")
        self.assertEqual(settlement["gross_amount"], "345000.00")
        for body in (pending, settlement):
            expected = sign_midtrans(
                body["order_id"],
                body["status_code"],
                body["gross_amount"],
                self.midtrans.server_key,
            )
            self.assertEqual(body["signature_key"], expected)

    def test_second_payment_is_a_transaction_of_its_own(self):
        self.charge()
        order = self.find()
        first, second = order._pay(times=2).sorted("id")
        self.assertEqual(first.provider_ref, order.provider_ref)
        answer = self.call_midtrans("GET", f"/v2/{second.provider_ref}/status")
        self.assertEqual(answer["transaction_id"], second.provider_ref)
        self.assertEqual(answer["order_id"], "SPP-1")
        answer = self.call_midtrans("GET", "/v2/SPP-1/status")
        self.assertEqual(answer["transaction_id"], first.provider_ref)

    def test_refunds(self):
        self.charge("qris")
        self.assertEqual(self.call_midtrans(*SUCCESS, {})["status_code"], "412")
        order = self.find()
        order._pay()
        part = {"refund_key": "R-1", "amount": 50000, "reason": "Salah"}
        answer = self.call_midtrans(*SUCCESS, part)
        self.assertEqual(answer["status_code"], "200")
        self.assertEqual(answer["transaction_status"], "partial_refund")
        self.assertEqual(answer["refund_amount"], "50000.00")
        self.assertEqual(self.call_midtrans(*SUCCESS, part)["status_code"], "406")
        more = {"refund_key": "R-2", "amount": 300001}
        self.assertEqual(self.call_midtrans(*SUCCESS, more)["status_code"], "414")
        rest = {"refund_key": "R-3", "amount": 300000}
        answer = self.call_midtrans(*SUCCESS, rest)
        self.assertEqual(answer["transaction_status"], "refund")
        self.assertEqual(order.state, "refunded")

    def test_refund_is_told_twice_and_confirmed_the_second_time(self):
        self.charge("qris")
        order = self.find()
        order._pay()
        order._refund(50000)
        asked, confirmed = self.bodies(order)[-2:]
        self.assertNotIn("bank_confirmed_at", asked["refunds"][-1])
        self.assertIn("bank_confirmed_at", confirmed["refunds"][-1])

    def test_virtual_account_is_not_refunded_but_denied(self):
        self.charge()
        order = self.find()
        order._pay()
        self.assertEqual(self.call_midtrans(*SUCCESS, {})["status_code"], "412")
        self.assertNotIn("refund", order._get_actions())
        order._deny()
        body = self.bodies(order)[-1]
        self.assertEqual(
            (body["transaction_status"], body["status_code"]), ("deny", "202")
        )

    def test_page_has_no_transaction_until_somebody_chose_how_to_pay(self):
        body = {"transaction_details": {"order_id": "SPP-1", "gross_amount": 350000}}
        answer = self.call_midtrans("POST", "/snap/v1/transactions", body)
        order = self.find()
        self.assertEqual(answer["token"], order.provider_ref)
        self.assertIn(f"/simulator/order/{order.id}", answer["redirect_url"])
        status = self.call_midtrans("GET", "/v2/SPP-1/status")
        self.assertEqual(status["status_code"], "404")
        self.assertFalse(order.delivery_ids)
        order._pay()
        status = self.call_midtrans("GET", "/v2/SPP-1/status")
        self.assertEqual(status["transaction_status"], "settlement")

    def test_page_can_be_cancelled(self):
        body = {"transaction_details": {"order_id": "SPP-1", "gross_amount": 350000}}
        token = self.call_midtrans("POST", "/snap/v1/transactions", body)["token"]
        path = f"/snap/v1/transactions/{token}/cancel"
        self.assertEqual(self.call_midtrans("POST", path)["status_code"], "200")
        self.assertEqual(self.find().state, "cancelled")
        self.assertIn("error_messages", self.call_midtrans("POST", path))

    def test_other_paths_are_404(self):
        headers = self.basic(self.midtrans.server_key)
        for method, path in (
            ("GET", "/v2/charge"),
            ("POST", "/v3/charge"),
            ("GET", "/"),
        ):
            status, _answer = self.serve("midtrans", method, path, headers=headers)
            self.assertEqual(status, 404)
