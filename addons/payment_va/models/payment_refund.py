# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command, Domain
from odoo.tools import SQL

from ..tools.event import EventKind
from ..tools.reference import new_reference
from ..tools.refund_plan import plan_refund
from ..tools.three_way import Known, exact
from .payment_provider import ProviderUnavailable
from .payment_treasury_mixin import MANAGER, USER

_logger = logging.getLogger(__name__)

#: Asked for, and no money has moved yet.
PENDING_STATES = ("draft", "requested", "approved")
#: What nobody may give back another time.
RESERVING_STATES = (*PENDING_STATES, "sent", "confirmed")
#: A provider that did not answer is asked again after this time, with the same key.
ASK_AGAIN = timedelta(minutes=10)


class PaymentRefund(models.Model):
    """Money of an incoming payment that goes back to the payer."""

    _name = "payment.refund"
    _inherit = ["mail.thread", "payment.treasury.mixin"]
    _description = "Refund of an Online Payment"
    _order = "id desc"
    _rec_names_search = ["name", "incoming_id", "partner_id"]

    name = fields.Char(
        string="Reference",
        required=True,
        readonly=True,
        copy=False,
        help="Also what the provider is told: it does not refund it twice.",
    )
    incoming_id = fields.Many2one(
        "payment.incoming",
        string="Payment",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    provider_id = fields.Many2one(
        related="incoming_id.provider_id", store=True, index=True
    )
    company_id = fields.Many2one(related="incoming_id.company_id", store=True)
    currency_id = fields.Many2one(related="incoming_id.currency_id")
    partner_id = fields.Many2one(related="incoming_id.partner_id", store=True)
    kind = fields.Selection(
        [("refund", "Refund"), ("chargeback", "Chargeback")],
        required=True,
        default="refund",
        readonly=True,
    )
    method = fields.Selection(
        [("api", "By the provider"), ("manual", "By bank transfer")],
        required=True,
        readonly=True,
    )
    amount = fields.Monetary(required=True, readonly=True, tracking=True)
    reason = fields.Char(required=True, readonly=True)
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("requested", "To approve"),
            ("approved", "Approved"),
            ("sent", "Sent"),
            ("confirmed", "Refunded"),
            ("failed", "Failed"),
            ("cancelled", "Cancelled"),
        ],
        required=True,
        default="draft",
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
    )
    requested_by_id = fields.Many2one(
        "res.users", readonly=True, copy=False, tracking=True
    )
    requested_at = fields.Datetime(readonly=True, copy=False)
    approved_by_id = fields.Many2one(
        "res.users", readonly=True, copy=False, tracking=True
    )
    approved_at = fields.Datetime(readonly=True, copy=False)
    sent_at = fields.Datetime(readonly=True, copy=False)
    date = fields.Date(string="Refunded on", readonly=True, copy=False)
    failure = fields.Char(string="Answer", readonly=True, copy=False)
    provider_refund_id = fields.Char(
        string="Refund at Provider", readonly=True, copy=False
    )
    payee_name = fields.Char(string="Account Holder", readonly=True)
    payee_bank = fields.Char(string="Bank", readonly=True)
    payee_account = fields.Char(string="Account Number", readonly=True)
    journal_id = fields.Many2one(
        "account.journal", string="Paid from", readonly=True, copy=False
    )
    bank_reference = fields.Char(
        string="Reference of the Transfer", readonly=True, copy=False
    )
    payment_id = fields.Many2one(
        "account.payment",
        string="Ledger Payment",
        readonly=True,
        copy=False,
        index="btree_not_null",
    )

    _name_uniq = models.Constraint("UNIQUE(name)", "This reference is used already.")
    # The ids of providers are unique per payment, some of them not beyond that.
    _provider_refund_uniq = models.UniqueIndex(
        "(incoming_id, provider_refund_id) WHERE provider_refund_id IS NOT NULL",
        "This refund is known already.",
    )
    _amount_positive = models.Constraint(
        "CHECK(amount > 0)", "Refund Amount: use a number above 0."
    )
    _four_eyes = models.Constraint(
        "CHECK(approved_by_id IS NULL OR approved_by_id != requested_by_id)",
        "A refund is approved by somebody else than who asked for it.",
    )
    _confirmed_is_booked = models.Constraint(
        "CHECK(state != 'confirmed' OR payment_id IS NOT NULL)",
        "A refund is confirmed together with its booking.",
    )

    # === REQUEST === #

    @api.model
    def _request(self, incoming, amount, reason, method, **payee):
        """Ask for a refund, which somebody else has to approve.

        :param payment.incoming incoming: readable by the user
        :param float amount: in the payment's currency
        :param str method: ``api`` or ``manual``
        :param dict payee: ``payee_name``, ``payee_bank``, ``payee_account``
        :rtype: payment.refund
        """
        incoming = incoming._elevate(USER)
        incoming._lock()
        self._check_request(incoming, amount, method, payee)
        refund = self.sudo().create(
            {
                **self._prepare_refund(incoming, amount, reason),
                **payee,
                "method": method,
                "state": "requested",
                "requested_by_id": self.env.uid,
                "requested_at": fields.Datetime.now(),
            }
        )
        self.env.flush_all()  # the constraints speak now, not when the page is left
        return refund

    @api.model
    def _prepare_refund(self, incoming, amount, reason):
        return {
            "name": new_reference("RF", incoming._today()),
            "incoming_id": incoming.id,
            "amount": incoming.currency_id.round(amount),
            "reason": reason,
        }

    @api.model
    def _check_request(self, incoming, amount, method, payee):
        left = incoming.refundable_amount
        amount = incoming.currency_id.round(amount)
        if amount <= 0 or incoming.currency_id.compare_amounts(amount, left) > 0:
            raise ValidationError(
                self.env._(
                    "Refund Amount: of %(number)s at most %(amount)s can be given "
                    "back. Use a number above 0 and not above that.",
                    number=incoming.name,
                    amount=incoming.currency_id.format(left),
                )
            )
        if method == "api":
            self._check_provider(incoming, amount)
        elif not all(payee.values()) or len(payee) < 3:
            raise ValidationError(
                self.env._(
                    "Account Holder, Bank, Account Number: say where the money goes."
                )
            )

    @api.model
    def _check_provider(self, incoming, amount):
        can = incoming.provider_id._can_refund(incoming)
        whole = incoming.currency_id.compare_amounts(amount, incoming.amount) == 0
        if not can or (can == "full" and not whole):
            raise ValidationError(
                self.env._(
                    "%(provider)s cannot give back this amount of this payment. Choose "
                    "a bank transfer.",
                    provider=incoming.provider_id.name,
                )
            )

    # === APPROVAL === #

    def action_approve(self):
        """Approve refunds that somebody else asked for; the provider is told next."""
        refunds = self._elevate(MANAGER)
        refunds._check_state("requested")
        if any(refund.requested_by_id == self.env.user for refund in refunds):
            raise UserError(
                self.env._(
                    "You asked for this refund yourself. Somebody else has to approve "
                    "it."
                )
            )
        refunds.write(
            {
                "state": "approved",
                "approved_by_id": self.env.uid,
                "approved_at": fields.Datetime.now(),
            }
        )
        if "api" in refunds.mapped("method"):
            # Told in a transaction of its own: an approval must not be lost when what
            # the provider was told cannot be taken back any more.
            self.env.ref("payment_va.ir_cron_refunds").sudo()._trigger()

    def action_cancel(self):
        """Drop refunds of which no money has moved."""
        refunds = self._elevate()
        refunds._check_state(*PENDING_STATES, "failed")
        refunds.state = "cancelled"

    def action_retry(self):
        """Have failed refunds tried again; approved they are."""
        refunds = self._elevate(MANAGER)
        refunds._check_state("failed")
        refunds.write({"state": "approved", "failure": False})
        self.env.ref("payment_va.ir_cron_refunds").sudo()._trigger()

    def _check_state(self, *states):
        self._lock()
        if any(refund.state not in states for refund in self):
            raise UserError(
                self.env._(
                    "Another step was made with this refund meanwhile. Reload the page."
                )
            )

    def _lock(self):
        """Wait for whoever works on these refunds; see ``payment.incoming._lock``."""
        self.env.cr.execute(
            SQL(
                "SELECT id FROM payment_refund WHERE id = ANY(%s) ORDER BY id"
                " FOR UPDATE",
                self.ids,
            )
        )

    # === BY THE PROVIDER === #

    def action_send(self):
        """Tell the provider now, or again where it did not answer."""
        self._elevate(MANAGER)._send()

    def _send(self):
        """Ask the provider for approved refunds; the answer is the state."""
        for refund in self:
            refund._check_state("approved", "sent")
            if refund.method == "api" and not refund.provider_refund_id:
                refund._send_one()

    def _send_one(self):
        values = {"state": "sent", "sent_at": fields.Datetime.now(), "failure": False}
        try:
            answer = dict(self.provider_id._request_refund(self) or {})
        except ProviderUnavailable as error:
            # Perhaps done: not to be given back by another way before it is known.
            self.write({**values, "failure": str(error)})
            return
        except UserError as error:
            self.write({"state": "failed", "failure": str(error)})
            return
        state = answer.get("state", "sent")
        if state == "failed":
            values = {"state": "failed", "failure": answer.get("reason") or False}
        values["provider_refund_id"] = answer.get("provider_refund_id") or False
        self.write(values)
        if state == "confirmed":
            self._confirm()

    @api.model
    def _cron_send(self):
        """Tell providers what was approved, and ask again what they did not answer."""
        again = fields.Datetime.now() - ASK_AGAIN
        todo = self.search(
            Domain("method", "=", "api")
            & (
                Domain("state", "=", "approved")
                | (
                    Domain("state", "=", "sent")
                    & Domain("provider_refund_id", "=", False)
                    & Domain("sent_at", "<=", again)
                )
            ),
            order="id",
        )
        self.env["ir.cron"]._commit_progress(remaining=len(todo))
        for refund in todo:
            refund._send()
            if not self.env["ir.cron"]._commit_progress(1):
                break

    @api.model
    def _record_from_event(self, incoming, event):
        """Book what a provider reports as given back, once.

        :param payment.incoming incoming: the payment it is of
        :param PaymentEvent event: ``REFUNDED`` or ``CHARGEBACK``
        :return: whether that was news
        :rtype: bool
        """
        incoming._lock()
        refund = self._find_reported(incoming, event)
        if refund.state == "confirmed":
            return False
        if not refund:
            amount = self._get_reported_amount(incoming, event)
            if not amount:
                return False
            refund = self._create_reported(incoming, event, amount)
        refund._confirm(**refund._prepare_report(event))
        return True

    @api.model
    def _note_failure(self, incoming, event):
        """Note that a provider did not give back what it was asked for.

        :param payment.incoming incoming: the payment it is of; may be empty
        :param PaymentEvent event: ``FAILED``, with the id of the refund
        :return: whether that was news
        :rtype: bool
        """
        refunds = incoming.refund_ids.filtered(
            lambda refund: (
                refund.state == "sent"
                and event.refund_id in (refund.provider_refund_id, refund.name)
            )
        )
        reason = event.reason or event.status
        refunds.write({"state": "failed", "failure": reason or False})
        return bool(refunds)

    def _prepare_report(self, event):
        """Return what the provider's word adds: facts win over what was planned."""
        values = {}
        if not self.provider_refund_id:
            values["provider_refund_id"] = self._get_reported_id(event)
        if event.refund_amount is not None:
            values["amount"] = float(event.refund_amount)
        return values

    @api.model
    def _get_reported_id(self, event):
        """Return the provider's id; of an unnamed refund what makes it another one."""
        if event.refund_id:
            return event.refund_id
        amount = "" if event.refund_amount is None else f"{event.refund_amount:f}"
        return f"{event.kind}:{amount}"

    @api.model
    def _find_reported(self, incoming, event):
        """Return the refund an event is about, an empty recordset if there is none."""
        reference = self._get_reported_id(event)
        refunds = incoming.refund_ids
        named = refunds.filtered(
            lambda refund: reference in (refund.provider_refund_id, refund.name)
        )
        if named:
            return named[0]
        # The id may be told before we have read it from the answer to our request.
        return refunds.filtered(
            lambda refund: (
                refund.state == "sent"
                and refund.method == "api"
                and not refund.provider_refund_id
                and event.kind == EventKind.REFUNDED
                and exact(refund.amount) == event.refund_amount
            )
        )[:1]

    @api.model
    def _get_reported_amount(self, incoming, event):
        """Return what was given back; all that is left, if nobody says."""
        left = exact(incoming.amount) - exact(incoming.refunded_amount)
        amount = left if event.refund_amount is None else event.refund_amount
        if amount > left:
            raise ValidationError(
                self.env._(
                    "%(provider)s reports a refund of %(amount)s of %(number)s, of "
                    "which only %(left)s are left. Compare the refunds at the "
                    "provider.",
                    provider=incoming.provider_id.name,
                    amount=amount,
                    number=incoming.name,
                    left=left,
                )
            )
        return float(amount)

    @api.model
    def _create_reported(self, incoming, event, amount):
        """Create what happened elsewhere; what was only planned gives way to it."""
        for plan in incoming._get_pending_refunds():
            if (
                incoming.currency_id.compare_amounts(
                    amount, incoming.amount - incoming.reserved_amount
                )
                <= 0
            ):
                break
            plan.write(
                {
                    "state": "cancelled",
                    "failure": self.env._("The provider gave the money back already."),
                }
            )
        reason = event.reason or self.env._("Made at the provider")
        is_chargeback = event.kind == EventKind.CHARGEBACK
        return self.create(
            {
                **self._prepare_refund(incoming, amount, reason),
                "kind": "chargeback" if is_chargeback else "refund",
                "method": "api",
                "state": "sent",
                "sent_at": fields.Datetime.now(),
            }
        )

    # === BY BANK TRANSFER === #

    def _confirm_transfer(self, journal, reference, date):
        """Book an approved refund that a person has transferred.

        :param account.journal journal: of the bank it was transferred from
        :param str reference: of the transfer
        :param date date: of the transfer
        """
        self._check_state("approved")
        self._confirm(journal_id=journal.id, bank_reference=reference, date=date)

    def action_confirm_transfer(self):
        """Let a person say when and from where it was transferred."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Transferred"),
            "res_model": "payment.refund.confirm",
            "view_mode": "form",
            "target": "new",
            "context": {"default_refund_id": self.id},
        }

    # === BOOKING === #

    def _confirm(self, **values):
        """Book that the money is with the payer, once.

        :param dict values: further fields to write
        """
        self.ensure_one()
        if self.state == "confirmed":
            return
        self.write({"date": self.incoming_id._today(), **values})
        payment = self.with_company(self.company_id)._create_payment()
        self.write({"state": "confirmed", "payment_id": payment.id, "failure": False})

    def _create_payment(self):
        """Create the ledger's payment and reconcile it with what it gives back.

        Deposits first, then the newest bills, which are open again for as much.
        """
        incoming = self.incoming_id
        self.env["payment.booking"]._lock_bills(
            [incoming._get_bill_links().debit_move_id]
        )
        plan = self._plan(incoming)
        items = self._prepare_items(plan)
        values = self._prepare_payment(items)
        payment = self.env["account.payment"].create(values)
        # Creating it takes the one of the journal, whatever the values say.
        payment.outstanding_account_id = values["outstanding_account_id"]
        payment.action_post()
        self._reconcile(payment, items)
        return payment

    def _plan(self, incoming):
        to_minor = self._to_minor
        open_items = incoming._get_open_items()
        return plan_refund(
            to_minor(self._get_company_amount()),
            {item.id: to_minor(-item.amount_residual) for item in open_items},
            incoming._get_paid_bills(to_minor),
            max(to_minor(incoming._get_fee_left()), 0),
        )

    def _to_minor(self, amount):
        return self.env["payment.booking"]._field_to_minor(
            amount, self.company_id.currency_id
        )

    def _to_major(self, minor):
        return self.env["payment.booking"]._to_major(minor, self.company_id.currency_id)

    def _get_company_amount(self):
        """Return the refund at the rate at which the payment was booked."""
        move = self.incoming_id.payment_id.move_id
        paid = abs(self.incoming_id._get_clearing_item().balance)
        currency = move.company_id.currency_id
        return currency.round(paid * self.amount / self.incoming_id.amount)

    def _prepare_items(self, plan):
        """Return ``(values, credit item, link to a bill)`` of what is given back."""
        items = []
        for key, part in plan.deposits.items():
            credit = self.env["account.move.line"].browse(key)
            items.append((self._prepare_debit(credit, part), credit, None))
        for key, part in plan.bills.items():
            link = self.env["account.partial.reconcile"].browse(key)
            credit = link.credit_move_id
            label = link.debit_move_id.move_id.name
            items.append((self._prepare_debit(credit, part, label), credit, link))
        for account, part in (
            (self.provider_id._get_fee_account(), plan.fee),
            (self._get_rest_account(), plan.rest),
        ):
            if part:
                items.append((self._prepare_item(account, part), None, None))
        return items

    def _get_rest_account(self):
        payer = self.partner_id.commercial_partner_id.with_company(self.company_id)
        if not payer:
            return self.company_id._get_payment_suspense_account()
        return payer.property_account_receivable_id

    def _prepare_debit(self, credit, part, label=None):
        values = self._prepare_item(credit.account_id, part, label)
        return {**values, "partner_id": credit.partner_id.id}

    def _prepare_item(self, account, part, label=None):
        amount = self._to_major(part)
        return {
            "account_id": account.id,
            "partner_id": self.partner_id.commercial_partner_id.id,
            "name": f"{self.name}: {label or self.reason}",
            "currency_id": self.company_id.currency_id.id,
            "amount_currency": amount,
            "balance": amount,
            "date_maturity": self.date,
        }

    def _prepare_payment(self, items):
        """Return the values of the ledger's payment; a hook."""
        incoming = self.incoming_id
        journal = self.journal_id or incoming.payment_id.journal_id
        method_line = journal.outbound_payment_method_line_ids[:1]
        account = self._get_outgoing_account(method_line)
        total = self._to_minor(sum(vals["balance"] for vals, _c, _l in items))
        money = self._prepare_item(account, -total, incoming.name)
        return {
            "company_id": self.company_id.id,
            "journal_id": journal.id,
            "payment_method_line_id": method_line.id,
            "payment_type": "outbound",
            "partner_type": "customer",
            "partner_id": self.partner_id.commercial_partner_id.id,
            "amount": -money["balance"],
            "currency_id": self.company_id.currency_id.id,
            "date": self.date,
            "memo": self.name,
            "payment_reference": self.provider_refund_id or self.bank_reference,
            "outstanding_account_id": account.id,
            "line_ids": [Command.create(money)]
            + [Command.create(vals) for vals, _credit, _link in items],
        }

    def _get_outgoing_account(self, method_line):
        """Return the account the money leaves: what the provider holds, or the bank."""
        if self.method == "api":
            return self.incoming_id.payment_id.outstanding_account_id
        return method_line.payment_account_id or self.env[
            "account.payment"
        ]._get_outstanding_account("outbound")

    def _reconcile(self, payment, items):
        """Reconcile debits with the credits they undo, then the rest of the bills."""
        debits = payment.move_id.line_ids.sorted("id")[1:]
        bills = []
        for _debit, (_vals, credit, link) in zip(debits, items, strict=True):
            if link:
                bills.append(credit + link.debit_move_id)
                link.unlink()
        for debit, (_vals, credit, _link) in zip(debits, items, strict=True):
            if credit:
                (debit + credit).reconcile()
        for pair in bills:
            if not any(pair.mapped("reconciled")):
                pair.reconcile()

    # === SETTLEMENT === #

    def _get_clearing_item(self):
        """Return the journal item of what the provider took from what it owes us."""
        payment = self.payment_id
        return payment.move_id.line_ids.filtered(
            lambda item: item.account_id == payment.outstanding_account_id
        )[:1]

    def _as_known(self, settled, orders):
        """Return this for ``match_told``; see ``payment.incoming._as_known``."""
        owed = -self._get_clearing_item().amount_residual
        incoming = self.incoming_id
        names = (incoming.provider_payment_id, incoming.order_ref or "")
        return Known(
            self.id,
            self.provider_refund_id or "",
            next((name for name in names if name in orders), ""),
            exact(owed),
            taken=self.id in settled or not owed,
        )
