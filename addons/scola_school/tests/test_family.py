# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import date

from psycopg2 import IntegrityError

from odoo.exceptions import UserError, ValidationError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .common import SchoolCommon


@tagged("post_install", "-at_install")
class TestFamily(SchoolCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.family = cls.env["res.partner"].create(
            {
                "name": "Keluarga Ahmad",
                "scola_type": "family",
                "street": "Jl. Kenanga 1",
                "vat": "1234567890123456",
            }
        )
        cls.eldest, cls.second = cls.env["scola.student"].create(
            [
                {
                    "name": name,
                    "family_id": cls.family.id,
                    "birth_date": birth,
                    "state": "active",
                    "company_id": company.id,
                }
                for name, birth, company in [
                    ("Ani", "2010-05-01", cls.school_b),
                    ("Budi", "2013-05-01", cls.school_a),
                ]
            ]
        )
        cls.mother = cls._create_guardian(cls.second, "Siti", relation="mother")

    def _move(self, students, **vals):
        Wizard = self.env["scola.student.family.wizard"]
        wizard = Wizard.with_context(default_student_ids=students.ids).create(vals)
        return wizard.action_move()

    def test_students_take_the_address_of_an_existing_family(self):
        self.assertEqual(self.second.street, "Jl. Kenanga 1")
        self.assertEqual(self.second.partner_id.vat, "1234567890123456")
        self.assertEqual(self.second.partner_id.commercial_partner_id, self.family)

    def test_a_family_without_address_takes_the_student_s(self):
        family = self.env["res.partner"].create({"name": "K", "scola_type": "family"})
        self._create_student("X", family_id=family.id, street="Jl. Baru 1")
        self.assertEqual(family.street, "Jl. Baru 1")

    def test_an_adult_student_stands_alone(self):
        student = self._create_student("Dewi", is_own_debtor=True)
        self.assertFalse(student.family_id)
        self.assertEqual(student.partner_id.commercial_partner_id, student.partner_id)
        with self.assertRaisesRegex(ValidationError, "Family: Dewi pays for themsel"):
            student.family_id = self.family
        with self.assertRaisesRegex(ValidationError, "Family: .*needs a family"):
            self.second.family_id = False

    def test_a_family_is_a_top_level_contact(self):
        parent = self.env["res.partner"].create({"name": "PT", "is_company": True})
        family = self.env["res.partner"].create({"name": "K", "parent_id": parent.id})
        with self.assertRaisesRegex(ValidationError, "Family: K is itself a contact"):
            self.second.family_id = family

    def test_siblings_over_schools_by_age_among_active_students(self):
        self.assertEqual(self.second.sibling_ids, self.eldest)
        youngest = self._create_student(
            "Cici",
            family_id=self.family.id,
            birth_date="2016-01-01",
            state="active",
        )
        students = self.eldest | self.second | youngest
        self.assertEqual(students.mapped("sibling_order"), [1, 2, 3])
        self.eldest.action_graduate(date=date(2026, 8, 4))
        self.env.invalidate_all()
        self.assertEqual(students.mapped("sibling_order"), [0, 1, 2])

    def test_same_birthday_is_ordered_by_registration(self):
        twin = self._create_student(
            "Twin", family_id=self.family.id, birth_date="2013-05-01", state="active"
        )
        self.assertEqual((twin | self.second).mapped("sibling_order"), [3, 2])

    def test_sibling_order_reaches_schools_the_user_cannot_see(self):
        treasurer = self._create_user("treasurer", "treasurer")
        second = self._as_user(self.second, treasurer)
        self.assertEqual(second.sibling_order, 2)
        self.assertFalse(second.sibling_ids)

    def test_a_common_guardian_makes_siblings(self):
        half_brother = self._create_student("Eko")
        self.assertFalse(half_brother.sibling_ids)
        self.env["scola.guardianship"].create(
            {
                "student_id": half_brother.id,
                "guardian_id": self.mother.guardian_id.id,
                "relation": "mother",
            }
        )
        self.env.invalidate_all()
        self.assertEqual(half_brother.sibling_ids, self.second)
        self.assertNotEqual(half_brother.family_id, self.family)

    def test_guardians_join_the_family_unless_of_a_second_household(self):
        self.assertEqual(self.mother.guardian_id.parent_id, self.family)
        self.assertEqual(self.mother.guardian_id.scola_type, "guardian")
        father = self._create_guardian(
            self.second, "Rudi", relation="father", second_household=True
        )
        self.assertFalse(father.guardian_id.parent_id)

    def test_people_are_called_by_their_name(self):
        self.assertEqual(self.mother.guardian_id.display_name, "Siti")
        self.assertEqual(self.second.partner_id.display_name, "Budi")
        other = self.env["res.partner"].create(
            {"name": "Driver", "parent_id": self.family.id}
        )
        self.assertEqual(other.display_name, "Keluarga Ahmad, Driver")
        self.assertEqual(other.complete_name, "Keluarga Ahmad, Driver")
        other.scola_type = "guardian"
        self.assertEqual(other.display_name, "Driver")
        self.assertEqual(other.complete_name, "Driver")

    def test_a_guardian_is_named_once_and_one_is_the_main_contact(self):
        cases = [
            ("guardian_uniq", {"guardian_id": self.mother.guardian_id.id}),
            ("main_uniq", {"is_main": True}),
        ]
        self.mother.is_main = True
        for constraint, vals in cases:
            other = self.env["res.partner"].create({"name": "Rudi"})
            with (
                self.subTest(constraint),
                mute_logger("odoo.sql_db"),
                self.assertRaisesRegex(IntegrityError, constraint),
                self.env.cr.savepoint(),
            ):
                self.env["scola.guardianship"].create(
                    {"student_id": self.second.id, "guardian_id": other.id, **vals}
                )

    def test_nobody_is_their_own_guardian(self):
        with self.assertRaisesRegex(ValidationError, "Guardian: Budi cannot"):
            self.env["scola.guardianship"].create(
                {
                    "student_id": self.second.id,
                    "guardian_id": self.second.partner_id.id,
                }
            )

    def test_move_to_a_new_family_with_the_mother(self):
        treasurer = self._create_user("treasurer", "treasurer")
        Wizard = self._as_user(self.env["scola.student.family.wizard"], treasurer)
        with Form(Wizard.with_context(default_student_ids=self.second.ids)) as form:
            form.mode = "new"
            form.family_name = "Keluarga Siti"
            form.date = "2026-08-01"
            form.guardian_ids.add(self.mother.guardian_id)
        form.save().action_move()
        new_family = self.second.family_id
        self.assertEqual(new_family.name, "Keluarga Siti")
        self.assertEqual(self.second.partner_id.commercial_partner_id, new_family)
        self.assertEqual(self.mother.guardian_id.parent_id, new_family)
        self.assertFalse(self.mother.second_household)
        self.assertEqual(self.second.family_since, date(2026, 8, 1))
        self.assertIn("Keluarga Siti", self.second.message_ids[0].body)
        self.assertIn("Keluarga Siti", self.family.message_ids[0].body)
        self.assertEqual(self.eldest.family_id, self.family)

    def test_guardians_left_behind_become_a_second_household(self):
        other = self._create_student("Eko").family_id
        self._move(self.second, mode="existing", family_id=other.id)
        self.assertEqual(self.second.family_id, other)
        self.assertEqual(self.mother.guardian_id.parent_id, self.family)
        self.assertTrue(self.mother.second_household)

    def test_move_to_stand_alone(self):
        self._move(self.second, mode="alone")
        self.assertTrue(self.second.is_own_debtor)
        self.assertFalse(self.second.family_id)

    def test_bad_moves_name_the_field(self):
        cases = [
            ({"mode": "existing"}, "New Family: it is empty"),
            (
                {"mode": "existing", "family_id": self.family.id},
                "New Family: Keluarga Ahmad is the present family",
            ),
            ({"mode": "new", "family_name": " "}, "Name of the New Family"),
            ({"mode": "alone", "date": "2026-08-04"}, "From: .*future"),
        ]
        for vals, message in cases:
            with self.subTest(**vals):
                with self.assertRaisesRegex(UserError, message):
                    self._move(self.second, **vals)
                self.assertEqual(self.second.family_id, self.family)

    def test_the_parent_contact_of_a_student_changes_by_the_wizard_only(self):
        other = self._create_student("Eko").family_id
        with self.assertRaisesRegex(UserError, "Family: use the button Move to"):
            self.second.partner_id.parent_id = other
        self.second.partner_id.parent_id = self.family
        self.second.family_id = other
        self.assertEqual(self.second.partner_id.parent_id, other)

    def test_a_family_with_students_cannot_be_deleted(self):
        with self.assertRaisesRegex(UserError, "is the family of"):
            self.family.unlink()
