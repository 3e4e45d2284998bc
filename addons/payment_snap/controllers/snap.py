# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import logging
from datetime import UTC, datetime

from psycopg2 import OperationalError
from werkzeug.exceptions import HTTPException, TooManyRequests, UnsupportedMediaType

from odoo import http
from odoo.http import request

from odoo.addons.payment_va.controllers.callback import (
    CALLBACK_ROUTE,
    CallbackController,
)
from odoo.addons.payment_va.tools.amounts import JAKARTA

from .. import const
from ..tools import answers, codes, requests, signature

_logger = logging.getLogger(__name__)

ROUTES = [prefix + path for prefix in const.PREFIXES for path in const.INBOUND]


class SnapController(CallbackController):
    """The paths that the standard wants at our side."""

    @http.route(ROUTES, **CALLBACK_ROUTE)
    def snap_service(self):
        """Serve a bank: the answer's HTTP status is the beginning of its code."""
        service = requests.find_service(request.httprequest.path)
        try:
            delivery = self._read_delivery("snap")
        except HTTPException as error:
            return self._answer_snap(self._prepare_guard_error(service, error))
        try:
            answer = self._store_and_apply(delivery).answer
        except OperationalError:
            # Whether it is stored will turn out when the bank asks again.
            _logger.exception("the database did not take a request of a bank")
            answer = self._prepare_error(service, 504)
        except Exception:
            _logger.exception("a request of a bank failed")
            answer = self._prepare_error(service, 500)
        return self._answer_snap(answer)

    def _prepare_guard_error(self, service, error):
        """Return the answer to what was turned away before it was read."""
        if isinstance(error, UnsupportedMediaType):
            case = "01" if request.httprequest.mimetype else "02"
            code = codes.compose(400, service, case)
            return answers.answer_refusal(code, None, "CONTENT-TYPE")
        too_many = isinstance(error, TooManyRequests)
        return self._prepare_error(service, 429 if too_many else 400)

    def _prepare_error(self, service, http_status):
        return answers.answer_refusal(codes.compose(http_status, service, "00"), None)

    def _answer_snap(self, answer):
        now = signature.format_timestamp(datetime.now(UTC), JAKARTA)
        return request.make_json_response(
            answer,
            headers={"X-TIMESTAMP": now},
            status=codes.http_status(answer["responseCode"]),
        )
