# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Store an exported template and bring the Indonesian translation up to date with it.

Usage: merge_po.py EXPORTED_POT ADDON_FOLDER

Prints how many messages are left to translate. The dates of the export are left out, so
that exporting twice changes nothing.

A model with ``_inherits`` has all fields of the other model, and Odoo exports their
labels as ours: those are taken over from the translations of our dependencies.
"""

import ast
import sys
from collections.abc import Iterable
from pathlib import Path

import polib

DATES = ("POT-Creation-Date", "PO-Revision-Date")
Translations = dict[tuple[str, str], str]


def read_translations(path: Path) -> Translations:
    """Return what is translated in a file, by context and source text."""
    if not path.exists():
        return {}
    return {
        (entry.msgctxt or "", entry.msgid): entry.msgstr
        for entry in polib.pofile(str(path))
        if entry.translated() and not entry.obsolete
    }


def field_labels(paths: Iterable[Path]) -> dict[str, str]:
    """Return the translated labels and help texts of other add-ons' fields."""
    return {
        entry.msgid: entry.msgstr
        for path in paths
        for entry in polib.pofile(str(path))
        if entry.translated() and is_field(entry)
    }


def is_field(entry: polib.POEntry) -> bool:
    return any("model:ir.model.fields" in place for place, _line in entry.occurrences)


def merge(exported: Path, addon: Path, others: Iterable[Path] = ()) -> int:
    """Write the add-on's template and id.po; return how many messages are empty."""
    translation = addon / "i18n" / "id.po"
    known, labels = read_translations(translation), field_labels(others)
    catalogue = polib.pofile(str(exported))
    for date in DATES:
        catalogue.metadata.pop(date, None)
    catalogue.save(str(addon / "i18n" / f"{addon.name}.pot"))
    catalogue.metadata["Language"] = "id"
    for entry in catalogue:
        entry.msgstr = known.get((entry.msgctxt or "", entry.msgid), "")
        if not entry.msgstr and is_field(entry):
            entry.msgstr = labels.get(entry.msgid, "")
    catalogue.save(str(translation))
    return len(catalogue.untranslated_entries())


def translations_of_dependencies(addon: Path) -> list[Path]:
    """Return id.po of all add-ons that ours depends on, the nearest last."""
    from odoo.modules.module import Manifest, initialize_sys_path
    from odoo.tools import config

    config["addons_path"] = [str(addon.parent)]
    initialize_sys_path()
    manifest = ast.literal_eval((addon / "__manifest__.py").read_text("utf-8"))
    names, todo = [], list(manifest["depends"])
    while todo:
        name = todo.pop(0)
        if name not in names:
            names.append(name)
            todo += Manifest.for_addon(name)["depends"]
    folders = [Path(Manifest.for_addon(name).path) for name in reversed(names)]
    paths = [folder / "i18n" / "id.po" for folder in folders]
    return [path for path in paths if path.exists()]


if __name__ == "__main__":
    addon_folder = Path(sys.argv[2]).resolve()
    left = merge(
        Path(sys.argv[1]), addon_folder, translations_of_dependencies(addon_folder)
    )
    sys.stdout.write(f"{sys.argv[2]}/i18n/id.po: {left} messages to translate\n")
