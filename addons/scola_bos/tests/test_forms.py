# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The books and forms: figures, XLSX and PDF."""

import io
from decimal import Decimal

import openpyxl

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools.pdf import PdfFileReader

from ..const import FORMS
from .common import BosCommon

HONOR = "5.1.02.02.01.0013"
BOOKS = "5.2.05.01.01.0001"
PAPER = "5.1.02.01.01.0024"


@tagged("post_install", "-at_install")
class TestBosForms(BosCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.school.write(
            {"npsn": "20219999", "city": "Bogor", "street": "Jl. Melati 1"}
        )
        cls.post("2025-12-31", ("11120012", 6_400_000), ("43100010", -6_400_000))
        cls.post(
            "2026-01-20",
            ("11120012", 201_600_000),
            ("43100010", -201_600_000),
            ref="Tahap I",
        )
        cls.post("2026-02-02", ("11110012", 10_000_000), ("11120012", -10_000_000))
        cls.honor = cls.post(
            "2026-02-28",
            ("61200020", 20_000_000, "07.12.01", HONOR),
            ("11120012", -19_000_000),
            ("21210010", -1_000_000),
        )
        cls.post(
            "2026-03-03",
            ("62100010", 2_500_000, "02.02.01", PAPER),
            ("11110012", -2_500_000),
        )
        cls.deposit = cls.post(
            "2026-03-10", ("21210010", 1_000_000), ("11120012", -1_000_000)
        )
        cls._pay_a_bill()
        cls.post(
            "2026-03-04",
            ("61200020", 1_000, "07.12.01"),
            ("11120012", -1_000),
            company=cls.other,
        )

    @classmethod
    def _pay_a_bill(cls):
        """Book a bill for books, and its payment two weeks later."""
        bill = cls.post(
            "2026-03-15",
            ("12210040", 41_000_000, "02.02.01", BOOKS),
            ("21100010", -41_000_000),
        )
        payment = cls.post(
            "2026-03-29", ("21100010", 41_000_000), ("11120012", -41_000_000)
        )
        owed = (bill | payment).line_ids.filtered(
            lambda line: line.account_id == cls.accounts["21100010"]
        )
        owed.reconcile()

    def wizard(self, form, role="treasurer", **values):
        return self.as_user(self.env["bos.report.wizard"], role).create(
            {
                "form": form,
                "company_id": self.school.id,
                "year": 2026,
                "fund_id": self.fund.id,
                **values,
            }
        )

    def rows(self, form, **values):
        """Return the cells of the rows of the only table of a form."""
        (table,) = self.wizard(form, **values)._get_document().tables
        return [row.cells for row in table.rows]

    def read_xlsx(self, report, record):
        content, kind = (
            self.as_user(report, "treasurer")
            .with_context(active_model=record._name)
            ._render_xlsx(report.report_name, record.ids, {})
        )
        self.assertEqual(kind, "xlsx")
        book = openpyxl.load_workbook(io.BytesIO(content))
        return list(book.active.iter_rows(values_only=True))

    # === BOOKS === #

    def test_general_cash_book(self):
        opening, *rows, total = self.rows("bku")
        self.assertEqual(opening[-1], 6_400_000)
        self.assertEqual(
            [(str(row[0]), row[1], row[2], *row[5:]) for row in rows],
            [
                ("2026-01-20", "", "", 201_600_000, 0, 208_000_000),
                # Cash drawn from the bank is on both sides and changes nothing.
                ("2026-02-02", "", "", 10_000_000, 0, 218_000_000),
                ("2026-02-02", "", "", 0, 10_000_000, 208_000_000),
                # The honorarium gross, and the tax that was kept back.
                ("2026-02-28", "07.12.01", HONOR, 0, 20_000_000, 188_000_000),
                ("2026-02-28", "07.12.01", HONOR, 1_000_000, 0, 189_000_000),
                ("2026-03-03", "02.02.01", PAPER, 0, 2_500_000, 186_500_000),
                ("2026-03-10", "", "", 0, 1_000_000, 185_500_000),
                # The payment has the codes of the bill.
                ("2026-03-29", "02.02.01", BOOKS, 0, 41_000_000, 144_500_000),
            ],
        )
        self.assertEqual(total[-1], 144_500_000)
        self.assertEqual(rows[0][4], "Tahap I")

    def test_books_equal_the_ledger(self):
        for form, codes in (
            ("bku", ("11110012", "11120012")),
            ("cash", ("11110012",)),
            ("bank", ("11120012",)),
        ):
            for period in ({}, {"period_type": "quarter", "period": 1}):
                total = self.rows(form, **period)[-1]
                self.env.cr.execute(
                    """
                    SELECT SUM(l.balance) FROM account_move_line l
                      JOIN account_move m ON m.id = l.move_id AND m.state = 'posted'
                     WHERE m.company_id = %s AND l.account_id IN %s
                       AND m.date <= '2026-12-31'
                    """,
                    [
                        self.school.id,
                        tuple(self.accounts[code].id for code in codes),
                    ],
                )
                self.assertEqual(total[-1], Decimal(str(self.env.cr.fetchone()[0])))

    def test_a_month_opens_with_what_was_before(self):
        march = {"period_type": "month", "period": 3}
        opening, *rows, total = self.rows("cash", **march)
        self.assertEqual(opening[-1], 10_000_000)
        self.assertEqual([row[5:] for row in rows], [(0, 2_500_000, 7_500_000)])
        document = self.wizard("bku", **march)._get_document()
        self.assertIn("7.500.000", document.closing[0])
        self.assertIn("137.000.000", document.closing[0])
        may = self.rows("bku", period_type="month", period=5)
        self.assertEqual([row[-1] for row in may], [144_500_000, 144_500_000])

    def test_tax_book(self):
        self.as_user(self.env["bos.tax.deposit"], "treasurer").create(
            {
                "company_id": self.school.id,
                "move_id": self.deposit.id,
                "date": "2026-03-10",
                "billing_code": "123456789012345",
                "ntpn": "ABCDEF1234567890",
            }
        )
        opening, withheld, deposited, total = self.rows("tax")
        self.assertEqual(opening[-4], 0)
        # Date, number, label, VAT, PPh 21, PPh 22, PPh 23, PPh 4(2), local, deposited.
        self.assertEqual(withheld[3:11], (0, 1_000_000, 0, 0, 0, 0, 0, 1_000_000))
        self.assertEqual(deposited[9:11], (1_000_000, 0))
        self.assertEqual(deposited[11:13], ("123456789012345", "ABCDEF1234567890"))
        self.assertEqual(total[4], 1_000_000)
        for values in ({"ntpn": "X"}, {"billing_code": "12"}):
            with self.assertRaises(ValidationError), self.cr.savepoint():
                self.env["bos.tax.deposit"].create(
                    {
                        "company_id": self.school.id,
                        "move_id": self.honor.id,
                        "ntpn": "ABCDEF1234567891",
                        **values,
                    }
                )

    # === RECAPITULATIONS === #

    def test_k7a_is_what_each_component_cost(self):
        *rows, total = self.rows("k7a")
        spent = {row[0]: row[2] for row in rows if row[2]}
        self.assertEqual(spent, {"02": 43_500_000, "12": 20_000_000})
        self.assertEqual(len(rows), 12)
        self.assertEqual(total[2], 63_500_000)
        self.post("2026-04-01", ("62100010", 7), ("11120012", -7))
        move = self.env["account.move"].create(
            self.prepare_move("2026-04-01", ("62100010", 9), ("11120012", -9))
        )
        move.line_ids[0].analytic_distribution = self.spread()
        move.action_post()
        *rows, total = self.rows("k7a")
        self.assertEqual((rows[-1][0], rows[-1][2]), ("", 9))
        self.assertEqual(total[2], 63_500_009)

    def test_matrix_of_standards_and_components(self):
        *rows, total = self.rows("matrix")
        self.assertEqual(len(rows), 8)
        cells = {row[0][:2]: row[1:] for row in rows}
        self.assertEqual(cells["02"][1], 43_500_000)
        self.assertEqual(cells["07"][11], 20_000_000)
        self.assertEqual(sum(sum(row[:-1]) for row in cells.values()), 63_500_000)
        self.assertEqual(total[-1], 63_500_000)

    def test_k7_by_programme_and_fund(self):
        move = self.env["account.move"].create(
            self.prepare_move("2026-04-01", ("62100010", 11), ("11120012", -11))
        )
        move.line_ids[0].analytic_distribution = self.spread("02.02.01", self.fees)
        move.action_post()
        *rows, total = self.rows("k7")
        cells = {row[0]: row[2:] for row in rows}
        # Budget, routine, BOS central, province, regency, aid, other, realised.
        expected = (0, 11, 43_500_000, 0, 0, 0, 0, 43_500_011)
        self.assertEqual(cells["02"], expected)
        self.assertEqual(cells["02.02"], expected)
        self.assertEqual(cells["07.12"][2], 20_000_000)
        self.assertEqual(total[2:], (0, 11, 63_500_000, 0, 0, 0, 0, 63_500_011))

    def test_sptjm(self):
        document = self.wizard("sptjm")._get_document()
        self.assertIn("Ibu Kepala", document.intro[0])
        self.assertIn("63.500.000", document.intro[1])
        self.assertEqual(len(document.signatures), 1)
        amounts = [row.cells[1] for row in document.tables[0].rows]
        self.assertEqual(
            amounts, [0, 201_600_000, 0, 63_500_000, 201_600_000 - 63_500_000]
        )
        march = self.wizard("sptjm", period_type="month", period=3)._get_document()
        amounts = [row.cells[1] for row in march.tables[0].rows]
        self.assertEqual(amounts, [181_600_000, 0, 0, 43_500_000, 138_100_000])

    # === PRINTED === #

    def test_each_form_as_xlsx(self):
        report = self.env.ref("scola_bos.action_report_bos_form_xlsx")
        for form, _name in FORMS:
            wizard = self.wizard(form)
            document = wizard._get_printable()
            sheet = self.read_xlsx(report, wizard)
            flat = [cell for row in sheet for cell in row if cell is not None]
            self.assertIn(document.title, flat)
            self.assertIn("20219999", flat)
            table = document.tables[0]
            index = next(
                number
                for number, row in enumerate(sheet)
                if row[: len(table.columns)]
                == tuple(column.title for column in table.columns)
            )
            for number, line in enumerate(table.rows, start=index + 1):
                for found, wanted in zip(sheet[number], line.cells, strict=False):
                    if isinstance(wanted, Decimal):
                        self.assertEqual(found, float(wanted))

    def test_text_is_no_formula(self):
        self.honor.ref = "=1+1"
        report = self.env.ref("scola_bos.action_report_bos_form_xlsx")
        content, _kind = report.with_context(
            active_model="bos.report.wizard"
        )._render_xlsx(report.report_name, self.wizard("bku").ids, {})
        book = openpyxl.load_workbook(io.BytesIO(content))
        cells = [cell for row in book.active.iter_rows() for cell in row]
        found = [cell for cell in cells if cell.value == "=1+1"]
        self.assertTrue(found)
        self.assertEqual({cell.data_type for cell in found}, {"s"})

    def test_pdf(self):
        reports = self.as_user(self.env["ir.actions.report"], "treasurer")
        reports = reports.with_context(force_report_rendering=True)
        wizards = self.wizard("bku") | self.wizard("sptjm")
        content, kind = reports._render_qweb_pdf(
            "scola_bos.report_bos_form", wizards.ids
        )
        self.assertEqual(kind, "pdf")
        self.assertGreaterEqual(PdfFileReader(io.BytesIO(content)).getNumPages(), 2)
        html, _kind = reports._render_qweb_html(
            "scola_bos.report_bos_form", wizards.ids
        )
        text = html.decode()
        for part in ("SMP BOS", "Jl. Melati 1", "144.500.000", "Ibu Kepala", HONOR):
            self.assertIn(part, text)

    def test_few_columns_are_printed_upright(self):
        reports = self.as_user(self.env["ir.actions.report"], "treasurer")
        for form, name in (
            ("sptjm", "scola_bos.report_bos_form_portrait"),
            ("bku", "scola_bos.report_bos_form"),
        ):
            wizard = self.wizard(form)
            self.assertEqual(wizard.action_print_pdf()["report_name"], name)
            html, _kind = reports._render_qweb_html(name, wizard.ids)
            self.assertIn("SMP BOS", html.decode())
            self.assertEqual("Rp 10.000" in html.decode(), form == "sptjm")

    # === CLOSING AND INSPECTION === #

    def count(self, role="treasurer", **values):
        return self.as_user(self.env["bos.cash.count"], role).create(
            {
                "company_id": self.school.id,
                "date": "2026-03-31",
                "bank_balance": 137_000_000,
                **values,
            }
        )

    def put(self, count, pieces):
        for line in count.line_ids:
            if (line.kind, line.value) in pieces:
                line.pieces = pieces[line.kind, line.value]

    def test_cash_is_closed(self):
        count = self.count()
        self.assertEqual(len(count.line_ids), 11)
        self.put(count, {("note", 100_000): 74, ("note", 50_000): 1})
        self.assertRecordValues(
            count,
            [
                {
                    "cash_counted": 7_450_000,
                    # As the BKU: opening balance, and the tax withheld on both sides.
                    "receipts": 219_000_000,
                    "payments": 74_500_000,
                    "book_balance": 144_500_000,
                    "found": 144_450_000,
                    "difference": 50_000,
                }
            ],
        )
        with self.assertRaises(AccessError):
            count.action_confirm()
        principal = self.as_user(count, "principal")
        with self.assertRaisesRegex(UserError, "50.000"):
            principal.action_confirm()
        count.explanation = "Lent for transport"
        principal.action_confirm()
        with self.assertRaises(UserError):
            count.bank_balance = 1
        with self.assertRaises(UserError):
            count.line_ids[0].pieces = 5
        other = self.count(date="2026-03-30")
        with self.assertRaises(UserError):
            other.line_ids[0].count_id = count
        other.unlink()
        with self.assertRaises(AccessError):
            count.receipts = 1
        # What was found stays, whatever is posted later.
        self.post("2026-03-30", ("62100010", 9, "02.02.01"), ("11110012", -9))
        count.invalidate_recordset()
        self.assertEqual(count.book_balance, 144_500_000)
        later = self.count(date="2026-04-30")
        self.assertEqual(later.previous_date, count.date)
        self.assertEqual(later.book_balance, 144_499_991)

    def test_a_draft_reads_the_books_again(self):
        count = self.count(kind="inspection")
        self.post("2026-03-30", ("62100010", 9, "02.02.01"), ("11110012", -9))
        count.action_refresh()
        self.assertEqual(count.book_balance, 144_499_991)
        with self.assertRaises(ValidationError):
            self.count(date="2026-08-11")

    def test_forms_of_cash(self):
        count = self.count(kind="inspection", inspector_decree="800/1/2026")
        self.put(count, {("note", 100_000): 75})
        report = self.env.ref("scola_bos.action_report_bos_cash_count_xlsx")
        flat = [cell for row in self.read_xlsx(report, count) for cell in row]
        for value in (7_500_000, 144_500_000, "800/1/2026", 75):
            self.assertIn(value, flat)
        reports = self.env["ir.actions.report"].with_context(
            force_report_rendering=True
        )
        content, kind = reports._render_qweb_pdf(
            "scola_bos.report_bos_cash_count", count.ids
        )
        self.assertEqual((kind, content[:4]), ("pdf", b"%PDF"))
