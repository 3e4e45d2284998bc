# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import http

from odoo.addons.payment_va.controllers.callback import CallbackController

from ..const import CALLBACK_PATH


class MidtransController(CallbackController):
    """Where Midtrans tells what became of a payment."""

    @http.route(
        CALLBACK_PATH,
        type="http",
        auth="public",
        methods=["POST"],
        csrf=False,
        save_session=False,
    )
    def midtrans_callback(self):
        """Take a notification: any 2xx and Midtrans does not repeat it."""
        return self._answer_callback("midtrans")
