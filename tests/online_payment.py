# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""A served Odoo with its own database, and a family that pays there."""

import json
import os
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path

import psycopg2
import requests

from odoo.tools import config

DRIVER = Path(__file__).parent / "payment_driver.py"
DROP_DATABASE = Path(__file__).parent.parent / "scripts" / "drop_database"
TIMEOUT = 120


class Site:
    """A database of our own, the Odoo that serves it, a process that works in it."""

    def __init__(self, name: str, folder: Path):
        self.name = name
        self.log = folder / "odoo.log"
        self.port, self.gevent_port = find_port(), find_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.server = self.driver = None
        copy_database(os.environ["SCOLA_TEST_PREPARED"], name)
        try:
            self.driver = self._start_driver()
            self.do("set_up")
            self.server = self._start_server()
        except BaseException:
            self.close()
            raise

    def _start_driver(self):
        config_file = os.environ["SCOLA_TEST_CONFIG"]
        return subprocess.Popen(
            [sys.executable, str(DRIVER), config_file, self.name, self.url],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONWARNINGS": "ignore"},
        )

    def _start_server(self):
        server = subprocess.Popen(
            [
                *(sys.executable, "-m", "odoo"),
                *("-c", os.environ["SCOLA_TEST_CONFIG"]),
                *("-d", self.name, f"--db-filter=^{self.name}$"),
                *("--http-interface", "127.0.0.1", "--http-port", str(self.port)),
                *("--gevent-port", str(self.gevent_port)),
                # Threads: a request may wait for an answer of the same server. The cron
                # books what comes while it is busy.
                *("--workers", "0", "--max-cron-threads", "1"),
                *("--log-level", "warn", "--logfile", str(self.log)),
            ],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "PYTHONWARNINGS": "ignore"},
        )
        wait_for(lambda: is_up(self.url, server), "the server")
        return server

    def do(self, command: str, **words):
        """Have the driver do something and return its answer."""
        self.driver.stdin.write(json.dumps({"do": command, **words}) + "\n")
        self.driver.stdin.flush()
        answer = self.driver.stdout.readline()
        assert answer, f"the driver ended at {command}"
        answer = json.loads(answer)
        assert "error" not in answer, answer["error"]
        return answer["result"]

    def simulate(self, action: str, status: int = 200, **words) -> dict:
        """Do something in the simulator, as curl would, and return what it says."""
        answer = requests.post(
            f"{self.url}/simulator/api/{action}", json=words, timeout=TIMEOUT
        )
        assert answer.status_code == status, answer.text
        return answer.json()

    def find(self, order: str) -> dict:
        """Return an order of the simulator, by its reference or number."""
        answer = requests.get(
            f"{self.url}/simulator/api/orders", params={"q": order}, timeout=TIMEOUT
        )
        return answer.json()[0]

    def settle(self, order: str) -> dict:
        """Wait until every notice about an order was answered; return the order.

        And booked: who answers leaves that to whoever is booking at the time.
        """

        def is_quiet():
            notices = self.find(order)["notices"]
            return not any(
                n["state"] == "sending" or n["state"] == "queued" and not n["tries"]
                for n in notices
            )

        wait_for(is_quiet, f"the notices of {order}")
        waiting = "SELECT count(*) FROM payment_notification WHERE state = 'new'"
        wait_for(lambda: self.query(waiting) == [(0,)], f"the booking of {order}")
        return self.find(order)

    def pay(self, order: str, action: str = "pay", **words) -> dict:
        """Pay in the simulator, wait for the notices, and return what we booked."""
        self.simulate(action, order=order, **words)
        self.settle(order)
        return self.do("state", order=order)

    def query(self, sql: str) -> list[tuple]:
        """Return the rows of a query."""
        connection = psycopg2.connect(dbname=self.name)
        try:
            with connection.cursor() as cursor:
                cursor.execute(sql)
                return cursor.fetchall()
        finally:
            connection.close()

    def read_errors(self) -> list[str]:
        """Return what the server logged as errors.

        Without queries that collided with others: those are repeated, and what fails
        in the end is logged by who asked for it.
        """
        lines = self.log.read_text("utf-8").splitlines() if self.log.exists() else []
        errors = [line for line in lines if " ERROR " in line or " CRITICAL " in line]
        return [line for line in errors if " odoo.sql_db: bad query" not in line]

    def close(self):
        """End the processes and leave nothing behind."""
        for process in (self.driver, self.server):
            if process:
                process.terminate()
                process.wait(timeout=TIMEOUT)
        drop_database(self.name)


def find_port() -> int:
    """Return a port that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def is_up(url: str, server) -> bool:
    """Return whether a server answers; fail if it has ended."""
    assert server.poll() is None, "the server ended"
    try:
        return requests.get(f"{url}/web/health", timeout=5).ok
    except requests.RequestException:  # it may be loading
        return False


def wait_for(condition, what: str):
    """Wait until something is so."""
    end = time.monotonic() + TIMEOUT
    while not condition():
        assert time.monotonic() < end, f"{what}: still waiting after {TIMEOUT} s"
        time.sleep(0.2)


def copy_database(source: str, target: str):
    """Make a copy of a database with its files."""
    drop_database(target)
    subprocess.run(["createdb", "-T", source, target], check=True)
    if os.path.isdir(config.filestore(source)):
        shutil.copytree(
            config.filestore(source), config.filestore(target), copy_function=os.link
        )


def drop_database(name: str):
    """Drop a database with its files."""
    subprocess.run([DROP_DATABASE, name], check=True)
    shutil.rmtree(config.filestore(name), ignore_errors=True)
