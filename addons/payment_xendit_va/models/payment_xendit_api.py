# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import logging
from datetime import datetime, time, timedelta
from decimal import Decimal

from odoo import fields, models
from odoo.exceptions import UserError

from odoo.addons.payment_va.models.payment_provider import ProviderUnavailable
from odoo.addons.payment_va.tools.amounts import to_naive_utc, whole

from .. import const
from ..tools import payload, report, wire

_logger = logging.getLogger(__name__)

#: What takes no more payments.
_ENDED = frozenset({"CANCELED", "EXPIRED", "FAILED"})


class PaymentXenditApi(models.AbstractModel):
    """What is asked of Xendit; a part of ``payment.provider``."""

    _name = "payment.xendit.api"
    _description = "Requests to Xendit"

    # === CHARGES === #

    def _xendit_create_request(self, order, channel):
        """Return how an order can be paid by a number, a QR code or an e-wallet.

        :param payload.Order order:
        :raise UserError: with a message for the payer
        """
        needs_phone = channel.code in const.PHONE_CHANNELS
        try:
            body = payload.payment_request(order, channel.kind, needs_phone)
        except ValueError as error:
            raise UserError(
                self.env._(
                    "%(method)s needs the mobile number of your account there. Enter "
                    "it in your contact data, such as +62812345678, or choose another "
                    "payment method.",
                    method=channel.name,
                )
            ) from error
        answer = self._xendit_create(const.PAYMENT_REQUESTS, body, order.reference)
        if wire.status_of(answer) in _ENDED:
            self._xendit_refuse(200, answer)
        return self._xendit_read(payload.how_to_pay, answer)

    def _xendit_create_invoice(self, order):
        """Return the page of Xendit's on which an order can be paid."""
        methods = [] if order.channel == const.INVOICE_CHANNEL else [order.channel]
        body = payload.invoice(order, methods, fields.Datetime.now())
        answer = self._xendit_create(const.INVOICES, body, order.reference)
        return self._xendit_read(payload.hosted_page, answer)

    def _xendit_create_session(self, order):
        """Return the page of Xendit's, by the API that follows the one of invoices."""
        body = payload.session(order)
        answer = self._xendit_create(const.SESSIONS, body, order.reference)
        return self._xendit_read(payload.hosted_page, answer)

    def _xendit_cancel(self, request_ref):
        """End a payment request, session or invoice. Ended ones stay ended."""
        if not request_ref:
            return
        read, end = {
            "pr-": (const.PAYMENT_REQUEST, const.PAYMENT_REQUEST_CANCEL),
            "ps-": (const.SESSION, const.SESSION_CANCEL),
        }.get(request_ref[:3], (const.INVOICE, const.INVOICE_EXPIRE))
        status, answer = self._call_api("POST", end.format(request_ref), retry=True)
        if status < 400:
            return
        _status, current = self._call_api("GET", read.format(request_ref))
        if wire.status_of(current) not in _ENDED:
            self._xendit_refuse(status, answer)

    # === FIXED NUMBERS === #

    def _xendit_register(self, account):
        """Return the number that Xendit gives, and its own name of it.

        :param payment.virtual.account account:
        """
        if account.amount_type != "open":
            raise UserError(
                self.env._(
                    "Amount Type: a fixed number at Xendit does not ask what is owed. "
                    "Choose the open amount."
                )
            )
        body = payload.reusable_number(self._xendit_prepare_number(account))
        answer = self._xendit_create(const.PAYMENT_REQUESTS, body, account.reference)
        values = self._xendit_read(payload.how_to_pay, answer)
        return {
            "number": self._xendit_read(lambda found: found["va_number"], values),
            "provider_reference": values["provider_reference"],
        }

    def _xendit_prepare_number(self, account):
        channel = account.channel_id
        return payload.Order(
            reference=account.reference,
            amount=None,
            channel=channel.code,
            name=account.partner_id.name or "",
            expires_at=account.expires_at or None,
            number=account.number if channel.va_prefix else "",
        )

    # === REFUNDS === #

    def _xendit_refund(self, refund):
        """Ask for a refund, and return its id and state.

        :param payment.refund refund:
        """
        source = self._xendit_get_refund_source(refund.incoming_id)
        amount = self._xendit_to_rupiah(refund.amount, refund.currency_id)
        body = payload.refund(refund.name, amount, refund.reason or "", **source)
        answer = self._xendit_create(const.REFUNDS, body, refund.name, **source)
        return self._xendit_read(payload.refund_state, answer)

    def _xendit_get_refund_source(self, incoming):
        """Return the request of the payment to be refunded, as Xendit wants it."""
        request_ref = incoming.transaction_id.xendit_request_ref or ""
        if request_ref.startswith("pr-"):
            return {"payment_request_id": request_ref}
        path = const.PAYMENT.format(incoming.provider_payment_id)
        status, answer = self._call_api("GET", path)
        if status >= 400:
            self._xendit_refuse(status, answer)
        found = self._xendit_read(lambda found: found["payment_request_id"], answer)
        return {"payment_request_id": found}

    # === SETTLEMENT === #

    def _xendit_fetch_settlement(self, date_from, date_to):
        """Return what was settled in these days.

        Transactions are found by when they were made, which is days before.

        :rtype: list[SettlementRow]
        """
        zone = self.company_id._get_payment_zone()
        start = date_from - timedelta(days=const.SETTLEMENT_LAG_DAYS)
        transactions = self._xendit_fetch_transactions(
            datetime.combine(start, time.min, zone),
            datetime.combine(date_to, time.max, zone),
        )
        rows = self._xendit_read(
            lambda found: list(map(report.parse_api, found)), transactions
        )
        return [row for row in rows if row and date_from <= row.day(zone) <= date_to]

    def _xendit_fetch_transactions(self, start, end):
        """Return all transactions made between two aware times, page by page.

        :raise UserError: if Xendit refuses, or there are too many for one time
        """
        params = {
            "types": const.SETTLED_TYPES,
            "statuses": ["SUCCESS"],
            "created[gte]": payload.format_time(to_naive_utc(start)),
            "created[lte]": payload.format_time(to_naive_utc(end)),
            "limit": const.PAGE_SIZE,
        }
        found = []
        for _page in range(const.MAX_PAGES):
            status, answer = self._call_api("GET", const.TRANSACTIONS, params=params)
            if status >= 400:
                self._xendit_refuse(status, answer)
            page = self._xendit_read(lambda answer: list(answer["data"]), answer)
            found += page
            if not page or not answer.get("has_more"):
                return found
            last = self._xendit_read(lambda last: last["id"], page[-1])
            params = {**params, "after_id": last}
        raise UserError(
            self.env._(
                "Xendit has more than %(count)s transactions in this time. Choose "
                "fewer days.",
                count=len(found),
            )
        )

    # === CALLS === #

    def _xendit_ask_payment(self, payment_id):
        """Return the HTTP status and the JSON of the answer about a payment.

        :raise ValueError: if there is none
        """
        path = const.PAYMENT.format(payment_id)
        try:
            return self._call_api(
                "GET", path, retry=False, timeout=const.SEARCH_TIMEOUT
            )
        except ProviderUnavailable as error:
            raise ValueError(f"no answer about {payment_id}") from error

    def _xendit_to_rupiah(self, amount, currency):
        """Return an amount as Xendit takes it. Never rounded: it would not be paid.

        :rtype: int
        :raise UserError: if it is not a whole amount of rupiah
        """
        exact = Decimal(str(amount))
        if currency.name != "IDR" or exact != exact.to_integral_value():
            raise UserError(
                self.env._(
                    "Amount: %(amount)s cannot be paid here. Pay a whole amount of "
                    "rupiah.",
                    amount=currency.format(amount),
                )
            )
        return whole(exact)

    def _xendit_create(self, endpoint, body, reference, **search):
        """Have Xendit create something, once, whatever happens on the way.

        When no answer came it is looked for by our reference before it is sent again,
        and it is sent again with the same idempotency key.

        :param dict search: what narrows the search down, beside the reference
        :return: what Xendit created
        :raise ProviderUnavailable: if that cannot be found out
        :raise UserError: if Xendit refuses
        """
        send = {"json": body, "headers": {"idempotency-key": reference}}
        try:
            status, answer = self._call_api("POST", endpoint, **send)
        except ProviderUnavailable:
            found = self._xendit_find(endpoint, reference, **search)
            if found:
                return found
            status, answer = self._call_api("POST", endpoint, **send)
        if status == 409:  # our key was used already
            found = self._xendit_find(endpoint, reference, **search)
            if found:
                return found
        if status >= 400:
            self._xendit_refuse(status, answer)
        return answer

    def _xendit_find(self, endpoint, reference, **search):
        """Return what Xendit created for a reference of ours, None if nothing."""
        name = "external_id" if endpoint == const.INVOICES else "reference_id"
        status, answer = self._call_api(
            "GET",
            endpoint,
            params=search or {name: reference},
            retry=False,
            timeout=const.SEARCH_TIMEOUT,
        )
        found = answer.get("data") if isinstance(answer, dict) else answer
        if status >= 400 or not isinstance(found, list):
            return None
        return next((row for row in found if row.get(name) == reference), None)

    def _xendit_read(self, read, answer):
        """Return what ``read`` finds in an answer of Xendit.

        :raise UserError: if the answer is not of the documented shape
        """
        try:
            return read(answer)
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            _logger.error("Xendit's answer is not as documented: %r", error)
            raise UserError(
                self.env._(
                    "%(provider)s gives an answer that is not understood. Try again "
                    "later, or by another payment method.",
                    provider=self.name,
                )
            ) from error

    def _xendit_refuse(self, status, answer):
        """Raise what a refusal of Xendit means to a payer, and log it for the others.

        :raise UserError: always
        """
        code = wire.error_code(answer) or f"HTTP {status}"
        if status in (401, 403):
            _logger.error(
                "Xendit: %s. Is the secret key of provider %s right, for test or live "
                "mode, and may it do this?",
                code,
                self.id,
            )
        else:
            _logger.warning("Xendit refuses: %s", code)
        raise UserError(
            self.env._(
                "%(provider)s refuses: %(code)s. Try another payment method, or ask "
                "its support.",
                provider=self.name,
                code=code,
            )
        )
