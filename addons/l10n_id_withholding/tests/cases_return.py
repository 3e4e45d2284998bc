# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import date

from psycopg2 import IntegrityError

from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command
from odoo.tools import mute_logger

from .common import JUNE, NTPN


class ReturnCases:
    def read_sql(self, kind, period):
        """Return base and tax of a month by the columns of the tax lines alone."""
        self.env.flush_all()
        self.env.cr.execute(
            """
            SELECT COALESCE(SUM(l.tax_base_amount), 0), COALESCE(SUM(l.credit), 0)
                   - COALESCE(SUM(l.debit), 0)
              FROM account_move_line l
              JOIN account_move m ON m.id = l.move_id
              JOIN account_tax t ON t.id = l.tax_line_id
             WHERE m.state = 'posted' AND t.withholding_kind = %s
               AND m.company_id = %s
               AND to_char(m.date, 'YYYY-MM') = %s
            """,
            [kind, self.company.id, f"{period:%Y-%m}"],
        )
        return self.env.cr.fetchone()

    def refund(self, bill, day):
        reversal = (
            self.work_as("user")["account.move.reversal"]
            .with_context(active_model="account.move", active_ids=bill.ids)
            .create({"journal_id": bill.journal_id.id, "date": day})
        )
        action = reversal.reverse_moves()
        refund = self.work_as("user")["account.move"].browse(action["res_id"])
        refund.action_post()
        return refund

    # === FIGURES === #

    def test_figures_equal_the_books(self):
        higher = self.catering.withholding_no_npwp_tax_id
        self.make_bill(
            self.known, [(1_000_000, self.catering), (333_333, self.catering)]
        )
        self.make_bill(self.unknown, [(750_000, higher), (90_000, self.rent)])
        self.make_bill(self.known, [(5_000_000, self.catering)], date(2026, 5, 31))
        self.make_bill(self.known, [(5_000_000, self.catering)], date(2026, 7, 1))
        self.make_bill(self.known, [(5_000_000, self.catering)], post=False)
        bill = self.make_bill(self.known, [(200_000, self.catering)])
        self.refund(bill, date(2026, 6, 20))
        self.make_bill(self.person, [(2_000_000, self.teaching)], date(2026, 6, 30))
        for kind, count in (("pph21", 1), ("pph22", 0), ("pph23", 4), ("pph4_2", 1)):
            record = self.make_return(kind)
            with self.subTest(kind=kind):
                self.assertEqual(len(record.slip_ids), count)
                figures = (record.base_total, record.tax_total)
                expected = tuple(float(v) for v in self.read_sql(kind, JUNE))
                self.assertEqual(figures, expected)

    def test_a_slip_says_who_what_and_how_much(self):
        bill = self.make_bill(self.known, [(1_000_000, self.catering)], ref="INV/7")
        record = self.make_return()
        self.assertRecordValues(
            record.slip_ids,
            [
                {
                    "partner_id": self.known.id,
                    "tin": "3171234567890001",
                    "place_of_business": "3171234567890001000000",
                    "object_id": self.catering.withholding_object_id.id,
                    "base": 1_000_000,
                    "rate": 2,
                    "tax_amount": 20_000,
                    "move_id": bill.id,
                    "document_number": "INV/7",
                    "date": date(2026, 6, 15),
                    "number": False,
                }
            ],
        )

    def test_refreshing_follows_the_books(self):
        bill = self.make_bill(self.known, [(1_000_000, self.catering)])
        record = self.make_return()
        bill.button_draft()
        record.action_refresh()
        self.assertFalse(record.slip_ids)
        bill.action_post()
        self.make_bill(self.known, [(500_000, self.catering)])
        record.action_refresh()
        self.assertEqual(record.tax_total, 30_000)

    def test_one_return_per_kind_and_month(self):
        first = self.make_return()
        self.assertEqual(
            self.make_return(period=date(2026, 8, 17)).name, "PPh 23 2026-08"
        )
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            self.make_return(period=date(2026, 6, 30))
        self.assertTrue(first.exists())

    # === FILING === #

    def test_filing_numbers_and_locks(self):
        self.make_bill(self.known, [(2_000_000, self.catering)], date(2026, 6, 20))
        self.make_bill(self.known, [(1_000_000, self.catering)], date(2026, 6, 3))
        record = self.file_return(self.make_return())
        self.assertEqual(record.state, "filed")
        self.assertEqual(
            [(slip.number, slip.base) for slip in record.slip_ids],
            [("PPH23/2026/06/0001", 1_000_000), ("PPH23/2026/06/0002", 2_000_000)],
        )
        slip = record.slip_ids[0]
        for attempt in (
            lambda: record.write({"ntpn": "F" * 16}),
            lambda: record.write({"state": "draft", "kind": "pph22"}),
            lambda: record.unlink(),
            lambda: record.action_refresh(),
            lambda: record.action_file(),
            lambda: slip.write({"tax_amount": 1}),
            lambda: slip.unlink(),
            lambda: slip.create({"return_id": record.id, "base": 1}),
            lambda: record.write({"slip_ids": [Command.clear()]}),
        ):
            with self.assertRaisesRegex(UserError, "is filed"):
                attempt()
        record.write({"state": "draft"})
        self.assertEqual(record.state, "filed")
        record.write({"slip_ids": [Command.update(slip.id, {"coretax_number": "25A"})]})
        self.assertEqual(slip.coretax_number, "25A")
        record.note = "Reported"

    def test_filing_needs_proof_of_payment(self):
        self.make_bill(self.known, [(1_000_000, self.catering)])
        record = self.make_return()
        with self.assertRaisesRegex(UserError, "NTPN"):
            record.action_file()
        record.payment_move_id = self.pay("21210030", 20_000)
        with self.assertRaisesRegex(UserError, "NTPN"):
            record.action_file()
        record.ntpn = "0123 4567 89ab cdef"
        self.assertEqual(record.ntpn, NTPN)
        record.action_file()
        self.assertEqual(record.state, "filed")

    def test_mistyped_numbers_are_refused(self):
        record = self.make_return()
        for name, words in (("ntpn", "16 letters"), ("billing_code", "15 digits")):
            with (
                self.subTest(name=name),
                self.assertRaisesRegex(ValidationError, words),
                self.env.cr.savepoint(),
            ):
                record.write({name: "123"})

    def test_nothing_withheld_needs_no_payment(self):
        record = self.make_return("pph22")
        record.action_file()
        self.assertEqual(record.state, "filed")

    def test_a_state_can_not_be_created(self):
        record = self.work_as("user")["l10n_id.withholding.return"].create(
            {
                "company_id": self.company.id,
                "kind": "pph22",
                "period": JUNE,
                "state": "filed",
                "filed_date": JUNE,
            }
        )
        self.assertEqual(record.state, "draft")
        self.assertFalse(record.filed_date)

    def test_a_tax_without_object_is_named(self):
        tax = self.catering.copy(
            {"name": "PPh 23 lain", "withholding_object_id": False}
        )
        self.make_bill(self.known, [(1_000_000, tax)])
        record = self.make_return()
        with self.assertRaisesRegex(UserError, "PPh 23 lain"):
            self.file_return(record)

    def test_doubts_are_named_and_do_not_block(self):
        self.make_bill(self.unknown, [(1_000_000, self.catering)])
        record = self.make_return()
        self.assertRegex(record.warning, "Without NPWP and NIK.*Pak Dul")
        self.assertRegex(record.warning, "ordinary rate without NPWP: Pak Dul")
        record.write({"ntpn": NTPN, "payment_move_id": self.pay("21210030", 5_000).id})
        self.assertRegex(record.warning, "payment entry settles")
        record.action_file()
        self.assertFalse(record.warning)

    # === CORRECTIONS === #

    def test_what_is_posted_late_is_a_correction(self):
        self.make_bill(self.known, [(1_000_000, self.catering)])
        record = self.file_return(self.make_return())
        self.assertFalse(record.correction_ids)
        late = self.make_bill(self.person, [(400_000, self.catering)])
        self.env.invalidate_all()
        self.assertRecordValues(
            record.correction_ids,
            [
                {
                    "move_id": late.id,
                    "filed_tax": 0,
                    "tax_amount": 8_000,
                    "base_difference": 400_000,
                    "tax_difference": 8_000,
                }
            ],
        )
        self.assertEqual(record.correction_tax, 8_000)
        self.assertEqual(record.tax_total, 20_000)

    def test_what_is_taken_back_is_a_correction(self):
        bill = self.make_bill(self.known, [(1_000_000, self.catering)])
        record = self.file_return(self.make_return())
        bill.button_draft()
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertRecordValues(
            record.correction_ids,
            [{"filed_tax": 20_000, "tax_amount": 0, "tax_difference": -20_000}],
        )
        bill.action_post()
        self.env.invalidate_all()
        self.assertFalse(record.correction_ids)

    def test_opening_again_is_for_administrators(self):
        self.make_bill(self.known, [(1_000_000, self.catering)])
        record = self.file_return(self.make_return())
        with self.assertRaisesRegex(UserError, "administrator"):
            record.action_reopen()
        self.make_bill(self.known, [(400_000, self.catering)], date(2026, 6, 1))
        record.with_user(self.users["manager"]).action_reopen()
        self.assertEqual((record.state, record.revision), ("draft", 1))
        with self.assertRaisesRegex(UserError, "filed once"):
            record.unlink()
        record.action_file()
        self.assertEqual(
            {(slip.number, slip.base) for slip in record.slip_ids},
            {("PPH23/2026/06/0001", 1_000_000), ("PPH23/2026/06/0002", 400_000)},
        )
        self.assertFalse(record.correction_ids)

    def test_a_numbered_slip_never_disappears(self):
        bill = self.make_bill(self.known, [(1_000_000, self.catering)])
        record = self.file_return(self.make_return())
        bill.button_draft()
        record.with_user(self.users["manager"]).action_reopen()
        record.action_refresh()
        self.assertRecordValues(
            record.slip_ids, [{"number": "PPH23/2026/06/0001", "tax_amount": 0}]
        )
        with self.assertRaisesRegex(UserError, "keeps its number"):
            record.slip_ids.unlink()
