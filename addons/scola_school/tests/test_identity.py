# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo.tests import BaseCase, tagged

from ..tools import identity


@tagged("post_install", "-at_install")
class TestIdentity(BaseCase):
    def test_nik_of_a_man_and_a_woman(self):
        self.assertIsNone(identity.nik_error("3201011405130001"))
        self.assertIsNone(identity.nik_error("3201015405130001"))

    def test_nik_says_which_part_is_wrong(self):
        cases = [
            ("320101140513001", "length"),
            ("32010114051300011", "length"),
            ("3201O11405130001", "length"),
            ("", "length"),
            ("9901011405130001", "district"),
            ("3200011405130001", "district"),
            ("3201001405130001", "district"),
            ("3201013205130001", "date"),
            ("3201017205130001", "date"),
            ("3201014005130001", "date"),
            ("3201011413130001", "date"),
            ("3201013002130001", "date"),
            ("3201011405130000", "serial"),
        ]
        for nik, problem in cases:
            with self.subTest(nik=nik):
                self.assertEqual(identity.nik_error(nik), problem)

    def test_nik_of_a_leap_day_in_either_century(self):
        # 1900 was no leap year, 2000 was one.
        self.assertIsNone(identity.nik_error("3201012902000001"))
        self.assertEqual(identity.nik_error("3201012902010001"), "date")

    def test_nisn_has_ten_digits(self):
        self.assertTrue(identity.is_nisn("0131234567"))
        for value in ("131234567", "01312345678", "01312E4567", "٠١٣١٢٣٤٥٦٧"):
            self.assertFalse(identity.is_nisn(value), value)

    def test_family_card_has_sixteen_digits_of_a_province(self):
        self.assertTrue(identity.is_family_card("3201010101080001"))
        self.assertFalse(identity.is_family_card("0001010101080001"))
        self.assertFalse(identity.is_family_card("320101010108000"))
