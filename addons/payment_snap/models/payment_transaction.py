# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import secrets

from odoo import models
from odoo.exceptions import UserError

from odoo.addons.payment_va.tools import va_number

from .. import const

#: Tries to find digits that no other number has; one is nearly always enough.
NUMBER_TRIES = 10


class PaymentTransaction(models.Model):
    _inherit = "payment.transaction"

    def _request_charge(self):
        """Override of `payment_va`: a number that the bank asks us about or keeps, or a
        QR code that it makes."""
        if self.provider_code != "snap":
            return super()._request_charge()
        # As superuser: the payer's checkout uses the keys without seeing them.
        tx = self.sudo()
        if tx.channel_id.kind == "qris":
            return tx._snap_request_qr()
        if tx.channel_id.kind == "va":
            return tx._snap_request_number()
        return super()._request_charge()

    def _snap_request_qr(self):
        answer = self.provider_id._snap_generate_qr(
            self.reference, self.amount, self._get_expiry()
        )
        if not answer.get("qrContent"):
            raise UserError(
                self.env._(
                    "%(provider)s made no QR code. Choose another payment method.",
                    provider=self.provider_id.name,
                )
            )
        return {
            "qr_string": answer["qrContent"],
            "provider_reference": str(answer.get("referenceNo") or "") or False,
        }

    def _snap_request_number(self):
        number, expires_at = self._snap_find_number(), self._get_expiry()
        provider = self.provider_id
        provider._snap_compose_va(number)
        if provider.snap_va_flow == "create":
            provider._snap_create_va(
                {
                    "number": number,
                    "name": self.partner_id.name,
                    "reference": self.reference,
                    "trx_type": "C",
                    "amount": self.amount,
                    "expires_at": expires_at,
                    "description": self.reference,
                }
            )
        return {"va_number": number, "expires_at": expires_at}

    def _snap_find_number(self):
        """Return digits for one checkout that no number of this bank ever had."""
        channel = self.channel_id
        prefix = channel.va_prefix or self.provider_id.snap_company_code or ""
        length = channel.va_length or self.provider_id.snap_bank_id.va_length
        room = length - len(prefix) - len(const.ONE_OFF_DIGIT)
        if room < 4:
            raise UserError(
                self.env._(
                    "Number Length of %(channel)s: too few digits are left behind the "
                    "prefix. Make it longer.",
                    channel=channel.display_name,
                )
            )
        for _attempt in range(NUMBER_TRIES):
            tail = f"{secrets.randbelow(10**room):0{room}d}"
            number = va_number.compose(prefix, const.ONE_OFF_DIGIT + tail)
            if not self.provider_id._snap_find_account(number):
                return number
        raise UserError(self.env._("No number is free. Choose another payment method."))

    def _prepare_virtual_account(self):
        """Override of `payment_va`: remember which numbers the bank keeps."""
        values = super()._prepare_virtual_account()
        if self.provider_code == "snap" and self.provider_id.snap_va_flow == "create":
            values |= {"snap_registered": True, "snap_amount": self.amount}
        return values
