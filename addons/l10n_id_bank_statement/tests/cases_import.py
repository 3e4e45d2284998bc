# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Files of banks come in whole or not at all, and once."""

import re
from datetime import date
from decimal import Decimal

from psycopg2 import IntegrityError

from odoo.exceptions import UserError
from odoo.tools import mute_logger

from .render import Move, Renderer
from .test_mt940 import SAMPLE

MOVES = [
    Move(date(2026, 11, 2), Decimal("350000"), "SETORAN ANI", "R1"),
    Move(date(2026, 11, 2), Decimal("-15000"), "BIAYA ADM", "R2"),
    Move(date(2026, 11, 3), Decimal("350000"), "SETORAN BUDI", "R3"),
]


class ImportCases:
    def refused(self, content, *words, **values):
        """Import a file that is refused; nothing is left, without any roll-back."""
        before = self.count()
        try:
            self.load_file(content, **values)
        except UserError as error:
            message = str(error)
        else:
            self.fail("the file was taken")
        self.assertEqual(self.count(), before)
        # Amounts are written as the user's language does.
        plain = re.sub(r"[.,]", "", message)
        for word in words:
            self.assertIn(word, f"{message}\n{plain}")
        return message

    def render(self, name="bca_bisnis", moves=None, **values):
        return Renderer(self.layout(name), **values).render(moves or MOVES)

    # === EACH BANK === #

    def test_each_layout_is_found_and_imported(self):
        layouts = self.env["bank.statement.layout"].search([("company_id", "=", False)])
        for number, layout in enumerate(layouts):
            with self.subTest(layout=layout.name):
                # Each begins where the one before ends.
                opening = Decimal(1000000) + sum(m.amount for m in MOVES) * number
                content = Renderer(layout, opening).render(self._moves(number))
                statement, notice = self.load_file(content)
                self.assertEqual(
                    statement.line_ids.sorted("import_line").mapped("amount"),
                    [float(move.amount) for move in self._moves(number)],
                )
                self.assertEqual("Verified" in notice, not layout.is_verified)
                self.assertTrue(statement.is_complete)
                self.assertEqual(statement.journal_id, self.payout_bank)

    def test_workbooks(self):
        content = Renderer(self.layout("bca_bisnis")).workbook(MOVES)
        statement, _notice = self.load_file(content, name="mutasi.xlsx")
        self.assertEqual(statement.balance_end_real, 1685000)
        lines = statement.line_ids.sorted("import_line")
        self.assertEqual(lines.mapped("import_line"), [6, 7, 8])
        self.assertEqual(lines.mapped("payment_ref")[0], "SETORAN ANI")
        # The same movements as CSV are the same movements.
        self.refused(self.render(), "Line 6", "Line 8", "imported already")

    def test_workbooks_that_are_refused(self):
        renderer = Renderer(self.layout("bca_bisnis"), account="0123456780")
        whole = renderer.workbook(MOVES)
        damaged = Renderer(self.layout("bca_bisnis"))
        damaged.header = ["Lain", *damaged.header[1:]]
        damaged.index = lambda column: 0
        self.refused(whole, "0123456780", name="mutasi.xlsx")
        self.refused(whole[:900], "workbook", name="mutasi.xlsx")
        self.refused(b"\xd0\xcf\x11\xe0", "XLSX", name="mutasi.xls")
        self.refused(damaged.workbook(MOVES, False), "No layout", name="a.xlsx")
        moves = [*MOVES, Move(date(2026, 11, 30), Decimal("0"), "NIHIL", "R4")]
        broken = Renderer(self.layout("bca_bisnis")).workbook(moves)
        self.refused(broken, "Line 9", name="mutasi.xlsx")

    def _moves(self, number):
        # Another day each time: movements are told apart by it.
        return [
            Move(date(2026, number % 12 + 1, 5), m.amount, m.text, m.reference)
            for m in MOVES
        ]

    def test_lines_say_what_the_file_says(self):
        statement, _notice = self.load_file(self.render())
        self.assertEqual(statement.balance_start, 1000000)
        self.assertEqual(statement.balance_end_real, 1685000)
        self.assertEqual(statement.name, "BYY 02/11/2026 - 03/11/2026")
        lines = statement.line_ids.sorted("import_line")
        self.assertEqual(lines.mapped("import_line"), [6, 7, 8])
        self.assertEqual(lines.mapped("payment_ref")[0], "SETORAN ANI")
        self.assertFalse(any(lines.mapped("is_reconciled")))
        self.assertEqual(statement.attachment_ids.name, "mutasi.csv")
        # In the order of the bank, so that running balances are right.
        self.assertEqual(
            lines.mapped("running_balance"), [1350000.0, 1335000.0, 1685000.0]
        )

    def test_mt940(self):
        statement, notice = self.load_file(SAMPLE, name="mutasi.sta")
        self.assertEqual(
            sorted(statement.line_ids.mapped("amount")),
            [-100000, -15000.5, 2000, 350000],
        )
        self.assertEqual(statement.balance_end_real, 1236999.5)
        self.assertFalse(notice)

    def test_from_the_menu_the_account_tells_the_journal(self):
        empty = self.env["account.journal"]
        statement, _notice = self.load_file(self.render(), journal=empty)
        self.assertEqual(statement.journal_id, self.payout_bank)

    def test_bills_are_not_paid_behind_anybody(self):
        bill = self.make_bill(350000)
        moves = [Move(date(2026, 11, 2), Decimal("350000"), bill.name)]
        model = self.env.registry["account.bank.statement.line"]
        self.patch(model, "_do_auto_reconcile", lambda lines, *args: self.fail("guess"))
        self.env = self.env(
            context={**self.env.context, "_test_account_reconcile_oca": True}
        )
        statement, _notice = self.load_file(self.render(moves=moves))
        self.assertFalse(statement.line_ids.is_reconciled)

    # === REFUSED === #

    def test_another_account_names_both(self):
        self.refused(self.render(account="9876543210"), "9876543210", "0123456789")
        # A part of the number is not the number.
        self.refused(self.render(account="123456789"), "0123456789")
        self.refused(SAMPLE.replace(b"0123456789", b"0123456780"), "0123456780")
        self.payout_bank.bank_account_id = False
        self.refused(self.render(), "0123456789", "Bank Account Number")

    def test_another_currency(self):
        dollars = SAMPLE.replace(b"IDR", b"USD")
        self.env.ref("base.USD").active = True
        self.refused(dollars, "USD", "IDR")

    def test_faults_are_told_by_line(self):
        content = self.render().replace(b"350,000.00 CR", b"350.000 CR")
        message = self.refused(content, "Line 6", "Line 8", "Jumlah", "350.000")
        self.assertNotIn("Line 7", message)

    def test_many_faults_are_not_all_told(self):
        moves = [Move(date(2026, 11, 2), Decimal(1000), "X")] * 30
        content = self.render(moves=moves).replace(b"1,000.00 CR", b"1,000.00 ??")
        self.refused(content, "Line 25", "10 more")

    def test_a_broken_balance(self):
        rows, first = Renderer(self.layout("bca_bisnis")).rows(MOVES)
        del rows[first + 1]
        content = Renderer(self.layout("bca_bisnis")).join(rows)
        self.refused(content, "Line 7", "1685000.00")

    def test_unknown_columns(self):
        content = b"Tgl;Ket;Nilai\n02/11/2026;SETOR;1000\n"
        self.refused(content, "No layout")
        self.refused(content, "Tanggal Transaksi", layout_id=self.layout("bri").id)

    def test_a_choice_of_layouts(self):
        copies = self.layout("bca_bisnis").copy() + self.layout("bca_bisnis").copy()
        copies.company_id = self.company
        self.refused(self.render(), *copies.mapped("name"))
        self.payout_bank.statement_layout_id = self.layout("bca_bisnis")
        self.assertTrue(self.load_file(self.render())[0])

    def test_the_year_is_asked_for(self):
        layout = self.layout("bca_personal")
        content = Renderer(layout, pattern="dd/mm").render(MOVES)
        content = content.replace(b"Period", b"Masa")
        self.refused(content, "Year")
        statement, _notice = self.load_file(content, year=2026)
        self.assertEqual(statement.date, date(2026, 11, 3))

    # === ONCE === #

    def test_the_same_file_again(self):
        statement, _notice = self.load_file(self.render())
        self.refused(self.render(), statement.name)

    def test_a_file_that_overlaps_is_refused_by_line(self):
        self.load_file(self.render(moves=MOVES[:2]))
        message = self.refused(self.render(), "Line 6", "Line 7")
        self.assertNotIn("Line 8", message)

    def test_equal_lines_without_balance_are_counted(self):
        moves = [Move(date(2026, 11, 2), Decimal(1000), "SETOR", "R")] * 2
        self.load_file(self.render("bni", moves[:1]))
        message = self.refused(self.render("bni", moves), "Line 3")
        self.assertNotIn("Line 4", message)

    def test_another_journal_has_lines_of_its_own(self):
        self.load_file(self.render())
        other = self.env["account.journal"].create(
            {"name": "Lain", "code": "LAIN", "type": "bank", "bank_acc_number": "777"}
        )
        statement, _notice = self.load_file(self.render(account="777"), journal=other)
        self.assertEqual(len(statement.line_ids), 3)

    def test_the_database_refuses_file_and_line(self):
        statement, _notice = self.load_file(self.render())
        line = statement.line_ids[0]
        with mute_logger("odoo.sql_db"):
            with self.assertRaises(IntegrityError), self.env.cr.savepoint():
                other = self.make_bank_line(5)
                other.unique_import_id = line.unique_import_id
                self.env.flush_all()
            with self.assertRaises(IntegrityError), self.env.cr.savepoint():
                other = self.make_bank_line(5)
                self.env["account.bank.statement"].create(
                    {"import_hash": statement.import_hash, "line_ids": other.ids}
                )
                self.env.flush_all()

    def test_a_deleted_statement_may_be_imported_again(self):
        statement, _notice = self.load_file(self.render())
        lines = statement.line_ids
        statement.unlink()
        lines.unlink()
        self.assertTrue(self.load_file(self.render())[0])

    # === CONTINUED === #

    def test_a_gap_is_told_or_refused(self):
        self.load_file(self.render(moves=MOVES[:2]))
        later = [Move(date(2026, 11, 9), Decimal(1000), "SETOR")]
        opening = Decimal(1500000)
        content = self.render(moves=later, opening=opening)
        self.payout_bank.statement_gap = "refuse"
        self.refused(content, "1500000", "1335000")
        self.payout_bank.statement_gap = "warn"
        self.assertRegex(self.load_file(content)[1], "1.335.000")

    def test_what_continues_says_nothing(self):
        self.payout_bank.statement_gap = "refuse"
        self.load_file(self.render(moves=MOVES[:2]))
        content = self.render(moves=MOVES[2:], opening=Decimal(1335000))
        self.assertFalse(self.load_file(content)[1])
