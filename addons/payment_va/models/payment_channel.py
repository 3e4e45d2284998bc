# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..const import CHANNEL_KINDS
from ..tools.fees import ChannelFee


class PaymentChannel(models.Model):
    """One payment method at one provider: its terms, as the contract says."""

    _name = "payment.channel"
    _description = "Payment Channel"
    _order = "provider_id, sequence, id"
    _check_company_auto = True

    provider_id = fields.Many2one(
        "payment.provider", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="provider_id.company_id", store=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    payment_method_id = fields.Many2one("payment.method", required=True, index=True)
    name = fields.Char(related="payment_method_id.name")
    code = fields.Char(
        required=True, help="The provider's own word for the channel, for its API."
    )
    kind = fields.Selection(CHANNEL_KINDS, required=True, default="va")
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    expiry_minutes = fields.Integer(
        default=1440, help="How long a payer has from the checkout on, in minutes."
    )
    min_amount = fields.Monetary()
    max_amount = fields.Monetary(help="0: no limit.")
    fee_fixed = fields.Monetary()
    fee_percent = fields.Float(digits=(6, 4))
    fee_tax_percent = fields.Float(
        string="Tax on Fee (%)", digits=(6, 4), help="PPN on the provider's fee."
    )
    fee_bearer = fields.Selection(
        [("company", "We"), ("payer", "The payer")], required=True, default="company"
    )
    allows_fixed = fields.Boolean(
        string="Fixed Numbers",
        help="Customers can have a number of their own that stays the same.",
    )
    va_prefix = fields.Char(string="Number Prefix")
    va_length = fields.Integer(
        string="Number Length", help="Digits of the whole number; 0: as they come."
    )

    _channel_uniq = models.Constraint(
        "UNIQUE(provider_id, payment_method_id)",
        "This provider has a channel for this payment method already.",
    )
    _expiry_positive = models.Constraint(
        "CHECK(expiry_minutes > 0)", "Expiry Minutes: use a number above 0."
    )
    _fee_sane = models.Constraint(
        "CHECK(fee_fixed >= 0 AND fee_percent >= 0 AND fee_percent < 50"
        " AND fee_tax_percent >= 0 AND fee_tax_percent < 100)",
        "Fee: use 0 or more, less than 50 % of the amount and less than 100 % tax.",
    )

    @api.constrains("min_amount", "max_amount")
    def _check_amounts(self):
        for channel in self:
            if channel.max_amount and channel.min_amount > channel.max_amount:
                raise ValidationError(
                    self.env._(
                        "Min Amount: %(name)s would take nothing. Make it smaller than "
                        "the Max Amount.",
                        name=channel.name,
                    )
                )

    def _get_fee(self):
        """Return the terms of the channel as a ``ChannelFee``; none for no channel."""
        if not self:
            return ChannelFee()
        return ChannelFee(
            Decimal(str(self.fee_fixed)),
            Decimal(str(self.fee_percent)),
            Decimal(str(self.fee_tax_percent)),
        )

    def _get_surcharge(self, amount):
        """Return what the payer pays on top of ``amount``, in whole rupiah."""
        if self.fee_bearer != "payer":
            return 0
        return self._get_fee().surcharge(Decimal(str(amount)))

    def _accepts(self, amount):
        """Return whether an amount, surcharge included, is within the limits."""
        self.ensure_one()
        below = self.max_amount and amount > self.max_amount
        return amount >= self.min_amount and not below

    @api.depends("provider_id", "payment_method_id")
    def _compute_display_name(self):
        for channel in self:
            channel.display_name = f"{channel.provider_id.name}: {channel.name}"
