# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from psycopg2 import IntegrityError

from odoo.exceptions import ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import SchoolCommon


@tagged("post_install", "-at_install")
class TestStudent(SchoolCommon):
    def test_bad_input_names_the_field_and_the_remedy(self):
        self._create_student(
            "Ani",
            nis="1",
            nisn="0131234567",
            nim="M1",
            nik="3201014405130001",
            card_number="K1",
        )
        cases = [
            ({"nisn": "131234567"}, "NISN: .*exactly 10 digits.*text"),
            ({"nisn": "0131234567"}, r"NISN: .*Ani \(1\) already.*Check"),
            ({"nik": "320101440513"}, r"Identity Number \(NIK\).*16 digits.*Copy"),
            ({"nik": "9901014405130001"}, "NIK.*not a district"),
            ({"nik": "3201013905130001"}, "NIK.*not a date of birth"),
            ({"nik": "3201014405130001"}, r"NIK.*Ani \(1\) already"),
            ({"nis": "1"}, "NIS: 1 is used by Ani"),
            ({"nim": "M1"}, "NIM: M1 is used by Ani"),
            ({"card_number": "K1"}, "Card Number: K1 is used by Ani"),
            ({"birth_date": "2026-08-03"}, "Date of Birth: .*Check the year"),
        ]
        count = self.env["scola.student"].search_count([])
        partner_count = self.env["res.partner"].search_count([])
        for vals, message in cases:
            with self.subTest(**vals):
                with (
                    self.assertRaisesRegex(ValidationError, message),
                    self.env.cr.savepoint(),
                ):
                    self._create_student("Budi", **vals)
        self.assertEqual(self.env["scola.student"].search_count([]), count)
        self.assertEqual(self.env["res.partner"].search_count([]), partner_count)

    def test_duplicates_are_found_on_write_and_within_one_call(self):
        student = self._create_student("Ani", nisn="0131234567")
        other = self._create_student("Budi")
        with self.assertRaisesRegex(ValidationError, "NISN"):
            other.nisn = "0131234567"
        with self.assertRaisesRegex(ValidationError, "another row of the same list"):
            self.env["scola.student"].create([{"name": n, "nis": "7"} for n in "AB"])
        with self.assertRaisesRegex(ValidationError, "NIS"):
            (student | other).nis = "8"
        student.nisn = " 0131234567 "
        self.assertEqual(student.nisn, "0131234567")

    def test_another_school_reveals_no_name(self):
        self._create_student("Rahasia", nisn="0131234567", company_id=self.school_b.id)
        treasurer = self._create_user("treasurer", "treasurer")
        with self.assertRaisesRegex(ValidationError, "a student of another school"):
            self.env["scola.student"].with_user(treasurer).with_context(
                allowed_company_ids=self.school_a.ids
            ).create({"name": "Budi", "nisn": "0131234567"})

    def test_the_database_keeps_numbers_unique(self):
        first = self._create_student("Ani", nisn="0131234567", nis="1")
        second = self._create_student("Budi")
        self.env.flush_all()
        for column, value in (("nisn", "0131234567"), ("nis", "1")):
            with (
                mute_logger("odoo.sql_db"),
                self.assertRaisesRegex(IntegrityError, f"{column}_uniq"),
                self.env.cr.savepoint(),
            ):
                self.env.cr.execute(
                    f"UPDATE scola_student SET {column} = %s WHERE id = %s",
                    [value, second.id],
                )
        self.assertEqual(first.nisn, "0131234567")

    def test_the_same_nis_may_exist_at_two_schools(self):
        self._create_student("Ani", nis="1")
        self.assertTrue(
            self._create_student("Budi", nis="1", company_id=self.school_b.id)
        )

    def test_empty_numbers_do_not_collide(self):
        students = self.env["scola.student"].create(
            [{"name": name, "nis": "", "nisn": " "} for name in "AB"]
        )
        self.assertEqual(students.mapped("nisn"), [False, False])

    def test_the_contact_is_a_child_of_the_family_without_company(self):
        student = self._create_student("Budi Santoso", street="Jl. Melati 5")
        self.assertRecordValues(
            student.partner_id,
            [
                {
                    "name": "Budi Santoso",
                    "scola_type": "student",
                    "type": "contact",
                    "company_id": False,
                    "parent_id": student.family_id.id,
                    "commercial_partner_id": student.family_id.id,
                }
            ],
        )
        self.assertRecordValues(
            student.family_id,
            [
                {
                    "name": "Keluarga Budi Santoso",
                    "scola_type": "family",
                    "parent_id": False,
                    "company_id": False,
                    "street": "Jl. Melati 5",
                }
            ],
        )
        self.assertEqual(student.family_id.scola_company_ids, self.school_a)

    def test_a_default_company_does_not_reach_the_contact(self):
        student = (
            self.env["scola.student"]
            .with_context(default_company_id=self.school_b.id)
            .create({"name": "Budi"})
        )
        self.assertEqual(student.company_id, self.school_b)
        self.assertFalse(student.partner_id.company_id)

    def test_display_name_and_search(self):
        student = self._create_student("Budi Santoso", nis="12345", card_number="C9")
        self.assertEqual(student.display_name, "Budi Santoso (12345)")
        for text in ("budi", "12345", "C9"):
            found = self.env["scola.student"].name_search(text)
            self.assertIn(student.id, [id_ for id_, _name in found], text)
        student.write({"nis": False, "nim": "M1"})
        self.assertEqual(student.display_name, "Budi Santoso (M1)")

    def test_many_students_are_created_set_wise(self):
        def create(count, offset):
            students = self.env["scola.student"].create(
                [
                    {"name": f"S{i}", "nis": f"{i}", "phone": "081234567890"}
                    for i in range(offset, offset + count)
                ]
            )
            self.env.flush_all()
            return students

        create(2, 0)
        start = self.env.cr.sql_log_count
        create(10, 10)
        few = self.env.cr.sql_log_count - start
        start = self.env.cr.sql_log_count
        students = create(100, 100)
        many = self.env.cr.sql_log_count - start
        self.assertEqual(len(students.family_id), 100)
        self.assertLess(many, few + 45, "queries grow with the number of students")

    def test_deleting_a_student_deletes_the_contact_only(self):
        student = self._create_student()
        partner, family = student.partner_id, student.family_id
        student.unlink()
        self.assertFalse(partner.exists())
        self.assertTrue(family.exists())
