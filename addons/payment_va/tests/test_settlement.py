# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What the provider settled is matched, booked once, and found at the bank."""

import base64
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from unittest.mock import patch

from psycopg2 import IntegrityError

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tools import mute_logger

from ..tools.settlement import SettlementRow
from .common import PaymentVaCommon, fake_delivery, freeze_time, tagged

SETTLED = datetime(2026, 11, 17, 5, 0, tzinfo=UTC)


def make_row(payment_id="P-1", gross=350000, fee=4000, tax=440, **values):
    """Return a row of a settlement; the payout is that of the day."""
    gross, fee, tax = Decimal(gross), Decimal(fee), Decimal(tax)
    values = {"order_ref": "", "settled_at": SETTLED, **values}
    return SettlementRow(
        payment_id, gross=gross, fee=fee, tax=tax, net=gross - fee - tax, **values
    )


class SettlementCommon(PaymentVaCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.payout_bank = cls.env["account.journal"].create(
            {
                "name": "Bank Yayasan",
                "code": "BYY",
                "type": "bank",
                "company_id": cls.company.id,
            }
        )
        cls.tax_account = cls.env["account.account"].create(
            {
                "name": "PPN atas Biaya",
                "code": "65190077",
                "account_type": "expense",
                "company_ids": [(6, 0, cls.company.ids)],
            }
        )
        cls.gateway.payout_journal_id = cls.payout_bank
        cls.gateway.fee_tax_account_id = cls.tax_account
        cls.fee_account = cls.gateway._get_fee_account()
        cls.payout_account = cls.gateway._get_payout_account()
        cls.suspense = cls.company._get_payment_suspense_account()
        # Named as its type is, so that a journal has what it is reconciled with.
        cls.clearing = cls.gateway._get_clearing_account()

    def pay_bill(self, payment_id="P-1", amount=350000, **values):
        """Return a payment that is booked, of one bill."""
        tx = self.make_attempt(self.make_bill(amount))
        self.pay(tx, payment_id, **values)
        return self.incoming(payment_id)

    def load(self, *rows):
        """Import rows and return the lines that are new."""
        return self.env["payment.settlement"]._import_rows(self.gateway, list(rows))

    def balance(self, account):
        """Return what an account holds, in rupiah."""
        self.env.flush_all()
        lines = self.env["account.move.line"].search(
            [
                ("account_id", "=", account.id),
                ("parent_state", "=", "posted"),
                ("company_id", "child_of", self.company.id),
            ]
        )
        return sum(lines.mapped("balance"))

    def make_bank_line(self, amount, day=date(2026, 11, 18), text="KR OTOMATIS"):
        return self.env["account.bank.statement.line"].create(
            {
                "journal_id": self.payout_bank.id,
                "date": day,
                "payment_ref": text,
                "amount": amount,
            }
        )


@tagged("post_install", "-at_install")
@freeze_time("2026-11-18 03:00:00")
class TestSettlement(SettlementCommon):
    # === IMPORT === #

    def test_lines_are_matched(self):
        incoming = self.pay_bill()
        line = self.load(make_row())
        self.assertEqual(line.status, "matched")
        self.assertEqual(line.incoming_id, incoming)
        settlement = line.settlement_id
        self.assertEqual(settlement.payout_ref, "2026-11-17")
        self.assertEqual(settlement.date, date(2026, 11, 17))
        self.assertEqual(
            (settlement.gross, settlement.fee, settlement.tax, settlement.net),
            (350000, 4000, 440, 345560),
        )
        self.assertEqual((settlement.state, settlement.open_count), ("checked", 0))

    def test_importing_again_changes_nothing(self):
        self.pay_bill()
        rows = [
            make_row(),
            make_row("P-2"),
            make_row("", order_ref="VA-9", gross=10000),
        ]
        self.load(*rows).settlement_id._post()
        tables = ("payment_settlement", "payment_settlement_line", "account_move")
        before = self._read_tables(*tables)
        self.assertFalse(self.load(*rows))
        self.assertFalse(self.load(*rows, *rows))
        self.assertEqual(self._read_tables(*tables), before)

    def _read_tables(self, *tables):
        self.env.flush_all()
        found = []
        for table in tables:
            self.env.cr.execute(f"SELECT * FROM {table} ORDER BY id")
            found.append(self.env.cr.fetchall())
        return found

    def test_a_source_that_does_not_name_the_payout_says_the_same(self):
        self.load(make_row(payout_ref="WD-1"))
        self.assertFalse(self.load(make_row()))

    def test_the_database_refuses_a_second_line(self):
        line = self.load(make_row())
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            with self.env.cr.savepoint():
                self.env["payment.settlement.line"].create(
                    line._prepare_line(line.settlement_id, make_row(), False)
                )

    def test_the_database_settles_a_payment_once(self):
        self.pay_bill()
        first = self.load(make_row())
        second = self.load(make_row("P-2"))
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            with self.env.cr.savepoint():
                second.write({"incoming_id": first.incoming_id.id})
                second.flush_recordset()

    def test_grouped_by_payout(self):
        lines = self.load(
            make_row("P-1", payout_ref="WD-1"),
            make_row("P-2", payout_ref="WD-2"),
            make_row("P-3", payout_ref="WD-1"),
            make_row("P-4", settled_at=SETTLED + timedelta(days=1)),
        )
        self.assertEqual(
            lines.settlement_id.mapped(lambda s: (s.payout_ref, len(s.line_ids))),
            [("WD-1", 2), ("WD-2", 1), ("2026-11-18", 1)],
        )

    def test_day_of_the_company(self):
        late = datetime(2026, 11, 16, 17, 30, tzinfo=UTC)
        self.assertEqual(
            self.load(make_row(settled_at=late)).settlement_id.payout_ref, "2026-11-17"
        )

    def test_statuses(self):
        self.pay_bill("P-1")
        self.pay_bill("P-2")
        self.load(make_row("P-1"))
        lines = self.load(
            make_row("P-2", gross=349000),
            make_row("P-3"),
            make_row("P-1", gross=350000, fee=5000),
        )
        self.assertEqual(lines.mapped("status"), ["amount", "unknown", "duplicate"])
        settlement = lines.settlement_id
        self.assertEqual(settlement.open_count, 3)
        self.assertEqual(settlement.state, "draft")
        # Whether the duplicate was paid out as well is not known yet.
        self.assertEqual(settlement.gross, 350000 + 349000 + 350000)

    def test_matched_by_our_reference(self):
        bill = self.make_bill()
        tx = self.make_attempt(bill)
        self.pay(tx)
        line = self.load(make_row("", order_ref=tx.reference))
        self.assertEqual((line.status, line.incoming_id), ("matched", self.incoming()))

    def test_matching_takes_few_queries(self):
        """Ten payments of one payout take as many as two of the payout before."""
        for number in range(12):
            self.pay_bill(f"P-{number}", 10000 + number)
        rows = [make_row(f"P-{n}", 10000 + n, 0, 0) for n in range(12)]
        counts = []
        for payout, part in (("A", []), ("B", rows[:2]), ("C", rows[2:])):
            part = [replace(row, payout_ref=payout) for row in part]
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.load(*part)
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[2], counts[1])

    def test_rounding(self):
        line = self.load(make_row(gross="12345", fee="86.415", tax="9.50565"))
        fee, tax = self.rupiah.round(86.415), self.rupiah.round(9.50565)
        net = self.rupiah.round(12345 - fee - tax)
        self.assertEqual((line.fee, line.tax), (fee, tax))
        self.assertEqual(line.net, net)
        self.assertEqual(line.settlement_id.net, net)

    def test_other_providers_payments_are_not_ours(self):
        self.pay_bill()
        other = self.gateway.copy({"name": "Other", "company_id": self.company.id})
        line = self.env["payment.settlement"]._import_rows(other, [make_row()])
        self.assertEqual(line.status, "unknown")

    # === BOOKING === #

    def test_one_entry_per_settlement(self):
        incomings = self.pay_bill("P-1") + self.pay_bill("P-2", 200000)
        lines = self.load(make_row("P-1"), make_row("P-2", 200000, 1400, 154))
        held = self.balance(self.clearing)
        settlement = lines.settlement_id
        settlement.action_post()
        move = settlement.move_ids
        self.assertEqual(len(move), 1)
        self.assertEqual(move.state, "posted")
        self.assertEqual(move.date, date(2026, 11, 17))
        self.assertEqual(settlement.state, "posted")
        self.assertEqual(self.balance(self.payout_account), 544006)
        self.assertEqual(self.balance(self.fee_account), 5400)
        self.assertEqual(self.balance(self.tax_account), 594)
        self.assertEqual(self.balance(self.clearing), held - 550000)
        for incoming in incomings:
            self.assertTrue(incoming._get_clearing_item().reconciled)
        self.assertEqual(set(incomings.payment_id.mapped("state")), {"paid"})

    def test_tax_is_part_of_the_fee_without_an_account(self):
        self.gateway.fee_tax_account_id = False
        self.pay_bill()
        self.load(make_row()).settlement_id.action_post()
        self.assertEqual(self.balance(self.fee_account), 4440)

    def test_posting_twice_books_once(self):
        self.pay_bill()
        settlement = self.load(make_row()).settlement_id
        settlement.action_post()
        with self.assertRaises(UserError):
            settlement.action_post()
        self.assertFalse(settlement._post())
        self.assertEqual(self.balance(self.payout_account), 345560)

    def test_unknown_lines_wait(self):
        self.pay_bill()
        lines = self.load(make_row(), make_row("P-9", 50000, 0, 0))
        settlement = lines.settlement_id
        settlement.action_post()
        self.assertEqual(self.balance(self.payout_account), 345560)
        self.assertFalse(lines[1].move_id)
        self.assertEqual((settlement.state, settlement.open_count), ("posted", 1))
        self.assertEqual(settlement.net, 395560)

    def test_unknown_line_is_found_when_the_callback_comes_late(self):
        line = self.load(make_row())
        self.pay_bill()
        line.settlement_id.action_post()
        self.assertEqual(line.status, "matched")
        self.assertTrue(self.incoming()._get_clearing_item().reconciled)

    def test_unknown_into_suspense(self):
        line = self.load(make_row("P-9", 50000, 500, 55))
        line.action_resolve_suspense()
        line.settlement_id.action_post()
        self.assertEqual(self.balance(self.suspense), -50000)
        self.assertEqual(self.balance(self.payout_account), 49445)
        self.assertEqual(line.resolved_by_id, self.env.user)

    def test_known_after_it_went_into_suspense(self):
        line = self.load(make_row())
        line.action_resolve_suspense()
        settlement = line.settlement_id
        settlement.action_post()
        self.assertEqual(self.balance(self.suspense), -350000)
        self.env["payment.settlement"]._reconcile(self.gateway)
        self.assertFalse(line.release_move_id)
        self.pay_bill()
        self.env["payment.settlement"]._reconcile(self.gateway)
        self.assertEqual((line.status, line.incoming_id), ("matched", self.incoming()))
        self.assertTrue(line.release_move_id)
        self.assertEqual(self.balance(self.suspense), 0)
        self.assertTrue(self.incoming()._get_clearing_item().reconciled)
        self.assertFalse(line._get_suspense_item())
        self.assertFalse(settlement._post())
        self.assertEqual(self.balance(self.payout_account), 345560)
        settlement.action_unpost()
        self.assertEqual(self.balance(self.suspense), 0)
        self.assertFalse(self.incoming()._get_clearing_item().reconciled)

    def test_suspense_that_was_assigned_by_hand_stays(self):
        line = self.load(make_row())
        line.action_resolve_suspense()
        line.settlement_id.action_post()
        item = line._get_suspense_item()
        by_hand = self.env["account.move"].create(
            {
                "move_type": "entry",
                "journal_id": self.bank_journal.id,
                "line_ids": [
                    Command.create({"account_id": account.id, "balance": balance})
                    for account, balance in (
                        (self.suspense, 350000),
                        (self.fee_account, -350000),
                    )
                ],
            }
        )
        by_hand.action_post()
        (item + by_hand.line_ids.filtered("debit")).reconcile()
        self.pay_bill()
        self.env["payment.settlement"]._reconcile(self.gateway)
        self.assertFalse(line.release_move_id)
        self.assertEqual(self.balance(self.suspense), 0)

    def test_difference_is_a_fee(self):
        self.pay_bill()
        line = self.load(make_row(gross=349000, fee=0, tax=0))
        line.action_resolve_fee()
        line.settlement_id.action_post()
        self.assertEqual(self.balance(self.fee_account), 1000)
        self.assertEqual(self.balance(self.payout_account), 349000)
        self.assertTrue(self.incoming()._get_clearing_item().reconciled)

    def test_difference_into_suspense(self):
        self.pay_bill()
        line = self.load(make_row(gross=360000, fee=0, tax=0))
        line.action_resolve_suspense()
        line.settlement_id.action_post()
        self.assertEqual(self.balance(self.suspense), -10000)
        self.assertEqual(self.balance(self.payout_account), 360000)

    def test_duplicate_that_was_not_paid_out(self):
        self.pay_bill()
        first = self.load(make_row())
        again = self.load(make_row(fee=5000))
        again.action_resolve_ignore()
        first.settlement_id.action_post()
        self.assertEqual(first.settlement_id.net, 345560)
        self.assertEqual(first.settlement_id.open_count, 0)
        self.assertFalse(again.move_id)

    def test_duplicate_that_was_paid_out(self):
        self.pay_bill()
        self.load(make_row(payout_ref="WD-1")).settlement_id.action_post()
        again = self.load(make_row(payout_ref="WD-2"))
        again.action_resolve_suspense()
        again.settlement_id.action_post()
        self.assertEqual(again.settlement_id.net, 345560)
        self.assertEqual(self.balance(self.suspense), -350000)

    def test_answers_fit_the_question(self):
        self.pay_bill()
        matched, unknown = self.load(make_row(), make_row("P-9"))
        for line, answers in (
            (matched, ("suspense", "fee", "ignore")),
            (unknown, ("fee", "ignore")),
        ):
            for answer in answers:
                with self.subTest(answer=answer), self.assertRaises(UserError):
                    getattr(line, f"action_resolve_{answer}")()

    def test_answer_taken_back_before_it_is_booked(self):
        line = self.load(make_row("P-9"))
        line.action_resolve_suspense()
        line.action_reopen()
        self.assertFalse(line.is_solved)
        line.action_resolve_suspense()
        line.settlement_id.action_post()
        with self.assertRaises(UserError):
            line.action_reopen()

    def test_fees_of_their_own(self):
        self.pay_bill()
        lines = self.load(
            make_row(fee=0, tax=0),
            make_row("", 0, 4000, 440, kind="fee", refund_id="F-1"),
        )
        self.assertTrue(all(lines.mapped("is_solved")))
        lines.settlement_id.action_post()
        self.assertEqual(self.balance(self.payout_account), 345560)
        self.assertEqual(self.balance(self.fee_account), 4000)

    def test_taken_back_payment_is_a_question(self):
        tx = self.make_attempt(self.make_bill())
        self.pay(tx)
        self.deliver("denied", payment_id="P-1", order_ref=tx.reference)
        self.assertEqual(self.incoming().state, "reversed")
        line = self.load(make_row())
        self.assertEqual(line.status, "amount")
        line.action_resolve_suspense()
        line.settlement_id.action_post()
        self.assertEqual(self.balance(self.suspense), -350000)

    def test_take_back(self):
        self.pay_bill()
        line = self.load(make_row())
        settlement = line.settlement_id
        held = self.balance(self.clearing)
        settlement.action_post()
        settlement.action_unpost()
        self.assertEqual(settlement.state, "checked")
        self.assertEqual(self.balance(self.payout_account), 0)
        self.assertEqual(self.balance(self.clearing), held)
        self.assertFalse(self.incoming()._get_clearing_item().reconciled)
        settlement.action_post()
        self.assertEqual(self.balance(self.payout_account), 345560)
        with self.assertRaises(UserError):
            settlement.unlink()

    def test_refund_lines(self):
        incoming = self.pay_bill()
        self.deliver(
            "refunded",
            payment_id="P-1",
            order_ref=incoming.order_ref,
            refund_id="R-1",
            refund_amount="50000",
        )
        lines = self.load(
            make_row(),
            make_row(gross=-50000, fee=0, tax=0, kind="refund", refund_id="R-1"),
        )
        self.assertEqual(lines.mapped("status"), ["matched", "matched"])
        self.assertEqual(lines[1].refund_id, incoming.refund_ids)
        lines.settlement_id.action_post()
        self.assertEqual(self.balance(self.payout_account), 295560)
        self.assertTrue(incoming.refund_ids._get_clearing_item().reconciled)
        self.assertEqual(lines.settlement_id.net, 295560)

    def test_refund_without_an_id(self):
        incoming = self.pay_bill()
        for number in (1, 2):
            self.deliver(
                "refunded",
                payment_id="P-1",
                order_ref=incoming.order_ref,
                refund_id=f"R-{number}",
                refund_amount="50000",
            )
        line = self.load(make_row(gross=-50000, fee=0, tax=0, kind="refund"))
        self.assertEqual(line.status, "matched")
        self.assertIn(line.refund_id, incoming.refund_ids)

    def test_refund_unknown_here_is_booked_from_the_line(self):
        incoming = self.pay_bill()
        row = make_row(gross=-50000, fee=0, tax=0, kind="refund", refund_id="R-1")
        line = self.load(row)
        self.assertEqual(line.status, "unknown")
        line.action_record_refund()
        self.assertEqual(line.status, "matched")
        self.assertEqual(incoming.refunded_amount, 50000)
        with self.assertRaises(UserError):
            line.action_record_refund()
        # The provider's own callback comes after: it is the same refund.
        self.deliver(
            "refunded",
            payment_id="P-1",
            order_ref=incoming.order_ref,
            refund_id="R-1",
            refund_amount="50000",
        )
        self.assertEqual(incoming.refunded_amount, 50000)

    # === BANK === #

    def test_found_at_the_bank(self):
        self.pay_bill()
        settlement = self.load(make_row()).settlement_id
        settlement.action_post()
        bank_line = self.make_bank_line(345560)
        settlement.action_match()
        self.assertEqual(settlement.state, "matched")
        self.assertEqual(settlement.statement_line_id, bank_line)
        self.assertTrue(bank_line.is_reconciled)
        self.assertEqual(settlement.bank_difference, 0)
        self.assertEqual(self.balance(self.payout_account), 0)
        items = settlement.move_ids.line_ids.filtered(
            lambda item: item.account_id == self.payout_account
        )
        self.assertTrue(items.reconciled)

    def test_several_candidates_are_chosen_by_a_person(self):
        self.pay_bill()
        settlement = self.load(make_row()).settlement_id
        settlement.action_post()
        one, other = self.make_bank_line(345560), self.make_bank_line(345560)
        self.make_bank_line(1)
        with self.assertRaises(UserError):
            settlement.action_match()
        wizard = self.env["payment.settlement.match"].create(
            {"settlement_id": settlement.id}
        )
        self.assertEqual(wizard.candidate_ids, one + other)
        wizard.statement_line_id = other
        wizard.action_match()
        self.assertEqual(settlement.statement_line_id, other)
        self.assertFalse(one.is_reconciled)
        again = wizard.copy()
        with self.assertRaises(UserError):
            again.action_match()

    def test_reference_in_the_text_decides(self):
        self.pay_bill()
        settlement = self.load(make_row(payout_ref="WD-0815")).settlement_id
        settlement.action_post()
        self.make_bank_line(345560)
        right = self.make_bank_line(345560, text="TRSF MIDTRANS WD 0815")
        settlement.action_match()
        self.assertEqual(settlement.statement_line_id, right)

    def test_not_at_the_bank(self):
        self.pay_bill()
        settlement = self.load(make_row()).settlement_id
        settlement.action_post()
        self.make_bank_line(345559)
        self.make_bank_line(345560, date(2026, 11, 30))
        with self.assertRaises(UserError):
            settlement.action_match()

    def test_a_line_of_the_bank_is_one_payout(self):
        self.pay_bill("P-1")
        self.pay_bill("P-2")
        settlements = self.load(
            make_row("P-1", payout_ref="WD-1"), make_row("P-2", payout_ref="WD-2")
        ).settlement_id
        settlements.action_post()
        bank_line = self.make_bank_line(345560)
        self.assertFalse(settlements._match_bank())
        settlements[0]._link_bank_line(bank_line)
        with self.assertRaises(UserError):
            settlements[1]._link_bank_line(bank_line)

    def test_answers_after_the_bank(self):
        self.pay_bill()
        lines = self.load(make_row(), make_row("P-9", 50000, 0, 0))
        settlement = lines.settlement_id
        settlement.action_post()
        self.make_bank_line(395560)
        settlement.action_match()
        self.assertEqual(self.balance(self.payout_account), -50000)
        lines[1].action_resolve_suspense()
        settlement.action_post()
        self.assertEqual(self.balance(self.payout_account), 0)
        items = (settlement.move_ids + settlement.statement_line_id.move_id).line_ids
        payout_items = items.filtered(lambda i: i.account_id == self.payout_account)
        self.assertEqual(set(payout_items.mapped("reconciled")), {True})

    def test_parted_from_the_bank(self):
        self.pay_bill()
        settlement = self.load(make_row()).settlement_id
        settlement.action_post()
        bank_line = self.make_bank_line(345560)
        settlement.action_match()
        settlement.action_unmatch()
        self.assertEqual(settlement.state, "posted")
        self.assertFalse(bank_line.is_reconciled)
        settlement.action_match()
        bank_line.action_undo_reconciliation()
        self.assertEqual(settlement.state, "posted")
        self.assertEqual(self.balance(self.payout_account), 345560)

    def test_virtual_accounts_of_the_bank_itself(self):
        self.gateway.payout_mode = "single"
        self.pay_bill("P-1")
        self.pay_bill("P-2")
        settlements = self.load(
            make_row("P-1", fee=0, tax=0), make_row("P-2", fee=0, tax=0)
        ).settlement_id
        self.assertEqual(len(settlements), 2)
        settlements.action_post()
        first = self.make_bank_line(350000, text="BRIVA 13282 P-1")
        second = self.make_bank_line(350000, text="BRIVA 13282 P-2")
        # Short references say nothing, and the amounts are the same.
        self.assertFalse(settlements._match_bank())
        first.payment_ref = f"BRIVA {settlements[0].line_ids.incoming_id.order_ref}"
        settlements[0].line_ids.order_ref = settlements[
            0
        ].line_ids.incoming_id.order_ref
        settlements._match_bank()
        self.assertEqual(settlements[0].statement_line_id, first)
        self.assertEqual(settlements[1].statement_line_id, second)

    # === WIZARD === #

    def run_wizard(self, content, filename="settlement.csv", **values):
        wizard = self.env["payment.settlement.import"].create(
            {
                "provider_id": self.gateway.id,
                "file": base64.b64encode(content),
                "filename": filename,
                **values,
            }
        )
        return wizard.action_import()

    def test_file(self):
        self.pay_bill()
        content = (
            b"Transaction ID,Amount,Total Fee,Total VAT,Settlement Time\n"
            b'P-1,"350,000",4000,440,2026-11-17 12:00:00\n'
        )
        action = self.run_wizard(content)
        self.assertIn("1 new lines of 1", action["params"]["message"])
        [domain] = action["params"]["next"]["domain"]
        settlement = self.env["payment.settlement"].browse(domain[2])
        self.assertEqual((settlement.net, settlement.state), (345560, "checked"))
        again = self.run_wizard(content)
        self.assertIn("0 new lines of 1", again["params"]["message"])

    def test_errors_of_a_file_say_what_to_do(self):
        for content, filename, words in (
            (b"\x00\x01", "gambar.png", ("gambar.png", "CSV or XLSX")),
            (b"\xd0\xcf\x11\xe0", "lama.xls", ("lama.xls", "Save it as")),
            (b"1,2\n3,4\n", "a.csv", ("a.csv", "with headers")),
            (b"Name,Amount\nA,1\n", "a.csv", ("payment_id", "on the provider")),
            (
                b"Order ID,Amount,Tanggal\nA,x,2026-11-17\n",
                "a.csv",
                ("row 1", "Amount", "Correct"),
            ),
            (
                b"Order ID,Amount,Tanggal\nA,1,besok\n",
                "a.csv",
                ("row 1", "Tanggal", "besok"),
            ),
            (b"Order ID,Amount,Tanggal\nA,1,\n", "a.csv", ("row 1", "no time")),
            (b"x" * 10_485_761, "a.csv", ("10 MB", "fewer days")),
            (b"a,b\n" + b"1,2\n" * 100_000, "a.csv", ("100000", "fewer days")),
        ):
            with self.subTest(filename=filename, words=words):
                with self.assertRaises(UserError) as caught:
                    self.run_wizard(content, filename)
                for word in words:
                    self.assertIn(word, str(caught.exception))

    def test_errors_of_a_connector_name_the_file(self):
        def fail(self, content, filename):
            raise ValueError("line 3: the checksum is wrong")

        provider_class = self.env.registry["payment.provider"]
        with patch.object(provider_class, "_parse_settlement", fail):
            with self.assertRaisesRegex(UserError, "a.csv: line 3: the checksum"):
                self.run_wizard(b"x", "a.csv")

    def test_api(self):
        self.pay_bill()
        asked = []

        def fetch(provider, date_from, date_to):
            asked.append((date_from, date_to))
            return [make_row()]

        provider_class = self.env.registry["payment.provider"]
        values = {"source": "api", "file": False}
        with self.assertRaisesRegex(UserError, "cannot be asked"):
            self.run_wizard(b"", **values)
        with patch.object(provider_class, "_fetch_settlement", fetch):
            self.run_wizard(b"", **values)
        self.assertEqual(asked, [(date(2026, 11, 11), date(2026, 11, 18))])
        self.assertEqual(self.incoming().settlement_line_ids.status, "matched")
        with self.assertRaisesRegex(UserError, "31 days"):
            self.run_wizard(b"", date_from=date(2026, 1, 1), **values)

    def test_columns_of_the_provider_are_checked(self):
        self.gateway.settlement_columns = "gross: Dibayar\norder_ref: Nota"
        with self.assertRaisesRegex(ValidationError, "price: Dibayar"):
            self.gateway.settlement_columns = "price: Dibayar"

    # === LOST CALLBACKS === #

    def test_ask_the_provider(self):
        tx = self.make_attempt(self.make_bill())
        line = self.load(make_row("P-1", order_ref=tx.reference))

        def poll(booking, provider, txs):
            self.assertEqual(txs, tx)
            receipt = self.env["payment.notification"]._receive(self._told_about(tx))
            return self.env["payment.notification"].browse(receipt.notification_id)

        with patch.object(self.env.registry["payment.booking"], "_poll", poll):
            line.action_ask_provider()
        self.assertEqual((line.status, tx.state), ("matched", "done"))

    def _told_about(self, tx):
        return fake_delivery(
            "paid", payment_id="P-1", order_ref=tx.reference, amount="350000"
        )


@tagged("post_install", "-at_install")
@freeze_time("2026-11-18 03:00:00")
class TestThreeWayReport(SettlementCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = cls.make_user("bendahara3", "payment_va.group_payment_manager")
        cls.company.partner_id.lang = "en_US"

    def report(self, **values):
        self.env.flush_all()
        rows = self.env["payment.three.way.report"].search(
            [("provider_id", "=", self.gateway.id)], order="id"
        )
        rows.invalidate_recordset()
        return rows

    def age(self, days):
        """Let what was paid and settled be some days old."""
        self.env.flush_all()
        moment = fields.Datetime.now() - timedelta(days=days)
        for table, column in (
            ("payment_incoming", "paid_at"),
            ("payment_settlement_line", "settled_at"),
        ):
            self.env.cr.execute(
                f"UPDATE {table} SET {column} = %s WHERE provider_id = %s",
                (moment, self.gateway.id),
            )
        self.env.invalidate_all()

    def test_three_ways_agree(self):
        incoming = self.pay_bill()
        settlement = self.load(make_row()).settlement_id
        settlement.action_post()
        self.make_bank_line(345560)
        settlement.action_match()
        row = self.report()
        self.assertEqual(row.incoming_id, incoming)
        self.assertEqual(
            (row.billed, row.received, row.settled, row.fees, row.banked),
            (350000, 350000, 350000, 4440, 345560),
        )
        self.assertEqual(row.bank_date, date(2026, 11, 18))
        self.age(30)
        self.assertFalse(self.report().exception)

    def test_here_not_at_the_provider(self):
        self.pay_bill()
        self.age(2)
        self.assertFalse(self.report().exception)
        self.age(4)
        self.assertEqual(self.report().exception, "not_at_provider")
        self.gateway.settlement_days = 0
        self.assertFalse(self.report().exception)

    def test_refunded_in_full_is_not_expected_any_more(self):
        incoming = self.pay_bill()
        self.deliver("refunded", payment_id="P-1", order_ref=incoming.order_ref)
        self.age(9)
        self.assertFalse(self.report().exception)

    def test_paid_at_the_provider_not_here(self):
        line = self.load(make_row("P-9"))
        row = self.report()
        self.assertEqual((row.exception, row.settled), ("not_here", 350000))
        self.assertEqual(row.date, date(2026, 11, 17))
        line.action_resolve_suspense()
        self.age(1)
        self.assertFalse(self.report().exception)

    def test_amount_differs(self):
        self.pay_bill()
        line = self.load(make_row(gross=349000))
        self.assertEqual(self.report().exception, "amount")
        line.action_resolve_fee()
        self.age(1)
        self.assertFalse(self.report().exception)

    def test_settled_twice(self):
        self.pay_bill()
        self.load(make_row())
        self.load(make_row(fee=1))
        self.assertEqual(set(self.report().mapped("exception")), {False, "duplicate"})

    def test_settled_not_at_the_bank(self):
        self.pay_bill()
        self.load(make_row()).settlement_id.action_post()
        self.age(2)
        self.assertFalse(self.report().exception)
        self.age(4)
        self.assertEqual(self.report().exception, "not_in_bank")
        self.gateway.payout_journal_id = False
        self.assertFalse(self.report().exception)

    def test_pivot(self):
        self.pay_bill("P-1")
        self.pay_bill("P-2", 200000)
        self.load(make_row("P-1"))
        self.env.flush_all()
        [totals] = self.env["payment.three.way.report"]._read_group(
            [("provider_id", "=", self.gateway.id)],
            ["provider_id"],
            ["billed:sum", "settled:sum", "banked:sum"],
        )
        self.assertEqual(totals[1:], (550000, 350000, 0))

    # === DAILY === #

    def run_cron(self, rows=None):
        def fetch(provider, date_from, date_to):
            return rows if provider == self.gateway else None

        provider_class = self.env.registry["payment.provider"]
        with (
            patch.object(provider_class, "_fetch_settlement", fetch),
            patch.object(
                self.env.registry["ir.cron"],
                "_commit_progress",
                lambda cron, *args, **kwargs: 60,
            ),
        ):
            self.env["payment.settlement"]._cron_reconcile()

    def find_messages(self):
        return self.env["mail.message"].search(
            [
                ("subject", "like", "Gateway:"),
                ("partner_ids", "in", self.manager.partner_id.ids),
            ]
        )

    def test_daily(self):
        self.pay_bill()
        self.make_bank_line(345560)
        self.run_cron([make_row()])
        settlement = self.env["payment.settlement"].search(
            [("provider_id", "=", self.gateway.id)]
        )
        self.assertEqual(settlement.state, "matched")
        self.assertFalse(self.find_messages())
        moves = self.env["account.move"].search_count([])
        self.run_cron([make_row()])
        self.assertEqual(self.env["account.move"].search_count([]), moves)

    def test_new_exceptions_are_told_once(self):
        self.run_cron([make_row("P-9")])
        message = self.find_messages()
        self.assertEqual(len(message), 1)
        self.assertIn("Paid at the provider, not here: 1", message.body)
        self.run_cron([make_row("P-9")])
        self.assertEqual(self.find_messages(), message)
        self.run_cron([make_row("P-9"), make_row("P-8")])
        self.assertEqual(len(self.find_messages()), 2)

    def test_a_callback_after_the_settlement(self):
        self.run_cron([make_row()])
        self.pay_bill()
        self.run_cron([make_row()])
        line = self.incoming().settlement_line_ids
        self.assertEqual((line.status, line.settlement_id.state), ("matched", "posted"))

    def test_provider_that_does_not_answer(self):
        refusal = UserError("no answer")

        def fail(provider, date_from, date_to):
            raise refusal

        self.pay_bill()
        self.load(make_row())
        provider_class = self.env.registry["payment.provider"]
        with (
            patch.object(provider_class, "_fetch_settlement", fail),
            self.assertLogs("odoo.addons.payment_va", "WARNING"),
        ):
            self.env["payment.settlement"]._fetch(self.gateway)
        self.env["payment.settlement"]._reconcile(self.gateway)
        self.assertEqual(
            self.incoming().settlement_line_ids.settlement_id.state, "posted"
        )


@tagged("post_install", "-at_install")
@freeze_time("2026-11-18 03:00:00")
class TestSettlementAccess(SettlementCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.users = {
            name: cls.make_user(f"s_{name}", f"payment_va.group_payment_{name}")
            for name in ("reader", "user", "manager")
        }
        cls.stranger = cls.make_user("s_stranger", "base.group_user")

    def test_reader_reads_only(self):
        self.pay_bill()
        line = self.load(make_row(), make_row("P-9"))
        reader = self.users["reader"]
        line, settlement = line.with_user(reader), line.settlement_id.with_user(reader)
        self.assertEqual(settlement.mapped("net"), [345560 * 2])
        for call in (
            settlement.action_post,
            settlement.action_match,
            settlement.action_unmatch,
            settlement.action_unpost,
            line[1].action_resolve_suspense,
            line.action_reopen,
            line.action_ask_provider,
            line.action_record_refund,
        ):
            with self.subTest(call=call.__name__), self.assertRaises(AccessError):
                call()
        with self.assertRaises(AccessError):
            settlement.write({"payout_ref": "x"})
        with self.assertRaises(AccessError):
            line.write({"resolution": "ignore"})
        with self.assertRaises(AccessError):
            self.env["payment.settlement.import"].with_user(reader).create(
                {"provider_id": self.gateway.id}
            )

    def test_user_works_but_does_not_edit(self):
        self.pay_bill()
        user = self.users["user"]
        content = (
            b"Transaction ID,Amount,Fee,Settlement Time\n"
            b"P-1,350000,4440,2026-11-17\nP-9,1000,0,2026-11-17\n"
        )
        wizard = (
            self.env["payment.settlement.import"]
            .with_user(user)
            .create(
                {
                    "provider_id": self.gateway.id,
                    "file": base64.b64encode(content),
                    "filename": "a.csv",
                }
            )
        )
        wizard.action_import()
        lines = self.env["payment.settlement.line"].with_user(user).search([])
        lines.filtered(lambda x: x.status == "unknown").action_resolve_suspense()
        settlement = lines.settlement_id
        settlement.action_post()
        self.assertEqual(settlement.state, "posted")
        bank_line = self.make_bank_line(346560)
        settlement.action_match()
        self.assertEqual(settlement.statement_line_id.id, bank_line.id)
        settlement.action_unmatch()
        for record, values in (
            (settlement, {"payout_ref": "x"}),
            (lines, {"gross": 1}),
            (lines, {"status": "matched"}),
        ):
            with self.subTest(values=values), self.assertRaises(AccessError):
                record.write(values)
        with self.assertRaises(AccessError):
            settlement.action_unpost()
        with self.assertRaises(AccessError):
            settlement.unlink()

    def test_manager_takes_back_and_deletes(self):
        self.pay_bill()
        settlement = self.load(make_row()).settlement_id
        settlement.action_post()
        settlement = settlement.with_user(self.users["manager"])
        settlement.action_unpost()
        settlement.unlink()
        self.assertFalse(self.incoming().settlement_line_ids)

    def test_stranger_sees_nothing(self):
        settlement = self.load(make_row()).settlement_id.with_user(self.stranger)
        for model in (
            settlement,
            settlement.line_ids.browse(),
            self.env["payment.three.way.report"].with_user(self.stranger),
        ):
            with self.subTest(model=model._name), self.assertRaises(AccessError):
                model.check_access("read")

    def test_other_companies(self):
        settlement = self.load(make_row()).settlement_id
        elsewhere = self.env["res.company"].create({"name": "Yayasan Lain"})
        user = self.users["manager"]
        user.write({"company_ids": [(6, 0, elsewhere.ids)], "company_id": elsewhere.id})
        env = self.env(user=user, context={"allowed_company_ids": elsewhere.ids})
        for model in (
            "payment.settlement",
            "payment.settlement.line",
            "payment.three.way.report",
        ):
            with self.subTest(model=model):
                self.assertFalse(env[model].search([]))
        with self.assertRaises(AccessError):
            settlement.with_env(env).action_post()
        with self.assertRaises(AccessError):
            env["payment.settlement.import"].create(
                {"provider_id": self.gateway.id, "file": base64.b64encode(b"a")}
            ).action_import()
