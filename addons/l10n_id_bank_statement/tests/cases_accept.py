# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What is accepted is reconciled, once, whoever does it at the same time."""

from datetime import date
from unittest.mock import patch

from psycopg2 import IntegrityError

from odoo.exceptions import UserError
from odoo.tools import mute_logger

from odoo.addons.payment_va.tests.test_settlement import make_row

TEXT = "VA 132820000000123"


class AcceptCases:
    def accept(self, proposals):
        """Accept as the accountant; return what the notification says."""
        return proposals.action_accept()["params"]["message"]

    # === EACH KIND === #

    def test_bills_are_paid(self):
        bills = self.make_bill(350000) + self.make_bill(350000, due=date(2026, 12, 1))
        line = self.make_bank_line(700000, text=TEXT)
        proposal = self.propose()
        self.accept(proposal)
        self.assertEqual(bills.mapped("payment_state"), ["paid", "paid"])
        self.assertTrue(line.is_reconciled)
        self.assertEqual(line.partner_id, self.family)
        self.assertEqual(proposal.state, "accepted")
        self.assertEqual(proposal.accepted_by_id, self.accountant)
        self.assertFalse(self.balance(self.payout_bank.suspense_account_id))

    def test_one_bill_in_part(self):
        bill = self.make_bill(350000)
        line = self.make_bank_line(100000, text=TEXT)
        proposal = self.propose()
        self.assertEqual(self.states(proposal), [("va", "part", False, False)])
        self.accept(proposal)
        self.assertEqual(bill.amount_residual, 250000)
        self.assertTrue(line.is_reconciled)

    def test_a_rest_stays_as_a_deposit(self):
        bill = self.make_bill(350000)
        line = self.make_bank_line(400000, text=TEXT)
        proposal = self.propose()
        self.assertEqual(self.states(proposal), [("va", "over", False, False)])
        self.accept(proposal)
        self.assertEqual(bill.payment_state, "paid")
        self.assertTrue(line.is_reconciled)
        self.assertEqual(self.open_deposit(), 50000)

    def test_all_of_it_is_a_deposit(self):
        self.make_bank_line(400000, text=TEXT)
        proposal = self.propose()
        self.assertEqual(self.states(proposal), [("va", "none", False, False)])
        self.accept(proposal)
        self.assertEqual(proposal.state, "accepted")
        self.assertEqual(self.open_deposit(), 400000)

    def test_a_payment_of_the_books(self):
        payment = self.make_payment(123000)
        self.assertEqual(payment.state, "in_process")
        self.make_bank_line(123000)
        self.accept(self.propose())
        self.assertEqual(payment.state, "paid")

    def test_a_payout(self):
        self.pay_bill()
        settlement = self.load(make_row()).settlement_id
        settlement._post()
        line = self.make_bank_line(345560)
        self.accept(self.propose())
        self.assertEqual(settlement.state, "matched")
        self.assertEqual(settlement.statement_line_id, line)
        self.assertFalse(self.balance(self.payout_account))

    def test_a_bill_of_a_vendor(self):
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
        self.accept(self.propose())
        self.assertEqual(bill.payment_state, "paid")

    def test_what_a_gateway_reported_cannot_be_accepted(self):
        self.make_bill(350000)
        self.deliver(
            "paid", payment_id="P-9", amount="350000", va_number="132820000000123"
        )
        line = self.make_bank_line(350000, text=TEXT)
        proposal = self.propose()
        self.assertIn("settlement", self.accept(proposal))
        self.assertEqual(proposal.state, "failed")
        self.assertFalse(line.is_reconciled)

    def test_opened_by_hand_it_can_be_matched(self):
        self.make_bill(1001)
        self.make_bank_line(1001)
        action = self.propose().action_open_line()
        self.assertIn("reconcile_view", action["context"]["view_ref"])
        self.assertTrue(self.env.ref(action["context"]["view_ref"]))

    # === MANY === #

    def test_all_that_is_ticked(self):
        bills = [self.make_bill(1000 + number) for number in range(3)]
        lines = [self.make_bank_line(1000 + number) for number in range(3)]
        self.make_bank_line(777, text=TEXT)
        proposals = self.propose().sorted("amount")
        self.assertEqual(proposals.mapped("is_ticked"), [False, True, True, True])
        proposals[1].action_toggle()
        self.assertEqual(proposals.mapped("is_ticked"), [False, False, True, True])
        self.as_accountant("bank.statement.proposal").action_accept_ticked()
        self.assertEqual(
            [bill.payment_state for bill in bills], ["not_paid", "paid", "paid"]
        )
        self.assertEqual([line.is_reconciled for line in lines], [False, True, True])
        with self.assertRaises(UserError):
            self.as_accountant("bank.statement.proposal").action_accept_ticked()

    def test_one_that_fails_leaves_the_others(self):
        bills = self.make_bill(1001) + self.make_bill(1002)
        for bill in bills:
            self.make_bank_line(bill.amount_total)
        proposals = self.propose().sorted("amount")
        bills[0].button_draft()
        message = self.accept(proposals)
        self.assertEqual(proposals.mapped("state"), ["failed", "accepted"])
        self.assertIn("changed", proposals[0].failure)
        self.assertIn("changed", message)

    def test_many_are_done_by_the_job(self):
        bills = self.make_bill(1001) + self.make_bill(1002)
        lines = [self.make_bank_line(bill.amount_total) for bill in bills]
        proposals = self.propose()
        path = "odoo.addons.l10n_id_bank_statement.models.bank_statement_proposal"
        with patch(f"{path}.MAX_AT_ONCE", 1):
            self.accept(proposals)
        self.assertEqual(proposals.mapped("state"), ["queued", "queued"])
        self.assertFalse(any(line.is_reconciled for line in lines))
        # What is queued is left alone by who proposes meanwhile.
        model = self.env["bank.statement.proposal"]
        self.assertFalse(model._generate(self.payout_bank))
        self.env["bank.statement.proposal"]._cron_accept()
        self.assertEqual(proposals.mapped("state"), ["accepted", "accepted"])
        self.assertEqual(proposals.accepted_by_id, self.accountant)
        self.assertEqual(bills.mapped("payment_state"), ["paid", "paid"])
        items = lines[0].line_ids.sorted("id")
        self.assertEqual(items[-1:].create_uid, self.accountant)
        before = self.count()
        self.env["bank.statement.proposal"]._cron_accept()
        self.assertEqual(self.count(), before)

    def test_the_job_stops_when_its_time_is_over_and_goes_on(self):
        bills = self.make_bill(1001) + self.make_bill(1002)
        for bill in bills:
            self.make_bank_line(bill.amount_total)
        proposals = self.propose()
        proposals.sudo()._queue()
        job = self.env.registry["ir.cron"]
        with patch.object(job, "_commit_progress", lambda self, *args, **kwargs: 0):
            self.env["bank.statement.proposal"]._cron_accept()
        self.assertEqual(sorted(proposals.mapped("state")), ["accepted", "queued"])
        self.env["bank.statement.proposal"]._cron_accept()
        self.assertEqual(proposals.mapped("state"), ["accepted", "accepted"])

    def test_the_job_asks_whether_it_is_still_allowed(self):
        bill = self.make_bill(1001)
        self.make_bank_line(1001)
        proposal = self.propose().sudo()
        proposal.with_user(self.accountant).sudo()._queue()
        self.assertEqual(proposal.accepted_by_id, self.accountant)
        self.accountant.group_ids -= self.env.ref("account.group_account_user")
        self.env["bank.statement.proposal"]._cron_accept()
        self.assertEqual(proposal.state, "failed")
        self.assertEqual(bill.payment_state, "not_paid")

    # === ONCE === #

    def test_accepting_again_changes_nothing(self):
        self.make_bill(1001)
        self.make_bank_line(1001)
        proposal = self.propose()
        self.accept(proposal)
        before = self.count()
        self.accept(proposal)
        self.assertFalse(proposal.sudo()._accept())
        self.assertEqual(self.count(), before)

    def test_of_two_for_one_line_one_is_taken(self):
        self.make_bill(1001)
        self.make_bill(1001, partner=self.sibling)
        line = self.make_bank_line(1001)
        proposals = self.propose()
        self.assertEqual(len(proposals), 2)
        self.accept(proposals)
        self.assertEqual(line.partner_id, self.family)
        self.assertEqual(proposals.exists().mapped("state"), ["accepted"])

    def test_two_people_at_once(self):
        self.make_bill(1001)
        line = self.make_bank_line(1001)
        proposal = self.propose()
        model = self.env.registry["account.bank.statement.line"]
        nothing = self.env["account.bank.statement.line"]
        with patch.object(
            model, "try_lock_for_update", lambda records, **kwargs: nothing
        ):
            message = self.accept(proposal)
        self.assertIn("right now", message)
        self.assertFalse(line.is_reconciled)
        self.accept(proposal)
        self.assertTrue(line.is_reconciled)

    def test_the_database_accepts_one_for_a_line(self):
        self.make_bill(1001)
        self.make_bank_line(1001)
        proposal = self.propose().sudo()
        self.accept(proposal)
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            with self.env.cr.savepoint():
                proposal.copy({"state": "accepted"})

    def test_who_was_faster_by_hand(self):
        bill = self.make_bill(1001)
        line = self.make_bank_line(1001)
        proposal = self.propose()
        suspense = line._seek_for_lines()[1]
        suspense.account_id = self.fee_account
        self.assertTrue(line.is_reconciled)
        self.assertIn("already", self.accept(proposal))
        self.assertEqual(bill.payment_state, "not_paid")

    def test_undone_on_the_line(self):
        bill = self.make_bill(1001)
        line = self.make_bank_line(1001)
        proposal = self.propose()
        self.accept(proposal)
        line.action_undo_reconciliation()
        self.assertEqual(proposal.state, "undone")
        self.assertEqual(bill.payment_state, "not_paid")
        self.accept(self.propose())
        self.assertEqual(bill.payment_state, "paid")
