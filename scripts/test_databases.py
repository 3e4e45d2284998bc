# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Say what the prepared test databases are made from.

Usage: test_databases.py addons | dependencies | sources

``addons`` prints our installable add-ons and ``dependencies`` what they need of
others and are tested beside, comma-separated as Odoo's -i takes them; ``sources``
prints a digest of all files that installing our add-ons reads.
"""

import ast
import hashlib
import sys
from pathlib import Path

ADDONS = Path(__file__).resolve().parent.parent / "addons"
# What others install beside our add-ons, and ours have to work with: the accounting
# reports of the OCA, whose columns are on every invoice.
COMPANIONS = {"account_financial_report", "mis_builder"}
# Read by tests or people, not by the installation.
NOT_INSTALLED = {"tests", "readme", "__pycache__"}


def manifests(addons: Path) -> dict[str, dict]:
    """Return the manifests of the installable add-ons by name."""
    found = {}
    for path in sorted(addons.glob("*/__manifest__.py")):
        manifest = ast.literal_eval(path.read_text("utf-8"))
        if manifest.get("installable", True):
            found[path.parent.name] = manifest
    return found


def dependencies(addons: Path) -> list[str]:
    """Return what our add-ons depend on and do not bring themselves, and what they are
    installed beside."""
    ours = manifests(addons)
    wanted = {name for manifest in ours.values() for name in manifest["depends"]}
    return sorted(wanted - ours.keys() | COMPANIONS)


def digest(addons: Path) -> str:
    """Return one digest of the names and contents of the files that are installed."""
    result = hashlib.sha256()
    for path in sorted(addons.rglob("*")):
        relative = path.relative_to(addons)
        if path.is_file() and not NOT_INSTALLED & set(relative.parts):
            result.update(f"{relative}\0{path.stat().st_size}\0".encode())
            result.update(path.read_bytes())
    return result.hexdigest()


if __name__ == "__main__":
    if sys.argv[1] == "addons":
        sys.stdout.write(",".join(manifests(ADDONS)))
    elif sys.argv[1] == "dependencies":
        sys.stdout.write(",".join(dependencies(ADDONS)))
    else:
        sys.stdout.write(digest(ADDONS))
