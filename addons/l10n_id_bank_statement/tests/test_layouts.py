# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Every layout that comes along reads what it describes, and nothing else."""

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace

from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.exceptions import ValidationError
from odoo.tests import TransactionCase, tagged

from ..tools.csv_statement import fits, parse_csv
from ..tools.statement import StatementError, line_keys
from .render import ACCOUNT, Move, Renderer
from .test_values import PROPERTY

#: Each example is a whole file.
FILES = settings(PROPERTY, max_examples=40)
DATA = Path(__file__).parent / "data"
BCA = (DATA / "bca_bisnis.csv").read_bytes()
BCA_PERSONAL = (DATA / "bca_personal.csv").read_bytes()
MANDIRI = (DATA / "mandiri.csv").read_bytes()
MOVES = st.lists(
    st.builds(
        Move,
        st.integers(0, 40).map(lambda days: date(2026, 10, 1) + timedelta(days)),
        st.decimals(-(10**9), 10**9, places=2).filter(bool),
        st.text('ABCDEFG 0123456789/.,;:"-()', min_size=1, max_size=40)
        .map(lambda text: " ".join(text.split()))
        .filter(bool),
        st.text("ABC123", max_size=8),
    ),
    min_size=1,
    max_size=12,
).map(lambda moves: sorted(moves, key=lambda move: move.day))


@tagged("post_install", "-at_install")
class TestLayouts(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        model = cls.env["bank.statement.layout"]
        cls.layouts = model.search([("company_id", "=", False)])
        cls.parsers = {record.name: record._as_layout() for record in cls.layouts}
        # Plain values: an example reads many, which takes records a while.
        names = [
            name
            for name, field in cls.layouts._fields.items()
            if field.type in ("char", "boolean", "integer", "selection")
        ]
        cls.plain = [
            SimpleNamespace(**{name: record[name] for name in names})
            for record in cls.layouts
        ]

    def layout(self, name):
        record = self.env.ref(f"l10n_id_bank_statement.layout_{name}")
        return record._as_layout()

    def refused(self, content, layout, year=None):
        """Return ``(code, line)`` of what is wrong."""
        with self.assertRaises(StatementError) as caught:
            parse_csv(content, layout, year)
        return [(fault.code, fault.line) for fault in caught.exception.faults]

    # === PUBLISHED SAMPLES === #

    def test_every_bank_and_its_source(self):
        self.assertLessEqual(
            {"BCA", "Mandiri", "BRI", "BNI", "BSI"}, set(self.layouts.mapped("bank"))
        )
        for layout in self.layouts:
            self.assertTrue(layout.note, layout.name)
            is_unverified = layout.note.startswith("Unverified")
            self.assertEqual(is_unverified, not layout.is_verified, layout.name)

    def test_bca_bisnis(self):
        statement = parse_csv(BCA, self.layout("bca_bisnis"))
        self.assertEqual(statement.account, ACCOUNT)
        self.assertEqual(statement.currency, "IDR")
        self.assertEqual(
            [
                (line.number, line.day, str(line.amount), line.text)
                for line in statement.lines
            ],
            [
                (8, date(2025, 12, 31), "-30000.00", "BIAYA ADM"),
                (
                    9,
                    date(2026, 1, 2),
                    "10930941.82",
                    "KR OTOMATIS MID : 885004608391 PIM 2",
                ),
            ],
        )
        self.assertEqual(statement.opening, Decimal("2343178.27"))
        self.assertEqual(statement.closing, Decimal("13244120.09"))

    def test_bca_personal_and_what_is_pending(self):
        statement = parse_csv(BCA_PERSONAL, self.layout("bca_personal"))
        self.assertEqual(statement.account, ACCOUNT)
        self.assertEqual([line.number for line in statement.lines], [6])
        self.assertEqual(statement.pending, 1)
        self.assertEqual(statement.closing, Decimal("1042939.96"))

    def test_mandiri(self):
        statement = parse_csv(MANDIRI, self.layout("mandiri"))
        self.assertEqual(statement.account, ACCOUNT)
        self.assertEqual(
            [(str(line.amount), line.text) for line in statement.lines],
            [
                ("453684.00", "DR 0000029511812 71831136319/PT X/BKS"),
                ("-1000.00", "MCM InhouseTrf G075070944 2201"),
            ],
        )
        self.assertEqual(statement.lines[1].reference, "WLST1e")
        self.assertIsNone(statement.opening)

    def test_refused_by_line_and_column(self):
        layout = self.layout("bca_bisnis")
        for old, new, faults in (
            (b"30,000.00 DB", b"30.000,00 DB", [("amount", 8)]),
            (b"30,000.00 DB", b"30,000.00 XX", [("marker", 8)]),
            (b"30,000.00 DB", b"30,000.00", [("marker", 8)]),
            (b"30,000.00 DB", b"30,001.00 DB", [("balance", 8), ("total", 11)]),
            (b'"31/12"', b'"31/02"', [("date", 8)]),
            (b'"31/12"', b'"11/01"', [("outside", 8)]),
            (b'"31/12"', b'"kemarin"', [("date", 8)]),
            (b"BIAYA ADM       ", b"", [("text", 8)]),
            (b"Periode : 20/12/2025", b"Periode : 20/13/2025", None),
            (b"Saldo Akhir : 13,244,120.09", b"Saldo Akhir : 1.00", [("closing", 0)]),
            (
                b"Mutasi Kredit : 10,930,941.82",
                b"Mutasi Kredit : 1.00",
                [("total", 12)],
            ),
            (b"Keterangan", b"Uraian", [("header", 0)]),
            (b'"0000","30,000.00 DB"', b'"0000,"30,000.00 DB"', None),
            (b"Nama", b"Nam\xff", [("encoding", 4)]),
        ):
            with self.subTest(new=new):
                self.assertIn(old, BCA)
                found = self.refused(BCA.replace(old, new), layout)
                if faults:
                    self.assertEqual(found, faults)
        self.assertEqual(
            self.refused(BCA.replace(b'"Periode', b'"Masa'), layout),
            [("year", 8), ("year", 9)],
        )
        without = b"\n".join(
            line for line in BCA.splitlines() if not line.startswith((b'"3', b'"0'))
        )
        self.assertEqual(self.refused(without, layout), [("empty", 0)])

    def test_refused_columns(self):
        layout = self.layout("mandiri")
        both = MANDIRI.replace(b'".00","453,684.00"', b'"1.00","453,684.00"')
        self.assertEqual(self.refused(both, layout), [("sides", 2)])
        none = MANDIRI.replace(b'".00","453,684.00"', b'"",""')
        self.assertEqual(self.refused(none, layout), [("sides", 2)])
        mixed = MANDIRI.replace(b"0123456789,22", b"0123456780,22")
        self.assertEqual(self.refused(mixed, layout), [("accounts", 3)])

    # === ALL OF THEM === #

    def test_detection_is_unique(self):
        moves = [Move(date(2026, 11, 2), Decimal(1000), "SETOR")]
        for record in self.plain:
            content = Renderer(record).render(moves)
            found = [name for name, one in self.parsers.items() if fits(content, one)]
            self.assertEqual(found, [record.name])

    @FILES
    @given(MOVES, st.integers(-(10**9), 10**9), st.data())
    def test_what_is_written_is_read(self, moves, opening, data):
        record = data.draw(st.sampled_from(self.plain))
        opening = abs(opening) + sum(abs(move.amount) for move in moves)
        renderer = Renderer(record, Decimal(opening))
        statement = parse_csv(renderer.render(moves), self.parsers[record.name])
        self.assertEqual(
            [(line.day, line.amount) for line in statement.lines],
            [(move.day, move.amount) for move in moves],
        )
        for line, move in zip(statement.lines, moves, strict=True):
            text = move.text.removeprefix("'").strip()
            self.assertEqual(line.text, text)
        if record.balance_column:
            self.assertEqual(statement.opening, opening)
        self.assertEqual(len(set(line_keys(statement.lines))), len(moves))

    @FILES
    @given(MOVES.filter(lambda moves: len(moves) > 2), st.data())
    def test_a_line_that_is_missing_or_changed_is_noticed(self, moves, data):
        balanced = [record for record in self.plain if record.balance_column]
        record = data.draw(st.sampled_from(balanced))
        renderer = Renderer(
            record, sum((abs(move.amount) for move in moves), Decimal(0))
        )
        rows, first = renderer.rows(moves)
        position = first + data.draw(st.integers(1, len(moves) - 2))
        if data.draw(st.booleans()):
            del rows[position]
        else:
            index = renderer.index(record.balance_column)
            rows[position][index] = "1" + rows[position][index]
        found = self.refused(renderer.join(rows), self.parsers[record.name])
        self.assertIn(position + 1, [line for _code, line in found])

    @FILES
    @given(MOVES, st.data(), st.sampled_from(("date", "amount")))
    def test_a_broken_cell_is_named(self, moves, data, what):
        record = data.draw(st.sampled_from(self.plain))
        renderer = Renderer(record, Decimal(10) ** 11)
        rows, first = renderer.rows(moves)
        position = first + data.draw(st.integers(0, len(moves) - 1))
        column = record.date_column
        if what == "amount":
            column = record.amount_column or record.credit_column
        rows[position][renderer.index(column)] = "1O,000"
        found = self.refused(renderer.join(rows), self.parsers[record.name])
        self.assertIn(position + 1, [line for _code, line in found])

    def test_rows_that_continue(self):
        record = self.env.ref("l10n_id_bank_statement.layout_mandiri_id")
        renderer = Renderer(record)
        moves = [Move(date(2026, 11, 2), Decimal(1000), "SETOR", "R1")]
        rows, first = renderer.rows(moves)
        more = [""] * len(rows[first])
        more[renderer.index("Rincian Transaksi")] = "TUNAI ANI"
        rows.insert(first + 1, more)
        [line] = parse_csv(renderer.join(rows), record._as_layout()).lines
        self.assertEqual(line.text, "SETOR TUNAI ANI")

    def test_newest_first_signed_and_without_header(self):
        record = self.env["bank.statement.layout"].create(
            {
                "name": "Own",
                "bank": "Own",
                "delimiter": "tab",
                "has_header": False,
                "skip_rows": 2,
                "date_column": "#1",
                "date_formats": "dd-mm-yyyy",
                "text_columns": "#2",
                "amount_mode": "signed",
                "amount_column": "#3",
                "balance_column": "#4",
                "decimal_mark": ",",
                "newest_first": True,
            }
        )
        content = (
            b"Mutasi\nApa saja\n"
            b"03-11-2026\tTARIK\t-1.000,50\t8.999,50\n02-11-2026\tSETOR\t5.000\t10.000\n"
        )
        statement = parse_csv(content, record._as_layout())
        self.assertEqual([line.number for line in statement.lines], [4, 3])
        self.assertEqual(statement.opening, 5000)
        self.assertEqual(statement.closing, Decimal("8999.50"))

    # === RECORDS === #

    def test_a_treasurer_copies_and_edits(self):
        record = self.env.ref("l10n_id_bank_statement.layout_bsi")
        copy = record.copy()
        self.assertEqual(copy.company_id, self.env.company)
        self.assertIn(record.name, copy.name)
        self.assertNotEqual(copy.name, record.name)
        copy.write({"header": "A;B;C", "date_column": "A"} | self._simple())
        self.assertEqual(copy._as_layout().header, ("A", "B", "C"))

    def _simple(self):
        return {
            "text_columns": "B",
            "reference_column": False,
            "amount_mode": "suffix",
            "amount_column": "C",
            "balance_column": False,
        }

    def test_columns_are_checked(self):
        copy = self.env.ref("l10n_id_bank_statement.layout_bca_bisnis").copy()
        for values in (
            {"date_column": "Tgl"},
            {"text_columns": "Keterangan;Uraian"},
            {"balance_column": "Sisa"},
            {"amount_mode": "columns"},
            {"amount_mode": "marker"},
            {"amount_column": False},
            {"date_formats": "yyyy"},
            {"header": False},
        ):
            with self.subTest(values=values), self.assertRaises(ValidationError):
                copy.write(values)
