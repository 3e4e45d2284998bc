# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import SchoolCommon

READ, KEEP, FULL = "r", "rwc", "rwcd"
OPERATIONS = {"r": "read", "w": "write", "c": "create", "d": "unlink"}

# What each role may do with the records of the own class, of another class of the
# own school, and of another school.
STUDENT_MODELS = ("scola.student", "scola.placement", "scola.guardianship")
MASTER_MODELS = ("scola.classroom", "scola.study.programme")
SHARED_MODELS = (
    "scola.academic.year",
    "scola.semester",
    "scola.level",
    "scola.grade",
)
STUDENT_RIGHTS = {
    # role: (own class, other class, other school)
    "staff": ("", "", ""),
    "homeroom": (READ, "", ""),
    "auditor": (READ, READ, ""),
    "principal": (READ, READ, ""),
    "foundation": (READ, READ, ""),
    "cashier": (READ, READ, ""),
    "treasurer": (KEEP, KEEP, ""),
    "admin": (FULL, FULL, ""),
}


@tagged("post_install", "-at_install")
class TestAccess(SchoolCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.users = {
            role: cls._create_user(f"{role}_a", role) for role in STUDENT_RIGHTS
        }
        cls.class_7a.homeroom_teacher_id = cls.users["homeroom"]
        cls.own = cls._create_student("Own", cls.class_7a)
        cls.other_class = cls._create_student("Other Class", cls.class_7b)
        cls.other_school = cls._create_student(
            "Other School", cls.class_10, company_id=cls.school_b.id
        )
        cls.students = (cls.own, cls.other_class, cls.other_school)
        for student in cls.students:
            cls._create_guardian(student, f"Guardian of {student.name}")
        cls.programmes = [
            cls.env["scola.study.programme"].create(
                {
                    "name": school.name,
                    "code": "P",
                    "level_id": cls.grade_10.level_id.id,
                    "company_id": school.id,
                }
            )
            for school in (cls.school_a, cls.school_b)
        ]
        cls.semester = cls.env["scola.semester"].create(
            {
                "year_id": cls.year.id,
                "kind": "odd",
                "date_start": "2026-07-13",
                "date_end": "2026-12-19",
            }
        )
        cls.env.flush_all()

    def _get_records(self, model, student):
        return {
            "scola.student": student,
            "scola.placement": student.placement_ids,
            "scola.guardianship": student.guardianship_ids,
            "scola.classroom": student.classroom_id,
            "scola.study.programme": self.programmes[
                student.company_id == self.school_b
            ],
        }[model]

    def _assert_rights(self, role, record, rights):
        user = self.users[role]
        self.assertTrue(record)
        self.env.invalidate_all()
        record = self._as_user(record, user)
        for letter, operation in OPERATIONS.items():
            with self.subTest(role=role, record=record._name, operation=operation):
                self.assertEqual(
                    record.has_access(operation),
                    letter in rights,
                    f"{role} {operation} {record._name}",
                )
        found = record.has_access("read") and record.search([("id", "=", record.id)])
        self.assertEqual(bool(found), "r" in rights)

    def test_students_by_role_class_and_school(self):
        for role, all_rights in STUDENT_RIGHTS.items():
            for student, rights in zip(self.students, all_rights, strict=True):
                for model in STUDENT_MODELS:
                    if model == "scola.guardianship" and "w" in rights:
                        # Whoever keeps students may also remove a wrong guardian.
                        rights = FULL
                    self._assert_rights(role, self._get_records(model, student), rights)
                    rights = all_rights[self.students.index(student)]

    def test_masters_by_role_and_school(self):
        for role in STUDENT_RIGHTS:
            for model in MASTER_MODELS:
                rights = FULL if role == "admin" else READ
                own, other_class, other_school = (
                    self._get_records(model, student) for student in self.students
                )
                self._assert_rights(role, own, rights)
                if model == "scola.classroom" and role == "homeroom":
                    self._assert_rights(role, other_class, "")
                else:
                    self._assert_rights(role, other_class, rights)
                self._assert_rights(role, other_school, "")

    def test_years_of_the_foundation_are_read_by_its_schools(self):
        level, grade = self.grade_7.level_id, self.grade_7
        for role in STUDENT_RIGHTS:
            self._assert_rights(role, self.year, READ)
            self._assert_rights(role, self.semester, READ)
            rights = FULL if role == "admin" else READ
            self._assert_rights(role, level, rights)
            self._assert_rights(role, grade, rights)
        self.assertEqual(
            {r._name for r in (self.year, self.semester, level, grade)},
            set(SHARED_MODELS),
        )

    def test_the_administrator_of_the_foundation_changes_its_years(self):
        admin = self._create_user("admin_f", "admin", self.companies)
        self._as_user(self.year, admin).name = "Tahun 2026/2027"
        self.assertEqual(self.year.name, "Tahun 2026/2027")

    def test_no_year_of_another_foundation_is_seen(self):
        other = self.env["res.company"].create({"name": "Yayasan Lain"})
        year = self.env["scola.academic.year"].create(
            {
                "code": "X",
                "date_start": "2026-07-13",
                "date_end": "2027-06-30",
                "company_id": other.id,
            }
        )
        for role in STUDENT_RIGHTS:
            self._assert_rights(role, year, "")

    def test_contacts_of_students_by_role_class_and_school(self):
        for role, all_rights in STUDENT_RIGHTS.items():
            for student, rights in zip(self.students, all_rights, strict=True):
                if role == "staff" and student.company_id == self.school_a:
                    rights = READ  # as any user of Odoo's contacts
                elif "w" in rights:
                    rights = FULL
                for partner in (
                    student.partner_id,
                    student.family_id,
                    student.guardian_ids,
                ):
                    self._assert_rights(role, partner, rights)

    def test_contacts_outside_the_school_stay_visible(self):
        partner = self.env["res.partner"].create({"name": "Supplier"})
        for role in STUDENT_RIGHTS:
            record = self._as_user(partner, self.users[role])
            self.assertTrue(record.has_access("read"))

    def test_a_family_with_children_at_two_schools_is_seen_by_both(self):
        self._create_student("Sister", family_id=self.other_school.family_id.id)
        self._assert_rights("cashier", self.other_school.family_id, READ)
        self._assert_rights("cashier", self.other_school, "")

    def test_real_writes_are_refused_or_done(self):
        for role, (rights, _other, _school) in STUDENT_RIGHTS.items():
            student = self._as_user(self.own, self.users[role])
            with self.subTest(role=role):
                if "w" in rights:
                    student.birth_place = role
                    self.assertEqual(self.own.birth_place, role)
                    student.name = f"Own {role}"
                else:
                    with self.assertRaises(AccessError):
                        student.birth_place = role
                    with self.assertRaises(AccessError):
                        student.name = role
                    with self.assertRaises(AccessError):
                        student.create({"name": "New"})

    def test_writing_into_another_school_is_refused(self):
        treasurer = self.users["treasurer"]
        with self.assertRaises(AccessError):
            self._as_user(self.other_school, treasurer).birth_place = "X"
        with self.assertRaises(AccessError):
            self._as_user(self.other_school, treasurer).create(
                {"name": "X", "company_id": self.school_b.id}
            )

    def test_a_homeroom_teacher_loses_a_class_that_is_given_away(self):
        self.class_7a.homeroom_teacher_id = self.users["principal"]
        self.class_7b.homeroom_teacher_id = self.users["homeroom"]
        self._assert_rights("homeroom", self.own, "")
        self._assert_rights("homeroom", self.other_class, READ)
        self._assert_rights("homeroom", self.other_class.family_id, READ)

    def test_a_homeroom_teacher_who_is_cashier_too_sees_the_school(self):
        self.users["homeroom"].write(
            {"group_ids": [(4, self.env.ref("scola_school.group_cashier").id)]}
        )
        self._assert_rights("homeroom", self.other_class, READ)
        self._assert_rights("homeroom", self.other_class.family_id, READ)
