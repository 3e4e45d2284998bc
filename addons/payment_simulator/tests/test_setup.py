# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo.exceptions import UserError

from ..tools.signing import get_public_key
from .common import URL, SimulatorCommon

SECRETS = (
    "server_key",
    "callback_token",
    "client_id",
    "client_secret",
    "partner_public_key",
    "bank_private_key",
    "bank_client_id",
    "bank_secret",
)


class TestSetup(SimulatorCommon):
    def test_providers_are_in_test_state_and_have_the_keys(self):
        self.assertEqual(len(self.accounts), 4)
        providers = self.accounts.provider_id
        self.assertEqual(set(providers.mapped("state")), {"test"})
        self.assertEqual(providers.company_id, self.company)
        self.assertTrue(all(providers.mapped("is_published")))
        midtrans, xendit, bri = (
            account.provider_id for account in (self.midtrans, self.xendit, self.bri)
        )
        self.assertEqual(midtrans.midtrans_server_key, self.midtrans.server_key)
        self.assertEqual(xendit.xendit_secret_key, self.xendit.server_key)
        self.assertEqual(xendit.xendit_webhook_token, self.xendit.callback_token)
        self.assertEqual(
            get_public_key(bri.snap_private_key), self.bri.partner_public_key
        )
        self.assertEqual(
            get_public_key(self.bri.bank_private_key), bri.snap_bank_public_key
        )

    def test_addresses_are_below_the_prefix(self):
        self.assertEqual(
            [account.provider_id.api_url for account in self.accounts],
            [
                f"{URL}/simulator/midtrans",
                f"{URL}/simulator/xendit",
                f"{URL}/simulator/snap/bri",
                f"{URL}/simulator/snap/bca",
            ],
        )

    def test_again_changes_addresses_only(self):
        before = self.accounts.read(SECRETS)
        accounts = self.account_model._setup(self.company, "http://127.0.0.1:9999/")
        self.assertEqual(accounts, self.accounts)
        self.assertEqual(accounts.read(SECRETS), before)
        self.assertEqual(
            self.midtrans.provider_id.api_url,
            "http://127.0.0.1:9999/simulator/midtrans",
        )
        self.assertEqual(self.midtrans.callback_url, "http://127.0.0.1:9999")

    def test_real_keys_are_left_alone(self):
        provider = self.midtrans.provider_id
        self.midtrans.unlink()
        provider.write({"state": "disabled", "midtrans_server_key": "Mid-server-REAL"})
        accounts = self.account_model._setup(self.company, URL)
        self.assertNotIn(provider, accounts.provider_id)
        self.assertEqual(provider.midtrans_server_key, "Mid-server-REAL")
        with self.assertRaises(UserError):
            provider.action_use_simulator()

    def test_button_connects_one_provider(self):
        provider = self.midtrans.provider_id
        self.midtrans.unlink()
        provider.write({"midtrans_server_key": "SB-Mid-server-SANDBOX"})
        provider.action_use_simulator()
        account = self.account_model.search([("provider_id", "=", provider.id)])
        self.assertEqual(provider.midtrans_server_key, account.server_key)
        self.assertTrue(provider.api_url.startswith("http://127.0.0.1:"))

    def test_nothing_is_set_up_in_production(self):
        self.env["ir.config_parameter"].set_param("payment_va.production", "1")
        with self.assertRaises(UserError):
            self.account_model._setup(self.company, URL)

    def test_our_key_changed_is_refused(self):
        """The simulator has a copy of its own, so a wrong key of ours is wrong."""
        self.midtrans.provider_id.midtrans_server_key = "SB-Mid-server-other"
        headers = self.basic(self.midtrans.provider_id.midtrans_server_key)
        status, _answer = self.serve("midtrans", "GET", "/v2/x/status", headers=headers)
        self.assertEqual(status, 401)

    def test_keys_are_for_administrators(self):
        model = self.account_model
        for name in SECRETS:
            self.assertEqual(model._fields[name].groups, "base.group_system", name)
