# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Money goes back once, with a second pair of eyes, and the books say where from."""

from datetime import date, timedelta
from decimal import Decimal
from unittest.mock import patch

from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools import mute_logger

from ..models.payment_provider import ProviderUnavailable
from ..tools.event import EventKind, PaymentEvent
from .common import NOW, PaymentVaCommon, freeze_time, tagged

PAYEE = {
    "payee_name": "Ibu Bayar",
    "payee_bank": "BRI",
    "payee_account": "003301234567890",
}


class RefundCommon(PaymentVaCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.users = {
            name: cls.make_user(f"r_{name}", f"payment_va.group_payment_{name}")
            for name in ("reader", "user", "manager")
        }
        cls.second_manager = cls.make_user(
            "r_second", "payment_va.group_payment_manager"
        )
        cls.payout_bank = cls.env["account.journal"].create(
            {
                "name": "Bank Yayasan",
                "code": "BYY",
                "type": "bank",
                "company_id": cls.company.id,
            }
        )
        cls.clearing = cls.gateway._get_clearing_account()
        cls.suspense = cls.company._get_payment_suspense_account()

    def setUp(self):
        super().setUp()
        self.can = "partial"
        self.asked = []
        self.answer = {"provider_refund_id": "R-API", "state": "sent"}
        provider_class = self.env.registry["payment.provider"]
        for name, hook in (
            ("_can_refund", lambda provider, incoming: self.can),
            ("_request_refund", self._answer_refund),
        ):
            patcher = patch.object(provider_class, name, hook)
            patcher.start()
            self.addCleanup(patcher.stop)

    def _answer_refund(self, refund):
        self.asked.append(refund.name)
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer

    def pay_bills(self, *amounts, payment_id="P-1", **values):
        """Return bills, the oldest first, and the payment of all of them."""
        bills = self.env["account.move"]
        for number, amount in enumerate(amounts):
            due = NOW.date() - timedelta(days=30 * (len(amounts) - number))
            bills += self.make_bill(amount, due=due)
        self.pay(self.make_attempt(bills), payment_id, **values)
        return bills, self.incoming(payment_id)

    def ask(self, incoming, amount, method="api", user="user", **payee):
        user = self.users.get(user, user)
        if method == "manual" and not payee:
            payee = PAYEE
        return (
            self.env["payment.refund"]
            .with_user(user)
            ._request(incoming.with_user(user), amount, "Salah bayar", method, **payee)
        )

    def approve(self, refund, user="manager"):
        refund = refund.with_user(self.users.get(user, user))
        refund.action_approve()
        return refund

    def report(self, incoming, amount=None, refund_id="R-1", kind="refunded"):
        """Have the provider tell about a refund."""
        values = {} if amount is None else {"refund_amount": str(amount)}
        return self.deliver(
            kind,
            payment_id=incoming.provider_payment_id,
            order_ref=incoming.order_ref,
            refund_id=refund_id,
            **values,
        )

    def balance(self, account, partner=None):
        self.env.flush_all()
        domain = [
            ("account_id", "=", account.id),
            ("parent_state", "=", "posted"),
            ("company_id", "child_of", self.company.id),
        ]
        if partner:
            domain.append(("partner_id", "=", partner.id))
        return sum(self.env["account.move.line"].search(domain).mapped("balance"))

    def family_balance(self):
        return self.balance(self.family.property_account_receivable_id, self.family)


@tagged("post_install", "-at_install")
@freeze_time("2026-11-18 03:00:00")
class TestRefund(RefundCommon):
    # === FROM REQUEST TO MONEY === #

    def test_by_the_provider(self):
        bills, incoming = self.pay_bills(350000)
        refund = self.ask(incoming, 100000)
        self.assertTrue(refund.name.startswith("RF-261118-"))
        self.assertEqual((refund.state, self.asked), ("requested", []))
        self.approve(refund)
        self.assertEqual((refund.state, self.asked), ("approved", []))
        refund.sudo()._send()
        self.assertEqual((refund.state, self.asked), ("sent", [refund.name]))
        self.assertEqual(bills.payment_state, "paid")
        self.report(incoming, 100000, "R-API")
        self.assertEqual(refund.state, "confirmed")
        self.assertEqual(refund.date, date(2026, 11, 18))
        self.assertEqual(bills.amount_residual, 100000)
        self.assertEqual(incoming.refunded_amount, 100000)
        self.assertEqual(incoming.transaction_id.state, "done")
        self.assertEqual(self.balance(self.clearing), 250000)
        self.assertEqual(self.family_balance(), 100000)
        payment = refund.payment_id
        self.assertEqual((payment.payment_type, payment.amount), ("outbound", 100000))
        self.assertEqual(payment.outstanding_account_id, self.clearing)
        debit = payment.move_id.line_ids.filtered("debit")
        self.assertTrue(debit.reconciled)

    def test_confirmed_by_the_answer(self):
        _bills, incoming = self.pay_bills(350000)
        self.answer = {"provider_refund_id": "R-API", "state": "confirmed"}
        refund = self.approve(self.ask(incoming, 350000))
        refund.action_send()
        self.assertEqual(refund.state, "confirmed")
        # Its callback comes all the same.
        notification = self.report(incoming, 350000, "R-API")
        self.assertEqual(notification.state, "ignored")
        self.assertEqual(incoming.refunded_amount, 350000)
        self.assertEqual(self.balance(self.clearing), 0)

    def test_by_bank_transfer(self):
        bills, incoming = self.pay_bills(350000)
        self.can = False
        with self.assertRaisesRegex(ValidationError, "Choose a bank transfer"):
            self.ask(incoming, 1000)
        refund = self.approve(self.ask(incoming, 350000, "manual"))
        wizard = (
            self.env["payment.refund.confirm"]
            .with_user(self.users["user"])
            .create(
                {
                    "refund_id": refund.id,
                    "journal_id": self.payout_bank.id,
                    "date": date(2026, 11, 17),
                    "bank_reference": "TRX 0815",
                }
            )
        )
        wizard.action_confirm()
        self.assertEqual(refund.state, "confirmed")
        self.assertEqual(refund.payment_id.journal_id, self.payout_bank)
        self.assertEqual(refund.payment_id.date, date(2026, 11, 17))
        self.assertEqual(bills.payment_state, "not_paid")
        self.assertEqual(self.balance(self.clearing), 350000)
        outgoing = refund.payment_id.outstanding_account_id
        self.assertNotEqual(outgoing, self.clearing)
        self.assertEqual(self.balance(outgoing), -350000)
        with self.assertRaises(UserError):
            wizard.action_confirm()
        self.assertEqual(self.asked, [])

    def test_bank_details_are_needed(self):
        _bills, incoming = self.pay_bills(350000)
        for payee in ({**PAYEE, "payee_account": ""}, {"payee_name": "Ibu"}):
            with self.subTest(payee=payee), self.assertRaises(ValidationError):
                self.ask(incoming, 1000, "manual", **payee)

    def test_all_or_nothing(self):
        _bills, incoming = self.pay_bills(350000)
        self.can = "full"
        with self.assertRaises(ValidationError):
            self.ask(incoming, 349999)
        self.assertEqual(self.ask(incoming, 350000).state, "requested")

    # === NEVER TOO MUCH === #

    def test_never_more_than_was_paid(self):
        _bills, incoming = self.pay_bills(350000)
        self.ask(incoming, 200000)
        self.ask(incoming, 100000, "manual")
        self.assertEqual(incoming.refundable_amount, 50000)
        for amount in (50001, 0, -1):
            with self.subTest(amount=amount), self.assertRaises(ValidationError):
                self.ask(incoming, amount)
        self.ask(incoming, 50000)
        with self.assertRaises(ValidationError):
            self.ask(incoming, 1)

    def test_cancelled_and_failed_ones_free_the_amount(self):
        _bills, incoming = self.pay_bills(350000)
        refund = self.ask(incoming, 350000)
        refund.action_cancel()
        self.assertEqual(incoming.refundable_amount, 350000)
        refund = self.approve(self.ask(incoming, 350000))
        self.answer = UserError("no balance")
        refund.action_send()
        self.assertEqual((refund.state, refund.failure), ("failed", "no balance"))
        self.assertEqual(incoming.refundable_amount, 350000)

    def test_the_database_refuses_too_much(self):
        _bills, incoming = self.pay_bills(350000)
        refund = self.ask(incoming, 350000)
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            with self.env.cr.savepoint():
                refund.sudo().copy({"name": "RF-X", "state": "requested"})
                self.env.flush_all()

    def test_taken_back_payments_are_not_refunded(self):
        tx = self.make_attempt(self.make_bill())
        self.pay(tx)
        self.deliver("denied", payment_id="P-1", order_ref=tx.reference)
        self.assertEqual(self.incoming().refundable_amount, 0)
        with self.assertRaises(ValidationError):
            self.ask(self.incoming(), 1)

    # === WHERE IT IS TAKEN FROM === #

    def test_deposit_first_then_the_newest_bills(self):
        bills, incoming = self.pay_bills(100000, 200000, 300000, amount="650000")
        self.assertEqual(incoming.unallocated_amount, 50000)
        for amount, deposit, residuals in (
            (30000, 20000, [0, 0, 0]),
            (120000, 0, [0, 0, 100000]),
            (300000, 0, [0, 100000, 300000]),
            (200000, 0, [100000, 200000, 300000]),
        ):
            with self.subTest(amount=amount):
                self.report(incoming, amount, f"R-{amount}")
                self.assertEqual(bills.mapped("amount_residual"), residuals)
                self.assertEqual(self.open_deposit(), deposit)
        self.assertEqual(incoming.refunded_amount, 650000)
        self.assertEqual(self.family_balance(), 600000)
        self.assertEqual(self.balance(self.clearing), 0)
        payments = incoming.refund_ids.payment_id
        debits = payments.move_id.line_ids.filtered("debit")
        self.assertEqual(set(debits.mapped("reconciled")), {True})

    def test_freed_bill_is_paid_again(self):
        bills, incoming = self.pay_bills(350000)
        self.report(incoming, 100000)
        self.pay(self.make_attempt(bills), "P-2")
        self.assertEqual(bills.payment_state, "paid")
        self.assertEqual(self.family_balance(), 0)
        self.assertEqual(self.incoming("P-2").amount, 100000)

    def test_bill_paid_by_two_payments(self):
        bill = self.make_bill(300000)
        self.pay(self.make_attempt(bill), "P-1", amount="100000")
        self.pay(self.make_attempt(bill), "P-2")
        self.assertEqual(bill.payment_state, "paid")
        self.report(self.incoming("P-1"), 40000)
        self.assertEqual(bill.amount_residual, 40000)
        self.report(self.incoming("P-1"), 60000, "R-2")
        self.assertEqual(bill.amount_residual, 100000)

    def test_deposit_that_paid_a_later_bill(self):
        _bills, incoming = self.pay_bills(100000, amount="300000")
        later = self.make_bill(150000, due=date(2026, 12, 10))
        deposit = incoming._get_open_items()
        debt = later.line_ids.filtered(
            lambda line: line.account_id.account_type == "asset_receivable"
        )
        (deposit + debt).reconcile()
        self.report(incoming, 120000)
        self.assertEqual(later.amount_residual, 70000)
        self.assertEqual(self.open_deposit(), 0)

    def test_fee_of_the_payer_goes_back_last(self):
        bill = self.make_bill(100000)
        tx = self.make_attempt(bill)
        self.pay(tx, amount="104440", payer_fee="4440")
        incoming = self.incoming()
        fees = self.gateway._get_fee_account()
        self.assertEqual(self.balance(fees), -4440)
        self.report(incoming, 100000)
        self.assertEqual((bill.amount_residual, self.balance(fees)), (100000, -4440))
        self.report(incoming, 4440, "R-2")
        self.assertEqual(self.balance(fees), 0)
        self.assertEqual(self.balance(self.clearing), 0)

    def test_from_suspense(self):
        self.deliver("paid", payment_id="P-1", order_ref="UNKNOWN-1", amount="250000")
        incoming = self.incoming()
        self.assertFalse(incoming.partner_id)
        self.assertEqual(self.balance(self.suspense), -250000)
        self.report(incoming, 250000)
        self.assertEqual(self.balance(self.suspense), 0)
        self.assertEqual(self.balance(self.clearing), 0)
        items = self.env["account.move.line"].search(
            [("account_id", "=", self.suspense.id)]
        )
        self.assertEqual(set(items.mapped("reconciled")), {True})

    def test_what_nothing_covers_is_owed(self):
        """The deposit was paid out by hand meanwhile: the family owes the refund."""
        bills, incoming = self.pay_bills(100000)
        links = incoming._get_bill_links()
        other = self.env["account.move"].create(
            {
                "move_type": "entry",
                "journal_id": self.bank_journal.id,
                "line_ids": [
                    (
                        0,
                        0,
                        {
                            "account_id": a.id,
                            "partner_id": self.family.id,
                            "balance": b,
                        },
                    )
                    for a, b in (
                        (self.family.property_account_receivable_id, 100000),
                        (self.clearing, -100000),
                    )
                ],
            }
        )
        other.action_post()
        credit = links.credit_move_id
        links.unlink()
        incoming.refund_ids.invalidate_recordset()
        with patch.object(
            self.env.registry["payment.incoming"],
            "_get_bill_links",
            lambda incoming: self.env["account.partial.reconcile"],
        ):
            debt = other.line_ids.filtered("debit")
            (credit + debt).reconcile()
            self.report(incoming, 100000)
        self.assertEqual(incoming.refunded_amount, 100000)
        self.assertEqual(self.family_balance(), 200000)

    # === REPORTED BY THE PROVIDER === #

    def test_made_at_the_provider(self):
        bills, incoming = self.pay_bills(350000)
        notification = self.report(incoming)
        self.assertEqual(notification.state, "applied")
        refund = incoming.refund_ids
        self.assertEqual((refund.amount, refund.state), (350000, "confirmed"))
        self.assertEqual(refund.provider_refund_id, "R-1")
        self.assertEqual(refund.kind, "refund")
        self.assertFalse(refund.requested_by_id)
        self.assertEqual(incoming.state, "booked")
        self.assertEqual(bills.payment_state, "not_paid")

    def test_told_twice(self):
        _bills, incoming = self.pay_bills(350000)
        for amount in (100000, 100000.0):
            self.report(incoming, amount)
        self.report(incoming, 100000, "R-2")
        self.assertEqual(incoming.refund_ids.mapped("amount"), [100000, 100000])
        self.assertEqual(incoming.refunded_amount, 200000)

    def test_replaying_the_inbox(self):
        _bills, incoming = self.pay_bills(350000)
        self.report(incoming, 100000)
        self.report(incoming, None, "chargeback", "chargeback")
        tables = ("account_move", "account_payment", "payment_incoming")
        tables += ("payment_refund", "payment_transaction")
        before = self._read_tables(*tables)
        self.env["payment.notification"].search([]).action_replay()
        self.assertEqual(self._read_tables(*tables), before)
        self.assertEqual(incoming.refunded_amount, 350000)

    def _read_tables(self, *tables):
        self.env.flush_all()
        found = []
        for table in tables:
            self.env.cr.execute(f"SELECT * FROM {table} ORDER BY id")
            found.append(self.env.cr.fetchall())
        return found

    def record(self, incoming, amount=None, refund_id=None, kind=EventKind.REFUNDED):
        amount = None if amount is None else Decimal(amount)
        event = PaymentEvent(kind, refund_id=refund_id, refund_amount=amount)
        return self.env["payment.refund"]._record_from_event(incoming, event)

    def test_without_an_id(self):
        _bills, incoming = self.pay_bills(350000)
        self.assertTrue(self.record(incoming, 100000))
        self.assertFalse(self.record(incoming, 100000))
        self.assertTrue(self.record(incoming, 50000))
        self.assertTrue(self.record(incoming))
        self.assertFalse(self.record(incoming))
        self.assertEqual(incoming.refunded_amount, 350000)

    def test_chargeback(self):
        _bills, incoming = self.pay_bills(350000)
        self.assertTrue(self.record(incoming, kind=EventKind.CHARGEBACK))
        self.assertFalse(self.record(incoming, kind=EventKind.CHARGEBACK))
        self.assertEqual(incoming.refund_ids.kind, "chargeback")
        self.assertEqual(incoming.refunded_amount, 350000)

    def test_more_than_was_paid_is_refused(self):
        _bills, incoming = self.pay_bills(350000)
        self.record(incoming, 300000, "R-1")
        with self.assertRaisesRegex(ValidationError, "only 50000"):
            self.record(incoming, 60000, "R-2")

    def test_our_reference_is_recognised(self):
        _bills, incoming = self.pay_bills(350000)
        refund = self.approve(self.ask(incoming, 100000))
        self.answer = ProviderUnavailable("no answer")
        refund.action_send()
        self.assertTrue(self.record(incoming, 100000, refund.name))
        self.assertEqual(refund.state, "confirmed")
        self.assertEqual(len(incoming.refund_ids), 1)

    def test_told_before_we_know_the_id(self):
        _bills, incoming = self.pay_bills(350000)
        refund = self.approve(self.ask(incoming, 100000))
        self.answer = {"state": "sent"}
        refund.action_send()
        self.assertTrue(self.record(incoming, 100000, "R-7"))
        self.assertEqual(
            (refund.state, refund.provider_refund_id), ("confirmed", "R-7")
        )

    def test_another_amount_than_asked_for(self):
        _bills, incoming = self.pay_bills(350000)
        refund = self.approve(self.ask(incoming, 100000))
        refund.action_send()
        self.record(incoming, 90000, "R-API")
        self.assertEqual((refund.amount, incoming.refunded_amount), (90000, 90000))

    def test_plans_give_way_to_facts(self):
        _bills, incoming = self.pay_bills(350000)
        kept = self.ask(incoming, 50000)
        plan = self.ask(incoming, 250000)
        self.assertTrue(self.record(incoming, 300000, "R-1"))
        self.assertEqual((kept.state, plan.state), ("requested", "cancelled"))
        self.assertEqual(incoming.reserved_amount, 350000)

    def test_failed_here_but_done_there(self):
        _bills, incoming = self.pay_bills(350000)
        refund = self.approve(self.ask(incoming, 100000))
        self.answer = UserError("refused")
        refund.action_send()
        self.assertTrue(self.record(incoming, 100000, refund.name))
        self.assertEqual(refund.state, "confirmed")

    # === SENDING === #

    def test_no_answer_is_asked_again_with_the_same_reference(self):
        _bills, incoming = self.pay_bills(350000)
        refund = self.approve(self.ask(incoming, 100000))
        self.answer = ProviderUnavailable("no answer")
        with freeze_time("2026-11-18 03:00:00"):
            self.run_cron()
        self.assertEqual((refund.state, refund.failure), ("sent", "no answer"))
        self.assertEqual(incoming.refundable_amount, 250000)
        with self.assertRaises(UserError):
            refund.action_cancel()
        self.answer = {"provider_refund_id": "R-API", "state": "sent"}
        with freeze_time("2026-11-18 03:05:00"):
            self.run_cron()
        self.assertEqual(len(self.asked), 1)
        with freeze_time("2026-11-18 03:10:01"):
            self.run_cron()
            self.run_cron()
        self.assertEqual(self.asked, [refund.name] * 2)
        self.assertEqual((refund.provider_refund_id, refund.failure), ("R-API", False))

    def run_cron(self):
        with patch.object(
            self.env.registry["ir.cron"],
            "_commit_progress",
            lambda cron, *args, **kwargs: 60,
        ):
            self.env["payment.refund"]._cron_send()

    def test_refused_and_tried_again(self):
        _bills, incoming = self.pay_bills(350000)
        refund = self.approve(self.ask(incoming, 100000))
        self.answer = {"state": "failed", "reason": "window closed"}
        self.run_cron()
        self.assertEqual((refund.state, refund.failure), ("failed", "window closed"))
        self.answer = {"provider_refund_id": "R-2", "state": "confirmed"}
        refund.action_retry()
        self.run_cron()
        self.assertEqual(refund.state, "confirmed")

    def test_provider_could_not_after_all(self):
        _bills, incoming = self.pay_bills(350000)
        refund = self.approve(self.ask(incoming, 100000))
        self.run_cron()
        self.assertEqual(refund.state, "sent")
        notification = self.report(incoming, refund_id="R-API", kind="failed")
        self.assertEqual(notification.state, "applied")
        self.assertEqual((refund.state, refund.failure), ("failed", "failed"))
        self.assertEqual(incoming.state, "booked")
        self.assertEqual(incoming.refundable_amount, 350000)
        other = self.report(incoming, refund_id="R-OTHER", kind="failed")
        self.assertEqual(other.state, "ignored")

    def test_only_what_is_approved_is_sent(self):
        _bills, incoming = self.pay_bills(350000)
        refund = self.ask(incoming, 100000)
        with self.assertRaises(UserError):
            refund.with_user(self.users["manager"]).action_send()
        self.run_cron()
        self.assertEqual(self.asked, [])

    # === ODOO'S OWN WAYS === #

    def test_button_of_the_payment(self):
        _bills, incoming = self.pay_bills(350000)
        payment = incoming.payment_id
        self.assertEqual(payment.amount_available_for_refund, 350000)
        action = payment.action_refund_wizard()
        self.assertEqual(action["res_model"], "payment.refund.request")
        wizard = self.env[action["res_model"]].with_context(**action["context"])
        wizard = wizard.create({"reason": "Salah bayar"})
        self.assertEqual((wizard.method, wizard.amount), ("api", 350000))
        wizard.amount = 40000
        refund = self.env["payment.refund"].browse(wizard.action_request()["res_id"])
        self.assertEqual((refund.amount, refund.state), (40000, "requested"))
        payment.invalidate_recordset(["amount_available_for_refund"])
        self.assertEqual(payment.amount_available_for_refund, 310000)

    def test_refund_of_the_transaction(self):
        _bills, incoming = self.pay_bills(350000)
        tx = incoming.transaction_id
        action = tx.action_refund(amount_to_refund=1000)
        self.assertEqual(action["res_model"], "payment.refund.request")
        transactions = self.env["payment.transaction"].search_count([])
        payments = self.env["account.payment"].search_count([])
        self.assertFalse(tx._refund(amount_to_refund=1000))
        self.assertEqual(incoming.refund_ids.state, "requested")
        self.assertEqual(self.env["payment.transaction"].search_count([]), transactions)
        self.assertEqual(self.env["account.payment"].search_count([]), payments)
        self.assertEqual(tx.state, "done")
        tx._refund()
        with self.assertRaisesRegex(UserError, "nothing left"):
            tx._refund()

    def test_wizard_offers_a_transfer_where_the_provider_cannot(self):
        _bills, incoming = self.pay_bills(350000)
        self.can = False
        wizard = self.env["payment.refund.request"].create(
            {"incoming_id": incoming.id, "reason": "Salah bayar", **PAYEE}
        )
        self.assertEqual(wizard.method, "manual")
        refund = self.env["payment.refund"].browse(wizard.action_request()["res_id"])
        self.assertEqual(refund.payee_account, PAYEE["payee_account"])

    def test_entries_are_not_undone_by_hand(self):
        _bills, incoming = self.pay_bills(350000)
        self.report(incoming, 1000)
        payment = incoming.refund_ids.payment_id
        for call in (
            payment.action_draft,
            payment.action_cancel,
            payment.move_id.button_draft,
        ):
            with self.subTest(call=call.__name__), self.assertRaises(UserError):
                call()


@tagged("post_install", "-at_install")
@freeze_time("2026-11-18 03:00:00")
class TestRefundAccess(RefundCommon):
    def test_reader_asks_for_nothing(self):
        _bills, incoming = self.pay_bills(350000)
        refund = self.ask(incoming, 1000)
        reader = self.users["reader"]
        with self.assertRaises(AccessError):
            self.ask(incoming, 1000, user="reader")
        with self.assertRaises(AccessError):
            self.env["payment.refund.request"].with_user(reader).create(
                {"incoming_id": incoming.id, "reason": "x"}
            )
        refund = refund.with_user(reader)
        self.assertEqual(refund.amount, 1000)
        for call in (
            refund.action_approve,
            refund.action_cancel,
            refund.action_send,
            refund.action_retry,
            refund.unlink,
        ):
            with self.subTest(call=call.__name__), self.assertRaises(AccessError):
                call()
        for values in ({"state": "approved"}, {"amount": 2}):
            with self.subTest(values=values), self.assertRaises(AccessError):
                refund.write(values)

    def test_user_does_not_approve(self):
        _bills, incoming = self.pay_bills(350000)
        refund = self.ask(incoming, 1000)
        with self.assertRaises(AccessError):
            self.approve(refund, "user")
        with self.assertRaises(AccessError):
            refund.with_user(self.users["user"]).write({"state": "approved"})
        with self.assertRaises(AccessError):
            self.env["payment.refund"].with_user(self.users["user"]).create(
                {"name": "X", "incoming_id": incoming.id, "amount": 1}
            )

    def test_nobody_approves_their_own(self):
        _bills, incoming = self.pay_bills(350000)
        refund = self.ask(incoming, 1000, user="manager")
        with self.assertRaisesRegex(UserError, "yourself"):
            self.approve(refund, "manager")
        self.assertEqual(refund.state, "requested")
        self.approve(refund, self.second_manager)
        self.assertEqual(refund.approved_by_id, self.second_manager)

    def test_the_database_wants_four_eyes(self):
        _bills, incoming = self.pay_bills(350000)
        refund = self.ask(incoming, 1000).sudo()
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            with self.env.cr.savepoint():
                refund.approved_by_id = refund.requested_by_id
                refund.flush_recordset()

    def test_the_database_confirms_with_the_booking_only(self):
        _bills, incoming = self.pay_bills(350000)
        refund = self.ask(incoming, 1000).sudo()
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            with self.env.cr.savepoint():
                refund.state = "confirmed"
                refund.flush_recordset()

    def test_steps_in_order(self):
        _bills, incoming = self.pay_bills(350000)
        refund = self.approve(self.ask(incoming, 1000))
        with self.assertRaises(UserError):
            refund.action_approve()
        with self.assertRaises(UserError):
            refund.action_retry()
        refund.action_cancel()
        with self.assertRaises(UserError):
            refund.action_cancel()

    def test_other_companies(self):
        _bills, incoming = self.pay_bills(350000)
        refund = self.ask(incoming, 1000)
        elsewhere = self.env["res.company"].create({"name": "Yayasan Lain"})
        user = self.second_manager
        user.write({"company_ids": [(6, 0, elsewhere.ids)], "company_id": elsewhere.id})
        env = self.env(user=user, context={"allowed_company_ids": elsewhere.ids})
        self.assertFalse(env["payment.refund"].search([]))
        with self.assertRaises(AccessError):
            refund.with_env(env).action_approve()
        with self.assertRaises(AccessError):
            env["payment.refund"]._request(
                incoming.with_env(env), 1000, "x", "manual", **PAYEE
            )

    def test_school_sees_refunds_of_its_bills(self):
        """The gateway is the foundation's, the bill is the school's."""
        _bills, incoming = self.pay_bills(350000)
        refund = self.ask(incoming, 1000)
        user = self.users["user"]
        user.write({"company_ids": [(6, 0, self.branch.ids)]})
        env = self.env(user=user, context={"allowed_company_ids": self.branch.ids})
        self.assertEqual(refund.with_env(env).amount, 1000)
        self.assertEqual(env["payment.refund"].search([]).ids, refund.ids)
