# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import date

from psycopg2 import IntegrityError

from odoo.exceptions import ValidationError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .common import SchoolCommon


@tagged("post_install", "-at_install")
class TestPlacement(SchoolCommon):
    def test_the_current_placement_gives_class_grade_and_level(self):
        student = self._create_student(classroom=self.class_7a)
        self.assertRecordValues(
            student,
            [
                {
                    "classroom_id": self.class_7a.id,
                    "grade_id": self.grade_7.id,
                    "level_id": self.grade_7.level_id.id,
                    "placement_id": student.placement_ids.id,
                }
            ],
        )
        self.assertEqual(self.class_7a.student_ids, student)
        self.assertEqual(self.class_7a.student_count, 1)

    def test_one_open_placement_per_year(self):
        student = self._create_student(classroom=self.class_7a)
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaisesRegex(IntegrityError, "open_uniq"),
            self.env.cr.savepoint(),
        ):
            self.env["scola.placement"].create(
                {"student_id": student.id, "classroom_id": self.class_7b.id}
            )

    def test_changing_class_keeps_the_history(self):
        student = self._create_student(classroom=self.class_7a)
        student._place(self.class_7b, date(2026, 9, 1))
        self.assertRecordValues(
            student.placement_ids.sorted("date_start"),
            [
                {
                    "classroom_id": self.class_7a.id,
                    "outcome": "moved",
                    "date_end": date(2026, 8, 31),
                },
                {
                    "classroom_id": self.class_7b.id,
                    "outcome": "open",
                    "date_end": False,
                },
            ],
        )
        self.assertEqual(student.classroom_id, self.class_7b)

    def test_the_treasurer_places_several_students_at_once(self):
        treasurer = self._create_user("treasurer", "treasurer")
        students = self._create_student("A", self.class_7a) | self._create_student("B")
        action = self._as_user(students, treasurer).action_open_placement_wizard()
        Wizard = self._as_user(self.env[action["res_model"]], treasurer)
        with Form(Wizard.with_context(**action["context"])) as form:
            form.classroom_id = self.class_7b
            form.date = "2026-08-10"
        form.save().action_place()
        self.assertEqual(students.classroom_id, self.class_7b)
        self.assertEqual(students.mapped("state"), ["active", "active"])
        self.assertEqual(len(students.placement_ids), 3)

    def test_placing_in_the_same_class_again_does_nothing(self):
        student = self._create_student(classroom=self.class_7a)
        self.assertFalse(student._place(self.class_7a))
        self.assertEqual(len(student.placement_ids), 1)

    def test_a_student_of_another_school_is_refused(self):
        student = self._create_student("Ani", company_id=self.school_b.id)
        with self.assertRaisesRegex(
            ValidationError,
            "Classroom: Ani is a student of SMA Cahaya.*Choose a classroom",
        ):
            student._place(self.class_7a)

    def test_a_student_of_another_programme_is_refused(self):
        ipa, ips = self.env["scola.study.programme"].create(
            [
                {
                    "name": name,
                    "code": name,
                    "level_id": self.grade_10.level_id.id,
                    "company_id": self.school_b.id,
                }
                for name in ("IPA", "IPS")
            ]
        )
        self.class_10.programme_id = ipa
        student = self._create_student("A", self.class_10, company_id=self.school_b.id)
        self.assertEqual(student.programme_id, ipa)
        other = self._create_student(
            "B", company_id=self.school_b.id, programme_id=ips.id
        )
        with self.assertRaisesRegex(ValidationError, "X IPA is for IPA"):
            other._place(self.class_10)

    def test_end_before_start_is_refused(self):
        student = self._create_student(classroom=self.class_7a)
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaisesRegex(IntegrityError, "dates_check"),
            self.env.cr.savepoint(),
        ):
            student.placement_ids.write({"date_end": "2026-08-01", "outcome": "left"})
            self.env.flush_all()

    def test_the_hook_runs_on_creation_and_on_change_of_classroom(self):
        calls = []

        def _after_placement(placements):
            calls.append(placements)

        self.patch(
            self.registry["scola.placement"], "_after_placement", _after_placement
        )
        student = self._create_student()
        placement = student._place(self.class_7a)
        placement.date_start = "2026-08-04"
        placement.classroom_id = self.class_7a
        self.assertEqual(calls, [placement])
        placement.classroom_id = self.class_7b
        self.assertEqual(calls, [placement, placement])

    def test_a_used_classroom_keeps_its_year_and_school(self):
        self._create_student(classroom=self.class_7a)
        with self.assertRaisesRegex(ValidationError, "Academic Year: classroom VII A"):
            self.class_7a.year_id = self.next_year
        with self.assertRaisesRegex(ValidationError, "School: classroom VII A"):
            self.class_7a.company_id = self.school_b

    def test_classroom_names_are_unique_per_school_and_year(self):
        self._create_classroom("VII A", self.grade_7, company_id=self.school_b.id)
        self._create_classroom("VII A", self.grade_7, year_id=self.next_year.id)
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaisesRegex(IntegrityError, "name_uniq"),
            self.env.cr.savepoint(),
        ):
            self._create_classroom("VII A", self.grade_8)

    def test_a_full_classroom_shows_it(self):
        self.class_7a.capacity = 1
        self.assertFalse(self.class_7a.is_full)
        self._create_student(classroom=self.class_7a)
        self.class_7a.invalidate_recordset()
        self.assertTrue(self.class_7a.is_full)
