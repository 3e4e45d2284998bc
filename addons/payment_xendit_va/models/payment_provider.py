# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import hmac
import re
from dataclasses import replace
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from odoo.addons.payment_va.tools.event import EventKind, PaymentEvent
from odoo.addons.payment_va.tools.settlement import read_table

from .. import const
from ..tools import confirm, parse, report

#: References of ours; what else Xendit calls an order is not one of these.
_OWN_REFERENCE = re.compile(r"[A-Z]+-\d{6}-[A-Z0-9]+")
#: Where the answer about a request holds the one about its payment.
FOLLOWED = "payment_of_request"


class PaymentProvider(models.Model):
    _name = "payment.provider"
    _inherit = ["payment.provider", "payment.xendit.api"]

    # === ENVIRONMENT AND CONSTRAINTS === #

    @property
    def _server_env_fields(self):
        """Override of `server_environment`: the keys may come from there."""
        return {
            **super()._server_env_fields,
            **{name: {} for name in const.KEY_FIELDS},
        }

    @api.constrains("state", "xendit_secret_key", "api_url")
    def _check_xendit_key(self):
        """Refuse to take test money for real money."""
        for provider in self:
            # As superuser: the key is not for those who may switch a provider on.
            key = provider.sudo().xendit_secret_key or ""
            is_test = key.startswith(const.TEST_KEY_PREFIX) and not provider.api_url
            if provider.code == "xendit" and provider.state == "enabled" and is_test:
                raise ValidationError(
                    self.env._(
                        "Xendit Secret Key: this one is for tests. Enter the live key, "
                        "or set %(provider)s to test mode.",
                        provider=provider.name,
                    )
                )

    # === WHICH PROVIDERS, WHICH CHANNELS === #

    @api.model
    def _get_inbox_codes(self):
        """Override of `payment_va`: Xendit's callbacks go through the inbox."""
        return super()._get_inbox_codes() | {"xendit"}

    def _get_default_channels(self):
        """Override of `payment_va`: what Xendit offers in Indonesia."""
        if self.code != "xendit":
            return super()._get_default_channels()
        return [
            {"sequence": 10 * position, **values}
            for position, values in enumerate(const.CHANNELS, 1)
        ]

    def _get_default_payment_method_codes(self):
        """Override of `payment_xendit`: switching it on switches our channels on."""
        codes = super()._get_default_payment_method_codes()
        if self.code != "xendit":
            return codes
        return codes | set(self.channel_ids.payment_method_id.mapped("code"))

    # === CALLBACKS === #

    @api.model
    def _parse_callback(self, delivery):
        """Override of `payment_va`."""
        if delivery.code != "xendit":
            return super()._parse_callback(delivery)
        return parse.parse_callback(delivery.body)

    def _verify_callback(self, delivery, event):
        """Override of `payment_va`: the token in the header is the only proof.

        Companies that share one account at Xendit share its token: there the order
        tells whose payment it is.
        """
        if self.code != "xendit":
            return super()._verify_callback(delivery, event)
        token = delivery.headers.get("x-callback-token")
        if not self._xendit_is_token(token):
            return False
        owner = self._xendit_find_owner(event.order_ref)
        return owner in (self, self.browse()) or not owner._xendit_is_token(token)

    def _xendit_is_token(self, token):
        """Return whether a callback's token is this account's, in constant time."""
        self.ensure_one()
        expected = self.xendit_webhook_token or ""
        given = token or ""
        same = hmac.compare_digest(expected.encode(), given.encode())
        return bool(expected) and same

    @api.model
    def _xendit_find_owner(self, reference):
        """Return the account that made an order or a number; empty if none did."""
        if not reference:
            return self.browse()
        for model in ("payment.transaction", "payment.virtual.account"):
            found = self.env[model].sudo().search([("reference", "=", reference)])
            if found.provider_id.code == "xendit":
                return found.provider_id
        return self.browse()

    def _needs_confirmation(self, event):
        """Override of `payment_va`: the body is not signed, money is asked back."""
        if self.code != "xendit":
            return super()._needs_confirmation(event)
        moves_money = (
            EventKind.PAID,
            EventKind.DENIED,
            EventKind.REFUNDED,
            EventKind.CHARGEBACK,
        )
        return event.kind in moves_money or bool(event.refund_id)

    def _prepare_confirmation(self, event):
        """Override of `payment_va`: GET what the event is about."""
        if self.code != "xendit":
            return super()._prepare_confirmation(event)
        path = confirm.question_path(event)
        if not path:
            return None
        return {
            "method": "GET",
            "url": self._build_request_url(path),
            "headers": self._build_request_headers("GET", path, None),
            "auth": self._build_request_auth(),
        }

    def _parse_confirmation(self, event, status, payload):
        """Override of `payment_va`."""
        if self.code != "xendit":
            return super()._parse_confirmation(event, status, payload)
        answer = confirm.parse_confirmation(event, status, payload)
        if answer and answer.kind == EventKind.PAID and confirm.is_request(event):
            answer = self._xendit_follow(answer, payload)
        return answer and self._xendit_complete(answer)

    def _xendit_follow(self, answer, payload):
        """Return what Xendit says about the payment of a request that is paid.

        The request tells which payment it got, not of how much. What is answered is put
        into ``payload`` and kept with it: when it is booked nobody is asked any more.
        """
        if FOLLOWED not in payload:
            payload[FOLLOWED] = self._xendit_ask_payment(answer.payment_id)
        return confirm.parse_confirmation(answer, *payload[FOLLOWED])

    def _xendit_complete(self, event):
        """Return the event with what only our own records know.

        A refund names the request of a payment, not the payment; and payments made by
        the API's version before ours name a payment method in place of the order.
        """
        if event.refund_id:
            paid = event.payment_id or self._xendit_find_refunded(event.raw)
            return replace(event, payment_id=paid or None)
        if _OWN_REFERENCE.fullmatch(event.order_ref or ""):
            return event
        tx = self._xendit_find_request(event.raw)
        return replace(event, order_ref=tx.reference) if tx else event

    def _xendit_find_refunded(self, raw):
        """Return the id of the payment of a refund: ours, or one of the dashboard."""
        refund = self.env["payment.refund"].search(
            [("provider_id", "=", self.id), ("name", "=", raw.get("reference_id"))]
        )
        payments = refund.incoming_id or self._xendit_find_request(raw).incoming_ids
        return payments.sorted("id")[:1].provider_payment_id

    def _xendit_find_request(self, raw):
        """Return the checkout that asked for what Xendit tells about."""
        names = ("payment_request_id", "invoice_id", "payment_id")
        requests = [raw[name] for name in names if raw.get(name)]
        return self.env["payment.transaction"].search(
            [("provider_id", "=", self.id), ("xendit_request_ref", "in", requests)],
            limit=1,
        )

    def _prepare_poll_event(self, tx):
        """Override of `payment_va`: ask for the request, not for a payment."""
        if self.code != "xendit":
            return super()._prepare_poll_event(tx)
        return PaymentEvent(
            EventKind.PENDING,
            order_ref=tx.reference,
            payment_id=tx.xendit_request_ref or None,
        )

    # === CHARGES, NUMBERS, REFUNDS === #

    def _cancel_charge(self, tx):
        """Override of `payment_va`: cancel the request, or end the page."""
        if self.code != "xendit":
            return super()._cancel_charge(tx)
        return self._xendit_cancel(tx.xendit_request_ref)

    def _register_va(self, account):
        """Override of `payment_va`: a reusable payment code."""
        if self.code != "xendit":
            return super()._register_va(account)
        return self._xendit_register(account)

    def _close_va(self, account):
        """Override of `payment_va`."""
        if self.code != "xendit":
            return super()._close_va(account)
        return self._xendit_cancel(account.provider_reference)

    def _can_refund(self, incoming):
        """Override of `payment_va`: what a channel gives back, and for how long."""
        if self.code != "xendit":
            return super()._can_refund(incoming)
        days, in_part = const.REFUNDS_OF.get(incoming.channel_id.code, (0, False))
        age = fields.Datetime.now() - incoming.paid_at
        is_ours = incoming.provider_payment_id.startswith("py-")
        if not is_ours or age > timedelta(days=days):
            return False
        return "partial" if in_part else "full"

    def _request_refund(self, refund):
        """Override of `payment_va`: POST /refunds."""
        if self.code != "xendit":
            return super()._request_refund(refund)
        return self._xendit_refund(refund)

    # === SETTLEMENT === #

    def _parse_settlement(self, content, filename):
        """Override of `payment_va`: the balance report or the transactions report."""
        if self.code != "xendit" or self.settlement_columns:
            return super()._parse_settlement(content, filename)
        return report.parse_table(read_table(content, filename), filename)

    def _fetch_settlement(self, date_from, date_to):
        """Override of `payment_va`: GET /transactions."""
        if self.code != "xendit":
            return super()._fetch_settlement(date_from, date_to)
        return self._xendit_fetch_settlement(date_from, date_to)

    # === REQUESTS === #

    def _build_request_url(self, endpoint, **kwargs):
        """Override of `payment_xendit`: another address for tests."""
        if self.code != "xendit" or not self.api_url:
            return super()._build_request_url(endpoint, **kwargs)
        return f"{self.api_url.rstrip('/')}/{endpoint}"

    def _build_request_headers(self, method, endpoint, payload, **kwargs):
        """Override of `payment`: the version of the API belongs to its path."""
        headers = super()._build_request_headers(method, endpoint, payload, **kwargs)
        if self.code != "xendit":
            return headers
        if endpoint.startswith("v3/"):
            return {**headers, "api-version": const.API_VERSION}
        if endpoint.startswith("qr_codes/"):
            return {**headers, "api-version": const.QR_API_VERSION}
        return headers
