# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import date
from unittest.mock import patch

from psycopg2 import IntegrityError

from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .common import ScolaFeesCommon


@tagged("post_install", "-at_install")
class TestBillingRunPreview(ScolaFeesCommon):
    """What a treasurer sees before anything is posted."""

    def test_preview_posts_nothing(self):
        self.enroll(self.make_students(3), self.make_template())
        before = self.env["account.move"].search_count([])
        run = self.make_run()
        self.assertEqual(run.state, "planned")
        self.assertEqual(self.env["account.move"].search_count([]), before)

    def test_preview_says_who_gets_what_and_why(self):
        enrollment = self.enroll(
            self.make_student(), self.make_template(date_start="2026-11-01")
        )
        self.award(enrollment, self.make_scholarship(name="Prestasi"))
        line = self.make_run().line_ids
        self.assertEqual(line.student_id, enrollment.student_id)
        self.assertEqual(line.explanation, "SPP 450.000; Prestasi -225.000")
        self.assertEqual(line.amount, 225_000)

    def test_missed_months_are_caught_up(self):
        self.enroll(self.make_student(), self.make_template(date_start="2026-09-01"))
        run = self.make_run()
        self.assertEqual(
            run.line_ids.mapped(lambda line: (line.period, line.change)),
            [("2026-09", "late"), ("2026-10", "late"), ("2026-11", "new")],
        )

    def test_differences_to_the_month_before(self):
        template = self.make_template(date_start="2026-10-01")
        steady, dearer, leaver = self.enroll(self.make_students(3), template)
        self.run_month("2026-10-01")
        scholarship = self.make_scholarship(date_start="2026-11-01")
        self.award(dearer, scholarship)
        leaver.date_end = "2026-10-31"
        newcomer = self.enroll(self.make_student(), template, date_start="2026-11-01")
        run = self.make_run("2026-11-01")
        changes = {line.student_id: line.change for line in run.line_ids}
        self.assertEqual(
            changes,
            {
                steady.student_id: "same",
                dearer.student_id: "changed",
                leaver.student_id: "gone",
                newcomer.student_id: "new",
            },
        )
        self.assertEqual(
            (run.new_count, run.changed_count, run.gone_count, run.line_count),
            (1, 1, 1, 3),
        )
        changed = run.line_ids.filtered(lambda line: line.change == "changed")
        self.assertEqual((changed.previous_amount, changed.amount), (450_000, 225_000))

    def test_scope_narrows_the_run(self):
        template = self.make_template(date_start="2026-11-01")
        self.enroll(self.make_students(2, self.class_7a), template)
        wanted = self.enroll(self.make_student(self.class_8a), template)
        run = self.make_run(classroom_ids=[Command.set(self.class_8a.ids)])
        self.assertEqual(run.line_ids.student_id, wanted.student_id)
        run = self.make_run(grade_ids=[Command.set(self.grade_8.ids)])
        self.assertEqual(run.line_ids.student_id, wanted.student_id)

    def test_preview_again_replaces_the_preview(self):
        enrollment = self.enroll(
            self.make_student(), self.make_template(date_start="2026-11-01")
        )
        run = self.make_run()
        self.award(enrollment, self.make_scholarship())
        run.action_plan()
        self.assertEqual(run.line_ids.mapped("amount"), [225_000])

    def test_month_without_academic_year_is_refused(self):
        with self.assertRaisesRegex(ValidationError, "Month: .*Make the year first"):
            self.make_run("2030-01-01")


@tagged("post_install", "-at_install")
class TestBillingRunPosting(ScolaFeesCommon):
    """What is posted, and what is not."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.template = cls.make_template(date_start="2026-11-01")

    def test_bills_are_posted_and_numbered_without_gaps(self):
        rows = self.enroll(self.make_students(5), self.template)
        run = self.run_month()
        moves = self.get_rows(rows).move_id
        self.assertEqual(set(moves.mapped("state")), {"posted"})
        numbers = sorted(int(name.rsplit("/", 1)[1]) for name in moves.mapped("name"))
        self.assertEqual(numbers, list(range(numbers[0], numbers[0] + 5)))
        self.assertEqual((run.state, run.posted_count, run.progress), ("done", 5, 100))

    def test_gross_and_scholarship_are_lines_of_their_own(self):
        enrollment = self.enroll(self.make_student(), self.template)
        self.award(enrollment, self.make_scholarship(name="Prestasi", percent=30))
        self.run_month()
        move = self.get_rows(enrollment).move_id
        self.assertEqual(
            move.invoice_line_ids.mapped(
                lambda line: (line.account_id, line.price_subtotal)
            ),
            [(self.income_account, 450_000), (self.discount_account, -135_000)],
        )
        self.assertEqual(move.amount_total, 315_000)

    def test_full_scholarship_is_a_visible_paid_bill(self):
        enrollment = self.enroll(self.make_student(), self.template)
        self.award(enrollment, self.make_scholarship(kind="full"))
        self.run_month()
        row = self.get_rows(enrollment)
        self.assertEqual((row.gross, row.amount, row.state), (450_000, 0, "paid"))
        self.assertEqual(len(row.move_id.invoice_line_ids), 2)

    def test_due_date_of_the_template(self):
        enrollment = self.enroll(self.make_student(), self.template)
        self.run_month()
        move = self.get_rows(enrollment).move_id
        self.assertEqual(move.invoice_date_due, date(2026, 11, 10))

    def test_late_bill_is_not_due_before_it_can_be_paid(self):
        self.school.scola_min_days_to_pay = 7
        enrollment = self.enroll(self.make_student(), self.template)
        self.run_month("2026-11-01", invoice_date="2026-11-16")
        move = self.get_rows(enrollment).move_id
        self.assertEqual(move.invoice_date_due, date(2026, 11, 23))

    def test_second_run_bills_nothing(self):
        self.enroll(self.make_students(3), self.template)
        self.run_month()
        before = self.env["account.move"].search_count([])
        again = self.run_month()
        self.assertEqual(again.line_count, 0)
        self.assertEqual(self.env["account.move"].search_count([]), before)

    def test_bills_are_copied_from_one_of_a_kind(self):
        students = self.make_students(5)
        enrollments = self.enroll(students, self.template)
        scholarship = self.make_scholarship(name="Prestasi")
        for enrollment in enrollments[:2]:
            self.award(enrollment, scholarship)
        run = self.run_month()
        self.assertEqual(
            (run.bulk_prototypes, run.bulk_stamped, run.bulk_reasons), (2, 3, False)
        )
        self.assertFalse(run.bulk_reason_text)
        for row in self.get_rows(enrollments):
            move = row.move_id
            self.assertEqual(move.amount_total, row.amount)
            self.assertEqual(move.fee_schedule_id, row)
            self.assertEqual(row.run_id, run)
            self.assertEqual(row.billed_amount, row.amount)
            self.assertEqual(move.student_id, row.student_id)
            self.assertEqual(move.line_ids.student_id, row.student_id)
            self.assertEqual(move.partner_id, row.student_id.partner_id)

    def test_run_says_what_could_not_be_copied(self):
        self.enroll(self.make_students(3), self.template)
        self.school._scola_get_fee_journal().restrict_mode_hash_table = True
        run = self.run_month()
        self.assertEqual(run.posted_count, 3)
        self.assertEqual((run.bulk_stamped, run.bulk_ordinary), (0, 3))
        self.assertEqual(run.bulk_reasons, {"hash": 3})
        self.assertRegex(run.bulk_reason_text, "^3: .*hash")
        self.assertRegex(run.message_ids[0].body, "3 of them could not be copied")

    def test_one_bad_bill_among_many_is_found(self):
        enrollments = self.enroll(self.make_students(6), self.template)
        rows = self.make_run().line_ids.schedule_id
        bad = rows[3]
        prepare = type(self.env["scola.fee.biller"])._prepare_invoice_vals

        def fail_for_one(biller, row, invoice_date):
            if row == bad:
                raise UserError(self.env._("Not this one."))
            return prepare(biller, row, invoice_date)

        self.patch(
            self.env.registry["scola.fee.biller"], "_prepare_invoice_vals", fail_for_one
        )
        run = self.run_month()
        blocked = run.line_ids.filtered(lambda line: line.state == "blocked")
        self.assertEqual(blocked.schedule_id, bad)
        self.assertEqual(blocked.reason, "Not this one.")
        self.assertEqual(len(self.get_rows(enrollments).move_id), 5)

    def test_rows_billed_meanwhile_are_not_billed_again(self):
        rows = self.enroll(self.make_students(2), self.template)
        first, second = self.make_run(), self.make_run()
        for run in (first, second):
            run._start()
            run._process()
        self.assertEqual(set(first.line_ids.mapped("state")), {"posted"})
        self.assertEqual(set(second.line_ids.mapped("state")), {"elsewhere"})
        self.assertEqual(len(self.get_rows(rows).move_id), 2)

    def test_second_invoice_of_a_row_is_impossible(self):
        enrollment = self.enroll(self.make_student(), self.template)
        self.run_month()
        row = self.get_rows(enrollment)
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(IntegrityError),
            self.env.cr.savepoint(),
        ):
            row.move_id.copy({"fee_schedule_id": row.id})
            self.env.flush_all()

    def test_one_unbillable_bill_does_not_stop_the_others(self):
        orphan_component = self.make_component("Tanpa Akun", income_account_id=False)
        template = self.make_template(
            self.line_vals(orphan_component), date_start="2026-11-01"
        )
        good = self.enroll(self.make_student(), self.template)
        bad = self.enroll(self.make_student(), template)
        run = self.run_month()
        self.assertTrue(self.get_rows(good).move_id)
        blocked = run.line_ids.filtered(lambda line: line.state == "blocked")
        self.assertEqual(blocked.student_id, bad.student_id)
        self.assertEqual(blocked.reason_code, "account")
        self.assertRegex(blocked.reason, "Income Account of Tanpa Akun")

    def test_blocked_bill_is_raised_once_its_cause_is_gone(self):
        component = self.make_component("Tanpa Akun", income_account_id=False)
        template = self.make_template(
            self.line_vals(component), date_start="2026-11-01"
        )
        enrollment = self.enroll(self.make_student(), template)
        run = self.run_month()
        component.income_account_id = self.income_account
        run.action_retry_blocked()
        run._process()
        self.assertEqual(run.blocked_count, 0)
        self.assertEqual(self.get_rows(enrollment).state, "overdue")

    def test_scholarship_without_account_blocks(self):
        component = self.make_component("Polos", discount_account_id=False)
        template = self.make_template(
            self.line_vals(component), date_start="2026-11-01"
        )
        enrollment = self.enroll(self.make_student(), template)
        self.award(enrollment, self.make_scholarship())
        line = self.make_run().line_ids
        self.assertEqual(line.reason_code, "discount_account")

    def test_student_without_payer_blocks(self):
        enrollment = self.enroll(self.make_student(), self.template)
        partner = enrollment.student_id.partner_id
        # Only a database that was altered by other means has such a student.
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE res_partner SET parent_id = NULL WHERE id = %s", [partner.id]
        )
        self.env.cr.execute(
            "UPDATE scola_student SET family_id = NULL WHERE partner_id = %s",
            [partner.id],
        )
        self.env.invalidate_all()
        self.assertEqual(self.make_run().line_ids.reason_code, "payer")

    def test_closed_period_blocks(self):
        self.enroll(self.make_student(), self.template)
        self.foundation.fiscalyear_lock_date = "2026-11-30"
        line = self.make_run().line_ids
        self.assertEqual((line.state, line.reason_code), ("blocked", "period"))

    def test_error_of_one_bill_is_kept_with_its_reason(self):
        good, bad = self.enroll(self.make_students(2), self.template)
        run = self.make_run()
        run._start()
        Biller = self.env.registry["scola.fee.biller"]
        original = Biller._prepare_invoice_vals

        def prepare(self, row, invoice_date):
            if row.student_id == bad.student_id:
                raise UserError(self.env._("No such account"))
            return original(self, row, invoice_date)

        self.patch(Biller, "_prepare_invoice_vals", prepare)
        run._process()
        self.assertTrue(self.get_rows(good).move_id)
        line = run.line_ids.filtered(lambda line: line.student_id == bad.student_id)
        self.assertEqual((line.state, line.reason), ("blocked", "No such account"))

    def test_donations_are_not_billed(self):
        template = self.make_template(
            self.line_vals(self.donation), date_start="2026-11-01"
        )
        enrollment = self.enroll(self.make_student(), template)
        self.assertFalse(self.make_run().line_ids)
        self.assertEqual(self.get_rows(enrollment).state, "planned")

    def test_donation_is_booked_when_given(self):
        template = self.make_template(
            self.line_vals(self.donation), date_start="2026-11-01"
        )
        row = self.plan(self.enroll(self.make_student(), template), date(2026, 11, 30))
        row.with_user(self.treasurer).action_receive_donation()
        self.assertEqual(row.move_id.invoice_date_due, date(2026, 11, 16))
        with freeze_time("2027-03-01"):
            row.invalidate_recordset()
            self.assertEqual(row.state, "unpaid")


@tagged("post_install", "-at_install")
class TestBillingRunMoney(ScolaFeesCommon):
    """Deposits and sponsors."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.template = cls.make_template(date_start="2026-11-01")
        cls.enrollment = cls.enroll(cls.make_student(), cls.template)
        cls.family = cls.enrollment.student_id.family_id

    def deposit(self, amount):
        payment = self.env["account.payment"].create(
            {
                "payment_type": "inbound",
                "partner_type": "customer",
                "partner_id": self.family.id,
                "amount": amount,
                "date": "2026-10-05",
                "journal_id": self.bank_journal.id,
            }
        )
        payment.action_post()
        return payment

    def test_deposit_settles_the_new_bill(self):
        self.deposit(500_000)
        self.run_month()
        row = self.get_rows(self.enrollment)
        self.assertEqual((row.state, row.residual), ("paid", 0))

    def test_small_deposit_pays_a_part(self):
        self.deposit(100_000)
        self.run_month()
        row = self.get_rows(self.enrollment)
        self.assertEqual(row.residual, 350_000)

    def test_deposit_is_left_alone_where_the_school_wants_so(self):
        self.school.scola_use_deposit = False
        self.deposit(500_000)
        self.run_month()
        self.assertEqual(self.get_rows(self.enrollment).residual, 450_000)

    def test_deposit_pays_siblings_oldest_due_first(self):
        sibling = self.make_student(family_id=self.family.id)
        early = self.make_template(
            self.line_vals(self.activity, due_number=5, amount=200_000),
            date_start="2026-11-01",
        )
        younger = self.enroll(sibling, early)
        self.deposit(300_000)
        self.run_month()
        self.assertEqual(self.get_rows(younger).state, "paid")
        self.assertEqual(self.get_rows(self.enrollment).residual, 350_000)

    def test_sponsor_is_invoiced_what_the_student_is_not(self):
        sponsor = self.env["res.partner"].create({"name": "Pemerintah"})
        scholarship = self.make_scholarship(
            name="KIP",
            percent=40,
            funding="sponsor",
            sponsor_id=sponsor.id,
            account_id=self.clearing_account.id,
        )
        self.award(self.enrollment, scholarship)
        run = self.run_month()
        move = self.get_rows(self.enrollment).move_id
        self.assertEqual(move.amount_total, 270_000)
        invoice = self.env["account.move"].search([("partner_id", "=", sponsor.id)])
        self.assertEqual((invoice.amount_total, invoice.state), (180_000, "posted"))
        clearing = self.env["account.move.line"].search(
            [("account_id", "=", self.clearing_account.id)]
        )
        self.assertEqual(sum(clearing.mapped("balance")), 0)
        run.action_retry_blocked()
        run._process()
        self.assertEqual(
            self.env["account.move"].search_count([("partner_id", "=", sponsor.id)]), 1
        )


@tagged("post_install", "-at_install")
class TestBillingRunAutomatic(ScolaFeesCommon):
    """The run that nobody has to start."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        companies = cls.env["res.company"].search([])
        companies.scola_billing_day = 0
        cls.school.scola_billing_day = 16
        cls.enroll(cls.make_student(), cls.make_template(date_start="2026-11-01"))

    def run_cron(self, name="ir_cron_bill_month"):
        cron = self.env.ref(f"scola_fees.{name}")
        with self.enter_registry_test_mode():
            cron.method_direct_trigger()
        return self.env["scola.billing.run"].search([("is_automatic", "=", True)])

    def test_month_is_billed_on_its_day_once(self):
        self.assertEqual(self.run_cron().period, "2026-11")
        self.assertEqual(len(self.run_cron()), 1)

    def test_a_school_that_cannot_be_billed_keeps_no_other(self):
        self.other_school.scola_billing_day = 16
        Run = self.env.registry["scola.billing.run"]
        plan = Run._plan_schedule
        failing, reason = {self.school}, "Jurnal: choose one."

        def _plan_schedule(run):
            if run.company_id in failing:
                raise UserError(reason)
            return plan(run)

        with (
            patch.object(Run, "_plan_schedule", _plan_schedule),
            mute_logger("odoo.addons.scola_fees.models.scola_billing_run"),
        ):
            runs = self.run_cron()
            states = {run.company_id: run.state for run in runs}
            self.assertEqual(
                states, {self.school: "draft", self.other_school: "running"}
            )
            run = runs.filtered(lambda run: run.company_id == self.school)
            self.assertIn(reason, run.message_ids[0].body)
            self.assertIn(self.treasurer.partner_id, run.message_ids[0].partner_ids)
            failing.clear()
            self.assertEqual(self.run_cron(), runs)
        self.assertEqual(set(runs.mapped("state")), {"running"})

    def test_nothing_before_the_day(self):
        self.school.scola_billing_day = 17
        self.assertFalse(self.run_cron())

    def test_started_run_is_posted_in_the_background(self):
        run = self.run_cron()
        self.run_cron("ir_cron_billing_run")
        self.assertEqual((run.state, run.posted_count), ("done", 1))

    def test_planning_cron_plans_the_month(self):
        self.run_cron("ir_cron_fee_schedule")
        rows = self.env["scola.fee.schedule"].search(
            [("company_id", "=", self.school.id)]
        )
        self.assertEqual(rows.mapped("state"), ["planned"])


@tagged("post_install", "-at_install")
class TestBillingRunRights(ScolaFeesCommon):
    def test_treasurer_plans_and_posts(self):
        self.enroll(self.make_student(), self.make_template(date_start="2026-11-01"))
        run = (
            self.env["scola.billing.run"]
            .with_user(self.treasurer)
            .create({"period_date": "2026-11-01", "company_id": self.school.id})
        )
        run.action_plan()
        run.action_post()
        run._process()
        self.assertEqual(run.posted_count, 1)

    def test_state_cannot_be_written(self):
        run = self.make_run().with_user(self.treasurer)
        with self.assertRaisesRegex(UserError, "State"):
            run.write({"state": "done"})
        with self.assertRaisesRegex(UserError, "State"):
            run.with_context(scola_billing_token=True).write({"state": "done"})

    def test_finished_run_stays(self):
        self.enroll(self.make_student(), self.make_template(date_start="2026-11-01"))
        run = self.run_month()
        with self.assertRaisesRegex(UserError, "stays"):
            run.unlink()
        with self.assertRaisesRegex(UserError, "cannot be changed"):
            run.invoice_date = "2026-11-02"
