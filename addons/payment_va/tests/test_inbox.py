# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Whatever is told how often and in which order: one payment, the right end."""

from datetime import timedelta
from itertools import permutations
from unittest.mock import patch

from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL, mute_logger

from .common import NOW, PaymentVaCommon, fake_body, fake_delivery, tagged

MODELS = "odoo.addons.payment_va.models"


@tagged("post_install", "-at_install")
class TestInbox(PaymentVaCommon):
    def test_payment_is_booked_in_full(self):
        bill = self.make_bill()
        tx = self.make_attempt(bill)
        notification = self.pay(tx)
        incoming = self.incoming()
        self.assertEqual(notification.state, "applied")
        self.assertEqual(notification.incoming_id, incoming)
        self.assertEqual(bill.payment_state, "paid")
        self.assertEqual(tx.state, "done")
        self.assertTrue(tx.is_post_processed)
        self.assertEqual(tx.payment_id, incoming.payment_id)
        self.assertEqual(incoming.line_ids.move_id, bill)
        self.assertEqual(incoming.amount, 350000)
        self.assertEqual(incoming.unallocated_amount, 0)
        self.assertEqual(incoming.exception_state, "none")
        self.assertEqual(str(incoming.date), "2026-11-16")
        items = incoming.payment_id.move_id.line_ids
        self.assertEqual(items.partner_id, self.family)
        self.assertEqual(sum(items.mapped("balance")), 0)

    def test_accounting_date_is_local(self):
        tx = self.make_attempt(self.make_bill())
        self.pay(tx, paid_at="2026-11-15T17:30:00Z")
        self.assertEqual(str(self.incoming().date), "2026-11-16")

    def test_several_bills_oldest_first(self):
        old = self.make_bill(100000, due=NOW.date() - timedelta(days=60))
        new = self.make_bill(200000, self.sibling)
        tx = self.make_attempt(old + new)
        self.pay(tx, amount="150000")
        self.assertEqual(old.payment_state, "paid")
        self.assertEqual(new.amount_residual, 150000)
        self.assertEqual(self.incoming().exception, "amount")
        self.assertEqual(self.incoming().exception_state, "open")

    def test_each_bill_gets_its_own_credit(self):
        bills = self.make_bill(100000) + self.make_bill(200000, self.sibling)
        self.pay(self.make_attempt(bills))
        credits = self.incoming().payment_id.move_id.line_ids.filtered("credit")
        self.assertEqual(sorted(credits.mapped("credit")), [100000, 200000])
        self.assertTrue(all(credits.mapped("reconciled")))

    def test_identical_callbacks(self):
        tx = self.make_attempt(self.make_bill())
        first = self.pay(tx)
        again = [self.pay(tx) for _i in range(4)]
        self.assertEqual({n.state for n in again}, {"ignored"})
        self.assertEqual({n.duplicate_of_id for n in again}, {first})
        self.assertEqual(len(self.incoming()), 1)

    def test_any_order_leaves_the_same(self):
        for number, kinds in enumerate(permutations(("pending", "paid", "expired"))):
            with self.subTest(kinds=kinds):
                bill = self.make_bill()
                tx = self.make_attempt(bill, state="draft")
                payment_id = f"P-{number}"
                for kind in kinds:
                    self.deliver(
                        kind,
                        payment_id=payment_id,
                        order_ref=tx.reference,
                        amount="350000",
                    )
                self.assertEqual(tx.state, "done")
                self.assertEqual(bill.payment_state, "paid")
                self.assertEqual(len(self.incoming(payment_id)), 1)

    def test_order_within_one_batch(self):
        """What comes together is applied together, with the same result."""
        bill = self.make_bill()
        tx = self.make_attempt(bill)
        values = {
            "payment_id": "P-1",
            "order_ref": tx.reference,
            "amount": "350000",
        }
        inbox = self.env["payment.notification"]
        ids = [
            inbox._receive(fake_delivery(kind, **values)).notification_id
            for kind in ("expired", "paid", "pending", "denied")
        ]
        self.env["payment.booking"]._apply(inbox.browse(ids))
        self.assertEqual(self.incoming().state, "reversed")
        self.assertEqual(bill.payment_state, "not_paid")
        self.assertEqual(
            inbox.browse(ids).mapped("state"),
            ["applied", "applied", "ignored", "applied"],
        )

    def test_two_payments_of_one_bill_in_one_batch(self):
        bill = self.make_bill()
        first, second = self.make_attempt(bill), self.make_attempt(bill)
        inbox = self.env["payment.notification"]
        ids = [
            inbox._receive(
                fake_delivery(
                    payment_id=tx.reference, order_ref=tx.reference, amount="350000"
                )
            ).notification_id
            for tx in (first, second)
        ]
        self.env["payment.booking"]._apply(inbox.browse(ids))
        self.assertEqual(bill.payment_state, "paid")
        self.assertEqual(self.open_deposit(), 350000)
        self.assertEqual(self.incoming(second.reference).exception, "paid")

    def test_unknown_order_is_in_suspense(self):
        notification = self.deliver(
            payment_id="P-9", order_ref="NOBODY", amount="75000"
        )
        incoming = notification.incoming_id
        self.assertEqual(incoming.exception, "unknown")
        self.assertFalse(incoming.partner_id)
        suspense = self.company.payment_suspense_account_id
        line = incoming.payment_id.move_id.line_ids.filtered("credit")
        self.assertEqual(line.account_id, suspense)
        self.assertEqual(line.credit, 75000)

    def test_more_than_asked_is_a_deposit(self):
        bill = self.make_bill()
        self.pay(self.make_attempt(bill), amount="355000")
        self.assertEqual(bill.payment_state, "paid")
        self.assertEqual(self.incoming().exception, "amount")
        self.assertEqual(self.incoming().unallocated_amount, 5000)
        self.assertEqual(self.open_deposit(), 5000)

    def test_paid_meanwhile_is_a_deposit(self):
        bill = self.make_bill()
        tx = self.make_attempt(bill)
        self.pay(self.make_attempt(bill), "P-0")
        self.pay(tx)
        self.assertEqual(self.incoming().exception, "paid")
        self.assertEqual(self.open_deposit(), 350000)
        self.assertEqual(tx.state, "done")

    def test_cancelled_bill_is_a_deposit(self):
        bill = self.make_bill()
        tx = self.make_attempt(bill)
        bill.button_draft()
        bill.button_cancel()
        self.pay(tx)
        self.assertEqual(self.incoming().exception, "cancelled")
        self.assertEqual(self.open_deposit(), 350000)

    def test_late_pays_the_open_bill(self):
        bill = self.make_bill()
        tx = self.make_attempt(bill, expires_at=NOW - timedelta(hours=1))
        self.deliver("expired", payment_id="P-1", order_ref=tx.reference)
        self.assertEqual(tx.state, "cancel")
        self.pay(tx)
        self.assertEqual(tx.state, "done")
        self.assertEqual(self.incoming().exception, "late")
        self.assertEqual(bill.payment_state, "paid")

    def test_late_is_a_deposit_if_so_set(self):
        self.gateway.late_policy = "deposit"
        bill = self.make_bill()
        tx = self.make_attempt(bill, expires_at=NOW - timedelta(hours=1))
        self.pay(tx)
        self.assertEqual(self.incoming().exception, "late")
        self.assertEqual(bill.payment_state, "not_paid")
        self.assertEqual(self.open_deposit(), 350000)

    def test_other_currency_is_a_deposit(self):
        self.env.ref("base.USD").active = True
        bill = self.make_bill()
        self.pay(self.make_attempt(bill), amount="25.50", currency="USD")
        incoming = self.incoming()
        self.assertEqual(incoming.exception, "currency")
        self.assertEqual(incoming.amount, 25.5)
        self.assertEqual(bill.payment_state, "not_paid")
        self.assertEqual(incoming.payment_id.currency_id.name, "USD")

    def test_fee_imposed_by_the_provider(self):
        bill = self.make_bill()
        self.pay(self.make_attempt(bill), amount="354440", payer_fee="4440")
        incoming = self.incoming()
        self.assertEqual(bill.payment_state, "paid")
        self.assertEqual(incoming.exception_state, "none")
        self.assertEqual(incoming.fee_amount, 4440)
        fee = incoming.payment_id.move_id.line_ids.filtered(
            lambda x: x.account_id == self.gateway.fee_account_id
        )
        self.assertEqual(fee.credit, 4440)

    def test_surcharge_of_our_checkout(self):
        bill = self.make_bill()
        self.pay(self.make_attempt(bill, 354440, surcharge_amount=4440))
        self.assertEqual(bill.payment_state, "paid")
        self.assertEqual(self.incoming().fee_amount, 4440)
        self.assertEqual(self.open_deposit(), 0)

    def test_reversal_opens_the_bill_again(self):
        bill = self.make_bill()
        tx = self.make_attempt(bill)
        self.pay(tx)
        self.deliver("denied", payment_id="P-1", order_ref=tx.reference)
        incoming = self.incoming()
        self.assertEqual(incoming.state, "reversed")
        self.assertEqual(incoming.exception_state, "open")
        self.assertEqual(bill.payment_state, "not_paid")
        self.assertEqual(bill.amount_residual, 350000)
        self.assertEqual(tx.state, "cancel")
        self.assertEqual(incoming.payment_id.move_id.state, "posted")
        both = (incoming.payment_id.move_id + incoming.reversal_move_id).line_ids
        for account in both.account_id:
            items = both.filtered(lambda x, account=account: x.account_id == account)
            self.assertEqual(sum(items.mapped("balance")), 0)

    def test_denied_attempt_then_another_payment(self):
        bill = self.make_bill()
        tx = self.make_attempt(bill)
        self.deliver("denied", payment_id="P-0", order_ref=tx.reference)
        self.assertEqual(tx.state, "cancel")
        self.pay(tx)
        self.assertEqual(bill.payment_state, "paid")

    def test_challenge_is_held(self):
        bill = self.make_bill()
        tx = self.make_attempt(bill, state="draft")
        self.deliver("challenge", payment_id="P-1", order_ref=tx.reference)
        self.assertEqual(tx.state, "pending")
        self.assertFalse(self.incoming())
        self.pay(tx)
        self.assertEqual(bill.payment_state, "paid")

    def test_undocumented_word_is_kept(self):
        tx = self.make_attempt(self.make_bill())
        notification = self.deliver("unknown", order_ref=tx.reference)
        self.assertEqual(notification.state, "ignored")
        self.assertTrue(notification.reason)
        self.assertEqual(tx.state, "pending")

    # === FIXED NUMBERS === #

    def make_number(self, **vals):
        account = self.env["payment.virtual.account"].create(
            {
                "provider_id": self.gateway.id,
                "channel_id": self.channel.id,
                "partner_id": self.child.id,
                "customer_number": "2026001",
                **vals,
            }
        )
        account.state = "active"
        return account

    def test_number_is_composed(self):
        self.assertEqual(self.make_number().number, "132820002026001")

    def test_number_has_one_owner(self):
        self.make_number()
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            self.make_number(partner_id=self.sibling.id)

    def test_number_too_long(self):
        with self.assertRaisesRegex(UserError, "Customer Number"):
            self.make_number(customer_number="12345678901")

    def test_fixed_number_pays_the_childs_oldest_bills(self):
        old = self.make_bill(100000, due=NOW.date() - timedelta(days=60))
        new = self.make_bill(200000)
        other = self.make_bill(50000, self.sibling, due=NOW.date() - timedelta(90))
        account = self.make_number()
        self.deliver(payment_id="P-1", va_number=account.number, amount="150000")
        self.assertEqual(old.payment_state, "paid")
        self.assertEqual(new.amount_residual, 150000)
        self.assertEqual(other.payment_state, "not_paid")
        self.assertEqual(self.incoming().exception_state, "none")

    def test_fixed_number_paid_three_times(self):
        bill = self.make_bill(100000)
        account = self.make_number()
        for number in range(3):
            self.deliver(
                payment_id=f"P-{number}", va_number=account.number, amount="50000"
            )
        self.assertEqual(bill.payment_state, "paid")
        self.assertEqual(len(account.incoming_ids), 3)
        self.assertEqual(self.open_deposit(), 50000)

    def test_closed_amount_differs(self):
        self.make_bill(100000)
        account = self.make_number(amount_type="closed")
        self.deliver(payment_id="P-1", va_number=account.number, amount="90000")
        self.assertEqual(self.incoming().exception, "amount")

    # === THE INBOX ITSELF === #

    def test_wrong_signature_is_kept_and_not_applied(self):
        tx = self.make_attempt(self.make_bill())
        delivery = fake_delivery(
            payment_id="P-1", order_ref=tx.reference, amount="350000"
        )
        forged = type(delivery)(
            "none", delivery.body.replace(b"350000", b"350001"), delivery.headers
        )
        receipt = self.env["payment.notification"]._receive(forged)
        notification = self.env["payment.notification"].browse(receipt.notification_id)
        self.assertEqual(receipt.verdict, "bad_signature")
        self.assertEqual(notification.state, "rejected")
        self.assertEqual(notification._get_body(), forged.body)
        self.assertEqual(self.gateway.rejected_count, 1)
        notification.action_replay()
        self.assertFalse(self.incoming())

    def test_malformed_body_is_kept(self):
        for body in (
            b"",
            b"[]",
            b"{",
            b"[" * 50_000,
            b'{"kind": "paid"}',
            b"\xff\x00",
            fake_body(order_ref="A\0B"),
            fake_body(order_ref="A" * 300),
            fake_body(payment_id="P\n1"),
        ):
            delivery = type(fake_delivery())("none", body, {})
            receipt = self.env["payment.notification"]._receive(delivery)
            self.assertEqual(receipt.verdict, "malformed")

    def test_secrets_are_not_kept(self):
        delivery = fake_delivery(payment_id="P-1", amount="1000")
        delivery.headers.update(authorization="Bearer S3CRET", cookie="S3CRET")
        receipt = self.env["payment.notification"]._receive(delivery)
        notification = self.env["payment.notification"].browse(receipt.notification_id)
        self.assertNotIn("S3CRET", notification.headers)
        self.assertIn("x-sign", notification.headers)

    def test_allowlist(self):
        self.gateway.callback_allowlist = "103.208.23.0/24\n103.127.17.6"
        values = fake_delivery(payment_id="P-1", amount="1000")
        for address, verdict in (
            ("103.208.23.77", "verified"),
            ("::ffff:103.127.17.6", "verified"),
            ("103.127.17.7", "unknown_sender"),
            ("", "unknown_sender"),
        ):
            delivery = type(values)(
                "none", values.body, values.headers, address=address
            )
            receipt = self.env["payment.notification"]._receive(delivery)
            self.assertEqual(receipt.verdict, verdict, address)

    def test_allowlist_names_what_is_wrong(self):
        with self.assertRaisesRegex(UserError, "Callback Allowlist: nonsense"):
            self.gateway.callback_allowlist = "103.208.23.0/24 nonsense"

    def test_replaying_everything_changes_nothing(self):
        bills = [self.make_bill() for _i in range(4)]
        attempts = [self.make_attempt(bill) for bill in bills]
        for number, tx in enumerate(attempts[:3]):
            self.deliver("pending", payment_id=f"P-{number}", order_ref=tx.reference)
            self.pay(tx, f"P-{number}")
        self.deliver("expired", payment_id="P-3", order_ref=attempts[3].reference)
        self.deliver("denied", payment_id="P-2", order_ref=attempts[2].reference)
        self.deliver(payment_id="P-9", order_ref="NOBODY", amount="5000")
        before = self.dump()
        later = NOW + timedelta(hours=1)
        with patch("odoo.fields.Datetime.now", return_value=later):
            self.env["payment.notification"].search(
                [("provider_id", "=", self.gateway.id)]
            ).action_replay()
            self.env.flush_all()
        after = self.dump()
        for table, rows in before.items():
            self.assertEqual(after[table], rows, table)

    def dump(self):
        """Return every row of the tables that replays must not touch."""
        rows = {}
        for table in (
            "account_move",
            "account_move_line",
            "account_payment",
            "account_partial_reconcile",
            "payment_incoming",
            "payment_incoming_line",
            "payment_transaction",
            "payment_notification",
        ):
            self.env.cr.execute(
                SQL("SELECT to_jsonb(t) FROM %s t ORDER BY id", SQL.identifier(table))
            )
            rows[table] = self.env.cr.fetchall()
        return rows

    def test_failure_is_tried_again(self):
        tx = self.make_attempt(self.make_bill())
        inbox = self.env["payment.notification"]
        receipt = inbox._receive(
            fake_delivery(
                payment_id="P-1", order_ref=tx.reference, amount="1", currency="XXX"
            )
        )
        notification = inbox.browse(receipt.notification_id)
        booking = self.env["payment.booking"]
        with mute_logger("odoo.addons.payment_va.models.payment_booking"):
            booking._apply_batch(notification.ids)
        self.assertEqual(notification.state, "failed")
        self.assertEqual(notification.next_try_at, NOW + timedelta(minutes=1))
        self.assertIn("XXX", notification.reason)

    def test_last_failure_is_for_a_person(self):
        notification = self.deliver("pending", order_ref="X")
        for _i in range(12):
            notification._retry_later("no")
        self.assertEqual(notification.state, "failed")
        self.assertFalse(notification.next_try_at)

    def test_payment_id_is_unique(self):
        self.pay(self.make_attempt(self.make_bill()))
        values = self.incoming().copy_data({"name": "X"})[0]
        values["provider_payment_id"] = "P-1"
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            self.env["payment.incoming"].create(values)

    def test_facts_do_not_change(self):
        self.pay(self.make_attempt(self.make_bill()))
        with self.assertRaises(UserError):
            self.incoming().amount = 1
        with self.assertRaises(UserError):
            self.incoming().unlink()
        with self.assertRaises(UserError):
            self.incoming().payment_id.action_cancel()
        with self.assertRaises(UserError):
            self.incoming().payment_id.move_id.button_draft()

    def test_rejected_are_rotated_and_counted(self):
        inbox = self.env["payment.notification"]
        delivery = type(fake_delivery())("none", b"{", {})
        for _i in range(7):
            inbox._receive(delivery)
        with patch(f"{MODELS}.payment_notification.MAX_REJECTED", 3):
            inbox._gc_rejected()
        self.gateway.invalidate_recordset()
        kept = inbox.search_count(
            [("provider_id", "=", self.gateway.id), ("state", "=", "rejected")]
        )
        self.assertEqual(kept, 3)
        self.assertEqual(self.gateway.rejected_count, 7)

    def test_roles(self):
        self.pay(self.make_attempt(self.make_bill()))
        incoming, notification = self.incoming(), self.incoming().notification_ids
        reader = self.make_user("va_reader", "payment_va.group_payment_reader")
        manager = self.make_user("va_manager", "payment_va.group_payment_manager")
        stranger = self.make_user("va_stranger", "base.group_user")
        self.assertEqual(incoming.with_user(reader).amount, 350000)
        self.assertTrue(incoming.with_user(reader).provider_id.name)
        with self.assertRaises(AccessError):
            notification.with_user(reader).action_replay()
        notification.with_user(manager).action_replay()
        with self.assertRaises(AccessError):
            incoming.with_user(stranger).read(["amount"])
        with self.assertRaises(AccessError):
            self.gateway.with_user(manager).read(["server_env_defaults"])
        with self.assertRaises(AccessError):
            self.gateway.with_user(manager).write({"late_policy": "deposit"})

    def test_batch_equals_odoos_own_payment(self):
        """What is written in one statement is what ``action_post`` leaves."""
        bills = self.make_bill() + self.make_bill()
        self.pay(self.make_attempt(bills[0]))
        ours = self.incoming().payment_id
        values = self.incoming()._prepare_payment([(self.receivable(bills[1]), 350000)])
        theirs = self.env["account.payment"].create(values)
        theirs.action_post()
        credit = theirs.move_id.line_ids.filtered("credit")
        (credit + self.receivable(bills[1])).reconcile()
        self.env.flush_all()
        self.assertEqual(self.facts(ours), self.facts(theirs))
        self.assertEqual(self.facts(ours.move_id), self.facts(theirs.move_id))
        for one, other in zip(
            ours.move_id.line_ids, theirs.move_id.line_ids, strict=True
        ):
            self.assertEqual(self.facts(one), self.facts(other))

    def receivable(self, bill):
        return bill.line_ids.filtered(
            lambda x: x.account_id.account_type == "asset_receivable"
        )

    def facts(self, record):
        """Return all stored values but ids, names and links to the own documents."""
        own = {
            "id",
            "name",
            "move_id",
            "move_name",
            "origin_payment_id",
            "payment_id",
            "full_reconcile_id",
            "matching_number",
            "sequence_number",
            "access_token",
        }
        return {
            name: record[name]
            for name, field in record._fields.items()
            if field.store
            and field.type not in ("one2many", "many2many")
            and name not in own
        }

    def test_number_of_a_checkout_and_the_order_of_somebody_else(self):
        """Where an account at the gateway is shared, numbers are, too."""
        tx = self.make_attempt(self.make_bill())
        self.make_number(kind="once", transaction_id=tx.id, reference=tx.reference)
        number = tx.va_ids.number
        self.deliver(
            payment_id="P-8", order_ref="SHOP-1", va_number=number, amount="350000"
        )
        self.assertEqual(self.incoming("P-8").exception, "unknown")
        self.assertFalse(self.incoming("P-8").partner_id)
        self.assertEqual(tx.state, "pending")
