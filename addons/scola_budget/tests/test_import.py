# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import base64
import io
from unittest.mock import patch

import openpyxl

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools.pdf import PdfFileReader

from .common import BudgetCommon

HEADER = (
    "No",
    "Kode Rekening",
    "Kode Program",
    "Uraian",
    "Volume",
    "Satuan",
    "Tarif Harga",
    "Jumlah",
    "Tahap 1",
    "Tahap 2",
    "Bulan",
    "Akun",
    "Sumber Dana",
)
PLAN = (
    "name",
    "account_id",
    "fund_id",
    "program_id",
    "spending_code_id",
    "volume",
    "uom",
    "planned",
    "date_from",
    "date_to",
)


@tagged("post_install", "-at_install")
class TestImport(BudgetCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.treasurer = cls.make_user("treasurer")
        cls.school.npsn = "20219999"
        cls.budget = cls.make_budget(
            [
                {
                    "name": "Tinta printer",
                    "program_id": cls.paper_work.id,
                    "spending_code_id": cls.ink.id,
                    "volume": 4,
                    "uom": "botol",
                    "unit_price": 125000,
                    "planned": 500000,
                    "month": 2,
                },
                {
                    "name": "=1+1",
                    "program_id": cls.admission.id,
                    "spending_code_id": cls.pens.id,
                    "volume": 3,
                    "uom": "paket",
                    "planned": 1000000,
                    "month": 7,
                    "months": 3,
                },
                {"name": "Listrik", "account": "power", "planned": 700000},
                {"name": "BOS tahap 1", "account": "grant", "planned": 9000000},
            ],
            fund_id=cls.bos.id,
        )
        cls.post(
            200000,
            month=2,
            spending_code_id=cls.ink.id,
            analytic_distribution=cls.distribution(
                cls.bos, cls.paper_work.analytic_account_id
            ),
        )

    # === HELPERS === #

    def import_file(self, budget, content):
        wizard = self.as_user(self.env["account.budget.import"], self.treasurer)
        wizard = wizard.create(
            {"budget_id": budget.id, "file": base64.b64encode(content)}
        )
        return wizard, wizard.action_import()

    def workbook(self, *rows, header=HEADER):
        book = openpyxl.Workbook()
        for row in (("RKAS",), header, *rows):
            book.active.append(row)
        stream = io.BytesIO()
        book.save(stream)
        return stream.getvalue()

    def xlsx(self, report, records, data=None):
        reports = self.as_user(self.env["ir.actions.report"], self.treasurer)
        content, kind = reports._render_xlsx(
            f"scola_budget.{report}", records.ids, data or {}
        )
        self.assertEqual(kind, "xlsx")
        return content

    def cells(self, content, sheet=0):
        book = openpyxl.load_workbook(io.BytesIO(content))
        return [
            [cell for cell in row if cell not in (None, "")]
            for row in book.worksheets[sheet].iter_rows(values_only=True)
        ]

    def plan(self, budget):
        return sorted(
            tuple(str(line[name]) for name in PLAN) for line in budget.line_ids
        )

    # === IMPORT === #

    def test_round_trip(self):
        """What is exported is imported again, once, to the same plan."""
        content = self.xlsx("report_rkas_xlsx", self.budget)
        copy = self.make_budget(state="draft", fund_id=self.bos.id)
        _wizard, answer = self.import_file(copy, content)
        self.assertIn("4 lines", answer["params"]["message"])
        self.assertEqual(self.plan(copy), self.plan(self.budget))
        lines = copy.line_ids
        _wizard, answer = self.import_file(copy, content)
        self.assertIn("already", answer["params"]["message"])
        self.assertEqual(copy.line_ids, lines)

    def test_quarters_round_trip(self):
        self.budget.form_parts = "quarter"
        copy = self.make_budget(state="draft", fund_id=self.bos.id)
        self.import_file(copy, self.xlsx("report_rkas_xlsx", self.budget))
        self.assertEqual(self.plan(copy), self.plan(self.budget))

    def test_template(self):
        budget = self.make_budget(state="draft")
        wizard = self.env["account.budget.import"].create({"budget_id": budget.id})
        action = wizard.action_template()
        content = self.xlsx("report_rkas_xlsx", budget.browse(), action["data"])
        texts = [cell for row in self.cells(content) for cell in row]
        for heading in ("Spending Code", "Program Code", "Stage 1", "Month"):
            self.assertIn(heading, texts)
        wizard, _answer = self.import_file(budget, content)
        self.assertEqual(wizard.fault_ids.mapped("field"), ["Spending Code"])

    def test_stages_are_shared_out(self):
        budget = self.make_budget(state="draft")
        self.import_file(
            budget,
            self.workbook(
                (1, self.ink.code, "06.05.01.", "Tinta", 3, "btl", 5001, 15003, 15003)
            ),
        )
        self.assertEqual(
            [(str(line.date_from), line.planned) for line in budget.line_ids],
            [("2026-01-01", 7502), ("2026-04-01", 7501)],
        )
        self.assertEqual(budget.line_ids.account_id, self.accounts["stationery"])

    def test_an_item_has_one_row(self):
        """What is spread over the year is one item on the form, and again when read."""
        for parts, cells in (("stage", (15003, 6000)), ("quarter", ("", "", 4, 20999))):
            budget = self.make_budget(state="draft", form_parts=parts)
            header = HEADER
            if parts == "quarter":
                header = (*HEADER[:8], *(f"Triwulan {each}" for each in range(1, 5)))
            total = sum(cell or 0 for cell in cells)
            row = (1, self.ink.code, "06.05.01", "Tinta", total, "btl", 1, total)
            content = self.workbook((*row, *cells), header=header)
            self.import_file(budget, content)
            plan = self.plan(budget)
            self.assertEqual(len(plan), 4 if parts == "stage" else 2)
            exported = self.xlsx("report_rkas_xlsx", budget)
            items = [row for row in self.cells(exported) if "Tinta" in row]
            self.assertEqual(len(items), 1)
            self.assertEqual(items[0][4:8], [total, "btl", 1, total])
            copy = self.make_budget(state="draft", form_parts=parts)
            self.import_file(copy, exported)
            self.assertEqual(self.plan(copy), plan)

    def test_accounts_of_the_shipped_chart_are_known(self):
        budget = self.make_budget(state="draft")
        code = self.env.ref("scola_budget.spending_code_5_1_02_02_01_0061")
        power = self.env["account.account"].create(
            {
                "code": "63200010",
                "name": "Listrik",
                "account_type": "expense",
                "company_ids": [Command.set(self.foundation.ids)],
            }
        )
        row = (1, code.code, "06.07.01", "Listrik", 1, "bln", 9, 9, "", "", 4)
        wizard, _answer = self.import_file(budget, self.workbook(row))
        self.assertEqual(wizard.fault_ids.mapped("field"), ["Spending Code"])
        # Only this chart's codes are known to mean what they should.
        with patch(
            "odoo.addons.scola_budget.models.scola_budget_spending_code.CHART",
            self.foundation.chart_template,
        ):
            self.import_file(budget, self.workbook(row))
        self.assertEqual(budget.line_ids.account_id, power)

    def test_faults(self):
        """Every one is named, and nothing is imported."""
        budget = self.make_budget([{"planned": 5}], state="draft")
        good = (self.ink.code, "06.05.01", "Tinta", 2, "btl", 5000, 10000, "", "", 3)
        strange = self.env["scola.budget.spending.code"].create(
            {"code": "5.1.99", "name": "Tanpa akun"}
        )
        wizard, answer = self.import_file(
            budget,
            self.workbook(
                (1, *good),
                (2, "9.9.9", *good[1:]),
                (3, good[0], "99.99.99", *good[2:]),
                (4, strange.code, *good[1:]),
                (5, *good, "000000"),
                (6, *good, "", "TIDAKADA"),
                (7, *good[:3], "dua", *good[4:]),
                (8, *good[:9], "Smarch"),
                (9, "", *good[1:]),
            ),
        )
        self.assertEqual(answer["res_id"], wizard.id)
        self.assertEqual(
            [(fault.row, fault.field, fault.value or "") for fault in wizard.fault_ids],
            [
                (4, "Spending Code", "9.9.9"),
                (5, "Program Code", "99.99.99"),
                (6, "Spending Code", "5.1.99"),
                (7, "Account", "000000"),
                (8, "Fund", "TIDAKADA"),
                (9, "Volume", "dua"),
                (10, "Month", "Smarch"),
                (11, "Spending Code", ""),
            ],
        )
        self.assertTrue(all(wizard.fault_ids.mapped("message")))
        self.assertEqual(budget.line_ids.planned, 5)
        self.assertFalse(budget.import_hash)

    def test_account_instead_of_a_code(self):
        budget = self.make_budget(state="draft")
        row = (self.accounts["power"].code, "", "Listrik", 1, "bln", 9, 9, "", "", 4)
        self.import_file(budget, self.workbook((1, *row)))
        self.assertEqual(budget.line_ids.account_id, self.accounts["power"])
        self.assertFalse(budget.line_ids.spending_code_id)

    def test_refused_files(self):
        draft = self.make_budget(state="draft")
        with self.assertRaisesRegex(UserError, "not an XLSX"):
            self.import_file(draft, b"%PDF-1.4")
        with self.assertRaisesRegex(UserError, "no longer a draft"):
            self.import_file(self.budget, self.workbook())
        foreign = self.make_budget(state="draft", company=self.other)
        with self.assertRaises(AccessError):
            self.import_file(foreign, self.workbook())
        self.assertFalse(draft.line_ids)

    # === FORMS === #

    def test_rkas_worksheet(self):
        rows = self.cells(self.xlsx("report_rkas_xlsx", self.budget))
        texts = [cell for row in rows for cell in row]
        for text in (": 20219999", "A. Receipts", "B. Spending", "=1+1"):
            self.assertIn(text, texts)
        item = next(row for row in rows if "Tinta printer" in row)
        self.assertEqual(
            item[1:],
            [
                self.ink.code,
                "06.05.01",
                "Tinta printer",
                4,
                "botol",
                125000,
                500000,
                500000,
                0,
                "2026-02",
                self.accounts["stationery"].code,
            ],
        )
        total = next(row for row in rows if "Total spending" in row)
        self.assertEqual(total, ["Total spending", 2200000, 1200000, 1000000])
        standard = next(row for row in rows if row[:1] == ["06"])
        self.assertEqual(standard[2:], [500000, 500000, 0])

    def test_realisation(self):
        content = self.xlsx("report_realisation_xlsx", self.budget)
        rows = self.cells(content)
        self.assertEqual(
            [row[1:] for row in rows if row[:1] == ["06.05.01"]],
            [[self.paper_work.name, 500000, 200000, 0, 300000, 40]],
        )
        total = next(row for row in rows if "Total spending" in row)
        self.assertEqual(total[1:5], [2200000, 200000, 0, 2000000])
        detail = self.cells(content, sheet=1)
        self.assertTrue(any("Tinta printer" in row for row in detail))

    def test_pdf(self):
        reports = self.as_user(self.env["ir.actions.report"], self.treasurer)
        reports = reports.with_context(force_report_rendering=True)
        for report, text in (
            ("report_rkas", "Tinta printer"),
            ("report_realisation", self.paper_work.name),
        ):
            page, _kind = reports._render_qweb_html(
                f"scola_budget.{report}", self.budget.ids
            )
            self.assertIn(text, page.decode())
            self.assertIn("SMP Uji Satu", page.decode())
        both = self.budget | self.make_budget(state="draft")
        content, kind = reports._render_qweb_pdf("scola_budget.report_rkas", both.ids)
        self.assertEqual(kind, "pdf")
        self.assertGreaterEqual(len(PdfFileReader(io.BytesIO(content)).pages), 2)

    def test_consolidated(self):
        self.make_budget(
            [{"planned": 300, "program_id": self.admission.id}], company=self.other
        )
        self.make_budget([{"planned": 7}], company=self.other, state="draft")
        everybody = self.make_user("foundation", self.companies)
        values = {
            "company_id": self.foundation.id,
            "date_from": "2026-01-01",
            "date_to": "2026-12-31",
        }
        Wizard = self.as_user(self.env["account.budget.consolidation"], everybody)
        # Only one school is chosen at the moment; the table has all.
        wizard = Wizard.with_context(allowed_company_ids=self.school.ids).create(values)
        rows = {
            row["cells"][1]: row["cells"][2:] for row in wizard._get_table()["rows"]
        }
        self.assertEqual(
            rows["Total spending"], [300, 0, 2200000, 200000, 2200300, 200000]
        )
        self.assertEqual(
            rows[self.admission.parent_id.parent_id.name],
            [300, 0, 1000000, 0, 1000300, 0],
        )
        reports = self.env["ir.actions.report"].with_user(everybody)
        content, _kind = reports._render_xlsx(
            "scola_budget.report_consolidation_xlsx", wizard.ids, {}
        )
        self.assertTrue(any("Total spending" in row for row in self.cells(content)))
        page, _kind = reports._render_qweb_html(
            "scola_budget.report_consolidation", wizard.ids
        )
        self.assertIn("2.200.300", page.decode())
        Wizard = self.as_user(Wizard, self.make_user("foundation"))
        with self.assertRaisesRegex(AccessError, "all schools"):
            Wizard.create(values)._get_table()
