# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Vocabulary of the files that schools import students from."""

# Columns of the national student export ("Daftar Peserta Didik" of Dapodik) and of
# our own template, in lower case. The headings "Data Ayah", "Data Ibu" and
# "Data Wali" span several columns there: their columns are named "data ayah: nama".
FIELD_BY_LABEL = {
    "nama": "name",
    "nama lengkap": "name",
    "nama peserta didik": "name",
    "nama siswa": "name",
    "nipd": "nis",
    "nis": "nis",
    "jk": "gender",
    "jenis kelamin": "gender",
    "nisn": "nisn",
    "nim": "nim",
    "nik": "nik",
    "nomor kartu": "card_number",
    "tempat lahir": "birth_place",
    "tanggal lahir": "birth_date",
    "agama": "religion",
    "alamat": "street",
    "rt": "street2",
    "rw": "street2",
    "dusun": "street2",
    "kelurahan": "street2",
    "kecamatan": "city",
    "kota": "city",
    "kode pos": "zip",
    "hp": "phone",
    "e-mail": "email",
    "email": "email",
    "data ayah: nama": "father_name",
    "data ayah: nik": "father_nik",
    "nama ayah": "father_name",
    "nik ayah": "father_nik",
    "hp ayah": "father_phone",
    "data ibu: nama": "mother_name",
    "data ibu: nik": "mother_nik",
    "nama ibu": "mother_name",
    "nik ibu": "mother_nik",
    "hp ibu": "mother_phone",
    "data wali: nama": "guardian_name",
    "data wali: nik": "guardian_nik",
    "nama wali": "guardian_name",
    "nik wali": "guardian_nik",
    "hp wali": "guardian_phone",
    "rombel saat ini": "import_classroom",
    "rombel": "import_classroom",
    "kelas": "import_classroom",
    "no kk": "family_card",
}

# Fields that several columns are joined into.
JOINED_FIELDS = frozenset({"street2"})

# Columns of the national export that have no place here and are left out.
IGNORED_LABELS = frozenset(
    {
        "",
        "no",
        "jenis tinggal",
        "alat transportasi",
        "telepon",
        "skhun",
        "penerima kps",
        "no. kps",
        *(
            f"data {person}: {part}"
            for person in ("ayah", "ibu", "wali")
            for part in (
                "tahun lahir",
                "jenjang pendidikan",
                "pekerjaan",
                "penghasilan",
            )
        ),
        "no peserta ujian nasional",
        "no seri ijazah",
        "penerima kip",
        "nomor kip",
        "nama di kip",
        "nomor kks",
        "no registrasi akta lahir",
        "bank",
        "nomor rekening bank",
        "rekening atas nama",
        "layak pip (usulan dari sekolah)",
        "alasan layak pip",
        "kebutuhan khusus",
        "sekolah asal",
        "anak ke-berapa",
        "lintang",
        "bujur",
        "berat badan",
        "tinggi badan",
        "lingkar kepala",
        "jml. saudara kandung",
        "jarak rumah ke sekolah (km)",
    }
)

# What stands before a part of the address that is a bare number or name.
ADDRESS_PREFIXES = {"rt": "RT", "rw": "RW", "dusun": "Dusun", "kelurahan": "Kel."}

# Values as schools write them, in lower case.
VALUE_BY_TEXT = {
    "gender": {
        "l": "male",
        "lk": "male",
        "laki-laki": "male",
        "laki laki": "male",
        "p": "female",
        "pr": "female",
        "perempuan": "female",
    },
    "religion": {
        "islam": "islam",
        "kristen": "protestant",
        "protestan": "protestant",
        "kristen protestan": "protestant",
        "katolik": "catholic",
        "katholik": "catholic",
        "hindu": "hindu",
        "budha": "buddhist",
        "buddha": "buddhist",
        "khonghucu": "confucian",
        "konghucu": "confucian",
        "kong hu chu": "confucian",
        "kepercayaan kpd tuhan yme": "other",
        "kepercayaan kepada tuhan yme": "other",
        "lainnya": "other",
    },
}
