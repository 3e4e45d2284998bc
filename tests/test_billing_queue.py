# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""A billing run where the OCA's queue of jobs is installed, as in production."""

import os
import subprocess
import sys

import pytest
from test_billing_kill import Database, environment

STUDENTS = 30


@pytest.fixture
def database():
    database = Database(
        f"scola_test_queue_{os.getpid()}", os.environ["SCOLA_TEST_PREPARED"]
    )
    yield database
    database.drop()


def test_a_worker_of_the_queue_bills(database):
    command = [sys.executable, "-m", "odoo", "-c", os.environ["SCOLA_TEST_CONFIG"]]
    subprocess.run(
        [*command, "-d", database.name, "-i", "queue_job", "--stop-after-init"],
        check=True,
        env=environment(),
    )
    database.drive("set-up", str(STUDENTS))
    database.drive("queue")
    jobs = database.query("SELECT model_name, method_name FROM queue_job")
    assert jobs == [("scola.billing.run", "_process")]
    runs = database.query(
        "SELECT state, bulk_stamped + bulk_prototypes FROM scola_billing_run"
    )
    assert runs == [("done", STUDENTS)]
