# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo.addons.payment import reset_payment_provider, setup_provider


def post_init_hook(env):
    """Give the journals the payment method of the providers."""
    setup_provider(env, "snap")


def uninstall_hook(env):
    """Leave no provider behind that nothing serves any more."""
    reset_payment_provider(env, "snap")
