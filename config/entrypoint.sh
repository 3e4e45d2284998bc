#!/usr/bin/env bash
# Writes Odoo's configuration and becomes the command.
#
# Passwords come from files and go into a file that only Odoo may read: never into an
# environment variable (docker inspect shows them) nor onto a command line (ps does).
set -euo pipefail
umask 077

SECRETS=${SECRETS:-/run/secrets}
SCOLA=${SCOLA:-/opt/scola}
: "${DB_HOST:=db}" "${DB_PORT:=5432}" "${DB_USER:=odoo}" "${DB_NAME:=scola}"
export ODOO_RC=${ODOO_RC:-/run/odoo/odoo.conf}

secret() {
    # secret FILE OPTION: one line of configuration.
    if [ ! -s "$SECRETS/$1" ] || [ ! -r "$SECRETS/$1" ]; then
        echo "entrypoint: $SECRETS/$1 is missing, empty or not readable; see secrets in docker-compose.yml" >&2
        exit 1
    fi
    printf '%s = %s\n' "$2" "$(<"$SECRETS/$1")"
}

mkdir -p "$(dirname "$ODOO_RC")"
{
    echo '[options]'
    secret db_password db_password
    secret odoo_master_password admin_passwd
} >"$ODOO_RC.secrets"
python3 "$SCOLA/merge_config.py" "$ODOO_RC" "$SCOLA/odoo.conf" "$SCOLA/odoo.prod.conf" \
    "$ODOO_RC.secrets" "db_host=$DB_HOST" "db_port=$DB_PORT" "db_user=$DB_USER" \
    "db_name=$DB_NAME" "dbfilter=^$DB_NAME\$"
rm "$ODOO_RC.secrets"

exec "$@"
