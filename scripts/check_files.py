# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Check the files that ruff and pylint do not read: XML, access lists, translations.

Usage: check_files.py ADDONS_FOLDER

Prints one line per finding (path: what is wrong) and exits with 1 if there is any.
"""

import ast
import csv
import re
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import polib
from lxml import etree

ACCESS_HEADER = [
    "id",
    "name",
    "model_id:id",
    "group_id:id",
    "perm_read",
    "perm_write",
    "perm_create",
    "perm_unlink",
]
DATA_ROOTS = {"odoo", "templates", "template"}
# What Odoo 19 renamed. Its own loader accepts or ignores some of it silently.
FORBIDDEN_ELEMENTS = {
    "tree": "write <list>",
    "openerp": "write <odoo>",
}
FORBIDDEN_ATTRIBUTES = {
    "attrs": "write invisible=, readonly= or required= with an expression",
    "states": "write invisible= with an expression on state",
    "t-esc": "write t-out",
    "t-raw": "write t-out",
}
PLACEHOLDER = re.compile(
    r"%\(\w+\)[-#0 +]*[\d.*]*[diouxXeEfFgGcrsa]"  # %(name)s
    r"|%[-#0+]*[\d.]*[disrfgx](?![\w%])"  # %s, %d, %.2f
    r"|\{\{.*?\}\}"  # {{ object.name }}
    r"|\$\{\w+\}"  # ${name}
    r"|\{\w+\}"  # {name}
)
Finding = tuple[Path, str]


def addon_folders(addons: Path) -> list[Path]:
    """Return the folders below ``addons`` that hold an add-on."""
    return sorted(path.parent for path in addons.glob("*/__manifest__.py"))


def read_manifest(addon: Path) -> dict:
    """Return the add-on's manifest without importing anything."""
    return ast.literal_eval((addon / "__manifest__.py").read_text("utf-8"))


# --- XML ---------------------------------------------------------------------------


def check_xml(addon: Path) -> Iterator[Finding]:
    """Every XML file is well-formed, and our data files keep to Odoo 19."""
    for path in sorted(addon.rglob("*.xml")):
        try:
            root = etree.parse(str(path)).getroot()
        except etree.XMLSyntaxError as error:
            yield path, f"not well-formed: {error}"
            continue
        yield from check_old_syntax(path, root)
        if "static" not in path.relative_to(addon).parts:
            yield from check_data_file(path, root)


def check_old_syntax(path: Path, root: etree._Element) -> Iterator[Finding]:
    """Nothing that Odoo 19 no longer understands."""
    for element in root.iter(etree.Element):
        line = f"line {element.sourceline}: "
        if remedy := FORBIDDEN_ELEMENTS.get(element.tag):
            yield path, f"{line}<{element.tag}>; {remedy}"
        if element.get("t-name") == "kanban-box":
            yield path, line + 't-name="kanban-box"; write t-name="card"'
        for attribute in FORBIDDEN_ATTRIBUTES.keys() & element.attrib.keys():
            yield path, f"{line}{attribute}=; {FORBIDDEN_ATTRIBUTES[attribute]}"
        if element.tag == "attribute" and element.get("name") in FORBIDDEN_ATTRIBUTES:
            attribute = element.get("name")
            yield path, f"{line}{attribute}; {FORBIDDEN_ATTRIBUTES[attribute]}"


def check_data_file(path: Path, root: etree._Element) -> Iterator[Finding]:
    """A data file has one <odoo> root and gives each record an id of its own."""
    if root.tag not in DATA_ROOTS:
        yield path, f"root element is <{root.tag}>; write <odoo>"
    if root.find("data") is not None and len(root) == 1 and not root[0].attrib:
        yield path, "a lone <data> is not needed; put noupdate= on <odoo>"
    ids = Counter(
        element.get("id")
        for element in root.iter("record", "template", "menuitem")
        # A record may be written again in a <data noupdate="1"> part of its own.
        if element.get("id") and element.getparent().tag in ("odoo", "data")
    )
    for xmlid, count in ids.items():
        if count > 1:
            yield path, f'id="{xmlid}" is there {count} times'
    for record in root.iter("record"):
        names = Counter(field.get("name") for field in record.findall("field"))
        for name, count in names.items():
            if count > 1:
                yield path, f"line {record.sourceline}: field {name} set {count} times"


def check_listed(addon: Path) -> Iterator[Finding]:
    """XML files in data folders are named in the manifest (else nobody loads them)."""
    manifest = read_manifest(addon)
    listed = {*manifest.get("data", []), *manifest.get("demo", [])}
    for folder in ("data", "demo", "report", "security", "views", "wizards"):
        for path in sorted((addon / folder).rglob("*.xml")):
            if path.relative_to(addon).as_posix() not in listed:
                yield path, "not in the manifest's data or demo"


# --- access lists ------------------------------------------------------------------


def check_access_list(addon: Path) -> Iterator[Finding]:
    """ir.model.access.csv: header, unique ids, a group, and nothing but 0 and 1."""
    path = addon / "security" / "ir.model.access.csv"
    if not path.exists():
        return
    with path.open(encoding="utf-8", newline="") as stream:
        header, *rows = list(csv.reader(stream)) or [[]]
    if header != ACCESS_HEADER:
        yield path, f"header must be {','.join(ACCESS_HEADER)}"
        return
    for number, row in enumerate(rows, start=2):
        yield from ((path, f"line {number}: {what}") for what in access_faults(row))
    for xmlid, count in Counter(row[0] for row in rows if row).items():
        if count > 1:
            yield path, f"id {xmlid} is there {count} times"


def access_faults(row: list[str]) -> Iterator[str]:
    """Yield what is wrong with one row of an access list."""
    if len(row) != len(ACCESS_HEADER):
        yield f"{len(row)} columns instead of {len(ACCESS_HEADER)}"
        return
    for column, value in zip(ACCESS_HEADER, row, strict=True):
        if column.startswith("perm_") and value not in ("0", "1"):
            yield f"{column} is {value!r}; write 0 or 1"
        elif not column.startswith("perm_") and not value:
            yield f"{column} is empty"


# --- translations ------------------------------------------------------------------


def check_translations(addon: Path) -> Iterator[Finding]:
    """Every add-on has its template and an Indonesian translation of all of it."""
    template = addon / "i18n" / f"{addon.name}.pot"
    indonesian = addon / "i18n" / "id.po"
    missing = [path for path in (template, indonesian) if not path.exists()]
    if missing:
        yield from ((path, "is missing; run scripts/export_i18n") for path in missing)
        return
    try:
        sources = {key_of(entry) for entry in polib.pofile(str(template))}
        entries = [
            entry for entry in polib.pofile(str(indonesian)) if not entry.obsolete
        ]
    except OSError as error:
        yield indonesian, f"cannot be read: {error}"
        return
    for _context, msgid in sorted(sources - {key_of(entry) for entry in entries}):
        yield indonesian, f"lacks {shorten(msgid)}"
    for entry in entries:
        yield from ((indonesian, fault) for fault in translation_faults(entry))
    yield from check_extra_translations(addon / "i18n_extra" / "id.po")


def check_extra_translations(path: Path) -> Iterator[Finding]:
    """What an add-on translates of those it depends on is whole."""
    if path.exists():
        for entry in polib.pofile(str(path)):
            yield from ((path, fault) for fault in translation_faults(entry))


def key_of(entry: polib.POEntry) -> tuple[str, str]:
    """Return what makes a message the same in two files."""
    return entry.msgctxt or "", entry.msgid


def translation_faults(entry: polib.POEntry) -> Iterator[str]:
    """Yield what is wrong with one translated message."""
    name = shorten(entry.msgid)
    if entry.fuzzy:
        yield f"{name} is fuzzy"
    elif not entry.translated():
        yield f"{name} is not translated"
    else:
        wanted, found = placeholders(entry.msgid), placeholders(entry.msgstr)
        if wanted != found:
            yield f"{name} has placeholders {found or 'none'}, not {wanted or 'none'}"


def placeholders(text: str) -> list[str]:
    """Return the placeholders of a message; their order is the translator's."""
    return sorted(PLACEHOLDER.findall(text))


def shorten(text: str, width: int = 60) -> str:
    """Return the message on one line, cut to ``width``."""
    line = " ".join(text.split())
    return repr(line if len(line) <= width else line[: width - 3] + "...")


# --- all of it ---------------------------------------------------------------------

CHECKS = (check_xml, check_listed, check_access_list, check_translations)


def findings(addons: Path) -> Iterator[Finding]:
    """Yield all findings in all add-ons below ``addons``."""
    for addon in addon_folders(addons):
        for check in CHECKS:
            yield from check(addon)


def main(addons: Path) -> int:
    """Print the findings; return the exit code."""
    found = list(findings(addons))
    for path, what in found:
        sys.stdout.write(f"{path.relative_to(addons.parent)}: {what}\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]).resolve()))
