#!/usr/bin/env bash
# What the backup container runs: a backup every day at BACKUP_AT (container's time
# zone, TZ), and one at once if there is none from the last day.
set -uo pipefail

here=$(dirname "${BASH_SOURCE[0]}")
BACKUP_AT=${BACKUP_AT:-01:30}
trap 'exit 0' TERM INT

seconds_until() {
    # seconds_until HH:MM: to the next such time, today or tomorrow.
    local now next
    now=$(date +%s)
    next=$(date -d "today $1" +%s) || return 1
    [ "$next" -gt "$now" ] || next=$(date -d "tomorrow $1" +%s)
    echo $((next - now))
}

seconds_until "$BACKUP_AT" >/dev/null || {
    echo "backup: BACKUP_AT=$BACKUP_AT is no time of day (write 01:30)" >&2
    exit 1
}
bash "$here/backup.sh" --check 2>/dev/null || bash "$here/backup.sh"
while :; do
    # In the background, so that "docker compose stop" need not wait for the sleep.
    sleep "$(seconds_until "$BACKUP_AT")" &
    wait $!
    # A failure shows in the log and in the health check, and the next night tries again.
    bash "$here/backup.sh" || echo "backup: FAILED" >&2
done
