# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Records that the demo finds again by a name of their own."""

MODULE = "scola_demo"


def find(env, name):
    """Return the record called ``name``, or None."""
    return env.ref(f"{MODULE}.{name}", raise_if_not_found=False)


def ensure(env, name, model, vals):
    """Return the record called ``name``, made from ``vals`` where it is missing."""
    record = find(env, name)
    if record:
        return record.with_env(env)
    record = env[model].create(vals)
    remember(env, name, record)
    return record


def remember(env, name, record):
    """Give ``record`` a name by which it is found again."""
    env["ir.model.data"].sudo().create(
        {
            "module": MODULE,
            "name": name,
            "model": record._name,
            "res_id": record.id,
            "noupdate": True,
        }
    )


def get_parameter(env, name):
    """Return what the demo noted under ``name``, or None."""
    value = env["ir.config_parameter"].sudo().get_param(f"{MODULE}.{name}")
    return value or None


def set_parameter(env, name, value):
    """Note something for the next start."""
    env["ir.config_parameter"].sudo().set_param(f"{MODULE}.{name}", value)
