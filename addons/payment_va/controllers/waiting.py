# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import math
import re

from markupsafe import Markup
from werkzeug.exceptions import NotFound

from odoo import fields, http
from odoo.exceptions import UserError
from odoo.http import content_disposition, request
from odoo.tools import consteq, get_lang

from ..tools import qris, va_number
from .portal import make_receipt_response

#: Links of providers open apps (gojek://...) or pages, never scripts.
BAD_SCHEMES = ("javascript", "data", "vbscript", "file", "blob")
SCHEME = re.compile(r"[a-z][a-z0-9+.-]*", re.IGNORECASE)
#: The address is the secret: it is not told to others, not kept, not indexed.
PRIVATE_HEADERS = {
    "Cache-Control": "private, no-store",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow",
}
_PAGE = "/payment/va/<int:tx_id>/<string:token>"


class WaitingPage(http.Controller):
    """Where a payer sees how to pay, and that it is paid; for whoever has the address.

    A grandmother who was sent the link may pay as well as the one who made it.
    """

    # === PAGE === #

    @http.route(_PAGE, type="http", auth="public", website=True, sitemap=False)
    def waiting_page(self, tx_id, token, **kwargs):
        """Show the page that goes with the state of the attempt."""
        tx_sudo = self._find_attempt(tx_id, token)
        self._use_language_of(tx_sudo)
        tx_sudo = tx_sudo.with_context(lang=request.env.lang)
        values = self._prepare_values(tx_sudo, token)
        response = request.render("payment_va.waiting_page", values)
        response.headers.update(PRIVATE_HEADERS)
        return response

    @staticmethod
    def _find_attempt(tx_id, token):
        """Return the transaction, as superuser: the token is the right to see it."""
        tx_sudo = request.env["payment.transaction"].sudo().browse(tx_id).exists()
        right = tx_sudo and tx_sudo._get_access_token()
        if not right or not consteq(right.encode(), token.encode()):
            raise NotFound()
        return tx_sudo

    @staticmethod
    def _use_language_of(tx_sudo):
        """Speak the payer's language to somebody who is not logged in."""
        if request.env.user._is_public() and tx_sudo.partner_lang:
            lang = get_lang(request.env, tx_sudo.partner_lang).code
            request.update_context(lang=lang)

    def _get_state(self, tx_sudo):
        """Return what the payer is told: ``waiting``, ``checking``, ``paid``,
        ``expired``, ``superseded``, ``cancelled``, ``reversed`` or ``failed``."""
        if tx_sudo.incoming_ids.filtered(lambda incoming: incoming.state == "booked"):
            return "paid"
        if tx_sudo.incoming_ids:
            return "reversed"
        over = tx_sudo.expires_at and tx_sudo.expires_at <= fields.Datetime.now()
        if tx_sudo.state in ("draft", "pending", "cancel") and over:
            return "expired"
        if tx_sudo.state in ("draft", "pending"):
            return "superseded" if self._is_too_much(tx_sudo) else "waiting"
        return {
            "authorized": "checking",
            "cancel": "cancelled",
            "done": "paid",
        }.get(tx_sudo.state, "failed")

    def _prepare_values(self, tx_sudo, token):
        """Return what the page shows; a hook."""
        checkout, state = request.env["payment.checkout"], self._get_state(tx_sudo)
        waiting = state == "waiting"
        bills_sudo = tx_sudo.invoice_ids
        # Codes that came damaged are not shown: money would go astray, or nowhere.
        code = waiting and qris.is_valid(tx_sudo.qr_string) and tx_sudo.qr_string
        return {
            "tx": tx_sudo,
            "state": state,
            "page_url": f"/payment/va/{tx_sudo.id}/{token}",
            "channel": tx_sudo.channel_id,
            "group_number": va_number.group,
            "qr_svg": code and Markup(qris.to_svg(code)),
            "qr_merchant": code and qris.get_value(qris.parse(code), "59"),
            "qr_damaged": waiting and tx_sudo.qr_string and not code,
            "deeplink_url": _clean_url(tx_sudo.deeplink_url),
            "checkout_url": _clean_url(tx_sudo.checkout_url),
            "groups": checkout._group_bills(bills_sudo),
            "payments": tx_sudo.incoming_ids,
            "checkout": checkout,
            "sections": waiting and checkout._get_steps(tx_sudo.channel_id, tx_sudo),
            "bus_channel": waiting and tx_sudo._get_bus_channel(),
            "retry_url": self._get_retry_url(bills_sudo),
            "now": _to_iso(fields.Datetime.now()),
            "expires_iso": _to_iso(tx_sudo.expires_at),
            "no_breadcrumbs": True,
        }

    @staticmethod
    def _is_too_much(tx_sudo):
        """Return whether the bills were paid, if only in part, in another way."""
        asked = tx_sudo.amount - tx_sudo.surcharge_amount
        left = sum(tx_sudo._get_open_lines().mapped("amount_residual"))
        return bool(
            tx_sudo.invoice_ids
            and tx_sudo.currency_id.compare_amounts(asked, math.ceil(left)) > 0
        )

    @staticmethod
    def _get_retry_url(bills_sudo):
        left = bills_sudo.filtered(
            lambda bill: bill.state == "posted" and bill.amount_residual > 0
        )
        chosen = "&".join(f"bill={bill.id}" for bill in left)
        return f"/my/payments/checkout?{chosen}" if chosen else "/my/payments/bills"

    # === STATUS === #

    @http.route(
        f"{_PAGE}/status",
        type="http",
        auth="public",
        methods=["GET"],
        save_session=False,
        readonly=True,
    )
    def waiting_status(self, tx_id, token, **kwargs):
        """Return the state as JSON, for pages that Odoo's bus does not reach."""
        state = self._get_state(self._find_attempt(tx_id, token))
        return request.make_json_response({"state": state}, headers=PRIVATE_HEADERS)

    # === CODE AND RECEIPT === #

    @http.route(
        f"{_PAGE}/qr.png",
        type="http",
        auth="public",
        methods=["GET"],
        save_session=False,
        readonly=True,
    )
    def waiting_code(self, tx_id, token, download=None, **kwargs):
        """Return the picture of the QRIS, to be kept and opened in the payer's app."""
        tx_sudo = self._find_attempt(tx_id, token)
        waiting = self._get_state(tx_sudo) == "waiting"
        if not waiting or not qris.is_valid(tx_sudo.qr_string):
            raise NotFound()
        headers = {**PRIVATE_HEADERS, "Content-Type": "image/png"}
        if download:
            name = f"QRIS-{tx_sudo.reference}.png"
            headers["Content-Disposition"] = content_disposition(name)
        return request.make_response(qris.to_png(tx_sudo.qr_string), [*headers.items()])

    @http.route(
        f"{_PAGE}/receipt/<int:payment_id>",
        type="http",
        auth="public",
        methods=["GET"],
        save_session=False,
    )
    def waiting_receipt(self, tx_id, token, payment_id, **kwargs):
        """Return the receipt of a payment of this attempt as PDF."""
        tx_sudo = self._find_attempt(tx_id, token)
        payment_sudo = tx_sudo.incoming_ids.filtered(lambda row: row.id == payment_id)
        if not payment_sudo:
            raise NotFound()
        return make_receipt_response(payment_sudo)

    # === CANCEL === #

    # No CSRF token: the address itself is a secret that no other site knows.
    @http.route(
        f"{_PAGE}/cancel", type="http", auth="public", methods=["POST"], csrf=False
    )
    def waiting_cancel(self, tx_id, token, **kwargs):
        """End the attempt, so that the payer can choose another way to pay."""
        tx_sudo = self._find_attempt(tx_id, token)
        if self._get_state(tx_sudo) in ("waiting", "superseded"):
            self._cancel(tx_sudo)
        if self._get_state(tx_sudo) != "cancelled":  # paid in the meantime, or refused
            return request.redirect(f"/payment/va/{tx_sudo.id}/{token}")
        return request.redirect(self._get_retry_url(tx_sudo.invoice_ids))

    @staticmethod
    def _cancel(tx_sudo):
        try:
            tx_sudo.provider_id._cancel_charge(tx_sudo)
        except UserError as error:
            # What became of it is unknown, or it is paid: the state says so soon.
            tx_sudo.state_message = str(error)
            return
        note = request.env._("Cancelled by the payer.")
        request.env["payment.booking"].sudo()._close_attempt(tx_sudo, note)


def _clean_url(url):
    """Return a provider's link, unless it would run something in the page."""
    url = (url or "").strip()
    scheme, _colon, rest = url.partition(":")
    good = SCHEME.fullmatch(scheme) and scheme.lower() not in BAD_SCHEMES
    return url if good and rest else None


def _to_iso(moment):
    """Return a stored time as browsers read it, in UTC."""
    return moment and f"{moment.isoformat(timespec='seconds')}Z"
