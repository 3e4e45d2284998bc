# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Databases of their own for tests that commit, also from several connections."""

import subprocess

import odoo.modules.registry
from odoo.sql_db import close_db, db_connect
from odoo.tools.misc import exec_pg_environ, find_pg_tool


def copy_database(source, target):
    """Copy the committed state of a database that others are connected to."""
    with db_connect("postgres").cursor() as cr:
        cr._cnx.autocommit = True
        cr._cnx.cursor().execute(f'CREATE DATABASE "{target}" TEMPLATE template0')
    dump = subprocess.Popen(
        [find_pg_tool("pg_dump"), "--format=custom", "--compress=0", source],
        stdout=subprocess.PIPE,
        env=exec_pg_environ(),
    )
    with dump.stdout:
        subprocess.run(
            [find_pg_tool("pg_restore"), "--no-owner", f"--dbname={target}"],
            stdin=dump.stdout,
            env=exec_pg_environ(),
            check=True,
        )
    if dump.wait():
        raise RuntimeError(f"pg_dump of {source} failed")


def drop_database(name):
    """Drop a database, whoever works in it.

    Not ``WITH (FORCE)``: that fails while autovacuum is in it, which a role that is no
    superuser may not end. A plain drop sends autovacuum away by itself.
    """
    odoo.modules.registry.Registry.delete(name)
    close_db(name)
    with db_connect("postgres").cursor() as cr:
        cr._cnx.autocommit = True
        cursor = cr._cnx.cursor()
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = %s AND usename = current_user",
            [name],
        )
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}"')
