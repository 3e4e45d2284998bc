# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""A workbook says what the CSV file of the same layout says."""

import io
import zipfile
from dataclasses import replace
from datetime import date, datetime, time
from decimal import Decimal
from unittest.mock import patch

from openpyxl import Workbook

from odoo.tests import BaseCase, TransactionCase, tagged

from ..tools import sheet as sheets
from ..tools.csv_statement import fits, parse_csv
from ..tools.sheet import Sheet, is_sheet, open_sheet
from ..tools.statement import StatementError
from ..tools.values import find_date, write_day
from .render import Move, Renderer

MOVES = [
    Move(date(2026, 11, 2), Decimal("350000"), "SETORAN ANI", "1001"),
    Move(date(2026, 11, 2), Decimal("-15000.50"), "BIAYA ADM", "R2"),
    Move(date(2026, 11, 30), Decimal("1250000.25"), "12345678901234567", "R3"),
]


def pack(rows):
    book = Workbook()
    book.active.title = "Kosong"
    sheet = book.create_sheet("Mutasi")
    for row in rows:
        sheet.append(row)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


@tagged("post_install", "-at_install")
class TestSheets(TransactionCase):
    def test_each_layout(self):
        layouts = self.env["bank.statement.layout"].search([("company_id", "=", False)])
        self.assertTrue(layouts)
        for record in layouts:
            renderer, layout = Renderer(record), record._as_layout()
            expected = parse_csv(renderer.render(MOVES), layout, 2026)
            for is_typed in (True, False):
                with self.subTest(layout=record.name, is_typed=is_typed):
                    content = renderer.workbook(MOVES, is_typed)
                    self.assertTrue(is_sheet(content))
                    sheet = open_sheet(content)
                    self.assertTrue(fits(sheet, layout))
                    found = parse_csv(sheet, layout, 2026)
                    lines = [replace(line, raw="") for line in found.lines]
                    wanted = [replace(line, raw="") for line in expected.lines]
                    self.assertEqual(lines, wanted)
                    self.assertEqual(found.opening, expected.opening)
                    self.assertEqual(found.closing, expected.closing)
                    self.assertEqual(found.account, expected.account)


@tagged("post_install", "-at_install")
class TestCells(BaseCase):
    def refused(self, content, code):
        with self.assertRaises(StatementError) as caught:
            open_sheet(content)
        self.assertEqual([fault.code for fault in caught.exception.faults], [code])

    def test_cells(self):
        values = (
            *(None, True, time(8, 30), " a b ", 1250000, 1250000.0, 0.1 + 0.2),
            *(-0.5, date(2026, 11, 2), datetime(2026, 11, 2, 8, 30), 9007199254740992),
        )
        texts = ["", "", "", " a b ", "1250000", "1250000", "0,3", "-0,5"]
        texts += ["02/11/2026"] * 2 + ["9007199254740992"]
        sheet = Sheet(((3, values),))
        self.assertEqual(sheet.texts(("dd/mm", "dd/mm/yyyy"), ","), [(3, texts)])

    def test_days_are_read_as_they_are_written(self):
        for pattern in ("dd/mm/yyyy", "dd/mm/yy", "dd mmm yyyy", "yyyy-mm-dd"):
            for month in range(1, 13):
                day = date(2026, month, 28)
                self.assertEqual(find_date(write_day(day, (pattern,)), (pattern,)), day)

    def test_first_sheet_with_rows(self):
        sheet = open_sheet(pack([[], ["Tanggal", "Saldo"], [], ["x", 1]]))
        self.assertEqual([number for number, _values in sheet.rows], [2, 4])
        self.assertEqual(open_sheet(pack([])), Sheet(()))

    def test_what_is_no_workbook(self):
        whole = pack([["Tanggal"]])
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w") as archive:
            archive.writestr("a.txt", "x")
        self.refused(b"\xd0\xcf\x11\xe0\xa1\xb1", "xls")
        self.refused(whole[: len(whole) // 2], "sheet")
        self.refused(stream.getvalue(), "sheet")
        self.refused(b"PK\x03\x04", "sheet")

    def test_what_is_too_large(self):
        whole = pack([["x"]] * 9)
        with patch.object(sheets, "MAX_BYTES", 10):
            self.refused(whole, "size")
        with patch.object(sheets, "MAX_UNPACKED", 10):
            self.refused(whole, "size")
        with patch.object(sheets, "MAX_LINES", 2):
            self.refused(whole, "lines")
