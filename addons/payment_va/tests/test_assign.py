# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Money of nobody known, and deposits, find their payer and their bills."""

from datetime import date, timedelta

from odoo.exceptions import AccessError, UserError

from .common import NOW, PaymentVaCommon, freeze_time, tagged


@tagged("post_install", "-at_install")
@freeze_time("2026-11-18 03:00:00")
class TestAssign(PaymentVaCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.users = {
            # Bills are chosen by people who may see bills.
            name: cls.make_user(
                f"a_{name}",
                f"payment_va.group_payment_{name},account.group_account_readonly",
            )
            for name in ("reader", "user")
        }
        cls.suspense = cls.company._get_payment_suspense_account()
        cls.other_family = cls.env["res.partner"].create({"name": "Keluarga Lain"})

    def receive_unknown(self, amount=300000, payment_id="P-1"):
        self.deliver(
            "paid", payment_id=payment_id, order_ref="WHO-KNOWS", amount=str(amount)
        )
        return self.incoming(payment_id)

    def make_wizard(self, incoming, partner, bills=None, **values):
        wizard = (
            self.env["payment.incoming.assign"]
            .with_user(self.users["user"])
            .create({"incoming_id": incoming.id, "partner_id": partner.id, **values})
        )
        if bills:
            wizard.bill_ids = bills.with_env(wizard.env)
        return wizard

    def balance(self, account):
        self.env.flush_all()
        lines = self.env["account.move.line"].search(
            [("account_id", "=", account.id), ("parent_state", "=", "posted")]
        )
        return sum(lines.mapped("balance"))

    def test_out_of_suspense(self):
        incoming = self.receive_unknown()
        self.assertEqual(self.balance(self.suspense), -300000)
        new = self.make_bill(250000, due=NOW.date())
        old = self.make_bill(100000, due=NOW.date() - timedelta(days=40))
        wizard = self.make_wizard(incoming, self.child, new + old)
        self.assertEqual(wizard.amount, 300000)
        self.assertEqual(wizard.available_bill_ids, old + new)
        wizard.action_assign()
        self.assertEqual(old.payment_state, "paid")
        self.assertEqual(new.amount_residual, 50000)
        self.assertEqual(self.balance(self.suspense), 0)
        self.assertEqual(incoming.partner_id, self.child)
        self.assertEqual(incoming.unallocated_amount, 0)
        self.assertEqual(
            incoming.line_ids.mapped(lambda line: (line.move_id, line.amount)),
            [(old, 100000), (new, 200000)],
        )
        self.assertEqual(incoming.exception_state, "resolved")
        self.assertEqual(incoming.resolved_by_id, self.users["user"])
        self.assertIn(old.name, incoming.resolution)
        self.assertEqual(incoming.assign_move_ids.date, date(2026, 11, 18))

    def test_what_bills_do_not_need_is_a_deposit(self):
        incoming = self.receive_unknown()
        bill = self.make_bill(100000)
        self.make_wizard(
            incoming, self.child, bill, note="Slip dilihat"
        ).action_assign()
        self.assertEqual(bill.payment_state, "paid")
        self.assertEqual(self.open_deposit(), 200000)
        self.assertEqual(incoming.unallocated_amount, 200000)
        self.assertEqual(incoming.resolution, "Slip dilihat")

    def test_only_a_payer(self):
        incoming = self.receive_unknown()
        self.make_wizard(incoming, self.child).action_assign()
        self.assertEqual(self.open_deposit(), 300000)
        self.assertEqual(incoming.partner_id, self.child)

    def test_only_chosen_bills(self):
        incoming = self.receive_unknown()
        chosen, other = self.make_bill(100000), self.make_bill(100000)
        self.make_wizard(incoming, self.family, chosen).action_assign()
        self.assertEqual(chosen.payment_state, "paid")
        self.assertEqual(other.payment_state, "not_paid")

    def test_deposit_of_the_same_payer_needs_no_entry(self):
        bill = self.make_bill(100000)
        self.pay(self.make_attempt(bill), amount="250000")
        incoming = self.incoming()
        later = self.make_bill(120000)
        moves = self.env["account.move"].search_count([])
        self.make_wizard(incoming, self.child, later).action_assign()
        self.assertEqual(self.env["account.move"].search_count([]), moves)
        self.assertEqual(later.payment_state, "paid")
        self.assertEqual(self.open_deposit(), 30000)
        self.assertEqual(incoming.unallocated_amount, 30000)

    def test_deposit_to_another_payer(self):
        bill = self.make_bill(100000)
        self.pay(self.make_attempt(bill), amount="250000")
        incoming = self.incoming()
        theirs = self.make_bill(120000, self.other_family)
        self.make_wizard(incoming, self.other_family, theirs).action_assign()
        self.assertEqual(theirs.payment_state, "paid")
        self.assertEqual(self.open_deposit(), 0)
        self.assertEqual(self.open_deposit(self.other_family), 30000)
        # It paid a bill of the first payer: whose payment it was stays true.
        self.assertEqual(incoming.partner_id.commercial_partner_id, self.family)

    def test_nothing_to_do(self):
        bill = self.make_bill(100000)
        self.pay(self.make_attempt(bill), amount="250000")
        with self.assertRaisesRegex(UserError, "already"):
            self.make_wizard(self.incoming(), self.child).action_assign()

    def test_nothing_left(self):
        incoming = self.receive_unknown()
        bill = self.make_bill(300000)
        self.make_wizard(incoming, self.child, bill).action_assign()
        with self.assertRaisesRegex(UserError, "nothing left"):
            self.make_wizard(incoming, self.other_family).action_assign()

    def test_bills_of_others_are_not_paid(self):
        incoming = self.receive_unknown()
        theirs = self.make_bill(120000, self.other_family)
        wizard = self.make_wizard(incoming, self.child)
        wizard.bill_ids = theirs.with_env(wizard.env)
        wizard.action_assign()
        self.assertEqual(theirs.payment_state, "not_paid")
        self.assertEqual(self.open_deposit(), 300000)

    def test_refund_after_assignment(self):
        incoming = self.receive_unknown()
        bill = self.make_bill(250000)
        self.make_wizard(incoming, self.child, bill).action_assign()
        self.deliver(
            "refunded",
            payment_id="P-1",
            order_ref="WHO-KNOWS",
            refund_id="R-1",
            refund_amount="100000",
        )
        self.assertEqual(self.open_deposit(), 0)
        self.assertEqual(bill.amount_residual, 50000)
        self.assertEqual(self.balance(self.suspense), 0)

    # === CLOSING === #

    def test_close_with_a_note(self):
        incoming = self.receive_unknown()
        with self.assertRaisesRegex(UserError, "Note"):
            incoming.with_user(self.users["user"]).action_resolve("  ")
        wizard = (
            self.env["payment.incoming.resolve"]
            .with_user(self.users["user"])
            .create({"incoming_ids": incoming.ids, "note": "Milik koperasi"})
        )
        wizard.action_close()
        self.assertEqual(incoming.exception_state, "resolved")
        self.assertEqual(incoming.resolution, "Milik koperasi")
        self.assertEqual(incoming.resolved_by_id, self.users["user"])
        self.assertTrue(incoming.resolved_at)

    def test_what_is_closed_stays_as_it_was(self):
        incoming = self.receive_unknown()
        incoming.action_resolve("pertama")
        incoming.action_resolve("kedua")
        self.assertEqual(incoming.resolution, "pertama")

    def test_reader_does_neither(self):
        incoming = self.receive_unknown()
        reader = self.users["reader"]
        with self.assertRaises(AccessError):
            incoming.with_user(reader).action_resolve("x")
        for model, values in (
            ("payment.incoming.assign", {"incoming_id": incoming.id}),
            ("payment.incoming.resolve", {"note": "x"}),
        ):
            with self.subTest(model=model), self.assertRaises(AccessError):
                self.env[model].with_user(reader).create(values)

    def test_user_does_not_edit_payments(self):
        incoming = self.receive_unknown().with_user(self.users["user"])
        for values in ({"partner_id": self.child.id}, {"exception_state": "none"}):
            with self.subTest(values=values), self.assertRaises(AccessError):
                incoming.write(values)

    def test_other_companies(self):
        incoming = self.receive_unknown()
        elsewhere = self.env["res.company"].create({"name": "Yayasan Lain"})
        user = self.users["user"]
        user.write({"company_ids": [(6, 0, elsewhere.ids)], "company_id": elsewhere.id})
        env = self.env(user=user, context={"allowed_company_ids": elsewhere.ids})
        with self.assertRaises(AccessError):
            incoming.with_env(env).action_resolve("x")
        with self.assertRaises(AccessError):
            wizard = env["payment.incoming.assign"].create(
                {"incoming_id": incoming.id, "partner_id": self.child.id}
            )
            wizard.action_assign()
