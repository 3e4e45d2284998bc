# Databases with our add-ons, installed once and then copied; sourced after lib.sh by
# scripts/test and scripts/run, never run.
#
# One database holds the dependencies of our add-ons, one our add-ons on top, each named
# after what it was made from. Set $run (a folder with odoo.conf) before calling them;
# $scratch is a database of one's own, in which others are built.

# Databases are named after this machine and cache: a server may be shared by several.
machine=$(printf '%s' "$(uname -n) $CACHE" | key_of)
scratch="scola_test_run_${machine}_$$"

worker_database() {
    # The database of one of several processes that share a run; it ends in the run's id.
    echo "scola_test_run_${machine}_gw$1_$$"
}

describe() {
    "$VENV/bin/python" "$PROJECT/scripts/test_databases.py" "$1"
}

exists() {
    [ -n "$(psql -d postgres -Atqc "SELECT 1 FROM pg_database WHERE datname = '$1'")" ]
}

filestore() {
    echo "$CACHE/data/filestore/$1"
}

copy_database() {
    # copy_database FROM TO: with its files, which Odoo writes once and never changes.
    createdb -T "$1" "$2"
    if [ -d "$(filestore "$1")" ]; then
        cp -al "$(filestore "$1")" "$(filestore "$2")"
    fi
}

rename_database() {
    # rename_database FROM TO: with its files.
    if [ -d "$(filestore "$1")" ]; then
        rm -rf "$(filestore "$2")"
        mv "$(filestore "$1")" "$(filestore "$2")"
    fi
    psql -d postgres -qc "ALTER DATABASE \"$1\" RENAME TO \"$2\""
}

drop_database() {
    "$PROJECT/scripts/drop_database" "$1" || true
    rm -rf "$(filestore "$1")"
}

install_into() {
    # install_into DATABASE ADDONS [OPTION...]: loud when it fails, and when Odoo logs an
    # error.
    local database=$1 addons=$2 log="$run/install.log" status=0
    shift 2
    odoo -c "$run/odoo.conf" -d "$database" -i "$addons" "$@" --load-language=id_ID \
        --logfile= --stop-after-init --no-http >"$log" 2>&1 </dev/null || status=$?
    if [ "$status" != 0 ] || grep -qE '^[-0-9]+ [:,0-9]+ [0-9]+ (ERROR|CRITICAL) ' "$log"; then
        tail -n 40 "$log" >&2
        mv "$log" "$CACHE/run/failed-install.log"
        die "could not install $addons (all of it in $CACHE/run/failed-install.log)"
    fi
}

prepare() {
    # prepare NAME ADDONS [PARENT]: makes the database NAME, unless it is there.
    touch "$CACHE/run/used/$1"
    exists "$1" && return 0
    say "preparing a database with $2"
    # Built under another name, so that an interrupted installation is never used.
    drop_database "$scratch"
    if [ -n "${3:-}" ]; then
        copy_database "$3" "$scratch"
    fi
    install_into "$scratch" "$2"
    rename_database "$scratch" "$1"
    # Closed to connections: no cron of a server that serves all databases works in it.
    psql -d postgres -qc "ALTER DATABASE \"$1\" ALLOW_CONNECTIONS false"
}

databases_like() {
    psql -d postgres -Atqc \
        "SELECT datname FROM pg_database WHERE starts_with(datname, '$1')"
}

drop_outdated() {
    # drop_outdated PREFIX KEEP: drops the databases named PREFIX... except KEEP.
    local name
    for name in $(databases_like "$1"); do
        [ "$name" = "$2" ] || drop_database "$name"
    done
}

drop_abandoned() {
    # Copies of runs that were killed: named after a process that is gone. And what was
    # prepared by checkouts that nobody used for a fortnight.
    local name
    for name in $(databases_like "scola_test_run_${machine}_"); do
        [ -e "/proc/${name##*_}" ] || drop_database "$name"
    done
    while IFS= read -r name; do
        drop_database "$name"
        rm -f "$CACHE/run/used/$name"
    done < <(find "$CACHE/run/used" -type f -mtime +14 -printf '%f\n')
}

copy_prepared() {
    # copy_prepared TO: makes the database TO, with all our add-ons installed, and sets
    # $prepared_database to what it is a copy of.
    local dependencies addons place base prepared
    # Keys: what a database is made from; checkouts that share the cache do not disturb
    # each other's.
    dependencies=$(describe dependencies)
    addons=$(describe addons)
    place=$(printf '%s' "$machine $PROJECT" | key_of)
    base="scola_test_base_$(printf '%s' "$machine $VENV $ODOO_PYTHONPATH $dependencies" | key_of)"
    prepared="scola_test_${place}_$(printf '%s' "$base $(describe sources)" | key_of)"
    exec 8>"$CACHE/.test-lock"
    flock 8 # one command prepares, the others wait for it
    mkdir -p "$CACHE/run/used"
    drop_abandoned
    prepare "$base" "$dependencies"
    if [ -n "$addons" ]; then
        prepare "$prepared" "$addons" "$base"
        drop_outdated "scola_test_${place}_" "$prepared"
        prepared_database=$prepared
    else
        prepared_database=$base
    fi
    copy_database "$prepared_database" "$1"
    flock -u 8
    exec 8>&-
}
