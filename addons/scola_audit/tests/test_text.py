# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import date
from decimal import Decimal

from odoo.tests import BaseCase, tagged

from odoo.addons.scola_audit.tools.text import amount_query, number_text, readable


@tagged("post_install", "-at_install")
class TestText(BaseCase):
    def test_amounts_are_found_however_they_are_written(self):
        for text, expected in (
            ("450000", "450000"),
            ("450.000", "450000"),
            ("450,000", "450000"),
            ("Rp 1.500.000", "1500000"),
            ("rp1.500.000,-", "1500000"),
            ("Rp. 1.500.000,50", "1500000.5"),
            ("1,500,000.00", "1500000"),
            ("12,5", "12.5"),
            ("0", "0"),
            ("2026-11-01", None),
            ("VII A", None),
            ("1.50.000", None),
            ("", None),
        ):
            with self.subTest(text=text):
                self.assertEqual(amount_query(text), expected)

    def test_numbers(self):
        for value, expected in (
            (450000.0, "450000"),
            (0.1, "0.1"),
            (-1500000, "-1500000"),
            (Decimal("1E+6"), "1000000"),
            (0.0, "0"),
            (-0.0, "0"),
        ):
            with self.subTest(value=value):
                self.assertEqual(number_text(value), expected)

    def test_values(self):
        words = {"draft": "Draft", True: "Yes", False: "No"}
        for ttype, value, labels, expected in (
            ("monetary", 450000.0, None, "450000"),
            ("integer", 0, None, "0"),
            ("char", "", None, None),
            ("many2one", (3, "SMP Uji"), None, "SMP Uji"),
            ("many2one", False, None, None),
            ("many2many", [(1, "A"), (2, "B")], None, "A, B"),
            ("date", date(2026, 11, 1), None, "2026-11-01"),
            ("selection", "draft", words, "Draft"),
            ("selection", "gone", words, "gone"),
            ("selection", False, {"draft": "Draft"}, None),
            ("boolean", False, words, "No"),
        ):
            with self.subTest(ttype=ttype, value=value):
                self.assertEqual(readable(ttype, value, labels), expected)
