# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import base64
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from unittest.mock import MagicMock, Mock, patch

import requests

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.payment_va.models.payment_provider import ProviderUnavailable
from odoo.addons.payment_va.tests.common import NOW
from odoo.addons.payment_va.tools.event import EventKind, PaymentEvent
from odoo.addons.server_environment.server_env import serv_config

from .. import const
from .common import TOKEN, VECTORS, XenditVaCommon, timeout, va_created
from .test_report import TRANSACTIONS, api_transaction, transaction

CALLS = "odoo.addons.payment_xendit_va.models.payment_xendit_api"
NATIVE = "odoo.addons.payment_xendit.models.payment_transaction"
MIXIN = "odoo.addons.server_environment.models.server_env_mixin"
SHARED = "odoo.addons.payment_va.models.payment_provider"
CREATE = "POST v3/payment_requests"
FIND = "GET v3/payment_requests"


@tagged("post_install", "-at_install")
class TestSettings(XenditVaCommon):
    def test_environment(self):
        """Keys of the environment win, need no key in the database and are kept out."""
        section = {name: f"env-{name}" for name in const.KEY_FIELDS}
        with self.environment({"payment_provider.xendit": section}):
            self.assertEqual(self.gateway.xendit_secret_key, "env-xendit_secret_key")
            self.gateway.xendit_secret_key = "typed"
            self.gateway.invalidate_recordset()
            self.assertEqual(self.gateway.xendit_secret_key, "env-xendit_secret_key")
            self.assertNotIn("env-", str(self.gateway.server_env_defaults))
        self.assertEqual(self.gateway.xendit_secret_key, "xnd_development_TESTKEY")

    def test_environment_is_enough(self):
        section = {name: "env" for name in const.KEY_FIELDS}
        self.gateway.state = "disabled"
        self.gateway.write(dict.fromkeys(const.KEY_FIELDS, False))
        with self.assertRaises(ValidationError):
            self.gateway.state = "test"
        with self.environment({"payment_provider.xendit": section}):
            self.gateway.state = "test"

    @contextmanager
    def environment(self, sections):
        """Have the server's configuration say this, as if it was read from a file."""
        fake = MagicMock(wraps=serv_config)
        fake.__contains__.side_effect = lambda name: name in sections
        fake.__getitem__.side_effect = sections.__getitem__
        fake.get.side_effect = lambda section, name: sections[section][name]
        with patch(f"{MIXIN}.serv_config", fake), patch(f"{SHARED}.serv_config", fake):
            self.gateway.invalidate_recordset()
            yield
        self.gateway.invalidate_recordset()

    def test_copy_has_no_keys(self):
        company = self.env["res.company"].create({"name": "Yayasan Lain"})
        copy = self.env["payment.provider"].search(
            [("code", "=", "xendit"), ("company_id", "=", company.id)]
        ) or self.gateway.copy({"company_id": company.id})
        self.assertFalse(copy.xendit_secret_key)
        self.assertEqual(len(copy.channel_ids), len(const.CHANNELS))

    def test_keys_are_not_readable(self):
        manager = self.make_user("xendit_reader", "payment_va.group_payment_manager")
        provider = self.gateway.with_user(manager)
        self.assertTrue(provider.name)
        for name in (*const.KEY_FIELDS, "server_env_defaults"):
            with self.assertRaises(AccessError):
                provider.read([name])

    def test_test_key_is_no_live_key(self):
        with self.assertRaisesRegex(ValidationError, "Secret Key"):
            self.gateway.state = "enabled"
        self.gateway.write(
            {"state": "enabled", "xendit_secret_key": "xnd_production_x"}
        )
        with self.assertRaisesRegex(ValidationError, "Secret Key"):
            self.gateway.xendit_secret_key = "xnd_development_x"
        # A simulator of our own takes any key.
        self.gateway.write(
            {"xendit_secret_key": "xnd_development_x", "api_url": "http://localhost:1"}
        )

    def test_channels(self):
        channels = self.gateway.channel_ids
        self.assertEqual(len(channels), len(const.CHANNELS))
        self.assertEqual(
            {c.payment_method_id.code: c.code for c in channels if c.kind == "va"},
            {
                "bank_bca": "BCA_VIRTUAL_ACCOUNT",
                "bri": "BRI_VIRTUAL_ACCOUNT",
                "bni": "BNI_VIRTUAL_ACCOUNT",
                "mandiri": "MANDIRI_VIRTUAL_ACCOUNT",
                "bank_permata": "PERMATA_VIRTUAL_ACCOUNT",
                "bsi": "BSI_VIRTUAL_ACCOUNT",
                "cimb_niaga": "CIMB_VIRTUAL_ACCOUNT",
                "bjb": "BJB_VIRTUAL_ACCOUNT",
                "muamalat": "MUAMALAT_VIRTUAL_ACCOUNT",
            },
        )
        self.gateway._create_default_channels()
        self.assertEqual(len(self.gateway.channel_ids), len(const.CHANNELS))

    def test_methods_are_switched_on(self):
        methods = self.gateway.channel_ids.payment_method_id
        self.gateway.state = "disabled"
        methods.active = False
        self.gateway.state = "test"
        self.assertEqual(set(methods.mapped("active")), {True})

    def test_addresses(self):
        url = self.gateway._build_request_url("v3/payment_requests")
        self.assertEqual(url, "https://api.xendit.co/v3/payment_requests")
        self.gateway.api_url = "http://localhost:8099/xendit/"
        url = self.gateway._build_request_url("v3/payment_requests")
        self.assertEqual(url, "http://localhost:8099/xendit/v3/payment_requests")

    def test_versions(self):
        def version(path):
            headers = self.gateway._build_request_headers("GET", path, None)
            return headers.get("api-version")

        self.assertEqual(version("v3/payments/py-1"), "2024-11-11")
        self.assertEqual(version("qr_codes/payments/qrpy_1"), "2022-07-31")
        self.assertIsNone(version("v2/invoices"))

    def test_basic_auth(self):
        vector = VECTORS["xendit-basic-auth"]
        self.gateway.xendit_secret_key = vector["inputs"]["secret_key"]
        question = self.gateway._prepare_confirmation(
            PaymentEvent(EventKind.PAID, payment_id="py-1")
        )
        prepared = requests.Request(**question).prepare()
        expected = vector["expected"]["authorization"]
        self.assertEqual(prepared.headers["Authorization"], expected)
        self.assertEqual(prepared.headers["api-version"], "2024-11-11")
        self.assertEqual(prepared.url, "https://api.xendit.co/v3/payments/py-1")
        self.gateway.xendit_secret_key += "x"
        question = self.gateway._prepare_confirmation(
            PaymentEvent(EventKind.PAID, payment_id="py-1")
        )
        prepared = requests.Request(**question).prepare()
        self.assertNotEqual(prepared.headers["Authorization"], expected)
        self.assertEqual(
            base64.b64decode(expected.removeprefix("Basic ")).decode(),
            vector["inputs"]["secret_key"] + ":",
        )

    def test_token(self):
        vector = VECTORS["xendit-callback-token"]["inputs"]
        self.gateway.xendit_webhook_token = vector["configured"]
        self.assertTrue(self.gateway._xendit_is_token(vector["header"]))
        changed = [
            token[:i] + chr(ord(token[i]) ^ 1) + token[i + 1 :]
            for token in [vector["header"]]
            for i in range(len(token))
        ]
        for token in (None, "", vector["header"] + "x", "tokén", *changed):
            self.assertFalse(self.gateway._xendit_is_token(token), token)
        self.gateway.state = "disabled"
        self.gateway.xendit_webhook_token = False
        for token in (None, "", "False"):
            self.assertFalse(self.gateway._xendit_is_token(token))

    def test_shared_account(self):
        """Companies that share one account at Xendit have the same token."""
        company = self.env["res.company"].create({"name": "Yayasan Lain"})
        self.env.user.company_ids = [Command.link(company.id)]
        other = self._make_provider(company)
        tx = self.make_draft()
        delivery = self.make_delivery({"external_id": tx.reference})
        event = PaymentEvent(EventKind.PAID, order_ref=tx.reference)
        self.assertTrue(self.gateway._verify_callback(delivery, event))
        self.assertFalse(other._verify_callback(delivery, event))
        unknown = PaymentEvent(EventKind.PAID, order_ref="PAY-261116-ZZZZZZZZ")
        self.assertTrue(other._verify_callback(delivery, unknown))
        # Another account sends under its own token, whatever order it names.
        other.xendit_webhook_token = "other"
        delivery = self.make_delivery({}, token="other")
        self.assertTrue(other._verify_callback(delivery, event))
        self.assertFalse(self.gateway._verify_callback(delivery, event))

    def test_token_of_a_callback(self):
        event = PaymentEvent(EventKind.PAID)
        for token in ("", TOKEN[:-1], TOKEN + "x", TOKEN.upper()):
            delivery = self.make_delivery({}, token=token)
            self.assertFalse(self.gateway._verify_callback(delivery, event))


@tagged("post_install", "-at_install")
class TestCharges(XenditVaCommon):
    def render(self, tx):
        """Return what Odoo's payment form gets, as after a click on "Pay"."""
        return tx._get_processing_values()

    def test_virtual_account(self):
        tx = self.make_draft()
        self.xendit.answers[CREATE] = (201, va_created(tx.reference))
        values = self.render(tx)
        self.assertIn(tx._get_waiting_url(), values["redirect_form_html"])
        self.assertEqual(self.xendit.keys(), [CREATE], "one request, and no invoice")
        (body,) = self.xendit.sent(CREATE)
        self.assertEqual(body["reference_id"], tx.reference)
        self.assertEqual(body["request_amount"], 350000)
        self.assertEqual(body["channel_properties"]["display_name"], "Ibu Bayar")
        self.assertEqual(
            body["channel_properties"]["expires_at"], "2026-11-17T03:00:00Z"
        )
        headers = self.xendit.calls[0][1]["headers"]
        self.assertEqual(headers["idempotency-key"], tx.reference)
        self.assertEqual(headers["api-version"], const.API_VERSION)
        self.assertRecordValues(
            tx,
            [
                {
                    "state": "pending",
                    "va_number": "1328216932121",
                    "provider_reference": "pr-1",
                    "xendit_request_ref": "pr-1",
                    "expires_at": NOW + timedelta(days=1),
                }
            ],
        )
        self.assertRecordValues(
            tx.va_ids,
            [{"kind": "once", "number": "1328216932121", "provider_reference": "pr-1"}],
        )

    def test_card_is_left_to_odoo(self):
        card = self.env.ref("payment.payment_method_card")
        tx = self.make_attempt(
            self.make_bill(), payment_method_id=card.id, state="draft"
        )
        self.assertFalse(tx._is_booked_elsewhere())
        tx._get_specific_rendering_values({})
        self.assertFalse(self.xendit.calls)

    def test_other_methods_are_left_to_odoo(self):
        method = self.env.ref("payment.payment_method_akulaku")
        tx = self.make_attempt(
            self.make_bill(), payment_method_id=method.id, state="draft"
        )
        page = {"invoice_url": "https://checkout.example/1"}
        with (
            patch.object(type(tx), "_send_api_request", return_value=page) as send,
            patch(f"{NATIVE}.payment_utils.generate_access_token", return_value="t"),
        ):
            values = tx._get_specific_rendering_values({})
        self.assertEqual(send.call_args.args, ("POST", "v2/invoices"))
        self.assertEqual(values["api_url"], "https://checkout.example/1")

    def test_no_card_for_another_channel(self):
        tx = self.make_draft()
        with self.assertRaises(UserError):
            tx._xendit_create_charge("token")
        self.assertFalse(self.xendit.calls)

    def test_expiry_of_xendit(self):
        tx = self.make_draft()
        properties = {"expires_at": "2026-11-16T05:00:00Z"}
        answer = va_created(tx.reference, channel_properties=properties)
        self.xendit.answers[CREATE] = (201, answer)
        self.render(tx)
        self.assertEqual(tx.expires_at, datetime(2026, 11, 16, 5))

    def test_qr_code(self):
        tx = self.make_draft("QRIS")
        action = {
            "type": "PRESENT_TO_CUSTOMER",
            "descriptor": "QR_STRING",
            "value": "00020101",
        }
        self.xendit.answers[CREATE] = (201, va_created("", actions=[action]))
        self.render(tx)
        self.assertEqual((tx.state, tx.qr_string), ("pending", "00020101"))
        self.assertFalse(tx.va_ids)

    def test_wallets(self):
        action = {"type": "REDIRECT_CUSTOMER", "descriptor": "WEB_URL"}
        answer = va_created("", actions=[{**action, "value": "https://dana.example"}])
        for code in ("DANA", "GOPAY", "SHOPEEPAY", "LINKAJA"):
            tx = self.make_draft(code)
            self.xendit.answers[CREATE] = (201, answer)
            self.render(tx)
            self.assertEqual(tx.checkout_url, "https://dana.example")
            body = self.xendit.sent(CREATE)[-1]
            self.assertEqual(body["channel_code"], code)
            self.assertTrue(
                body["channel_properties"]["success_return_url"].endswith(
                    tx._get_waiting_url()
                )
            )

    def test_wallet_that_asks_by_itself(self):
        self.parent.phone = "0812 3456 7890"
        tx = self.make_draft("OVO")
        self.xendit.answers[CREATE] = (201, va_created("", actions=[]))
        self.render(tx)
        (body,) = self.xendit.sent(CREATE)
        properties = body["channel_properties"]
        self.assertEqual(properties["account_mobile_number"], "+6281234567890")
        self.assertEqual(tx.state, "pending")
        self.assertEqual(tx.expires_at, NOW + timedelta(minutes=1))

    def test_wallet_without_number(self):
        tx = self.make_draft("OVO")
        self.render(tx)
        self.assertEqual(tx.state, "error")
        self.assertIn("mobile number", tx.state_message)
        self.assertFalse(self.xendit.calls)

    def test_invoice(self):
        tx = self.make_draft("INVOICE")
        answer = {
            "id": "579c8d61f23fa4ca35e52da4",
            "status": "PENDING",
            "invoice_url": "https://checkout.xendit.co/web/579c8d61",
            "expiry_date": "2026-11-16T15:00:00.000Z",
        }
        self.xendit.answers["POST v2/invoices"] = (200, answer)
        self.render(tx)
        (body,) = self.xendit.sent("POST v2/invoices")
        self.assertNotIn("payment_methods", body)
        self.assertEqual(body["invoice_duration"], 86400)
        self.assertEqual(tx.checkout_url, answer["invoice_url"])
        self.assertEqual(tx.xendit_request_ref, answer["id"])
        self.assertEqual(tx.expires_at, datetime(2026, 11, 16, 15))

    def test_invoice_of_one_method(self):
        self.get_channel("INVOICE").code = "KREDIVO"
        tx = self.make_draft("KREDIVO")
        self.render(tx)
        (body,) = self.xendit.sent("POST v2/invoices")
        self.assertEqual(body["payment_methods"], ["KREDIVO"])

    def test_session(self):
        self.get_channel("INVOICE").code = "SESSION"
        tx = self.make_draft("SESSION", amount=150000)
        answer = VECTORS["xendit-session-create"]["payload"]["response"]
        self.xendit.answers["POST sessions"] = (201, answer)
        self.render(tx)
        self.assertEqual(tx.checkout_url, "https://dev.xen.to/qZx5RD_7")
        self.assertEqual(tx.xendit_request_ref, "ps-67527107dda8b2513acdaef0")

    def test_only_rupiah(self):
        tx = self.make_draft()
        tx.currency_id = self.ref("base.USD")
        self.render(tx)
        self.assertEqual(tx.state, "error")
        self.assertIn("rupiah", tx.state_message)
        self.assertFalse(self.xendit.calls)

    # === NO ANSWER === #

    @mute_logger(SHARED)
    def test_timeout_and_it_was_made(self):
        """It is looked for before it is sent again."""
        tx = self.make_draft()
        other, own = va_created("PAY-OTHER", "99"), va_created(tx.reference)
        self.xendit.answers[CREATE] = timeout()
        self.xendit.answers[FIND] = (200, {"data": [other, own], "has_more": False})
        self.render(tx)
        self.assertEqual(self.xendit.keys(), [CREATE, FIND])
        self.assertEqual(
            self.xendit.calls[1][1]["params"]["reference_id"], tx.reference
        )
        self.assertEqual((tx.state, tx.va_number), ("pending", "1328216932121"))

    @mute_logger(SHARED)
    def test_timeout_and_it_was_not_made(self):
        for found in (
            (200, {"data": [], "has_more": False}),
            (404, {"error_code": "DATA_NOT_FOUND"}),
        ):
            tx = self.make_draft()
            self.xendit.calls.clear()
            made = (201, va_created(tx.reference, f"13282{tx.id}"))
            self.xendit.answers[CREATE] = [timeout(), made]
            self.xendit.answers[FIND] = found
            self.render(tx)
            self.assertEqual(self.xendit.keys(), [CREATE, FIND, CREATE])
            first, second = (self.xendit.calls[i][1] for i in (0, 2))
            self.assertEqual(first["json"], second["json"])
            self.assertEqual(
                first["headers"]["idempotency-key"],
                second["headers"]["idempotency-key"],
            )
            self.assertEqual(tx.state, "pending")

    def test_nothing_answers(self):
        tx = self.make_draft()
        self.xendit.answers = {CREATE: timeout(), FIND: (503, {})}
        with self.assertLogs(SHARED, "WARNING") as logs:
            self.render(tx)
        self.assertEqual(self.xendit.keys(), [CREATE, FIND])
        self.assertEqual(tx.state, "error")
        self.assertIn("Try again", tx.state_message)
        self.assertNotIn("secret", str(logs.output))
        self.assertNotIn("TESTKEY", str(logs.output))

    def test_conflict(self):
        tx = self.make_draft()
        self.xendit.answers[CREATE] = (409, {"error_code": "DUPLICATE_ERROR"})
        self.xendit.answers[FIND] = (200, {"data": [va_created(tx.reference)]})
        self.render(tx)
        self.assertEqual(tx.state, "pending")

    # === REFUSALS === #

    def test_refusals(self):
        for answer, code in [
            ((400, {"error_code": "API_VALIDATION_ERROR"}), "API_VALIDATION_ERROR"),
            ((403, {"error_code": "CHANNEL_NOT_ACTIVATED"}), "CHANNEL_NOT_ACTIVATED"),
            ((409, {"error_code": "DUPLICATE_ERROR"}), "DUPLICATE_ERROR"),
            ((418, {}), "HTTP 418"),
            ((418, []), "HTTP 418"),
            (
                (201, {"status": "FAILED", "failure_code": "INVALID_ACCOUNT"}),
                "INVALID_ACCOUNT",
            ),
        ]:
            tx = self.make_draft()
            self.xendit.answers[CREATE] = answer
            with self.assertLogs(CALLS, "WARNING"):
                self.render(tx)
            self.assertEqual(tx.state, "error")
            self.assertIn(code, tx.state_message)

    def test_wrong_key_is_explained(self):
        tx = self.make_draft()
        self.xendit.answers[CREATE] = (401, {"error_code": "INVALID_API_KEY"})
        with self.assertLogs(CALLS, "ERROR") as logs:
            self.render(tx)
        self.assertIn("test or live", logs.output[0])
        self.assertNotIn("TESTKEY", logs.output[0])

    def test_odd_answers(self):
        for answer in (
            {},
            {"payment_request_id": "pr-1", "actions": [{"descriptor": "QR_STRING"}]},
            {"payment_request_id": "pr-1", "actions": "none"},
        ):
            tx = self.make_draft()
            self.xendit.answers[CREATE] = (201, answer)
            with self.assertLogs(CALLS, "ERROR"):
                self.render(tx)
            self.assertEqual(tx.state, "error")

    # === CANCELLING === #

    def test_cancel(self):
        for request_ref, key in [
            ("pr-1", "POST v3/payment_requests/pr-1/cancel"),
            ("ps-1", "POST sessions/ps-1/cancel"),
            ("579c8d61", "POST invoices/579c8d61/expire!"),
        ]:
            tx = self.make_draft(xendit_request_ref=request_ref)
            self.xendit.answers[key] = (200, {"status": "CANCELED"})
            self.gateway._cancel_charge(tx)
            self.assertEqual(self.xendit.keys()[-1], key)

    def test_cancel_what_was_never_asked_for(self):
        self.gateway._cancel_charge(self.make_draft())
        self.assertFalse(self.xendit.calls)

    @mute_logger(CALLS)
    def test_cancel_what_is_over(self):
        tx = self.make_draft(xendit_request_ref="pr-1")
        refused = (400, {"error_code": "INVALID_STATUS"})
        self.xendit.answers["POST v3/payment_requests/pr-1/cancel"] = refused
        for status in ("CANCELED", "EXPIRED"):
            self.xendit.answers["GET v3/payment_requests/pr-1"] = (
                200,
                {"status": status},
            )
            self.gateway._cancel_charge(tx)
        for status in ("SUCCEEDED", "REQUIRES_ACTION"):
            self.xendit.answers["GET v3/payment_requests/pr-1"] = (
                200,
                {"status": status},
            )
            with self.assertRaisesRegex(UserError, "INVALID_STATUS"):
                self.gateway._cancel_charge(tx)


@tagged("post_install", "-at_install")
class TestCalls(XenditVaCommon):
    # === FIXED NUMBERS === #

    def make_account(self, **vals):
        return self.env["payment.virtual.account"].create(
            {
                "provider_id": self.gateway.id,
                "channel_id": self.channel.id,
                "partner_id": self.child.id,
                "customer_number": "2607001",
                **vals,
            }
        )

    def test_register(self):
        account = self.make_account()
        self.xendit.answers[CREATE] = (
            201,
            va_created(account.reference, status="ACCEPTING_PAYMENTS"),
        )
        account.action_register()
        (body,) = self.xendit.sent(CREATE)
        self.assertEqual(body["type"], "REUSABLE_PAYMENT_CODE")
        self.assertEqual(body["reference_id"], account.reference)
        self.assertNotIn("request_amount", body)
        self.assertEqual(body["channel_properties"], {"display_name": "Ani Bayar"})
        self.assertRecordValues(
            account,
            [
                {
                    "state": "active",
                    "number": "1328216932121",
                    "provider_reference": "pr-1",
                }
            ],
        )

    def test_register_number_of_ours(self):
        """Xendit may replace it silently: what it answers counts."""
        self.channel.write({"va_prefix": "13282", "va_length": 12})
        account = self.make_account(expires_at=datetime(2027, 6, 30, 16, 59, 59))
        self.assertEqual(account.number, "132822607001")
        answer = va_created(account.reference, "132829999999")
        self.xendit.answers[CREATE] = (201, answer)
        account.action_register()
        (body,) = self.xendit.sent(CREATE)
        self.assertEqual(
            body["channel_properties"],
            {
                "display_name": "Ani Bayar",
                "expires_at": "2027-06-30T16:59:59Z",
                "virtual_account_number": "132822607001",
            },
        )
        self.assertEqual(account.number, "132829999999")

    def test_register_what_is_owed(self):
        account = self.make_account(amount_type="closed")
        with self.assertRaisesRegex(UserError, "Amount Type"):
            account.action_register()
        self.assertFalse(self.xendit.calls)

    @mute_logger(CALLS)
    def test_register_refused(self):
        account = self.make_account()
        self.xendit.answers[CREATE] = (400, {"error_code": "CHANNEL_UNAVAILABLE"})
        with self.assertRaisesRegex(UserError, "CHANNEL_UNAVAILABLE"):
            account.action_register()
        self.xendit.answers[CREATE] = (201, va_created("", actions=[]))
        with self.assertRaises(UserError):
            account.action_register()
        self.assertEqual(account.state, "draft")

    def test_close(self):
        account = self.make_account()
        self.xendit.answers[CREATE] = (201, va_created(account.reference))
        account.action_register()
        cancel = "POST v3/payment_requests/pr-1/cancel"
        self.xendit.answers[cancel] = (200, {"status": "CANCELED"})
        account.action_close()
        self.assertEqual(self.xendit.keys()[-1], cancel)
        self.assertEqual(account.state, "closed")

    # === REFUNDS === #

    def make_incoming(self, code="QRIS", age=timedelta(hours=1), **vals):
        channel = self.get_channel(code)
        return self.env["payment.incoming"].new(
            {
                "provider_id": self.gateway.id,
                "provider_payment_id": "py-1",
                "channel_id": channel.id,
                "paid_at": NOW - age,
                **vals,
            }
        )

    def make_refund(self, incoming, amount=10000):
        return Mock(
            incoming_id=incoming,
            amount=amount,
            currency_id=self.rupiah,
            reason="twice",
        )

    def test_what_can_be_refunded(self):
        can = self.gateway._can_refund
        for code, expected in [
            ("QRIS", "partial"),
            ("DANA", "partial"),
            ("GOPAY", "partial"),
            ("SHOPEEPAY", "partial"),
            ("LINKAJA", "full"),
            ("OVO", False),
            ("BRI_VIRTUAL_ACCOUNT", False),
            ("INVOICE", False),
        ]:
            self.assertEqual(can(self.make_incoming(code)), expected, code)
        week = timedelta(days=7)
        self.assertTrue(can(self.make_incoming(age=week)))
        self.assertFalse(can(self.make_incoming(age=week + timedelta(seconds=1))))
        self.assertFalse(can(self.make_incoming(provider_payment_id="qrpy_1")))

    def test_refund(self):
        tx = self.make_draft("QRIS", xendit_request_ref="pr-1")
        refund = self.make_refund(self.make_incoming(transaction_id=tx.id))
        refund.name = "RFD-261116-1"
        answer = {"id": "rfd-1", "status": "PENDING"}
        self.xendit.answers["POST refunds"] = (200, answer)
        values = self.gateway._request_refund(refund)
        self.assertEqual(values, {"provider_refund_id": "rfd-1", "state": "sent"})
        ((key, request),) = self.xendit.calls
        self.assertEqual(key, "POST refunds")
        self.assertEqual(request["headers"]["idempotency-key"], "RFD-261116-1")
        self.assertEqual(request["json"]["payment_request_id"], "pr-1")
        self.assertEqual(request["json"]["amount"], 10000)
        self.assertEqual(request["json"]["reference_id"], "RFD-261116-1")

    def test_refund_of_a_static_code(self):
        """Its payment belongs to no checkout: Xendit knows the request."""
        refund = self.make_refund(self.make_incoming())
        refund.name = "RFD-261116-1"
        found = {"payment_id": "py-1", "payment_request_id": "pr-9"}
        self.xendit.answers["GET v3/payments/py-1"] = (200, found)
        self.xendit.answers["POST refunds"] = (200, {"id": "rfd-1", "status": "FAILED"})
        values = self.gateway._request_refund(refund)
        self.assertEqual(values["state"], "failed")
        (body,) = self.xendit.sent("POST refunds")
        self.assertEqual(body["payment_request_id"], "pr-9")

    @mute_logger(SHARED)
    def test_refund_without_answer(self):
        tx = self.make_draft("QRIS", xendit_request_ref="pr-1")
        refund = self.make_refund(self.make_incoming(transaction_id=tx.id))
        refund.name = "RFD-261116-1"
        made = {"id": "rfd-1", "status": "SUCCEEDED", "reference_id": refund.name}
        self.xendit.answers["POST refunds"] = timeout()
        self.xendit.answers["GET refunds"] = (200, {"data": [made]})
        values = self.gateway._request_refund(refund)
        self.assertEqual(values, {"provider_refund_id": "rfd-1", "state": "confirmed"})
        self.assertEqual(self.xendit.keys(), ["POST refunds", "GET refunds"])
        params = self.xendit.calls[1][1]["params"]
        self.assertEqual(params, {"payment_request_id": "pr-1"})
        self.xendit.answers["GET refunds"] = timeout()
        with self.assertRaises(ProviderUnavailable):
            self.gateway._request_refund(refund)

    @mute_logger(CALLS)
    def test_refund_refused(self):
        tx = self.make_draft("QRIS", xendit_request_ref="pr-1")
        refund = self.make_refund(self.make_incoming(transaction_id=tx.id))
        refund.name = "RFD-261116-1"
        refused = (400, {"error_code": "INSUFFICIENT_BALANCE"})
        self.xendit.answers["POST refunds"] = refused
        with self.assertRaisesRegex(UserError, "INSUFFICIENT_BALANCE"):
            self.gateway._request_refund(refund)

    # === SETTLEMENT === #

    def test_settlement_file(self):
        line = ",".join(f'"{cell}"' for cell in transaction().values())
        content = (TRANSACTIONS + line + "\n").encode()
        (row,) = self.gateway._parse_settlement(content, "r.csv")
        self.assertEqual(row.provider_payment_id, "py-1")
        self.assertEqual(row.fee, 4000)

    def test_settlement_fetched(self):
        """All pages, and of those settled in the time that was asked for."""
        first = api_transaction()
        late = "2026-11-18T17:30:00.000Z"  # the 19th in Jakarta
        pages = [
            {"data": [first, api_transaction(id="txn_2", product_id="py-2")]},
            {
                "data": [
                    api_transaction(id="txn_3", estimated_settlement_time=late),
                    api_transaction(id="txn_4", settlement_status="PENDING"),
                ]
            },
        ]
        self.xendit.answers["GET transactions"] = [
            (200, {**pages[0], "has_more": True}),
            (200, {**pages[1], "has_more": False}),
        ]
        rows = self.gateway._fetch_settlement(date(2026, 11, 17), date(2026, 11, 18))
        self.assertEqual([row.provider_payment_id for row in rows], ["py-1", "py-2"])
        first, second = (kwargs["params"] for _key, kwargs in self.xendit.calls)
        self.assertEqual(first["created[gte]"], "2026-11-07T17:00:00Z")
        self.assertEqual(first["created[lte]"], "2026-11-18T16:59:59Z")
        self.assertNotIn("after_id", first)
        self.assertEqual(second, {**first, "after_id": "txn_2"})

    def test_settlement_too_large(self):
        """Rather none than a part that looks like all."""
        page = {"data": [api_transaction()], "has_more": True}
        self.xendit.answers["GET transactions"] = (200, page)
        with (
            patch.object(const, "MAX_PAGES", 2),
            self.assertRaisesRegex(UserError, "fewer days"),
        ):
            self.gateway._fetch_settlement(date(2026, 11, 17), date(2026, 11, 18))

    @mute_logger(CALLS)
    def test_settlement_refused(self):
        self.xendit.answers["GET transactions"] = (
            403,
            {"error_code": "REQUEST_FORBIDDEN_ERROR"},
        )
        with self.assertRaisesRegex(UserError, "REQUEST_FORBIDDEN_ERROR"):
            self.gateway._fetch_settlement(date(2026, 11, 17), date(2026, 11, 17))
        self.xendit.answers["GET transactions"] = (200, {"data": [{"type": "PAYMENT"}]})
        self.assertEqual(
            self.gateway._fetch_settlement(date(2026, 11, 17), date(2026, 11, 17)), []
        )
        odd = {"type": "PAYMENT", "status": "SUCCESS", "settlement_status": "SETTLED"}
        self.xendit.answers["GET transactions"] = (200, {"data": [odd]})
        with self.assertRaises(UserError):
            self.gateway._fetch_settlement(date(2026, 11, 17), date(2026, 11, 17))
