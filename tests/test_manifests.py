# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What every add-on has in common, and the border between shared and school add-ons."""

import ast
import re
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parent.parent
ADDONS = PROJECT / "addons"
sys.path.insert(0, str(PROJECT / "scripts"))

import check_files  # noqa: E402
import merge_po  # noqa: E402

FAMILIES = ("scola_", "saku_", "pensipro_", "pdam_")
HEADER = re.compile(
    r"# Copyright 20\d\d Scola contributors\n"
    r"# License AGPL-3\.0 or later \(https://www\.gnu\.org/licenses/agpl\)\.\n"
)
KEYS = ["author", "depends", "license", "name", "summary", "version", "website"]

addons = pytest.mark.parametrize(
    "addon", check_files.addon_folders(ADDONS), ids=lambda path: path.name
)


def python_files(addon: Path) -> list[Path]:
    return sorted(addon.rglob("*.py"))


def imported_addons(path: Path) -> set[str]:
    """Return the add-ons that a Python file imports from."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        names = []
        if isinstance(node, ast.ImportFrom) and not node.level:
            names = [node.module or ""]
            if node.module == "odoo.addons":
                names = [f"odoo.addons.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        found |= {
            name.split(".")[2] for name in names if name.startswith("odoo.addons.")
        }
    return found


def family(name: str) -> str:
    """Return the family of verticals an add-on belongs to; "" for a shared one."""
    return next((prefix for prefix in FAMILIES if name.startswith(prefix)), "")


def test_there_are_addons():
    assert check_files.addon_folders(ADDONS)


@addons
def test_manifest(addon):
    manifest = check_files.read_manifest(addon)
    assert [key for key in KEYS if not manifest.get(key)] == []
    assert re.fullmatch(r"19\.0\.\d+\.\d+\.\d+", manifest["version"])
    assert manifest["license"] == "AGPL-3"
    assert manifest["author"] == "Scola contributors"
    assert manifest["website"] == "https://github.com/scola-id/scola"
    assert "description" not in manifest


@addons
def test_named_files_exist(addon):
    manifest = check_files.read_manifest(addon)
    named = [*manifest.get("data", []), *manifest.get("demo", [])]
    assert [name for name in named if not (addon / name).is_file()] == []
    assert len(named) == len(set(named))


@addons
def test_assets_match_files(addon):
    assets = check_files.read_manifest(addon).get("assets", {})
    patterns = [
        entry if isinstance(entry, str) else entry[-1]
        for entries in assets.values()
        for entry in entries
    ]
    ours = [path for path in patterns if path.split("/")[0] == addon.name]
    assert [path for path in ours if not any(ADDONS.glob(path))] == []


@addons
def test_documents_and_icon(addon):
    assert (addon / "readme" / "DESCRIPTION.md").read_text("utf-8").strip()
    icon = (addon / "static" / "description" / "icon.png").read_bytes()
    assert icon.startswith(b"\x89PNG\r\n")


@addons
def test_translated(addon):
    assert list(check_files.check_translations(addon)) == []


@addons
def test_nothing_that_odoo_19_forgot(addon):
    assert list(check_files.check_xml(addon)) == []
    assert list(check_files.check_listed(addon)) == []
    assert list(check_files.check_access_list(addon)) == []


@addons
def test_licence_headers(addon):
    files = [path for path in python_files(addon) if path.read_text("utf-8").strip()]
    # Lists of imports and the manifest are no work of their own.
    files = [
        path for path in files if path.name not in ("__init__.py", "__manifest__.py")
    ]
    bare = [path for path in files if not HEADER.match(path.read_text("utf-8"))]
    assert [str(path.relative_to(ADDONS)) for path in bare] == []


@addons
def test_depends_on_what_it_imports(addon):
    """Every add-on whose code is imported is installed, directly or by a dependency."""
    wanted = set().union(*(imported_addons(path) for path in python_files(addon)))
    assert wanted - closure(addon.name) - {addon.name} == set()


def closure(name: str) -> set[str]:
    """Return all direct and indirect dependencies of an add-on."""
    found, todo = set(), [name]
    while todo:
        depends = dependencies(todo.pop())
        todo += [other for other in depends if other not in found]
        found |= set(depends)
    return found


def dependencies(name: str) -> list[str]:
    """Return the direct dependencies of one of our add-ons or of somebody else's."""
    if (ADDONS / name).is_dir():
        return check_files.read_manifest(ADDONS / name)["depends"]
    from odoo.modules.module import Manifest

    manifest = Manifest.for_addon(name)
    assert manifest, f"there is no add-on {name}"
    return manifest["depends"]


@addons
def test_families_do_not_know_each_other(addon):
    """Shared add-ons know no student, and verticals only themselves and the shared."""
    depends = set(check_files.read_manifest(addon)["depends"])
    imports = set().union(*(imported_addons(path) for path in python_files(addon)))
    foreign = {
        name
        for name in depends | imports
        if family(name) and family(name) != family(addon.name)
    }
    assert foreign == set()


def test_imports_are_seen(tmp_path):
    """The helper above sees every way to import an add-on."""
    path = tmp_path / "source.py"
    path.write_text(
        "from odoo.addons.scola_school.models import x\n"
        "from odoo.addons import scola_fees, sale\n"
        "import odoo.addons.scola_bos.tools\n"
        "from . import scola_ignored\n"
    )
    assert imported_addons(path) == {"scola_school", "scola_fees", "sale", "scola_bos"}


def faults(addon: Path) -> str:
    found = check_files.findings(addon.parent)
    return "\n".join(f"{path.name}: {what}" for path, what in found)


@pytest.fixture
def faultless(tmp_path):
    """Return the folder of an add-on that has nothing to complain about."""
    addon = tmp_path / "addons" / "some_addon"
    for folder in ("views", "security", "i18n"):
        (addon / folder).mkdir(parents=True)
    (addon / "__manifest__.py").write_text('{"data": ["views/a_views.xml"]}')
    (addon / "views" / "a_views.xml").write_text(
        '<odoo><record id="a" model="ir.ui.view"><field name="name">A</field>'
        '<field name="arch" type="xml"><list><field name="name"/></list></field>'
        "</record></odoo>"
    )
    (addon / "security" / "ir.model.access.csv").write_text(
        "id,name,model_id:id,group_id:id,perm_read,perm_write,perm_create,perm_unlink\n"
        "access_a,a,model_a,base.group_user,1,0,0,0\n"
    )
    header = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\n'
    message = 'msgid "%(n)s bills, {{ x }}"\nmsgstr "{}"\n'
    (addon / "i18n" / "some_addon.pot").write_text(header + message.replace("{}", ""))
    (addon / "i18n" / "id.po").write_text(
        header + message.replace('"{}"', '"{{ x }}: %(n)s tagihan"')
    )
    return addon


def test_faultless_addon_has_no_findings(faultless):
    assert faults(faultless) == ""


@pytest.mark.parametrize(
    ("name", "old", "new", "complaint"),
    [
        ("views/a_views.xml", "</odoo>", "", "not well-formed"),
        ("views/a_views.xml", "list>", "tree>", "write <list>"),
        (
            "views/a_views.xml",
            '<field name="name"/>',
            '<b attrs="{}"/>',
            "attrs=; write",
        ),
        ("views/a_views.xml", "<list>", '<list><t t-name="kanban-box"/>', "kanban-box"),
        ("views/a_views.xml", "</odoo>", '<menuitem id="a"/></odoo>', "there 2 times"),
        ("views/a_views.xml", 'name="arch"', 'name="name"', "field name set 2 times"),
        ("views/a_views.xml", "odoo>", "openerp>", "root element is <openerp>"),
        ("__manifest__.py", '"views/a_views.xml"', "", "not in the manifest"),
        ("security/ir.model.access.csv", "id,name", "name,id", "header must be"),
        ("security/ir.model.access.csv", ",1,0", ",yes,0", "perm_read is 'yes'"),
        ("security/ir.model.access.csv", "base.group_user", "", "group_id:id is empty"),
        ("security/ir.model.access.csv", ",0\n", "\n", "7 columns"),
        ("security/ir.model.access.csv", "0,0,0\n", "0,0,0\naccess_a,", "2 times"),
        ("i18n/id.po", "%(n)s tagihan", "%(m)s tagihan", "has placeholders"),
        ("i18n/id.po", "{{ x }}: ", "", "has placeholders"),
        ("i18n/id.po", "{{ x }}: %(n)s tagihan", "", "is not translated"),
        ("i18n/id.po", 'msgid "%(n)s', '#, fuzzy\nmsgid "%(n)s', "is fuzzy"),
        ("i18n/some_addon.pot", "bills", "invoices", "lacks '%(n)s invoices"),
    ],
)
def test_each_fault_is_found(faultless, name, old, new, complaint):
    path = faultless / name
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))
    assert complaint in faults(faultless)


def test_missing_translation_is_found(faultless):
    (faultless / "i18n" / "id.po").unlink()
    assert "id.po: is missing" in faults(faultless)


def test_new_export_keeps_translations(faultless, tmp_path):
    exported = tmp_path / "exported.pot"
    template = faultless / "i18n" / "some_addon.pot"
    text = template.read_text().replace("UTF-8\\n", "UTF-8\\nPOT-Creation-Date: now\\n")
    exported.write_text(
        text + '\nmsgid "New"\nmsgstr ""\n'
        '\n#: model:ir.model.fields,field_description:a.b\nmsgid "Phone"\nmsgstr ""\n'
    )
    other = tmp_path / "other.po"
    other.write_text(
        "#: model:ir.model.fields,field_description:c.d\n"
        'msgid "Phone"\nmsgstr "Telepon"\n\n'
        '#: model_terms:ir.ui.view,arch_db:c.e\nmsgid "New"\nmsgstr "Bukan ini"\n'
    )
    translation = faultless / "i18n" / "id.po"
    assert merge_po.merge(exported, faultless, [other]) == 1
    assert "{{ x }}: %(n)s tagihan" in translation.read_text()
    assert 'msgid "Phone"\nmsgstr "Telepon"' in translation.read_text()
    assert faults(faultless) == "id.po: 'New' is not translated"
    assert "now" not in template.read_text() + translation.read_text()
    before = template.read_text(), translation.read_text()
    merge_po.merge(exported, faultless, [other])
    assert (template.read_text(), translation.read_text()) == before
