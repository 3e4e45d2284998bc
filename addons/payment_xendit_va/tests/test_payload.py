# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from dataclasses import replace
from datetime import datetime

from odoo.tests import BaseCase, tagged

from ..tools import payload
from .common import VECTORS, va_created

ORDER = payload.Order(
    reference="PAY-261116-ABCDEFGH",
    amount=350000,
    channel="BRI_VIRTUAL_ACCOUNT",
    name="Ibu Siti Nur'aini",
    description="SPP",
    expires_at=datetime(2026, 11, 17, 3, 0, 0, 999),
    return_url="https://school.example/payment/va/1/abc",
    email="siti@example.com",
    phone="0812-3456-7890",
)


@tagged("post_install", "-at_install")
class TestPayload(BaseCase):
    def test_reusable_number(self):
        """The published request, but for what we do not use."""
        vector = VECTORS["xendit-reusable-va-create"]["payload"]
        published = vector["request"]
        order = payload.Order(
            reference=published["reference_id"],
            amount=None,
            channel=published["channel_code"],
            name="Ani",
            description=published["description"],
            expires_at=datetime(2024, 12, 31, 23, 59, 59),
        )
        body = payload.reusable_number(order)
        self.assertEqual(body["channel_properties"].pop("display_name"), "Ani")
        self.assertEqual(body.pop("capture_method"), "AUTOMATIC")
        expected = {**published}
        del expected["request_amount"], expected["metadata"]
        self.assertEqual(body, expected)
        answer = payload.how_to_pay(vector["response"])
        self.assertEqual(
            answer,
            {
                "provider_reference": "pr-90392f42-d98a-49ef-a7f3-abcezas123",
                "va_number": "1251255",
                "expires_at": datetime(2024, 12, 31, 23, 59, 59),
            },
        )

    def test_chosen_number(self):
        body = payload.reusable_number(replace(ORDER, number="8808123"))
        properties = body["channel_properties"]
        self.assertEqual(properties["virtual_account_number"], "8808123")

    def test_session(self):
        vector = VECTORS["xendit-session-create"]["payload"]
        published = vector["request"]
        customer = published["customer"]
        order = payload.Order(
            reference=published["reference_id"],
            amount=published["amount"],
            channel="SESSION",
            name=customer["individual_detail"]["given_names"],
            email=customer["email"],
            phone=customer["mobile_number"],
            return_url=published["success_return_url"],
        )
        body = payload.session(order)
        names = published.keys() - {"customer", "cancel_return_url"}
        self.assertEqual(
            {name: body[name] for name in names},
            {name: published[name] for name in names},
        )
        self.assertEqual(body["customer"].keys(), customer.keys())
        self.assertEqual(body["customer"]["mobile_number"], customer["mobile_number"])
        self.assertTrue(body["customer"]["reference_id"].isalnum())
        page = payload.hosted_page(vector["response"])
        self.assertEqual(
            page,
            {
                "provider_reference": "ps-67527107dda8b2513acdaef0",
                "checkout_url": "https://dev.xen.to/qZx5RD_7",
                "expires_at": datetime(2024, 12, 6, 4, 5, 35),
            },
        )

    def test_virtual_account(self):
        body = payload.payment_request(ORDER, "va")
        self.assertEqual(
            body,
            {
                "reference_id": "PAY-261116-ABCDEFGH",
                "type": "PAY",
                "country": "ID",
                "currency": "IDR",
                "capture_method": "AUTOMATIC",
                "channel_code": "BRI_VIRTUAL_ACCOUNT",
                "description": "SPP",
                "request_amount": 350000,
                "channel_properties": {
                    "display_name": "Ibu Siti Nur aini",
                    "expires_at": "2026-11-17T03:00:00Z",
                },
            },
        )
        self.assertIsInstance(body["request_amount"], int)

    def test_qr_code(self):
        body = payload.payment_request(replace(ORDER, channel="QRIS"), "qris")
        self.assertNotIn("channel_properties", body)

    def test_wallets(self):
        order = replace(ORDER, channel="DANA")
        properties = payload.payment_request(order, "ewallet")["channel_properties"]
        self.assertEqual(
            properties,
            {
                "success_return_url": ORDER.return_url,
                "failure_return_url": ORDER.return_url,
            },
        )
        order = replace(ORDER, channel="OVO")
        body = payload.payment_request(order, "ewallet", needs_phone=True)
        number = body["channel_properties"]["account_mobile_number"]
        self.assertEqual(number, "+6281234567890")
        with self.assertRaises(ValueError):
            payload.payment_request(replace(order, phone=""), "ewallet", True)

    def test_invoice(self):
        now = datetime(2026, 11, 16, 3, 0, 0)
        body = payload.invoice(ORDER, ["KREDIVO"], now)
        self.assertEqual(body["external_id"], ORDER.reference)
        self.assertEqual(body["amount"], 350000)
        self.assertEqual(body["invoice_duration"], 24 * 3600)
        self.assertEqual(body["payment_methods"], ["KREDIVO"])
        self.assertEqual(
            body["customer"],
            {
                "given_names": "Ibu Siti Nur aini",
                "email": "siti@example.com",
                "mobile_number": "+6281234567890",
            },
        )
        self.assertNotIn("payment_methods", payload.invoice(ORDER, [], now))
        late = payload.invoice(replace(ORDER, expires_at=now), [], now)
        self.assertEqual(late["invoice_duration"], 60)
        nobody = payload.invoice(replace(ORDER, email="", phone="x"), [], now)
        self.assertEqual(nobody["customer"].keys(), {"given_names"})

    def test_refund(self):
        body = payload.refund("RFD-1", 5000, "twice", payment_request_id="pr-1")
        self.assertEqual(
            body,
            {
                "reference_id": "RFD-1",
                "currency": "IDR",
                "amount": 5000,
                "reason": "REQUESTED_BY_CUSTOMER",
                "metadata": {"reason": "twice"},
                "payment_request_id": "pr-1",
            },
        )

    def test_refund_states(self):
        for status, state in [
            ("SUCCEEDED", "confirmed"),
            ("PENDING", "sent"),
            ("WHO_KNOWS", "sent"),
            ("FAILED", "failed"),
        ]:
            values = payload.refund_state({"id": "rfd-1", "status": status})
            self.assertEqual(values["provider_refund_id"], "rfd-1")
            self.assertEqual(values["state"], state)
            self.assertEqual("reason" in values, state == "failed")

    def test_actions(self):
        def pay(*actions):
            return payload.how_to_pay(
                {"payment_request_id": "pr-1", "actions": actions}
            )

        def action(descriptor, value, kind="REDIRECT_CUSTOMER"):
            return {"type": kind, "descriptor": descriptor, "value": value}

        self.assertEqual(
            pay(
                action("DEEPLINK_URL", "shopeeid://pay?x=1"),
                action("WEB_URL", "xendit.co/example"),
            ),
            {
                "provider_reference": "pr-1",
                "deeplink_url": "shopeeid://pay?x=1",
                "checkout_url": "https://xendit.co/example",
            },
        )
        mobile = pay(action("MOBILE_WEB_URL", "https://m.example"))
        self.assertEqual(mobile["checkout_url"], "https://m.example")
        code = pay(action("QR_STRING", "000201", "PRESENT_TO_CUSTOMER"))
        self.assertEqual(code["qr_string"], "000201")
        self.assertEqual(pay().keys(), {"provider_reference"})
        self.assertEqual(
            pay(action("TEXT", "hi", "PRESENT_TO_CUSTOMER")).keys(),
            {"provider_reference"},
        )
        for link in ("javascript:alert(1)", "JavaScript:alert(1)", "data:text/html,x"):
            with self.assertRaises(ValueError):
                pay(action("WEB_URL", link))

    def test_number_is_digits(self):
        values = payload.how_to_pay(va_created("PAY-1", number="8808 1234-5"))
        self.assertEqual(values["va_number"], "880812345")

    def test_mobile_numbers(self):
        for phone in (
            "081234567890",
            "+62 812-3456-7890",
            "6281234567890",
            "006281234567890",
            "81234567890",
            "(0812) 3456 7890",
        ):
            self.assertEqual(payload.to_e164(phone), "+6281234567890", phone)
        for phone in (
            "",
            None,
            "0215551234",
            "0812",
            "+6512345678",
            "08123456789012345",
        ):
            with self.subTest(phone), self.assertRaises(ValueError):
                payload.to_e164(phone)

    def test_display_names(self):
        for name, shown in [
            ("Ibu Siti", "Ibu Siti"),
            ("José  d'Or, S.Pd.", "Jose d Or S Pd"),
            ("", "Customer"),
            ("王", "Customer"),
            ("x" * 80, "x" * 50),
        ]:
            self.assertEqual(payload.to_display_name(name), shown)
