#!/usr/bin/env bash
# One backup of Odoo's database and its files, and removal of those past their time.
#
#   backup.sh           makes one
#   backup.sh --check   exit code 0 if there is one from the last MAX_AGE_HOURS
#
# Each backup is a folder of its own, complete by itself:
#   BACKUP_DIR/20261121T183000Z/database.dump   pg_dump, custom format
#                              /filestore/      attachments
#                              /SHA256SUMS      of the dump and the list of files
# Attachments that did not change are hard links to the previous backup's, so a night
# costs only what is new. Copy BACKUP_DIR to another building with rsync -H.
#
# Environment: PGDATABASE, PGHOST, PGPORT, PGUSER, PGPASSWORD or PGPASSWORD_FILE,
# FILESTORE (folder of the database's attachments), BACKUP_DIR, KEEP_DAYS (newest so many
# are kept, default 14), KEEP_MONTHS (and the first of so many months, default 12).
set -euo pipefail
umask 077

: "${PGDATABASE:?}" "${FILESTORE:?}" "${BACKUP_DIR:?}"
KEEP_DAYS=${KEEP_DAYS:-14}
KEEP_MONTHS=${KEEP_MONTHS:-12}
MAX_AGE_HOURS=${MAX_AGE_HOURS:-26}
if [ -n "${PGPASSWORD_FILE:-}" ]; then
    PGPASSWORD=$(<"$PGPASSWORD_FILE")
    export PGPASSWORD
fi

backups() {
    # Finished ones, oldest first: names sort as their times do.
    find "$BACKUP_DIR" -mindepth 1 -maxdepth 1 -type d -name '????????T??????Z' \
        -printf '%f\n' | sort
}

files_in() {
    # Attachments; checklist/ holds Odoo's own notes on what to delete, and comes and goes.
    (cd "$1" && find . -type f ! -path './checklist/*' | sort)
}

copy_files() {
    # copy_files TARGET: adds the attachments that TARGET lacks. Odoo names a file after
    # its contents and never changes it, but may delete one while we are copying.
    local target errors
    mkdir -p "$1"
    [ -d "$FILESTORE" ] || return 0
    target=$(cd "$1" && pwd)
    errors=$(cd "$FILESTORE" && files_in . | tr '\n' '\0' | LC_ALL=C xargs -0 -r \
        cp -a --parents --update --remove-destination -t "$target" 2>&1) ||
        ! grep -v ': No such file or directory$' <<<"$errors" >&2
}

link_previous() {
    # link_previous TARGET: what the last backup has and Odoo still has.
    local previous
    previous=$(backups | tail -n 1)
    mkdir -p "$1"
    [ -n "$previous" ] && [ -d "$FILESTORE" ] || return 0
    cp -al "$BACKUP_DIR/$previous/filestore/." "$1/"
    comm -13 <(files_in "$FILESTORE") <(files_in "$1") | (cd "$1" && tr '\n' '\0' | xargs -0 -r rm --)
}

make_backup() {
    local name target
    name=$(date -u +%Y%m%dT%H%M%SZ)
    target="$BACKUP_DIR/.$name.partial"
    rm -rf "$BACKUP_DIR"/.*.partial
    mkdir -p "$target"
    # Files before the dump and again after it: whatever the dump refers to is there.
    link_previous "$target/filestore"
    copy_files "$target/filestore"
    pg_dump --format=custom --no-owner --no-privileges --file="$target/database.dump"
    copy_files "$target/filestore"
    (
        cd "$target"
        find filestore -type f | sort >files.txt
        sha256sum database.dump files.txt >SHA256SUMS
    )
    sync "$target/database.dump"
    mv --no-target-directory "$target" "$BACKUP_DIR/$name"
    echo "backup: $BACKUP_DIR/$name ($(du -sh "$BACKUP_DIR/$name" | cut -f1))"
}

expired() {
    # Reads names, oldest first; prints those that are neither among the newest KEEP_DAYS
    # nor the first of one of the newest KEEP_MONTHS months.
    awk -v days="$KEEP_DAYS" -v months="$KEEP_MONTHS" '
        { name[NR] = $0; month = substr($0, 1, 6) }
        !(month in first) { first[month] = $0; order[++count] = month }
        END {
            for (i = count - months + 1; i <= count; i++)
                if (i > 0) kept[first[order[i]]] = 1
            for (i = 1; i <= NR - days; i++)
                if (!(name[i] in kept)) print name[i]
        }'
}

check_age() {
    local newest
    newest=$(backups | tail -n 1)
    [ -n "$newest" ] &&
        [ -n "$(find "$BACKUP_DIR/$newest" -maxdepth 0 -newermt "-$MAX_AGE_HOURS hours")" ]
}

mkdir -p "$BACKUP_DIR"
if [ "${1:-}" = --check ]; then
    check_age || {
        echo "backup: none in $BACKUP_DIR from the last $MAX_AGE_HOURS hours" >&2
        exit 1
    }
else
    exec 9>"$BACKUP_DIR/.lock"
    flock --nonblock 9 || {
        echo "backup: another one is running" >&2
        exit 1
    }
    make_backup
    backups | expired | while IFS= read -r name; do
        rm -rf "${BACKUP_DIR:?}/$name"
        echo "backup: removed $name"
    done
fi
