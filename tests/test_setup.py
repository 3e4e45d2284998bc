# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""scripts/lib.sh and its helpers, on machines that are not like this one.

Each test sources lib.sh in a fresh bash whose PATH begins with a folder of stand-ins.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parent.parent
SCRIPTS = PROJECT / "scripts"


class Machine:
    """A pretended machine: its commands, its cache, its environment."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.bin = folder / "bin"
        self.bin.mkdir()
        self.cache = folder / "cache" / "scola"
        self.environment = {
            "PATH": f"{self.bin}:{os.environ['PATH']}",
            "HOME": str(folder),
            "XDG_CACHE_HOME": str(folder / "cache"),
            # The account that runs the tests may have settings for Git.
            "GIT_CONFIG_GLOBAL": "/dev/null",
            "LC_ALL": "C.UTF-8",
        }

    def command(self, name: str, script: str) -> None:
        """Put a command on the PATH, before the real one."""
        path = self.bin / name
        path.unlink(missing_ok=True)
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o755)

    def only_these(self, *without: str) -> None:
        """Leave the programs of the real machine on the PATH, except some."""
        for folder in os.environ["PATH"].split(":"):
            for path in Path(folder).glob("*"):
                target = self.bin / path.name
                if path.name not in without and not os.path.lexists(target):
                    target.symlink_to(path)
        self.environment["PATH"] = str(self.bin)

    def distribution(self, name: str, codename: str) -> None:
        """Pretend that apt gets its packages from a distribution's archive."""
        lines = [
            f"{name}|{name}-Security|http://security.test/|{codename}-security",
            f"{name}|{name}|http://archive.test/|{codename}",
        ]
        self.command(
            "apt-get",
            f'echo "$*" >>"{self.folder}/apt-calls"\n'
            f'[ "$1" != indextargets ] || printf "%s\\n" "{lines[0]}" "{lines[1]}"',
        )

    def user(self, uid: int) -> None:
        """Pretend to be an ordinary user, or root."""
        self.command(
            "id", f'if [ "$1" = -un ]; then echo user{uid}; else echo {uid}; fi'
        )

    def apt_calls(self) -> str:
        path = self.folder / "apt-calls"
        return path.read_text() if path.exists() else ""

    def run(self, snippet: str, **environment: str):
        self.cache.mkdir(parents=True, exist_ok=True)
        return subprocess.run(
            ["bash", "-c", f'. "{SCRIPTS}/lib.sh"\n{snippet}'],
            env=self.environment | environment,
            capture_output=True,
            text=True,
            timeout=120,
        )

    def output(self, snippet: str, **environment: str) -> str:
        result = self.run(snippet, **environment)
        assert result.returncode == 0, result.stderr
        return result.stdout.strip()

    def refusal(self, snippet: str, **environment: str) -> str:
        """Return the one line with which a command gives up."""
        result = self.run(f"{snippet}\necho it went on", **environment)
        assert result.returncode != 0
        assert "it went on" not in result.stdout
        assert len(result.stderr.strip().splitlines()) == 1, result.stderr
        return result.stderr.strip()


@pytest.fixture
def machine(tmp_path):
    machine = Machine(tmp_path)
    machine.user(1000)
    machine.distribution("Debian", "bookworm")
    return machine


# --- system packages ---------------------------------------------------------------


def test_missing_programs_are_named_to_an_ordinary_user(machine):
    machine.only_these("wkhtmltopdf", "git", "chromium", "google-chrome")
    line = machine.refusal("ensure_system_packages browser")
    assert line.endswith("apt-get install chromium git wkhtmltopdf")
    assert "administrator" in line
    assert machine.apt_calls() == ""


def test_browser_is_asked_for_only_when_needed(machine):
    machine.only_these("chromium", "google-chrome")
    assert machine.output("ensure_system_packages ''; echo fine") == "fine"
    assert "chromium" in machine.refusal("ensure_system_packages browser")


def test_server_is_asked_for_only_without_one(machine):
    machine.only_these()
    without = 'postgres_bin() { return 1; }\nmissing_packages ""'
    assert "postgresql" in machine.output(without).split()
    assert machine.output(without, PGHOST="db.test") == ""
    assert machine.output(without, DATABASE_URL="postgresql://db.test/x") == ""


def test_root_installs_what_is_missing(machine):
    machine.user(0)
    machine.only_these("wkhtmltopdf")
    machine.command(
        "apt-get",
        f'echo "$*" >>"{machine.folder}/apt-calls"\n'
        f'[ "$1" = update ] || ln -s /bin/true "{machine.bin}/wkhtmltopdf"',
    )
    assert machine.output("ensure_system_packages ''; echo fine") == "fine"
    update, install = machine.apt_calls().splitlines()
    assert update == "update"
    assert install.split()[-1] == "wkhtmltopdf"


def test_failing_installation_is_explained(machine):
    machine.user(0)
    machine.only_these("wkhtmltopdf")
    machine.command("apt-get", "echo no network; exit 100")
    result = machine.run("ensure_system_packages ''")
    assert result.returncode != 0
    assert "could not install wkhtmltopdf" in result.stderr.splitlines()[-1]
    assert "no network" in (machine.cache / "apt.log").read_text()


def test_other_distributions_without_apt_are_told(machine):
    machine.user(0)
    machine.only_these("wkhtmltopdf", "apt-get")
    (machine.bin / "apt-get").unlink()
    assert "no apt-get here" in machine.refusal("ensure_system_packages ''")


# --- Odoo --------------------------------------------------------------------------


def make_odoo(folder: Path, version: str) -> Path:
    """Make something that lib.sh takes for Odoo."""
    (folder / "odoo").mkdir(parents=True)
    (folder / "odoo" / "release.py").write_text(f"version = {version!r}\n")
    return folder


def git(folder: Path, *arguments: str) -> None:
    identity = ["-c", "user.name=Test", "-c", "user.email=test@localhost"]
    subprocess.run(
        ["git", *identity, *arguments], cwd=folder, check=True, capture_output=True
    )


@pytest.fixture
def repository(tmp_path):
    """Return a bare repository whose branch 19.0 is not the one it opens with."""
    work = make_odoo(tmp_path / "work", "18.0")
    git(work, "init", "--quiet", "--initial-branch=main")
    git(work, "add", ".")
    git(work, "commit", "--quiet", "--message=older")
    git(work, "switch", "--quiet", "--create", "19.0")
    (work / "odoo" / "release.py").write_text("version = '19.0'\n")
    git(work, "commit", "--quiet", "--all", "--message=newer")
    bare = tmp_path / "odoo.git"
    git(work, "clone", "--quiet", "--bare", "--branch=main", str(work), str(bare))
    return bare


def test_debian_archive_is_recognised(machine):
    assert machine.output("debian_mirror") == "http://archive.test/ bookworm"


def test_other_archives_are_not(machine):
    machine.distribution("Ubuntu", "noble")
    assert machine.output("debian_mirror") == ""


def test_odoo_is_cloned_where_the_archive_is_not_debian(machine, repository):
    machine.distribution("Ubuntu", "noble")
    url = f"file://{repository}"
    folder = machine.output('ensure_odoo; echo "$ODOO_PYTHONPATH"', ODOO_GIT_URL=url)
    assert Path(folder, "odoo", "release.py").read_text() == "version = '19.0'\n"
    assert Path(folder).is_relative_to(machine.cache)
    count = subprocess.run(
        ["git", "-C", folder, "rev-list", "--count", "HEAD"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert count.stdout.strip() == "1", "a shallow clone is enough"


def test_second_start_does_not_clone_again(machine, repository):
    machine.distribution("Ubuntu", "noble")
    url = f"file://{repository}"
    snippet = 'ensure_odoo; echo "$ODOO_PYTHONPATH"'
    first = machine.output(snippet, ODOO_GIT_URL=url)
    shutil.rmtree(repository)
    assert machine.output(snippet, ODOO_GIT_URL=url) == first


def test_interrupted_clone_is_made_again(machine, repository):
    machine.distribution("Ubuntu", "noble")
    url = f"file://{repository}"
    snippet = 'ensure_odoo; echo "$ODOO_PYTHONPATH"'
    folder = Path(machine.output(snippet, ODOO_GIT_URL=url))
    (folder.parent / ".complete").unlink()
    (folder / "odoo" / "release.py").unlink()
    assert Path(machine.output(snippet, ODOO_GIT_URL=url)) == folder
    assert (folder / "odoo" / "release.py").exists()


def test_unreachable_repository_is_explained(machine):
    machine.distribution("Ubuntu", "noble")
    result = machine.run("ensure_odoo", ODOO_GIT_URL="file:///does/not/exist.git")
    assert result.returncode != 0
    last = result.stderr.strip().splitlines()[-1]
    assert "file:///does/not/exist.git" in last
    assert "ODOO_GIT_URL or ODOO_HOME" in last


@pytest.mark.parametrize("below", ["", "odoo", "usr/lib/python3/dist-packages"])
def test_odoo_home_is_used(machine, below):
    folder = make_odoo(machine.folder / "mine" / below, "19.0")
    found = machine.output(
        'ensure_odoo; echo "$ODOO_PYTHONPATH"', ODOO_HOME=f"{machine.folder}/mine"
    )
    assert Path(found) == folder
    assert machine.apt_calls() == ""


def test_odoo_home_may_be_relative(machine):
    folder = make_odoo(machine.folder / "mine", "19.0")
    found = machine.output(
        f'cd "{machine.folder}"; ensure_odoo; echo "$ODOO_PYTHONPATH"', ODOO_HOME="mine"
    )
    assert Path(found) == folder


def test_odoo_home_without_odoo_is_refused(machine):
    line = machine.refusal("ensure_odoo", ODOO_HOME="/does/not/exist")
    assert "ODOO_HOME=/does/not/exist holds no Odoo" in line


# --- Python ------------------------------------------------------------------------


@pytest.fixture
def project(machine):
    """Return a snippet that makes lib.sh work for another project's requirements."""
    folder = machine.folder / "project"
    folder.mkdir()
    (folder / "requirements.txt").write_text("")
    home = make_odoo(machine.folder / "home", "19.0")
    machine.environment |= {"ODOO_HOME": str(home), "PIP_NO_INDEX": "1"}
    return f'PROJECT="{folder}"\nensure_odoo\nensure_venv\n'


def test_environment_has_odoo_for_import_and_for_pip(machine, project):
    script = (
        "import importlib.metadata, odoo.release\n"
        "print(importlib.metadata.version('odoo'), odoo.release.version)"
    )
    snippet = f'{project}"$VENV/bin/python" -c "{script}"'
    assert machine.output(snippet) == "19.0 19.0"


def test_environment_follows_the_requirements(machine, project):
    # A Python that makes its environments without taking time.
    machine.command(
        "python3",
        f'[ "$1" = -m ] || exec {sys.executable} "$@"\n'
        'mkdir -p "$3/bin"\n'
        'ln -s /bin/true "$3/bin/python"; ln -s /bin/true "$3/bin/pip"',
    )
    path = machine.folder / "project" / "requirements.txt"
    snippet = f'{project}echo "$VENV"'
    first = machine.output(snippet)
    assert machine.output(snippet) == first
    path.write_text("# another version\n")
    assert machine.output(snippet) != first


def test_failing_pip_is_explained_and_tried_again(machine, project):
    path = machine.folder / "project" / "requirements.txt"
    path.write_text("no-such-package==1.0\n")
    result = machine.run(project)
    assert result.returncode != 0
    last = result.stderr.strip().splitlines()[-1]
    assert "pip could not install requirements.txt" in last
    assert "no-such-package" in (machine.cache / "pip.log").read_text()
    assert list(machine.cache.glob("venv-*"))
    assert not list(machine.cache.glob("venv-*/.complete"))


# --- PostgreSQL --------------------------------------------------------------------


@pytest.fixture
def server(machine):
    """Return a snippet that asks for a server; psql accepts whatever it is told."""
    machine.command("psql", "exit ${PSQL_STATUS:-0}")
    venv = machine.folder / "venv" / "bin"
    venv.mkdir(parents=True)
    (venv / "python").symlink_to(sys.executable)
    return (
        f'VENV="{venv.parent}"\n'
        'private_cluster() { echo "a private cluster was made"; }\n'
        "ensure_postgres\n"
        'echo "$PGHOST|$PGPORT|$PGUSER|$PGPASSWORD"'
    )


def test_database_url_is_taken_apart(machine, server):
    url = "postgresql://kas%20ir:p%40ss%2Fw%3Ard%27%24%28x%29@db.test:5433/scola"
    assert (
        machine.output(server, DATABASE_URL=url) == "db.test|5433|kas ir|p@ss/w:rd'$(x)"
    )


def test_database_url_has_defaults(machine, server):
    output = machine.output(f"PGPASSWORD=\n{server}", DATABASE_URL="postgres://odoo@/x")
    assert output == "localhost|5432|odoo|"


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("mysql://odoo@localhost/x", "must start with postgresql://"),
        ("localhost:5432", "must start with postgresql://"),
        ("postgresql://odoo@localhost:port/x", "port must be a number"),
    ],
)
def test_bad_database_url_is_refused(machine, server, url, reason):
    line = machine.refusal(server, DATABASE_URL=url)
    assert "DATABASE_URL" in line
    assert reason in line


def test_silent_server_is_named(machine, server):
    line = machine.refusal(server, PGHOST="db.test", PGUSER="odoo", PSQL_STATUS="2")
    assert "PGHOST=db.test" in line
    assert "PGUSER=odoo" in line


def test_password_is_not_told(machine, server):
    line = machine.refusal(
        server, DATABASE_URL="postgresql://odoo:geheim@db.test/x", PSQL_STATUS="2"
    )
    assert "geheim" not in line


def test_own_cluster_without_a_server(machine, server):
    snippet = server.replace('echo "$PGHOST', 'echo "${PGHOST:-}').split("\necho")[0]
    assert machine.output(snippet) == "a private cluster was made"


# --- configuration -----------------------------------------------------------------


def merge(*arguments: str):
    return subprocess.run(
        [sys.executable, str(SCRIPTS / "merge_config.py"), *map(str, arguments)],
        capture_output=True,
        text=True,
    )


@pytest.fixture
def files(tmp_path):
    (tmp_path / "a.conf").write_text("[options]\nworkers = 1\nlog_level = info\n")
    (tmp_path / "b.conf").write_text("[options]\nworkers = 2\npassword = 50%off\n")
    return tmp_path / "out.conf", tmp_path / "a.conf", tmp_path / "b.conf"


def test_later_files_and_words_win(files):
    output, first, second = files
    assert merge(output, first, second, "db_name=x", "log_level=warn").returncode == 0
    assert set(output.read_text().split("\n")) >= {
        "workers = 2",
        "log_level = warn",
        "db_name = x",
        "password = 50%off",
    }
    assert "workers = 1" not in output.read_text()


def test_order_of_files_matters(files):
    output, first, second = files
    merge(output, second, first)
    assert "workers = 1" in output.read_text()


def test_empty_value_leaves_the_file_s(files):
    output, first, _second = files
    merge(output, first, "db_host=", "log_level=")
    assert "db_host" not in output.read_text()
    assert "log_level = info" in output.read_text()


def test_configuration_is_closed_to_others(files):
    output, first, _second = files
    merge(output, first)
    assert output.stat().st_mode & 0o777 == 0o600


def test_missing_file_is_named(files):
    output, _first, _second = files
    result = merge(output, "nowhere.conf")
    assert result.returncode != 0
    assert "nowhere.conf is neither a file nor KEY=VALUE" in result.stderr
    assert not output.exists()


def test_requirements_pin_every_version():
    lines = (PROJECT / "requirements.txt").read_text().splitlines()
    wanted = [line for line in lines if line and not line.startswith("#")]
    assert wanted
    assert [line for line in wanted if len(line.split("==")) != 2] == []


# --- the commands ------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    [
        f"scripts/{name}"
        for name in ("lint", "odoo", "run", "test")
        if (SCRIPTS / name).exists()
    ],
)
def test_commands_say_in_one_line_what_is_missing(machine, name):
    machine.only_these("wkhtmltopdf")
    result = subprocess.run(
        ["bash", str(PROJECT / name)],
        env=machine.environment,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert result.returncode != 0
    assert result.stdout == ""
    (line,) = result.stderr.strip().splitlines()
    assert line.startswith(Path(name).name + ":")
    assert "wkhtmltopdf" in line


@pytest.mark.parametrize(
    ("lint", "test", "code"), [(0, 0, 0), (1, 0, 1), (0, 2, 2), (1, 2, 2)]
)
def test_ci_fails_when_either_does_and_runs_both(tmp_path, lint, test, code):
    (tmp_path / ".ci").mkdir()
    (tmp_path / "scripts").mkdir()
    shutil.copy(PROJECT / ".ci" / "run", tmp_path / ".ci" / "run")
    (tmp_path / "scripts" / "lint").write_text(f"echo linted; exit {lint}\n")
    (tmp_path / "scripts" / "test").write_text(f"echo tested; exit {test}\n")
    result = subprocess.run(
        ["bash", ".ci/run"], cwd=tmp_path, capture_output=True, text=True
    )
    assert result.stdout.splitlines() == ["linted", "tested"]
    assert result.returncode == code
