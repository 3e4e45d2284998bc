# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Invoices raised side by side, in real processes: no gap, none twice, none missing."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import psycopg2
import pytest

DRIVER = Path(__file__).parent / "bulk_driver.py"
DROP_DATABASE = Path(__file__).parent.parent / "scripts" / "drop_database"
CUSTOMERS = 240
INVOICES = """
    SELECT m.ref, m.name, p.name, m.amount_total, m.payment_reference,
           m.made_sequence_gap, m.state, m.sequence_number,
           (SELECT array_agg((l.name, l.move_name, l.ref, l.balance, l.amount_residual)
                             ORDER BY l.id)
              FROM account_move_line l WHERE l.move_id = m.id)::text
      FROM account_move m
      JOIN res_partner p ON p.id = m.partner_id
     WHERE p.ref LIKE 'K_____'
     ORDER BY m.sequence_number
"""
RANKS = """
    SELECT p.id, p.customer_rank, count(m.id)
      FROM res_partner p
      JOIN account_move m ON p.id IN (m.partner_id, m.commercial_partner_id)
     WHERE m.ref LIKE 'K_____'
     GROUP BY 1 ORDER BY 1
"""


class Database:
    """A copy of a database; ``drive`` runs the driver in it."""

    def __init__(self, name: str, template: str):
        self.name = name
        self.drop()
        subprocess.run(["createdb", "-T", template, name], check=True)

    def spawn(self, *words) -> subprocess.Popen:
        """Start the driver."""
        command = [sys.executable, DRIVER, os.environ["SCOLA_TEST_CONFIG"], self.name]
        return subprocess.Popen(
            [*command, *map(str, words)],
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONWARNINGS": "ignore"},
        )

    def drive(self, *words) -> None:
        """Run the driver to its end."""
        assert self.spawn(*words).wait() == 0

    def query(self, sql: str) -> list[tuple]:
        connection = psycopg2.connect(dbname=self.name)
        try:
            with connection.cursor() as cursor:
                cursor.execute(sql)
                return cursor.fetchall()
        finally:
            connection.close()

    def drop(self) -> None:
        subprocess.run([DROP_DATABASE, self.name], check=True)


@pytest.fixture(scope="module")
def prepared():
    database = Database(
        f"scola_test_lanes_{os.getpid()}", os.environ["SCOLA_TEST_PREPARED"]
    )
    database.drive("set-up", CUSTOMERS)
    yield database
    database.drop()


@pytest.fixture
def copy(prepared):
    database = Database(f"{prepared.name}_copy", prepared.name)
    yield database
    database.drop()


@pytest.fixture(scope="module")
def clean_invoices(prepared):
    """The invoices of a run of one transaction after the other."""
    database = Database(f"{prepared.name}_clean", prepared.name)
    database.drive("stamp", 1)
    invoices = database.query(INVOICES)
    database.drop()
    return invoices


def assert_complete(invoices: list[tuple]) -> None:
    """Each customer has one invoice, and the numbers have no gap."""
    refs = sorted(row[0] for row in invoices if row[0])
    assert refs == [f"K{number:05}" for number in range(CUSTOMERS)]
    assert [row[7] for row in invoices] == list(range(1, len(invoices) + 1))
    assert {row[6] for row in invoices} == {"posted"}
    assert not any(row[5] for row in invoices)


def test_lanes_make_the_same_invoices(copy, clean_invoices):
    assert_complete(clean_invoices)
    copy.drive("stamp", 2)
    assert copy.query(INVOICES) == clean_invoices
    ranks = copy.query(RANKS)
    assert len(ranks) > CUSTOMERS
    assert [row for row in ranks if row[1] != row[2]] == []


def test_conflicts_are_tried_again(copy, clean_invoices):
    copy.drive("stamp", 3, 4)
    assert copy.query(INVOICES) == clean_invoices


def test_killed_lanes_continue(copy, clean_invoices):
    seed = random.randrange(10**6)
    chance = random.Random(seed)
    for _attempt in range(3):
        process = copy.spawn("stamp", 2)
        assert process.stdout.readline() == b"started\n"
        time.sleep(chance.uniform(0.2, 2))
        process.send_signal(signal.SIGKILL)
        process.wait()
    copy.drive("stamp", 2)
    assert copy.query(INVOICES) == clean_invoices, f"seed {seed}"


def test_two_processes_and_somebody_at_a_desk(copy):
    processes = [copy.spawn("stamp", 2), copy.spawn("stamp", 2), copy.spawn("post", 15)]
    assert [process.wait() for process in processes] == [0, 0, 0]
    invoices = copy.query(INVOICES)
    assert len(invoices) == CUSTOMERS + 15
    assert_complete(invoices)
