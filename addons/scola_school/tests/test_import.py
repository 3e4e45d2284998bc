# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import csv
import io

import openpyxl

from odoo.tests import new_test_user, tagged
from odoo.tools import file_open

from .common import SchoolCommon

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PERSON = [
    "Nama",
    "Tahun Lahir",
    "Jenjang Pendidikan",
    "Pekerjaan",
    "Penghasilan",
    "NIK",
]
# The 66 columns of the national export, in its order.
DAPODIK_BEFORE = [
    "No",
    "Nama",
    "NIPD",
    "JK",
    "NISN",
    "Tempat Lahir",
    "Tanggal Lahir",
    "NIK",
    "Agama",
    "Alamat",
    "RT",
    "RW",
    "Dusun",
    "Kelurahan",
    "Kecamatan",
    "Kode Pos",
    "Jenis Tinggal",
    "Alat Transportasi",
    "Telepon",
    "HP",
    "E-Mail",
    "SKHUN",
    "Penerima KPS",
    "No. KPS",
]
DAPODIK_AFTER = [
    "Rombel Saat Ini",
    "No Peserta Ujian Nasional",
    "No Seri Ijazah",
    "Penerima KIP",
    "Nomor KIP",
    "Nama di KIP",
    "Nomor KKS",
    "No Registrasi Akta Lahir",
    "Bank",
    "Nomor Rekening Bank",
    "Rekening Atas Nama",
    "Layak PIP (usulan dari sekolah)",
    "Alasan Layak PIP",
    "Kebutuhan Khusus",
    "Sekolah Asal",
    "Anak ke-berapa",
    "Lintang",
    "Bujur",
    "No KK",
    "Berat Badan",
    "Tinggi Badan",
    "Lingkar Kepala",
    "Jml. Saudara\nKandung",
    "Jarak Rumah\nke Sekolah (KM)",
]
DAPODIK_STUDENT = {
    "Nama": "BUDI SANTOSO",
    "NIPD": "26001",
    "JK": "L",
    "NISN": "0131234567",
    "Tempat Lahir": "BOGOR",
    "Tanggal Lahir": "2013-05-14",
    "NIK": "3201011405130001",
    "Agama": "Katholik",
    "Alamat": "Jl. Melati No. 5",
    "RT": "3",
    "RW": "5",
    "Dusun": "-",
    "Kelurahan": "Sukamaju",
    "Kecamatan": "Kec. Cibinong",
    "Kode Pos": "16911",
    "Telepon": "0218750000",
    "HP": "081234567890",
    "Data Ayah: Nama": "AHMAD SANTOSO",
    "Data Ayah: NIK": "3201010203800001",
    "Data Ibu: Nama": "SITI AMINAH",
    "Rombel Saat Ini": "VII A",
    "No KK": "3201010101080001",
    "Penerima KPS": "Tidak",
}


def make_dapodik(students):
    """Return an XLSX as the national application exports it."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet["A1"] = "Daftar Peserta Didik"
    sheet["A2"] = "SMP CAHAYA"
    sheet["A3"] = "Kecamatan Kec. Cibinong, Kabupaten Kab. Bogor, Provinsi Prov. Jabar"
    sheet["A4"] = "Tanggal Unduh: 2026-08-01 08:00:00"
    labels = list(DAPODIK_BEFORE)
    for column, label in enumerate(DAPODIK_BEFORE, start=1):
        sheet.cell(5, column, label)
        sheet.merge_cells(
            start_row=5, end_row=6, start_column=column, end_column=column
        )
    for group in ("Data Ayah", "Data Ibu", "Data Wali"):
        first = len(labels) + 1
        sheet.cell(5, first, group)
        for offset, part in enumerate(PERSON):
            sheet.cell(6, first + offset, part)
            labels.append(f"{group}: {part}")
        sheet.merge_cells(
            start_row=5, end_row=5, start_column=first, end_column=first + 5
        )
    for label in DAPODIK_AFTER:
        labels.append(label)
        sheet.cell(5, len(labels), label)
        sheet.merge_cells(
            start_row=5, end_row=6, start_column=len(labels), end_column=len(labels)
        )
    for number, student in enumerate(students, start=1):
        for column, label in enumerate(labels, start=1):
            value = number if label == "No" else student.get(label)
            sheet.cell(6 + number, column, value)
    output = io.BytesIO()
    book.save(output)
    return output.getvalue()


def make_csv(rows):
    output = io.StringIO()
    csv.writer(output).writerows(rows)
    return output.getvalue().encode()


@tagged("post_install", "-at_install")
class TestImport(SchoolCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.treasurer = cls._create_user("treasurer", "treasurer")

    def _start(self, content, file_type, user=None):
        """Upload a file and look at it, as the web client does."""
        user = user or self.treasurer
        wizard = self._as_user(self.env["base_import.import"], user).create(
            {
                "res_model": "scola.student",
                "file": content,
                "file_name": "students",
                "file_type": file_type,
            }
        )
        options = {
            "has_headers": True,
            "quoting": '"',
            "separator": ",",
            "encoding": "utf-8",
            "date_format": "",
            "datetime_format": "",
            "float_thousand_separator": ",",
            "float_decimal_separator": ".",
        }
        preview = wizard.parse_preview(options)
        return wizard, preview

    def _execute(self, wizard, preview, dryrun=False):
        matches = preview["matches"] or {}
        headers = preview["headers"]
        fields = [
            "/".join(matches[index]) if index in matches else False
            for index in range(len(headers))
        ]
        columns = [header.strip().lower() for header in headers]
        return wizard.execute_import(fields, columns, preview["options"], dryrun)

    def _import(self, content, file_type=XLSX, user=None):
        """Test, then import, as the two buttons of the web client do."""
        wizard, preview = self._start(content, file_type, user)
        self.assertNotIn("error", preview)
        before = self.env["res.partner"].search_count([])
        self.env.flush_all()
        tested = self._execute(wizard, preview, dryrun=True)
        # The client's next request starts with an empty cache.
        self.env.transaction.clear()
        self.assertEqual(self.env["res.partner"].search_count([]), before)
        result = self._execute(wizard, preview)
        self.assertEqual(
            [m["message"] for m in tested["messages"]],
            [m["message"] for m in result["messages"]],
        )
        self.env.invalidate_all()
        return result, self.env["scola.student"].browse(result["ids"] or [])

    def test_dapodik_is_accepted_as_it_is(self):
        result, student = self._import(make_dapodik([DAPODIK_STUDENT]))
        self.assertEqual(result["messages"], [])
        self.assertRecordValues(
            student,
            [
                {
                    "name": "BUDI SANTOSO",
                    "nis": "26001",
                    "nisn": "0131234567",
                    "nik": "3201011405130001",
                    "gender": "male",
                    "birth_place": "BOGOR",
                    "religion": "catholic",
                    "street": "Jl. Melati No. 5",
                    "street2": "RT 3 RW 5 Kel. Sukamaju",
                    "city": "Kec. Cibinong",
                    "zip": "16911",
                    "phone": "+6281234567890",
                    "classroom_id": self.class_7a.id,
                    "state": "active",
                    "company_id": self.school_a.id,
                }
            ],
        )
        self.assertEqual(str(student.birth_date), "2013-05-14")
        self.assertEqual(student.family_id.name, "Keluarga AHMAD SANTOSO")
        self.assertEqual(student.family_id.street, "Jl. Melati No. 5")
        self.assertEqual(student.family_id.scola_family_card, "3201010101080001")
        father = student.guardianship_ids.filtered("is_main")
        self.assertEqual(father.relation, "father")
        self.assertEqual(father.guardian_id.scola_nik, "3201010203800001")
        self.assertEqual(
            student.guardianship_ids.mapped("relation"), ["father", "mother"]
        )
        self.assertEqual(student.guardian_ids.parent_id, student.family_id)

    def test_every_column_of_dapodik_is_known(self):
        _wizard, preview = self._start(make_dapodik([DAPODIK_STUDENT]), XLSX)
        self.assertEqual(len(preview["headers"]), 66)
        wizard, preview = self._start(make_dapodik([DAPODIK_STUDENT]), XLSX)
        self.assertEqual(self._execute(wizard, preview, True)["messages"], [])
        matched = {preview["headers"][i]: p[0] for i, p in preview["matches"].items()}
        self.assertEqual(matched["Data Ibu: NIK"], "mother_nik")
        self.assertEqual(matched["NIPD"], "nis")
        for label in ("No", "Telepon", "Bank", "Data Ayah: Pekerjaan"):
            self.assertNotIn(label, matched)

    def test_columns_are_known_in_every_language(self):
        self.treasurer.lang = "en_US"
        for lang, _name in self.env["res.lang"].get_installed():
            wizard, _preview = self._start(make_dapodik([DAPODIK_STUDENT]), XLSX)
            wizard = wizard.with_context(lang=lang)
            preview = wizard.parse_preview({"has_headers": True})
            with self.subTest(lang=lang):
                self.assertEqual(len(preview["matches"]), 25)

    def test_one_family_card_makes_one_family(self):
        sister = DAPODIK_STUDENT | {
            "Nama": "ANI SANTOSO",
            "NIPD": "26002",
            "JK": "P",
            "NISN": "0111234567",
            "NIK": "3201015405110001",
        }
        _result, students = self._import(make_dapodik([DAPODIK_STUDENT, sister]))
        self.assertEqual(len(students), 2)
        self.assertEqual(len(students.family_id), 1)
        self.assertEqual(len(students.guardian_ids), 2)
        self.assertEqual(students.mapped("gender"), ["male", "female"])

    def test_a_later_file_finds_the_family_again_even_at_another_school(self):
        _result, budi = self._import(make_dapodik([DAPODIK_STUDENT]))
        other_school = self._create_user("treasurer_b", "treasurer", self.school_b)
        content = make_csv(
            [
                ["Nama", "NISN", "No KK", "Nama Ayah", "NIK Ayah", "Rombel"],
                [
                    "Ani",
                    "0111234567",
                    "3201010101080001",
                    "Ahmad Santoso",
                    "3201010203800001",
                    "x ipa",
                ],
            ]
        )
        result, ani = self._import(content, "text/csv", other_school)
        self.assertEqual(result["messages"], [])
        self.assertEqual(ani.family_id, budi.family_id)
        self.assertIn(ani.guardian_ids, budi.guardian_ids)
        self.assertEqual(ani.classroom_id, self.class_10)
        self.assertEqual(ani.family_id.scola_company_ids, self.school_a | self.school_b)

    def test_a_common_father_makes_one_family_without_a_card(self):
        content = make_csv(
            [
                ["Nama", "Nama Ayah", "NIK Ayah"],
                ["Ani", "Ahmad", "3201010203800001"],
                ["Budi", "Ahmad", "3201010203800001"],
                ["Citra", "Ahmad", ""],
            ]
        )
        _result, students = self._import(content, "text/csv")
        ani, budi, citra = students
        self.assertEqual(ani.family_id, budi.family_id)
        self.assertEqual(ani.guardian_ids, budi.guardian_ids)
        self.assertNotEqual(ani.family_id, citra.family_id)
        self.assertNotEqual(ani.guardian_ids, citra.guardian_ids)

    def test_the_templates_offered_can_be_imported(self):
        templates = self.env["scola.student"].get_import_templates()
        self.assertEqual(len(templates), 2)
        for template in templates:
            path = template["template"].removeprefix("/")
            with file_open(path, "rb") as file, self.subTest(path=path):
                content = file.read()
                with self.env.cr.savepoint() as savepoint:
                    file_type = "text/csv" if path.endswith("csv") else XLSX
                    result, student = self._import(content, file_type)
                    self.assertEqual(result["messages"], [])
                    self.assertEqual(student.name, "Budi Santoso")
                    self.assertEqual(student.classroom_id, self.class_7a)
                    self.assertEqual(
                        student.guardian_ids.mapped("phone"),
                        ["+6281234567891", "+6281234567892"],
                    )
                    savepoint.rollback()
                self.env.invalidate_all()

    def test_wrong_columns_are_named_and_nothing_changes(self):
        cases = [
            ([["Foo", "Bar"], ["1", "2"]], ["Name: no column", "Column foo: it is"]),
            ([["Nama", "NISM"], ["Budi", "013"]], ["Column nism: it is not known"]),
            ([["NISN", "JK"], ["0131234567", "L"]], ["Name: no column"]),
        ]
        for rows, messages in cases:
            with self.subTest(header=rows[0]):
                result, students = self._import(make_csv(rows), "text/csv")
                self.assertFalse(students)
                found = [m["message"] for m in result["messages"]]
                for message in messages:
                    self.assertTrue(any(message in text for text in found), found)
                self.assertTrue(all(m["type"] == "error" for m in result["messages"]))

    def test_a_field_that_does_not_exist_is_named(self):
        content = make_csv([["Nama", "Gaji"], ["Budi", "5"]])
        wizard, preview = self._start(content, "text/csv")
        result = wizard.execute_import(
            ["name", "salary"], ["nama", "gaji"], preview["options"]
        )
        self.assertIn(
            "Column gaji: students have no field salary",
            result["messages"][0]["message"],
        )

    def test_the_user_may_map_an_unknown_column(self):
        content = make_csv([["Murid", "JK"], ["Budi", "P"]])
        wizard, preview = self._start(content, "text/csv")
        result = wizard.execute_import(
            ["name", "gender"], ["murid", "jk"], preview["options"]
        )
        student = self.env["scola.student"].browse(result["ids"])
        self.assertRecordValues(student, [{"name": "Budi", "gender": "female"}])

    def test_mistakes_in_rows_name_row_and_field_and_nothing_changes(self):
        self._create_student("Ani", nisn="0111234567")
        header = ["Nama", "NISN", "NIK", "HP", "Nama Ibu", "NIK Ibu", "Rombel"]
        good = ["Budi", "0131234567", "", "", "", "", ""]
        cases = [
            (["C", "131234567", "", "", "", "", ""], "nisn", "NISN: 131234567"),
            (["C", "0111234567", "", "", "", "", ""], "nisn", "used by Ani already"),
            (["C", "0131234567", "", "", "", "", ""], "nisn", "used by"),
            (["C", "", "32", "", "", "", ""], "nik", "16 digits"),
            (["C", "", "", "12", "", "", ""], "phone", "Phone: 12 of C"),
            (["C", "", "", "", "Siti", "32", ""], "mother_nik", "Mother's NIK: 32"),
            (["C", "", "", "", "", "3201015405800001", ""], "mother_name", "missing"),
            (["C", "", "", "", "", "", "VII Z"], None, "no VII Z at SMP Cahaya"),
        ]
        for row, fname, message in cases:
            with self.subTest(row=row):
                count = self.env["scola.student"].search_count([])
                result, students = self._import(
                    make_csv([header, good, row]), "text/csv"
                )
                self.assertFalse(students)
                self.assertEqual(self.env["scola.student"].search_count([]), count)
                errors = [m for m in result["messages"] if m["type"] == "error"]
                self.assertEqual(len(errors), 1, errors)
                self.assertIn(message, errors[0]["message"])
                self.assertRegex(errors[0]["message"], "^Row 2: ")
                self.assertEqual(errors[0]["rows"], {"from": 1, "to": 1})
                if fname:
                    self.assertEqual(errors[0]["field"], fname)

    def test_who_may_not_create_students_may_not_import(self):
        cashier = self._create_user("cashier", "cashier")
        result, students = self._import(
            make_csv([["Nama"], ["Budi"]]), "text/csv", cashier
        )
        self.assertFalse(students)
        self.assertEqual(result["messages"][0]["type"], "error")

    def test_other_models_are_imported_as_ever(self):
        user = new_test_user(
            self.env, "pm", "base.group_user,base.group_partner_manager"
        )
        wizard = self._as_user(self.env["base_import.import"], user).create(
            {
                "res_model": "res.partner",
                "file": make_csv([["Nama", "Foo"], ["X", "1"]]),
                "file_type": "text/csv",
            }
        )
        options = {"has_headers": True, "quoting": '"', "separator": ","}
        result = wizard.execute_import(["name", False], ["nama", "foo"], options)
        self.assertEqual(result["messages"], [])
