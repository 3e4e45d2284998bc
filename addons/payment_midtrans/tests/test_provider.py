# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The account: keys, addresses, channels and what they cost."""

from configparser import ConfigParser
from decimal import Decimal
from unittest.mock import patch

import requests

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.payment_va.tools.event import EventKind, PaymentEvent
from odoo.addons.payment_va.tools.fees import ChannelFee

from .. import const
from .common import KEY, UNKNOWN, VECTORS, MidtransCommon

LOGGER = "odoo.addons.payment_midtrans.models.payment_provider"
SERV_CONFIG = "odoo.addons.server_environment.{}.serv_config"


@tagged("post_install", "-at_install")
class TestProvider(MidtransCommon):
    # === KEYS === #

    def test_key_is_the_user_without_password(self):
        vector = VECTORS["midtrans-basic-auth-01"]
        self.gateway.midtrans_server_key = vector["inputs"]["server_key"]
        request = requests.Request(
            "GET", "https://example.com", auth=self.gateway._build_request_auth()
        ).prepare()
        expected = vector["expected"]["authorization"]
        self.assertEqual(request.headers["Authorization"], expected)

    def test_key_is_required(self):
        with self.assertRaisesRegex(ValidationError, "Midtrans Server Key"):
            self.gateway.midtrans_server_key = False

    def test_keys_are_for_administrators(self):
        user = self.make_user("bendahara", "payment_va.group_payment_manager")
        provider = self.gateway.with_user(user)
        for name in ("midtrans_server_key", "midtrans_client_key", "midtrans_snap_url"):
            with self.subTest(name), self.assertRaises(AccessError):
                provider.read([name])
        self.assertEqual(provider._build_request_auth(), (KEY, ""))

    def test_keys_are_not_copied_and_forgotten_on_demand(self):
        self.assertFalse(self.gateway.copy().midtrans_server_key)
        self.gateway.action_reset_credentials()
        self.assertFalse(self.gateway.midtrans_server_key)
        self.assertEqual(self.gateway.state, "disabled")

    def test_key_from_the_environment(self):
        config = ConfigParser()
        config.read_dict({"payment_provider.midtrans": {"midtrans_server_key": "E-1"}})
        with (
            patch(SERV_CONFIG.format("models.server_env_mixin"), config),
            patch(SERV_CONFIG.format("server_env"), config),
        ):
            self.gateway.invalidate_recordset()
            self.assertEqual(self.gateway._build_request_auth(), ("E-1", ""))
            self.assertFalse(self.gateway.x_midtrans_server_key_env_is_editable)
        self.gateway.invalidate_recordset()

    # === ADDRESSES === #

    def url(self, endpoint="v2/charge"):
        return self.gateway._build_request_url(endpoint)

    def test_addresses_follow_the_state(self):
        self.assertEqual(self.url(), "https://api.sandbox.midtrans.com/v2/charge")
        self.gateway.state = "enabled"
        self.assertEqual(self.url(), "https://api.midtrans.com/v2/charge")
        snap = "https://app.midtrans.com/snap/v1/transactions"
        self.assertEqual(self.url("snap/v1/transactions"), snap)

    def test_disabled_account_is_asked_where_its_key_belongs(self):
        self.gateway.state = "disabled"
        self.assertIn("sandbox", self.url())
        self.gateway.midtrans_server_key = "Mid-server-LIVE"
        self.assertNotIn("sandbox", self.url())

    def test_addresses_can_be_set(self):
        self.gateway.api_url = "http://127.0.0.1:8080/midtrans/"
        self.gateway.midtrans_snap_url = "http://127.0.0.1:8080/pages"
        self.assertEqual(self.url(), "http://127.0.0.1:8080/midtrans/v2/charge")
        snap = "http://127.0.0.1:8080/pages/snap/v1/transactions"
        self.assertEqual(self.url("snap/v1/transactions"), snap)

    def test_order_is_a_part_of_the_address(self):
        """Orders of others on the same account may have any characters."""
        event = PaymentEvent(EventKind.PAID, order_ref="INV/2026/1?x#y z")
        question = self.gateway._prepare_confirmation(event)
        self.assertEqual(
            question["url"],
            "https://api.sandbox.midtrans.com/v2/INV%2F2026%2F1%3Fx%23y%20z/status",
        )
        self.assertEqual(question["auth"], (KEY, ""))

    # === CHECK === #

    def check(self, *answers):
        with self.midtrans(*answers):
            return self.gateway.action_midtrans_check()

    def test_key_that_fits(self):
        self.assertEqual(self.check(UNKNOWN)["params"]["type"], "success")

    def test_key_of_another_environment(self):
        with mute_logger(LOGGER), self.assertRaisesRegex(UserError, "sandbox"):
            self.check((401, {"status_code": "401"}))

    def test_check_is_for_administrators(self):
        user = self.make_user("bendahara", "payment_va.group_payment_manager")
        with self.midtrans() as api, self.assertRaises(AccessError):
            self.gateway.with_user(user).action_midtrans_check()
        self.assertEqual(api.calls, [])

    # === CHANNELS === #

    def test_channels_of_a_new_account(self):
        channels = {channel.code: channel for channel in self.gateway.channel_ids}
        codes = {"bca", "bni", "bri", "cimb", "echannel", "permata"}
        codes |= {"gopay", "qris", "shopeepay", "snap"}
        self.assertEqual(set(channels), codes)
        self.assertEqual(channels["echannel"].payment_method_id.code, "mandiri")
        self.assertEqual(channels["snap"].kind, "redirect")
        self.assertEqual(channels["qris"].max_amount, 10_000_000)
        self.assertFalse(any(self.gateway.channel_ids.mapped("allows_fixed")))

    def test_each_company_has_an_account(self):
        company = self.env["res.company"].create({"name": "Yayasan Lain"})
        self.env["payment.provider"]._setup_provider("midtrans")
        own = self.env["payment.provider"].search(
            [("code", "=", "midtrans"), ("company_id", "=", company.id)]
        )
        self.assertEqual(len(own), 1)
        self.assertEqual(len(own.channel_ids), 10)
        self.assertFalse(own.midtrans_server_key)

    def test_creating_channels_again_changes_nothing(self):
        before = self.gateway.channel_ids
        before[0].fee_fixed = 3500
        self.gateway._create_default_channels()
        self.assertEqual(self.gateway.channel_ids, before)
        self.assertEqual(before[0].fee_fixed, 3500)

    def test_fee_of_a_virtual_account(self):
        vector = VECTORS["fee-midtrans-va"]
        base, tax = vector["inputs"]["base"], vector["inputs"]["ppn_percent"]
        fee = ChannelFee(fixed=Decimal(base), tax_percent=Decimal(tax))
        total = int(vector["expected"]["total"])
        self.assertEqual(sum(fee.compute(Decimal(100000))), total)
        channel = self.use_channel("bri")
        self.assertEqual(sum(channel._get_fee().compute(Decimal(100000))), total)

    def test_fee_of_qris(self):
        vector = VECTORS["fee-qris-mdr"]
        amount = Decimal(vector["inputs"]["amount"])
        fee = self.use_channel("qris")._get_fee()
        self.assertEqual(fee.percent, Decimal(vector["inputs"]["mdr_percent"]))
        self.assertEqual(fee.compute(amount), (int(vector["expected"]["fee"]), 0))

    def test_fee_of_a_wallet(self):
        fee = self.use_channel("gopay")._get_fee()
        self.assertEqual(fee.compute(Decimal(100000)), (2000, 220))

    # === ODOO === #

    def test_rupiah_only(self):
        currencies = self.gateway._get_supported_currencies()
        self.assertEqual(currencies.mapped("name"), ["IDR"])

    def test_methods_are_switched_on_with_the_account(self):
        methods = self.env["payment.method"].search([])
        self.assertLessEqual(const.DEFAULT_METHODS, set(methods.mapped("code")))
        self.assertNotIn("midtrans_snap", methods.mapped("code"))

    def test_words_of_other_providers_are_not_read(self):
        other = self.env["payment.provider"].search([("code", "=", "none")], limit=1)
        self.assertFalse(other._needs_confirmation(PaymentEvent(EventKind.PAID)))
        self.assertEqual(other._get_default_channels(), [])
        self.assertEqual(other._build_request_url("x"), "")

    def test_form_has_the_address_for_the_dashboard(self):
        url = self.gateway.midtrans_callback_url
        self.assertTrue(url.endswith("/payment/callback/midtrans"))
        view = self.env["payment.provider"].get_view(
            self.env.ref("payment.payment_provider_form").id
        )
        self.assertIn("midtrans_callback_url", view["arch"])
