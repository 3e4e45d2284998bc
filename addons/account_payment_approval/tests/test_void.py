# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command
from odoo.tests import freeze_time, tagged

from .common import DAY, ApprovalCommon


@tagged("post_install", "-at_install")
@freeze_time(f"{DAY} 03:00:00")
class TestVoid(ApprovalCommon):
    """An approval is for one content; of another content there is none."""

    def make_changes(self):
        journal = self.purchase.copy({"code": "BIL3"})
        stranger = self.vendor.copy({"name": "CV Lain"})
        other_bank = self.make_bank("999888")
        line = Command.create(
            {
                "name": "Tambahan",
                "account_id": self.expense.id,
                "price_unit": 1,
                "tax_ids": [Command.clear()],
            }
        )
        return {
            "amount": lambda bill: bill.invoice_line_ids.write({"price_unit": 2e6 + 1}),
            "line": lambda bill: bill.write({"invoice_line_ids": [line]}),
            "line deleted": lambda bill: bill.invoice_line_ids.filtered(
                lambda item: item.name == "Lagi"
            ).unlink(),
            "label": lambda bill: bill.invoice_line_ids[0].write({"name": "Emas"}),
            "partner": lambda bill: bill.write({"partner_id": stranger.id}),
            "bank": lambda bill: bill.write({"partner_bank_id": other_bank.id}),
            "number": lambda bill: self.account.with_user(self.manager).write(
                {"acc_number": "666"}
            ),
            "journal": lambda bill: bill.write({"journal_id": journal.id, "name": "/"}),
            "date": lambda bill: bill.write({"date": "2026-11-15"}),
            "invoice date": lambda bill: bill.write({"invoice_date": "2026-11-01"}),
            "currency": lambda bill: bill.write(
                {"currency_id": self.env.ref("base.USD").id}
            ),
        }

    def make_two_lines(self):
        bill = self.make_bill()
        copied = bill.invoice_line_ids.copy_data()[0]
        bill.write({"invoice_line_ids": [Command.create({**copied, "name": "Lagi"})]})
        return bill

    def test_bill_changed_after_approval(self):
        self.env.ref("base.USD").active = True
        for name, change in self.make_changes().items():
            with self.subTest(name), self.env.cr.savepoint() as savepoint:
                bill = self.make_two_lines()
                request = self.approve(bill)
                change(bill)
                self.env.flush_all()
                self.env.invalidate_all()
                self.assertEqual(bill.approval_state, "changed")
                self.assertTrue(request.is_outdated)
                with self.assertRaises(ValidationError), self.env.cr.savepoint():
                    self.call(self.clerk, bill, "action_post")
                self.assertEqual(bill.state, "draft")
                savepoint.close(rollback=True)
                self.env.invalidate_all()

    def test_changed_while_waiting(self):
        bill = self.make_bill()
        bill.action_request_approval()
        request = bill.sudo()._get_last_request()
        bill.invoice_line_ids.price_unit = 3_000_000
        with self.assertRaises(UserError):
            self.call(self.principal, request, "action_approve")
        again = self.approve(bill)
        self.assertEqual(request.state, "void")
        self.assertEqual(again.amount, 3_000_000)
        bill.action_post()

    def test_reset_edited_and_posted_again(self):
        bill = self.make_posted_bill()
        bill.with_user(self.clerk).button_draft()
        bill.action_post()
        bill.button_draft()
        bill.invoice_line_ids.price_unit = 4_000_000
        with self.assertRaises(ValidationError):
            bill.action_post()

    def test_posted_bill_goes_to_another_account(self):
        bill = self.make_posted_bill()
        other_bank = self.make_bank("999888")
        with self.assertRaises(ValidationError):
            self.call(self.clerk, bill, "write", {"partner_bank_id": other_bank.id})

    def test_posted_bill_is_owed_to_somebody_else(self):
        bill = self.make_posted_bill()
        debt = bill.line_ids.filtered(lambda line: line.account_id == self.payable)
        stranger = self.vendor.copy({"name": "CV Lain"})
        for values in ({"partner_id": stranger.id}, {"account_id": self.expense.id}):
            with self.subTest(values=values), self.assertRaises(UserError):
                with self.env.cr.savepoint():
                    self.call(self.clerk, debt, "write", values)

    def test_payment_changed_after_approval(self):
        other_bank = self.make_bank("999888")
        stranger = self.vendor.copy({"name": "CV Lain"})
        for values in (
            {"amount": 3_000_000},
            {"partner_bank_id": other_bank.id},
            {"partner_id": stranger.id},
            {"date": "2026-11-15"},
        ):
            payment = self.make_payment()
            self.approve(payment)
            with self.subTest(values=values):
                payment.write(values)
                payment.invalidate_recordset()
                self.assertEqual(payment.approval_state, "changed")
                with self.assertRaises(ValidationError), self.env.cr.savepoint():
                    self.call(self.clerk, payment, "action_post")

    def test_confirmed_payment_goes_to_another_account(self):
        payment = self.make_payment()
        self.approve(payment)
        self.call(self.clerk, payment, "action_post")
        other_bank = self.make_bank("999888")
        if payment.state != "in_process":
            payment.sudo().state = "in_process"
        with self.assertRaises(ValidationError), self.env.cr.savepoint():
            self.call(self.clerk, payment, "write", {"partner_bank_id": other_bank.id})
        with self.assertRaises(ValidationError):
            self.call(self.manager, self.account, "write", {"acc_number": "666"})

    def test_rule_that_comes_later(self):
        bill = self.make_bill()
        self.approve(bill)
        self.make_rule("Baru", self.chair, sequence=3)
        bill.invalidate_recordset()
        self.assertEqual(bill.approval_state, "needed")
        with self.assertRaises(ValidationError):
            bill.action_post()

    def test_copy_is_not_approved(self):
        bill = self.make_posted_bill()
        copied = bill.copy({"invoice_date": DAY})
        with self.assertRaises(ValidationError):
            copied.action_post()
