# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import http

from odoo.addons.payment_va.const import MAX_BODY_BYTES
from odoo.addons.payment_xendit.controllers.main import XenditController

from .callback import XenditCallbackController


class XenditWebhookController(XenditController):
    @http.route(save_session=False, max_content_length=MAX_BODY_BYTES)
    def xendit_webhook(self):
        """Override of `payment_xendit`: the token is looked at before anything else,
        and what is not Odoo's own goes to the inbox."""
        return XenditCallbackController()._answer_xendit(super().xendit_webhook)
