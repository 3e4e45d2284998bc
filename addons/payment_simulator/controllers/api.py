# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import http
from odoo.http import request

from ..tools.wire import Call

MAX_BODY = 16 * 1024


class SimulatorApi(http.Controller):
    """The doors of the make-believe providers, at their real paths below a prefix.

    Who calls needs the keys of an account, as at the real ones; nothing else is checked
    here, because what answers may be on another machine than what calls.
    """

    @http.route(
        [
            "/simulator/<any(midtrans, xendit):code>/<path:path>",
            "/simulator/<any(snap):code>/<path:path>",
        ],
        type="http",
        auth="public",
        methods=["GET", "POST", "PUT", "PATCH", "DELETE"],
        csrf=False,
        save_session=False,
    )
    def provider_call(self, code, path, **params):
        """Answer a call to a provider."""
        if request.env["payment.provider"]._is_simulator_off():
            raise request.not_found()
        # As superuser: the caller is known by its keys, not by a user.
        answer = (
            request.env["payment.simulator.call"].sudo()._serve(code, self._read(path))
        )
        return request.make_json_response(answer.payload, status=answer.status)

    def _read(self, path):
        httprequest = request.httprequest
        httprequest.max_content_length = MAX_BODY
        query = httprequest.query_string.decode("latin-1")
        tail = f"?{query}" if query else ""
        return Call(
            httprequest.method,
            f"/{path}{tail}",
            {name.lower(): value for name, value in httprequest.headers.items()},
            httprequest.get_data(),
            full_path=httprequest.path + tail,
        )
