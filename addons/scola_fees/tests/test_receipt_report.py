# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import io

from lxml import html

from odoo.tests import tagged
from odoo.tools.pdf import PdfFileReader

from .cash_common import CashCommon, make_bill

A5 = "scola_fees.report_cash_receipt_a5"
ROLL = "scola_fees.report_cash_receipt_80mm"


@tagged("post_install", "-at_install")
class TestReceiptReport(CashCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("en_US")
        cls.family.lang = "en_US"
        cls.smp.npsn = "20219999"

    def text(self, report, receipt):
        """Return the words of a report, printed as the cashier does."""
        reports = self.env["ir.actions.report"].with_user(self.cashier)
        content, _type = reports._render_qweb_html(report, receipt.ids)
        tree = html.fromstring(content)
        for style in tree.xpath("//style"):
            style.drop_tree()
        return " ".join(tree.text_content().split())

    def pdf(self, report, receipts):
        reports = self.env["ir.actions.report"].with_user(self.cashier)
        reports = reports.with_context(force_report_rendering=True)
        content, kind = reports._render_qweb_pdf(report, receipts.ids)
        self.assertEqual(kind, "pdf")
        return PdfFileReader(io.BytesIO(content))

    def test_amount_in_words(self):
        receipt = self.pay([self.bill_sep], 450000)
        self.assertEqual(receipt.amount_text, "Empat ratus lima puluh ribu rupiah")

    def test_what_is_on_the_paper(self):
        receipt = self.pay(
            [self.bill_sep, self.bill_siti], 800000, tendered=1000000, payer_name="Ibu"
        )
        for report in (A5, ROLL):
            text = self.text(report, receipt)
            for part in (
                "SMP Uji",
                "Jl. Merdeka 17, Bandung",
                receipt.name,
                "Ibu",
                "Budi Santoso",
                "Siti Santoso",
                "SPP Sep",
                "SPP Siti",
                "Rp 450.000",
                "Rp 300.000",
                "Rp 800.000",
                "Rp 50.000",
                "Rp 200.000",
                "Delapan ratus ribu rupiah",
                self.cashier.name,
            ):
                self.assertIn(part, text, report)
            self.assertNotIn("CANCELLED", text)
            self.assertNotIn("stamp duty", text)
        self.assertIn("NPSN 20219999", self.text(A5, receipt))

    def test_part_payment_says_what_is_still_open(self):
        receipt = self.pay([self.bill_sep], 400000)
        for report in (A5, ROLL):
            self.assertIn("Rp 50.000", self.text(report, receipt))

    def test_bank_reference_and_deposit(self):
        self.pay([], 100000)
        receipt = self.pay(
            [self.bill_sep], 350000, deposit=100000, method="edc", reference="EDC-42"
        )
        for report in (A5, ROLL):
            text = self.text(report, receipt)
            self.assertIn("EDC-42", text)
            self.assertIn("-Rp 100.000", text)
            self.assertIn("Rp 350.000", text)

    def test_cancelled(self):
        receipt = self.pay([self.bill_sep], 450000)
        receipt.with_user(self.treasurer)._cancel("Salah siswa", self.drawer)
        for report in (A5, ROLL):
            text = self.text(report, receipt)
            self.assertIn("CANCELLED", text)
            self.assertIn("Salah siswa", text)
            self.assertIn(self.treasurer.name, text)

    def test_stamp_duty_above_five_million(self):
        bill = make_bill(self.env, self.budi, 5000001, "2026-11-10", "Uang Pangkal")
        receipt = self.pay([bill], 5000000)
        self.assertFalse(receipt.needs_stamp_duty)
        receipt = self.pay([], 5000001)
        self.assertTrue(receipt.needs_stamp_duty)
        for report in (A5, ROLL):
            self.assertIn("stamp duty", self.text(report, receipt))

    def test_several_receipts_in_one_pdf(self):
        receipts = self.pay([self.bill_sep], 450000) | self.pay([self.bill_oct], 450000)
        pdf = self.pdf(A5, receipts)
        self.assertEqual(len(pdf.pages), 2)
        width, height = pdf.pages[0].mediabox[2:]
        self.assertAlmostEqual(float(width), 595, delta=3)  # A5 landscape, in points
        self.assertAlmostEqual(float(height), 420, delta=3)

    def test_the_roll_is_as_long_as_its_receipt(self):
        short = self.pay([self.bill_sep], 450000)
        long = self.pay([self.bill_siti, self.bill_oct], 750000)
        pdf = self.pdf(ROLL, short | long)
        self.assertEqual(len(pdf.pages), 2)
        heights = [float(page.mediabox[3]) for page in pdf.pages]
        self.assertGreater(heights[1], heights[0])
        self.assertAlmostEqual(float(pdf.pages[0].mediabox[2]), 227, delta=3)

    def test_many_lines_stay_on_one_roll(self):
        bills = [
            make_bill(self.env, self.budi, 10000, f"2026-0{month}-10", "Uang Makan")
            for month in range(1, 9)
        ]
        receipt = self.pay(bills, 80000)
        self.assertEqual(len(self.pdf(ROLL, receipt).pages), 1)
