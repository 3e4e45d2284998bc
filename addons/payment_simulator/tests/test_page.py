# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import re

from odoo.tests import HttpCase, new_test_user, tagged

from .common import SimulatorCommon

PROXY = {"X-Forwarded-For": "203.0.113.9"}


@tagged("post_install", "-at_install")
class TestPage(SimulatorCommon, HttpCase):
    def setUp(self):
        super().setUp()
        self.charge(customer_details={"first_name": "Ibu Sari"})
        self.order = self.find()

    def open(self, path="/simulator", **kwargs):
        return self.url_open(path, allow_redirects=False, **kwargs)

    def press(self, path, page="/simulator", **values):
        """Press a button of a page: its form's token is sent along."""
        token = re.search(r'name="csrf_token" value="(\w+)"', self.open(page).text)
        return self.url_open(path, data={"csrf_token": token[1], **values})

    # === WHO === #

    def test_somebody_at_the_machine_needs_no_account(self):
        self.assertEqual(self.open().status_code, 200)

    def test_others_need_to_be_administrators(self):
        self.assertEqual(self.open(headers=PROXY).status_code, 403)
        new_test_user(self.env, "pegawai", groups="base.group_user")
        self.authenticate("pegawai", "pegawai")
        self.assertEqual(self.open(headers=PROXY).status_code, 403)
        self.authenticate("admin", "admin")
        self.assertEqual(self.open(headers=PROXY).status_code, 200)

    def test_strangers_may_neither_look_nor_act(self):
        path = f"/simulator/order/{self.order.id}"
        for target in (path, f"{path}/qr-code", "/simulator/api/orders"):
            self.assertEqual(self.open(target, headers=PROXY).status_code, 403)
        for action in ("pay", "faults", "ask"):
            response = self.url_open(
                f"/simulator/api/{action}", json={"order": "SPP-1"}, headers=PROXY
            )
            self.assertEqual(response.status_code, 403)
        self.assertFalse(self.order.payment_ids)

    # === WHAT === #

    def test_waiting_and_done(self):
        text = self.open().text
        self.assertIn(self.order._get_display_number(), text)
        self.assertIn("Ibu Sari", text)

    def test_search(self):
        self.charge(order="SPP-2")
        text = self.open(f"/simulator?q={self.order.number}").text
        self.assertIn(f"/simulator/order/{self.order.id}", text)
        self.assertNotIn(f"/simulator/order/{self.find('SPP-2').id}", text)

    def test_number_of_a_bank_can_be_typed_in(self):
        number = "393582026000001"
        text = self.open(f"/simulator?q={number}").text
        self.assertIn("/simulator/ask", text)
        response = self.press(
            "/simulator/ask",
            page=f"/simulator?q={number}",
            account_id=self.bca.id,
            number=number,
        )
        self.assertEqual(response.status_code, 200)
        order = self.order_model.search([("number", "=", number)])
        self.assertEqual(order.state, "asking")
        self.assertEqual(order.delivery_ids.event, "inquiry")

    def test_buttons(self):
        page = f"/simulator/order/{self.order.id}"
        response = self.press(f"{page}/pay", page, amount="345.000")
        self.assertEqual(response.status_code, 200)
        self.assertEqual(self.order.payment_ids.amount, 345000)
        self.press(f"{page}/deny", page)
        self.assertEqual(self.order.state, "denied")
        notice = self.order._get_deliveries()[0]
        notice.state = "failed"
        self.press(f"/simulator/delivery/{notice.id}/again", page)
        self.assertEqual(notice.state, "queued")

    def test_mistakes_are_told(self):
        page = f"/simulator/order/{self.order.id}"
        response = self.press(f"{page}/pay", page, amount="abc")
        self.assertIn("alert-danger", response.text)
        self.assertFalse(self.order.payment_ids)

    def test_buttons_need_the_token_of_the_page(self):
        response = self.url_open(f"/simulator/order/{self.order.id}/pay", data={"a": 1})
        self.assertEqual(response.status_code, 400)
        self.assertFalse(self.order.payment_ids)

    def test_faults(self):
        values = {"code": "midtrans", "delay": "5", "reorder": "1", "drop": ""}
        self.press("/simulator/faults", **values)
        fault = self.fault_model._get("midtrans")
        self.assertEqual((fault.delay, fault.reorder), (5, True))
        self.press("/simulator/faults", code="midtrans", delay="0")
        self.assertFalse(fault._is_on())

    def test_picture_of_a_code(self):
        self.charge("qris", order="SPP-2")
        response = self.open(f"/simulator/order/{self.find('SPP-2').id}/qr-code")
        self.assertTrue(response.content.startswith(b"\x89PNG"))
        response = self.open(f"/simulator/order/{self.order.id}/qr-code")
        self.assertEqual(response.status_code, 404)

    def test_unknown_order(self):
        self.assertEqual(self.open("/simulator/order/999999999").status_code, 404)

    # === FOR MACHINES === #

    def test_json(self):
        [shown] = self.open("/simulator/api/orders?q=SPP-1").json()
        self.assertEqual(shown, self.order._to_json())
        response = self.url_open(
            "/simulator/api/pay", json={"order": self.order.number, "amount": 345000}
        )
        self.assertEqual(response.json()["state"], "paid")
        self.assertEqual(self.order.payment_ids.amount, 345000)
        response = self.url_open("/simulator/api/expire", json={"order": "SPP-1"})
        self.assertEqual(response.status_code, 422)
        self.assertIn("error", response.json())

    def test_json_only(self):
        response = self.url_open("/simulator/api/pay", data='{"order": "SPP-1"}')
        self.assertEqual(response.status_code, 415)
        self.assertFalse(self.order.payment_ids)

    # === PROVIDERS OVER HTTP === #

    def test_provider_call_over_http(self):
        headers = {**self.basic(self.midtrans.server_key), **PROXY}
        response = self.url_open("/simulator/midtrans/v2/SPP-1/status", headers=headers)
        self.assertEqual(response.json()["order_id"], "SPP-1")
        response = self.url_open("/simulator/midtrans/v2/SPP-1/status")
        self.assertEqual(response.status_code, 401)

    def test_signed_provider_call_over_http(self):
        path = "/bri/snap/v1.0/qr/qr-mpm-query"
        raw = b'{"originalPartnerReferenceNo":"SPP-9"}'
        headers = self.sign_snap(self.bri, "POST", path, raw)
        headers["Content-Type"] = "application/json"
        response = self.url_open(f"/simulator/snap{path}", data=raw, headers=headers)
        self.assertEqual(response.json()["responseCode"], "4045101")
