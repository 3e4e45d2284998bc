# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import json
from datetime import datetime, timedelta

from ..const import WIB
from ..tools import signing
from ..tools.sender import Outcome, timestamp
from .common import SimulatorCommon

NUMBER = {
    "partnerServiceId": "   26215",
    "customerNo": "2026000001",
    "virtualAccountNo": "   262152026000001",
}
AMOUNT = {"value": "350000.00", "currency": "IDR"}


class TestSnap(SimulatorCommon):
    def create_va(self, **values):
        body = {
            **NUMBER,
            "virtualAccountName": "Ani",
            "trxId": "SPP-1",
            "totalAmount": AMOUNT,
            "virtualAccountTrxType": "C",
            **values,
        }
        return self.call_snap(self.bri, "POST", "transfer-va/create-va", body)

    def call_va(self, operation, method="POST", **values):
        body = {**NUMBER, "trxId": "SPP-1", **values}
        return self.call_snap(self.bri, method, f"transfer-va/{operation}", body)

    # === WHO CALLS === #

    def ask_token(self, private_key, **headers):
        now = timestamp()
        text = f"{self.bri.client_id}|{now}"
        headers = {
            "x-timestamp": now,
            "x-client-key": self.bri.client_id,
            "x-signature": signing.sign_rsa(private_key, text),
            **headers,
        }
        body = {"grantType": "client_credentials"}
        path = "/bri/snap/v1.0/access-token/b2b"
        return self.serve("snap", "POST", path, body, headers)

    def test_token(self):
        ours = self.bri.provider_id.snap_private_key
        status, answer = self.ask_token(ours)
        self.assertEqual((status, answer["responseCode"]), (200, "2007300"))
        self.assertEqual(answer["expiresIn"], "899")
        for wrong in (
            self.ask_token(signing.new_key_pair()[0]),
            self.ask_token(ours, **{"x-client-key": "somebody"}),
            self.ask_token(ours, **{"x-timestamp": "2020-01-01T00:00:00+07:00"}),
        ):
            self.assertEqual((wrong[0], wrong[1]["responseCode"]), (401, "4017300"))
        status, answer = self.ask_token(ours, **{"x-signature": ""})
        self.assertEqual(answer["responseCode"], "4007302")

    def test_signature_is_over_everything(self):
        self.assertEqual(self.create_va()["responseCode"], "2002700")
        path = "/bri/snap/v1.0/transfer-va/inquiry-va"
        raw = json.dumps(NUMBER).encode()
        good = self.sign_snap(self.bri, "POST", path, raw)
        other_secret = signing.sign_hmac("x", "POST", path, "t", raw, timestamp())
        late = (datetime.now(tz=WIB) - timedelta(minutes=10)).isoformat()
        for changed in (
            {"x-signature": signing.encode(other_secret, "base64")},
            {"x-signature": good["x-signature"].swapcase()},
            {"x-timestamp": late},
        ):
            status, answer = self.serve(
                "snap", "POST", path, NUMBER, {**good, **changed}
            )
            self.assertEqual((status, answer["responseCode"]), (401, "4013000"))
        body = {**NUMBER, "customerNo": "2026000002"}
        status, _answer = self.serve("snap", "POST", path, body, good)
        self.assertEqual(status, 401)
        status, answer = self.serve("snap", "POST", path, NUMBER, good)
        self.assertEqual((status, answer["responseCode"]), (200, "2003000"))

    def test_token_of_another_bank_is_refused(self):
        path = "/bri/snap/v1.0/transfer-va/inquiry-va"
        headers = self.sign_snap(self.bca, "POST", path, json.dumps(NUMBER).encode())
        status, answer = self.serve("snap", "POST", path, NUMBER, headers)
        self.assertEqual((status, answer["responseCode"]), (401, "4013001"))

    def test_external_id_is_good_once_a_day(self):
        same = {"x-external-id": "1"}
        path = "transfer-va/inquiry-va"
        self.create_va()
        first = self.call_snap(self.bri, "POST", path, NUMBER, **same)
        second = self.call_snap(self.bri, "POST", path, NUMBER, **same)
        self.assertEqual(first["responseCode"], "2003000")
        self.assertEqual(second["responseCode"], "4093000")

    def test_headers_methods_and_paths(self):
        status, answer = self.serve("snap", "POST", "/bri/v1.0/transfer-va/create-va")
        self.assertEqual((status, answer["responseCode"]), (400, "4002702"))
        status, _answer = self.serve("snap", "GET", "/bri/v1.0/transfer-va/create-va")
        self.assertEqual(status, 405)
        status, _answer = self.serve("snap", "POST", "/bri/v1.0/transfer-va/nothing")
        self.assertEqual(status, 404)
        status, _answer = self.serve("snap", "POST", "/bank/v1.0/transfer-va/create-va")
        self.assertEqual(status, 404)

    # === NUMBERS THAT THE BANK KEEPS === #

    def test_registered_number(self):
        answer = self.create_va(expiredDate="2030-12-31T23:59:59+07:00")
        self.assertEqual(answer["virtualAccountData"]["trxId"], "SPP-1")
        order = self.find()
        self.assertEqual((order.number, order.amount), ("262152026000001", 350000))
        self.assertEqual(str(order.expires_at), "2030-12-31 16:59:59")
        self.assertEqual(self.create_va(trxId="SPP-2")["responseCode"], "4092701")

    def test_faulty_registrations(self):
        for code, values in (
            ("4002702", {"trxId": ""}),
            ("4002702", {"virtualAccountName": ""}),
            ("4002701", {"virtualAccountNo": "262152026000001"}),  # blanks are missing
            ("4002701", {"totalAmount": {"value": "350000", "currency": "IDR"}}),
            ("4002701", {"totalAmount": None}),
            ("4002701", {"expiredDate": "tomorrow"}),
        ):
            with self.subTest(values=values):
                self.assertEqual(self.create_va(**values)["responseCode"], code)
        self.assertFalse(self.find())

    def test_open_number_takes_any_amount_again(self):
        self.create_va(virtualAccountTrxType="O")
        order = self.find()
        order._pay(100000)
        order._pay(200000)
        self.assertEqual((order.state, order._get_paid_amount()), ("active", 300000))

    def test_changing_and_deleting(self):
        self.create_va()
        changed = {"value": "400000.00", "currency": "IDR"}
        answer = self.call_va(
            "update-va", "PUT", virtualAccountName="Ani", totalAmount=changed
        )
        self.assertEqual(answer["responseCode"], "2002800")
        self.assertEqual(self.find().amount, 400000)
        answer = self.call_va("update-status", "PUT", paidStatus="Y")
        self.assertEqual(
            (answer["responseCode"], self.find().state), ("2002900", "paid")
        )
        self.assertEqual(
            self.call_va("update-status", "PUT", paidStatus="?")["responseCode"],
            "4002901",
        )
        self.assertEqual(self.call_va("delete-va", "DELETE")["responseCode"], "2003100")
        self.assertEqual(self.call_va("inquiry-va")["responseCode"], "4043012")

    def test_number_under_another_transaction_is_not_found(self):
        self.create_va()
        answer = self.call_va("inquiry-va", trxId="SPP-2")
        self.assertEqual(answer["responseCode"], "4043012")

    def test_payment_is_in_status_inquiry_and_report(self):
        self.create_va()
        self.assertEqual(self.call_va("status")["responseCode"], "4042601")
        self.assertEqual(
            self.call_va("inquiry-va")["additionalInfo"], {"paidStatus": "N"}
        )
        day = f"{datetime.now(tz=WIB):%Y-%m-%d}"
        self.assertEqual(
            self.call_va("report", startDate=day)["responseCode"], "4043501"
        )
        payment = self.find()._pay()
        for answer in (self.call_va("status"), self.call_va("inquiry-va")):
            data = answer["virtualAccountData"]
            self.assertEqual(data["paymentRequestId"], payment.provider_ref)
            self.assertEqual(data["paidAmount"], AMOUNT)
        [row] = self.call_va("report", startDate=day)["virtualAccountData"]
        self.assertEqual(row["paymentRequestId"], payment.provider_ref)
        before = f"{datetime.now(tz=WIB) - timedelta(days=1):%Y-%m-%d}"
        answer = self.call_va("report", startDate=before)
        self.assertEqual(answer["responseCode"], "4043501")

    def test_notice_of_a_payment_has_no_amount_unless_the_contract_says(self):
        self.create_va()
        order = self.find()
        order._pay()
        [body] = self.bodies(order, "notify")
        self.assertNotIn("paidAmount", body)
        self.assertEqual(body["virtualAccountNo"], NUMBER["virtualAccountNo"])
        self.bri.provider_id.snap_bank_id.notify_trusted = True
        order._pay()
        self.assertEqual(self.bodies(order, "notify")[-1]["paidAmount"], AMOUNT)

    # === NUMBERS THAT THE BANK ASKS US ABOUT === #

    def ask(self, code="2002400", total="350000.00", trx_type="C"):
        """Type a number at BCA; we answer what is given."""
        order = self.order_model._ask("3935 8202 6000 001")
        data = {
            "virtualAccountName": "Ani",
            "totalAmount": {"value": total, "currency": "IDR"},
            "virtualAccountTrxType": trx_type,
        }
        self.answer(order, {"responseCode": code, "virtualAccountData": data})
        return order

    def answer(self, order, answer, status=None):
        """Have us answer the newest notice of an order."""
        delivery = order._get_deliveries()[0]
        delivery.write({"state": "sending", "tries": delivery.tries + 1})
        status = status or int(answer["responseCode"][:3])
        delivery._record(Outcome(status=status, text=json.dumps(answer)))
        return delivery

    def test_inquiry_fills_in_what_is_owed(self):
        order = self.ask()
        self.assertEqual((order.state, order.amount), ("pending", 350000))
        self.assertEqual(order.payer_name, "Ani")
        [body] = self.bodies(order)
        self.assertEqual(body["partnerServiceId"], "   39358")
        self.assertEqual(body["virtualAccountNo"], "   393582026000001")

    def test_number_that_we_do_not_know_cannot_be_paid(self):
        order = self.ask("4042412")
        self.assertEqual(order.state, "unknown")
        self.assertEqual(order._get_actions(), ["resend"])

    def test_open_amount(self):
        order = self.ask(total="0.00", trx_type="O")
        self.assertEqual((order.state, order.amount), ("active", 0))

    def test_bank_keeps_the_money_only_if_we_say_yes(self):
        order = self.ask()
        inquiry = self.bodies(order)[0]["inquiryRequestId"]
        payment = order._pay()
        self.assertEqual(payment.state, "asking")
        self.assertEqual(self.bodies(order)[-1]["paymentRequestId"], inquiry)
        self.answer(order, {"responseCode": "2002500"})
        self.assertEqual((payment.state, order.state), ("paid", "paid"))

    def test_refused_payment(self):
        order = self.ask()
        payment = order._pay(345000)
        delivery = self.answer(order, {"responseCode": "4042513"})
        self.assertEqual((payment.state, order.state), ("refused", "pending"))
        self.assertEqual(delivery.state, "delivered")

    def test_first_flag_counts_when_we_say_that_we_know_it(self):
        order = self.ask()
        payment = order._pay()
        self.answer(order, {"responseCode": "4042518"})
        self.assertEqual(payment.state, "paid")

    def test_unclear_answer_is_asked_again_with_the_flag(self):
        order = self.ask()
        payment = order._pay()
        delivery = self.answer(order, {"responseCode": "5002500"})
        self.assertEqual((delivery.state, payment.state), ("queued", "asking"))
        delivery.tries = 2
        body = json.loads(delivery._prepare_notice().body)
        self.assertEqual(body["flagAdvise"], "Y")
        self.assertEqual(body["paymentRequestId"], payment.provider_ref)
        self.answer(order, {"responseCode": "2002500"})
        self.assertEqual(payment.state, "paid")

    def test_lost_payment_is_paid_at_the_bank(self):
        order = self.ask()
        self.fault_model._set({"code": "snap", "drop": 1})
        payment = order._pay()
        self.assertEqual(payment.state, "paid")

    def test_token_of_ours_is_kept_until_it_ends(self):
        order = self.ask()
        outcome = Outcome(status=200, text="{}", token="abc", token_seconds=900)
        order._get_deliveries()[0]._record(outcome)
        keys = self.env["payment.simulator.snap"]._get_bank_keys(self.bca)
        self.assertEqual(keys.token, "abc")
        self.bca.access_token_until = datetime.now() - timedelta(days=1)
        keys = self.env["payment.simulator.snap"]._get_bank_keys(self.bca)
        self.assertEqual(keys.token, "")

    # === QRIS === #

    def generate(self, **values):
        body = {"partnerReferenceNo": "SPP-1", "amount": AMOUNT, **values}
        return self.call_snap(self.bri, "POST", "qr/qr-mpm-generate", body)

    def query(self, **values):
        body = {"originalPartnerReferenceNo": "SPP-1", **values}
        return self.call_snap(self.bri, "POST", "qr/qr-mpm-query", body)

    def test_qr_code(self):
        answer = self.generate()
        order = self.find()
        self.assertEqual(answer["responseCode"], "2004700")
        self.assertEqual(answer["qrContent"], order.qr_string)
        self.assertEqual(self.generate()["responseCode"], "4094701")
        self.assertEqual(self.generate(amount=None)["responseCode"], "4004702")
        self.assertEqual(self.query()["latestTransactionStatus"], "03")
        payment = order._pay()
        answer = self.query()
        self.assertEqual(answer["latestTransactionStatus"], "00")
        self.assertEqual(answer["originalReferenceNo"], payment.provider_ref)
        [body] = self.bodies(order)
        self.assertEqual(body["latestTransactionStatus"], "00")
        self.assertEqual(body["originalPartnerReferenceNo"], "SPP-1")

    def test_qr_code_is_refunded_in_parts(self):
        self.generate()
        order = self.find()
        body = {
            "originalPartnerReferenceNo": "SPP-1",
            "partnerRefundNo": "R-1",
            "refundAmount": {"value": "50000.00", "currency": "IDR"},
        }
        refund = ("POST", "qr/qr-mpm-refund")
        answer = self.call_snap(self.bri, *refund, body)
        self.assertEqual(answer["responseCode"], "4047800")
        order._pay()
        answer = self.call_snap(self.bri, *refund, body)
        self.assertEqual(
            (answer["responseCode"], answer["refundNo"]), ("2007800", "R-1")
        )
        answer = self.call_snap(self.bri, *refund, body)
        self.assertEqual(answer["responseCode"], "4097801")
        self.assertEqual(self.query()["latestTransactionStatus"], "00")
        rest = {
            **body,
            "partnerRefundNo": "R-2",
            "refundAmount": {"value": "300000.00", "currency": "IDR"},
        }
        self.call_snap(self.bri, *refund, rest)
        self.assertEqual(self.query()["latestTransactionStatus"], "04")
        self.assertEqual(self.bodies(order)[-1]["latestTransactionStatus"], "04")

    def test_qr_code_is_cancelled_while_nobody_paid(self):
        self.generate()
        body = {"originalPartnerReferenceNo": "SPP-1"}
        cancel = ("POST", "qr/qr-mpm-cancel", body)
        self.assertEqual(self.call_snap(self.bri, *cancel)["responseCode"], "2007700")
        self.assertEqual(self.call_snap(self.bri, *cancel)["responseCode"], "4047700")
        self.assertEqual(self.query()["latestTransactionStatus"], "05")
