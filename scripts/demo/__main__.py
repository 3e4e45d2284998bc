# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Load the demo into a database, say what came of it and serve it.

Started by scripts/run, which made the database: python -m demo --config FILE --db NAME
"""

import argparse
import json
import logging
import os
import socket
import sys
import time
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from odoo import SUPERUSER_ID, api
from odoo.exceptions import UserError
from odoo.modules.registry import Registry
from odoo.service import server
from odoo.tools import config

from . import (
    books,
    cycle,
    fees,
    foundation,
    online,
    people,
    population,
    records,
    summary,
)

DEFAULT_STUDENTS = 600
_logger = logging.getLogger(__name__)


class DemoError(Exception):
    """What keeps the demo from going on, and what to do about it."""


def main():
    """Load, show and serve the demo."""
    arguments = _parse_arguments()
    config.parse_config(["--config", arguments.config], setup_logging=True)
    if not arguments.once:
        _check_port(arguments.port)
    seconds = {name: int(value) for name, value in arguments.seconds}
    server.load_server_wide_modules()
    registry = Registry(arguments.db)
    with registry.cursor() as cr:
        env = api.Environment(cr, SUPERUSER_ID, {"lang": "id_ID"})
        figures = Demo(env, arguments, seconds).load()
        table = summary.format_table(figures, summary.get_schools(cr))
    print(f"\n{table}\n")
    if arguments.json:
        Path(arguments.json).write_text(json.dumps(figures, indent=2) + "\n", "utf-8")
    if not arguments.once:
        _serve(arguments)


def _parse_arguments():
    parser = argparse.ArgumentParser(prog="scripts/run")
    parser.add_argument("--config", required=True)
    parser.add_argument("--db", required=True)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--log", required=True)
    parser.add_argument("--students", type=int)
    parser.add_argument("--once", action="store_true")
    parser.add_argument("--json")
    parser.add_argument(
        "--seconds", action="append", default=[], type=lambda text: text.split("=")
    )
    return parser.parse_args()


class Demo:
    """The steps from an empty database to a month that is partly collected."""

    def __init__(self, env, arguments, seconds):
        self.env = env
        self.arguments = arguments
        self.seconds = seconds
        self.today = datetime.now(tz=ZoneInfo("Asia/Jakarta")).date()

    def load(self):
        """Do what is not done yet and return the figures."""
        env, month = self.env, self.today.replace(day=1)
        count, year, start = self._get_settings()
        persons = population.generate(count, year)
        with self._step("foundation", "Foundation, schools, accounts and users"):
            foundation.load(env, year)
            self._set_url()
        with self._step("fees", "Fees, scholarships and instalments"):
            fees.load(env, start)
        with self._step("students", f"{count} students with their families"):
            people.load(env, persons, self.today)
        with self._step(
            "import", f"Dapodik file with class {persons.import_classroom.name}"
        ):
            people.load_file(env, persons)
            people.load_portal_users(env, persons)
        with self._step("enrol", "Enrolments and scholarships"):
            cycle.enrol(env, persons)
        before = summary.get_figures(env.cr)["invoices_total"]
        with self._step("bill", f"Billing run {month:%Y-%m} of each school"):
            cycle.bill(env, month)
        with self._step("collect", "Payments at the cash desks"):
            cycle.collect(env, month)
        with self._step("online", "Payments online, through the simulator"):
            online.pay(env, month, self.arguments.config)
            online.connect(env, f"http://127.0.0.1:{self.arguments.port}")
        with self._step("books", "Books of the year, RKAS and BOS"):
            books.load(env, self.today)
        figures = summary.get_figures(env.cr)
        return {
            **figures,
            "invoices_posted": figures["invoices_total"] - before,
            "period": f"{month:%Y-%m}",
            "database": self.arguments.db,
            "url": _url(self.arguments.port),
            "seconds": self.seconds,
        }

    @contextmanager
    def _step(self, name, label):
        started = time.monotonic()
        print(f"== {label} ...", end="", file=sys.stderr, flush=True)
        yield
        self.env.cr.commit()
        self.seconds[name] = round(time.monotonic() - started, 1)
        print(f" {self.seconds[name]:.1f} s", file=sys.stderr)

    def _get_settings(self):
        """Return number of students, year and first day, as the first start had it."""
        year = self.today.year - (self.today.month < 7)
        wanted = self.arguments.students
        settings = {
            "students": str(wanted or DEFAULT_STUDENTS),
            "year": str(year),
            "start": f"{self.today:%Y-%m}-01",
        }
        for name, value in settings.items():
            kept = records.get_parameter(self.env, name)
            if not kept:
                records.set_parameter(self.env, name, value)
            settings[name] = kept or value
        if wanted and wanted != int(settings["students"]):
            raise DemoError(
                f"database {self.arguments.db} has the demo with {settings['students']}"
                " students; add --fresh to make it anew, or leave --students out"
            )
        if year != int(settings["year"]):
            raise DemoError(
                f"the academic year of the demo in {self.arguments.db} is over; add"
                " --fresh to make it anew"
            )
        return int(settings["students"]), year, date.fromisoformat(settings["start"])

    def _set_url(self):
        parameters = self.env["ir.config_parameter"].sudo()
        parameters.set_param("web.base.url", _url(self.arguments.port))
        parameters.set_param("web.base.url.freeze", "True")


def _url(port):
    return f"http://localhost:{port}"


def _check_port(port):
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            raise DemoError(
                f"port {port} is in use; choose another with --port, or use --once"
            ) from None


def _serve(arguments):
    """Serve the web client in this process until Ctrl-C."""
    print(f"Open {_url(arguments.port)}/odoo and log in with one of")
    print(f"  {'admin':<14}{'admin':<10}System administrator")
    for login in foundation.LOGINS:
        where = ", ".join(foundation.SCHOOLS[key].name for key in login.schools)
        print(
            f"  {login.login:<14}{foundation.PASSWORD:<10}{login.role}, {login.name}"
            + (f", {where}" if where else "")
        )
    for login, role in foundation.PORTAL_LOGINS:
        print(f"  {login:<14}{foundation.PASSWORD:<10}{role}")
    print(f"Log: {arguments.log}. Ctrl-C ends it.", flush=True)
    sys.exit(server.start(preload=[arguments.db], stop=False))


if __name__ == "__main__":
    try:
        main()
    except (DemoError, UserError, ValueError) as problem:
        _logger.exception("The demo stopped")
        sys.exit(f"\nrun: {problem}")
    except KeyboardInterrupt:
        sys.exit(130)
    except Exception as problem:
        _logger.exception("The demo stopped")
        log = os.path.abspath(config["logfile"] or "")
        sys.exit(f"\nrun: the demo stopped: {problem!r} (see {log})")
