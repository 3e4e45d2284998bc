# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Whether a database takes real money; asked before this add-on is in it, and after."""

#: The key without which nobody can take money, by the provider's code.
KEYS = {
    "midtrans": "midtrans_server_key",
    "xendit": "xendit_secret_key",
    "snap": "snap_client_secret",
}
_NO = ("", "0", "false", "f", "no", "n", "off")


def is_production(env) -> bool:
    """Return whether a database is marked as production, or has a live account.

    A neutralised copy of a production database takes no money: Odoo has disabled its
    providers, and what else says "production" in it was copied along.

    :param odoo.api.Environment env: as superuser
    """
    marked = _is_set(env, "payment_va.production")
    if marked and not _is_set(env, "database.is_neutralized"):
        return True
    live = env["payment.provider"].search(
        [("code", "in", list(KEYS)), ("state", "=", "enabled")]
    )
    return any(provider[KEYS[provider.code]] for provider in live)


def _is_set(env, name):
    value = env["ir.config_parameter"].get_param(name)
    return str(value or "").strip().lower() not in _NO
