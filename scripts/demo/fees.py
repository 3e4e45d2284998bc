# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What the schools ask for: components, scholarships, instalments and templates."""

from dataclasses import dataclass

from odoo import Command

from .foundation import ADMIN, FOUNDATION, SCHOOLS, get_account, get_company, work_as
from .population import (
    ADVANCED,
    CAMPUS,
    KIPK,
    MERIT,
    ORPHAN,
    REGULAR,
    SMA,
    SMP,
    STAFF,
)
from .records import ensure, find

SPP, ACTIVITY, ENTRANCE, MEAL = "SPP", "KEG", "UPG", "MKN"
TRANSPORT, EXAM, TUITION, LAB, GIFT = "AJ", "UJI", "UKT", "PRK", "SPB"
SIBLING = "sibling"


@dataclass(frozen=True)
class Component:
    """A fee component; ``cost_type`` after PP 48/2008."""

    code: str
    name: str
    account: str
    cost_type: str = "unit_non_personnel"
    discountable: bool = True
    nature: str = "levy"


COMPONENTS = (
    Component(SPP, "SPP", "41100010", "unit_personnel"),
    Component(TUITION, "UKT", "41100070", "unit_personnel"),
    Component(LAB, "Praktikum", "41100080"),
    Component(ACTIVITY, "Uang Kegiatan", "41100030"),
    Component(EXAM, "Uang Ujian", "41100080"),
    Component(ENTRANCE, "Uang Pangkal", "41100020", "unit_investment"),
    Component(MEAL, "Uang Makan", "41100040", "personal", discountable=False),
    Component(TRANSPORT, "Antar Jemput", "41100050", "personal", discountable=False),
    Component(
        GIFT,
        "Sumbangan Pembangunan",
        "43300010",
        "unit_investment",
        discountable=False,
        nature="donation",
    ),
)


@dataclass(frozen=True)
class Line:
    """A line of a template: who pays how much how often."""

    component: str
    amount: int
    frequency: str = "monthly"
    grades: tuple[str, ...] = ()
    programme: str | None = None
    due: tuple[str, int] = ("day", 10)


@dataclass(frozen=True)
class Template:
    """A fee template; ``auto`` gives it to whoever is placed in a class."""

    key: str
    school: str
    name: str
    lines: tuple[Line, ...]
    auto: bool = True
    preset: str | None = None


TEMPLATES = (
    Template(
        "smp",
        SMP,
        "SPP dan Kegiatan SMP",
        (
            Line(SPP, 450_000, grades=("grade_7",)),
            Line(SPP, 475_000, grades=("grade_8",)),
            Line(SPP, 500_000, grades=("grade_9",)),
            Line(ACTIVITY, 900_000, "yearly", due=("offset", 14)),
        ),
    ),
    Template(
        "smp_entrance",
        SMP,
        "Uang Pangkal SMP",
        (Line(ENTRANCE, 6_500_000, "once", ("grade_7",), due=("offset", 14)),),
        auto=False,
        preset="3x",
    ),
    Template(
        "smp_meal", SMP, "Katering Makan Siang", (Line(MEAL, 250_000),), auto=False
    ),
    Template(
        "smp_transport", SMP, "Antar Jemput", (Line(TRANSPORT, 300_000),), auto=False
    ),
    Template(
        "smp_gift",
        SMP,
        "Sumbangan Pembangunan SMP",
        (Line(GIFT, 1_000_000, "once"),),
        auto=False,
    ),
    Template(
        "sma",
        SMA,
        "SPP, Kegiatan dan Ujian SMA",
        (
            Line(SPP, 350_000, programme=REGULAR),
            Line(SPP, 550_000, programme=ADVANCED),
            Line(ACTIVITY, 750_000, "yearly", due=("offset", 14)),
            Line(EXAM, 300_000, "semester", due=("offset", 14)),
        ),
    ),
    Template(
        "sma_entrance",
        SMA,
        "Uang Gedung SMA",
        (Line(ENTRANCE, 5_000_000, "once", ("grade_10",), due=("offset", 14)),),
        auto=False,
        preset="5x",
    ),
    Template(
        "sma_gift",
        SMA,
        "Sumbangan Pembangunan SMA",
        (Line(GIFT, 1_000_000, "once"),),
        auto=False,
    ),
    Template(
        "campus",
        CAMPUS,
        "UKT dan Praktikum",
        (
            Line(TUITION, 5_000_000, "semester", programme="TI", due=("offset", 20)),
            Line(TUITION, 4_000_000, "semester", programme="MNJ", due=("offset", 20)),
            Line(TUITION, 4_250_000, "semester", programme="PGSD", due=("offset", 20)),
            Line(LAB, 250_000, "semester", programme="TI", due=("offset", 20)),
        ),
    ),
)
ENTRANCE_GRADES = {"smp_entrance": "grade_7", "sma_entrance": "grade_10"}

# Per cent of each part, a month between them; rounded down to 1,000 rupiah.
PRESETS = {"3x": (40, 30, 30), "5x": (20, 20, 20, 20, 20)}


def load(env, start):
    """Make the fees of the schools.

    :param api.Environment env: of the superuser
    :param date start: from when on the schools bill with this system
    """
    admin = work_as(env, ADMIN, FOUNDATION, *SCHOOLS)
    for sequence, component in enumerate(COMPONENTS, start=1):
        _load_component(admin, component, 10 * sequence)
    for name, percents in PRESETS.items():
        _load_preset(admin, name, percents)
    for name, vals in _prepare_scholarships(env).items():
        ensure(admin, f"scholarship_{name}", "scola.scholarship.type", vals)
    for template in TEMPLATES:
        _load_template(
            work_as(env, ADMIN, template.school, FOUNDATION), template, start
        )


def get_template(env, key):
    """Return one of ``TEMPLATES``."""
    return find(env, f"template_{key}")


def _load_component(env, component, sequence):
    ensure(
        env,
        f"component_{component.code}",
        "scola.fee.component",
        {
            "code": component.code,
            "name": component.name,
            "sequence": sequence,
            "company_id": get_company(env, FOUNDATION).id,
            "income_account_id": get_account(env, component.account).id,
            "discount_account_id": get_account(env, "41900010").id,
            "cost_type": component.cost_type,
            "discountable": component.discountable,
            "nature": component.nature,
        },
    )


def _load_preset(env, name, percents):
    ensure(
        env,
        f"preset_{name}",
        "scola.installment.preset",
        {
            "name": f"{len(percents)} kali angsuran",
            "company_id": get_company(env, FOUNDATION).id,
            "rounding": 1000,
            "line_ids": [
                Command.create({"sequence": month, "percent": percent, "months": month})
                for month, percent in enumerate(percents)
            ],
        },
    )


def _prepare_scholarships(env):
    """Return the values of the scholarships, all of the foundation."""
    sponsor = ensure(
        env,
        "sponsor",
        "res.partner",
        {
            "name": "Program KIP Kuliah (Kementerian Pendidikan Tinggi)",
            "is_company": True,
            "country_id": env.ref("base.id").id,
        },
    )
    types = {
        SIBLING: {
            "name": "Potongan Saudara Kandung",
            "code": "SDR",
            "is_sibling": True,
            "component_ids": _link_components(env, SPP),
            "account_id": get_account(env, "41900030").id,
            "sibling_rule_ids": [
                Command.create({"order": 2, "percent": 10}),
                Command.create({"order": 3, "percent": 20}),
            ],
        },
        STAFF: {
            "name": "Potongan Anak Pegawai",
            "code": "PEG",
            "percent": 50,
            "component_ids": _link_components(env, SPP, ENTRANCE),
            "account_id": get_account(env, "41900040").id,
        },
        MERIT: {
            "name": "Beasiswa Prestasi",
            "code": "PRES",
            "percent": 50,
            "component_ids": _link_components(env, SPP, TUITION),
            "account_id": get_account(env, "41900010").id,
        },
        ORPHAN: {
            "name": "Beasiswa Yatim/Dhuafa",
            "code": "YTM",
            "kind": "full",
            "account_id": get_account(env, "41900020").id,
        },
        KIPK: {
            "name": "KIP Kuliah",
            "code": "KIPK",
            "kind": "full",
            "cap_amount": 4_000_000,
            "component_ids": _link_components(env, TUITION),
            "funding": "sponsor",
            "sponsor_id": sponsor.id,
            "account_id": get_account(env, "11210160").id,
        },
    }
    common = {"company_id": get_company(env, FOUNDATION).id}
    return {
        name: {"sequence": 10 * number, **common, **vals}
        for number, (name, vals) in enumerate(types.items(), start=1)
    }


def _link_components(env, *codes):
    return [Command.set([find(env, f"component_{code}").id for code in codes])]


def _load_template(env, template, start):
    preset = find(env, f"preset_{template.preset}") if template.preset else None
    ensure(
        env,
        f"template_{template.key}",
        "scola.fee.template",
        {
            "name": template.name,
            "company_id": get_company(env, template.school).id,
            "year_id": find(env, "year").id,
            "level_id": env.ref(f"scola_school.{SCHOOLS[template.school].level}").id,
            "date_start": start,
            "auto_enroll": template.auto,
            "preset_id": preset.id if preset else False,
            "line_ids": [
                Command.create(_prepare_line(env, template, line))
                for line in template.lines
            ],
        },
    )


def _prepare_line(env, template, line):
    programme = (
        find(env, f"programme_{template.school}_{line.programme}")
        if line.programme
        else env["scola.study.programme"]
    )
    return {
        "component_id": find(env, f"component_{line.component}").id,
        "frequency": line.frequency,
        "grade_ids": [
            Command.set([env.ref(f"scola_school.{grade}").id for grade in line.grades])
        ],
        "programme_ids": [Command.set(programme.ids)],
        "due_mode": line.due[0],
        "due_number": line.due[1],
        "amount": line.amount,
    }
