# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import base64
import json
import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from ..const import MAX_REJECTED, RETRY_MINUTES, SECRET_HEADERS
from ..tools.event import Delivery, EventKind, PaymentEvent, Receipt

_logger = logging.getLogger(__name__)

#: What a parser raises on a body that is not as documented.
MALFORMED = (ValueError, KeyError, TypeError, AttributeError)
#: In place of the path of a callback: we asked.
POLL = "poll"


class PaymentNotification(models.Model):
    """The inbox: every callback as it came, and what became of it."""

    _name = "payment.notification"
    _description = "Payment Notification"
    _order = "id desc"
    _rec_name = "event_key"

    provider_id = fields.Many2one(
        "payment.provider", readonly=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one(
        related="provider_id.company_id", store=True, index=True
    )
    provider_code = fields.Char(readonly=True, required=True)
    path = fields.Char(readonly=True)
    body = fields.Binary(attachment=False, readonly=True)
    body_text = fields.Text(compute="_compute_body_text", string="Content")
    headers = fields.Text(readonly=True, help="JSON, without secrets.")
    remote_address = fields.Char(readonly=True)
    received_at = fields.Datetime(readonly=True, required=True, index=True)
    digest = fields.Char(readonly=True, help="SHA-256 of the body.")
    event_key = fields.Char(string="Event", readonly=True)
    fingerprint = fields.Char(readonly=True)
    kind = fields.Char(readonly=True)
    order_ref = fields.Char(readonly=True, index="btree_not_null")
    verdict = fields.Selection(
        [
            ("verified", "Verified"),
            ("malformed", "Malformed"),
            ("unknown_sender", "Unknown sender"),
            ("bad_signature", "Wrong signature"),
            ("refused", "Refused"),
        ],
        readonly=True,
        required=True,
    )
    state = fields.Selection(
        [
            ("new", "New"),
            ("applied", "Applied"),
            ("ignored", "Ignored"),
            ("rejected", "Rejected"),
            ("failed", "Failed"),
        ],
        readonly=True,
        required=True,
        default="new",
        index=True,
    )
    reason = fields.Char(readonly=True)
    answer = fields.Char(readonly=True, help="The answer code, where there is one.")
    duplicate_of_id = fields.Many2one(
        "payment.notification", readonly=True, index="btree_not_null"
    )
    transaction_id = fields.Many2one(
        "payment.transaction", readonly=True, index="btree_not_null"
    )
    incoming_id = fields.Many2one(
        "payment.incoming", readonly=True, index="btree_not_null"
    )
    confirmation = fields.Text(
        readonly=True, help="What the provider answered when asked back, as JSON."
    )
    confirmation_status = fields.Integer(readonly=True)
    attempts = fields.Integer(readonly=True)
    next_try_at = fields.Datetime(readonly=True)
    applied_at = fields.Datetime(readonly=True)

    # What makes a delivery a repeat: one row per event, all others point to it.
    _event_uniq = models.UniqueIndex(
        "(provider_id, event_key) WHERE event_key IS NOT NULL",
        "This event was received already.",
    )
    _waiting_idx = models.Index(
        "(provider_id, next_try_at) WHERE state IN ('new', 'failed')"
        " AND next_try_at IS NOT NULL"
    )

    @api.depends("body")
    def _compute_body_text(self):
        for notification in self:
            notification.body_text = notification._get_body().decode(errors="replace")

    def _get_body(self):
        """Return the body's bytes as they came."""
        return base64.b64decode(self.with_context(bin_size=False).body or b"")

    def _get_delivery(self):
        """Return the stored request; secret headers are not in it any more."""
        self.ensure_one()
        return Delivery(
            self.provider_code,
            self._get_body(),
            json.loads(self.headers or "{}"),
            self.path or "",
            address=self.remote_address or "",
        )

    # === RECEIVING === #

    @api.model
    def _receive(self, delivery):
        """Check and store a request. The caller commits before anything else happens.

        :param Delivery delivery:
        :rtype: Receipt
        """
        provider_model = self.env["payment.provider"].sudo()
        try:
            event = provider_model._parse_callback(delivery)
            event.check()
        except (*MALFORMED, RecursionError) as error:
            # The shape of a body is the sender's business: whatever is odd about it is
            # a malformed body, not an error of ours.
            _logger.info("malformed callback of %s: %s", delivery.code, error)
            return self._reject(delivery, "malformed", None)
        provider, verdict = self._verify(delivery, event)
        if verdict != "verified":
            return self._reject(delivery, verdict, provider, event)
        refusal = provider._refuse_callback(delivery, event)
        if refusal:
            return self._reject(delivery, "refused", provider, event, refusal)
        return self._accept(delivery, provider, event)

    @api.model
    def _verify(self, delivery, event):
        """Return the account at the provider that sent it, and the verdict."""
        senders = self.env["payment.provider"]._find_senders(delivery.code)
        allowed = senders.filtered(lambda p: p._is_address_allowed(delivery.address))
        if senders and not allowed:
            return senders[:1], "unknown_sender"
        for provider in allowed:
            if provider._verify_callback(delivery, event):
                return provider, "verified"
        return senders[:1], "bad_signature"

    @api.model
    def _accept(self, delivery, provider, event):
        key = event.key() if event.kind != EventKind.UNKNOWN else delivery.digest
        values = {
            **self._prepare_delivery(delivery, provider, event),
            "verdict": "verified",
            "state": "new",
            "event_key": key,
            "next_try_at": fields.Datetime.now(),
        }
        notification_id = self._insert(values)
        if notification_id:
            return Receipt(notification_id, "verified", event, provider.id)
        first = self.sudo().search(
            [("provider_id", "=", provider.id), ("event_key", "=", key)], limit=1
        )
        same = first.fingerprint == values["fingerprint"]
        notification_id = self._insert(
            {
                **values,
                "state": "ignored",
                "event_key": None,
                "next_try_at": None,
                "duplicate_of_id": first.id or None,
                "reason": "a repeat" if same else "a repeat with other content",
            }
        )
        return Receipt(
            notification_id,
            "verified",
            event,
            provider.id,
            duplicate=True,
            same_content=same,
        )

    @api.model
    def _reject(self, delivery, verdict, provider, event=None, refusal=None):
        provider = (
            provider or self.env["payment.provider"]._find_senders(delivery.code)[:1]
        )
        values = {
            **self._prepare_delivery(delivery, provider, event),
            "verdict": verdict,
            "state": "rejected",
            "answer": refusal,
        }
        notification_id = self._insert(values)
        return Receipt(
            notification_id, verdict, event, provider.id or None, refusal=refusal
        )

    @api.model
    def _prepare_delivery(self, delivery, provider, event):
        """Return the column values of what came; ``body`` as Odoo stores a binary."""
        headers = {
            name: "***" if name in SECRET_HEADERS else value
            for name, value in delivery.headers.items()
        }
        return {
            "provider_id": provider.id or None,
            "company_id": provider.company_id.id or None,
            "provider_code": delivery.code,
            "path": delivery.path[:500],
            "body": base64.b64encode(delivery.body),
            "headers": json.dumps(headers)[:8000],
            "remote_address": delivery.address[:64],
            "received_at": fields.Datetime.now(),
            "digest": delivery.digest,
            "fingerprint": event and event.fingerprint(),
            "kind": event and str(event.kind),
            "order_ref": event and (event.order_ref or None),
        }

    @api.model
    def _insert(self, values):
        """Insert a row and return its id, None if its event is there already.

        In SQL, because the ORM has no ON CONFLICT: with two senders at a time the
        second one must learn of the first from the index, not from a failed query.
        """
        now = fields.Datetime.now()
        values = {
            "create_uid": self.env.uid,
            "write_uid": self.env.uid,
            "create_date": now,
            "write_date": now,
            "attempts": 0,
            "confirmation_status": 0,
            **values,
        }
        self.env.cr.execute(
            SQL(
                "INSERT INTO payment_notification (%s) VALUES %s"
                " ON CONFLICT DO NOTHING RETURNING id",
                SQL(", ").join(SQL.identifier(name) for name in values),
                tuple(values.values()),
            ),
            # Two of one event at a time: the second is tried again, that is no error.
            log_exceptions=False,
        )
        row = self.env.cr.fetchone()
        return row and row[0]

    # === APPLYING === #

    def _get_event(self):
        """Return what the callback says, read again from its bytes."""
        self.ensure_one()
        if self.path == POLL:
            return PaymentEvent(EventKind.PENDING, **json.loads(self._get_body()))
        return self.env["payment.provider"]._parse_callback(self._get_delivery())

    def _get_confirmed_event(self):
        """Return what counts: the provider's answer where it was asked back.

        :rtype: PaymentEvent or None if the provider does not know the payment
        """
        event = self._get_event()
        if not self.confirmation:
            return event
        return self.provider_id._parse_confirmation(
            event, self.confirmation_status, json.loads(self.confirmation)
        )

    def _is_waiting_for_confirmation(self, event):
        return not self.confirmation and self.provider_id._needs_confirmation(event)

    def _settle(self, state, reason="", **values):
        """Record what became of these, if that is new."""
        values = {
            "state": state,
            "reason": reason or False,
            "next_try_at": False,
            "applied_at": fields.Datetime.now(),
            **values,
        }
        for notification in self:
            # What was applied once stays applied, however often it is looked at again.
            if notification.state not in (state, "applied"):
                notification.write(values)

    def _retry_later(self, reason):
        """Note a failure and when to try again; after the last try a person looks."""
        for notification in self:
            minutes = RETRY_MINUTES[notification.attempts :][:1]
            next_try = minutes and fields.Datetime.now() + timedelta(minutes=minutes[0])
            values = {
                "state": "failed",
                "reason": (reason or "")[:500],
                "attempts": notification.attempts + 1,
                "next_try_at": next_try or False,
            }
            if notification.path != POLL:
                # What was answered settled nothing: it is asked again.
                values |= {"confirmation": False, "confirmation_status": 0}
            notification.write(values)

    def action_replay(self):
        """Apply these again; what was applied already changes nothing."""
        self.check_access("write")
        accepted = self.filtered(
            lambda n: n.verdict == "verified" and not n.duplicate_of_id
        )
        # As superuser: booking is the system's work, whoever starts it.
        self.env["payment.booking"].sudo()._replay(accepted.sudo())

    @api.model
    def _cron_apply(self):
        """Apply what waits or failed, until nothing is left or the time is over."""
        self.env["payment.booking"]._work_off(seconds=50)

    @api.autovacuum
    def _gc_rejected(self):
        """Keep the newest rejected callbacks of each provider, and count the others."""
        self.env.cr.execute(
            SQL(
                """
                WITH ranked AS (
                    SELECT id, row_number() OVER (
                        PARTITION BY provider_id, provider_code ORDER BY id DESC
                    ) AS rank
                    FROM payment_notification WHERE state = 'rejected'
                ), gone AS (
                    DELETE FROM payment_notification n USING ranked r
                    WHERE n.id = r.id AND r.rank > %s RETURNING n.provider_id
                ), counted AS (
                    SELECT provider_id, count(*) AS count FROM gone GROUP BY 1
                )
                UPDATE payment_provider p
                SET rejected_rotated = COALESCE(p.rejected_rotated, 0) + c.count
                FROM counted c WHERE p.id = c.provider_id
                """,
                MAX_REJECTED,
            )
        )
        self.env["payment.provider"].invalidate_model(["rejected_rotated"])

    @api.model
    def _make_poll_notification(self, provider, event, answer, status, payload):
        """Store what a provider answered when asked, as if it had told by itself.

        :param PaymentEvent event: what was asked about
        :param PaymentEvent answer: what the answer says
        """
        question = {
            name: getattr(event, name)
            for name in ("order_ref", "payment_id", "channel", "va_number")
        }
        delivery = Delivery(provider.code, json.dumps(question).encode(), {}, path=POLL)
        values = {
            **self._prepare_delivery(delivery, provider, answer),
            "verdict": "verified",
            "event_key": f"poll|{answer.key()}",
            "confirmation": json.dumps(payload),
            "confirmation_status": status,
            "next_try_at": fields.Datetime.now(),
            "state": "new",
        }
        return self.browse(self._insert(values) or [])
