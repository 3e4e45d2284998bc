# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import json

from odoo.fields import Command
from odoo.tools import SQL

from .const import CHANNELS, KEY_FIELDS, OWN_METHOD_CODES


def post_init_hook(env):
    """Take over the keys that were entered before, and give each account its channels.

    :param odoo.api.Environment env: of the database being set up
    """
    providers = env["payment.provider"].search([("code", "=", "xendit")])
    for provider in providers:
        _take_over_keys(provider)
    methods = [env.ref(values["payment_method"]) for values in CHANNELS]
    links = [Command.link(method.id) for method in methods]
    providers.write({"payment_method_ids": links})
    providers._create_default_channels()


def _take_over_keys(provider):
    """Move the keys from their columns to where `server_environment` keeps them.

    All of them at a time: a provider that is active has to have all of them, always.
    What is there already stays. The columns keep no second copy of a secret that nobody
    would change any more.
    """
    provider.env.flush_all()
    columns = SQL(", ").join(map(SQL.identifier, KEY_FIELDS))
    provider.env.cr.execute(
        SQL("SELECT %s FROM payment_provider WHERE id = %s", columns, provider.id)
    )
    names = map(provider._server_env_default_fieldname, KEY_FIELDS)
    values = dict(zip(names, provider.env.cr.fetchone(), strict=True))
    found = {name: value for name, value in values.items() if value}
    provider.server_env_defaults = {**found, **provider.server_env_defaults}
    _write_columns(provider, dict.fromkeys(KEY_FIELDS))


def _write_columns(provider, values):
    provider.env.flush_all()
    provider.env.cr.execute(
        SQL(
            "UPDATE payment_provider SET %s WHERE id = %s",
            SQL(", ").join(
                SQL("%s = %s", SQL.identifier(name), value)
                for name, value in values.items()
            ),
            provider.id,
        )
    )


def uninstall_hook(env):
    """Give the keys back to `payment_xendit`, except for those of the environment.

    :param odoo.api.Environment env: of the database, with this add-on still in it
    """
    providers = env["payment.provider"].search([("code", "=", "xendit")])
    _drop_channels(env, providers)
    for provider in providers:
        defaults = dict(provider.server_env_defaults)
        keys = {
            name: defaults.pop(provider._server_env_default_fieldname(name), None)
            for name in KEY_FIELDS
        }
        # In SQL: an active provider without keys would be refused.
        _write_columns(provider, {**keys, "server_env_defaults": json.dumps(defaults)})
    env.invalidate_all()


def _drop_channels(env, providers):
    """Leave to `payment_xendit` the methods it knows; used channels are archived."""
    providers = providers.with_context(active_test=False)  # most methods are inactive
    channels = providers.channel_ids
    used = channels.browse()
    for model in ("payment.transaction", "payment.incoming", "payment.virtual.account"):
        found = env[model].search([("channel_id", "in", channels.ids)])
        used |= found.channel_id
    (channels - used).unlink()
    used.active = False
    own = [env.ref(values["payment_method"]) for values in CHANNELS]
    own = [method for method in own if method.code in OWN_METHOD_CODES]
    providers.write({"payment_method_ids": [Command.unlink(m.id) for m in own]})
    for method in own:
        method.active = False
