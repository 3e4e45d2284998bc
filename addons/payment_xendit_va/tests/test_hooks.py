# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo.fields import Command
from odoo.tests import TransactionCase, tagged
from odoo.tools import SQL, file_open

from ..const import CHANNELS, KEY_FIELDS, OWN_METHOD_CODES
from ..hooks import post_init_hook, uninstall_hook


@tagged("post_install", "-at_install")
class TestHooks(TransactionCase):
    """The keys are columns of `payment_xendit`, and settings of ours after it."""

    def setUp(self):
        super().setUp()
        self.provider = self.env["payment.provider"].search(
            [("code", "=", "xendit")], limit=1
        )
        self.provider.write({"state": "disabled", **dict.fromkeys(KEY_FIELDS, False)})
        self.env.flush_all()

    def set_columns(self, values):
        self.env.cr.execute(
            SQL(
                "UPDATE payment_provider SET %s WHERE id = %s",
                SQL(", ").join(
                    SQL("%s = %s", SQL.identifier(name), value)
                    for name, value in values.items()
                ),
                self.provider.id,
            )
        )
        self.env.invalidate_all()

    def get_columns(self):
        self.env.cr.execute(
            SQL(
                "SELECT %s FROM payment_provider WHERE id = %s",
                SQL(", ").join(map(SQL.identifier, KEY_FIELDS)),
                self.provider.id,
            )
        )
        return dict(zip(KEY_FIELDS, self.env.cr.fetchone(), strict=True))

    def get_keys(self):
        self.env.invalidate_all()
        return {name: self.provider[name] for name in KEY_FIELDS}

    def test_install(self):
        keys = {name: f"old-{name}" for name in KEY_FIELDS}
        self.set_columns({**keys, "state": "test"})
        post_init_hook(self.env)
        self.assertEqual(self.get_keys(), keys)
        self.assertEqual(self.get_columns(), dict.fromkeys(KEY_FIELDS), "no copy")
        self.assertEqual(self.provider.state, "test")
        self.provider.xendit_webhook_token = "new"
        self.assertEqual(self.get_keys(), {**keys, "xendit_webhook_token": "new"})

    def test_install_again(self):
        self.provider.write({name: f"new-{name}" for name in KEY_FIELDS})
        self.set_columns({name: f"stale-{name}" for name in KEY_FIELDS})
        post_init_hook(self.env)
        self.assertEqual(self.get_keys(), {name: f"new-{name}" for name in KEY_FIELDS})

    def test_install_without_keys(self):
        post_init_hook(self.env)
        self.assertEqual(self.get_keys(), dict.fromkeys(KEY_FIELDS, False))

    def test_install_gives_channels(self):
        self.provider.with_context(active_test=False).channel_ids.unlink()
        gopay = self.env.ref("payment.payment_method_gopay")
        self.provider.payment_method_ids = [Command.unlink(gopay.id)]
        post_init_hook(self.env)
        self.assertEqual(len(self.provider.channel_ids), len(CHANNELS))
        self.assertIn(
            gopay, self.provider.with_context(active_test=False).payment_method_ids
        )

    def test_uninstall(self):
        keys = {name: f"key-{name}" for name in KEY_FIELDS}
        self.provider.write({**keys, "state": "test"})
        uninstall_hook(self.env)
        self.assertEqual(self.get_columns(), keys)
        self.assertEqual(self.get_keys(), dict.fromkeys(KEY_FIELDS, False), "no copy")

    def test_uninstall_channels(self):
        """Odoo's own integration would ask Xendit for methods it does not know."""
        channels = self.provider.channel_ids
        used = channels.filtered(lambda channel: channel.code == "QRIS")
        self.env["payment.transaction"].create(
            {
                "provider_id": self.provider.id,
                "payment_method_id": used.payment_method_id.id,
                "amount": 1000,
                "currency_id": self.ref("base.IDR"),
                "partner_id": self.env.user.partner_id.id,
            }
        )
        uninstall_hook(self.env)
        self.env.invalidate_all()
        left = self.provider.with_context(active_test=False)
        self.assertEqual(left.channel_ids, used)
        self.assertFalse(used.active)
        codes = set(left.payment_method_ids.mapped("code"))
        self.assertFalse(codes & OWN_METHOD_CODES)
        self.assertIn("qris", codes)

    def test_neutralize(self):
        """A copy of the database for tests takes no keys along."""
        self.provider.write({name: f"key-{name}" for name in KEY_FIELDS})
        self.env.flush_all()
        with file_open("payment_xendit_va/data/neutralize.sql") as script:
            self.env.cr.execute(script.read())
        self.assertEqual(self.get_keys(), dict.fromkeys(KEY_FIELDS, False))

    def test_there_and_back(self):
        keys = {name: f"key-{name}" for name in KEY_FIELDS}
        self.provider.write(keys)
        uninstall_hook(self.env)
        post_init_hook(self.env)
        self.assertEqual(self.get_keys(), keys)
