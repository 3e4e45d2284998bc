# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.payment import utils as payment_utils

from ..tools.reference import new_reference


class PaymentTransaction(models.Model):
    _inherit = "payment.transaction"

    channel_id = fields.Many2one(
        "payment.channel", compute="_compute_channel_id", store=True, index=True
    )
    surcharge_amount = fields.Monetary(
        readonly=True, help="The channel's fee where the payer bears it; in the amount."
    )
    expires_at = fields.Datetime(readonly=True, index=True)
    charged_at = fields.Datetime(
        readonly=True, help="When the provider said how to pay."
    )
    va_number = fields.Char(string="Virtual Account", readonly=True)
    biller_code = fields.Char(readonly=True, help="Mandiri Bill Payment: company code.")
    bill_key = fields.Char(readonly=True, help="Mandiri Bill Payment: payment code.")
    qr_string = fields.Char(string="QRIS", readonly=True)
    deeplink_url = fields.Char(readonly=True, help="Opens the payer's e-wallet.")
    checkout_url = fields.Char(readonly=True, help="The provider's own page.")
    va_ids = fields.One2many("payment.virtual.account", "transaction_id")
    incoming_ids = fields.One2many("payment.incoming", "transaction_id")
    polled_at = fields.Datetime(readonly=True)

    _waiting_idx = models.Index("(expires_at) WHERE state IN ('draft', 'pending')")

    # === COMPUTE METHODS === #

    @api.depends("provider_id", "payment_method_id")
    def _compute_channel_id(self):
        for tx in self:
            tx.channel_id = tx.provider_id._get_channel(tx.payment_method_id)

    # === PRE-PROCESSING === #

    @api.model
    def _compute_reference(self, provider_code, prefix=None, separator="-", **kwargs):
        """Override of `payment`: a reference that every provider takes.

        Names of invoices have slashes, several of them are too long for an order id,
        and two checkouts of one bill at a time would want the same one.
        """
        inbox_codes = self.env["payment.provider"]._get_inbox_codes()
        if provider_code not in inbox_codes or kwargs.get("source_transaction_id"):
            return super()._compute_reference(
                provider_code, prefix=prefix, separator=separator, **kwargs
            )
        return new_reference("PAY", fields.Date.context_today(self))

    def _get_specific_rendering_values(self, processing_values):
        """Override of `payment`: ask the provider how to pay, then show it."""
        values = super()._get_specific_rendering_values(processing_values)
        if not self._uses_waiting_page():
            return values
        self._ensure_charged()
        return {**values, "api_url": self._get_waiting_url()}

    def _uses_waiting_page(self):
        """Return whether the payer is shown our page with a number, code or link."""
        self.ensure_one()
        return bool(
            self.provider_code in self.provider_id._get_inbox_codes()
            and self.channel_id
            and self.operation in ("online_redirect", "online_direct")
        )

    def _ensure_charged(self):
        """Ask the provider for a number, code or link, once.

        On failure the transaction is in error, with a message for the payer.
        """
        self.ensure_one()
        if self.charged_at or self.state != "draft":
            return
        try:
            values = self._request_charge()
        except UserError as error:
            self._set_error(str(error))
            return
        self.write(self._prepare_charge(values))
        if self.va_number:
            self._create_virtual_account()
        self._set_pending()

    def _create_virtual_account(self):
        """Note the number, which the bank may have given to somebody before."""
        accounts = self.env["payment.virtual.account"]
        accounts.search(
            [
                ("provider_id", "=", self.provider_id.id),
                ("number", "=", self.va_number),
                ("kind", "=", "once"),
                ("state", "!=", "closed"),
            ]
        ).write({"state": "closed"})
        accounts.flush_model(["state"])  # before the index looks at the new one
        return accounts.create(self._prepare_virtual_account())

    def _prepare_charge(self, values):
        expires_at = values.get("expires_at") or self._get_expiry()
        return {**values, "expires_at": expires_at, "charged_at": fields.Datetime.now()}

    def _get_expiry(self):
        """Return when an attempt that starts now ends, naive UTC."""
        minutes = self.channel_id.expiry_minutes or 1440
        return fields.Datetime.now() + timedelta(minutes=minutes)

    def _prepare_virtual_account(self):
        return {
            "provider_id": self.provider_id.id,
            "channel_id": self.channel_id.id,
            "partner_id": self.partner_id.id,
            "kind": "once",
            "transaction_id": self.id,
            "number": self.va_number,
            "reference": self.reference,
            "provider_reference": self.provider_reference,
            "amount_type": "closed",
            "expires_at": self.expires_at,
            "state": "active",
        }

    def _request_charge(self):
        """Ask the provider how this can be paid. To be implemented per provider.

        :return: any of ``va_number`` (digits), ``biller_code`` and ``bill_key``,
            ``qr_string``, ``deeplink_url``, ``checkout_url``, ``provider_reference``,
            ``expires_at`` (naive UTC, when the provider decides)
        :rtype: dict
        :raise UserError: with a message for the payer; temporary or not
        """
        self.ensure_one()
        raise UserError(
            self.env._("This payment method is not available. Choose another one.")
        )

    # === WAITING PAGE === #

    def _get_access_token(self):
        """Return the secret that opens the waiting page of this transaction."""
        self.ensure_one()
        return payment_utils.generate_access_token(
            "payment_va", self.id, self.reference, env=self.env
        )

    def _get_waiting_url(self):
        self.ensure_one()
        return f"/payment/va/{self.id}/{self._get_access_token()}"

    def _get_bus_channel(self):
        """Return the channel the waiting page listens on: as secret as its URL."""
        self.ensure_one()
        return f"payment_va/{self._get_access_token()}"

    def _notify_waiting_page(self):
        """Tell the payers' browsers the state, when the transaction is committed."""
        for tx in self:
            self.env["bus.bus"]._sendone(
                tx._get_bus_channel(), "payment_va.status", {"state": tx.state}
            )

    # === BOOKING === #

    def _log_received_message(self):
        """Override of `payment`: no note on each bill while a batch is booked.

        The bills show their payments, the payments where they came from.
        """
        if self.env.context.get("payment_va_quiet"):
            return None
        return super()._log_received_message()

    def _update_state(self, allowed_states, target_state, state_message):
        """Override of `payment`: nothing is left to Odoo's post-processing.

        Its cron would touch every attempt that waits, just when its callback comes. A
        payment of something else than bills, such as an order, is finished by it.
        """
        txs = super()._update_state(allowed_states, target_state, state_message)
        ours = txs.filtered(
            lambda tx: (
                tx._is_booked_elsewhere() and (tx.state != "done" or tx.invoice_ids)
            )
        )
        ours.is_post_processed = True
        return txs

    def _post_process(self):
        """Override of `account_payment`: an attempt that ended has no entry to cancel.

        What was booked and taken back has its counter-entry.
        """
        ended = self.filtered(
            lambda tx: tx.state == "cancel" and tx._is_booked_elsewhere()
        )
        ended.is_post_processed = True
        return super(PaymentTransaction, self - ended)._post_process()

    def _get_open_lines(self):
        """Return what is still open of the bills of this checkout, oldest first."""
        lines = self.invoice_ids.line_ids.filtered(
            lambda line: (
                line.account_id.account_type == "asset_receivable"
                and line.parent_state == "posted"
                and not line.reconciled
                and line.amount_residual > 0
            )
        )
        return lines.sorted(lambda line: (line.date_maturity or line.date, line.id))

    def _create_payment(self, **extra_create_values):
        """Override of `account_payment`: money of an inbox comes in by one door only.

        Bookings are made from ``payment.incoming``; Odoo's post-processing, whichever
        way it is started, never adds another.
        """
        self.ensure_one()
        if self._is_booked_elsewhere():
            return self.payment_id
        return super()._create_payment(**extra_create_values)

    def _is_booked_elsewhere(self):
        """Return whether ``payment.incoming`` and ``payment.refund`` do the booking."""
        return self.provider_code in self.provider_id._get_inbox_codes() and bool(
            self.channel_id
        )

    # === REFUNDS === #

    def action_refund(self, amount_to_refund=None):
        """Override of `payment`: a refund is asked for, approved, then made."""
        own = self.filtered(lambda tx: tx._is_booked_elsewhere())
        if not own:
            return super().action_refund(amount_to_refund=amount_to_refund)
        if len(self) > 1:
            raise UserError(self.env._("Refund one payment at a time."))
        incoming = self._get_refundable_incoming()
        if amount_to_refund:
            incoming = incoming.with_context(payment_va_refund_amount=amount_to_refund)
        return incoming.action_refund()

    def _refund(self, amount_to_refund=None):
        """Override of `payment`: the refund is ``payment.refund``, no transaction.

        :return: no transaction, so that nothing books it another time
        :rtype: payment.transaction
        """
        self.ensure_one()
        if not self._is_booked_elsewhere():
            return super()._refund(amount_to_refund=amount_to_refund)
        incoming = self._get_refundable_incoming()
        self.env["payment.refund"]._request(
            incoming,
            amount_to_refund or incoming.refundable_amount,
            self.env._("Refund of %(reference)s", reference=self.reference),
            "api",
        )
        return self.browse()

    def _get_refundable_incoming(self):
        """Return the payment of this checkout of which something can be given back."""
        incomings = self.incoming_ids.filtered("refundable_amount")
        if not incomings:
            raise UserError(
                self.env._(
                    "%(reference)s has nothing left that could be refunded.",
                    reference=self.reference,
                )
            )
        return incomings[0]
