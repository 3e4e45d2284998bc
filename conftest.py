# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""A skipped test is a failed one; processes that share a run have a database each.

Odoo skips browser tests where it finds no Chromium, and every HttpCase where pytest
runs without --odoo-http: a green run would then say nothing about half of the tests.
"""

import os

import pytest
from hypothesis import HealthCheck, settings

from odoo import tools

# How fast examples are found depends on what else the machine does.
settings.register_profile(
    "patient", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("patient")

# Which tests may be skipped and why: {"part of the test's node id": "the reason"}.
ALLOWED_SKIPS: dict[str, str] = {}


def _get_database(worker: str) -> str:
    """Return the copy that scripts/test made for a process of pytest-xdist."""
    return os.environ["SCOLA_TEST_DATABASES"].split()[int(worker.removeprefix("gw"))]


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_cmdline_main(config):
    """Let each process of pytest-xdist work in its own copy.

    Without its name pytest-odoo makes none: what it does with copies is for versions
    of Odoo that are served by one database only. A wrapper, as pytest-odoo's, which
    reads the option.
    """
    worker = os.environ.pop("PYTEST_XDIST_WORKER", None)
    if worker:
        config.option.odoo_database = _get_database(worker)
    return (yield)


def pytest_configure(config):
    """Refuse to let two processes work in one database."""
    worker = getattr(config, "workerinput", {}).get("workerid")
    if worker and _get_database(worker) not in tools.config["db_name"]:
        raise pytest.UsageError(
            f"{worker} would work in {tools.config['db_name']}: name the folders "
            "of the tests, as in scripts/test addons tests --durations=10"
        )


def _is_allowed(nodeid: str) -> bool:
    return any(part in nodeid for part in ALLOWED_SKIPS)


def _fail_if_skipped(report):
    """Turn the report of a skip into one of a failure, keeping the reason."""
    if report.skipped and not hasattr(report, "wasxfail"):
        if not _is_allowed(report.nodeid):
            reason = report.longrepr
            if isinstance(reason, tuple):
                reason = reason[2]
            report.outcome = "failed"
            report.longrepr = (
                f"{report.nodeid} was skipped ({reason}); a test that cannot run must "
                "be repaired, removed, or listed with its reason in conftest.py"
            )
    return report


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    return _fail_if_skipped((yield))


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(collector):
    return _fail_if_skipped((yield))
