# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""A storm of callbacks on a server with two workers, and workers that are killed."""

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parent
sys.path.insert(0, str(TESTS.parent / "scripts"))

from benchmarks import callbacks  # noqa: E402
from benchmarks.midtrans_stub import MidtransStub  # noqa: E402
from benchmarks.odoo_server import OdooServer  # noqa: E402

ORDERS, NOTIFICATIONS = 200, 2000
BOOKS = """
    SELECT count(*) FILTER (WHERE move_type = 'out_invoice' AND payment_state = 'paid'),
           count(*) FILTER (WHERE origin_payment_id IS NOT NULL AND state = 'posted'),
           (SELECT count(*) FROM payment_incoming),
           (SELECT count(*) FROM account_payment),
           (SELECT count(*) FROM account_partial_reconcile),
           (SELECT count(*) FROM payment_transaction WHERE state = 'done'),
           (SELECT count(*) FROM account_move_line WHERE amount_residual < 0
               AND account_id IN (SELECT id FROM account_account
                                   WHERE account_type = 'asset_receivable')),
           (SELECT sum(balance) FROM account_move_line),
           (SELECT count(*) FROM (SELECT move_id FROM account_move_line
                                   GROUP BY 1 HAVING sum(balance) != 0) AS odd)
      FROM account_move
"""
MONEY = (
    "account_move",
    "account_move_line",
    "account_partial_reconcile",
    "account_payment",
    "payment_incoming",
    "payment_incoming_line",
    "payment_transaction",
)


@pytest.fixture(scope="module")
def waiting(tmp_path_factory):
    """Return a database with payments that wait, and their orders at the gateway."""
    config = os.environ["SCOLA_TEST_CONFIG"]
    name = f"scola_test_storm_{os.getpid()}"
    file = tmp_path_factory.mktemp("storm") / "orders"
    with callbacks.Database(name, os.environ["SCOLA_TEST_PREPARED"]) as database:
        yield database, callbacks.make_orders(config, name, ORDERS, file)


@pytest.fixture
def storm(waiting, tmp_path):
    """Return a server with two workers, its database, and what the gateway sends."""
    template, orders = waiting
    config = os.environ["SCOLA_TEST_CONFIG"]
    with callbacks.Database(f"{template.name}_copy", template.name) as database:
        with MidtransStub(orders) as gateway:
            callbacks.set_gateway(database, gateway.url)
            log = tmp_path / "odoo.log"
            with OdooServer(config, database.name, 2, log) as server:
                yield server, database, make_storm(orders)


def make_storm(orders):
    """Return the notifications: pending and settlement, repeated, in any order."""
    chance = random.Random(os.getpid())
    bodies = []
    for order in orders:
        bodies.append(order.notification("pending"))
        bodies += [order.notification("settlement")] * 2
    while len(bodies) < NOTIFICATIONS:
        bodies.append(chance.choice(orders).notification("settlement"))
    chance.shuffle(bodies)
    return bodies


def assert_books(database):
    [row] = database.query(BOOKS)
    paid, entries, incoming, payments, partials, done, credits, balance, odd = row
    assert (paid, incoming, done) == (ORDERS, ORDERS, ORDERS)
    assert (entries, payments, partials) == (ORDERS, ORDERS, ORDERS)
    assert (credits, balance, odd) == (0, 0, 0)


def dump(database):
    return {
        table: database.query(f"SELECT to_jsonb(t)::text FROM {table} t ORDER BY id")
        for table in MONEY
    }


def test_storm_books_each_payment_once(storm):
    server, database, bodies = storm
    statuses = callbacks.send_all(server.url + callbacks.PATH, bodies)
    assert Counter(statuses) == {200: NOTIFICATIONS}, server.read_log()
    callbacks.wait_until_booked(database, ORDERS)
    assert_books(database)
    callbacks.wait_until_handled(database)
    states = dict(
        database.query("SELECT state, count(*) FROM payment_notification GROUP BY 1")
    )
    assert sum(states.values()) >= NOTIFICATIONS
    assert set(states) <= {"applied", "ignored"}
    before = dump(database)
    subprocess.run(
        [
            *(sys.executable, str(TESTS / "replay_driver.py")),
            *(os.environ["SCOLA_TEST_CONFIG"], database.name),
        ],
        check=True,
    )
    assert dump(database) == before


def test_killed_workers_lose_nothing(storm):
    server, database, bodies = storm
    statuses = []
    sender = threading.Thread(
        target=lambda: statuses.extend(
            callbacks.send_all(server.url + callbacks.PATH, bodies)
        )
    )
    sender.start()
    chance = random.Random(os.getpid())
    for _kill in range(2):
        time.sleep(chance.uniform(1, 4))
        os.kill(server.first_worker(), signal.SIGKILL)
    sender.join()
    assert 500 not in statuses, server.read_log()
    assert Counter(statuses) == {200: NOTIFICATIONS}, server.read_log()
    callbacks.wait_until_booked(database, ORDERS)
    assert_books(database)
