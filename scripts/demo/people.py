# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Classes, families, students and guardians; and the class that comes in a file."""

from datetime import date

from odoo import Command

from . import dapodik
from .foundation import (
    ADMIN,
    FOUNDATION,
    PASSWORD,
    PORTAL_LOGINS,
    SCHOOLS,
    TEACHERS,
    Login,
    ensure_user,
    get_company,
    work_as,
)
from .population import CAMPUS, SMA, SMP
from .records import ensure, find

BATCH = 200
TEACHER_NAMES = (
    "Ratna Dewi",
    "Eko Susilo",
    "Yuni Astuti",
    "Rudi Hartono",
    "Fitri Handayani",
    "Slamet Riyadi",
    "Indah Permata",
    "Joko Purnomo",
    "Lina Marlina",
    "Anton Wijaya",
)
# What the web client sends with a file, as its own defaults are.
IMPORT_OPTIONS = {
    "import_skip_records": [],
    "import_set_empty_fields": [],
    "fallback_values": {},
    "name_create_enabled_fields": {},
    "encoding": "",
    "separator": "",
    "quoting": '"',
    "date_format": "",
    "datetime_format": "",
    "float_thousand_separator": ",",
    "float_decimal_separator": ".",
    "advanced": True,
    "has_headers": True,
    "keep_matches": False,
    "limit": 2000,
    "sheets": [],
    "sheet": "",
    "skip": 0,
    "tracking_disable": True,
}


def load(env, population, today):
    """Make the classes and whoever of the population is missing.

    :param api.Environment env: of the superuser
    :param Population population: who is to be there
    :param date today: nobody can have sat in class before they came
    """
    _load_classrooms(env, population)
    admin = work_as(env, ADMIN, *SCHOOLS, FOUNDATION)
    admin = admin(context={**admin.context, "tracking_disable": True})
    known = _get_known_niks(env)
    missing = [s for s in population.students if s.nik not in known]
    households = _group_households(missing)
    while households:
        batch: list = []
        while households and len(batch) < BATCH:
            batch += households.pop(0)
        _create_students(admin, batch, population.year, today)
        env.cr.commit()


def load_file(env, population):
    """Import the class that comes in a file, unless it is there."""
    room = find(env, _room_name(population.import_classroom))
    if room.student_count:
        return
    content = dapodik.write(
        population.import_students, SCHOOLS[SMP].name, population.year
    )
    import_file(work_as(env, ADMIN, SMP), "daftar_pd-SMP IT Cahaya Ilmu.xlsx", content)


def import_file(env, name, content):
    """Import a list of students as the web client does: preview, test, import.

    :param api.Environment env: of whoever imports
    :param str name: of the file
    :param bytes content: of the workbook
    :raise ValueError: with what the import says is wrong
    """
    wizard = env["base_import.import"].create(
        {
            "res_model": "scola.student",
            "file": content,
            "file_name": name,
            "file_type": "application/vnd.openxmlformats-officedocument"
            ".spreadsheetml.sheet",
        }
    )
    preview = wizard.parse_preview(IMPORT_OPTIONS)
    if preview.get("error"):
        raise ValueError(preview["error"])
    options = {**IMPORT_OPTIONS, **preview["options"]}
    matches = {int(column): path for column, path in preview["matches"].items()}
    columns = [header.strip().lower() for header in preview["headers"]]
    fields = [
        "/".join(matches[index]) if index in matches else False
        for index in range(len(columns))
    ]
    for dryrun in (True, False):
        result = wizard.execute_import(fields, columns, options, dryrun=dryrun)
        if result["messages"]:
            raise ValueError("; ".join(m["message"] for m in result["messages"]))


def load_portal_users(env, population):
    """Let a parent of two schools and a student of the campus log in."""
    parent = population.students[0]
    for student in population.students:
        siblings = [s for s in population.students if s.family == student.family]
        if student.family and {SMP, SMA} <= {s.classroom.school for s in siblings}:
            parent = student
            break
    guardian = env["res.partner"].search(
        [("scola_nik", "=", parent.family.guardians[0].nik)]
    )
    schools = get_company(env, SMP) | guardian.guardianship_ids.student_id.company_id
    _ensure_portal_user(env, "orangtua", guardian, schools, "group_portal_guardian")
    alone = next(
        s for s in population.students if not s.family and s.classroom.school == CAMPUS
    )
    student = env["scola.student"].search([("nik", "=", alone.nik)])
    campus = get_company(env, CAMPUS)
    _ensure_portal_user(
        env, "mahasiswa", student.partner_id, campus, "group_portal_student"
    )


def get_portal_families(env):
    """Return the ids of the families whose bills stay open: those who may log in."""
    users = [find(env, f"user_{login}") for login, _role in PORTAL_LOGINS]
    # As superuser: a cashier does not see who may log in.
    return {user.sudo().partner_id.commercial_partner_id.id for user in users if user}


def _ensure_portal_user(env, login, partner, companies, group):
    env = env(context={**env.context, "no_reset_password": True})
    ensure(
        env,
        f"user_{login}",
        "res.users",
        {
            "login": login,
            "password": PASSWORD,
            "partner_id": partner.id,
            "lang": "id_ID",
            "tz": "Asia/Jakarta",
            "company_id": companies[0].id,
            "company_ids": [Command.set(companies.ids)],
            "group_ids": [Command.set(env.ref(f"scola_school.{group}").ids)],
        },
    )


# === CLASSES === #


def _room_name(room):
    return f"room_{room.school}_{room.name.lower().replace(' ', '_').replace('-', '_')}"


def _load_classrooms(env, population):
    admin = work_as(env, ADMIN, *SCHOOLS, FOUNDATION)
    rooms = sorted(
        (*population.classrooms, population.import_classroom), key=lambda r: r.school
    )
    seen = set()
    for number, room in enumerate(rooms, start=1):
        if find(env, _room_name(room)):
            seen.add(room.school)
            continue
        teacher = _ensure_teacher(env, room, number, first=room.school not in seen)
        seen.add(room.school)
        ensure(
            admin,
            _room_name(room),
            "scola.classroom",
            {
                "name": room.name,
                "year_id": find(env, "year").id,
                "grade_id": env.ref(f"scola_school.{room.grade}").id,
                "programme_id": _get_programme(env, room).id,
                "homeroom_teacher_id": teacher.id,
                "company_id": get_company(env, room.school).id,
                "capacity": 32,
            },
        )


def _get_programme(env, room):
    if not room.programme:
        return env["scola.study.programme"]
    return find(env, f"programme_{room.school}_{room.programme}")


def _ensure_teacher(env, room, number, first):
    """Return the homeroom teacher of a class: of each school's first one may log in."""
    if first and room.school in TEACHERS:
        return find(env, f"user_{TEACHERS[room.school].login}")
    login = Login(
        f"guru.{number:02d}",
        TEACHER_NAMES[number % len(TEACHER_NAMES)],
        "Wali kelas",
        "group_homeroom",
        (room.school,),
    )
    return ensure_user(env, login)


# === STUDENTS === #


def _get_known_niks(env):
    env.cr.execute("SELECT nik FROM scola_student WHERE nik IS NOT NULL")
    return {nik for (nik,) in env.cr.fetchall()}


def _group_households(students):
    """Return lists of students who must be made together: the children of a family."""
    households = {}
    for student in students:
        key = student.family.card if student.family else student.nik
        households.setdefault(key, []).append(student)
    return list(households.values())


def _create_students(env, students, year, today):
    families = _create_families(env, [s.family for s in students if s.family])
    records = env["scola.student"].create(
        [_prepare_student(env, student, families, today) for student in students]
    )
    _create_guardians(env, students, records, families)
    env["scola.placement"].create(
        [
            {
                "student_id": record.id,
                "classroom_id": find(env, _room_name(student.classroom)).id,
                "date_start": min(date(year, 7, 13), today),
            }
            for student, record in zip(students, records, strict=True)
        ]
    )


def _create_families(env, families):
    """Return the contact of each family by its card, making those that lack."""
    wanted = {family.card: family for family in families}
    partners = env["res.partner"]
    known = partners.search([("scola_family_card", "in", list(wanted))])
    found = {partner.scola_family_card: partner for partner in known}
    missing = [family for card, family in wanted.items() if card not in found]
    created = partners.create(
        [
            {
                "name": family.name,
                "scola_type": "family",
                "scola_family_card": family.card,
                **_prepare_address(env, family),
            }
            for family in missing
        ]
    )
    return found | {
        family.card: partner for family, partner in zip(missing, created, strict=True)
    }


def _prepare_address(env, family):
    return {
        "street": family.street,
        "city": family.city,
        "zip": family.postcode,
        "country_id": env.ref("base.id").id,
    }


def _prepare_student(env, student, families, today):
    on_campus = student.classroom.school == CAMPUS
    return {
        "name": student.name,
        "company_id": get_company(env, student.classroom.school).id,
        "family_id": families[student.family.card].id if student.family else False,
        "is_own_debtor": not student.family,
        "nis": student.nis,
        "nisn": student.nisn,
        "nim": student.nim,
        "nik": student.nik,
        "card_number": student.card_number,
        "gender": student.gender,
        "birth_place": student.birth_place,
        "birth_date": student.birth_date,
        "religion": student.religion,
        "email": student.email if on_campus else False,
        "programme_id": _get_programme(env, student.classroom).id,
        "state": "active",
        "entry_date": min(date(student.entry_year, 7, 13), today),
    }


def _create_guardians(env, students, records, families):
    """Make the parents of the students and link them; the first one is called first."""
    parents = {
        guardian.nik: (guardian, student.family)
        for student in students
        if student.family
        for guardian in student.family.guardians
    }
    partners = env["res.partner"].create(
        [
            {
                "name": guardian.name,
                "scola_type": "guardian",
                "scola_nik": guardian.nik,
                "phone": guardian.phone,
                "email": guardian.email,
                "parent_id": families[family.card].id,
                "type": "contact",
                **_prepare_address(env, family),
            }
            for guardian, family in parents.values()
        ]
    )
    by_nik = dict(zip(parents, partners, strict=True))
    env["scola.guardianship"].create(
        [
            {
                "student_id": record.id,
                "guardian_id": by_nik[guardian.nik].id,
                "relation": guardian.relation,
                "is_main": guardian == student.family.guardians[0],
            }
            for student, record in zip(students, records, strict=True)
            if student.family
            for guardian in student.family.guardians
        ]
    )
