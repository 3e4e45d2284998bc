# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import json
import logging
import random
import time
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal

from psycopg2.errors import (
    DeadlockDetected,
    LockNotAvailable,
    SerializationFailure,
)

from odoo import SUPERUSER_ID, api, fields, models, tools
from odoo.exceptions import ValidationError
from odoo.tools import SQL

from ..const import BATCH_SIZE
from ..tools.allocation import OpenBill, allocate
from ..tools.amounts import to_naive_utc
from ..tools.decision import Action, decide
from ..tools.event import EventKind
from . import payment_provider

_logger = logging.getLogger(__name__)

#: Namespace of the advisory locks: one booker per account at a provider.
LOCK_SPACE = 0x5343  # "SC"
#: Seconds to wait for a provider that is asked back, and how many at a time.
ASK_TIMEOUT, ASK_THREADS = 4, 8
APPLY_TRIES = 5
#: Paid this long after expiry is still in time: clocks differ, networks are slow.
LATE_GRACE = timedelta(minutes=2)
#: Entries are evidence of themselves; nobody reads thousands of "created" notes.
QUIET = {
    "tracking_disable": True,
    "mail_create_nolog": True,
    "mail_notrack": True,
    "payment_va_quiet": True,
}


@dataclass
class Booking:
    """One payment on its way into the ledger."""

    notification: object
    event: object
    tx: object
    va: object
    partner: object
    amount: int = 0
    fee: int = 0
    exception: str | None = None
    note: str = ""
    parts: list = field(default_factory=list)


class PaymentBooking(models.AbstractModel):
    """Turn what is in the inbox into bookings, in batches, exactly once.

    Whoever comes first - the request of a callback, the cron - books all that waits of
    one account at a provider; who comes meanwhile leaves it to them. Under load batches
    grow by themselves, and one payment in a batch costs a fraction of one alone.
    """

    _name = "payment.booking"
    _description = "Booking of Incoming Payments"

    # === WORKING OFF: TRANSACTIONS AND LOCKS === #

    @api.model
    def _work_off(self, seconds, provider_ids=None):
        """Book what waits, in transactions of its own, for at most ``seconds``.

        What is left after that is for the cron, which is woken.

        :param list provider_ids: only these; all of them if None
        """
        deadline = time.monotonic() + seconds
        if provider_ids is None:
            provider_ids = self._find_busy_providers()
        for provider_id in provider_ids:
            if not self._work_off_provider(provider_id, deadline):
                self._wake_cron()
                return

    @api.model
    def _find_busy_providers(self):
        with self._transaction() as env:
            env.cr.execute(
                SQL(
                    "SELECT DISTINCT provider_id FROM payment_notification WHERE %s",
                    due(),
                )
            )
            return [row[0] for row in env.cr.fetchall()]

    @api.model
    def _work_off_provider(self, provider_id, deadline):
        """Book batch by batch and return whether nothing is left to this process."""
        while True:
            with self._lock_provider(provider_id) as locked:
                if not locked:
                    return True
                self._work_off_batch(provider_id)
            # Somebody may have come between the last look and the unlocking, found the
            # lock taken and gone.
            if not self._has_waiting(provider_id):
                return True
            if time.monotonic() >= deadline:
                return False

    @contextmanager
    def _transaction(self):
        """Return an environment of its own, committed at the end."""
        with self.env.registry.cursor() as cr:
            yield api.Environment(cr, SUPERUSER_ID, {})

    @contextmanager
    def _lock_provider(self, provider_id):
        """Hold the lock of an account; it ends with the connection if killed."""
        with self.env.registry.cursor() as cr:
            cr.execute(
                SQL("SELECT pg_try_advisory_lock(%s, %s)", LOCK_SPACE, provider_id)
            )
            locked = cr.fetchone()[0]
            try:
                yield locked
            finally:
                if locked:
                    cr.execute(
                        SQL(
                            "SELECT pg_advisory_unlock(%s, %s)", LOCK_SPACE, provider_id
                        )
                    )

    @api.model
    def _has_waiting(self, provider_id):
        with self._transaction() as env:
            env.cr.execute(
                SQL(
                    "SELECT 1 FROM payment_notification WHERE provider_id = %s AND %s"
                    " LIMIT 1",
                    provider_id,
                    due(),
                )
            )
            return bool(env.cr.fetchone())

    @api.model
    def _leave_to_cron(self, provider_id):
        """Have the cron book what waits, unless somebody is booking just now.

        Who is looks once more after unlocking, so that nothing is left behind.
        """
        with self._lock_provider(provider_id) as locked:
            pass
        if locked:
            self._wake_cron()

    @api.model
    def _wake_cron(self):
        with self._transaction() as env:
            env.ref("payment_va.ir_cron_apply")._trigger()

    @api.model
    def _work_off_batch(self, provider_id):
        """Book one batch; if it fails as a whole, one by one."""
        with self._transaction() as env:
            waiting = env["payment.booking"]._choose(provider_id)
            requests = env["payment.booking"]._prepare_questions(waiting)
            ids = waiting.ids
        if requests:
            answers = ask(requests)
            with self._transaction() as env:
                ids = env["payment.booking"]._store_answers(ids, answers)
        if ids:
            self._apply_batch(ids)

    @api.model
    def _apply_batch(self, ids):
        try:
            self._apply_in_transaction(ids)
        except Exception as error:
            if len(ids) == 1:
                self._note_failure(ids, error)
                return
            _logger.info("a batch of %s callbacks failed, one by one now", len(ids))
            for notification_id in ids:
                self._apply_batch([notification_id])

    @api.model
    def _apply_in_transaction(self, ids):
        """Apply these; again when somebody else paid one of the bills meanwhile."""
        for attempt in range(1, APPLY_TRIES + 1):
            try:
                with self._transaction() as env:
                    notifications = env["payment.notification"].browse(ids)
                    env["payment.booking"]._apply(notifications)
                return
            except (SerializationFailure, DeadlockDetected, LockNotAvailable):
                if attempt == APPLY_TRIES:
                    raise
                time.sleep(random.uniform(0.01, 0.1) * attempt)

    @api.model
    def _note_failure(self, ids, error):
        _logger.warning("callback %s: %s", ids, error, exc_info=True)
        with self._transaction() as env:
            env["payment.notification"].browse(ids)._retry_later(str(error))

    @api.model
    def _choose(self, provider_id):
        """Return the next batch that waits, in the order it came in."""
        self.env.cr.execute(
            SQL(
                "SELECT id FROM payment_notification WHERE provider_id = %s AND %s"
                " ORDER BY id LIMIT %s",
                provider_id,
                due(),
                BATCH_SIZE,
            )
        )
        ids = [row[0] for row in self.env.cr.fetchall()]
        return self.env["payment.notification"].browse(ids)

    # === ASKING BACK WHAT IS NOT SIGNED === #

    @api.model
    def _prepare_questions(self, notifications):
        """Return ``{notification id: requests arguments}`` of what must be confirmed.

        What was settled in the meantime, or has nothing to ask, is not in it.
        """
        questions = {}
        for notification in notifications:
            event = notification._get_event()
            if notification._is_waiting_for_confirmation(event):
                question = notification.provider_id._prepare_confirmation(event)
                if question:
                    questions[notification.id] = question
        return questions

    @api.model
    def _store_answers(self, ids, answers):
        """Keep the answers as evidence and return the ids that can be booked."""
        notification_model = self.env["payment.notification"]
        for notification_id, (status, payload, reason) in answers.items():
            notification = notification_model.browse(notification_id)
            doubt = self._find_doubt(notification, status, payload, reason)
            if doubt:
                notification._retry_later(doubt)
                ids = [other for other in ids if other != notification_id]
                continue
            notification.write(
                {
                    "confirmation": json.dumps(payload),
                    "confirmation_status": status,
                }
            )
        return ids

    @api.model
    def _find_doubt(self, notification, status, payload, reason):
        """Return why an answer confirms nothing yet, "" if it says yes or no."""
        if status is None or status >= 500 or status == 429:
            return self.env._(
                "%(provider)s was asked and did not answer: %(reason)s",
                provider=notification.provider_id.name,
                reason=reason,
            )
        event = notification._get_event()
        try:
            answer = notification.provider_id._parse_confirmation(
                event, status, payload
            )
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            return str(error)
        if answer and answer.kind == EventKind.PENDING != event.kind:
            # Its status service may lag behind its callbacks.
            return self.env._(
                "%(provider)s was asked and still waits for the payer.",
                provider=notification.provider_id.name,
            )
        return ""

    @api.model
    def _poll(self, provider, txs):
        """Ask a provider for transactions that wait; what it says goes to the inbox.

        :param payment.transaction txs: of this provider
        :return: what is new, to be applied
        :rtype: payment.notification
        """
        questions, events = {}, {}
        for tx in txs:
            event = provider._prepare_poll_event(tx)
            question = provider._prepare_confirmation(event)
            if question:
                questions[tx.id], events[tx.id] = question, event
        txs.write({"polled_at": fields.Datetime.now()})
        found = self.env["payment.notification"]
        for tx_id, (status, payload, _reason) in ask(questions).items():
            found += self._note_poll(provider, events[tx_id], status, payload)
        return found

    @api.model
    def _note_poll(self, provider, event, status, payload):
        """Return the notification of an answer that says more than we know."""
        nothing = self.env["payment.notification"]
        if status is None or status >= 500 or status == 429:
            return nothing
        try:
            answer = provider._parse_confirmation(event, status, payload)
        except (ValueError, KeyError, TypeError):
            _logger.warning("%s: odd answer about %s", provider.code, event.order_ref)
            return nothing
        if not answer or answer.kind in (EventKind.PENDING, EventKind.UNKNOWN):
            return nothing
        return nothing._make_poll_notification(provider, event, answer, status, payload)

    @api.model
    def _replay(self, notifications):
        """Apply notifications again, in the current transaction."""
        self._apply(notifications.sorted("id"))

    # === APPLYING, IN THE CURRENT TRANSACTION === #

    @api.model
    def _apply(self, notifications):
        """Do what the notifications ask for; all of one account at a provider.

        Later events of a payment that is booked by an earlier one of the same batch
        wait for the next round.
        """
        for provider, group in notifications.grouped("provider_id").items():
            queue = self._read_events(group)
            company = provider.company_id
            booking = self.with_company(company).with_context(
                lang=company.partner_id.lang or self.env.lang, **QUIET
            )
            while queue:
                queue = booking._apply_round(provider, queue)

    @api.model
    def _read_events(self, notifications):
        """Return ``(notification, event)`` of those that say something."""
        queue = []
        for notification in notifications:
            event = notification._get_confirmed_event()
            if event and notification._is_waiting_for_confirmation(event):
                # Nobody asked, as when it is replayed by hand: not booked unasked.
                notification._retry_later(self.env._("The provider was not asked yet."))
            elif event is None:
                notification._settle(
                    "ignored", self.env._("The provider does not know this payment.")
                )
            else:
                queue.append((notification, event))
        return queue

    @api.model
    def _apply_round(self, provider, queue):
        """Apply what does not depend on a booking of this round; return the rest."""
        known = self._load(provider, [event for _n, event in queue])
        bookings, later, busy = [], [], set()
        for notification, event in queue:
            keys = {event.payment_id, event.order_ref} - {None}
            if keys & busy and not self._is_another_payment(event, busy):
                later.append((notification, event))
                continue
            action, reason = self._decide(known, event)
            if action == Action.BOOK or (
                action == Action.REFUND and not known.incoming(event)
            ):
                bookings.append(self._prepare_booking(known, notification, event))
                busy |= keys
                if action == Action.REFUND:
                    later.append((notification, event))
            else:
                self._act(action, reason, known, notification, event)
        self._book(provider, bookings)
        return later

    @api.model
    def _is_another_payment(self, event, busy):
        """Return whether this is one more payment to a number that is paid already.

        It needs nothing of the other one but its share of the bills.
        """
        return event.kind == EventKind.PAID and event.payment_id not in busy

    @api.model
    def _decide(self, known, event):
        incoming, tx = known.incoming(event), known.tx(event)
        if event.kind == EventKind.FAILED and event.refund_id:
            return Action.REFUND_FAILED, ""
        return decide(
            event.kind, incoming and incoming.state or None, tx and tx.state or None
        )

    @api.model
    def _act(self, action, reason, known, notification, event):
        """Do everything that is not a booking."""
        incoming, tx = known.incoming(event), known.tx(event)
        links = {"transaction_id": tx.id, "incoming_id": incoming.id}
        if action == Action.REVERSE:
            note = event.reason or event.status
            incoming._reverse(note)
            self._close_attempt(incoming.transaction_id, note, ("done",))
        elif action == Action.REFUND:
            if not self.env["payment.refund"]._record_from_event(incoming, event):
                action, reason = Action.IGNORE, "refunded"
        elif action == Action.REFUND_FAILED:
            if not self.env["payment.refund"]._note_failure(incoming, event):
                action, reason = Action.IGNORE, "not_waiting"
        elif action == Action.PENDING:
            tx._set_pending()
        elif action == Action.HOLD:
            tx._set_pending(
                state_message=self.env._("The provider checks this payment.")
            )
        elif action == Action.CLOSE:
            self._close_attempt(tx, self._describe_end(event))
        state = "ignored" if action == Action.IGNORE else "applied"
        notification._settle(state, self._explain(reason), **links)

    @api.model
    def _explain(self, reason):
        """Return why nothing was done, for people."""
        return {
            "booked": self.env._("This payment is booked already."),
            "reversed": self.env._("This payment was taken back."),
            "refunded": self.env._("This refund is known already."),
            "not_waiting": self.env._("Nothing is waiting for this."),
            "unknown_word": self.env._("The provider's word for it is not known."),
        }.get(reason, "")

    @api.model
    def _describe_end(self, event):
        if event.kind == EventKind.EXPIRED:
            return self.env._("The time to pay is over.")
        return event.reason or self.env._("The payment was not made.")

    @api.model
    def _close_attempt(self, tx, note, extra_states=()):
        """End a checkout; its number takes no more payments."""
        if not tx:
            return
        tx._set_canceled(state_message=note, extra_allowed_states=extra_states)
        tx.va_ids.filtered(lambda va: va.state == "active").write({"state": "closed"})
        tx._notify_waiting_page()

    # === WHAT A PAYMENT IS FOR === #

    @api.model
    def _load(self, provider, events):
        """Find what the events are about, set by set."""
        return Known(self.env, provider, events)

    @api.model
    def _prepare_booking(self, known, notification, event):
        """Return a booking with payer and exception; the bills come when all are known.

        :raise ValidationError: if the amount or currency cannot be booked at all
        """
        tx, va = known.tx(event), known.va(event)
        tx = tx or va.transaction_id
        partner = (tx.partner_id or va.partner_id).sudo()
        currency = self._get_currency(event)
        amount = self._to_minor(event.amount, currency)
        if not amount:
            raise ValidationError(self.env._("Amount: the provider reports none."))
        booking = Booking(notification, event, tx, va, partner, amount)
        booking.fee = self._get_fee(booking, currency)
        booking.exception, booking.note = self._find_exception(booking, currency)
        return booking

    @api.model
    def _get_currency(self, event):
        currency_id = self._find_currency_id(event.currency)
        if not currency_id:
            raise ValidationError(
                self.env._(
                    "Currency: %(currency)s is not active. Activate it to book this.",
                    currency=event.currency,
                )
            )
        return self.env["res.currency"].browse(currency_id)

    @api.model
    @tools.ormcache("name")
    def _find_currency_id(self, name):
        return self.env["res.currency"].search([("name", "=", name)], limit=1).id

    @api.model
    def _to_minor(self, amount, currency):
        """Return an amount as an integer of the currency's smallest unit."""
        factor = Decimal(10) ** currency.decimal_places
        minor = (amount or Decimal(0)) * factor
        if minor != minor.to_integral_value():
            raise ValidationError(
                self.env._(
                    "Amount: %(amount)s is finer than the currency.", amount=amount
                )
            )
        return int(minor)

    @api.model
    def _to_major(self, minor, currency):
        """Return the amount for a monetary field, as its currency rounds it."""
        return currency.round(float(Decimal(minor) / 10**currency.decimal_places))

    @api.model
    def _field_to_minor(self, value, currency):
        """Return a monetary field's value as an integer of the smallest unit."""
        factor = Decimal(10) ** currency.decimal_places
        return int((Decimal(str(value)) * factor).to_integral_value())

    @api.model
    def _get_fee(self, booking, currency):
        """Return what of the payment is the channel's, not the bills'.

        What the provider added by itself, and the surcharge of our own checkout, the
        latter once and only of a payment that is large enough to hold it.
        """
        fee = self._to_minor(booking.event.payer_fee, currency)
        tx = booking.tx
        if tx and tx.surcharge_amount and tx.state != "done":
            surcharge = self._field_to_minor(tx.surcharge_amount, currency)
            if fee + surcharge < booking.amount:
                fee += surcharge
        return min(fee, booking.amount)

    @api.model
    def _find_exception(self, booking, currency):
        """Return what is odd about a payment, for the treasurer, and a note."""
        event, tx, va = booking.event, booking.tx, booking.va
        if not tx and not va:
            return "unknown", event.order_ref or event.va_number or ""
        if currency != (tx.currency_id or va.currency_id):
            return "currency", event.currency
        if tx and any(move.state == "cancel" for move in tx.invoice_ids):
            return "cancelled", ""
        if self._is_late(event, tx, va):
            return "late", fields.Datetime.to_string(tx.expires_at or va.expires_at)
        asked = self._get_asked(booking, currency)
        paid = booking.amount - self._to_minor(event.payer_fee, currency)
        if asked is not None and paid != asked:
            return "amount", f"{event.amount} / {self._to_major(asked, currency):.0f}"
        return None, ""

    @api.model
    def _get_asked(self, booking, currency):
        """Return what the payer was asked for; None if any amount was welcome."""
        if booking.tx:
            return self._field_to_minor(booking.tx.amount, currency)
        if booking.va.amount_type == "closed":
            return self._field_to_minor(booking.va._get_presented_amount(), currency)
        return None

    @api.model
    def _is_late(self, event, tx, va):
        """Return whether it was paid when the attempt was over, not when we heard."""
        if tx.state == "cancel" or (va and not tx and va.state == "closed"):
            return True
        expires_at = tx.expires_at or (not tx and va.expires_at)
        paid_at = event.paid_at and to_naive_utc(event.paid_at)
        return bool(expires_at and paid_at and paid_at > expires_at + LATE_GRACE)

    # === THE LEDGER === #

    @api.model
    def _book(self, provider, bookings):
        """Write payments, entries and reconciliation for the whole batch."""
        if not bookings:
            return
        open_lines = {
            booking.notification.id: self._get_lines(booking) for booking in bookings
        }
        self._lock_bills(open_lines.values())
        residuals = defaultdict(int)
        for lines in open_lines.values():
            for line in lines:
                residuals[line.id] = self._field_to_minor(
                    line.amount_residual, line.currency_id
                )
        for booking in bookings:
            self._allocate(booking, open_lines[booking.notification.id], residuals)
        incomings = self._create_incomings(provider, bookings)
        self._create_payments(incomings, bookings)
        self._finish(incomings, bookings)

    @api.model
    def _get_lines(self, booking):
        """Return the journal items a payment may pay, oldest first."""
        nothing = self.env["account.move.line"]
        if not booking.partner or booking.exception in ("currency", "cancelled"):
            return nothing
        provider = booking.notification.provider_id
        if booking.exception == "late" and provider.late_policy == "deposit":
            return nothing
        if booking.tx:
            return booking.tx._get_open_lines()
        return booking.va._get_open_lines()

    @api.model
    def _lock_bills(self, groups):
        """Wait for whoever is paying the same bills at another place.

        If they paid, PostgreSQL refuses this transaction; it is run again and finds
        the bills paid.
        """
        moves = sorted({line.move_id.id for lines in groups for line in lines})
        if moves:
            self.env.cr.execute(
                SQL(
                    "SELECT id FROM account_move WHERE id = ANY(%s) ORDER BY id"
                    " FOR UPDATE",
                    moves,
                )
            )

    @api.model
    def _allocate(self, booking, lines, residuals):
        """Share a payment out over what is still open after those before it."""
        same = lines.filtered(lambda x: x.currency_id.name == booking.event.currency)
        bills = [
            OpenBill(line.id, line.date_maturity, residuals[line.id])
            for line in same
            if residuals[line.id]
        ]
        allocation = allocate(booking.amount - booking.fee, bills)
        booking.parts = [
            (lines.browse(key), part) for key, part in allocation.amounts.items()
        ]
        for key, part in allocation.amounts.items():
            residuals[key] -= part
        has_bills = booking.tx.invoice_ids or booking.va.amount_type == "closed"
        if allocation.rest and has_bills and not booking.exception:
            booking.exception = "paid"

    @api.model
    def _create_incomings(self, provider, bookings):
        names = self.env["payment.incoming"]._get_next_names(
            provider.company_id, len(bookings)
        )
        return self.env["payment.incoming"].create(
            [
                self._prepare_incoming(provider, booking, name)
                for booking, name in zip(bookings, names, strict=True)
            ]
        )

    @api.model
    def _prepare_incoming(self, provider, booking, name):
        """Return the values of the incoming payment; a hook."""
        event, tx, va = booking.event, booking.tx, booking.va
        currency = self._get_currency(event)
        paid_at = event.paid_at and to_naive_utc(event.paid_at)
        paid_at = paid_at or booking.notification.received_at
        channel = tx.channel_id or va.channel_id or self._find_channel(provider, event)
        return {
            "name": name,
            "provider_id": provider.id,
            "provider_payment_id": event.payment_id or event.order_ref,
            "order_ref": event.order_ref,
            "transaction_id": tx.id,
            "va_id": va.id or tx.va_ids[:1].id,
            "partner_id": booking.partner.id,
            "currency_id": currency.id,
            "amount": self._to_major(booking.amount, currency),
            "fee_amount": self._to_major(booking.fee, currency),
            "paid_at": paid_at,
            "date": provider.company_id._get_payment_date(paid_at),
            "payment_method_id": channel.payment_method_id.id
            or tx.payment_method_id.id,
            "channel_id": channel.id,
            "channel_reference": event.reference,
            "exception": booking.exception,
            "exception_note": booking.note or False,
            "exception_state": "open" if booking.exception else "none",
            "line_ids": [
                fields.Command.create(self._prepare_line(line, amount, currency))
                for line, amount in booking.parts
            ],
        }

    @api.model
    def _find_channel(self, provider, event):
        return provider.channel_ids.filtered(
            lambda channel: channel.payment_method_id.code == event.channel
        )[:1]

    @api.model
    def _prepare_line(self, line, amount, currency):
        move = line.move_id
        return {
            "move_id": move.id,
            "name": move._get_payment_label(),
            "due_date": line.date_maturity,
            "amount": self._to_major(amount, currency),
        }

    @api.model
    def _create_payments(self, incomings, bookings):
        """Create, post and reconcile the ledger's payments, all of them at a time."""
        vals_list, items_list = [], []
        for incoming, booking in zip(incomings, bookings, strict=True):
            currency = incoming.currency_id
            parts = [
                (line, self._to_major(part, currency)) for line, part in booking.parts
            ]
            vals = incoming._prepare_payment(parts)
            items_list.append(vals.pop("line_ids"))
            vals_list.append(vals)
        payments = self.env["account.payment"].create(vals_list)
        moves = self._create_entries(payments, items_list)
        moves._post(soft=False)
        self._reconcile(moves, bookings)
        for incoming, payment in zip(incomings, payments, strict=True):
            incoming.payment_id = payment

    @api.model
    def _create_entries(self, payments, items_list):
        """Create the payments' entries as a set and link both.

        Odoo makes them one by one, as soon as a payment has items of its own. The link
        is written in one statement: what ``account.payment.write`` does besides is to
        make the entry, which is there, and to copy changes to it, of which there are
        none.
        """
        moves = self.env["account.move"].create(
            [
                payment._generate_move_vals(line_ids=items)
                for payment, items in zip(payments, items_list, strict=True)
            ]
        )
        self.env.flush_all()
        pairs = list(zip(payments.ids, moves.ids, strict=True))
        self.env.cr.execute(
            SQL(
                "UPDATE account_payment p SET move_id = v.move_id, state = 'in_process'"
                " FROM (VALUES %s) AS v (id, move_id) WHERE p.id = v.id",
                SQL(", ").join(SQL("%s", pair) for pair in pairs),
            )
        )
        payments.invalidate_recordset(["move_id", "state"])
        payments.modified(["move_id", "state"])
        return moves

    @api.model
    def _reconcile(self, moves, bookings):
        """Reconcile each bill with the credit item that was made for it."""
        plan = []
        for move, booking in zip(moves, bookings, strict=True):
            credits = move.line_ids.filtered("credit").sorted("id")
            for credit, (line, _part) in zip(credits, booking.parts, strict=False):
                plan.append(credit + line)
        if plan:
            self.env["account.move.line"]._reconcile_plan(plan)

    @api.model
    def _finish(self, incomings, bookings):
        """Let attempts, numbers, browsers and the inbox know."""
        txs = self.env["payment.transaction"]
        for incoming, booking in zip(incomings, bookings, strict=True):
            txs |= booking.tx
            if booking.tx and not booking.tx.payment_id:
                booking.tx.write(
                    {
                        "payment_id": incoming.payment_id.id,
                        "provider_reference": incoming.provider_payment_id,
                    }
                )
            booking.notification._settle(
                "applied", incoming_id=incoming.id, transaction_id=booking.tx.id
            )
        self._finish_attempts(txs)
        incomings._after_booked()

    @api.model
    def _finish_attempts(self, txs):
        txs.filtered(lambda tx: tx.state != "done")._set_done(
            extra_allowed_states=("cancel",)
        )
        txs.va_ids.filtered(lambda va: va.state == "active").write({"state": "closed"})
        txs._notify_waiting_page()


class Known:
    """What is known about the events of a batch, found with one query per model."""

    def __init__(self, env, provider, events):
        refs = [event.order_ref for event in events if event.order_ref]
        numbers = [event.va_number for event in events if event.va_number]
        payments = [event.payment_id or event.order_ref for event in events]
        of_provider = ("provider_id", "=", provider.id)
        self._txs = env["payment.transaction"].search(
            [of_provider, ("reference", "in", refs)]
        )
        self._vas = env["payment.virtual.account"].search(
            [of_provider, "|", ("number", "in", numbers), ("reference", "in", refs)]
        )
        self._incomings = env["payment.incoming"].search(
            [of_provider, ("provider_payment_id", "in", [p for p in payments if p])]
        )
        self._tx = {tx.reference: tx for tx in self._txs}
        # The newest number wins: banks give expired ones to the next customer.
        by_age = self._vas.sorted(lambda va: (va.state != "closed", va.id))
        self._by_number = {va.number: va for va in by_age}
        self._by_reference = {va.reference: va for va in by_age}
        self._incoming = {row.provider_payment_id: row for row in self._incomings}

    def tx(self, event):
        """Return the checkout an event is about, or an empty recordset."""
        tx = self._tx.get(event.order_ref)
        return tx or self.va(event).transaction_id or self._txs.browse()

    def va(self, event):
        """Return the number an event is about, or an empty recordset.

        The number of a checkout counts only where no order is named: with an order of
        somebody else it may have been given to somebody else.
        """
        found = self._by_reference.get(event.order_ref)
        if not found:
            found = self._by_number.get(event.va_number)
            if found and found.kind == "once" and event.order_ref:
                found = None
        return found or self._vas.browse()

    def incoming(self, event):
        """Return the payment that is booked for an event, or an empty recordset."""
        found = self._incoming.get(event.payment_id or event.order_ref)
        return found or self._incomings.browse()


def due():
    """Return the condition of notifications that may be applied now."""
    # As the partial index has it.
    return SQL(
        "state IN ('new', 'failed') AND next_try_at IS NOT NULL AND next_try_at <= %s",
        fields.Datetime.now(),
    )


def ask(questions: dict) -> dict:
    """Send several requests at a time: ``{key: requests arguments}`` in, and out
    ``{key: (HTTP status or None, JSON, reason)}``. No cursor is held meanwhile."""
    if not questions:
        return {}
    with ThreadPoolExecutor(min(ASK_THREADS, len(questions))) as pool:
        answers = pool.map(
            lambda request: payment_provider.send(request, ASK_TIMEOUT),
            questions.values(),
        )
        return dict(zip(questions, answers, strict=True))
