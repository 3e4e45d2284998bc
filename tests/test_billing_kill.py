# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""A billing run that is killed, and runs that start together, in real processes."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import psycopg2
import pytest

DRIVER = Path(__file__).parent / "billing_driver.py"
DROP_DATABASE = Path(__file__).parent.parent / "scripts" / "drop_database"
STUDENTS = 600
INVOICES = """
    SELECT m.name, p.name, s.period, s.installment, m.invoice_date,
           m.invoice_date_due, m.amount_total, m.state, f.name,
           (SELECT array_agg((l.name, l.balance, a.id) ORDER BY l.id)
              FROM account_move_line l JOIN account_account a ON a.id = l.account_id
             WHERE l.move_id = m.id)::text
      FROM account_move m
      JOIN scola_fee_schedule s ON s.move_id = m.id AND m.fee_schedule_id = s.id
      JOIN res_partner p ON p.id = m.partner_id
      JOIN res_partner f ON f.id = m.commercial_partner_id
     ORDER BY m.name
"""


class Database:
    """A database of our own; ``drive`` runs the driver in it."""

    def __init__(self, name: str, template: str):
        self.name = name
        self.drop()
        run_tool("createdb", "-T", template, name)

    def drive(self, *words: str) -> None:
        """Run the driver to its end."""
        subprocess.run(self.command(*words), check=True, env=environment())

    def command(self, *words: str) -> list[str]:
        config = os.environ["SCOLA_TEST_CONFIG"]
        return [sys.executable, str(DRIVER), config, self.name, *words]

    def spawn(self, *words: str) -> subprocess.Popen:
        """Start the driver and wait until it works on the run."""
        process = subprocess.Popen(
            self.command(*words), stdout=subprocess.PIPE, env=environment()
        )
        assert process.stdout.readline() == b"started\n"
        return process

    def query(self, sql: str) -> list[tuple]:
        connection = psycopg2.connect(dbname=self.name)
        try:
            with connection.cursor() as cursor:
                cursor.execute(sql)
                return cursor.fetchall()
        finally:
            connection.close()

    def drop(self) -> None:
        run_tool(str(DROP_DATABASE), self.name)


def run_tool(*words: str) -> None:
    subprocess.run(words, check=True)


def environment() -> dict[str, str]:
    return {**os.environ, "PYTHONWARNINGS": "ignore"}


@pytest.fixture(scope="module")
def prepared():
    """A school with enrolled students and a run that is planned and started."""
    database = Database(
        f"scola_test_kill_{os.getpid()}", os.environ["SCOLA_TEST_PREPARED"]
    )
    database.drive("set-up", str(STUDENTS))
    database.drive("start")
    yield database
    database.drop()


@pytest.fixture
def copy(prepared):
    database = Database(f"{prepared.name}_copy", prepared.name)
    yield database
    database.drop()


@pytest.fixture(scope="module")
def clean_invoices(prepared):
    """The invoices of one run that nobody disturbed."""
    database = Database(f"{prepared.name}_clean", prepared.name)
    database.drive("process")
    invoices = database.query(INVOICES)
    database.drop()
    assert len(invoices) == STUDENTS
    return invoices


def assert_no_gap(invoices: list[tuple]) -> None:
    numbers = sorted(int(row[0].rsplit("/", 1)[1]) for row in invoices)
    assert numbers == list(range(1, len(numbers) + 1))


def test_killed_run_continues_to_the_same_invoices(copy, clean_invoices):
    seed = random.randrange(10**6)
    chance = random.Random(seed)
    for _attempt in range(3):
        process = copy.spawn("process")
        time.sleep(chance.uniform(0.5, 6))
        process.send_signal(signal.SIGKILL)
        process.wait()
    copy.drive("process")
    assert copy.query(INVOICES) == clean_invoices, f"seed {seed}"
    assert copy.query("SELECT state FROM scola_billing_run") == [("done",)]


def test_two_processes_on_one_run_bill_once(copy, clean_invoices):
    first, second = copy.spawn("process"), copy.spawn("process")
    assert (first.wait(), second.wait()) == (0, 0)
    assert copy.query(INVOICES) == clean_invoices


def test_two_runs_of_one_month_at_once_bill_once(copy, clean_invoices):
    copy.drive("start")
    names = [name for (name,) in copy.query("SELECT name FROM scola_billing_run")]
    processes = [copy.spawn("process", name) for name in names]
    assert [process.wait() for process in processes] == [0, 0]
    invoices = copy.query(INVOICES)
    assert_no_gap(invoices)
    # Who got which number depends on who came first; nothing else may.
    assert sorted(row[1:9] for row in invoices) == sorted(
        row[1:9] for row in clean_invoices
    )
    states = dict(
        copy.query("SELECT state, count(*) FROM scola_billing_run_line GROUP BY 1")
    )
    assert states == {"posted": STUDENTS, "elsewhere": STUDENTS}
