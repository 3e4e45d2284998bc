#!/usr/bin/env bash
# Run once by the PostgreSQL image, on an empty data volume: the role Odoo works as.
# It may create databases (its own, and copies for a restore), but is no superuser, so
# that a hole in Odoo does not become one in the server.
set -euo pipefail

psql --no-psqlrc --quiet --set ON_ERROR_STOP=1 <<'SQL'
\set password `cat "${SECRETS:-/run/secrets}/db_password"`
CREATE ROLE odoo LOGIN CREATEDB PASSWORD :'password';
SQL
