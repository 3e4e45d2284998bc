from odoo.addons.payment import reset_payment_provider, setup_provider

from . import controllers
from . import models


def post_init_hook(env):
    setup_provider(env, "midtrans")


def uninstall_hook(env):
    reset_payment_provider(env, "midtrans")
    # This method goes with the add-on: nothing may point to it.
    method = env.ref("payment_midtrans.payment_method_midtrans_snap")
    channels = env["payment.channel"].with_context(active_test=False)
    channels.search([("payment_method_id", "=", method.id)]).unlink()
