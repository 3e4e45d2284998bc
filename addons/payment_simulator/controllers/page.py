# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import io
import ipaddress

import qrcode
from werkzeug.exceptions import Forbidden, UnsupportedMediaType

from odoo import http
from odoo.exceptions import UserError
from odoo.http import request

ACTIONS = "pay, pay_twice, pay_late, expire, deny, refund, resend"
NUMBERS = ("amount", "delay", "duplicates", "drop", "error_first")


class SimulatorPage(http.Controller):
    """The page and the JSON interface for people who play payers.

    Open to administrators, and to anybody at the machine itself: whoever has a shell or
    a browser there may try things without an account. A request that came through a
    proxy is from somewhere else, whatever its address says.
    """

    # === PAGE === #

    @http.route("/simulator", type="http", auth="public", methods=["GET"], website=True)
    def simulator_home(self, q="", error="", **params):
        """Show what can be paid, or what was looked for."""
        self._check_access()
        order_model = self._env()["payment.simulator.order"]
        accounts = self._env()["payment.simulator.account"].search([])
        found = order_model._find(q)
        return request.render(
            "payment_simulator.home",
            {
                "page_name": "simulator",
                "query": q,
                "error": error,
                "open_orders": found.filtered(lambda order: order._is_open()),
                "other_orders": found.filtered(lambda order: not order._is_open())[:20],
                "banks": order_model._get_banks_to_ask(q),
                "accounts": {account.provider_id: account for account in accounts},
                "numbers": order_model._get_numbers_to_ask() if not q else (),
                "faults": [
                    self._env()["payment.simulator.fault"]._get(code)
                    for code in ("midtrans", "xendit", "snap")
                ],
            },
        )

    @http.route(
        "/simulator/order/<int:order_id>",
        type="http",
        auth="public",
        methods=["GET"],
        website=True,
    )
    def simulator_order(self, order_id, error="", **params):
        """Show an order with what can be done to it and what was told about it."""
        self._check_access()
        order = self._get_order(order_id)
        response = request.render(
            "payment_simulator.order",
            {
                "page_name": "simulator",
                # Not "order": a breadcrumb of `purchase` takes that for its own.
                "payment_order": order,
                "simulator_order": order,
                "actions": order._get_actions(),
                "labels": self._get_labels(),
                "error": error,
            },
        )
        if order._is_busy():
            response.headers["Refresh"] = "2"
        return response

    @http.route(
        "/simulator/order/<int:order_id>/qr-code",
        type="http",
        auth="public",
        methods=["GET"],
        website=True,
    )
    def simulator_qr_code(self, order_id, **params):
        """Draw the QR code of an order, as Midtrans does."""
        self._check_access()
        order = self._get_order(order_id)
        if not order.qr_string:
            raise request.not_found()
        picture = io.BytesIO()
        qrcode.make(order.qr_string).save(picture)
        return request.make_response(
            picture.getvalue(), [("Content-Type", "image/png")]
        )

    @http.route(
        "/simulator/order/<int:order_id>/<string:action>",
        type="http",
        auth="public",
        methods=["POST"],
        website=True,
    )
    def simulator_act(self, order_id, action, amount="", **params):
        """Do what a button says."""
        self._check_access()
        order = self._get_order(order_id)
        error = self._try(lambda: order._do(action, self._read_number(amount)))
        return self._back(f"/simulator/order/{order_id}", error)

    @http.route(
        "/simulator/ask", type="http", auth="public", methods=["POST"], website=True
    )
    def simulator_ask(self, account_id, number, **params):
        """Have a bank ask us about a number that it does not know itself."""
        self._check_access()
        account = self._env()["payment.simulator.account"].search(
            [("id", "=", int(account_id)), ("code", "=", "snap")]
        )
        if not account:
            raise request.not_found()
        order = account._get_protocol()._ask(account, number)
        return request.redirect(f"/simulator/order/{order.id}")

    @http.route(
        "/simulator/delivery/<int:delivery_id>/again",
        type="http",
        auth="public",
        methods=["POST"],
        website=True,
    )
    def simulator_again(self, delivery_id, **params):
        """Send a notice once more."""
        self._check_access()
        delivery = self._env()["payment.simulator.delivery"].browse(delivery_id)
        if not delivery.exists():
            raise request.not_found()
        delivery._send_again()
        return request.redirect(f"/simulator/order/{delivery.order_id.id}")

    @http.route(
        "/simulator/faults", type="http", auth="public", methods=["POST"], website=True
    )
    def simulator_faults(self, **values):
        """Ask for faults."""
        self._check_access()
        values.setdefault("reorder", "")
        error = self._try(lambda: self._env()["payment.simulator.fault"]._set(values))
        return self._back("/simulator", error)

    # === JSON === #

    @http.route("/simulator/api/orders", type="http", auth="public", methods=["GET"])
    def api_orders(self, q="", **params):
        """Return the orders that a text means, newest first."""
        self._check_access()
        orders = self._env()["payment.simulator.order"]._find(q)
        return request.make_json_response([order._to_json() for order in orders])

    @http.route(
        "/simulator/api/ask",
        type="http",
        auth="public",
        methods=["POST"],
        csrf=False,
        save_session=False,
    )
    def api_ask(self):
        """Type a number at a SNAP bank: ``{"number": digits}``."""
        values = self._read_json()

        def act():
            number = str(values.get("number") or "")
            orders = self._env()["payment.simulator.order"]
            return orders._ask(number)._to_json()

        return self._answer(act)

    @http.route(
        f"/simulator/api/<any({ACTIONS}):action>",
        type="http",
        auth="public",
        methods=["POST"],
        csrf=False,
        save_session=False,
    )
    def api_act(self, action):
        """Do to an order what the address says.

        Body: ``{"order": reference, number, or QRIS payload, "amount": rupiah}``.
        """
        values = self._read_json()

        def act():
            order = self._env()["payment.simulator.order"]._find_one(
                values.get("order")
            )
            order._do(action, self._read_number(values.get("amount")))
            return order._to_json()

        return self._answer(act)

    @http.route(
        "/simulator/api/faults",
        type="http",
        auth="public",
        methods=["POST"],
        csrf=False,
        save_session=False,
    )
    def api_faults(self):
        """Ask for faults: ``{"code": "midtrans", "duplicates": 2, ...}``."""
        values = self._read_json()

        def act():
            fault = self._env()["payment.simulator.fault"]._set(values)
            return fault.read([*NUMBERS[1:], "code", "reorder"])[0]

        return self._answer(act)

    # === HELPERS === #

    def _get_labels(self):
        """Return the words on the buttons beside Pay."""
        return {
            "pay_twice": request.env._("Pay twice"),
            "pay_late": request.env._("Pay late"),
            "expire": request.env._("Expire"),
            "refund": request.env._("Refund"),
            "deny": request.env._("Deny after payment"),
            "resend": request.env._("Send notices again"),
        }

    def _env(self):
        # As superuser: whoever passed _check_access may see and do everything here.
        order_model = request.env["payment.simulator.order"].sudo()
        zone = request.env.user.tz or "Asia/Jakarta"
        return order_model.with_context(tz=zone).env

    def _check_access(self):
        """Let in administrators, and whoever sits at the machine.

        :raise Forbidden: others
        :raise NotFound: everybody, where real money is taken
        """
        if request.env["payment.provider"]._is_simulator_off():
            raise request.not_found()
        if not request.env.user.has_group("base.group_system") and not is_local():
            raise Forbidden()

    def _read_json(self):
        """Return the body of a request that no other site's page could have sent."""
        self._check_access()
        if request.httprequest.mimetype != "application/json":
            raise UnsupportedMediaType()
        return request.get_json_data()

    def _get_order(self, order_id):
        order = self._env()["payment.simulator.order"].browse(order_id).exists()
        if not order:
            raise request.not_found()
        return order

    def _read_number(self, text):
        """Return an amount as people type it, None for nothing: ``1.250.000``."""
        text = str(text or "").replace(".", "").replace(" ", "")
        if not text:
            return None
        return int(text) if text.isdigit() else 0  # which is refused

    def _try(self, function):
        """Call a function; return what is wrong, for people, "" if nothing is."""
        try:
            with request.env.cr.savepoint():
                function()
        except (UserError, ValueError) as error:
            return str(error)
        return ""

    def _back(self, path, error):
        return request.redirect_query(path, {"error": error} if error else {})

    def _answer(self, function):
        try:
            with request.env.cr.savepoint():
                return request.make_json_response(function())
        except (UserError, ValueError, KeyError) as error:
            return request.make_json_response({"error": str(error)}, status=422)


def is_local():
    """Return whether the request was made on this machine, not passed on to it."""
    httprequest = request.httprequest
    if any(name.lower().startswith(FORWARDED) for name, _v in httprequest.headers):
        return False
    try:
        return ipaddress.ip_address(httprequest.remote_addr or "").is_loopback
    except ValueError:
        return False


FORWARDED = ("forwarded", "x-forwarded", "x-real-ip", "via")
