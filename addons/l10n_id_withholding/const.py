# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Words of the tax office."""

#: Kinds of income tax that a payer withholds, as they are called in Indonesia.
KINDS = [
    ("pph21", "PPh 21"),
    ("pph22", "PPh 22"),
    ("pph23", "PPh 23"),
    ("pph4_2", "PPh 4(2)"),
]

#: Where `l10n_id` books each kind: external name in the chart, code.
PAYABLES = {
    "pph21": ("l10n_id_21210010", "21210010"),
    "pph22": ("l10n_id_21210020", "21210020"),
    "pph23": ("l10n_id_21210030", "21210030"),
    "pph4_2": ("l10n_id_21210050", "21210050"),
}

COUNTRY_CODE = "ID"

#: Status for the income tax of a person: unmarried, married, joint income.
PTKP = [
    (f"{status}/{number}", f"{status}/{number}")
    for status in ("TK", "K", "HB")
    for number in range(4)
]

#: The sheet that Coretax turns into its import file: first row of the slips, and per
#: column its heading and the element it becomes. Column A stays empty, C1 has the TIN.
CORETAX_SHEET = "DATA"
CORETAX_FIRST_ROW = 3
CORETAX_BP21 = (
    ("Masa Pajak", "TaxPeriodMonth"),
    ("Tahun Pajak", "TaxPeriodYear"),
    ("NPWP/NIK", "CounterpartTin"),
    ("ID TKU Penerima Penghasilan", "IDPlaceOfBusinessActivityOfIncomeRecipient"),
    ("Status PTKP", "StatusTaxExemption"),
    ("Fasilitas", "TaxCertificate"),
    ("Kode Objek Pajak", "TaxObjectCode"),
    ("Penghasilan", "Gross"),
    ("Deemed", "Deemed"),
    ("Tarif", "Rate"),
    ("Jenis Dok. Referensi", "Document"),
    ("Nomor Dok. Referensi", "DocumentNumber"),
    ("Tanggal Dok. Referensi", "DocumentDate"),
    ("ID TKU Pemotong", "IDPlaceOfBusinessActivity"),
    ("Tanggal Pemotongan", "WithholdingDate"),
)
CORETAX_BPPU = (
    ("Masa Pajak", "TaxPeriodMonth"),
    ("Tahun Pajak", "TaxPeriodYear"),
    ("NPWP", "CounterpartTin"),
    ("ID TKU Penerima Penghasilan", "IDPlaceOfBusinessActivityOfIncomeRecipient"),
    ("Fasilitas", "TaxCertificate"),
    ("Kode Objek Pajak", "TaxObjectCode"),
    ("DPP", "TaxBase"),
    ("Tarif", "Rate"),
    ("Jenis Dok. Referensi", "Document"),
    ("Nomor Dok. Referensi", "DocumentNumber"),
    ("Tanggal Dok. Referensi", "DocumentDate"),
    ("ID TKU Pemotong", "IDPlaceOfBusinessActivity"),
    ("Opsi Pembayaran (IP)", "GovTreasurerOpt"),
    ("Nomor SP2D (IP)", "SP2DNumber"),
    ("Tanggal Pemotongan", "WithholdingDate"),
)
