# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Configuration, credentials and who may see what."""

from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged

from odoo.addons.server_environment import server_env

from ..const import SECRET_FIELDS
from .common import SnapCommon, key_pair


@tagged("post_install", "-at_install")
class TestProvider(SnapCommon):
    def test_banks_that_come_along(self):
        for code, flow in (
            ("bri", "create"),
            ("bca", "inquiry"),
            ("bni", "create"),
            ("mandiri", "inquiry"),
            ("bsi", "inquiry"),
        ):
            bank = self.env.ref(f"payment_snap.bank_{code}")
            self.assertEqual(bank.va_flow, flow)
            provider = self.env.ref(f"payment_snap.payment_provider_{code}")
            self.assertEqual(provider.snap_bank_id, bank)
            self.assertEqual(provider.state, "disabled")
            methods = provider.with_context(active_test=False).payment_method_ids
            self.assertEqual(methods, bank.payment_method_id)
            self.assertEqual(provider.channel_ids.kind, "va")
            self.assertTrue(provider.redirect_form_view_id)

    def test_paths_of_bri(self):
        bank = self.env.ref("payment_snap.bank_bri")
        self.assertEqual(
            bank._get_path("27"), ("POST", "/snap/v1.0/transfer-va/create-va")
        )
        self.assertEqual(
            bank._get_path("31"), ("DELETE", "/snap/v1.0/transfer-va/delete-va")
        )
        self.assertEqual(
            bank._get_path("35"), ("POST", "/snap/v1.0/transfer-va/report")
        )
        self.assertEqual(
            bank._get_path("47"), ("POST", "/snap/v1.0/qr/qr-mpm-generate")
        )

    def test_new_bank_needs_no_code(self):
        method = self.env["payment.method"].create(
            {"name": "Bank Nagari", "code": "nagari"}
        )
        method.image = self.snap_method.image
        bank = self.make_bank("NAGARI", method)
        provider = self.make_provider(bank, "11801")
        channel = provider.channel_ids
        self.assertEqual(channel.payment_method_id, method)
        self.assertEqual((channel.va_prefix, channel.va_length), ("11801", 15))
        self.assertEqual(provider._get_default_payment_method_codes(), {"nagari"})

    def test_company_code_is_the_prefix(self):
        self.assertEqual(self.snap_channel.va_prefix, "12345")
        self.provider.snap_company_code = "54321"
        self.assertEqual(self.snap_channel.va_prefix, "54321")
        self.snap_channel.va_prefix = "5432100"
        self.provider.snap_company_code = "54321"
        self.assertEqual(self.snap_channel.va_prefix, "5432100")

    def test_company_code_is_digits(self):
        for wrong in ("12 345", "ABC", "123456789"):
            with self.assertRaises(ValidationError):
                self.provider.snap_company_code = wrong

    def test_qris_when_the_bank_has_it(self):
        self.bank.has_qr = True
        self.provider._sync_snap_bank()
        self.assertEqual(self.provider.payment_method_ids, self.snap_method | self.qris)
        self.assertEqual(set(self.provider.channel_ids.mapped("kind")), {"va", "qris"})

    def test_what_is_needed(self):
        for name in SECRET_FIELDS[3:]:
            with self.subTest(name), self.assertRaises(ValidationError):
                with self.env.cr.savepoint():
                    self.provider[name] = False
        self.provider.snap_client_secret = False
        self.bank.va_flow = "create"
        with self.assertRaisesRegex(ValidationError, "Client Secret"):
            self.provider._check_required_if_provider()
        self.provider.state = "disabled"
        self.provider._check_required_if_provider()

    def test_sender_with_a_key_has_no_secret(self):
        self.bank.inbound_signature = "asymmetric"
        self.provider.write(
            {"snap_inbound_secret": False, "snap_inbound_client_id": False}
        )

    def test_keys_have_to_be_keys(self):
        for name in ("snap_private_key", "snap_bank_public_key"):
            with self.subTest(name), self.assertRaisesRegex(ValidationError, "PEM"):
                self.provider[name] = "secret"
        with self.assertRaises(ValidationError):
            self.provider.snap_private_key = key_pair("ours")[1]

    def test_addresses_for_the_bank(self):
        lines = self.provider.snap_endpoints.splitlines()
        self.assertEqual(len(lines), 6)
        self.assertTrue(lines[0].endswith("/v1.0/access-token/b2b"))

    def test_rupiah_only(self):
        self.assertEqual(
            self.provider._get_supported_currencies().mapped("name"), ["IDR"]
        )

    def test_reset(self):
        self.provider.action_reset_credentials()
        self.assertEqual(self.provider.state, "disabled")
        for name in SECRET_FIELDS:
            self.assertFalse(self.provider[name])

    def test_copies_have_no_keys(self):
        copy = self.provider.copy()
        for name in SECRET_FIELDS:
            self.assertFalse(copy[name])
        self.assertEqual(copy.snap_bank_id, self.bank)

    # === ENVIRONMENT === #

    def in_environment(self, section, **values):
        server_env.serv_config.add_section(section)
        self.addCleanup(server_env.serv_config.remove_section, section)
        for name, value in values.items():
            server_env.serv_config.set(section, name, value)
        self.env.invalidate_all()

    def test_keys_of_a_bank_from_the_environment(self):
        other = self.make_provider(self.make_bank("LAIN", self.qris), "99999")
        self.in_environment("payment_provider.snap.uji", snap_client_secret="from-env")
        self.assertEqual(self.provider.snap_client_secret, "from-env")
        self.assertEqual(other.snap_client_secret, "our-secret")

    def test_keys_of_a_company_from_the_environment(self):
        self.in_environment("payment_provider.snap.uji", snap_client_secret="bank")
        section = f"payment_provider.snap.uji.{self.company.id}"
        self.in_environment(section, snap_client_secret="company")
        self.assertEqual(self.provider.snap_client_secret, "company")

    # === ACCESS === #

    def test_access(self):
        users = {
            group: new_test_user(
                self.env,
                login=f"snap-{index}",
                groups=f"base.group_user,{group}",
                company_id=self.company.id,
                company_ids=[Command.set(self.company.ids)],
            )
            for index, group in enumerate(
                (
                    "payment_va.group_payment_reader",
                    "payment_va.group_payment_manager",
                    "base.group_system",
                )
            )
        }
        self.env["payment.snap.request"]._take_note(self.provider, "24", "1")
        reader, manager, system = users.values()
        for user in users.values():
            self.bank.with_user(user).check_access("read")
            log = self.as_user(user, "payment.snap.request")
            self.assertTrue(log.search([]))
            self.assertFalse(log.has_access("write"))
            self.assertFalse(log.has_access("unlink"))
        for user in (reader, manager):
            self.assertFalse(self.bank.with_user(user).has_access("write"))
            tokens = self.env["payment.snap.token"].with_user(user)
            self.assertFalse(tokens.has_access("read"))
            for name in SECRET_FIELDS:
                with self.assertRaises(AccessError):
                    self.provider.with_user(user).read([name])
        self.assertTrue(self.bank.with_user(system).has_access("write"))

    def test_log_of_another_company(self):
        stranger = self.env["res.company"].create({"name": "Lain"})
        user = new_test_user(
            self.env,
            login="snap-stranger",
            groups="base.group_user,payment_va.group_payment_manager",
            company_id=stranger.id,
            company_ids=[Command.set(stranger.ids)],
        )
        self.env["payment.snap.request"]._take_note(self.provider, "24", "1")
        self.assertFalse(self.as_user(user, "payment.snap.request").search([]))

    def as_user(self, user, model):
        context = {"allowed_company_ids": user.company_ids.ids}
        return self.env[model].with_user(user).with_context(**context)
