# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What is proposed for the lines of a bank journal, out of the books."""

from datetime import date
from decimal import Decimal

from odoo.addons.payment_va.tests.test_settlement import make_row

from ..tools.proposals import BankLine


class ProposalCases:
    def test_nothing_is_proposed_without_reason(self):
        self.make_bank_line(12345)
        found = self.env["bank.statement.proposal"]._generate(self.payout_bank)
        self.assertFalse(found)

    def test_a_payout(self):
        self.pay_bill()
        settlement = self.load_settlement()
        line = self.make_bank_line(345560, text="TRANSFER X")
        proposal = self.propose()
        self.assertEqual(self.states(proposal), [("settlement", "exact", True, True)])
        self.assertEqual(proposal.sudo().settlement_id, settlement)
        self.assertEqual(proposal.statement_line_id, line)
        self.assertIn(settlement.display_name, proposal.targets)
        self.assertIn("payout", proposal.reason)

    def load_settlement(self):
        settlement = self.load(make_row()).settlement_id
        settlement._post()
        return settlement

    def test_payouts_that_are_alike_are_not_ticked(self):
        for number in (1, 2):
            self.pay_bill(f"P-{number}")
            self.load(make_row(f"P-{number}", payout_ref=f"WD{number}"))
        self.env["payment.settlement"].search([])._post()
        self.make_bank_line(345560)
        self.assertEqual(
            self.states(self.propose()), [("settlement", "exact", False, False)] * 2
        )

    def test_a_number_in_the_text(self):
        late = self.make_bill(350000, due=date(2026, 12, 10))
        early = self.make_bill(350000)
        self.make_bill(350000, partner=self.sibling, due=date(2026, 9, 1))
        self.make_bank_line(700000, text="SETORAN VA 13282 0000 000 123 ANI")
        proposal = self.propose()
        self.assertEqual(self.states(proposal), [("va", "exact", True, True)])
        self.assertEqual(proposal.item_ids.move_id, early + late)
        self.assertEqual(proposal.partner_id, self.family)
        self.assertIn("132820000000123", proposal.reason)

    def test_numbers_of_another_school_are_none_of_ours(self):
        """A bank account knows the numbers of its company, of those above and below."""
        matcher = self.env["bank.statement.matcher"]
        line = BankLine(1, date(2026, 11, 18), Decimal(1), {self.va.number})
        other = self.env["res.company"].create(
            {"name": "SD Lain", "parent_id": self.company.id}
        )
        for company, journals in (
            (self.company, self.payout_bank | self.branch_journal),
            (self.branch, self.payout_bank | self.branch_journal),
            (other, self.payout_bank),
        ):
            self.env.cr.execute(
                "UPDATE payment_virtual_account SET company_id = %s WHERE id = %s",
                [company.id, self.va.id],
            )
            self.va.invalidate_recordset()
            for journal in self.payout_bank | self.branch_journal:
                with self.subTest(company=company.name, journal=journal.name):
                    owners = matcher._find_owners(journal, [line])
                    self.assertEqual(bool(owners), journal in journals)

    def test_bills_of_a_number_are_those_it_is_asked_for(self):
        """They are read by SQL; `payment_va` tells the bank of the same ones."""
        bills = [
            self.make_bill(1000, due=date(2026, 12, 10)),
            self.make_bill(2000),
            self.make_bill(4000, partner=self.sibling),
            self.make_bill(8000, partner=self.family),
        ]
        self.make_bank_line(10**6, text=f"VA {self.va.number}")
        asked = self.va.partner_id._get_open_bill_lines(self.company)
        self.assertEqual(asked.move_id, bills[1] + bills[0])
        self.assertEqual(self.propose().item_ids, asked)

    def test_what_the_gateway_reported_is_not_paid_twice(self):
        number = self.va
        self.make_bill(350000)
        self.make_bill(350000, due=date(2026, 12, 10))
        self.deliver("paid", payment_id="P-9", amount="350000", va_number=number.number)
        self.make_bank_line(350000, text=f"VA {number.number}")
        proposal = self.propose()
        self.assertEqual(self.states(proposal), [("reported", "none", False, False)])
        self.assertFalse(proposal.item_ids)

    def test_a_reference_in_the_text(self):
        bill = self.make_bill(350000)
        self.make_bill(350000)
        text = bill.name.replace("/", " ").lower()
        self.make_bank_line(350000, text=f"BAYAR {text} TERIMA KASIH")
        proposal = self.propose()
        self.assertEqual(self.states(proposal), [("reference", "exact", True, True)])
        self.assertEqual(proposal.item_ids.move_id, bill)

    def test_a_payment_booked_by_hand(self):
        payment = self.make_payment(memo="TRF-20261117-007")
        self.make_bank_line(350000, text="TRF 20261117 007")
        proposal = self.propose()
        self.assertEqual(self.states(proposal), [("reference", "exact", True, True)])
        self.assertEqual(proposal.item_ids.move_id, payment.move_id)
        # What waits for another bank is no candidate.
        other = self.make_payment(4711, journal=self.bank_journal)
        self.assertTrue(other.move_id)
        self.make_bank_line(4711)
        self.assertEqual(len(self.propose()), 1)

    def test_money_that_goes_out(self):
        vendor = self.env["res.partner"].create({"name": "PLN"})
        bill = self.env["account.move"].create(
            {
                "move_type": "in_invoice",
                "partner_id": vendor.id,
                "company_id": self.company.id,
                "invoice_date": date(2026, 11, 10),
                "ref": "PLN-5210001234",
                "invoice_line_ids": [
                    (0, 0, {"name": "Listrik", "price_unit": 88000, "tax_ids": []})
                ],
            }
        )
        bill.action_post()
        self.make_bank_line(-88000, text="PLN5210001234")
        proposal = self.propose()
        self.assertEqual(self.states(proposal), [("reference", "exact", True, True)])
        self.assertEqual(proposal.item_ids.move_id, bill)

    def test_amounts(self):
        bill = self.make_bill(123456)
        self.make_bank_line(123456)
        proposal = self.propose()
        self.assertEqual(self.states(proposal), [("amount", "exact", True, True)])
        self.assertEqual(proposal.item_ids.move_id, bill)
        self.make_bill(123456, partner=self.sibling)
        self.assertEqual(
            self.states(self.propose()), [("amount", "exact", False, False)] * 2
        )

    def test_donations_are_not_asked_for(self):
        bill = self.make_bill(123456)
        model = self.env.registry["account.move"]
        self.patch(model, "_is_payment_voluntary", lambda move: True)
        self.make_bank_line(123456)
        self.assertFalse(
            self.env["bank.statement.proposal"]._generate(self.payout_bank)
        )
        self.make_bank_line(123456, text=bill.name)
        self.assertEqual(self.propose().kind, "reference")

    def test_proposing_again_replaces_what_is_open(self):
        self.make_bill(123456)
        self.make_bank_line(123456)
        first = self.propose()
        second = self.propose()
        self.assertFalse(first.exists())
        self.assertEqual(len(second), 1)

    def test_what_is_dismissed_is_not_proposed_again(self):
        self.make_bill(350000)
        self.make_bill(100000, due=date(2026, 12, 1))
        self.make_bank_line(450000, text="VA 132820000000123")
        self.propose().action_dismiss()
        self.assertFalse(
            self.env["bank.statement.proposal"]._generate(self.payout_bank)
        )

    def test_as_many_queries_for_2000_lines(self):
        self.make_bill(350000)
        line = self.make_bank_line(350000, text="VA 132820000000123")
        few = self._count_queries()
        self._clone(line, 1999)
        # Odoo reads records by the thousand.
        self.assertLess(self._count_queries(), few + 10)
        matcher = self.env["bank.statement.matcher"]
        found = matcher._propose(
            self.payout_bank, matcher._find_lines(self.payout_bank)
        )
        self.assertEqual(len(found), 2000)
        self.assertEqual([one.is_sure for one in found].count(True), 1)
        before = self.env.cr.sql_log_count
        self.env["bank.statement.proposal"]._generate(self.payout_bank)
        self.env.flush_all()
        # Rows are inserted by the hundred.
        self.assertLess(self.env.cr.sql_log_count - before, 200)

    def _count_queries(self):
        self.env.flush_all()
        self.env.invalidate_all()
        matcher = self.env["bank.statement.matcher"]
        lines = matcher._find_lines(self.payout_bank)
        lines[:1].move_id.mapped("display_name")
        lines.mapped("payment_ref")
        before = self.env.cr.sql_log_count
        matcher._propose(self.payout_bank, lines)
        return self.env.cr.sql_log_count - before

    def _clone(self, line, count):
        """Copy a bank statement line by SQL: the ledger takes a while."""
        self.env.flush_all()
        moves = self._copy_rows("account_move", line.move_id.id, count)
        lines = self._copy_rows("account_bank_statement_line", line.id, count)
        self.env.cr.execute(
            """
            UPDATE account_bank_statement_line line SET move_id = pair.move
              FROM unnest(%s, %s) AS pair(line, move) WHERE line.id = pair.line
            """,
            [lines, moves],
        )
        self.env.cr.execute(
            """
            UPDATE account_move move SET statement_line_id = pair.line
              FROM unnest(%s, %s) AS pair(line, move) WHERE move.id = pair.move
            """,
            [lines, moves],
        )
        self.env.invalidate_all()

    def _copy_rows(self, table, row_id, count):
        self.env.cr.execute(
            "SELECT column_name FROM information_schema.columns"
            " WHERE table_name = %s AND column_name NOT IN ('id', 'name')",
            [table],
        )
        columns = ", ".join(f'"{name}"' for (name,) in self.env.cr.fetchall())
        self.env.cr.execute(
            f"INSERT INTO {table} ({columns}) SELECT {columns} FROM {table},"
            " generate_series(1, %s) WHERE id = %s RETURNING id",
            [count, row_id],
        )
        return [copy for (copy,) in self.env.cr.fetchall()]
