# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .cash_common import CashCommon, make_bill, make_student, new_request, seen


@tagged("post_install", "-at_install")
class TestCashPay(CashCommon):
    def test_full_payment_of_several_children(self):
        receipt = self.pay(
            [self.bill_sep, self.bill_siti, self.bill_oct], 1200000, tendered=1250000
        )
        bills = self.bill_sep | self.bill_siti | self.bill_oct
        self.assertEqual(set(bills.mapped("payment_state")), {"paid"})
        self.assertRecordValues(
            receipt,
            [
                {
                    "amount": 1200000,
                    "allocated_amount": 1200000,
                    "deposit_amount": 0,
                    "change_amount": 50000,
                    "state": "posted",
                    "user_id": self.cashier.id,
                    "family_id": self.family.id,
                    "company_id": self.smp.id,
                }
            ],
        )
        self.assertEqual(receipt.student_ids, self.budi | self.siti)
        self.assertEqual(
            receipt.line_ids.mapped("name"), ["SPP Sep", "SPP Siti", "SPP Okt"]
        )
        self.assertRegex(receipt.name, r"^KW/\d{4}/\d{2}/00001$")
        self.assertEqual(receipt.payment_ids.memo, receipt.name)
        self.assertEqual(receipt.date, self.smp._scola_today())

    def test_part_payment_goes_to_the_oldest(self):
        receipt = self.pay([self.bill_oct, self.bill_siti, self.bill_sep], 500000)
        self.assertEqual(self.bill_sep.amount_residual, 0)
        self.assertEqual(self.bill_siti.amount_residual, 250000)
        self.assertEqual(self.bill_oct.amount_residual, 450000)
        self.assertEqual(self.bill_siti.payment_state, "partial")
        self.assertEqual(receipt.line_ids.mapped("amount"), [450000, 50000])
        self.assertEqual(receipt.line_ids.mapped("residual_after"), [0, 250000])

    def test_chosen_amounts_are_honoured_against_the_order_of_due_dates(self):
        bills = seen(self.bill_sep, self.bill_siti, self.bill_oct)
        bills[0]["amount"] = 10000
        bills[1]["amount"] = 20000
        bills[2]["amount"] = 400000
        receipt = self.pay(bills, 430000)
        self.assertEqual(self.bill_sep.amount_residual, 440000)
        self.assertEqual(self.bill_siti.amount_residual, 280000)
        self.assertEqual(self.bill_oct.amount_residual, 50000)
        self.assertEqual(len(receipt.payment_ids), 1)
        self.assertTrue(receipt.payment_ids.is_reconciled)

    def test_bills_on_different_receivable_accounts(self):
        lines = self.bill_oct.line_ids
        receivable = lines.filtered(lambda line: line.display_type == "payment_term")
        other = receivable.account_id.copy({"name": "Piutang Uang Pangkal"})
        bill = make_bill(self.env, self.budi, 700000, "2026-08-01", "Uang Pangkal")
        bill.button_draft()
        bill.line_ids.filtered(
            lambda line: line.display_type == "payment_term"
        ).account_id = other
        bill.action_post()
        self.pay([bill, self.bill_oct], 1150000)
        self.assertEqual((bill | self.bill_oct).mapped("amount_residual"), [0, 0])

    def test_a_bill_due_in_several_parts(self):
        term = self.env["account.payment.term"].create(
            {
                "name": "Dua kali",
                "line_ids": [
                    (0, 0, {"value": "percent", "value_amount": 50, "nb_days": 0}),
                    (0, 0, {"value": "percent", "value_amount": 50, "nb_days": 30}),
                ],
            }
        )
        bill = make_bill(self.env, self.budi, 600000, False, "Kegiatan")
        bill.button_draft()
        bill.invoice_payment_term_id = term
        bill.action_post()
        self.pay([bill], 400000)
        self.assertEqual(bill.amount_residual, 200000)
        self.pay([bill], 200000)
        self.assertEqual(bill.payment_state, "paid")

    def test_over_payment_stays_as_deposit_of_the_family(self):
        receipt = self.pay([self.bill_sep], 500000)
        self.assertEqual(receipt.deposit_amount, 50000)
        family = self.desk(self.cashier).get_family(self.family.id)
        self.assertEqual(family["deposit"], 50000)
        credit = receipt.payment_ids.move_id.line_ids.filtered(
            lambda line: line.amount_residual < 0
        )
        self.assertEqual(credit.partner_id, self.family)

    def test_payment_in_advance_without_a_bill(self):
        receipt = self.pay([], 100000)
        self.assertFalse(receipt.line_ids)
        self.assertEqual(receipt.deposit_amount, 100000)
        self.assertEqual(receipt.student_ids, self.budi | self.siti)

    def test_deposit_is_used_with_money_on_one_receipt(self):
        self.pay([], 100000)
        receipt = self.pay([self.bill_sep], 350000, deposit=100000)
        self.assertEqual(self.bill_sep.payment_state, "paid")
        self.assertRecordValues(
            receipt,
            [{"amount": 350000, "deposit_used": 100000, "allocated_amount": 450000}],
        )
        self.assertEqual(receipt.line_ids.deposit_amount, 100000)
        self.assertEqual(
            self.desk(self.cashier).get_family(self.family.id)["deposit"], 0
        )

    def test_deposit_alone_takes_exactly_what_was_chosen(self):
        self.pay([], 300000)
        bills = seen(self.bill_oct)
        bills[0]["amount"] = 120000
        receipt = self.pay(bills, 0, deposit=120000)
        self.assertEqual(receipt.method, "deposit")
        self.assertFalse(receipt.payment_ids)
        self.assertEqual(self.bill_oct.amount_residual, 330000)
        family = self.desk(self.cashier).get_family(self.family.id)
        self.assertEqual(family["deposit"], 180000)

    def test_cash_is_on_the_cash_account_at_once(self):
        before = self.cash_balance()
        receipt = self.pay([self.bill_sep], 450000)
        self.assertEqual(self.cash_balance() - before, 450000)
        self.assertEqual(receipt.payment_ids.state, "paid")
        self.assertEqual(self.drawer.expected_amount, 650000)

    def test_transfer_waits_on_the_outstanding_account(self):
        before = self.cash_balance()
        receipt = self.pay(
            [self.bill_sep],
            450000,
            method="transfer",
            reference="TRX-1",
            bank_journal_id=self.school.bank.id,
        )
        self.assertEqual(self.cash_balance(), before)
        self.assertEqual(self.drawer.expected_amount, 200000)
        self.assertEqual(self.bill_sep.payment_state, "paid")
        outstanding = receipt.payment_ids.outstanding_account_id
        self.assertTrue(outstanding.reconcile)
        self.assertNotEqual(outstanding, self.school.bank.default_account_id)

    def test_a_child_in_another_family_still_owes_in_the_old_one(self):
        wizard = self.env["scola.student.family.wizard"].create(
            {
                "student_ids": self.budi.ids,
                "mode": "new",
                "family_name": "Keluarga Baru",
            }
        )
        wizard.action_move()
        self.assertNotEqual(self.budi.family_id, self.family)
        family = self.desk(self.cashier).get_family(self.family.id)
        ids = [bill["id"] for bill in family["bills"]]
        self.assertIn(self.bill_sep.id, ids)
        self.pay([self.bill_sep], 450000)
        self.assertEqual(self.bill_sep.payment_state, "paid")

    def test_receipt_numbers_have_no_gap_after_a_failure(self):
        first = self.pay([self.bill_sep], 450000)
        with self.assertRaises(UserError), self.env.cr.savepoint():
            self.pay([self.bill_oct], 100, tendered=50)
        second = self.pay([self.bill_oct], 450000)
        self.assertEqual(second.sequence_number, first.sequence_number + 1)

    def test_each_school_numbers_its_own_receipts(self):
        self.pay([self.bill_sep], 450000)
        student = make_student(self.env, self.sma, "Andi SMA")
        bill = make_bill(self.env, student, 100000, "2026-10-10")
        session = self.open_session(
            self.cashier_2, self.school.cash_sma, company=self.sma
        )
        desk = self.desk(self.cashier_2).with_context(allowed_company_ids=self.sma.ids)
        answer = desk.pay(
            session.id, student.family_id.id, "cash", 100000, seen(bill), new_request()
        )
        self.assertTrue(answer["name"].endswith("/00001"))


@tagged("post_install", "-at_install")
class TestCashIdempotency(CashCommon):
    def test_the_same_request_gives_the_same_receipt(self):
        request = new_request()
        bills = seen(self.bill_sep)
        first = self.pay(bills, 450000, request_uuid=request)
        again = self.pay(bills, 450000, request_uuid=request)
        self.assertEqual(first, again)
        self.assertEqual(self.drawer.receipt_count, 1)
        self.assertEqual(self.drawer.expected_amount, 650000)

    def test_the_answer_says_that_it_is_a_repetition(self):
        desk = self.desk(self.cashier)
        values = (self.drawer.id, self.family.id, "cash", 450000, seen(self.bill_sep))
        request = new_request()
        self.assertFalse(desk.pay(*values, request)["repeated"])
        self.assertTrue(desk.pay(*values, request)["repeated"])

    def test_another_cashier_cannot_have_it(self):
        request = new_request()
        self.pay([self.bill_sep], 450000, request_uuid=request)
        session = self.open_session(self.cashier_2, self.school.cash_smp)
        with self.assertRaises(AccessError):
            self.pay([], 1000, self.cashier_2, session, request_uuid=request)

    def test_the_database_refuses_a_second_receipt_of_one_request(self):
        receipt = self.pay([self.bill_sep], 450000)
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            with self.env.cr.savepoint():
                receipt.copy({"request_uuid": receipt.request_uuid})
                self.env.flush_all()

    def test_a_bill_that_changed_names_who_took_it(self):
        bills = seen(self.bill_sep)
        taken = self.pay([self.bill_sep], 450000)
        with self.assertRaises(UserError) as caught:
            self.pay(bills, 450000)
        message = str(caught.exception)
        for part in (self.bill_sep.name, "SPP Sep", taken.name, self.cashier.name):
            self.assertIn(part, message)
        self.assertEqual(self.drawer.receipt_count, 1)

    def test_a_bill_that_was_paid_elsewhere_says_so(self):
        bills = seen(self.bill_sep)
        payment = self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=self.bill_sep.ids
        )
        payment.create({"journal_id": self.school.bank.id})._create_payments()
        with self.assertRaisesRegex(UserError, "changed in the meantime.*Rp 0"):
            self.pay(bills, 450000)


@tagged("post_install", "-at_install")
class TestCashChecks(CashCommon):
    def assertRefused(self, pattern, bills=None, amount=450000, **vals):
        before = self.env["scola.cash.receipt"].search_count([])
        with self.assertRaisesRegex(UserError, pattern), self.env.cr.savepoint():
            self.pay(seen(self.bill_sep) if bills is None else bills, amount, **vals)
        self.assertEqual(self.env["scola.cash.receipt"].search_count([]), before)

    def test_amounts(self):
        self.assertRefused("^Amount: cannot be negative", amount=-1)
        self.assertRefused("^Amount: enter what was received", amount=0)
        self.assertRefused("^Amount: enter whole rupiah", amount=450000.5)
        self.assertRefused("^Amount: enter whole rupiah", amount="450000")
        self.assertRefused("^Amount: enter whole rupiah", amount=True)
        self.assertRefused("^Amount: enter whole rupiah", amount=float("nan"))
        self.assertRefused("^Amount: enter whole rupiah", amount=10**15)

    def test_tendered_deposit_and_method(self):
        self.assertRefused("^Cash Tendered: Rp 1.000 is less", tendered=1000)
        self.assertRefused("^Cash Tendered: cannot be negative", tendered=-5)
        self.assertRefused("^Deposit: .* has only Rp 0", amount=350000, deposit=100000)
        self.assertRefused("^Deposit: cannot be negative", deposit=-100)
        self.assertRefused("^Method:", method="cheque")

    def test_more_deposit_than_bills_need(self):
        self.pay([], 500000)
        self.assertRefused(
            "^Deposit: Rp 1.000 more", amount=451000 - 400000, deposit=400000
        )

    def test_reference_and_bank(self):
        self.assertRefused("^Bank Reference: enter", method="transfer")
        self.assertRefused("^Bank Reference: enter", method="edc", reference="  ")
        self.assertRefused(
            "^Bank: choose",
            method="transfer",
            reference="T1",
            bank_journal_id=self.school.cash_smp.id,
        )
        self.school.bank.scola_desk_edc = False
        self.assertRefused("^Bank: choose", method="edc", reference="T1")

    def test_a_slip_is_not_taken_twice(self):
        first = self.pay([self.bill_sep], 450000, method="transfer", reference="TRX-9")
        with self.assertRaisesRegex(UserError, first.name):
            self.pay([self.bill_oct], 450000, method="transfer", reference="trx-9")

    def test_bills(self):
        stranger = make_student(self.env, self.smp, "Orang Lain")
        foreign = make_bill(self.env, stranger, 100000, "2026-10-10")
        self.assertRefused("no bill of Keluarga Budi", bills=seen(foreign))
        self.assertRefused("no bill of", bills=[{"id": 2**30, "residual": 1}])
        self.assertRefused("listed twice", bills=seen(self.bill_sep) * 2)
        self.assertRefused("^Bills: reload", bills="all")
        payment = self.pay([], 1000).payment_ids.move_id
        self.assertRefused("no bill of", bills=[{"id": payment.id, "residual": 1000}])
        draft = self.bill_oct.copy()
        self.assertRefused("changed", bills=[{"id": draft.id, "residual": 450000}])

    def test_chosen_amounts(self):
        bills = seen(self.bill_sep)
        bills[0]["amount"] = 450001
        self.assertRefused(f"^Amount of {self.bill_sep.name}: Rp 450.001", bills=bills)
        bills[0]["amount"] = -1
        self.assertRefused("cannot be negative", bills=bills)
        bills[0]["amount"] = 450000
        self.assertRefused("there is only Rp 400.000", bills=bills, amount=400000)

    def test_family(self):
        self.assertRefused("^Family: not found", family_id=2**30)
        self.assertRefused("^Family: not found", family_id=self.smp.partner_id.id)
        self.assertRefused(
            "owed by Keluarga Budi", family_id=self.budi.partner_id.id, bills=[]
        )

    def test_bill_of_another_school(self):
        sister = make_student(
            self.env, self.sma, "Ani Santoso", family_id=self.family.id
        )
        bill = make_bill(self.env, sister, 600000, "2026-10-10")
        family = self.desk(self.cashier).get_family(self.family.id)
        self.assertNotIn(bill.id, [row["id"] for row in family["bills"]])
        family = self.desk(self.cashier_2).get_family(self.family.id)
        row = next(row for row in family["bills"] if row["id"] == bill.id)
        self.assertFalse(row["payable"])
        self.assertEqual(row["school"], "SMA Uji")
        session = self.open_session(self.cashier_2, self.school.cash_smp)
        self.assertRefused(
            "is of SMA Uji", bills=seen(bill), user=self.cashier_2, session=session
        )


@tagged("post_install", "-at_install")
class TestCashCancel(CashCommon):
    def cancel(self, receipt, reason="Salah siswa", session=None):
        receipt.with_user(self.treasurer)._cancel(reason, session)

    def test_bills_open_again_and_both_documents_stay(self):
        receipt = self.pay([self.bill_sep, self.bill_siti], 600000)
        entry = receipt.payment_ids.move_id
        self.cancel(receipt, session=self.drawer)
        self.assertEqual(self.bill_sep.amount_residual, 450000)
        self.assertEqual(self.bill_siti.amount_residual, 300000)
        self.assertEqual(self.bill_sep.payment_state, "not_paid")
        self.assertEqual(entry.state, "posted")
        counter = receipt.cancel_move_ids
        self.assertEqual(counter.state, "posted")
        self.assertEqual(counter.reversed_entry_id, entry)
        self.assertFalse(
            (entry | counter).line_ids.filtered(
                lambda line: line.account_id.reconcile and not line.reconciled
            )
        )
        self.assertRecordValues(
            receipt,
            [
                {
                    "state": "cancelled",
                    "cancel_reason": "Salah siswa",
                    "cancel_user_id": self.treasurer.id,
                    "cancel_session_id": self.drawer.id,
                }
            ],
        )

    def test_cash_goes_out_of_the_session(self):
        receipt = self.pay([self.bill_sep], 450000)
        self.cancel(receipt, session=self.drawer)
        self.assertEqual(self.drawer.expected_amount, 200000)
        self.assertEqual(self.cash_balance(), 0)

    def test_cash_goes_out_of_another_session(self):
        receipt = self.pay([self.bill_sep], 450000)
        self.desk(self.cashier).close_session(self.drawer.id, 650000)
        other = self.open_session(self.cashier_2, self.school.cash_smp, 650000)
        self.cancel(receipt, session=other)
        self.assertEqual(self.drawer.expected_amount, 650000)
        self.assertEqual(other.expected_amount, 200000)

    def test_cash_needs_an_open_session_of_its_journal(self):
        receipt = self.pay([self.bill_sep], 450000)
        other = self.open_session(
            self.cashier_2, self.school.cash_sma, company=self.sma
        )
        for session in (None, other):
            with self.assertRaisesRegex(UserError, "^Session: choose an open session"):
                self.cancel(receipt, session=session)

    def test_transfer_needs_no_session(self):
        receipt = self.pay([self.bill_sep], 450000, method="transfer", reference="T")
        self.cancel(receipt)
        self.assertEqual(self.bill_sep.amount_residual, 450000)
        outstanding = receipt.payment_ids.outstanding_account_id
        self.assertEqual(self.balance(outstanding), 0)

    def test_deposit_comes_back(self):
        self.pay([], 100000)
        receipt = self.pay([self.bill_sep], 350000, deposit=100000)
        self.cancel(receipt, session=self.drawer)
        family = self.desk(self.cashier).get_family(self.family.id)
        self.assertEqual(family["deposit"], 100000)
        self.assertEqual(self.bill_sep.amount_residual, 450000)

    def test_a_deposit_in_use_must_be_freed_first(self):
        source = self.pay([], 100000)
        taker = self.pay([self.bill_sep], 0, deposit=100000)
        with self.assertRaisesRegex(UserError, taker.name):
            self.cancel(source, session=self.drawer)
        self.cancel(taker)
        self.cancel(source, session=self.drawer)
        self.assertEqual(self.cash_balance(), 0)

    def test_twice_is_refused(self):
        receipt = self.pay([self.bill_sep], 450000)
        self.cancel(receipt, session=self.drawer)
        with self.assertRaisesRegex(UserError, "already cancelled"):
            self.cancel(receipt, session=self.drawer)
        self.assertEqual(len(receipt.cancel_move_ids), 1)

    def test_a_reason_is_obligatory(self):
        receipt = self.pay([self.bill_sep], 450000)
        with self.assertRaisesRegex(ValidationError, "^Reason:"):
            self.cancel(receipt, "  ", self.drawer)

    def test_the_cashier_asks_and_the_treasurer_cancels(self):
        receipt = self.pay([self.bill_sep], 450000)
        wizard_model = self.env["scola.receipt.cancel"]
        context = {"default_receipt_id": receipt.id}
        wizard = wizard_model.with_user(self.cashier).with_context(**context)
        wizard.create({"reason": "Salah ketik"}).action_confirm()
        self.assertEqual(receipt.state, "posted")
        self.assertEqual(receipt.cancel_request_user_id, self.cashier)
        notified = receipt.message_ids.notified_partner_ids
        self.assertIn(self.treasurer.partner_id, notified)
        wizard = wizard_model.with_user(self.treasurer).with_context(**context)
        wizard = wizard.create({"reason": "Salah ketik"})
        self.assertEqual(wizard.session_id, self.drawer)
        wizard.action_confirm()
        self.assertEqual(receipt.state, "cancelled")

    def test_the_payment_itself_cannot_be_undone_behind_the_receipt(self):
        receipt = self.pay([self.bill_sep], 450000)
        for method in ("action_draft", "action_cancel"):
            with self.assertRaisesRegex(UserError, receipt.name):
                getattr(receipt.payment_ids, method)()
        for method in ("button_draft", "button_cancel"):
            with self.assertRaisesRegex(UserError, receipt.name):
                getattr(receipt.payment_ids.move_id, method)()


@tagged("post_install", "-at_install")
class TestCashSession(CashCommon):
    def close(self, amount, **vals):
        return self.desk(self.cashier).close_session(self.drawer.id, amount, **vals)

    def test_shortage_is_posted(self):
        self.pay([self.bill_sep], 450000)
        answer = self.close(640000, denominations={"100000": 6, "20000": 2})
        self.assertEqual(answer["difference"], -10000)
        self.assertEqual(self.cash_balance(), 440000)
        account = self.school.foundation.default_cash_difference_expense_account_id
        move = self.drawer.difference_move_id
        self.assertEqual(move.state, "posted")
        line = move.line_ids.filtered(lambda line: line.account_id == account)
        self.assertEqual(line.balance, 10000)
        self.assertEqual(
            self.drawer.denominations_text, "6 × Rp 100.000, 2 × Rp 20.000"
        )

    def test_surplus_is_posted(self):
        answer = self.close(205000)
        self.assertEqual(answer["difference"], 5000)
        account = self.school.foundation.default_cash_difference_income_account_id
        line = self.drawer.difference_move_id.line_ids.filtered(
            lambda line: line.account_id == account
        )
        self.assertEqual(line.balance, -5000)

    def test_no_difference_no_entry(self):
        self.close(200000)
        self.assertFalse(self.drawer.difference_move_id)
        self.assertEqual(self.drawer.state, "closed")

    def test_a_missing_account_is_named(self):
        self.school.foundation.default_cash_difference_expense_account_id = False
        self.smp.default_cash_difference_expense_account_id = False
        with self.assertRaisesRegex(UserError, "Cash Difference Expense.*Rp 50.000"):
            self.close(150000)
        self.assertEqual(self.drawer.state, "opened")

    def test_a_closed_session_takes_no_money(self):
        self.close(200000)
        with self.assertRaisesRegex(UserError, "is closed"):
            self.pay([self.bill_sep], 450000)
        with self.assertRaisesRegex(UserError, "is closed"):
            self.close(200000)

    def test_a_closed_session_is_immutable(self):
        self.close(200000)
        for vals in ({"closing_amount": 1}, {"state": "opened"}, {"user_id": 1}):
            with self.assertRaisesRegex(UserError, "cannot be changed"):
                self.drawer.sudo().write(vals)
        with self.assertRaises(UserError):
            self.drawer.sudo().unlink()

    def test_the_first_opening_differs_from_nothing(self):
        self.assertEqual(self.drawer.opening_difference, 0)

    def test_the_next_opening_shows_what_is_missing(self):
        self.close(200000)
        session = self.open_session(self.cashier_2, self.school.cash_smp, 150000)
        self.assertEqual(session.previous_amount, 200000)
        self.assertEqual(session.opening_difference, -50000)

    def test_one_open_session_per_cashier_and_journal(self):
        with self.assertRaisesRegex(UserError, "already open"):
            self.open_session(self.cashier, self.school.cash_smp)
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            with self.env.cr.savepoint():
                self.drawer.copy()
                self.env.flush_all()

    def test_counts_are_checked(self):
        with self.assertRaisesRegex(UserError, "^Closing Count: cannot be negative"):
            self.close(-1)
        desk = self.desk(self.cashier_2)
        with self.assertRaisesRegex(UserError, "^Opening Count: cannot be negative"):
            desk.open_session(self.school.cash_smp.id, -1)
        with self.assertRaisesRegex(UserError, "^Cash journal:"):
            desk.open_session(self.school.bank.id, 0)
        with self.assertRaisesRegex(UserError, "^Cash journal:"):
            desk.open_session(self.school.cash_sma.id, 0)

    def test_the_wizard_counts_notes(self):
        wizard = self.env["scola.cash.close"].with_user(self.cashier)
        wizard = wizard.create({"session_id": self.drawer.id})
        self.assertEqual(len(wizard.line_ids), 10)
        wizard.line_ids.filtered(lambda line: line.value == 100000).count = 2
        self.assertEqual(wizard.closing_amount, 200000)
        wizard.action_confirm()
        self.assertEqual(self.drawer.closing_denominations, {"100000": 2})
        self.assertEqual(self.drawer.difference_amount, 0)

    def test_load_offers_to_open_and_then_the_session(self):
        data = self.desk(self.cashier_2).load()
        self.assertFalse(data["session"])
        self.assertEqual(
            [journal["id"] for journal in data["journals"]], self.school.cash_smp.ids
        )
        data = self.desk(self.cashier).load()
        self.assertEqual(data["session"]["id"], self.drawer.id)
        self.assertEqual(data["session"]["expected"], 200000)


@tagged("post_install", "-at_install")
class TestCashSearch(CashCommon):
    def search(self, query, user=None):
        return self.desk(user or self.cashier).search_payers(query)

    def names(self, query):
        return [payer["name"] for payer in self.search(query)["payers"]]

    def test_card_and_numbers_jump_straight_to_the_family(self):
        self.siti.nisn = "0123456789"
        for number in ("0099887766", "7001", "7002", "0123456789"):
            self.assertEqual(self.search(number)["exact"], self.family.id, number)

    def test_part_of_a_name(self):
        self.assertIn(self.family.name, self.names("santo"))
        self.assertIn(self.family.name, self.names("santoso bud"))
        self.assertEqual(self.names("santoso xyz"), [])

    def test_a_family_is_listed_once_with_all_its_children(self):
        payers = self.search("santoso")["payers"]
        self.assertEqual(len(payers), 1)
        self.assertEqual(len(payers[0]["students"]), 2)

    def test_guardians_of_both_households(self):
        father, aunt = self.env["res.partner"].create(
            [
                {
                    "name": "Bambang Wijaya",
                    "parent_id": self.family.id,
                    "scola_type": "guardian",
                },
                {"name": "Rukmini Dewi", "scola_type": "guardian"},
            ]
        )
        self.env["scola.guardianship"].create(
            [
                {
                    "student_id": self.budi.id,
                    "guardian_id": guardian.id,
                    "relation": "other",
                }
                for guardian in (father, aunt)
            ]
        )
        self.assertEqual(self.names("wijaya"), [self.family.name])
        self.assertEqual(self.names("rukmini"), [self.family.name])

    def test_beginning_of_a_number(self):
        self.assertEqual(self.names("70"), [self.family.name])

    def test_an_own_debtor_is_their_own_family(self):
        student = make_student(
            self.env, self.smp, "Mandiri Sendiri", nim="2201", is_own_debtor=True
        )
        self.assertEqual(self.search("2201")["exact"], student.partner_id.id)
        bill = make_bill(self.env, student, 250000, "2026-10-10")
        self.pay([bill], 250000, family_id=student.partner_id.id)
        self.assertEqual(bill.payment_state, "paid")

    def test_students_of_other_schools_are_not_found(self):
        make_student(self.env, self.sma, "Zulkifli Jauh", nis="9911")
        self.env.flush_all()
        self.assertEqual(self.search("zulkifli")["payers"], [])
        self.assertFalse(self.search("9911")["exact"])

    def test_too_short_finds_nothing(self):
        self.assertEqual(self.search(" b ")["payers"], [])
        self.assertEqual(self.search("")["payers"], [])

    def test_few_queries(self):
        desk = self.desk(self.cashier)
        desk.search_payers("santoso")
        self.env.invalidate_all()
        with self.assertQueryCount(20):
            desk.search_payers("santoso")


@tagged("post_install", "-at_install")
class TestCashAccess(CashCommon):
    def test_a_principal_cannot_pay(self):
        with self.assertRaises(AccessError):
            self.pay([self.bill_sep], 450000, user=self.principal)
        with self.assertRaises(AccessError):
            self.desk(self.principal).search_payers("budi")
        with self.assertRaises(AccessError):
            self.desk(self.principal).open_session(self.school.cash_smp.id, 0)

    def test_not_into_the_session_of_another_cashier(self):
        with self.assertRaisesRegex(AccessError, "belongs to another cashier"):
            self.pay([self.bill_sep], 450000, user=self.cashier_2)
        with self.assertRaisesRegex(AccessError, "belongs to another cashier"):
            self.desk(self.cashier_2).close_session(self.drawer.id, 200000)

    def test_a_cashier_cannot_cancel(self):
        receipt = self.pay([self.bill_sep], 450000)
        with self.assertRaises(AccessError):
            receipt.with_user(self.cashier)._cancel("Coba", self.drawer)

    def test_a_cashier_cannot_touch_the_ledger(self):
        receipt = self.pay([self.bill_sep], 450000)
        env = self.env(user=self.cashier)
        with self.assertRaises(AccessError):
            env["account.payment"].create({"amount": 1})
        with self.assertRaises(AccessError):
            env["account.move"].create({"move_type": "entry"})
        with self.assertRaises(AccessError):
            env["account.move"].browse(self.bill_sep.id).read(["amount_total"])
        self.assertFalse(self.cashier.has_group("account.group_account_invoice"))
        for record in (receipt, receipt.line_ids, self.drawer):
            record = record.with_user(self.cashier)
            record.check_access("read")
            for operation in ("create", "write", "unlink"):
                self.assertFalse(record.has_access(operation), record._name)

    def test_even_a_treasurer_cannot_rewrite_a_receipt(self):
        receipt = self.pay([self.bill_sep], 450000)
        self.assertFalse(receipt.with_user(self.treasurer).has_access("write"))
        for vals in ({"amount": 1}, {"name": "KW/1"}, {"family_id": 1}):
            with self.assertRaisesRegex(UserError, "cannot be changed"):
                receipt.sudo().write(vals)
        self.cancel_and_reopen(receipt)
        with self.assertRaises(UserError):
            receipt.sudo().unlink()

    def cancel_and_reopen(self, receipt):
        receipt.with_user(self.treasurer)._cancel("Uji", self.drawer)
        with self.assertRaisesRegex(UserError, "cannot be changed"):
            receipt.sudo().write({"state": "posted"})

    def test_a_cashier_sees_their_own_sessions_a_treasurer_all(self):
        other = self.open_session(self.cashier_2, self.school.cash_smp)
        sessions = self.env["scola.cash.session"]
        own = sessions.with_user(self.cashier).search([])
        self.assertEqual(own, self.drawer)
        seen_by_treasurer = sessions.with_user(self.treasurer).search([])
        self.assertIn(other, seen_by_treasurer)
        self.assertIn(self.drawer, seen_by_treasurer)

    def test_another_school_sees_nothing(self):
        receipt = self.pay([self.bill_sep], 450000)
        stranger = self.cashier_2.copy({"login": "kasir_sma", "name": "Kasir SMA"})
        stranger.write({"company_id": self.sma.id, "company_ids": self.sma.ids})
        with self.assertRaises(AccessError):
            receipt.with_user(stranger).read(["name"])
        desk = self.env["scola.cash.desk"].with_user(stranger)
        desk = desk.with_context(allowed_company_ids=self.sma.ids)
        with self.assertRaises(AccessError):
            desk.get_receipt(receipt.id)
        with self.assertRaises(AccessError):
            desk.get_family(self.family.id)

    def test_a_treasurer_closes_the_session_of_a_cashier(self):
        self.drawer.with_user(self.treasurer)._close(200000)
        self.assertEqual(self.drawer.state, "closed")

    def test_e_mail_goes_to_the_guardians(self):
        mother = self.env["res.partner"].create(
            {
                "name": "Ibu Santoso",
                "email": "Ibu@Example.com",
                "parent_id": self.family.id,
                "scola_type": "guardian",
            }
        )
        self.env["scola.guardianship"].create(
            {
                "student_id": self.budi.id,
                "guardian_id": mother.id,
                "relation": "mother",
            }
        )
        receipt = self.pay([self.bill_sep], 450000)
        desk = self.desk(self.cashier)
        self.assertEqual(desk.email_receipt(receipt.id), ["ibu@example.com"])
        mail = self.env["mail.mail"].search(
            [("model", "=", receipt._name), ("res_id", "=", receipt.id)]
        )
        self.assertEqual(mail.email_to, "ibu@example.com")
        self.assertEqual(len(mail.attachment_ids), 1)
        with self.assertRaisesRegex(UserError, "^E-mail: salah is no"):
            desk.email_receipt(receipt.id, "salah")

    def test_e_mail_without_an_address(self):
        receipt = self.pay([self.bill_sep], 450000)
        with self.assertRaisesRegex(UserError, "^E-mail: .* has no e-mail address"):
            self.desk(self.cashier).email_receipt(receipt.id)


@tagged("post_install", "-at_install")
class TestCashDeskTour(CashCommon, HttpCase):
    def test_tour(self):
        """The cashier takes three payments without touching the mouse."""
        self.desk(self.cashier).close_session(self.drawer.id, 200000)
        self.start_tour("/odoo/cash-desk", "scola_cash_desk_tour", login="kasir_satu")
        self.assertEqual(self.bill_sep.payment_state, "paid")
        self.assertEqual(self.bill_siti.payment_state, "paid")
        self.assertEqual(self.bill_oct.amount_residual, 200000)
        receipts = self.env["scola.cash.receipt"].search(
            [("family_id", "=", self.family.id)], order="id"
        )
        self.assertRecordValues(
            receipts,
            [
                {"method": "cash", "amount": 450000, "tendered_amount": 500000},
                {"method": "transfer", "amount": 550000, "tendered_amount": 0},
            ],
        )
        session = receipts.session_id
        self.assertEqual(session.state, "closed")
        self.assertEqual(session.difference_amount, -1000)
