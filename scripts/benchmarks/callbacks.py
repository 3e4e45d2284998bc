# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Callbacks accepted and booked per second, next to Odoo's own way in the same run.

Ours: signed Midtrans notifications over real HTTP against a server with one and two
workers, each confirmed by a status call to a stub of the gateway. *Accepted* is stored,
committed and answered; *booked* is posted, reconciled and visible in the database.

Odoo's: transactions of its ``payment_demo``, processed and post-processed one by one in
one process, each committed, without HTTP and without a gateway that is asked.

Usage: python -m benchmarks.callbacks CONFIG DATABASE... (see scripts/bench)
"""

import json
import random
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from statistics import median

import psycopg2
import requests

from .midtrans_stub import MidtransStub, Order
from .odoo_server import OdooServer

DROP_DATABASE = Path(__file__).resolve().parent.parent / "drop_database"
PATH = "/payment/callback/midtrans"
THREADS = 8
COUNT, PEER_COUNT = 400, 60


class Database:
    """A copy of a prepared database."""

    def __init__(self, name: str, template: str):
        self.name = name
        self.drop()
        subprocess.run(["createdb", "-T", template, name], check=True)

    def drop(self) -> None:
        """Drop it, if it is there."""
        subprocess.run([DROP_DATABASE, self.name], check=True)

    def query(self, sql: str, params: tuple = ()) -> list[tuple]:
        """Return the rows of a query in a transaction of its own."""
        connection = psycopg2.connect(dbname=self.name)
        try:
            with connection.cursor() as cursor:
                cursor.execute(sql, params)
                return cursor.fetchall()
        finally:
            connection.close()

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.drop()


def make_orders(config: str, database: str, count: int, url_file: Path) -> list[Order]:
    """Have ``count`` payments wait in a database; the gateway is not there yet."""
    file = url_file.with_suffix(".json")
    subprocess.run(
        [
            *(sys.executable, "-m", "benchmarks.payments", config, database),
            *(str(count), "http://127.0.0.1:1", str(file)),
        ],
        check=True,
        cwd=Path(__file__).parents[1],
    )
    return [Order(**row) for row in json.loads(file.read_text())]


def set_gateway(database: Database, url: str) -> None:
    """Tell the database where the gateway is; before a server starts."""
    connection = psycopg2.connect(dbname=database.name)
    with connection, connection.cursor() as cursor:
        cursor.execute(
            "UPDATE payment_provider SET api_url = %s WHERE code = 'midtrans'", (url,)
        )
    connection.close()


def send_all(url: str, bodies: list[dict], threads: int = THREADS) -> list[int]:
    """Post the bodies from several threads and return the HTTP statuses.

    A connection that breaks is tried again, as every sender does, and is a 0 after the
    last try.
    """
    statuses, lock, queue = [], threading.Lock(), iter(bodies)

    def work():
        session = requests.Session()
        while True:
            with lock:
                body = next(queue, None)
            if body is None:
                return
            status = post(session, url, body)
            with lock:
                statuses.append(status)

    workers = [threading.Thread(target=work) for _number in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return statuses


def post(session: requests.Session, url: str, body: dict, tries: int = 5) -> int:
    """Post a body and return the HTTP status, 0 if nobody answers."""
    for _try in range(tries):
        try:
            return session.post(url, json=body, timeout=60).status_code
        except requests.RequestException:
            time.sleep(0.2)
    return 0


def wait_until_booked(database: Database, count: int, seconds: int = 300) -> None:
    """Wait until ``count`` payments are booked.

    :raise RuntimeError: if they are not after ``seconds``
    """
    _wait_for(
        database,
        "SELECT count(*) >= %s FROM payment_incoming WHERE payment_id IS NOT NULL",
        (count,),
        seconds,
    )


def wait_until_handled(database: Database, seconds: int = 300) -> None:
    """Wait until no notification waits in the inbox, also none that came twice.

    :raise RuntimeError: if one still does after ``seconds``
    """
    _wait_for(
        database,
        "SELECT NOT EXISTS (SELECT FROM payment_notification WHERE state = 'new')",
        (),
        seconds,
    )


def _wait_for(database: Database, query: str, params: tuple, seconds: int) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        [(is_done,)] = database.query(query, params)
        if is_done:
            return
        time.sleep(0.05)
    states = database.query(
        "SELECT state, verdict, reason, count(*) FROM payment_notification"
        " GROUP BY 1, 2, 3"
    )
    raise RuntimeError(f"not so after {seconds} s: {query} {params}: {states}")


def measure_ours(config: str, template: str, orders, workers: int, log: Path) -> dict:
    """Return accepted and booked per second with a number of workers."""
    bodies = [order.notification("settlement") for order in orders]
    random.Random(1).shuffle(bodies)
    with Database(f"{template}_{workers}", template) as database:
        with MidtransStub(orders) as gateway:
            set_gateway(database, gateway.url)
            with OdooServer(config, database.name, workers, log) as server:
                start = time.monotonic()
                statuses = send_all(server.url + PATH, bodies)
                accepted = time.monotonic() - start
                wait_until_booked(database, len(orders))
                booked = time.monotonic() - start
    if set(statuses) != {200}:
        raise RuntimeError(f"not all were accepted: {statuses}")
    return {
        "accepted_per_s": round(len(bodies) / accepted, 1),
        "booked_per_s": round(len(orders) / booked, 1),
    }


def measure_odoo(config: str, template: str) -> float:
    """Return what Odoo's own demo provider books per second."""
    with Database(f"{template}_peer", template) as database:
        output = subprocess.run(
            [
                *(sys.executable, "-m", "benchmarks.callbacks_peer"),
                *(config, database.name, str(PEER_COUNT)),
            ],
            check=True,
            cwd=Path(__file__).parents[1],
            stdout=subprocess.PIPE,
        ).stdout
    return round(PEER_COUNT / float(output.split()[-1]), 2)


def main(config: str, prepared: str, result: str, rounds: str = "3") -> None:
    """Run it ``rounds`` times and write the medians."""
    folder = Path(tempfile.mkdtemp(prefix="scola-bench-"))
    template = f"{prepared}_cb"
    found = []
    with Database(template, prepared):
        orders = make_orders(config, template, COUNT, folder / "orders")
        for _round in range(int(rounds)):
            found.append(
                {
                    **{
                        workers: measure_ours(
                            config, template, orders, workers, folder / "odoo.log"
                        )
                        for workers in (1, 2)
                    },
                    "odoo": measure_odoo(config, template),
                }
            )
            print(json.dumps(found[-1]), file=sys.stderr, flush=True)
    Path(result).write_text(json.dumps(summarise(found), indent=2) + "\n")


def summarise(found: list[dict]) -> dict:
    """Return the medians; the headline is that of two workers."""
    medians = {
        f"{key}_{workers}_workers": median(row[workers][key] for row in found)
        for workers in (1, 2)
        for key in ("accepted_per_s", "booked_per_s")
    }
    odoo = median(row["odoo"] for row in found)
    return {
        "accepted_per_s": medians["accepted_per_s_2_workers"],
        "booked_per_s": medians["booked_per_s_2_workers"],
        "odoo_booked_per_s": odoo,
        "ratio": round(medians["booked_per_s_2_workers"] / odoo, 1),
        "ratio_1_worker": round(medians["booked_per_s_1_workers"] / odoo, 1),
        **medians,
        "notifications": COUNT,
        "senders": THREADS,
        "rounds": len(found),
    }


if __name__ == "__main__":
    main(*sys.argv[1:])
