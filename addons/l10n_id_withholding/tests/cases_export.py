# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from io import BytesIO

from openpyxl import load_workbook

from ..const import CORETAX_BP21, CORETAX_BPPU


class ExportCases:
    def export(self, record):
        report = self.work_as("readonly")["ir.actions.report"]
        content, kind = report._render_xlsx(
            "l10n_id_withholding.action_report_return_xlsx", record.ids, {}
        )
        self.assertEqual(kind, "xlsx")
        return load_workbook(BytesIO(content))

    def read_slip(self, sheet, columns):
        """Return the first slip of the import sheet by the names of its elements."""
        values = [cell.value for cell in sheet[4]][1:]
        return dict(zip((tag for _label, tag in columns), values, strict=False))

    def test_the_sheet_of_the_converter(self):
        self.company.partner_id.l10n_id_tku = "2"
        bill = self.make_bill(self.known, [(1_000_000, self.catering)])
        sheet = self.export(self.make_return())["DATA"]
        self.assertEqual(sheet["C1"].value, "1234567890123456")
        labels = [cell.value for cell in sheet[3]][1:]
        self.assertEqual(labels, [label for label, _tag in CORETAX_BPPU])
        self.assertEqual(
            self.read_slip(sheet, CORETAX_BPPU),
            {
                "TaxPeriodMonth": 6,
                "TaxPeriodYear": 2026,
                "CounterpartTin": "3171234567890001",
                "IDPlaceOfBusinessActivityOfIncomeRecipient": "3171234567890001000000",
                "TaxCertificate": "N/A",
                "TaxObjectCode": "24-104-39",
                "TaxBase": 1_000_000,
                "Rate": 2,
                "Document": "CommercialInvoice",
                "DocumentNumber": bill.name,
                "DocumentDate": "2026-06-15",
                "IDPlaceOfBusinessActivity": "1234567890123456000002",
                "GovTreasurerOpt": "N/A",
                "SP2DNumber": None,
                "WithholdingDate": "2026-06-15",
            },
        )
        self.assertIsNone(sheet["B5"].value)

    def test_pph_21_has_its_own_layout(self):
        self.person.l10n_id_ptkp = "K/1"
        self.make_bill(self.person, [(2_000_000, self.teaching)])
        sheet = self.export(self.make_return("pph21"))["DATA"]
        values = self.read_slip(sheet, CORETAX_BP21)
        self.assertEqual(values["CounterpartTin"], "3171234567890002")
        self.assertEqual(values["StatusTaxExemption"], "K/1")
        self.assertEqual(
            [values[tag] for tag in ("Gross", "Deemed", "Rate")], [2_000_000, 50, 5]
        )

    def test_the_list_for_people_adds_up(self):
        self.make_bill(self.known, [(1_000_000, self.catering)])
        self.make_bill(self.person, [(500_000, self.catering)])
        book = self.export(self.make_return())
        rows = list(book["Slips"].values)
        self.assertEqual(len(rows), 4)
        self.assertEqual((rows[-1][5], rows[-1][7]), (1_500_000, 30_000))
        self.assertIn("Corrections", book.sheetnames)

    def test_a_branch_files_under_the_number_of_its_head_office(self):
        branch = self.make_company("SD Pajak", parent_id=self.company.id, vat=False)
        self.users["user"].company_ids |= branch
        env = self.work_as("user", branch)
        record = env["l10n_id.withholding.return"].create(
            {"company_id": branch.id, "kind": "pph23", "period": "2026-06-01"}
        )
        html, _kind = env["ir.actions.report"]._render_qweb_html(
            "l10n_id_withholding.report_return", record.ids
        )
        self.assertIn("1234567890123456", html.decode())
        branch.vat = "3171234567890001"
        self.assertEqual(record._get_payer(), branch.partner_id)

    def test_the_paper_names_everything(self):
        self.make_bill(self.known, [(1_000_000, self.catering)])
        record = self.file_return(self.make_return())
        self.make_bill(self.person, [(500_000, self.catering)])
        self.env.invalidate_all()
        html, _kind = self.work_as("readonly")["ir.actions.report"]._render_qweb_html(
            "l10n_id_withholding.report_return", record.ids
        )
        text = html.decode()
        for words in (
            "PPH23/2026/06/0001",
            "3171234567890001",
            "24-104-39",
            record.ntpn,
            "Bu Ani",
        ):
            self.assertIn(words, text)
