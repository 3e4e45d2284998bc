# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Families who pay from home: through the simulator, with callbacks over real HTTP.

Odoo is served in a process of its own meanwhile. Who pays how is drawn by the family's
number and the month, hence the same at every start; what was done before is recognised.
"""

import json
import os
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from datetime import date
from random import Random

import requests

from odoo.fields import Command
from odoo.service.model import retrying

from .foundation import FOUNDATION, get_companies, get_company
from .people import get_portal_families
from .population import SEED
from .records import find, get_parameter, remember, set_parameter

#: Of the families with an open bill: who pays it online.
PAYS_ONLINE = 0.6
#: Provider, its word for the channel, bank of the profile, and how many of a hundred.
#: The first payers take them in this order, so that even a small demo has all of them.
CHANNELS = (
    ("midtrans", "bca", None, 16),
    ("snap", "va", "BRI", 16),
    ("xendit", "QRIS", None, 12),
    ("midtrans", "gopay", None, 8),
    ("midtrans", "qris", None, 14),
    ("xendit", "BRI_VIRTUAL_ACCOUNT", None, 10),
    ("xendit", "DANA", None, 4),
    ("midtrans", "echannel", None, 6),
    ("midtrans", "bni", None, 6),
    ("midtrans", "permata", None, 4),
    ("midtrans", "shopeepay", None, 4),
)
#: Takes any amount of rupiah; for who owes more than a wallet takes.
LAST_RESORT = CHANNELS[0]
#: What else happens, once a month, to the first payers.
INCIDENTS = ("pay_twice", "forge", "pay_late", "resend")
START_TIMEOUT, NOTICE_TIMEOUT, CALL_TIMEOUT = 120, 900, 60


def pay(env, month: date, config_file: str):
    """Let families pay what they still owe, and wait until it is booked.

    :param str config_file: of Odoo, which is served with it meanwhile
    """
    payers = _get_payers(env, month)
    if not payers:
        return
    with _serve(env, config_file) as url:
        connect(env, url)
        _Counter(env, month, url).serve(payers)


def connect(env, url: str):
    """Have the foundation's providers use the simulator at an address of ours."""
    foundation = get_company(env, FOUNDATION)
    env["payment.simulator.account"]._setup(foundation, url)
    env.cr.commit()


# === WHO === #


def _get_payers(env, month):
    """Return the families who pay online and still owe something, by their numbers."""
    at_home = get_portal_families(env)
    env.cr.execute(
        """
        SELECT DISTINCT p.id, coalesce(p.scola_family_card, s.nim)
          FROM account_move m
          JOIN res_partner p ON p.id = m.commercial_partner_id
          LEFT JOIN scola_student s ON s.partner_id = p.id
         WHERE m.fee_schedule_id IS NOT NULL AND m.state = 'posted'
           AND m.payment_state IN ('not_paid', 'partial')
         ORDER BY 2
        """
    )
    return [
        (family_id, name)
        for family_id, name in env.cr.fetchall()
        if family_id not in at_home and _draw(month, name).random() < PAYS_ONLINE
    ]


def _draw(month, name):
    return Random(f"{SEED}/{month:%Y-%m}/online/{name}")


# === WHERE === #


@contextmanager
def _serve(env, config_file):
    """Serve the database on a free port; give its address."""
    port, gevent_port = _find_port(), _find_port()
    server = subprocess.Popen(
        [
            *(sys.executable, "-m", "odoo", "-c", config_file),
            *("-d", env.cr.dbname),
            *("--http-interface", "127.0.0.1", "--http-port", str(port)),
            *("--gevent-port", str(gevent_port)),
            # Threads: a request may wait for an answer of the same server.
            *("--workers", "0", "--max-cron-threads", "0"),
        ],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "PYTHONWARNINGS": "ignore"},
    )
    url = f"http://127.0.0.1:{port}"
    try:
        _wait(lambda: _is_up(url, server), START_TIMEOUT, "the web server to start")
        yield url
    finally:
        server.terminate()
        server.wait()


def _find_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _is_up(url, server):
    if server.poll() is not None:
        raise ValueError("the web server that takes the callbacks has ended")
    try:
        return requests.get(f"{url}/web/health", timeout=5).ok
    except requests.RequestException:
        return False


def _wait(condition, timeout, what):
    end = time.monotonic() + timeout
    while not condition():
        if time.monotonic() > end:
            raise ValueError(f"waited {timeout} seconds for {what}")
        time.sleep(0.2)


# === HOW === #


class _Counter:
    """The families at their telephones: checkout, then the simulator."""

    def __init__(self, env, month, url):
        companies = get_companies(env)
        self.env = env(
            context={
                **env.context,
                "lang": "id_ID",
                "allowed_company_ids": companies.ids,
                "tracking_disable": True,
            }
        )
        self.month = month
        self.url = url
        self.incidents = [
            name
            for name in INCIDENTS
            if not get_parameter(env, f"online_{month:%Y_%m}_{name}")
        ]

    def serve(self, payers):
        """Have every payer start a payment, then pay it; wait for the bookings."""
        attempts = []
        for position, (family_id, name) in enumerate(payers):
            tx = self._check_out(position, family_id, name)
            if tx and tx.state == "pending":
                attempts.append(tx)
        for tx in attempts:
            self._pay(tx.reference)
        self._wait_for_bookings()

    def _check_out(self, position, family_id, name):
        """Start the payment of all bills of a family; return it as it is if started."""
        key = f"online_{self.month:%Y_%m}_{family_id}"
        tx = find(self.env, key)
        if not tx:
            bills = self._get_bills(family_id)
            if not bills:
                return None
            tx = self.env["payment.transaction"].create(
                self._prepare(position, family_id, name, bills)
            )
            remember(self.env, key, tx)
            self.env.cr.commit()
        # The provider tells of the attempt while we note it: as in a web request.
        retrying(tx._ensure_charged, self.env)
        return tx

    def _get_bills(self, family_id):
        return self.env["account.move"].search(
            [
                ("commercial_partner_id", "=", family_id),
                ("fee_schedule_id", "!=", False),
                ("state", "=", "posted"),
                ("payment_state", "in", ("not_paid", "partial")),
            ]
        )

    def _prepare(self, position, family_id, name, bills):
        """Return the values of a checkout, as the page of the guardian makes them."""
        checkout = self.env["payment.checkout"]
        total = checkout._get_total(bills)
        channel = self._choose_channel(position, name, total)
        family = self.env["res.partner"].browse(family_id)
        guardian = family.child_ids.filtered("guardianship_ids")[:1]
        return {
            **checkout._prepare_attempt(channel, total, bills.currency_id, bills),
            "provider_id": channel.provider_id.id,
            "payment_method_id": channel.payment_method_id.id,
            "currency_id": bills.currency_id.id,
            "partner_id": (guardian or family).id,
            "operation": "online_redirect",
            "invoice_ids": [Command.set(bills.ids)],
        }

    def _choose_channel(self, position, name, total):
        rng = _draw(self.month, name)
        rng.random()  # whether they pay online at all
        weights = [weight for *_channel, weight in CHANNELS]
        [drawn] = rng.choices(CHANNELS, weights)
        chosen = CHANNELS[position] if position < len(CHANNELS) else drawn
        channel = self._find_channel(chosen)
        if not channel._accepts(total):
            channel = self._find_channel(LAST_RESORT)
        return channel

    def _find_channel(self, row):
        code, word, bank, _weight = row
        domain = [
            ("provider_id.code", "=", code),
            ("provider_id.company_id", "=", get_company(self.env, FOUNDATION).id),
            ("code", "=", word),
        ]
        if bank:
            domain.append(("provider_id.snap_bank_id.code", "=", bank))
        return self.env["payment.channel"].search(domain, limit=1)

    def _pay(self, reference):
        """Pay in the simulator; the first ones not quite as it should be."""
        if "pay" not in self._get_actions(reference):
            return  # an earlier start was cut off here: the notice is still to come
        incident = self._take_incident()
        if incident == "forge":
            self._forge(reference)
        is_way = incident in ("pay_twice", "pay_late")
        self._call(incident if is_way else "pay", reference)
        if incident == "resend":
            self._wait_for_notices()
            self._call("resend", reference)

    def _take_incident(self):
        """Return what has not happened yet this month, noted as done; None at last."""
        if not self.incidents:
            return None
        name = self.incidents.pop(0)
        set_parameter(self.env, f"online_{self.month:%Y_%m}_{name}", "1")
        self.env.cr.commit()
        return name

    def _get_actions(self, reference):
        """Return what can be done to an order in the simulator."""
        answer = requests.get(
            f"{self.url}/simulator/api/orders",
            params={"q": reference},
            timeout=CALL_TIMEOUT,
        )
        [order] = answer.json()
        return order["actions"]

    def _call(self, action, reference):
        answer = requests.post(
            f"{self.url}/simulator/api/{action}",
            json={"order": reference},
            timeout=CALL_TIMEOUT,
        )
        if not answer.ok:
            raise ValueError(f"the simulator: {answer.text[:300]}")

    def _forge(self, reference):
        """Say that somebody has paid without knowing the key."""
        body = {
            "order_id": reference,
            "transaction_id": "00000000-0000-4000-8000-000000000000",
            "transaction_status": "settlement",
            "status_code": "200",
            "gross_amount": "1000.00",
            "currency": "IDR",
            "payment_type": "qris",
            "signature_key": "0" * 128,
        }
        requests.post(
            f"{self.url}/payment/callback/midtrans",
            data=json.dumps(body),
            headers={"Content-Type": "application/json"},
            timeout=CALL_TIMEOUT,
        )

    # === UNTIL IT IS DONE === #

    def _wait_for_notices(self):
        _wait(self._is_told, NOTICE_TIMEOUT, "the notices of the simulator")

    def _is_told(self):
        # Not at the top: where the add-ons are is known when Odoo is configured.
        from odoo.addons.payment_simulator.models.payment_simulator_delivery import (
            deliver,
        )

        # The server sends what it queued itself; this is what an earlier one left.
        deliver(self.env.cr.dbname)
        return not self._count(
            "SELECT count(*) FROM payment_simulator_delivery"
            " WHERE state = 'sending' OR state = 'queued' AND tries = 0"
        )

    def _wait_for_bookings(self):
        """Wait for the notices, and book what could not be booked at once."""
        self._wait_for_notices()
        _wait(self._is_booked, NOTICE_TIMEOUT, "the bookings")

    def _is_booked(self):
        if not self._count(
            "SELECT count(*) FROM payment_notification"
            " WHERE state IN ('new', 'failed') AND next_try_at IS NOT NULL"
        ):
            return True
        self.env.cr.commit()
        self.env["payment.booking"]._work_off(seconds=20)
        time.sleep(2)
        return False

    def _count(self, query):
        """Return a number as it is now, not as it was when the transaction began."""
        self.env.cr.commit()
        self.env.cr.execute(query)
        return self.env.cr.fetchone()[0]
