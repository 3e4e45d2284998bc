# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import UTC, timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from odoo.addons.payment_va.tools.va_number import digits, group

from ..const import KINDS, OPEN_STATES, ORDER_STATES, STATE_COLOURS


class PaymentSimulatorOrder(models.Model):
    """What somebody can pay: a charge, a number, a code, as the provider keeps it."""

    _name = "payment.simulator.order"
    _description = "Payment Simulator Order"
    _order = "id desc"
    _rec_name = "order_ref"

    account_id = fields.Many2one(
        "payment.simulator.account", required=True, index=True, ondelete="cascade"
    )
    code = fields.Selection(related="account_id.code", store=True)
    company_id = fields.Many2one(related="account_id.company_id", store=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    order_ref = fields.Char(
        string="Order", required=True, index=True, help="The merchant's reference."
    )
    provider_ref = fields.Char(
        required=True, index=True, help="The provider's own id of the order."
    )
    channel = fields.Char(required=True, help="The provider's word for it.")
    kind = fields.Selection(KINDS, required=True)
    number = fields.Char(index="btree_not_null", help="Digits only.")
    biller_code = fields.Char(help="Mandiri Bill Payment: company code.")
    qr_string = fields.Char(string="QRIS", index="btree_not_null")
    payer_name = fields.Char()
    amount = fields.Monetary(help="0: whatever the payer likes.")
    is_reusable = fields.Boolean(help="Takes any number of payments.")
    expires_at = fields.Datetime()
    state = fields.Selection(
        ORDER_STATES, required=True, default="pending", readonly=True, index=True
    )
    details = fields.Json(
        help="What the merchant sent and the answers repeat.",
        export_string_translation=False,
    )
    payment_ids = fields.One2many("payment.simulator.payment", "order_id")
    refund_ids = fields.One2many("payment.simulator.refund", "order_id")
    delivery_ids = fields.One2many("payment.simulator.delivery", "order_id")

    _provider_ref_uniq = models.UniqueIndex(
        "(account_id, provider_ref)", "The provider has this id already."
    )
    _order_ref_uniq = models.UniqueIndex(
        "(account_id, order_ref) WHERE code = 'midtrans' AND state != 'cancelled'",
        "Midtrans takes an order id once.",
    )
    _number_uniq = models.UniqueIndex(
        "(account_id, number)"
        " WHERE number IS NOT NULL AND state IN ('asking', 'pending', 'active')",
        "This number is in use.",
    )

    # === READING === #

    @api.model
    def _find(self, text):
        """Return the orders that a person means by a number, code, or reference.

        :param str text: a virtual account however grouped, a QRIS payload, an order's
            reference, the provider's id; "" for all
        """
        text = (text or "").strip()
        if not text:
            return self.search([], limit=50)
        number = digits(text)
        domain = Domain.OR(
            [
                [("order_ref", "=ilike", text)],
                [("provider_ref", "=", text)],
                [("qr_string", "=", text)],
                [("payer_name", "ilike", text)],
                [("payment_ids.provider_ref", "=", text)],
            ]
        )
        if number:
            domain |= Domain("number", "=", number)
        return self.search(domain, limit=50)

    @api.model
    def _find_one(self, text):
        """Return the one order that a text means, the one that can be paid first.

        :raise UserError: if there is none
        """
        orders = self._find(text) if (text or "").strip() else self
        if not orders:
            raise UserError(
                self.env._(
                    "%(text)s is no order, number or code here. See the list at "
                    "/simulator.",
                    text=text or "-",
                )
            )
        return orders.sorted(lambda o: (o.state not in OPEN_STATES, -o.id))[:1]

    def _get_payments(self, state=None):
        """Return the payments, newest first: also those of this very transaction.

        :param str state: only these
        """
        payments = self.payment_ids.sorted("id", reverse=True)
        return payments.filtered(lambda payment: state in (None, payment.state))

    def _get_deliveries(self):
        """Return the notices, newest first: also those of this very transaction."""
        return self.delivery_ids.sorted("id", reverse=True)

    def _get_protocol(self):
        return self.account_id._get_protocol()

    def _get_display_number(self):
        """Return the number in groups, with the biller's code where there is one."""
        self.ensure_one()
        parts = [self.biller_code, group(self.number)] if self.number else []
        return " / ".join(filter(None, parts))

    def _is_open(self):
        """Return whether it can be paid in time."""
        self.ensure_one()
        return self.state in OPEN_STATES and not self._is_over()

    def _is_over(self):
        self.ensure_one()
        return bool(self.expires_at and self.expires_at <= fields.Datetime.now())

    def _get_paid_amount(self):
        """Return what is paid and neither denied nor sent back."""
        return sum(
            payment._get_left()
            for payment in self.payment_ids
            if payment.state == "paid"
        )

    def _get_expiry_time(self, zone=UTC):
        """Return when it ends, aware, in a zone; None if never."""
        self.ensure_one()
        if not self.expires_at:
            return None
        return self.expires_at.replace(tzinfo=UTC).astimezone(zone)

    def _get_colour(self):
        """Return the colour of the state: one of Bootstrap's."""
        self.ensure_one()
        return STATE_COLOURS.get(self.state, "secondary")

    def _get_actions(self):
        """Return what a person can do with it: names of the buttons."""
        self.ensure_one()
        return self._get_protocol()._get_actions(self)

    def _is_busy(self):
        """Return whether a notice is on its way: the page is soon out of date."""
        soon = fields.Datetime.now() + timedelta(seconds=60)
        return any(
            delivery.state in ("queued", "sending") and delivery.due_at <= soon
            for delivery in self.delivery_ids
        )

    @api.model
    def _get_banks_to_ask(self, text):
        """Return the accounts at banks that would ask us about a number.

        :param str text: what somebody typed; an account is not asked about words
        """
        number = digits(text)
        accounts = self.env["payment.simulator.account"].search([("code", "=", "snap")])
        return accounts.filtered(
            lambda account: number.startswith(
                account.provider_id.snap_company_code or "-"
            )
        )

    @api.model
    def _get_numbers_to_ask(self):
        """Return our numbers that banks will ask us about: payers wait for them.

        A bank does not have such a list; it saves people the typing.

        :rtype: payment.virtual.account
        """
        accounts = self.env["payment.simulator.account"].search([("code", "=", "snap")])
        known = self.search([("state", "in", OPEN_STATES), ("number", "!=", False)])
        return self.env["payment.virtual.account"].search(
            [
                ("provider_id", "in", accounts.provider_id.ids),
                ("state", "=", "active"),
                ("number", "not in", known.mapped("number")),
                "|",
                ("transaction_id", "=", False),
                ("transaction_id.state", "=", "pending"),
            ],
            limit=20,
        )

    def _to_json(self):
        """Return what the JSON interface and the command line show of an order."""
        self.ensure_one()
        return {
            "order": self.order_ref,
            "provider": self.code,
            "channel": self.channel,
            "number": self.number or None,
            "biller_code": self.biller_code or None,
            "qr_string": self.qr_string or None,
            "payer": self.payer_name or None,
            "amount": int(self.amount),
            "state": self.state,
            "expires_at": self.expires_at and f"{self.expires_at.isoformat()}Z" or None,
            "payments": [
                {
                    "id": payment.provider_ref,
                    "amount": int(payment.amount),
                    "state": payment.state,
                    "refunded": int(sum(payment.refund_ids.mapped("amount"))),
                }
                for payment in self._get_payments()
            ],
            "notices": [
                {
                    "event": delivery.event,
                    "state": delivery.state,
                    "tries": delivery.tries,
                    "answer": delivery.answer_status or None,
                }
                for delivery in self._get_deliveries()
            ],
            "actions": self._get_actions(),
        }

    # === WHAT PEOPLE DO === #

    @api.model
    def _ask(self, number):
        """Type a number at the SNAP bank it belongs to.

        :rtype: payment.simulator.order
        :raise UserError: if it is no bank's
        """
        account = self._get_banks_to_ask(number)[:1]
        if not account:
            raise UserError(
                self.env._(
                    "Number: %(number)s does not begin with the company code of a SNAP "
                    "bank here.",
                    number=number,
                )
            )
        return account._get_protocol()._ask(account, number)

    def _pay(self, amount=None, times=1, late=False):
        """Pay as the payer does, and tell the merchant.

        :param amount: rupiah; the amount asked for if None
        :param int times: how often, each a payment of its own
        :param bool late: after the expiry, which comes now if it was not there yet
        :rtype: payment.simulator.payment
        :raise UserError: if it cannot be paid
        """
        self.ensure_one()
        if late and self._is_open():
            self._expire()
        self._check_payable(late)
        amount = self._check_amount(amount)
        payments = self.env["payment.simulator.payment"]
        for _time in range(times):
            payments |= self._get_protocol()._pay(self, amount)
        return payments

    def _check_payable(self, late):
        if self.state == "unknown" or self.state == "asking":
            raise UserError(
                self.env._(
                    "%(number)s: the bank does not know this number. Check it.",
                    number=self._get_display_number(),
                )
            )
        if late or self._is_open() or self.state == "paid":
            return
        raise UserError(
            self.env._(
                "%(order)s is not open any more. Use Pay late to pay it all the same.",
                order=self.order_ref,
            )
        )

    def _check_amount(self, amount):
        amount = self.amount if amount is None else amount
        if not amount or amount < 0 or amount != int(amount):
            raise UserError(
                self.env._("Amount: enter whole rupiah, more than 0, for this number.")
            )
        return int(amount)

    def _expire(self):
        """End it without a payment, and tell the merchant."""
        for order in self:
            if order.state not in OPEN_STATES:
                raise UserError(
                    self.env._(
                        "%(order)s is not waiting, so it cannot expire.",
                        order=order.order_ref,
                    )
                )
            now = fields.Datetime.now()
            order.write(
                {
                    "state": "expired",
                    "expires_at": min(order.expires_at or now, now),
                }
            )
            order._get_protocol()._notify(order, "expire")

    def _deny(self):
        """Take a payment back that was reported as paid, as some banks do."""
        self.ensure_one()
        payment = self._get_last_payment()
        payment.state = "denied"
        self.state = "denied"
        self._get_protocol()._notify(self, "deny", payment=payment)

    def _refund(self, amount=None):
        """Send money back from the provider's dashboard, and tell the merchant.

        :param amount: rupiah; all that is left if None
        :rtype: payment.simulator.refund
        """
        self.ensure_one()
        payment = self._get_last_payment()
        refund = payment._refund(amount)
        self._get_protocol()._notify(self, "refund", payment=payment, refund=refund)
        return refund

    def _get_last_payment(self):
        payment = self._get_payments("paid").filtered(lambda p: p._get_left() > 0)[:1]
        if not payment:
            raise UserError(
                self.env._(
                    "%(order)s has no payment that could be taken back. Pay it first.",
                    order=self.order_ref,
                )
            )
        return payment

    def _do(self, action, amount=None):
        """Do what a button, the command line or the JSON interface names.

        :param str action: one of ``_get_actions``
        :param amount: rupiah, for those that take one
        """
        self.ensure_one()
        if action not in self._get_actions():
            raise UserError(
                self.env._(
                    "%(order)s: %(action)s is not possible now. Possible: %(actions)s.",
                    order=self.order_ref,
                    action=action,
                    actions=", ".join(self._get_actions()) or "-",
                )
            )
        if action == "pay":
            return self._pay(amount)
        if action == "pay_twice":
            return self._pay(amount, times=1 if self.state == "paid" else 2)
        if action == "pay_late":
            return self._pay(amount, late=True)
        if action == "refund":
            return self._refund(amount)
        if action == "resend":
            return self.delivery_ids._send_again()
        return getattr(self, f"_{action}")()

    # === TIME === #

    @api.model
    def _cron_expire(self):
        """End what nobody paid in time, and tell the merchant."""
        if self.env["payment.provider"]._is_simulator_off():
            return
        late = self.search(
            [
                ("state", "in", ("created", "pending")),
                ("expires_at", "<=", fields.Datetime.now()),
            ],
            limit=500,
        )
        late._expire()

    @api.autovacuum
    def _gc_old(self):
        """Forget what ended half a year ago."""
        limit = fields.Datetime.now() - timedelta(days=180)
        self.search(
            [("create_date", "<", limit), ("state", "not in", OPEN_STATES)], limit=1000
        ).unlink()
