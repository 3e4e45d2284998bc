#!/usr/bin/env bash
# Restores a backup of backup.sh into a database that does not exist yet.
#
#   restore.sh                  lists the backups
#   restore.sh NAME DATABASE    checks the backup and restores it as DATABASE
#
# To try a backup, give another name and neutralise the copy (no mails, no payments):
#   docker compose run --rm restore 20261121T183000Z scola_trial
#   docker compose run --rm -e DB_NAME=scola_trial odoo odoo neutralize
# To go back to it, stop what writes, move the broken database and its files away:
#   docker compose stop odoo queue cron
#   docker compose exec db psql -U postgres -c 'ALTER DATABASE scola RENAME TO scola_broken'
#   docker compose run --rm --no-deps odoo \
#       mv /var/lib/odoo/filestore/scola /var/lib/odoo/filestore/scola_broken
#   docker compose run --rm restore 20261121T183000Z scola
#   docker compose up -d
# On a new machine: put secrets/ and the backups in place, docker compose up -d db,
# docker compose create odoo, then restore and docker compose up -d.
#
# Environment: as backup.sh, and FILESTORE_ROOT (holds one folder per database).
set -euo pipefail

: "${BACKUP_DIR:?}" "${FILESTORE_ROOT:?}"
if [ -n "${PGPASSWORD_FILE:-}" ]; then
    PGPASSWORD=$(<"$PGPASSWORD_FILE")
    export PGPASSWORD
fi

die() {
    echo "restore: $*" >&2
    exit 1
}

if [ "$#" = 0 ]; then
    find "$BACKUP_DIR" -mindepth 1 -maxdepth 1 -type d -name '????????T??????Z' \
        -printf '%f\n' | sort
    exit 0
fi
[ "$#" = 2 ] || die "usage: restore.sh NAME DATABASE"
backup="$BACKUP_DIR/$1"
database=$2
files="$FILESTORE_ROOT/$database"

[[ "$database" =~ ^[A-Za-z][A-Za-z0-9_-]*$ ]] || die "$database is no name for a database"
[ -d "$backup" ] || die "there is no backup $1 in $BACKUP_DIR"
[ ! -e "$files" ] || [ -z "$(find "$files" -type f -print -quit)" ] ||
    die "$files holds files already; move them away first"
(cd "$backup" && sha256sum --quiet --check SHA256SUMS) || die "$1 is damaged: checksums differ"
(cd "$backup" && find filestore -type f | sort | cmp --quiet - files.txt) ||
    die "$1 is damaged: attachments are missing"
# Odoo names an attachment after the SHA-1 of its contents.
sums=$(cd "$backup/filestore" && find . -type f -regextype posix-extended \
    -regex '.*/[0-9a-f]{40}' -printf '%f  %p\n')
[ -z "$sums" ] || (cd "$backup/filestore" && sha1sum --quiet --check <<<"$sums" >&2) ||
    die "$1 is damaged: an attachment does not fit its checksum"

createdb --template=template0 --encoding=UTF8 "$database" ||
    die "cannot create the database $database; does it exist?"
if ! pg_restore --exit-on-error --no-owner --no-privileges --dbname="$database" \
    "$backup/database.dump"; then
    dropdb "$database"
    die "pg_restore failed; nothing was left behind"
fi
# Odoo must own its files, and this may run as another user: as what holds them.
owner=$(stat -c %u:%g "$(dirname "$FILESTORE_ROOT")")
mkdir -p "$files"
cp -a "$backup/filestore/." "$files/"
chown "$owner" "$FILESTORE_ROOT"
chown -R "$owner" "$files"
echo "restore: $1 is now the database $database"
