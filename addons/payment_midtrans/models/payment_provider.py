# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools.urls import urljoin

from odoo.addons.payment_va.models.payment_provider import ProviderUnavailable
from odoo.addons.payment_va.tools.event import EventKind
from odoo.addons.payment_va.tools.settlement import parse_columns

from .. import const
from ..tools import charge, mapping, settlement
from ..tools.signature import is_signed

_logger = logging.getLogger(__name__)

#: What Midtrans can tell by itself and nobody has to confirm: nothing comes of it.
HARMLESS = frozenset({EventKind.PENDING, EventKind.UNKNOWN})
NOT_ENABLED, TOO_MANY = "402", "429"
#: The merchant has to do something about it at Midtrans; a payer can do nothing.
NOT_AVAILABLE = frozenset({"401", NOT_ENABLED, "403", "410", "411"})
DUPLICATE, UNKNOWN_PAYMENT = "406", "404"
#: The same request is still being worked on.
WORKING = "working"
#: A payer waits: shorter than for others, and no second try.
QUICK = {"timeout": 5, "retry": False}


class PaymentProvider(models.Model):
    _inherit = "payment.provider"

    code = fields.Selection(
        selection_add=[("midtrans", "Midtrans")], ondelete={"midtrans": "set default"}
    )
    midtrans_server_key = fields.Char(
        required_if_provider="midtrans",
        copy=False,
        groups="base.group_system",
    )
    midtrans_client_key = fields.Char(copy=False, groups="base.group_system")
    midtrans_merchant_id = fields.Char(
        string="Midtrans Merchant ID", copy=False, groups="base.group_system"
    )
    midtrans_snap_url = fields.Char(
        string="Snap Address",
        groups="base.group_system",
        help="Empty: Midtrans' own, for test or live as the state says.",
    )
    midtrans_override_notification = fields.Boolean(
        string="Send the Notification Address",
        default=True,
        help="With each payment tell Midtrans where to send its notifications, instead "
        "of to the address in its dashboard.",
    )
    midtrans_qris_acquirer = fields.Selection(
        const.QRIS_ACQUIRERS, string="QRIS Acquirer", default="gopay"
    )
    midtrans_callback_url = fields.Char(
        string="Notification Address",
        compute="_compute_midtrans_callback_url",
        help="Enter it in Midtrans' dashboard as the notification URL for payments.",
    )

    def _compute_midtrans_callback_url(self):
        for provider in self:
            base_url = provider.get_base_url()
            provider.midtrans_callback_url = urljoin(base_url, const.CALLBACK_PATH)

    # === ENVIRONMENT AND SET-UP === #

    @property
    def _server_env_fields(self):
        """Override of `server_environment`: keys may come from the environment."""
        names = ("midtrans_server_key", "midtrans_client_key", "midtrans_merchant_id")
        return {**super()._server_env_fields, **{name: {} for name in names}}

    def _get_supported_currencies(self):
        """Override of `payment`: Midtrans takes rupiah only."""
        currencies = super()._get_supported_currencies()
        if self.code != "midtrans":
            return currencies
        return currencies.filtered(lambda currency: currency.name == "IDR")

    def _get_default_payment_method_codes(self):
        """Override of `payment`: all but Midtrans' own page, which has all of them."""
        self.ensure_one()
        if self.code != "midtrans":
            return super()._get_default_payment_method_codes()
        return set(const.DEFAULT_METHODS)

    def _get_reset_values(self):
        """Override of `payment`: forget the keys."""
        values = super()._get_reset_values()
        if self.code != "midtrans":
            return values
        return {
            **values,
            "midtrans_server_key": False,
            "midtrans_client_key": False,
            "midtrans_merchant_id": False,
        }

    @api.model
    def _get_inbox_codes(self):
        return super()._get_inbox_codes() | {"midtrans"}

    def _get_default_channels(self):
        if self.code != "midtrans":
            return super()._get_default_channels()
        rows = [
            {"payment_method": f"payment.{method}", "code": code, "kind": kind, **terms}
            for code, method, kind, terms in const.DEFAULT_CHANNELS
        ]
        page = {
            "payment_method": "payment_midtrans.payment_method_midtrans_snap",
            "code": const.SNAP,
            "kind": "redirect",
        }
        return [
            {**row, "sequence": 10 * number}
            for number, row in enumerate([*rows, page], start=1)
        ]

    # === CALLBACKS === #

    @api.model
    def _parse_callback(self, delivery):
        if delivery.code != "midtrans":
            return super()._parse_callback(delivery)
        return mapping.parse_event(mapping.read_body(delivery.body))

    def _verify_callback(self, delivery, event):
        if self.code != "midtrans":
            return super()._verify_callback(delivery, event)
        return is_signed(event.raw, self._get_midtrans_key())

    def _needs_confirmation(self, event):
        """Midtrans signs order, amount and code, but not what became of the payment."""
        if self.code != "midtrans":
            return super()._needs_confirmation(event)
        return event.kind not in HARMLESS

    def _prepare_confirmation(self, event):
        if self.code != "midtrans":
            return super()._prepare_confirmation(event)
        payment = mapping.transaction_id_of(event) or event.order_ref
        endpoint = f"v2/{charge.quote_id(payment)}/status"
        return {
            "method": "GET",
            "url": self._build_request_url(endpoint),
            "headers": self._build_request_headers("GET", endpoint, None),
            "auth": self._build_request_auth(),
        }

    def _parse_confirmation(self, event, status, payload):
        if self.code != "midtrans":
            return super()._parse_confirmation(event, status, payload)
        return mapping.parse_answer(event, status, payload, self._get_midtrans_key())

    # === REQUESTS === #

    def _get_midtrans_key(self):
        """Return the secret key, "" if there is none. Never log it."""
        self.ensure_one()
        # As superuser: who refunds or cancels a payment need not see keys.
        return self.sudo().midtrans_server_key or ""

    def _build_request_url(self, endpoint, **kwargs):
        """Override of `payment`: Snap has a host of its own."""
        if self.code != "midtrans":
            return super()._build_request_url(endpoint, **kwargs)
        # As superuser: addresses are set by administrators, used by everybody.
        provider, stage = self.sudo(), self._get_midtrans_stage()
        if endpoint.startswith("snap/"):
            host = provider.midtrans_snap_url or const.SNAP_URLS[stage]
            # Endpoints are logged, the payer's page is not to be found there.
            endpoint = endpoint.format(page=self.env.context.get("midtrans_page"))
        else:
            host = provider.api_url or const.API_URLS[stage]
        return f"{host.rstrip('/')}/{endpoint}"

    def _get_midtrans_stage(self):
        """Return ``test`` or ``enabled``.

        A disabled account is still asked about money; its key tells which it was.
        """
        if self.state != "disabled":
            return self.state
        is_test = self._get_midtrans_key().startswith(const.SANDBOX_KEY)
        return "test" if is_test else "enabled"

    def _build_request_headers(self, method, endpoint, payload, **kwargs):
        """Override of `payment`."""
        if self.code != "midtrans":
            return super()._build_request_headers(method, endpoint, payload, **kwargs)
        return {"Accept": "application/json"}

    def _build_request_auth(self, **kwargs):
        """Override of `payment`: the key as user, without password."""
        if self.code != "midtrans":
            return super()._build_request_auth(**kwargs)
        return self._get_midtrans_key(), ""

    def _call_midtrans(self, method, endpoint, **kwargs):
        """Send a request and return ``(code, answer)``.

        The code is the body's where it has one: HTTP may say 200 all the same.

        :raise ProviderUnavailable: if Midtrans did not answer, or not for certain
        """
        status, answer = self._call_api(method, endpoint, **kwargs)
        answer = answer if isinstance(answer, dict) else {}
        code = (
            mapping.answer_code(status, answer) if answer or status != 202 else WORKING
        )
        self._log_midtrans(f"{method} {endpoint}", code, answer)
        if _is_uncertain(code):
            raise ProviderUnavailable(self._get_midtrans_refusal(TOO_MANY))
        return code, answer

    def _log_midtrans(self, request, code, answer):
        """Note what is for administrators; a payer cannot do anything about it."""
        if code == "401":
            _logger.error(
                "Midtrans refuses the Server Key of payment provider %s (%s): use the "
                "key of its %s environment, or change the provider's state.",
                self.id,
                self.name,
                "production" if self._get_midtrans_stage() == "enabled" else "sandbox",
            )
        elif code not in ("200", "201", UNKNOWN_PAYMENT):
            texts = ("validation_messages", "error_messages", "status_message")
            reason = next(filter(None, map(answer.get, texts)), "")
            _logger.warning("%s of provider %s: %s %s", request, self.id, code, reason)

    def _get_midtrans_refusal(self, code):
        """Return what a payer is told about a refusal: what to do, in plain words."""
        if code in NOT_AVAILABLE:
            return self.env._(
                "This payment method is not available at the moment. Choose another "
                "one."
            )
        if code == "505":
            return self.env._(
                "The bank cannot give a number at the moment. Choose another payment "
                "method or try again later."
            )
        if code == TOO_MANY:
            return self.env._(
                "%(provider)s does not answer. Try again in a few minutes or choose "
                "another payment method.",
                provider=self.name,
            )
        return self.env._(
            "The payment could not be started. Choose another payment method, or tell "
            "us: Midtrans says %(code)s.",
            code=code,
        )

    def action_midtrans_check(self):
        """Ask for a payment that does not exist: if the key fits, Midtrans says so."""
        self.ensure_one()
        self.check_access("write")
        code, _answer = self._call_midtrans("GET", "v2/connection-check/status")
        if code != UNKNOWN_PAYMENT:
            raise UserError(
                self.env._(
                    "Server Key: Midtrans answers %(code)s. Use the key of the sandbox "
                    "for Test Mode, that of production for Enabled.",
                    code=code,
                )
            )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._("Midtrans accepts the Server Key."),
            },
        }

    # === CANCELLING === #

    def _cancel_charge(self, tx):
        if self.code != "midtrans":
            return super()._cancel_charge(tx)
        order = charge.quote_id(tx.reference)
        code, _answer = self._call_midtrans("POST", f"v2/{order}/cancel", retry=False)
        token = charge.read_page_token(tx.provider_reference)
        if code == UNKNOWN_PAYMENT and token:
            page = self.with_context(midtrans_page=charge.quote_id(token))
            code, _answer = page._call_midtrans("POST", const.CANCEL_PAGE, retry=False)
        if code not in ("200", UNKNOWN_PAYMENT):
            raise UserError(
                self.env._(
                    "This payment cannot be cancelled any more. If you have paid, it "
                    "shows here in a minute."
                )
            )

    # === REFUNDS === #

    def _can_refund(self, incoming):
        if self.code != "midtrans":
            return super()._can_refund(incoming)
        days = const.REFUND_DAYS.get(self._get_midtrans_method(incoming))
        if not days or incoming.paid_at < fields.Datetime.now() - timedelta(days=days):
            return False
        return "partial"

    def _get_midtrans_method(self, incoming):
        """Return the code of the payment method; on Snap the payer chose it there."""
        if incoming.channel_id.code != const.SNAP:
            return incoming.payment_method_id.code
        # As superuser: who refunds need not see the inbox.
        for notification in incoming.sudo().notification_ids:
            event = notification._get_confirmed_event()
            if event and event.channel:
                return event.channel
        return None

    def _request_refund(self, refund):
        if self.code != "midtrans":
            return super()._request_refund(refund)
        incoming, key = refund.incoming_id, charge.refund_key(refund.name)
        done = {"provider_refund_id": key, "state": "sent"}
        payment = mapping.split_payment_id(
            incoming.order_ref, incoming.provider_payment_id
        )
        endpoint = f"v2/{charge.quote_id(payment or incoming.order_ref)}"
        try:
            code, answer = self._call_midtrans(
                "POST",
                f"{endpoint}/refund/online/direct",
                json=charge.build_refund(key, int(refund.amount), refund.reason),
                headers={"Idempotency-Key": charge.idempotency_key("refund", key)},
                retry=False,
            )
        except ProviderUnavailable:
            # It may have been done: nobody may be told to send it another time.
            if self._find_midtrans_refund(endpoint, key):
                return done
            raise
        if code == DUPLICATE:
            if self._find_midtrans_refund(endpoint, key):
                return done
            raise ProviderUnavailable(
                self.env._(
                    "Midtrans knows this refund but does not say what became of it. "
                    "Look for %(key)s in its dashboard.",
                    key=key,
                )
            )
        if code != "200":
            raise UserError(self._get_midtrans_refund_refusal(code, answer))
        return done

    def _find_midtrans_refund(self, endpoint, key):
        """Return whether Midtrans knows a refund by our key for it."""
        code, answer = self._call_midtrans("GET", f"{endpoint}/status")
        rows = answer.get("refunds") if code == "200" else None
        return any(row.get("refund_key") == key for row in rows or [])

    def _get_midtrans_refund_refusal(self, code, answer):
        if code == "414":
            return self.env._(
                "Refund: Midtrans refuses the amount. Check what was refunded already "
                "and that the balance at Midtrans is large enough."
            )
        return self.env._(
            "Refund: Midtrans answers %(code)s, %(message)s. Try again later, or pay "
            "the money back by transfer and record it by hand.",
            code=code,
            message=answer.get("status_message") or "-",
        )

    # === SETTLEMENT === #

    def _parse_settlement(self, content, filename):
        if self.code != "midtrans":
            return super()._parse_settlement(content, filename)
        columns = parse_columns(self.settlement_columns)
        return settlement.parse_settlement(content, filename, columns)


def _is_uncertain(code):
    """Return whether a request may have done something all the same.

    505 says that it has not. The body's 202 is a refusal; without a body it says that
    the same request is still at work.
    """
    return code == WORKING or code >= "500" and code != "505"
