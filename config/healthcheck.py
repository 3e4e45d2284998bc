# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Tell Docker whether a container does its work: exit code 0 or 1, with the reason.

Usage: healthcheck.py web | queue | cron | database
"""

import configparser
import os
import sys
import urllib.error
import urllib.request

import psycopg2

HTTP = "http://127.0.0.1:8069/web/health?db_server_status=1"
WEBSOCKET = "http://127.0.0.1:8072/websocket/health"
# Of queue_job's jobrunner: one runner per database holds it.
RUNNER_LOCK = 2293787760715711918
# How late a job may be before the service counts as stuck; a job may run for an hour.
CRON_MINUTES = 90
TIMEOUT = 8


def main(service: str) -> None:
    """Check ``service``; leave with a message when it is not well."""
    {"web": web, "queue": queue, "cron": cron, "database": database}[service]()


def web() -> None:
    """The pages and the notifications answer, and they reach the database."""
    answer(HTTP)
    answer(WEBSOCKET)


def queue() -> None:
    """Jobs can be run here, and some replica hands them out."""
    answer(HTTP)
    runners = query(
        "SELECT count(*) FROM pg_locks JOIN pg_database ON pg_database.oid = database"
        " WHERE datname = current_database() AND locktype = 'advisory' AND granted"
        " AND (classid::bigint << 32) | objid::bigint = %s",
        [RUNNER_LOCK],
    )
    if not runners:
        sys.exit("no jobrunner holds the lock: nobody hands out jobs")


def cron() -> None:
    """No scheduled job is long overdue."""
    late = query(
        "SELECT count(*) FROM ir_cron WHERE active AND nextcall <"
        " (now() AT TIME ZONE 'UTC') - make_interval(mins => %s)",
        [CRON_MINUTES],
    )
    if late:
        sys.exit(f"{late} scheduled jobs are more than {CRON_MINUTES} minutes late")


def database() -> None:
    """The server takes our password."""
    query("SELECT 1", [], "postgres")


def answer(url: str) -> None:
    """Leave unless ``url`` answers 200."""
    try:
        urllib.request.urlopen(url, timeout=TIMEOUT).close()
    except (urllib.error.URLError, OSError) as error:
        sys.exit(f"{url}: {error}")


def query(statement: str, parameters: list, name: str = ""):
    """Return the first column of the first row."""
    config = configparser.ConfigParser(interpolation=None)
    config.read(os.environ["ODOO_RC"], encoding="utf-8")
    options = config["options"]
    connection = psycopg2.connect(
        dbname=name or options["db_name"],
        host=options["db_host"],
        port=options["db_port"],
        user=options["db_user"],
        password=options["db_password"],
        connect_timeout=TIMEOUT,
    )
    try:
        with connection.cursor() as cursor:
            cursor.execute(statement, parameters)
            return cursor.fetchone()[0]
    finally:
        connection.close()


if __name__ == "__main__":
    try:
        main(sys.argv[1])
    except psycopg2.Error as error:
        sys.exit(f"database: {error}")
