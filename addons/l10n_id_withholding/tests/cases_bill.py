# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import date

from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command


class BillCases:
    def test_the_tax_is_owed_to_the_treasury(self):
        bill = self.make_bill(self.known, [(1_000_000, self.catering)])
        self.assertEqual(bill.amount_total, 980_000)
        owed = bill.line_ids.filtered("tax_line_id")
        self.assertEqual(owed.account_id, self.find_account("21210030"))
        self.assertEqual(owed.balance, -20_000)

    def test_without_npwp_the_higher_rate_is_proposed(self):
        bill = self.make_bill(self.unknown, [(1_000_000, self.catering)], post=False)
        self.assertTrue(bill.withholding_lacks_npwp)
        self.assertIn("has no NPWP", bill.withholding_warning)
        self.assertEqual(bill.amount_total, 980_000)
        bill.action_withhold_without_npwp()
        self.assertFalse(bill.withholding_lacks_npwp)
        self.assertFalse(bill.withholding_warning)
        self.assertEqual(bill.amount_total, 960_000)

    def test_other_taxes_of_a_line_stay(self):
        vat = self.env["account.tax"].search(
            [
                ("company_id", "=", self.company.id),
                ("type_tax_use", "=", "purchase"),
                ("amount", "=", 11),
            ],
            limit=1,
        )
        bill = self.make_bill(
            self.unknown, [(1_000_000, self.catering | vat)], post=False
        )
        bill.action_withhold_without_npwp()
        higher = self.catering.withholding_no_npwp_tax_id
        self.assertEqual(bill.invoice_line_ids.tax_ids, higher | vat)
        self.assertEqual(bill.amount_total, 1_070_000)

    def test_a_nik_will_do_for_pph_21_only(self):
        bill = self.make_bill(self.person, [(1_000_000, self.teaching)], post=False)
        self.assertFalse(bill.withholding_lacks_npwp)
        bill = self.make_bill(self.person, [(1_000_000, self.catering)], post=False)
        self.assertTrue(bill.withholding_lacks_npwp)

    def test_an_unverified_rate_warns_and_does_not_block(self):
        bill = self.make_bill(self.known, [(1_000_000, self.teaching)], post=False)
        self.assertIn("21-100-18", bill.withholding_warning)
        self.assertIn("not verified", bill.withholding_warning)
        bill.action_post()
        self.assertEqual(bill.state, "posted")
        self.assertFalse(bill.withholding_warning)

    def test_an_object_out_of_force_warns(self):
        self.catering.withholding_object_id.valid_to = date(2026, 6, 14)
        bill = self.make_bill(self.known, [(1_000_000, self.catering)], post=False)
        self.assertIn("not in force on 2026-06-15", bill.withholding_warning)

    def test_nothing_is_said_of_ordinary_bills_and_invoices(self):
        bill = self.make_bill(
            self.unknown, [(1_000_000, self.env["account.tax"])], post=False
        )
        self.assertFalse(bill.withholding_warning)
        invoice = self.work_as("user")["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": self.unknown.id,
                "invoice_line_ids": [Command.create({"name": "SPP", "price_unit": 5})],
            }
        )
        self.assertFalse(invoice.withholding_warning)
        with self.assertRaisesRegex(UserError, "no vendor bill in draft"):
            invoice.action_withhold_without_npwp()

    def test_a_posted_bill_keeps_its_taxes(self):
        bill = self.make_bill(self.unknown, [(1_000_000, self.catering)])
        with self.assertRaisesRegex(UserError, "Reset it to draft"):
            bill.action_withhold_without_npwp()

    def test_a_tax_is_of_the_kind_of_its_object(self):
        with self.assertRaisesRegex(ValidationError, "another kind"):
            self.catering.withholding_object_id = self.rent.withholding_object_id

    def test_the_other_rate_is_of_the_same_kind(self):
        with self.assertRaisesRegex(ValidationError, "can't replace"):
            self.catering.withholding_no_npwp_tax_id = self.rent
