# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import logging
from contextlib import suppress
from datetime import UTC
from decimal import Decimal
from math import ceil

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import email_normalize
from odoo.tools.urls import urljoin

from odoo.addons.payment_va.models.payment_provider import ProviderUnavailable

from .. import const
from ..tools import charge
from .payment_provider import DUPLICATE, NOT_ENABLED, QUICK, TOO_MANY, UNKNOWN_PAYMENT

_logger = logging.getLogger(__name__)


class PaymentTransaction(models.Model):
    _inherit = "payment.transaction"

    def _request_charge(self):
        if self.provider_code != "midtrans":
            return super()._request_charge()
        self.ensure_one()
        if self.channel_id.code == const.SNAP:
            return self._midtrans_open_page()
        return self._midtrans_charge()

    # === NUMBERS, CODES AND LINKS === #

    def _midtrans_charge(self):
        """Ask for a number, code or link, and look if there may be one already.

        A second order for the same attempt is never made: the payer might pay both.
        """
        request = self._midtrans_prepare_charge()
        try:
            code, answer = self._midtrans_send("v2/charge", request)
        except ProviderUnavailable:
            code = None
        if code in (None, DUPLICATE):
            answer = self._midtrans_find_charge(request)
        elif code not in ("200", "201"):
            raise UserError(self.provider_id._get_midtrans_refusal(code))
        return self._midtrans_read(
            charge.read_charge, answer, self.reference, self._midtrans_get_amount()
        )

    def _midtrans_prepare_charge(self):
        """Return the body of the charge; a hook."""
        channel = self.channel_id.code
        return {
            **charge.build_charge(
                channel,
                self.reference,
                self._midtrans_get_amount(),
                acquirer=self.provider_id.midtrans_qris_acquirer,
                return_url=self._midtrans_get_return_url(),
                bill_label=self.env._("Bill"),
                bill_text=self.reference,
            ),
            "custom_expiry": charge.build_expiry(*self._midtrans_get_span()),
            **self._midtrans_prepare_customer(),
        }

    def _midtrans_find_charge(self, request):
        """Return the charge of this attempt that Midtrans knows already.

        :raise UserError: if there is none, or none that can be shown
        """
        provider = self.provider_id
        endpoint = f"v2/{charge.quote_id(self.reference)}"
        code, answer = provider._call_midtrans("GET", f"{endpoint}/status", **QUICK)
        if code == UNKNOWN_PAYMENT:
            raise ProviderUnavailable(provider._get_midtrans_refusal(TOO_MANY))
        status = answer.get("transaction_status")
        if not status:
            raise UserError(provider._get_midtrans_refusal(code))
        if status == "pending":
            if charge.read_instructions(answer):
                return answer
            # A status has no code or link. The first answer is kept for some minutes
            # under the key of the request.
            code, answer = self._midtrans_send("v2/charge", request)
            if code == "201":
                return answer
            # Nobody has seen the code; if it cannot be ended it is booked all the same.
            with suppress(UserError):
                provider._cancel_charge(self)
        raise UserError(
            self.env._("This payment was started already and is over. Start a new one.")
        )

    # === THE PAGE OF MIDTRANS === #

    def _midtrans_open_page(self):
        """Ask for a page on which the payer chooses how to pay.

        If it is not known whether there is one, nobody has seen it: no harm is done.
        """
        request = {
            **charge.build_page(
                self.reference,
                self._midtrans_get_amount(),
                *self._midtrans_get_span(),
                self._midtrans_get_return_url(),
            ),
            **self._midtrans_prepare_customer(),
        }
        code, answer = self._midtrans_send("snap/v1/transactions", request)
        if code not in ("200", "201"):
            raise UserError(self.provider_id._get_midtrans_refusal(code))
        return self._midtrans_read(charge.read_page, answer)

    # === REQUESTS === #

    def _midtrans_send(self, endpoint, request):
        return self.provider_id._call_midtrans(
            "POST",
            endpoint,
            json=request,
            headers=self._midtrans_prepare_headers(),
            retry=False,
        )

    def _midtrans_prepare_headers(self):
        headers, provider = {}, self.provider_id
        if self.channel_id.code not in charge.NOT_IDEMPOTENT:
            key = charge.idempotency_key("charge", self.reference)
            headers["Idempotency-Key"] = key
        if provider.midtrans_override_notification:
            headers["X-Override-Notification"] = provider.midtrans_callback_url
        return headers

    def _midtrans_prepare_customer(self):
        """Return what Midtrans is told about the payer; a hook."""
        email = email_normalize(self.partner_email or "") or None
        return charge.build_customer(self.partner_name, email)

    def _midtrans_read(self, reader, *args):
        """Return the values that a reader of answers gives.

        :raise UserError: if it is not of the documented shape
        """
        try:
            return reader(*args)
        except ValueError as error:
            _logger.error("%s: odd answer of Midtrans: %s", self.reference, error)
            raise UserError(
                self.provider_id._get_midtrans_refusal(NOT_ENABLED)
            ) from error

    def _midtrans_get_amount(self):
        """Return the amount in whole rupiah, rounded up: nothing may stay owed."""
        return ceil(Decimal(str(self.amount)))

    def _midtrans_get_span(self):
        """Return from when to when this may be paid, aware."""
        return (
            fields.Datetime.now().replace(tzinfo=UTC),
            self._get_expiry().replace(tzinfo=UTC),
        )

    def _midtrans_get_return_url(self):
        return urljoin(self.provider_id.get_base_url(), self._get_waiting_url())
