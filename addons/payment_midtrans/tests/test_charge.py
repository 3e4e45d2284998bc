# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Asking for numbers, codes and links, against the published examples."""

from datetime import UTC, datetime
from math import ceil

import requests

from odoo.exceptions import UserError
from odoo.tests import BaseCase, freeze_time, tagged
from odoo.tools import mute_logger

from odoo.addons.payment_va.models.payment_provider import ProviderUnavailable

from ..tools import charge
from .common import KEY, TRANSACTION_ID, VECTORS, MidtransCommon

LOGGER = "odoo.addons.payment_midtrans.models.payment_provider"
VA_LOGGER = "odoo.addons.payment_va.models.payment_provider"
RETURN_URL = "https://school.example/payment/va/1/token"


def vector(name, **values):
    """Return a published answer, about the order of the test."""
    return {**VECTORS[name]["payload"], **values}


@tagged("post_install", "-at_install")
class TestChargeTools(BaseCase):
    def test_published_request(self):
        body = charge.build_charge("bca", "order-101", 44000)
        self.assertEqual(body, VECTORS["midtrans-charge-req-bca"]["payload"])

    def test_request_of_each_channel(self):
        options = {
            "acquirer": "airpay shopee",
            "return_url": RETURN_URL,
            "bill_label": "Tagihan sekolah",
            "bill_text": "PAY-261116-7KQ2M4XA dan seterusnya",
        }
        callback = {"callback_url": RETURN_URL}
        for channel, payment_type, details in (
            ("bca", "bank_transfer", {"bank": "bca"}),
            ("bni", "bank_transfer", {"bank": "bni"}),
            ("bri", "bank_transfer", {"bank": "bri"}),
            ("cimb", "bank_transfer", {"bank": "cimb"}),
            ("permata", "bank_transfer", {"bank": "permata"}),
            (
                "echannel",
                "echannel",
                {
                    "bill_info1": "Tagihan se",
                    "bill_info2": "PAY-261116-7KQ2M4XA dan seteru",
                },
            ),
            ("qris", "qris", {"acquirer": "airpay shopee"}),
            ("gopay", "gopay", {"enable_callback": True, **callback}),
            ("shopeepay", "shopeepay", callback),
        ):
            with self.subTest(channel):
                body = charge.build_charge(channel, "ORDER-1", 44000, **options)
                self.assertEqual(body["payment_type"], payment_type)
                self.assertEqual(body[payment_type], details)
                self.assertEqual(body["transaction_details"]["gross_amount"], 44000)

    def test_expiry_is_in_gmt7(self):
        start = datetime(2026, 11, 16, 20, 15, 0, tzinfo=UTC)
        end = datetime(2026, 11, 16, 20, 30, 1, tzinfo=UTC)
        self.assertEqual(
            charge.build_expiry(start, end),
            {
                "order_time": "2026-11-17 03:15:00 +0700",
                "expiry_duration": 16,
                "unit": "minute",
            },
        )
        self.assertEqual(charge.minutes_between(end, start), 1)

    def test_customer_is_told_as_little_as_possible(self):
        self.assertEqual(charge.build_customer(None, None), {})
        self.assertEqual(
            charge.build_customer("Ibu" * 100, "ibu@example.com")["customer_details"],
            {"first_name": ("Ibu" * 100)[:255], "email": "ibu@example.com"},
        )

    def test_keys_are_short_enough(self):
        key = charge.idempotency_key("refund", "X" * 60)
        self.assertEqual(len(key), charge.MAX_IDEMPOTENCY_KEY)
        self.assertNotEqual(key, charge.idempotency_key("charge", "X" * 60))

    def test_refund_key_has_characters_that_are_taken(self):
        self.assertEqual(charge.refund_key("RFD/2026/0001 a"), "RFD-2026-0001-a")

    # === ANSWERS === #

    def read_answer(self, name, **values):
        answer = vector(name, **values)
        return charge.read_charge(answer, answer["order_id"], 44000)

    def test_bca(self):
        self.assertEqual(
            self.read_answer("midtrans-charge-res-bca"),
            {
                "va_number": "812785002530231",
                "provider_reference": "1571823229:be03df7d-2f97-4c8c-a53c-8959f1b67295",
            },
        )

    def test_bri_without_merchant_id(self):
        values = self.read_answer("midtrans-charge-res-bri", gross_amount="44000.00")
        self.assertEqual(values["va_number"], "8578000000111111")

    def test_mandiri_has_two_numbers(self):
        values = self.read_answer("midtrans-charge-res-mandiri")
        self.assertEqual(values["biller_code"], "70012")
        self.assertEqual(values["bill_key"], "778347787706")
        self.assertNotIn("va_number", values)

    def test_permata_has_a_key_of_its_own(self):
        values = self.read_answer("midtrans-charge-res-permata")
        self.assertEqual(values["va_number"], "850003072869607")

    def test_gopay_by_the_names_of_its_actions(self):
        actions = VECTORS["midtrans-charge-res-gopay"]["payload"]["actions"]
        values = self.read_answer("midtrans-charge-res-gopay", actions=actions[::-1])
        self.assertEqual(
            values["deeplink_url"],
            "https://simulator.sandbox.midtrans.com/gopay/ui/checkout"
            "?referenceid=Y0xwjoQ9uy",
        )
        self.assertIn("api.sandbox.veritrans.co.id", values["checkout_url"])

    def test_code_is_drawn_here_if_there_is_one(self):
        values = self.read_answer("midtrans-charge-res-gopay", qr_string="00020101")
        self.assertEqual(values["qr_string"], "00020101")
        self.assertNotIn("checkout_url", values)

    def test_expiry_of_the_answer(self):
        values = self.read_answer(
            "midtrans-charge-res-bca", expiry_time="2026-11-17 10:00:00"
        )
        self.assertEqual(values["expires_at"], datetime(2026, 11, 17, 3, 0, 0))

    def test_answers_that_cannot_be_shown(self):
        for values in (
            {"order_id": None},
            {"gross_amount": "43999.00"},
            {"gross_amount": None},
            {"va_numbers": []},
            {"va_numbers": None},
        ):
            answer = vector("midtrans-charge-res-bca", **values)
            with self.subTest(values), self.assertRaises(ValueError):
                charge.read_charge(answer, "1571823229", 44000)

    def test_link_that_is_a_program(self):
        urls = ("javascript:alert(1)", "DATA:text/html,x", "//x", "", None, 5, "[x")
        for url in urls:
            actions = [{"name": "deeplink-redirect", "url": url}]
            self.assertEqual(charge.read_instructions({"actions": actions}), {}, url)
        app = [{"name": "deeplink-redirect", "url": "gojek://gopay/merchanttransfer"}]
        self.assertIn("deeplink_url", charge.read_instructions({"actions": app}))

    def test_page(self):
        answer = {"token": "66e4fa55", "redirect_url": "https://app.midtrans.com/x"}
        values = charge.read_page(answer)
        self.assertEqual(values["checkout_url"], "https://app.midtrans.com/x")
        token = charge.read_page_token(values["provider_reference"])
        self.assertEqual(token, "66e4fa55")
        self.assertIsNone(charge.read_page_token("ORDER-1:66e4fa55"))
        self.assertIsNone(charge.read_page_token(None))
        for wrong in ({}, {"token": "x"}, {**answer, "redirect_url": "javascript:x"}):
            with self.assertRaises(ValueError):
                charge.read_page(wrong)


@tagged("post_install", "-at_install")
@freeze_time("2026-11-16 03:00:00")
class TestCharge(MidtransCommon):
    def charge(self, code, name, amount=44000, **values):
        """Return an attempt that Midtrans answered with a published example."""
        answer = vector(name, **values)
        tx = self.make_draft(code, amount, reference=answer["order_id"])
        with self.midtrans(answer) as api:
            tx._ensure_charged()
        return tx, api

    def test_number_of_a_bank(self):
        tx, api = self.charge("bca", "midtrans-charge-res-bca")
        self.assertEqual(tx.state, "pending")
        self.assertEqual(tx.va_number, "812785002530231")
        self.assertEqual(tx.va_ids.number, "812785002530231")
        self.assertEqual(str(tx.expires_at), "2026-11-17 03:00:00")
        [request] = api.requests
        self.assertEqual(request["url"], "https://api.sandbox.midtrans.com/v2/charge")
        self.assertEqual(request["auth"], (KEY, ""))
        self.assertEqual(
            request["json"],
            {
                "payment_type": "bank_transfer",
                "bank_transfer": {"bank": "bca"},
                "transaction_details": {
                    "order_id": "1571823229",
                    "gross_amount": 44000,
                },
                "custom_expiry": {
                    "order_time": "2026-11-16 10:00:00 +0700",
                    "expiry_duration": 1440,
                    "unit": "minute",
                },
                "customer_details": {"first_name": "Ibu Bayar"},
            },
        )
        self.assertEqual(request["headers"]["Idempotency-Key"], "charge-1571823229")
        self.assertEqual(
            request["headers"]["X-Override-Notification"],
            f"{self.gateway.get_base_url()}/payment/callback/midtrans",
        )

    def test_mandiri_bill(self):
        tx, api = self.charge("echannel", "midtrans-charge-res-mandiri")
        self.assertEqual((tx.biller_code, tx.bill_key), ("70012", "778347787706"))
        self.assertFalse(tx.va_ids)
        bill = api.requests[0]["json"]["echannel"]
        self.assertEqual(bill, {"bill_info1": "Bill", "bill_info2": tx.reference})

    def test_permata_knows_no_idempotency_key(self):
        tx, api = self.charge("permata", "midtrans-charge-res-permata")
        self.assertEqual(tx.va_number, "850003072869607")
        self.assertNotIn("Idempotency-Key", api.requests[0]["headers"])

    def test_bri(self):
        tx, _api = self.charge("bri", "midtrans-charge-res-bri", 20000)
        self.assertEqual(tx.va_number, "8578000000111111")

    def test_other_banks(self):
        for code in ("bni", "cimb"):
            accounts = [{"bank": code, "va_number": f"9000{len(code)}77"}]
            tx, api = self.charge(
                code,
                "midtrans-charge-res-bca",
                va_numbers=accounts,
                order_id=f"ORDER-{code}",
            )
            self.assertEqual(api.requests[0]["json"]["bank_transfer"], {"bank": code})
            self.assertEqual(tx.va_number, accounts[0]["va_number"])

    def test_number_in_the_answer_counts(self):
        """A wished number that is taken is replaced without a word."""
        account = {"bank": "bca", "va_number": "812785 0025 30232"}
        tx, _api = self.charge("bca", "midtrans-charge-res-bca", va_numbers=[account])
        self.assertEqual(tx.va_number, "812785002530232")

    def test_gopay(self):
        tx, api = self.charge("gopay", "midtrans-charge-res-gopay")
        self.assertIn("Y0xwjoQ9uy", tx.deeplink_url)
        self.assertEqual(str(tx.expires_at), "2026-11-16 03:15:00")
        body = api.requests[0]["json"]
        self.assertIn(tx._get_waiting_url(), body["gopay"]["callback_url"])
        self.assertEqual(body["custom_expiry"]["expiry_duration"], 15)

    def test_qris(self):
        self.gateway.midtrans_qris_acquirer = "airpay shopee"
        tx, api = self.charge(
            "qris", "midtrans-charge-res-gopay", payment_type="qris", qr_string="0002"
        )
        self.assertEqual(tx.qr_string, "0002")
        acquirer = api.requests[0]["json"]["qris"]
        self.assertEqual(acquirer, {"acquirer": "airpay shopee"})

    def test_shopeepay(self):
        tx, _api = self.charge("shopeepay", "midtrans-charge-res-gopay")
        self.assertTrue(tx.deeplink_url)

    def test_fraction_of_a_rupiah_is_rounded_up(self):
        tx = self.make_draft("bca")
        tx.amount = 43999.25
        # 43999 where the rupiah of the database has no fractions.
        self.assertEqual(tx._midtrans_get_amount(), ceil(tx.amount))

    def test_notification_address_is_optional(self):
        self.gateway.midtrans_override_notification = False
        _tx, api = self.charge("bca", "midtrans-charge-res-bca")
        self.assertNotIn("X-Override-Notification", api.requests[0]["headers"])

    def test_mail_address_that_is_none_is_not_sent(self):
        tx = self.make_draft("bca")
        tx.partner_email = "not an address"
        details = tx._midtrans_prepare_customer()["customer_details"]
        self.assertNotIn("email", details)
        tx.partner_email = "Ibu <Ibu@Example.com>"
        details = tx._midtrans_prepare_customer()["customer_details"]
        self.assertEqual(details["email"], "ibu@example.com")

    # === SNAP === #

    def open_page(self, *answers):
        tx = self.make_draft("snap", reference="ORDER-1")
        with self.midtrans(*answers) as api:
            tx._ensure_charged()
        return tx, api

    def test_page(self):
        page = {"token": "66e4fa55", "redirect_url": "https://app.midtrans.com/x"}
        tx, api = self.open_page((201, page))
        self.assertEqual(tx.checkout_url, page["redirect_url"])
        self.assertEqual(tx.state, "pending")
        [request] = api.requests
        url = "https://app.sandbox.midtrans.com/snap/v1/transactions"
        self.assertEqual(request["url"], url)
        self.assertEqual(
            request["json"]["expiry"],
            {
                "start_time": "2026-11-16 10:00:00 +0700",
                "duration": 1440,
                "unit": "minute",
            },
        )
        finish = request["json"]["callbacks"]["finish"]
        self.assertTrue(finish.endswith(tx._get_waiting_url()))
        self.assertIn("X-Override-Notification", request["headers"])

    def test_page_that_is_refused(self):
        errors = {"error_messages": ["transaction_details.order_id sudah digunakan"]}
        with mute_logger(LOGGER):
            tx, _api = self.open_page((400, errors))
        self.assertEqual(tx.state, "error")
        self.assertNotIn("order_id", tx.state_message)

    def test_page_without_address(self):
        with mute_logger("odoo.addons.payment_midtrans.models.payment_transaction"):
            tx, _api = self.open_page((201, {"token": "x"}))
        self.assertEqual(tx.state, "error")

    # === REFUSALS AND SILENCE === #

    def refuse(self, *answers, code="bca"):
        """Return the attempt after these answers, what was asked, and the log."""
        tx = self.make_draft(code, reference="ORDER-1")
        with self.midtrans(*answers) as api, self.assertLogs("odoo.addons") as log:
            tx._ensure_charged()
        return tx, api, "\n".join(log.output)

    def test_code_in_the_body_counts(self):
        tx, _api, _log = self.refuse((200, {"status_code": "400"}))
        self.assertEqual(tx.state, "error")
        self.assertFalse(tx.charged_at)

    def test_key_of_the_other_environment(self):
        """Administrators learn what to do, the payer that it is not their fault."""
        tx, api, log = self.refuse((401, {"status_code": "401"}))
        self.assertIn("Server Key", log)
        self.assertIn("sandbox", log)
        self.assertNotIn(KEY, log)
        self.assertNotIn("Server Key", tx.state_message)
        self.assertIn("Choose another one", tx.state_message)
        self.assertEqual(api.calls, ["POST /v2/charge"])

    def test_channel_that_is_not_enabled(self):
        tx, _api, _log = self.refuse((200, {"status_code": "402"}))
        self.assertIn("not available", tx.state_message)

    def test_bank_that_gives_no_number(self):
        answer = {"status_code": "505", "status_message": "Unable to create va_number"}
        tx, api, _log = self.refuse((200, answer))
        self.assertIn("cannot give a number", tx.state_message)
        self.assertEqual(len(api.calls), 1)

    def test_too_many_requests(self):
        tx, _api, _log = self.refuse((429, {}))
        self.assertIn("Try again in a few minutes", tx.state_message)

    def test_duplicate_is_looked_up(self):
        answer = vector("midtrans-charge-res-bca", order_id="ORDER-1")
        tx, api, _log = self.refuse((200, {"status_code": "406"}), answer)
        self.assertEqual(api.calls, ["POST /v2/charge", "GET /v2/ORDER-1/status"])
        self.assertEqual(tx.va_number, "812785002530231")
        self.assertEqual(tx.state, "pending")

    def test_silence_is_looked_up_before_anything_else(self):
        answer = vector("midtrans-charge-res-bca", order_id="ORDER-1")
        for silence in (
            requests.exceptions.ReadTimeout(),
            requests.exceptions.ConnectionError(),
            (500, {}),
            (202, {}),
            (200, {"status_code": "503"}),
        ):
            with self.subTest(silence=silence), self.cr.savepoint() as savepoint:
                tx, api, _log = self.refuse(silence, answer)
                calls = ["POST /v2/charge", "GET /v2/ORDER-1/status"]
                self.assertEqual(api.calls, calls)
                self.assertEqual(tx.va_number, "812785002530231")
                savepoint.rollback()

    def test_nothing_came_of_it(self):
        timeout = requests.exceptions.ReadTimeout()
        tx, api, _log = self.refuse(timeout, (200, {"status_code": "404"}))
        self.assertEqual(tx.state, "error")
        self.assertIn("Try again in a few minutes", tx.state_message)
        self.assertEqual(len(api.calls), 2)

    def test_code_is_not_in_a_status(self):
        """The same request with the same key gives the first answer once more."""
        charged = vector("midtrans-charge-res-gopay", order_id="ORDER-1")
        status = {key: value for key, value in charged.items() if key != "actions"}
        timeout = requests.exceptions.ReadTimeout()
        tx, api, _log = self.refuse(timeout, status, charged, code="gopay")
        first, _status, again = api.requests
        self.assertEqual(first["json"], again["json"])
        self.assertEqual(first["headers"], again["headers"])
        self.assertTrue(tx.deeplink_url)

    def test_code_that_is_lost_is_cancelled(self):
        status = vector("midtrans-charge-res-gopay", order_id="ORDER-1", actions=[])
        tx, api, _log = self.refuse(
            requests.exceptions.ReadTimeout(),
            status,
            (200, {"status_code": "406"}),
            (200, {"status_code": "200"}),
            code="gopay",
        )
        self.assertEqual(api.calls[-1], "POST /v2/ORDER-1/cancel")
        self.assertIn("Start a new one", tx.state_message)

    def test_attempt_that_is_over(self):
        status = {**vector("midtrans-charge-res-bca"), "transaction_status": "expire"}
        tx, api, _log = self.refuse((200, {"status_code": "406"}), status)
        self.assertIn("Start a new one", tx.state_message)
        self.assertEqual(len(api.calls), 2)

    def test_duplicate_that_cannot_be_looked_up(self):
        tx, _api, _log = self.refuse(
            (200, {"status_code": "406"}), (401, {"status_code": "401"})
        )
        self.assertIn("not available", tx.state_message)

    def test_odd_answer(self):
        answer = vector("midtrans-charge-res-bca")  # of another order
        tx, _api, log = self.refuse(answer)
        self.assertEqual(tx.state, "error")
        self.assertIn("another order", log)

    def test_no_answer_at_all(self):
        timeout = requests.exceptions.ReadTimeout()
        tx, _api, log = self.refuse(timeout, timeout)
        self.assertIn("Try again in a few minutes", tx.state_message)
        self.assertNotIn(KEY, log)

    # === CANCELLING === #

    def cancel(self, *answers, reference=f"ORDER-1:{TRANSACTION_ID}"):
        tx = self.make_draft(reference="ORDER-1", provider_reference=reference)
        with mute_logger(LOGGER), self.midtrans(*answers) as api:
            self.gateway._cancel_charge(tx)
        return api

    def test_cancel(self):
        api = self.cancel({"status_code": "200", "transaction_status": "cancel"})
        self.assertEqual(api.calls, ["POST /v2/ORDER-1/cancel"])

    def test_cancel_what_was_paid(self):
        with self.assertRaisesRegex(UserError, "cannot be cancelled"):
            self.cancel({"status_code": "412"})

    def test_cancel_what_midtrans_does_not_know(self):
        self.assertEqual(len(self.cancel({"status_code": "404"}).calls), 1)

    def test_cancel_a_page(self):
        canceled = {"canceled_at": "2025-06-03T13:09:39.776Z"}
        missing = {"status_code": "404"}
        api = self.cancel(missing, canceled, reference="snap:66e4/fa")
        self.assertEqual(
            api.requests[-1]["url"],
            "https://app.sandbox.midtrans.com/snap/v1/transactions/66e4%2Ffa/cancel",
        )

    def test_token_of_a_page_is_not_logged(self):
        with self.assertLogs(VA_LOGGER) as log, self.assertRaises(ProviderUnavailable):
            self.cancel({"status_code": "404"}, (500, {}), reference="snap:66e4fa55")
        self.assertNotIn("66e4fa55", "\n".join(log.output))

    def test_attempts_of_other_providers_are_not_charged_here(self):
        tx = self.make_draft()
        tx.provider_id = self.env["payment.provider"].search(
            [("code", "=", "none")], limit=1
        )
        with self.midtrans() as api, self.assertRaises(UserError):
            tx._request_charge()
        self.assertEqual(api.calls, [])
