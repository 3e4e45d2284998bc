# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from werkzeug.exceptions import HTTPException

from odoo import http
from odoo.http import request

from odoo.addons.payment_va.controllers.callback import (
    CALLBACK_ROUTE,
    CallbackController,
)
from odoo.addons.payment_xendit.controllers.main import XenditController

from ..const import CALLBACK_URL
from ..tools import parse


class XenditCallbackController(CallbackController):
    @http.route(CALLBACK_URL, **CALLBACK_ROUTE)
    def xendit_callback(self):
        """Take a callback of Xendit's."""
        return self._answer_xendit(XenditController().xendit_webhook)

    def _answer_xendit(self, native):
        """Answer a callback: by the inbox, or by Odoo's own integration if it is its.

        In Xendit's dashboard each product has its own address; it does not matter here
        which of the two it is.

        :param native: what Odoo's own integration does with the request
        """
        try:
            delivery = self._read_delivery("xendit")
        except HTTPException as error:
            return self._answer_error(error)
        if self._is_native(delivery):
            return native()
        return self._answer(self._store_and_apply(delivery))

    def _is_native(self, delivery):
        """Return whether it is about a checkout of Odoo's own, such as a card's.

        Nothing is looked up for a sender without the right token: that is refused, kept
        and counted like any other.
        """
        if not self._is_sender(delivery):
            return False
        reference = parse.flat_reference(delivery.body)
        if not reference:
            return False
        # As superuser: Xendit calls as nobody.
        tx = (
            request.env["payment.transaction"]
            .sudo()
            .search(
                [("reference", "=", reference), ("provider_id.code", "=", "xendit")]
            )
        )
        return bool(tx) and not tx._is_booked_elsewhere()

    def _is_sender(self, delivery):
        token = delivery.headers.get("x-callback-token")
        accounts = request.env["payment.provider"]._find_senders("xendit")
        return any(
            account._is_address_allowed(delivery.address)
            and account._xendit_is_token(token)
            for account in accounts
        )
