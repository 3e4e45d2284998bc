# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from unittest.mock import patch

from markupsafe import Markup

from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import ScolaAuditCommon


@tagged("post_install", "-at_install")
class TestDocuments(ScolaAuditCommon):
    """Fees, bills and journal entries in the trail."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.template = cls.make_template(name="Biaya Jejak", date_start="2026-11-01")
        cls.amount = cls.template.line_ids.amount_ids[:1]
        cls.env.flush_all()
        cls.amount.with_user(cls.treasurer).amount = 512_000
        cls.move = cls._make_move()

    @classmethod
    def _make_move(cls):
        """Return an invoice that was posted, reset and reversed, with tracking on."""
        move = (
            cls.env["account.move"]
            .with_user(cls.treasurer)
            .with_context(
                lang="en_US",
                tracking_disable=False,
                mail_create_nolog=False,
                allowed_company_ids=cls.school.ids,
            )
            .create(
                {
                    "move_type": "out_invoice",
                    "company_id": cls.school.id,
                    "partner_id": cls.make_family().id,
                    "invoice_date": "2026-11-16",
                    "journal_id": cls.fee_journal.id,
                    "invoice_line_ids": [
                        (
                            0,
                            0,
                            {
                                "name": "SPP",
                                "price_unit": 450_000,
                                "account_id": cls.income_account.id,
                                "tax_ids": False,
                            },
                        )
                    ],
                }
            )
        )
        cls._track(move)
        move.action_post()
        cls._track(move)
        move.button_draft()
        cls._track(move)
        move.action_post()
        cls._track(move)
        move._reverse_moves(cancel=True)
        cls._track(move)
        return move

    @classmethod
    def _track(cls, move):
        """Write the tracking of the transaction, as at its end."""
        cls.env.flush_all()
        cls.env.cr.precommit.run()

    def test_changes_of_fees(self):
        row = self.trail().search(
            [("res_model", "=", "scola.fee.amount"), ("action", "=", "write")]
        )
        self.assertEqual(len(row), 1)
        self.assertEqual(row.user_id, self.treasurer)
        self.assertEqual(row.company_id, self.school)
        self.assertEqual((row.old_value, row.new_value), ("450000", "512000"))
        self.assertEqual(row.field_name, "amount")
        self.assertEqual(row.res_id, self.amount.id)
        self.assertTrue(row.model_label)

    def test_what_happened_to_an_entry(self):
        rows = self.trail().search(
            [
                ("res_model", "=", "account.move"),
                ("res_id", "=", self.move.id),
                ("source", "=", "tracking"),
                ("field_name", "=", "state"),
            ],
            order="id",
        )
        self.assertEqual(
            [(row.old_value, row.new_value) for row in rows],
            [("Draft", "Posted"), ("Posted", "Draft"), ("Draft", "Posted")],
        )
        self.assertEqual(set(rows.mapped("document")), {self.move.name})
        self.assertEqual(rows.user_id, self.treasurer)
        self.assertEqual(rows.company_id, self.school)
        reversal = self.trail().search(
            [
                ("res_id", "=", self.move.id),
                ("field_name", "=", "payment_state"),
                ("new_value", "=", "Reversed"),
            ]
        )
        self.assertEqual(reversal.user_id, self.treasurer)
        notes = self.trail().search(
            [("res_id", "=", self.move.id), ("source", "=", "message")]
        )
        self.assertIn("Invoice Created", notes.mapped("new_value"))

    def test_notes_are_read_as_people_read_them(self):
        self.move.message_post(
            body=Markup("<p>Rp&nbsp;450.000</p><p>lunas &amp; <b>sah</b></p>"),
            message_type="notification",
        )
        rows = self.trail().search([("value_search", "ilike", "Rp 450.000 lunas")])
        self.assertEqual(rows.mapped("new_value"), ["Rp 450.000 lunas & sah"])
        self.assertEqual(rows.res_id, self.move.id)

    def test_search_by_number(self):
        for domain, expected in (
            ([("document_search", "ilike", self.move.name)], self.move),
            ([("document_search", "ilike", "Biaya Jejak")], self.template),
            ([("value_search", "ilike", "Posted")], self.move),
            ([("value_search", "ilike", "Invoice Crea")], self.move),
            ([("value_search", "ilike", "Rp 512.000")], self.amount),
        ):
            rows = self.trail().search(domain)
            with self.subTest(domain=domain):
                self.assertIn(
                    (expected._name, expected.id),
                    [(row.res_model, row.res_id) for row in rows],
                )

    def test_bills_are_posted_in_bulk_and_stay(self):
        """Plans and invoices are made in bulk, without a single log of theirs, with
        the restrictive audit trail as well; only then do posted bills stay."""
        self.school.restrictive_audit_trail = True
        enrollments = self.enroll(self.make_students(4), self.template)
        run = self.run_month()
        self.assertGreater(run.bulk_stamped, 0)
        self.assertFalse(run.bulk_reasons)
        moves = self.get_rows(enrollments).move_id
        self.assertEqual(moves.mapped("state"), ["posted"] * 4)
        logs = self.env["auditlog.log"].search(
            [("model_model", "in", ["scola.fee.schedule", "account.move"])]
        )
        self.assertFalse(logs)
        moves[0].button_draft()
        with self.assertRaises(UserError):
            moves[0].unlink()

    def test_a_plan_released_by_hand_is_logged(self):
        enrollment = self.enroll(self.make_student(), self.template)
        self.run_month()
        row = self.get_rows(enrollment).filtered("move_id")
        move = row.move_id
        move.button_draft()
        move.button_cancel()
        row.with_user(self.treasurer).action_plan_again()
        self.assertEqual(self.logs(row)["move_id"], (move.display_name, False))

    def test_many_records_are_logged_at_once(self):
        Log = type(self.env["auditlog.log"])
        original = Log.create
        enrollments = self.enroll(self.make_students(4), self.template)
        with patch.object(Log, "create", autospec=True, side_effect=original) as create:
            enrollments.unlink()
        sizes = [
            len(call.args[1])
            for call in create.call_args_list
            if "scola_audit_collector" not in call.args[0].env.context
        ]
        self.assertIn(4, sizes)

    def test_what_was_deleted_is_kept(self):
        scholarship = self.make_scholarship(name="Beasiswa Hilang")
        award = self.award(self.enroll(self.make_student(), self.template), scholarship)
        award.with_user(self.treasurer).unlink()
        gone = self.logs(award, "unlink")
        self.assertEqual(gone["type_id"], (scholarship.display_name, False))
