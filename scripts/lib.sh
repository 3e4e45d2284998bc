# Set-up shared by every command in scripts/; sourced, never run.
#
# Leaves behind, in a cache folder outside the repository, everything the project
# needs to run: Odoo itself, a virtual environment and a private PostgreSQL cluster.
# Each piece is keyed by what it was made from, so a second start only looks.

set -euo pipefail

PROJECT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
CACHE=${XDG_CACHE_HOME:-${HOME:-/var}/.cache}/scola
ODOO_GIT_URL=${ODOO_GIT_URL:-https://github.com/odoo/odoo.git}
ODOO_SUITE_PACKAGES=(odoo-19 libjs-jquery libjs-jquery-form libjs-underscore
    fonts-roboto-unhinted fonts-montserrat fonts-ocr-b)
# Font Awesome 7 of the development suite lacks the files Odoo links to.
STABLE_SUITE_PACKAGES=(fonts-font-awesome fonts-inconsolata)
ASSET_MISSING_IN_DEBIAN=mail/static/lib/selfie_segmentation/selfie_segmentation.js

die() {
    printf '%s: %s\n' "$(basename "$0")" "$*" >&2
    exit 1
}

say() {
    printf '== %s\n' "$*" >&2
}

key_of() {
    # Twelve hexadecimal digits that name whatever comes in on standard input.
    sha256sum | cut -c1-12
}

# --- system packages ---------------------------------------------------------------

missing_packages() {
    # Prints the Debian packages whose programs this machine lacks.
    local want_browser=$1
    python_command >/dev/null || echo "python3 python3-venv"
    command -v gcc >/dev/null || echo "gcc libc6-dev"
    [ -n "$(compgen -G '/usr/include/*/Python.h')$(python_headers)" ] || echo python3-dev
    command -v pg_config >/dev/null || echo libpq-dev
    [ -e /usr/include/postgresql/libpq-fe.h ] || echo libpq-dev
    if [ -z "${PGHOST:-}${DATABASE_URL:-}" ]; then
        postgres_bin >/dev/null || echo postgresql
    fi
    command -v psql >/dev/null || echo postgresql-client
    command -v wkhtmltopdf >/dev/null || echo wkhtmltopdf
    command -v git >/dev/null || echo git
    [ -d /usr/share/fonts/truetype/dejavu ] || echo fonts-dejavu-core
    [ -e /usr/lib/x86_64-linux-gnu/libmagic.so.1 ] ||
        [ -n "$(compgen -G '/usr/lib/*/libmagic.so.1')" ] || echo libmagic1
    if [ "$want_browser" = browser ]; then
        command -v chromium >/dev/null || command -v google-chrome >/dev/null ||
            echo chromium
    fi
}

python_headers() {
    local python
    python=$(python_command) || return 0
    "$python" - <<'PY'
import os, sysconfig
header = os.path.join(sysconfig.get_paths()["include"], "Python.h")
print(header if os.path.exists(header) else "", end="")
PY
}

python_command() {
    # The first Python that Odoo 19 runs on (3.10 to 3.13) and that can make venvs.
    local candidate
    for candidate in python3 python3.11 python3.12 python3.13 python3.10 /usr/bin/python3; do
        if "$candidate" -c 'import ensurepip, sys, venv
sys.exit(not (3, 10) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null; then
            command -v "$candidate"
            return 0
        fi
    done
    return 1
}

ensure_system_packages() {
    local missing
    missing=$(missing_packages "$1" | tr ' ' '\n' | sort -u | tr '\n' ' ')
    [ -n "${missing// /}" ] || return 0
    [ "$(id -u)" = 0 ] ||
        die "missing system packages; ask an administrator for: apt-get install $missing"
    command -v apt-get >/dev/null ||
        die "missing programs and no apt-get here; install the equivalents of: $missing"
    say "installing system packages: $missing"
    mkdir -p "$CACHE"
    # shellcheck disable=SC2086  # a list of words
    if ! { apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y \
        --no-install-recommends $missing; } >"$CACHE/apt.log" 2>&1; then
        die "could not install $missing (see $CACHE/apt.log)"
    fi
    missing=$(missing_packages "$1" | tr '\n' ' ')
    [ -z "${missing// /}" ] || die "still missing after installation: $missing"
}

# --- Odoo --------------------------------------------------------------------------

debian_mirror() {
    # Prints "URI codename" of the Debian archive this machine already uses.
    command -v apt-get >/dev/null || return 1
    apt-get indextargets --format '$(ORIGIN)|$(LABEL)|$(REPO_URI)|$(CODENAME)' 2>/dev/null |
        awk -F'|' '$1 == "Debian" && $2 == "Debian" && $4 !~ /-/ {print $3, $4; exit}'
}

ensure_odoo() {
    # Sets ODOO_PYTHONPATH: the folder that holds the odoo package.
    local mirror recipe
    if [ -n "${ODOO_HOME:-}" ]; then
        odoo_pythonpath "$ODOO_HOME" ||
            die "ODOO_HOME=$ODOO_HOME holds no Odoo (no odoo/release.py in it)"
        return 0
    fi
    if [ "$(id -u)" = 0 ] && [ -z "$(debian_mirror || true)" ] &&
        command -v apt-get >/dev/null && [ ! -e "$CACHE/odoo-source" ]; then
        apt-get update >/dev/null 2>&1 || true  # a fresh machine has no lists yet
    fi
    # Remembered, so that the answer stays the same while the cache is there.
    if [ ! -e "$CACHE/odoo-source" ]; then
        mirror=$(debian_mirror || true)
        printf '%s\n' "${mirror:-git $ODOO_GIT_URL}" >"$CACHE/odoo-source"
    fi
    recipe=$(cat "$CACHE/odoo-source")
    ODOO_ROOT="$CACHE/odoo-$(printf '%s' "$recipe ${ODOO_SUITE_PACKAGES[*]}" | key_of)"
    if [ ! -e "$ODOO_ROOT/.complete" ]; then
        rm -rf "$ODOO_ROOT" "$ODOO_ROOT.tmp"
        mkdir -p "$ODOO_ROOT.tmp"
        if [ "${recipe%% *}" = git ]; then
            clone_odoo "$ODOO_ROOT.tmp"
        else
            # shellcheck disable=SC2086  # "URI codename"
            unpack_debian_odoo "$ODOO_ROOT.tmp" $recipe
        fi
        touch "$ODOO_ROOT.tmp/.complete"
        mv "$ODOO_ROOT.tmp" "$ODOO_ROOT"
    fi
    odoo_pythonpath "$ODOO_ROOT" || die "no Odoo in $ODOO_ROOT; remove that folder"
}

odoo_pythonpath() {
    local folder
    for folder in "$1/usr/lib/python3/dist-packages" "$1/odoo" "$1"; do
        if [ -e "$folder/odoo/release.py" ]; then
            ODOO_PYTHONPATH=$(cd "$folder" && pwd)
            return 0
        fi
    done
    return 1
}

clone_odoo() {
    say "cloning Odoo 19.0 from $ODOO_GIT_URL"
    git clone --quiet --depth 1 --branch 19.0 "$ODOO_GIT_URL" "$1/odoo" ||
        die "cannot clone branch 19.0 of $ODOO_GIT_URL; set ODOO_GIT_URL or ODOO_HOME"
}

unpack_debian_odoo() {
    local target=$1 mirror=$2 codename=$3 apt=$1/.apt package
    local keyring=/usr/share/keyrings/debian-archive-keyring.gpg
    [ -e "$keyring" ] || die "missing $keyring: apt-get install debian-archive-keyring"
    mkdir -p "$apt/lists/partial" "$apt/cache/archives/partial" "$apt/packages"
    printf 'deb [signed-by=%s] %s %s main\n' \
        "$keyring" "$mirror" sid "$keyring" "$mirror" "$codename" >"$apt/sources.list"
    # Own lists and cache: neither root rights nor the machine's configuration is touched.
    local options=(-o "Dir::Etc::sourcelist=$apt/sources.list" -o Dir::Etc::sourceparts=-
        -o "Dir::State::lists=$apt/lists" -o "Dir::Cache=$apt/cache"
        -o "APT::Sandbox::User=$(id -un)" -o Debug::NoLocking=1)
    say "fetching Odoo 19 from the Debian archive (about 130 MB)"
    apt-get "${options[@]}" update >"$CACHE/apt-odoo.log" 2>&1 ||
        die "cannot read the Debian archive at $mirror (see $CACHE/apt-odoo.log)"
    (cd "$apt/packages" && apt-get "${options[@]}" download "${ODOO_SUITE_PACKAGES[@]}" \
        "${STABLE_SUITE_PACKAGES[@]/%//$codename}") >>"$CACHE/apt-odoo.log" 2>&1 ||
        die "cannot download Odoo from $mirror (see $CACHE/apt-odoo.log)"
    for package in "$apt"/packages/*.deb; do
        dpkg -x "$package" "$target"
    done
    rm -rf "$apt"
    # Debian leaves this file out for its licence, and every backend page would log an
    # error for it; background blur in video calls, which it serves, is not used here.
    local asset="$target/usr/lib/python3/dist-packages/odoo/addons/$ASSET_MISSING_IN_DEBIAN"
    mkdir -p "$(dirname "$asset")"
    touch "$asset"
}

# --- Python ------------------------------------------------------------------------

ensure_venv() {
    # Sets VENV: a virtual environment with requirements.txt and Odoo in it.
    local python version
    python=$(python_command)
    version=$("$python" -c 'import sys; print(sys.version)')
    VENV="$CACHE/venv-$({ cat "$PROJECT/requirements.txt"; echo "$version $ODOO_PYTHONPATH"; } | key_of)"
    [ -e "$VENV/.complete" ] && return 0
    say "making the Python environment (about two minutes)"
    rm -rf "$VENV"
    "$python" -m venv "$VENV"
    "$VENV/bin/python" - "$ODOO_PYTHONPATH" <<'PY'
import importlib.metadata, pathlib, sys, sysconfig
site = pathlib.Path(sysconfig.get_paths()["purelib"])
(site / "odoo.pth").write_text(sys.argv[1] + "\n")
sys.path.append(sys.argv[1])
try:
    importlib.metadata.version("odoo")
except importlib.metadata.PackageNotFoundError:
    # A checkout has no metadata, and without it pip does not see Odoo as installed.
    metadata = site / "odoo-19.0.dist-info" / "METADATA"
    metadata.parent.mkdir()
    metadata.write_text("Metadata-Version: 2.1\nName: odoo\nVersion: 19.0\n")
PY
    "$VENV/bin/pip" install --quiet --disable-pip-version-check \
        -r "$PROJECT/requirements.txt" >"$CACHE/pip.log" 2>&1 ||
        die "pip could not install requirements.txt (see $CACHE/pip.log)"
    touch "$VENV/.complete"
}

# --- PostgreSQL --------------------------------------------------------------------

postgres_bin() {
    # Prints the folder with the server's programs of the newest installed version.
    local folder
    folder=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1)
    if [ -n "$folder" ] && [ -x "$folder/initdb" ]; then
        echo "$folder"
    elif command -v initdb >/dev/null; then
        dirname "$(command -v initdb)"
    else
        return 1
    fi
}

as_postgres() {
    # PostgreSQL refuses to run as root, so root hands over to an ordinary user.
    if [ "$(id -u)" = 0 ]; then
        (cd / && runuser -u postgres -- "$@")
    else
        "$@"
    fi
}

ensure_postgres() {
    # Exports PGHOST, PGPORT, PGUSER (and PGPASSWORD) of a server that answers.
    local variables
    if [ -n "${DATABASE_URL:-}" ]; then
        variables=$("$VENV/bin/python" "$PROJECT/scripts/database_url.py" "$DATABASE_URL") ||
            exit 1
        eval "$variables"
    fi
    if [ -n "${PGHOST:-}" ]; then
        psql -d postgres -Atqc 'SELECT 1' >/dev/null 2>&1 ||
            die "no PostgreSQL answers at PGHOST=$PGHOST PGPORT=${PGPORT:-5432} for PGUSER=${PGUSER:-}"
        return 0
    fi
    private_cluster
}

private_cluster() {
    local bin home data name
    bin=$(postgres_bin)
    name=$(printf '%s' "$CACHE $bin $(id -u)" | key_of)
    home="$CACHE/postgresql-$name"
    if [ "$(id -u)" = 0 ] && ! as_postgres test -x "$CACHE"; then
        # The cache lies below a folder that only root may enter (as /root is).
        home="/var/cache/scola-postgresql-$name"
    fi
    data="$home/data"
    # A Unix socket's path is limited to 107 bytes, which a cache folder may exceed.
    export PGHOST="/tmp/scola-postgresql-$name" PGPORT=5432 PGUSER=odoo
    mkdir -p "$home" "$PGHOST"
    if [ "$(id -u)" = 0 ]; then
        chown postgres: "$home" "$PGHOST"
    fi
    chmod 700 "$PGHOST"
    if [ ! -e "$home/.complete" ]; then
        say "making a private PostgreSQL cluster"
        rm -rf "$data"
        as_postgres "$bin/initdb" -D "$data" -U postgres --auth=trust -E UTF8 \
            --locale=C.UTF-8 >"$CACHE/initdb.log" 2>&1 ||
            die "initdb failed (see $CACHE/initdb.log)"
        as_postgres sh -c "cat >>'$data/postgresql.conf'" <"$PROJECT/config/postgresql.dev.conf"
    fi
    if ! as_postgres "$bin/pg_ctl" -D "$data" status >/dev/null 2>&1; then
        as_postgres "$bin/pg_ctl" -D "$data" -w -t 60 -l "$home/server.log" \
            -o "-k '$PGHOST' -p $PGPORT -c listen_addresses=''" start \
            </dev/null >/dev/null 2>&1 9>&- || # the server must not inherit the lock
            die "PostgreSQL did not start (see $home/server.log)"
    fi
    if [ ! -e "$home/.complete" ]; then
        psql -q -U postgres -d postgres -c 'CREATE ROLE odoo LOGIN CREATEDB'
        touch "$home/.complete"
    fi
}

# --- all of it ---------------------------------------------------------------------

set_up() {
    # set_up [browser]: everything; with "browser" also Chromium, for tours.
    mkdir -p "$CACHE" || die "cannot write to the cache folder $CACHE; set XDG_CACHE_HOME"
    exec 9>"$CACHE/.lock"
    flock 9 # two commands at once: the second waits for the first one's set-up
    ensure_system_packages "${1:-}"
    ensure_odoo
    ensure_venv
    ensure_postgres
    flock -u 9
    exec 9>&-
    export PATH="$VENV/bin:$PATH" PROJECT CACHE VENV ODOO_PYTHONPATH
    # The font cache and Chromium want a writable home.
    export HOME=${HOME:-$CACHE}
}

write_odoo_config() {
    # write_odoo_config ENVIRONMENT FILE: odoo.conf with config/odoo.ENVIRONMENT.conf on top.
    mkdir -p "$(dirname "$2")" "$CACHE/data"
    "$VENV/bin/python" "$PROJECT/scripts/merge_config.py" "$2" \
        "$PROJECT/odoo.conf" "$PROJECT/config/odoo.$1.conf" \
        "addons_path=$PROJECT/addons" "data_dir=$CACHE/data" \
        "db_host=${PGHOST:-}" "db_port=${PGPORT:-}" "db_user=${PGUSER:-}" \
        "db_password=${PGPASSWORD:-}"
    chmod 600 "$2"
}

odoo() {
    "$VENV/bin/python" -m odoo "$@"
}
