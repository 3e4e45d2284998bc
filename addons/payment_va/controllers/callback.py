# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import logging

from psycopg2.errors import SerializationFailure
from werkzeug.exceptions import (
    BadRequest,
    Forbidden,
    HTTPException,
    RequestEntityTooLarge,
    TooManyRequests,
    Unauthorized,
    UnsupportedMediaType,
)

from odoo import SUPERUSER_ID, api, http
from odoo.http import request

from ..const import MAX_BODY_BYTES, REQUEST_SECONDS
from ..tools.backlog import Backlog
from ..tools.event import Delivery
from ..tools.rate_limit import RateLimiter

_logger = logging.getLogger(__name__)

limiter = RateLimiter()
backlog = Backlog()
STORE_TRIES = 10
#: What every callback route has: ``@http.route(path, **CALLBACK_ROUTE)``.
CALLBACK_ROUTE = {
    "type": "http",
    "auth": "public",
    "methods": ["POST"],
    "csrf": False,  # the sender proves itself by its signature
    "save_session": False,
    "max_content_length": MAX_BODY_BYTES,
}


class CallbackController(http.Controller):
    """What all public callback routes share: guards, inbox, answer.

    The sender learns nothing but whether it was taken.
    """

    def _answer_callback(self, code):
        """Handle the request as a callback of the provider ``code`` and answer it.

        :rtype: odoo.http.Response
        """
        try:
            delivery = self._read_delivery(code)
        except HTTPException as error:
            return self._answer_error(error)
        return self._answer(self._store_and_apply(delivery))

    # === GUARDS === #

    def _read_delivery(self, code):
        """Return the request as a ``Delivery``.

        :raise HTTPException: if it is too large, of another type, or one too many
        """
        httprequest = request.httprequest
        address = httprequest.remote_addr or ""
        self._check_rate(code, address)
        if httprequest.mimetype != "application/json":
            raise UnsupportedMediaType()
        body = httprequest.get_data()
        if len(body) > MAX_BODY_BYTES:
            raise RequestEntityTooLarge()
        query = httprequest.query_string.decode("latin-1")
        return Delivery(
            code,
            body,
            {name.lower(): value for name, value in httprequest.headers.items()},
            path=httprequest.path + (f"?{query}" if query else ""),
            method=httprequest.method,
            address=address,
        )

    def _check_rate(self, code, address):
        """Refuse floods before anything is read or stored."""
        provider_model = request.env["payment.provider"]
        per_address, per_provider = provider_model._get_callback_limits(code)
        database = request.db
        if not limiter.allow((database, code, address), per_address):
            raise TooManyRequests()
        if not limiter.allow((database, code), per_provider):
            raise TooManyRequests()

    # === INBOX === #

    def _store_and_apply(self, delivery):
        """Store and commit what came, then book it.

        :rtype: Receipt
        """
        with backlog.working((request.db, delivery.code)) as is_busy:
            receipt = self._store(delivery)
            if receipt.accepted and not receipt.duplicate:
                self._apply(receipt.provider_id, is_busy)
        return receipt

    def _store(self, delivery):
        """Store the delivery in a transaction of its own: committed on return.

        Two senders of one event at a time collide at the index; the second one looks
        again and finds it.
        """
        for attempt in range(1, STORE_TRIES + 1):
            try:
                with request.env.registry.cursor() as cr:
                    env = api.Environment(cr, SUPERUSER_ID, {})
                    return env["payment.notification"]._receive(delivery)
            except SerializationFailure:
                if attempt == STORE_TRIES:
                    raise

    def _apply(self, provider_id, is_busy):
        """Book what waits, or leave it to the cron, which books in batches.

        One alone is booked before the sender is answered. When callbacks queue up, to
        book each one by itself would keep the others waiting at the door.
        It is stored by now: whatever fails here is tried again.
        """
        # As superuser: the sender has no user, its signature was checked.
        booking = request.env["payment.booking"].sudo()
        try:
            if is_busy:
                booking._leave_to_cron(provider_id)
            else:
                booking._work_off(REQUEST_SECONDS, [provider_id])
        except Exception:
            _logger.exception("callbacks are stored, booking them is tried again")

    # === ANSWERS === #

    def _answer(self, receipt):
        """Return the answer of providers that want an HTTP status and no more."""
        error = {
            "malformed": BadRequest,
            "unknown_sender": Forbidden,
            "bad_signature": Unauthorized,
            "refused": Forbidden,
        }.get(receipt.verdict)
        if error:
            return self._answer_error(error())
        return request.make_json_response({"status": "ok"})

    def _answer_error(self, error):
        """Return an error that tells a stranger nothing."""
        return request.make_json_response({"status": "rejected"}, status=error.code)
