# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""A class as the national student export has it: Dapodik, "Daftar Peserta Didik"."""

from collections.abc import Iterable
from datetime import datetime
from io import BytesIO

import xlsxwriter

from .population import Guardian, Student

TITLE_ROWS = 4
PARENT_COLUMNS = (
    "Nama",
    "Tahun Lahir",
    "Jenjang Pendidikan",
    "Pekerjaan",
    "Penghasilan",
    "NIK",
)
PARENTS = {"Data Ayah": "father", "Data Ibu": "mother", "Data Wali": "guardian"}
COLUMNS = (
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
    *PARENTS,
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
)
RELIGION = {
    "islam": "Islam",
    "protestant": "Kristen",
    "catholic": "Katholik",
    "hindu": "Hindu",
}


def write(students: Iterable[Student], school: str, year: int) -> bytes:
    """Return the workbook; the same students give the same bytes."""
    output = BytesIO()
    workbook = xlsxwriter.Workbook(output, {"in_memory": True})
    workbook.set_properties({"created": datetime(year, 7, 1)})
    sheet = workbook.add_worksheet("Daftar Peserta Didik")
    for row, title in enumerate(_titles(school, year)):
        sheet.write_string(row, 0, title)
    _write_header(workbook, sheet)
    first = TITLE_ROWS + 2
    for number, student in enumerate(students, start=1):
        row = first + number - 1
        sheet.write_number(row, 0, number)
        for column, value in enumerate(_values(student), start=1):
            sheet.write_string(row, column, value)
    workbook.close()
    return output.getvalue()


def _titles(school: str, year: int) -> tuple[str, ...]:
    return (
        "Daftar Peserta Didik",
        school,
        "Kecamatan Cibinong, Kabupaten Bogor, Provinsi Jawa Barat",
        f"Tanggal Unduh: {year}-07-01 08:00:00    Pengunduh: operator@cahaya.example",
    )


def _write_header(workbook, sheet) -> None:
    """Write the two header rows, in which each parent spans six columns."""
    bold = workbook.add_format({"bold": True, "border": 1, "align": "center"})
    top, bottom, column = TITLE_ROWS, TITLE_ROWS + 1, 0
    for label in COLUMNS:
        if label in PARENTS:
            last = column + len(PARENT_COLUMNS) - 1
            sheet.merge_range(top, column, top, last, label, bold)
            sheet.write_row(bottom, column, PARENT_COLUMNS, bold)
            column = last + 1
        else:
            sheet.merge_range(top, column, bottom, column, label, bold)
            column += 1


def _values(student: Student) -> list[str]:
    """Return the cells of a student after the first, in the order of the columns."""
    known = {
        "Nama": student.name,
        "NIPD": student.nis,
        "JK": "L" if student.gender == "male" else "P",
        "NISN": student.nisn,
        "Tempat Lahir": student.birth_place,
        "Tanggal Lahir": f"{student.birth_date:%Y-%m-%d}",
        "NIK": student.nik,
        "Agama": RELIGION[student.religion],
        "Alamat": student.family.street,
        "RT": "3",
        "RW": "5",
        "Kelurahan": "Sukamaju",
        "Kecamatan": student.family.city,
        "Kode Pos": student.family.postcode,
        "Jenis Tinggal": "Bersama orang tua",
        "Alat Transportasi": "Sepeda motor",
        "HP": student.family.guardians[0].phone,
        "Penerima KPS": "Tidak",
        "Rombel Saat Ini": student.classroom.name,
        "Penerima KIP": "Tidak",
        "Layak PIP (usulan dari sekolah)": "Tidak",
        "Kebutuhan Khusus": "Tidak ada",
        "No KK": student.family.card,
    }
    guardians = {guardian.relation: guardian for guardian in student.family.guardians}
    cells: list[str] = []
    for label in COLUMNS[1:]:
        if label in PARENTS:
            cells += _parent_values(guardians.get(PARENTS[label]))
        else:
            cells.append(known.get(label) or "")
    return cells


def _parent_values(guardian: Guardian | None) -> list[str]:
    if guardian is None:
        return [""] * len(PARENT_COLUMNS)
    return [guardian.name, "", "S1", "Wiraswasta", "", guardian.nik]
