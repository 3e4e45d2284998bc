# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo.tests import BaseCase, tagged

from ..tools import dapodik

TITLES = [["Daftar Peserta Didik", "", "", ""], ["SMP CAHAYA", "", "", ""]]


@tagged("post_install", "-at_install")
class TestDapodik(BaseCase):
    def test_titles_are_skipped_and_headers_merged(self):
        rows = [
            *TITLES,
            ["No", "Nama", "NISN", "JK", "RT", "Data Ayah", "", "Data Ibu", "No KK"],
            ["", "", "", "", "", "Nama", "NIK", "Nama", ""],
            ["1", "Budi", "0131234567", "L", "3", "Ahmad", "32", "Siti", "99"],
        ]
        self.assertEqual(
            dapodik.to_table(rows),
            [
                [
                    "No",
                    "Nama",
                    "NISN",
                    "JK",
                    "RT",
                    "Data Ayah: Nama",
                    "Data Ayah: NIK",
                    "Data Ibu: Nama",
                    "No KK",
                ],
                ["1", "Budi", "0131234567", "L", "RT 3", "Ahmad", "32", "Siti", "99"],
            ],
        )

    def test_a_table_with_one_header_stays_as_it_is(self):
        rows = [["Nama", "NISN", "JK"], ["Budi", "0131234567", "L"]]
        self.assertEqual(dapodik.to_table(rows), rows)

    def test_other_files_are_not_touched(self):
        rows = [["Foo", "Bar"], ["1", "2"], ["3", "4"]]
        self.assertIs(dapodik.to_table(rows), rows)
        self.assertEqual(dapodik.to_table([]), [])

    def test_a_student_called_nama_is_no_second_header(self):
        rows = [["Nama", "NISN", "JK"], ["Nama", "0131234567", "L"]]
        self.assertEqual(dapodik.to_table(rows), rows)

    def test_labels_may_break_over_lines(self):
        self.assertEqual(
            dapodik.clean_label("Jml. Saudara\nKandung "), "jml. saudara kandung"
        )

    def test_address_parts_are_named_once(self):
        self.assertEqual(dapodik._add_prefix("RT", "3"), "RT 3")
        self.assertEqual(dapodik._add_prefix("RT", "RT 3"), "RT 3")
        self.assertEqual(dapodik._add_prefix("RT", "0"), "")
        self.assertEqual(dapodik._add_prefix("RT", ""), "")
