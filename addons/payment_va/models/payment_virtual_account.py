# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..tools import va_number
from ..tools.reference import new_reference


class PaymentVirtualAccount(models.Model):
    """A number that money can be sent to: a customer's own, or of one checkout."""

    _name = "payment.virtual.account"
    _description = "Virtual Account"
    _order = "id desc"
    _rec_name = "number"
    _rec_names_search = ["number", "partner_id", "reference"]
    _check_company_auto = True

    provider_id = fields.Many2one(
        "payment.provider", required=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one(
        related="provider_id.company_id", store=True, index=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    channel_id = fields.Many2one(
        "payment.channel",
        required=True,
        ondelete="restrict",
        domain="[('provider_id', '=', provider_id), ('kind', '=', 'va')]",
    )
    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        required=True,
        index=True,
        ondelete="restrict",
    )
    kind = fields.Selection(
        [("fixed", "Fixed"), ("once", "One checkout")], required=True, default="fixed"
    )
    transaction_id = fields.Many2one(
        "payment.transaction", index="btree_not_null", ondelete="cascade"
    )
    number = fields.Char(
        required=True, index=True, help="Digits only, bank prefix included."
    )
    customer_number = fields.Char(
        help="The part behind the bank's prefix; the customer's own number if empty."
    )
    reference = fields.Char(
        required=True,
        copy=False,
        readonly=True,
        help="What the provider calls the order or external id.",
    )
    provider_reference = fields.Char(
        copy=False, readonly=True, help="The provider's own id of this number."
    )
    amount_type = fields.Selection(
        [("open", "Any amount"), ("closed", "What is owed")],
        required=True,
        default="open",
    )
    expires_at = fields.Datetime()
    state = fields.Selection(
        [("draft", "Not registered"), ("active", "Active"), ("closed", "Closed")],
        required=True,
        default="draft",
        readonly=True,
        copy=False,
        index=True,
    )
    incoming_ids = fields.One2many("payment.incoming", "va_id")

    # Money sent to a number must have one owner.
    _number_uniq = models.UniqueIndex(
        "(provider_id, number) WHERE state != 'closed'",
        "This number belongs to another customer already.",
    )
    _reference_uniq = models.Constraint(
        "UNIQUE(reference)", "This reference is used already."
    )
    _fixed_uniq = models.UniqueIndex(
        "(channel_id, partner_id) WHERE kind = 'fixed' AND state != 'closed'",
        "This customer has a fixed number at this bank already.",
    )

    @api.constrains("number")
    def _check_number(self):
        for account in self:
            if not account.number.isdigit() or len(account.number) > 28:
                raise ValidationError(
                    self.env._(
                        "Number: %(number)s is no virtual account. Use 1 to 28 digits.",
                        number=account.number,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        """Override to give each account a reference and, if fixed, its number."""
        for vals in vals_list:
            vals.setdefault(
                "reference", new_reference("VA", fields.Date.context_today(self))
            )
            if not vals.get("number"):
                vals["number"] = self._compose_number(vals)
        return super().create(vals_list)

    @api.model
    def _compose_number(self, vals):
        """Return the number for a customer from the channel's pattern.

        :raise UserError: if the customer has no number, or it does not fit
        """
        channel = self.env["payment.channel"].browse(vals.get("channel_id"))
        partner = self.env["res.partner"].browse(vals.get("partner_id"))
        customer = vals.get("customer_number") or partner._get_va_customer_number()
        try:
            return va_number.compose(channel.va_prefix, customer, channel.va_length)
        except ValueError as error:
            raise UserError(
                self.env._(
                    "Customer Number of %(partner)s: %(reason)s. Change the number, or "
                    "the length of numbers on the channel %(channel)s.",
                    partner=partner.display_name,
                    reason=error,
                    channel=channel.display_name,
                )
            ) from error

    def action_register(self):
        """Have the provider take payments for these numbers."""
        for account in self.filtered(lambda account: account.state == "draft"):
            # As superuser: the keys of a provider are not for those who use it.
            values = account.sudo().provider_id._register_va(account.sudo())
            account.sudo().write({**(values or {}), "state": "active"})

    def action_close(self):
        """Have the provider refuse payments for these numbers from now on."""
        for account in self.filtered(lambda account: account.state == "active"):
            # As superuser: the keys of a provider are not for those who use it.
            account.sudo().provider_id._close_va(account.sudo())
        self.sudo().write({"state": "closed"})

    def _get_open_lines(self):
        """Return the journal items a payment to this number is for, oldest first."""
        self.ensure_one()
        if self.transaction_id:
            return self.transaction_id._get_open_lines()
        return self.partner_id._get_open_bill_lines(self.company_id)

    def _get_presented_amount(self):
        """Return what is owed, in whole rupiah: what a bank shows at an inquiry."""
        if self.transaction_id:
            return int(self.transaction_id.amount)
        return int(sum(self._get_open_lines().mapped("amount_residual")))

    def _is_expired(self):
        self.ensure_one()
        return bool(self.expires_at and self.expires_at <= fields.Datetime.now())

    def _get_display_number(self):
        """Return the number in groups, as people read it."""
        self.ensure_one()
        return va_number.group(self.number)
