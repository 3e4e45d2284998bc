# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import date, datetime
from decimal import Decimal

from odoo.tests import BaseCase, tagged

from ..const import RKAS_HEADINGS, RKAS_REQUIRED
from ..tools import figures, periods, rkas, shares, thresholds

START, END = date(2026, 1, 1), date(2026, 12, 31)


@tagged("post_install", "-at_install")
class TestTools(BaseCase):
    def test_periods(self):
        for start, end, whole, period in (
            ("2026-01-01", "2026-01-31", True, True),
            ("2026-02-01", "2026-02-28", True, True),
            ("2024-02-01", "2024-02-28", False, False),
            ("2026-01-01", "2026-03-31", True, True),
            ("2026-11-01", "2027-01-31", True, True),
            ("2026-01-01", "2026-02-28", True, False),
            ("2026-01-01", "2026-12-31", True, False),
            ("2026-01-02", "2026-01-31", False, False),
            ("2026-03-01", "2026-01-31", False, False),
        ):
            days = date.fromisoformat(start), date.fromisoformat(end)
            self.assertEqual(periods.is_whole_months(*days), whole, (start, end))
            self.assertEqual(periods.is_period(*days), period, (start, end))

    def test_parts(self):
        quarters = periods.parts(date(2026, 7, 1), date(2027, 6, 30), 3)
        self.assertEqual(len(quarters), 4)
        self.assertEqual(quarters[2], (date(2027, 1, 1), date(2027, 3, 31)))
        self.assertEqual(
            periods.parts(START, date(2026, 4, 30), 3)[-1],
            (date(2026, 4, 1), date(2026, 4, 30)),
        )

    def test_stage_sums(self):
        amounts = [
            (date(2026, 1, 1), Decimal(10)),
            (date(2026, 6, 1), Decimal(20)),
            (date(2026, 7, 1), Decimal(40)),
            (date(2026, 12, 1), Decimal(80)),
        ]
        self.assertEqual(periods.sum_parts(amounts, START, 6, 2), [30, 120])
        self.assertEqual(periods.sum_parts(amounts, START, 3, 4), [10, 20, 40, 80])

    def test_period_text(self):
        for text, found in (
            ("2026-01", (date(2026, 1, 1), date(2026, 1, 31))),
            ("2026-10/2026-12", (date(2026, 10, 1), date(2026, 12, 31))),
            ("2026-13", None),
            ("2026-01/2026-02", None),
            ("Jan", None),
        ):
            self.assertEqual(periods.parse_period(text), found, text)
            if found:
                self.assertEqual(periods.format_period(*found), text)

    def test_month_cells(self):
        school_year = date(2026, 7, 1)
        for cell, start, month in (
            (1, START, date(2026, 1, 1)),
            ("Maret", START, date(2026, 3, 1)),
            (datetime(2026, 5, 9), START, date(2026, 5, 1)),
            ("2026-04", START, date(2026, 4, 1)),
            (2, school_year, date(2027, 2, 1)),
            (8.0, school_year, date(2026, 8, 1)),
        ):
            self.assertEqual(rkas.parse_month(cell, start)[0], month, cell)
        self.assertIsNone(rkas.parse_month("13", START))

    def test_numbers(self):
        for cell, number in (
            (1500000, Decimal(1500000)),
            (2.5, Decimal("2.5")),
            ("1.500.000", Decimal(1500000)),
            ("Rp 1.500.000,50", Decimal("1500000.50")),
            ("2,5", Decimal("2.5")),
            ("2.5", Decimal("2.5")),
            ("1.500", Decimal(1500)),
            ("-3", Decimal(-3)),
            ("tiga", None),
            ("", None),
            (True, None),
        ):
            self.assertEqual(rkas.parse_number(cell), number, cell)
        for cell, text in (
            (1234567.0, "1.234.567"),
            (1234567.5, "1.234.567,50"),
            (-1000, "-1.000"),
            (0.0, "0"),
            (None, ""),
            ("05.08", "05.08"),
        ):
            self.assertEqual(figures.format_cell(cell), text)

    def test_shares(self):
        for total, weights in (
            ("100", (1, 1, 1)),
            ("0.01", (1, 1, 1)),
            ("-100", (3, 7)),
            ("999999.99", (1, 2, 3, 5, 7, 11)),
            ("10", (0, 0)),
            ("10", (0, 5)),
        ):
            parts = shares.split_by_weights(Decimal(total), list(map(Decimal, weights)))
            self.assertEqual(sum(parts), Decimal(total))
            self.assertEqual(len(parts), len(weights))
        self.assertEqual(shares.split_evenly(Decimal(101), 2), [51, 50])

    def test_thresholds(self):
        for kind, percent, planned, used, crossed in (
            ("threshold", 80, 100, 79, False),
            ("threshold", 80, 100, 80, True),
            ("overrun", 100, 100, 100, False),
            ("overrun", 100, 100, "100.01", True),
            ("overrun", 110, 100, 110, False),
            ("overrun", 100, 0, 1, True),
            ("threshold", 80, 0, 0, False),
            ("threshold", 80, 100, -5, False),
        ):
            figures = map(Decimal, (percent, planned, used))
            self.assertEqual(
                thresholds.is_crossed(kind, *figures),
                crossed,
                (kind, percent, planned, used),
            )
        self.assertEqual(thresholds.used_percent(Decimal(200), Decimal(50)), 25)
        self.assertIsNone(thresholds.used_percent(Decimal(0), Decimal(50)))

    # === WORKSHEET === #

    def read_rows(self, *rows, end=END):
        header = (
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
        )
        return rkas.read_worksheet(
            [("RKAS",), header, *rows], RKAS_HEADINGS, RKAS_REQUIRED, START, end
        )

    def test_worksheet(self):
        items, faults = self.read_rows(
            ("", "", "05.", "Standar", "", "", "", 30000, 20000, 10000, ""),
            (1, "5.1.01", "05.08.02.", "Kertas", 3, "rim", 5000, 15000, "", "", 2),
            (2, "5.1.01", "05.08.02", "Tinta", 3, "btl", 5001, "", 15003, "", ""),
            ("Jumlah", "", "", "", "", "", "", 30003),
        )
        self.assertEqual(faults, [])
        self.assertEqual(
            [(item.name, item.amount, item.date_from, item.program) for item in items],
            [
                ("Kertas", 15000, date(2026, 2, 1), "05.08.02"),
                ("Tinta", 7502, date(2026, 1, 1), "05.08.02"),
                ("Tinta", 7501, date(2026, 4, 1), "05.08.02"),
            ],
        )

    def test_worksheet_faults(self):
        items, faults = self.read_rows(
            (1, "", "05.08.02", "Kertas", 3, "rim", 5000, "", "", "", 2),
            (2, "5.1", "", "", "x", "rim", "", "", "", "", 2),
            (3, "5.1", "", "Kertas", 3, "rim", -1, "", "", "", 2),
            (4, "5.1", "", "Kertas", 3, "rim", 5000, 14000, "", "", 2),
            (5, "5.1", "", "Kertas", 3, "rim", 5000, "", 14000, "", ""),
            (6, "5.1", "", "Kertas", 3, "rim", 5000, "", "", "", "kapan"),
            (7, "5.1", "", "Kertas", 3, "rim", 5000, "", "", "", "2027-01"),
            (8, "5.1", "", "Kertas", 3, "rim", 5000, "", "", "", ""),
        )
        self.assertEqual(items, [])
        self.assertEqual(
            [(fault.row, fault.field, fault.problem) for fault in faults],
            [
                (3, "spending_code", "missing"),
                (4, "name", "missing"),
                (4, "volume", "not_number"),
                (4, "unit_price", "missing"),
                (5, "unit_price", "negative"),
                (6, "amount", "amount"),
                (7, "stage_1", "parts"),
                (8, "period", "period"),
                (9, "period", "period_outside"),
                (10, "period", "period_missing"),
            ],
        )

    def test_worksheet_is_another(self):
        _items, faults = rkas.read_worksheet(
            [("Nama", "Kelas")], RKAS_HEADINGS, RKAS_REQUIRED, START, END
        )
        self.assertEqual({fault.problem for fault in faults}, {"missing_column"})
        self.assertEqual([fault.problem for fault in self.read_rows()[1]], ["empty"])
