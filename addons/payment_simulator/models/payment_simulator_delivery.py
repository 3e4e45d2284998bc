# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import json
import logging
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial

from psycopg2.errors import SerializationFailure

from odoo import SUPERUSER_ID, api, fields, models
from odoo.modules.registry import Registry
from odoo.tools import SQL

from ..const import NOTICE_TIMEOUT, PARALLEL_NOTICES
from ..tools.faults import plan
from ..tools.sender import Notice, send

_logger = logging.getLogger(__name__)

#: Seconds the background thread waits for the next notice before it ends; what is due
#: later is the cron's.
PATIENCE = 60
#: Minutes after which a notice whose process died is sent again.
LOST_MINUTES = 2
TRIES = 10

_running = {}
_lock = threading.Lock()


class PaymentSimulatorDelivery(models.Model):
    """A notice of a make-believe provider to us, and what we answered."""

    _name = "payment.simulator.delivery"
    _description = "Payment Simulator Delivery"
    _order = "id desc"
    _rec_name = "event"

    order_id = fields.Many2one(
        "payment.simulator.order", required=True, index=True, ondelete="cascade"
    )
    account_id = fields.Many2one(related="order_id.account_id", store=True)
    payment_id = fields.Many2one("payment.simulator.payment", ondelete="cascade")
    event = fields.Char(required=True)
    path = fields.Char(required=True)
    body = fields.Text(required=True)
    headers = fields.Json(export_string_translation=False)
    state = fields.Selection(
        [
            ("queued", "Queued"),
            ("sending", "Being sent"),
            ("delivered", "Delivered"),
            ("failed", "Given up"),
            ("dropped", "Lost on the way"),
        ],
        required=True,
        default="queued",
    )
    is_copy = fields.Boolean(string="Duplicate")
    is_held = fields.Boolean(help="Waits to be overtaken.")
    due_at = fields.Datetime(required=True, default=fields.Datetime.now)
    sent_at = fields.Datetime()
    tries = fields.Integer(default=0)
    answer_status = fields.Integer()
    answer = fields.Text()

    _due_idx = models.Index("(due_at) WHERE state IN ('queued', 'sending')")

    # === QUEUEING === #

    @api.model
    def _queue(self, order, event, path, body, headers=None, payment=None, after=0):
        """Queue the notice of an event, with the faults that were asked for.

        It is sent when the transaction is committed, by a thread of its own: the
        request that pays must not wait for the one that books.

        :param str event: for people
        :param dict body:
        :param int after: seconds that it takes, without any fault
        :rtype: payment.simulator.delivery
        """
        fault = self.env["payment.simulator.fault"]._get(order.code)
        held = order.delivery_ids.filtered(lambda d: d.is_held and d.state == "queued")
        values = {
            "order_id": order.id,
            "payment_id": payment.id if payment else False,
            "event": event,
            "path": path,
            "body": json.dumps(body, separators=(",", ":"), ensure_ascii=False),
            "headers": headers or {},
        }
        sendings = plan(fault._get_faults(), bool(held))
        start = self._get_start(order) + timedelta(seconds=after)
        deliveries = self.create(
            [self._prepare(values, one, start) for one in sendings]
        )
        if any(one.dropped for one in sendings):
            fault._take_drop()
        elif held:
            held.write(
                {
                    "is_held": False,
                    "due_at": max(deliveries.mapped("due_at")) + timedelta(seconds=1),
                }
            )
        self._start_sending()
        return deliveries

    @api.model
    def _get_start(self, order):
        """Return when the next notice of an order is due: not before those queued."""
        before = order.delivery_ids.filtered(
            lambda d: d.state == "queued" and not d.tries and not d.is_held
        )
        return max([fields.Datetime.now(), *before.mapped("due_at")])

    @api.model
    def _prepare(self, values, sending, start):
        return {
            **values,
            "due_at": start + timedelta(seconds=sending.after),
            "is_copy": sending.copy > 0,
            "is_held": sending.held,
            "state": "dropped" if sending.dropped else "queued",
        }

    def _start_sending(self):
        """Have a thread send what is due, once this transaction is committed."""
        if self.env.context.get("simulator_inline"):
            return
        key = "payment_simulator_sending"
        if key not in self.env.cr.postcommit.data:
            self.env.cr.postcommit.data[key] = True
            self.env.cr.postcommit.add(partial(_wake, self.env.cr.dbname))

    def _send_again(self):
        """Send these once more, now: the button of a provider's dashboard."""
        self.write({"state": "queued", "due_at": fields.Datetime.now()})
        self._start_sending()

    # === SENDING === #

    @api.model
    def _claim(self):
        """Return what is due, marked as being sent: the oldest notice of each order.

        The caller commits, so that nobody else sends it.
        """
        now = fields.Datetime.now()
        self.env["payment.simulator.delivery"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT d.id FROM payment_simulator_delivery d
                 WHERE ((d.state = 'queued' AND d.due_at <= %(now)s)
                    OR (d.state = 'sending' AND d.sent_at <= %(lost)s))
                   AND NOT EXISTS (
                       SELECT FROM payment_simulator_delivery o
                        WHERE o.order_id = d.order_id AND o.id != d.id
                          AND ((o.state = 'sending' AND o.sent_at > %(lost)s)
                               OR (o.state = 'queued'
                                   AND (o.due_at, o.id) < (d.due_at, d.id))))
                 ORDER BY d.due_at, d.id LIMIT %(limit)s
                   FOR UPDATE SKIP LOCKED
                """,
                now=now,
                lost=now - timedelta(minutes=LOST_MINUTES),
                limit=PARALLEL_NOTICES,
            )
        )
        deliveries = self.browse(row[0] for row in rows)
        for delivery in deliveries:
            delivery.write(
                {"state": "sending", "sent_at": now, "tries": delivery.tries + 1}
            )
        return deliveries

    def _prepare_notice(self):
        """Return the request to send.

        :rtype: Notice
        """
        self.ensure_one()
        account = self.account_id
        protocol = account._get_protocol()
        return Notice(
            base_url=account.callback_url.rstrip("/"),
            path=self.path,
            body=protocol._prepare_body(self),
            headers={**(self.headers or {}), **protocol._get_notice_headers(account)},
            bank=protocol._get_bank_keys(account),
            timeout=NOTICE_TIMEOUT,
        )

    def _record(self, outcome):
        """Note our answer, and when the provider tries again.

        :param Outcome outcome:
        """
        self.ensure_one()
        protocol = self.account_id._get_protocol()
        minutes = protocol._get_retry(outcome.status, self.tries)
        self.write(
            {
                "state": "queued" if minutes else protocol._get_end(outcome),
                "due_at": fields.Datetime.now() + timedelta(minutes=minutes or 0),
                "answer_status": outcome.status or 0,
                "answer": outcome.text or outcome.error,
            }
        )
        protocol._after_notice(self, outcome, is_final=not minutes)

    @api.model
    def _get_next_due(self):
        """Return the seconds until the next notice is due, None if none is queued."""
        first = self.search([("state", "=", "queued")], order="due_at, id", limit=1)
        if not first:
            return None
        return max((first.due_at - fields.Datetime.now()).total_seconds(), 0)

    @api.model
    def _cron_send(self):
        """Send what is due later than the background thread waited for."""
        if not self.env["payment.provider"]._is_simulator_off():
            _wake(self.env.cr.dbname)

    @api.autovacuum
    def _gc_deliveries(self):
        """Forget what was sent a month ago."""
        limit = fields.Datetime.now() - timedelta(days=30)
        self.search(
            [("create_date", "<", limit), ("state", "!=", "queued")], limit=5000
        ).unlink()


# === THE BACKGROUND THREAD === #


def _wake(dbname):
    """Start the thread that sends for a database, or have it look again."""
    with _lock:
        if dbname in _running:
            _running[dbname] = True
            return
        _running[dbname] = True
    threading.Thread(
        target=_work, args=(dbname,), name=f"simulator.{dbname}", daemon=True
    ).start()


def _work(dbname):
    """Send until nothing is due any more."""
    try:
        while _is_wanted(dbname):
            deliver(dbname, patience=PATIENCE)
    except Exception:
        _logger.exception("the simulator's notices wait for the next cron")
        with _lock:
            _running.pop(dbname, None)


def _is_wanted(dbname):
    """Return whether somebody called since the last look; else take the leave."""
    with _lock:
        if _running[dbname]:
            _running[dbname] = False
            return True
        del _running[dbname]
        return False


def deliver(dbname, patience=0.0):
    """Send what is due, and what becomes due within ``patience`` seconds.

    :param str dbname:
    :param float patience: 0: only what is due now
    :return: how many notices were sent
    :rtype: int
    """
    sent, registry = 0, Registry(dbname)
    with ThreadPoolExecutor(PARALLEL_NOTICES) as pool:
        while True:
            notices = _take(registry)
            if notices:
                sent += len(notices)
                for delivery_id, outcome in zip(
                    notices, pool.map(send, notices.values()), strict=True
                ):
                    _note(registry, delivery_id, outcome)
                continue
            pause = _get_pause(registry)
            if pause is None or pause > patience:
                return sent
            time.sleep(min(pause, 1) or 0.05)


def _take(registry):
    """Return what is due by id, none when the database became a production one."""

    def take(env):
        if env["payment.provider"]._is_simulator_off():
            return {}
        deliveries = env["payment.simulator.delivery"]._claim()
        return {delivery.id: delivery._prepare_notice() for delivery in deliveries}

    return _in_transaction(registry, take)


def _note(registry, delivery_id, outcome):
    def note(env):
        env["payment.simulator.delivery"].browse(delivery_id)._record(outcome)

    _in_transaction(registry, note)


def _get_pause(registry):
    def get_pause(env):
        if env["payment.provider"]._is_simulator_off():
            return None
        return env["payment.simulator.delivery"]._get_next_due()

    return _in_transaction(registry, get_pause)


def _in_transaction(registry, function):
    """Return what a function of an environment returns; again when it collides."""
    for attempt in range(1, TRIES + 1):
        try:
            with registry.cursor() as cr:
                return function(api.Environment(cr, SUPERUSER_ID, {}))
        except SerializationFailure:
            if attempt == TRIES:
                raise
