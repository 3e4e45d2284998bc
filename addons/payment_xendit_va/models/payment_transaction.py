# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models
from odoo.exceptions import UserError

from .. import const
from ..tools import payload


class PaymentTransaction(models.Model):
    _inherit = "payment.transaction"

    xendit_request_ref = fields.Char(
        string="Xendit Request",
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="What Xendit calls the request; the provider reference is its payment.",
    )

    def _get_specific_rendering_values(self, processing_values):
        """Override of `payment_xendit`: our channels do not make an invoice of it, too.

        This comes before the override there, which asks Xendit whatever the method is.
        """
        if self.provider_code != "xendit" or not self._uses_waiting_page():
            return super()._get_specific_rendering_values(processing_values)
        self._ensure_charged()
        return {"api_url": self._get_waiting_url()}

    def _xendit_create_charge(self, token_ref, auth_id=None):
        """Override of `payment_xendit`: no card pays what waits for another channel.

        Anybody may call the route behind this, with the reference of any transaction;
        its money would be booked by nobody.
        """
        if self._is_booked_elsewhere():
            raise UserError(
                self.env._(
                    "%(reference)s is not paid by card. Start the payment again.",
                    reference=self.reference,
                )
            )
        return super()._xendit_create_charge(token_ref, auth_id=auth_id)

    def _request_charge(self):
        """Override of `payment_va` to ask Xendit for a number, code or page."""
        if self.provider_code != "xendit":
            return super()._request_charge()
        order = self._xendit_prepare_order()
        if self.channel_id.code == const.SESSION_CHANNEL:
            values = self.provider_id._xendit_create_session(order)
        elif self.channel_id.kind == "redirect":
            values = self.provider_id._xendit_create_invoice(order)
        else:
            values = self.provider_id._xendit_create_request(order, self.channel_id)
        return {
            "expires_at": order.expires_at,
            "xendit_request_ref": values["provider_reference"],
            **values,
        }

    def _xendit_prepare_order(self):
        """Return what is to be paid, for Xendit's products.

        :rtype: payload.Order
        :raise UserError: if it is not a whole amount of rupiah
        """
        amount = self.provider_id._xendit_to_rupiah(self.amount, self.currency_id)
        return payload.Order(
            reference=self.reference,
            amount=amount,
            channel=self.channel_id.code,
            name=self.partner_name or "",
            description=self.reference,
            expires_at=self._get_expiry(),
            return_url=self.provider_id.get_base_url() + self._get_waiting_url(),
            email=self.partner_email or "",
            phone=self.partner_phone or "",
        )
