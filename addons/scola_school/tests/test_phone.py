# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo.exceptions import ValidationError
from odoo.tests import tagged

from .common import SchoolCommon


@tagged("post_install", "-at_install")
class TestPhone(SchoolCommon):
    def test_numbers_are_stored_as_e164(self):
        cases = [
            ("0812-3456-7890", "+6281234567890"),
            ("6281234567890", "+6281234567890"),
            ("+62 812 3456 7890", "+6281234567890"),
            ("81234567890", "+6281234567890"),
            ("(021) 5201234", "+62215201234"),
            ("+65 6521 8000", "+6565218000"),
        ]
        student = self._create_student()
        for number, expected in cases:
            with self.subTest(number=number):
                student.phone = number
                self.assertEqual(student.phone, expected)
        for scola_type in ("family", "guardian"):
            partner = self.env["res.partner"].create(
                {"name": "X", "scola_type": scola_type, "phone": "0812 3456 7890"}
            )
            self.assertEqual(partner.phone, "+6281234567890")

    def test_the_country_of_the_contact_counts(self):
        student = self._create_student(
            phone="6521 8000", country_id=self.env.ref("base.sg").id
        )
        self.assertEqual(student.phone, "+6565218000")

    def test_wrong_numbers_name_the_field_and_the_remedy(self):
        for number in ("123", "0812", "tidak ada", "08123456789012345"):
            with (
                self.subTest(number=number),
                self.assertRaisesRegex(ValidationError, "Phone: .*of Budi.*0812-3456"),
            ):
                self._create_student("Budi", phone=number)

    def test_other_contacts_are_left_alone(self):
        partner = self.env["res.partner"].create({"name": "X", "phone": "ext. 12"})
        self.assertEqual(partner.phone, "ext. 12")

    def test_a_contact_who_becomes_a_guardian_is_put_in_order(self):
        student = self._create_student()
        partner = self.env["res.partner"].create({"name": "X", "phone": "08123456789"})
        guardianship = self.env["scola.guardianship"].create(
            {"student_id": student.id, "guardian_id": partner.id}
        )
        self.assertEqual(guardianship.phone, "+628123456789")
