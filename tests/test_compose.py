# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""docker-compose.yml and what it refers to; the backup against a real server."""

import configparser
import os
import re
import subprocess
import sys
import uuid
from contextlib import closing
from pathlib import Path

import psycopg2
import pytest
import yaml

PROJECT = Path(__file__).resolve().parent.parent
CONFIG = PROJECT / "config"
COMPOSE = yaml.safe_load((PROJECT / "docker-compose.yml").read_text("utf-8"))
SERVICES = COMPOSE["services"]
# Names, not values: what may stand in an environment although it sounds like a secret.
SECRET_NAME = re.compile(r"PASS|SECRET|TOKEN|KEY", re.IGNORECASE)
IMAGES = {
    "proxy": "caddy:2.10-alpine",
    "odoo": "scola/odoo:19.0",
    "queue": "scola/odoo:19.0",
    "cron": "scola/odoo:19.0",
    "init": "scola/odoo:19.0",
    "db": "postgres:17",
    "backup": "postgres:17",
    "restore": "postgres:17",
}

services = pytest.mark.parametrize("name", SERVICES)


def environment(name: str) -> dict[str, str]:
    found = SERVICES[name].get("environment", {})
    assert isinstance(found, dict), "write NAME: value, not a list"
    return found


def mounts(name: str) -> list[tuple[str, str, str]]:
    """Return (source, target, mode) of a service's volumes, defaults filled in."""
    found = []
    for volume in SERVICES[name].get("volumes", []):
        resolved = re.sub(r"\$\{\w+:-([^}]*)\}", r"\1", volume)
        source, target, *mode = resolved.split(":")
        found.append((source, target, mode[0] if mode else "rw"))
    return found


def dockerfile() -> str:
    return (CONFIG / "Dockerfile").read_text("utf-8")


# --- each service ------------------------------------------------------------------


def test_services_and_their_images():
    assert {name: service["image"] for name, service in SERVICES.items()} == IMAGES


@services
def test_image_has_a_version_or_is_built(name):
    image = SERVICES[name]["image"]
    assert re.fullmatch(r"[\w./-]+:\d[\w.-]*", image)
    if image.startswith("scola/"):
        build = SERVICES[name]["build"]
        assert (PROJECT / build["context"] / build["dockerfile"]).is_file()
    else:
        assert "build" not in SERVICES[name]


@services
def test_health_check(name):
    check = SERVICES[name]["healthcheck"]
    assert check["test"][0] == "CMD"
    assert len(check["test"]) > 1
    assert check["test"][1] != "true"
    assert {"interval", "timeout", "retries", "start_period"} <= check.keys()


@services
def test_secrets_resolve(name):
    assert set(SERVICES[name].get("secrets", [])) <= COMPOSE["secrets"].keys()


@services
def test_secret_files_are_given_to_who_reads_them(name):
    read = {
        Path(value).name
        for value in environment(name).values()
        if str(value).startswith("/run/secrets/")
    }
    if SERVICES[name]["image"] == "scola/odoo:19.0":
        script = (CONFIG / "entrypoint.sh").read_text("utf-8")
        read |= set(re.findall(r"^ +secret (\w+) \w+$", script, re.MULTILINE))
        assert read
    if name == "init":
        script = (CONFIG / "admin_password.py").read_text("utf-8")
        read |= set(re.findall(r'secrets / "(\w+)"', script))
        assert "odoo_admin_password" in read
    assert read <= set(SERVICES[name].get("secrets", []))


@services
def test_no_password_in_the_environment(name):
    for variable, value in environment(name).items():
        if SECRET_NAME.search(variable):
            assert variable.endswith("_FILE"), variable
            assert value.startswith("/run/secrets/"), variable
        assert "://" not in str(value) or "@" not in str(value), variable
    words = [*SERVICES[name].get("command", []), *SERVICES[name].get("entrypoint", [])]
    assert [word for word in words if SECRET_NAME.search(word)] == []


@services
def test_volumes_and_files_exist(name):
    for source, _target, mode in mounts(name):
        if source.startswith("./config"):
            assert (PROJECT / source).exists(), source
            assert mode == "ro", source
        elif not source.startswith("./"):
            assert source in COMPOSE["volumes"], source


@services
def test_networks_are_declared(name):
    assert set(SERVICES[name]["networks"]) <= COMPOSE["networks"].keys()


@services
def test_limits_restart_and_log_rotation(name):
    service = SERVICES[name]
    assert {"cpus", "memory"} <= service["deploy"]["resources"]["limits"].keys()
    assert service["restart"] == (
        "no" if name in ("init", "restore") else "unless-stopped"
    )
    assert service["logging"]["options"].keys() == {"max-size", "max-file"}
    assert "no-new-privileges:true" in service["security_opt"]


@services
def test_waits_for_services_that_are_there(name):
    for other, condition in SERVICES[name].get("depends_on", {}).items():
        assert other in SERVICES
        assert condition["condition"] in (
            "service_healthy",
            "service_completed_successfully",
        )


# --- how they hang together --------------------------------------------------------


def test_every_declaration_is_used():
    used = {secret for one in SERVICES.values() for secret in one.get("secrets", [])}
    assert used == COMPOSE["secrets"].keys()
    used = {network for one in SERVICES.values() for network in one["networks"]}
    assert used == COMPOSE["networks"].keys()
    used = {source for name in SERVICES for source, _target, _mode in mounts(name)}
    assert COMPOSE["volumes"].keys() <= used


def test_secrets_are_files_that_git_ignores():
    for secret in COMPOSE["secrets"].values():
        assert secret["file"].startswith("./secrets/")
    assert "/secrets/" in (PROJECT / ".gitignore").read_text("utf-8").split()


def test_secrets_of_the_first_start_are_all():
    text = (PROJECT / "docker-compose.yml").read_text("utf-8")
    named = re.search(r"^#   for name in ([\w ]+); do$", text, re.MULTILINE)
    assert set(named[1].split()) == COMPOSE["secrets"].keys()


def test_only_the_proxy_is_published_and_it_does_not_reach_the_database():
    assert [name for name, one in SERVICES.items() if "ports" in one] == ["proxy"]
    assert not set(SERVICES["proxy"]["networks"]) & set(SERVICES["db"]["networks"])
    assert COMPOSE["networks"]["data"]["internal"] is True
    assert SERVICES["db"]["networks"] == ["data"]


def test_jobs_and_crons_have_services_of_their_own():
    config = configparser.ConfigParser(interpolation=None)
    config.read(CONFIG / "odoo.prod.conf")
    assert config["options"]["max_cron_threads"] == "0"
    assert "--max-cron-threads=2" in SERVICES["cron"]["command"]
    assert "--no-http" in SERVICES["cron"]["command"]
    assert any("queue_job" in word for word in SERVICES["queue"]["command"])
    runners = [
        name
        for name in SERVICES
        if environment(name).get("ODOO_QUEUE_JOB_CHANNELS", "root:0") != "root:0"
    ]
    assert runners == ["queue"]
    # Docker's name for all replicas; a fixed container name would forbid scaling.
    assert environment("queue")["ODOO_QUEUE_JOB_HOST"] == "queue"
    assert "container_name" not in SERVICES["queue"]
    assert "ports" not in SERVICES["queue"]


def test_odoo_containers_have_few_rights():
    for name, image in IMAGES.items():
        if image == "scola/odoo:19.0":
            assert SERVICES[name]["cap_drop"] == ["ALL"]
            assert SERVICES[name]["read_only"] is True
            assert SERVICES[name].get("privileged") is None


def test_backup_covers_database_and_files():
    assert environment("backup")["PGDATABASE"] == environment("odoo")["DB_NAME"]
    volume = {target: source for source, target, _mode in mounts("odoo")}
    targets = {target: source for source, target, _mode in mounts("backup")}
    assert targets["/var/lib/odoo"] == volume["/var/lib/odoo"] == "odoo-data"
    assert environment("backup")["FILESTORE"].startswith("/var/lib/odoo/filestore/")
    # Same major version as the server, or pg_dump refuses.
    assert SERVICES["backup"]["image"] == SERVICES["db"]["image"]


# --- the image ---------------------------------------------------------------------


def test_image_is_the_official_one():
    assert re.findall(r"^FROM (\S+)", dockerfile(), re.MULTILINE) == ["odoo:19.0"]


def test_image_copies_files_that_are_there():
    sources = []
    for line in re.findall(r"^COPY (.+)$", dockerfile(), re.MULTILINE):
        sources += line.split()[:-1]
    assert "addons" in sources
    assert [source for source in sources if not (PROJECT / source).exists()] == []


def test_image_does_not_run_as_root():
    assert re.findall(r"^USER (\S+)", dockerfile(), re.MULTILINE)[-1] == "odoo"


def test_image_takes_versions_from_requirements():
    """The image adds what our add-ons import and it lacks or has older."""
    pattern = re.search(r"grep -E '([^']+)'", dockerfile())[1]
    lines = (PROJECT / "requirements.txt").read_text("utf-8").splitlines()
    chosen = {line.split("==")[0] for line in lines if re.match(pattern, line)}
    community = {
        line.split("==")[0] for line in lines if line.startswith("odoo-addon-")
    }
    libraries = set("openupgradelib openpyxl xlsxwriter".split())
    libraries |= set("phonenumbers num2words qrcode".split())
    assert community
    assert chosen == community | libraries


def test_build_does_not_see_the_secrets():
    first = (CONFIG / "Dockerfile.dockerignore").read_text("utf-8").splitlines()
    rules = [line for line in first if line and not line.startswith("#")]
    assert rules[0] == "*"
    assert not any("secrets" in rule for rule in rules)


# --- configuration files -----------------------------------------------------------


@pytest.mark.parametrize(
    "path", ["/web/database", "/xmlrpc", "/jsonrpc", "/queue_job", "/web/tests"]
)
def test_proxy_closes_what_nobody_outside_needs(path):
    text = (CONFIG / "Caddyfile").read_text("utf-8")
    closed = re.search(r"^\s*@closed path (.+)$", text, re.MULTILINE)[1].split()
    assert {path, f"{path}/*"} <= set(closed)
    assert re.search(r"^\s*respond @closed 404$", text, re.MULTILINE)


def test_proxy_sends_notifications_to_their_own_port():
    text = (CONFIG / "Caddyfile").read_text("utf-8")
    assert re.search(r"@websocket path /websocket /websocket/\*\n", text)
    assert "reverse_proxy @websocket odoo:8072" in text
    assert "reverse_proxy odoo:8069" in text


def test_production_settings():
    config = configparser.ConfigParser(interpolation=None)
    config.read([PROJECT / "odoo.conf", CONFIG / "odoo.prod.conf"])
    options = config["options"]
    assert options["proxy_mode"] == "True"
    assert options["list_db"] == "False"
    assert int(options["workers"]) > 1
    assert int(options["limit_memory_soft"]) < int(options["limit_memory_hard"])
    assert [name for name in options if "passw" in name] == []


@pytest.mark.parametrize("name", ["dev", "test", "prod"])
def test_odoo_knows_every_setting(name):
    """Odoo only warns about an unknown key, and a typo would go unnoticed."""
    from odoo.tools import config as odoo_config

    config = configparser.ConfigParser(interpolation=None)
    config.read([PROJECT / "odoo.conf", CONFIG / f"odoo.{name}.conf"])
    assert [key for key in config["options"] if key not in odoo_config.options] == []


def connect(database: str):
    """Connect with the PG* variables that scripts/test sets."""
    connection = psycopg2.connect(dbname=database)
    connection.autocommit = True
    return closing(connection)


@pytest.mark.parametrize("name", ["postgresql.conf", "postgresql.dev.conf"])
def test_server_knows_every_setting(name):
    lines = (CONFIG / name).read_text("utf-8").splitlines()
    keys = {line.split("=")[0].strip() for line in lines if re.match(r"\w", line)}
    with connect("postgres") as connection, connection.cursor() as cursor:
        cursor.execute("SELECT lower(name) FROM pg_settings")
        known = {row[0] for row in cursor.fetchall()}
    assert keys
    # Only superusers see this one.
    assert keys - known <= {"shared_preload_libraries"}


@pytest.mark.parametrize(
    "path", sorted(CONFIG.rglob("*.sh")), ids=lambda path: path.name
)
def test_shell_scripts_parse(path):
    result = subprocess.run(["bash", "-n", path], capture_output=True, text=True)
    assert (result.returncode, result.stderr) == (0, "")


# --- entrypoint.sh -----------------------------------------------------------------


@pytest.fixture
def container(tmp_path):
    """Return what a container of our image has, in a folder."""
    scola, secrets = tmp_path / "scola", tmp_path / "secrets"
    scola.mkdir()
    secrets.mkdir()
    for source in ("odoo.conf", "config/odoo.prod.conf", "scripts/merge_config.py"):
        path = PROJECT / source
        (scola / path.name).write_bytes(path.read_bytes())
    (secrets / "db_password").write_text("geheim%$'\n")
    (secrets / "odoo_master_password").write_text("utama\n")
    return {
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "SCOLA": str(scola),
        "SECRETS": str(secrets),
        "ODOO_RC": str(tmp_path / "run" / "odoo.conf"),
        "DB_NAME": "sekolah",
    }


def enter(container, *command):
    return subprocess.run(
        ["bash", str(CONFIG / "entrypoint.sh"), *command],
        env=container,
        capture_output=True,
        text=True,
    )


def test_entrypoint_writes_a_closed_configuration_and_runs(container):
    result = enter(container, "sh", "-c", 'echo "running $0 $ODOO_RC"; env', "it")
    assert result.returncode == 0, result.stderr
    assert f"running it {container['ODOO_RC']}" in result.stdout
    assert "geheim" not in result.stdout, "a password is in the environment"
    path = Path(container["ODOO_RC"])
    config = configparser.ConfigParser(interpolation=None)
    config.read(path)
    options = config["options"]
    assert options["db_password"] == "geheim%$'"
    assert options["admin_passwd"] == "utama"
    assert options["db_name"] == "sekolah"
    assert options["dbfilter"] == "^sekolah$"
    assert options["http_interface"] == "0.0.0.0"
    assert path.stat().st_mode & 0o777 == 0o600
    assert list(path.parent.iterdir()) == [path]


@pytest.mark.parametrize("name", ["db_password", "odoo_master_password"])
def test_entrypoint_names_a_missing_secret(container, name):
    Path(container["SECRETS"], name).write_text("")
    result = enter(container, "echo", "it went on")
    assert result.returncode != 0
    assert f"/{name} is missing, empty or not readable" in result.stderr
    assert "it went on" not in result.stdout


# --- backup.sh and restore.sh ------------------------------------------------------


def attachment(root: Path, content: bytes) -> Path:
    """Store a file as Odoo does: under the SHA-1 of its contents."""
    import hashlib

    name = hashlib.sha1(content).hexdigest()
    path = root / name[:2] / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


class Site:
    """A small database with attachments, and a folder for its backups."""

    def __init__(self, folder: Path):
        self.name = f"scola_backup_{uuid.uuid4().hex[:12]}"
        self.copy = f"{self.name}_copy"
        self.root = folder / "data" / "filestore"
        self.files = self.root / self.name
        self.backups = folder / "backups"
        self.environment = os.environ | {
            "PGDATABASE": self.name,
            "FILESTORE": str(self.files),
            "FILESTORE_ROOT": str(self.root),
            "BACKUP_DIR": str(self.backups),
        }

    def script(self, name: str, *arguments: str, **environment: str):
        return subprocess.run(
            ["bash", str(CONFIG / "backup" / name), *arguments],
            env=self.environment | environment,
            capture_output=True,
            text=True,
        )

    def backup(self) -> str:
        """Make a backup and return its name."""
        before = set(self.list())
        result = self.script("backup.sh")
        assert result.returncode == 0, result.stderr
        (name,) = set(self.list()) - before
        return name

    def list(self) -> list[str]:
        return self.script("restore.sh").stdout.split()

    def rename(self, old: str, new: str) -> None:
        """Let a backup be of another time."""
        (self.backups / old).rename(self.backups / new)

    def refusal(self, *arguments: str) -> str:
        result = self.script("restore.sh", *arguments)
        assert result.returncode != 0
        return result.stderr.strip().splitlines()[-1]

    def drop(self) -> None:
        with connect("postgres") as connection, connection.cursor() as cursor:
            for name in (self.name, self.copy):
                cursor.execute(f'DROP DATABASE IF EXISTS "{name}"')


def run_sql(database: str, *statements: str) -> list[tuple]:
    with connect(database) as connection, connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
        return cursor.fetchall() if cursor.description else []


def content(root: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(root)): path.read_bytes()
        for path in root.rglob("*")
        if path.is_file()
    }


@pytest.fixture
def site(tmp_path):
    site = Site(tmp_path)
    site.root.mkdir(parents=True)
    try:
        run_sql("postgres", f'CREATE DATABASE "{site.name}" TEMPLATE template0')
        run_sql(
            site.name,
            "CREATE TABLE bill (id serial PRIMARY KEY, amount numeric NOT NULL,"
            " note text, UNIQUE (note))",
            "INSERT INTO bill (amount, note) SELECT n * 1000, 'SPP ' || n || ' – ₹é'"
            " FROM generate_series(1, 50) n",
        )
        attachment(site.files, b"kuitansi 1")
        attachment(site.files, b"kuitansi 2")
        yield site
    finally:
        site.drop()


BILLS = "SELECT id, amount, note FROM bill ORDER BY id"


def test_restored_database_is_the_one_that_was_saved(site):
    name = site.backup()
    wanted, files = run_sql(site.name, BILLS), content(site.files)
    run_sql(site.name, "DELETE FROM bill")
    attachment(site.files, b"later")
    result = site.script("restore.sh", name, site.copy)
    assert result.returncode == 0, result.stderr
    assert run_sql(site.copy, BILLS) == wanted
    assert len(wanted) == 50
    assert content(site.root / site.copy) == files
    assert len(files) == 2
    # Sequences and constraints came along.
    with pytest.raises(psycopg2.errors.UniqueViolation):
        run_sql(site.copy, "INSERT INTO bill (amount, note) SELECT 1, note FROM bill")
    (row,) = run_sql(
        site.copy, "INSERT INTO bill (amount) VALUES (1) RETURNING id > 50"
    )
    assert row == (True,)


def test_second_backup_shares_what_did_not_change(site):
    first = site.backup()
    site.rename(first, "20260101T000000Z")
    attachment(site.files, b"kuitansi 3")
    gone = attachment(site.files, b"kuitansi 1")
    gone.unlink()
    second = site.backup()
    old = site.backups / "20260101T000000Z" / "filestore"
    new = site.backups / second / "filestore"
    assert sorted(content(old).values()) == [b"kuitansi 1", b"kuitansi 2"]
    assert sorted(content(new).values()) == [b"kuitansi 2", b"kuitansi 3"]
    kept = [path for path in content(old) if path in content(new)]
    assert [(old / path).stat().st_ino for path in kept] == [
        (new / path).stat().st_ino for path in kept
    ]


def test_backup_without_attachments(site):
    for path in site.files.rglob("*/*"):
        path.unlink()
        path.parent.rmdir()
    site.files.rmdir()
    name = site.backup()
    assert site.script("restore.sh", name, site.copy).returncode == 0
    assert len(run_sql(site.copy, BILLS)) == 50


def test_failed_backup_leaves_nothing_and_says_so(site):
    result = site.script("backup.sh", PGDATABASE="scola_no_such_database")
    assert result.returncode != 0
    assert "scola_no_such_database" in result.stderr
    assert site.list() == []


def test_notes_of_odoo_s_garbage_collector_are_left_out(site):
    note = attachment(site.files / "checklist", b"kuitansi 9")
    note.write_bytes(b"")
    name = site.backup()
    assert len(content(site.backups / name / "filestore")) == 2
    result = site.script("restore.sh", name, site.copy)
    assert result.returncode == 0, result.stderr


@pytest.mark.parametrize(
    ("error", "fine"),
    [
        ("cannot stat './ab/abc': No such file or directory", True),
        ("error writing './ab/abc': No space left on device", False),
    ],
)
def test_only_a_file_that_odoo_deleted_may_fail_to_copy(site, tmp_path, error, fine):
    spy = tmp_path / "bin"
    spy.mkdir()
    (spy / "cp").write_text(
        f'#!/bin/sh\n/bin/cp "$@"\necho "cp: {error}" >&2\nexit 1\n'
    )
    (spy / "cp").chmod(0o755)
    result = site.script("backup.sh", PATH=f"{spy}:{os.environ['PATH']}")
    assert (result.returncode == 0) == fine, result.stderr
    assert len(site.list()) == fine
    assert fine or "No space left" in result.stderr


def test_existing_database_is_not_overwritten(site):
    name = site.backup()
    for path in site.files.rglob("*/*"):
        path.unlink()
    assert "does it exist?" in site.refusal(name, site.name)
    assert len(run_sql(site.name, BILLS)) == 50


def test_existing_files_are_not_overwritten(site):
    name = site.backup()
    attachment(site.root / site.copy, b"of somebody else")
    assert "holds files already" in site.refusal(name, site.copy)


def damage_dump(backup: Path) -> None:
    path = backup / "database.dump"
    path.write_bytes(path.read_bytes()[:-10])


def damage_attachment(backup: Path) -> None:
    path = next(path for path in (backup / "filestore").rglob("*/*"))
    path.write_bytes(b"something else")


def lose_attachment(backup: Path) -> None:
    next(path for path in (backup / "filestore").rglob("*/*")).unlink()


@pytest.mark.parametrize(
    ("damage", "reason"),
    [
        (damage_dump, "checksums differ"),
        (damage_attachment, "does not fit its checksum"),
        (lose_attachment, "attachments are missing"),
    ],
)
def test_damaged_backup_is_refused(site, damage, reason):
    name = site.backup()
    damage(site.backups / name)
    assert reason in site.refusal(name, site.copy)
    found = run_sql(
        "postgres", f"SELECT 1 FROM pg_database WHERE datname = '{site.copy}'"
    )
    assert found == []


def test_wrong_names_are_refused(site):
    assert "there is no backup 2020" in site.refusal("2020", site.copy)
    name = site.backup()
    assert "no name for a database" in site.refusal(name, "../x")
    assert "usage" in site.refusal(name)


def test_password_comes_from_a_file(site, tmp_path):
    secret = tmp_path / "password"
    secret.write_text("geheim\n")
    spy = tmp_path / "bin"
    spy.mkdir()
    (spy / "pg_dump").write_text(f'#!/bin/sh\necho "$PGPASSWORD" >{tmp_path}/seen\n')
    (spy / "pg_dump").chmod(0o755)
    site.script(
        "backup.sh",
        PGPASSWORD_FILE=str(secret),
        PATH=f"{spy}:{os.environ['PATH']}",
    )
    assert (tmp_path / "seen").read_text() == "geheim\n"


def test_age_of_the_newest_backup_is_its_health(site):
    assert site.script("backup.sh", "--check").returncode == 1
    name = site.backup()
    assert site.script("backup.sh", "--check").returncode == 0
    two_days = 48 * 3600
    path = site.backups / name
    os.utime(path, (path.stat().st_atime - two_days, path.stat().st_mtime - two_days))
    result = site.script("backup.sh", "--check")
    assert result.returncode == 1
    assert "none in" in result.stderr


def test_retention_keeps_days_and_the_first_of_each_month(site):
    old = [
        "20250102T183000Z",
        "20250920T183000Z",
        "20251001T183000Z",
        "20251002T183000Z",
        "20251103T183000Z",
        "20251104T183000Z",
        "20251105T183000Z",
    ]
    for name in old:
        (site.backups / name / "filestore").mkdir(parents=True)
    result = site.script("backup.sh", KEEP_DAYS="3", KEEP_MONTHS="3")
    assert result.returncode == 0, result.stderr
    *kept, newest = site.list()
    # The newest three: 4 and 5 November and today's; the months: October, November and
    # the current one.
    assert kept == [
        "20251001T183000Z",
        "20251103T183000Z",
        "20251104T183000Z",
        "20251105T183000Z",
    ]
    assert newest > "2026"


@pytest.mark.parametrize(("at", "fine"), [("01:30", True), ("half past one", False)])
def test_schedule_wants_a_time_of_day(site, tmp_path, at, fine):
    spy = tmp_path / "bin"
    spy.mkdir()
    # Ends the loop at the first night.
    (spy / "sleep").write_text(f'#!/bin/sh\necho "$1" >{tmp_path}/slept\nkill $PPID\n')
    (spy / "sleep").chmod(0o755)
    result = site.script(
        "schedule.sh", BACKUP_AT=at, PATH=f"{spy}:{os.environ['PATH']}"
    )
    assert (result.returncode == 0) == fine
    assert len(site.list()) == fine, "the first backup is made at once"
    if fine:
        assert 0 < int((tmp_path / "slept").read_text()) <= 24 * 3600
    else:
        assert "BACKUP_AT=half past one" in result.stderr
