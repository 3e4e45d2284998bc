# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from unittest.mock import patch

from odoo.exceptions import AccessError, LockError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, freeze_time, tagged
from odoo.tools import mute_logger

from .common import DAY, ApprovalCommon


@tagged("post_install", "-at_install")
@freeze_time(f"{DAY} 03:00:00")
class TestFlow(ApprovalCommon):
    """What is asked, level by level, and what is left alone."""

    def test_bill(self):
        bill = self.make_bill()
        self.assertEqual(bill.approval_state, "needed")
        request = self.approve(bill)
        self.assertEqual(request.state, "approved")
        self.assertEqual(bill.approval_state, "approved")
        self.call(self.clerk, bill, "action_post")
        self.assertEqual(bill.state, "posted")

    def test_papers_are_shown_to_who_may_not_open_the_bill(self):
        bill = self.make_bill()
        self.env["ir.attachment"].with_user(self.clerk).create(
            {
                "name": "faktur.pdf",
                "raw": b"%PDF-1.4",
                "res_model": bill._name,
                "res_id": bill.id,
            }
        )
        request = self.approve(bill)
        bill.action_post()
        payment = self.make_payment(invoice_ids=[Command.set(bill.ids)])
        payment.action_request_approval()
        for one in (request, payment.sudo()._get_last_request()):
            with self.subTest(one.kind):
                papers = (
                    self.env["ir.attachment"]
                    .with_user(self.principal)
                    .search([("res_model", "=", one._name), ("res_id", "=", one.id)])
                )
                self.assertEqual(papers.mapped("name"), ["faktur.pdf"])
                self.assertEqual(papers.raw, b"%PDF-1.4")

    def test_levels(self):
        bill = self.make_bill(6_000_000)
        bill.action_request_approval()
        request = bill.sudo()._get_last_request()
        with self.assertRaises(AccessError):
            self.call(self.chair, request, "action_approve")
        self.call(self.principal, request, "action_approve")
        self.assertEqual(request.state, "pending")
        with self.assertRaises(ValidationError):
            bill.action_post()
        self.call(self.chair, request, "action_approve")
        self.assertEqual(request.state, "approved")
        self.assertEqual(
            request.review_ids.sorted("sequence").done_by,
            self.principal | self.chair,
        )
        bill.invalidate_recordset()
        bill.action_post()

    def test_notices(self):
        bill = self.make_bill(6_000_000)
        bill.action_request_approval()
        request = bill.sudo()._get_last_request()
        self.assertEqual(request.activity_ids.user_id, self.principal)
        groups = self.call(self.principal, self.env["res.users"], "review_user_count")
        self.assertEqual([group["pending_count"] for group in groups], [1])
        self.assertFalse(
            self.call(self.chair, self.env["res.users"], "review_user_count")
        )
        self.call(self.principal, request, "action_approve")
        self.assertEqual(request.activity_ids.user_id, self.chair)
        mine = request.with_user(self.chair).search([("can_review", "=", True)])
        self.assertEqual(mine, request.with_user(self.chair))
        self.call(self.chair, request, "action_approve")
        self.assertFalse(request.activity_ids)

    def test_below_the_limit(self):
        bill = self.make_bill(999_999)
        self.assertEqual(bill.approval_state, "none")
        bill.action_post()
        payment = self.make_payment(999_999)
        payment.action_post()
        self.assertIn(payment.state, ("in_process", "paid"))
        with self.assertRaises(UserError):
            self.make_bill(999_999).action_request_approval()

    def test_rules_by_journal_partner_and_tag(self):
        self.rule.active = False
        tag = self.env["res.partner.category"].create({"name": "Rekanan"})
        below = tag.create({"name": "Baru", "parent_id": tag.id})
        journal = self.purchase.copy({"code": "BIL2"})
        stranger = self.vendor.copy({"name": "CV Lain"})
        cases = [
            ({"approval_journal_ids": journal.ids}, {"journal_id": journal.id}),
            ({"approval_partner_ids": stranger.ids}, {"partner_id": stranger.id}),
            ({"approval_category_ids": tag.ids}, {"partner_id": stranger.id}),
        ]
        stranger.category_id = below
        for values, matching in cases:
            rule = self.make_rule("Khusus", self.principal, **values)
            with self.subTest(values=values):
                self.assertEqual(self.make_bill().approval_state, "none")
                self.assertEqual(
                    self.make_bill(partner_bank_id=False, **matching).approval_state,
                    "needed",
                )
            rule.active = False

    def test_amount_is_in_company_currency(self):
        dollar = self.env.ref("base.USD")
        dollar.active = True
        self.env["res.currency.rate"].create(
            {
                "name": "2026-01-01",
                "currency_id": dollar.id,
                "company_id": self.company.id,
                "inverse_company_rate": 16_000,
            }
        )
        small = self.make_bill(50, currency_id=dollar.id)
        large = self.make_bill(70, currency_id=dollar.id)
        self.assertEqual(small.approval_state, "none")
        self.assertEqual(large.approval_state, "needed")

    def test_rejected_with_a_reason(self):
        bill = self.make_bill()
        bill.action_request_approval()
        request = bill.sudo()._get_last_request()
        action = self.call(self.principal, request, "action_reject")
        wizard = Form(
            self.env["account.approval.reject"]
            .with_user(self.principal)
            .with_context(**action["context"])
        )
        wizard.reason = "Tanpa faktur"
        wizard.save().action_confirm()
        self.assertEqual(request.state, "rejected")
        bill.invalidate_recordset()
        self.assertEqual(bill.approval_state, "rejected")
        self.assertIn("Tanpa faktur", bill.approval_text)
        with self.assertRaises(ValidationError):
            bill.action_post()
        again = self.approve(bill)
        self.assertNotEqual(again, request)
        bill.action_post()

    def test_withdrawn(self):
        bill = self.make_bill()
        bill.action_request_approval()
        request = bill.sudo()._get_last_request()
        with self.assertRaises(AccessError):
            self.call(self.colleague, request, "action_withdraw")
        self.call(self.clerk, request, "action_withdraw")
        self.assertEqual(request.state, "void")
        with self.assertRaises(UserError):
            self.call(self.principal, request, "action_approve")

    def test_registered_payment_waits(self):
        bill = self.make_posted_bill()
        wizard = (
            self.env["account.payment.register"]
            .with_user(self.clerk)
            .with_context(active_model="account.move", active_ids=bill.ids)
            .create({"journal_id": self.bank.id, "payment_date": DAY})
        )
        payment = wizard._create_payments()
        self.assertEqual(payment.state, "draft")
        self.assertEqual(payment.approval_state, "pending")
        self.assertEqual(bill.payment_state, "not_paid")
        request = payment.sudo()._get_last_request()
        self.call(self.principal, request, "action_approve")
        self.call(self.clerk, payment, "action_post")
        self.assertIn(payment.state, ("in_process", "paid"))
        self.assertEqual(bill.payment_state, "paid")

    def test_statement_line(self):
        line = (
            self.env["account.bank.statement.line"]
            .with_user(self.clerk)
            .create(
                {
                    "journal_id": self.bank.id,
                    "date": DAY,
                    "payment_ref": "TRF",
                    "amount": -2_000_000,
                    "partner_id": self.vendor.id,
                }
            )
        )
        self.assertEqual(line.move_id.state, "posted")
        line.action_request_approval()
        request = line.move_id.sudo()._get_last_request()
        self.call(self.principal, request, "action_approve")
        line.invalidate_recordset()
        suspense = line.move_id.line_ids.filtered(
            lambda item: item.account_id == self.bank.suspense_account_id
        )
        suspense.with_user(self.clerk).account_id = self.payable
        self.assertEqual(suspense.account_id, self.payable)

    def test_second_of_two_approvers(self):
        bill = self.make_bill()
        bill.action_request_approval()
        request = bill.sudo()._get_last_request()
        self.call(self.principal, request, "action_approve")
        with self.assertRaises(UserError):
            self.call(self.principal, request, "action_approve")

    def test_approval_takes_the_lock(self):
        bill = self.make_bill()
        bill.action_request_approval()
        request = bill.sudo()._get_last_request()

        def taken(records, **_kwargs):
            raise LockError("taken")

        self.patch(self.registry[request._name], "lock_for_update", taken)
        with self.assertRaises(LockError):
            self.call(self.principal, request, "action_approve")
        self.assertEqual(request.state, "pending")

    @mute_logger("odoo.addons.base.models.ir_rule")
    def test_who_sees_requests(self):
        bill = self.make_bill()
        bill.action_request_approval()
        request = bill.sudo()._get_last_request()
        for user, expected in (
            (self.clerk, True),
            (self.colleague, True),
            (self.principal, True),
            (self.manager, True),
            (self.chair, False),
            (self.deputy, False),
        ):
            with self.subTest(user.login):
                found = request.with_user(user).search([("id", "=", request.id)])
                self.assertEqual(bool(found), expected)

    def test_approvers_read_the_form_without_the_ledger(self):
        bill = self.make_bill()
        bill.action_request_approval()
        request = bill.sudo()._get_last_request().with_user(self.principal)
        form = Form(request)
        self.assertEqual(form.amount, 2_000_000)
        self.assertIn("Buku", form.description)
        self.assertTrue(request.can_review)

    def test_only_administrators_make_rules(self):
        for user in (self.clerk, self.principal):
            with self.subTest(user.login), self.assertRaises(AccessError):
                self.call(user, self.rule, "write", {"approval_amount_min": 9e9})
        self.call(self.manager, self.rule, "write", {"approval_amount_min": 9e6})
        self.assertEqual(self.rule.approval_amount_min, 9e6)

    def test_rule_for_another_model_is_not_theirs(self):
        model = self.env["ir.model"]._get("res.partner")
        rule = self.env["tier.definition"].create(
            {"name": "Lain", "model_id": model.id, "reviewer_id": self.chair.id}
        )
        with self.assertRaises(AccessError):
            self.call(self.manager, rule, "write", {"name": "X"})

    def test_customers_are_left_alone(self):
        """Nothing is even asked: usual invoices are told by their accounts."""
        rules = self.registry["tier.definition"]
        with patch.object(rules, "_get_approval_rules", side_effect=AssertionError):
            invoice = self.make_posted_invoice()
        self.assertEqual(invoice.approval_state, "none")
        payment = self.make_payment(
            9_000_000,
            payment_type="inbound",
            partner_type="customer",
            partner_bank_id=False,
        )
        payment.action_post()
        self.assertIn(payment.state, ("in_process", "paid"))
        editors = self.env["account.approval.editor"].search(
            [
                "|",
                ("move_id", "in", (invoice | payment.move_id).ids),
                ("payment_id", "=", payment.id),
            ]
        )
        self.assertFalse(editors)

    def make_posted_invoice(self):
        invoice = self.make_bill(
            9_000_000,
            move_type="out_invoice",
            partner_bank_id=False,
            journal_id=self.sale.id,
        )
        invoice.action_post()
        return invoice

    # === MANY AT ONCE, TWO AT ONCE === #

    def count_queries(self, bills):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        states = bills._find_approval_states()
        self.assertEqual({state for state, _request in states.values()}, {"pending"})
        return self.env.cr.sql_log_count - before

    def test_states_of_many_take_as_many_queries_as_of_two(self):
        bills = self.env["account.move"].union(*(self.make_bill() for _ in range(6)))
        bills.action_request_approval()
        bills = self.env["account.move"].browse(bills.ids)
        two = self.count_queries(bills[:2])
        self.assertEqual(self.count_queries(bills), two)

    def test_confirming_a_payment_takes_its_bank_account(self):
        """Who changes the account in the same moment has to begin anew."""
        payment = self.make_payment()
        self.approve(payment)
        where = "SELECT ctid FROM res_partner_bank WHERE id = %s"
        self.env.flush_all()
        self.env.cr.execute(where, [self.account.id])
        before = self.env.cr.fetchone()
        self.call(self.clerk, payment, "action_post")
        self.env.cr.execute(where, [self.account.id])
        self.assertNotEqual(self.env.cr.fetchone(), before)

    # === WHAT IS KEPT === #

    def test_what_was_submitted_is_not_deleted(self):
        bill, other = self.make_bill(), self.make_bill()
        bill.action_request_approval()
        self.call(self.clerk, bill.sudo()._get_last_request(), "action_withdraw")
        with self.assertRaisesRegex(UserError, "stays on record"):
            self.call(self.clerk, bill, "unlink")
        bill.button_cancel()
        other.unlink()
        self.assertFalse(other.exists())

    def test_approvers_of_another_company(self):
        """Who may not work in the company is told nothing, and is not enough."""
        self.principal.write(
            {"company_id": self.other.id, "company_ids": [Command.set(self.other.ids)]}
        )
        bill = self.make_bill()
        with self.assertRaisesRegex(UserError, self.company.name):
            with self.env.cr.savepoint():
                bill.action_request_approval()
        self.make_rule("Wakil", self.deputy, sequence=1)
        self.rule.active = False
        bill.action_request_approval()
        request = bill.sudo()._get_last_request()
        self.assertEqual(request.activity_ids.user_id, self.deputy)
