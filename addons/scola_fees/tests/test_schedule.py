# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import date

from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import Form, freeze_time, tagged
from odoo.tools import mute_logger

from .common import ScolaFeesCommon

NOVEMBER = date(2026, 11, 30)


@tagged("post_install", "-at_install")
class TestPlanner(ScolaFeesCommon):
    def test_rows(self):
        template = self.make_template(
            self.line_vals(self.spp), self.line_vals(self.activity, 50_000)
        )
        enrollment = self.enroll(self.make_student(), template)
        self.award(enrollment, self.make_scholarship(percent=10))
        row = self.plan(enrollment, NOVEMBER)[-1]
        self.assertRecordValues(
            row,
            [
                {
                    "student_id": enrollment.student_id.id,
                    "company_id": self.school.id,
                    "classroom_id": self.class_7a.id,
                    "nature": "levy",
                    "period": "2026-11",
                    "frequency": "monthly",
                    "period_start": date(2026, 11, 1),
                    "period_end": NOVEMBER,
                    "bill_date": date(2026, 11, 1),
                    "due_date": date(2026, 11, 10),
                    "gross": 500_000,
                    "discount": 50_000,
                    "amount": 450_000,
                    "state": "planned",
                    "residual": 0,
                }
            ],
        )
        self.assertEqual(row.line_ids.mapped("gross"), [450_000, 50_000])
        self.assertEqual(row.line_ids.mapped("discount"), [45_000, 5_000])

    def test_until_the_month_or_the_whole_year(self):
        enrollment = self.enroll(self.make_student(), self.make_template())
        self.assertEqual(len(self.plan(enrollment, NOVEMBER)), 5)
        enrollment.action_plan_year()
        self.assertEqual(len(self.get_rows(enrollment)), 12)

    def test_planning_a_shorter_time_keeps_what_is_planned(self):
        enrollment = self.enroll(self.make_student(), self.make_template())
        rows = self.plan(enrollment)
        self.assertEqual(self.plan(enrollment, NOVEMBER), rows)

    def test_planning_twice_changes_nothing(self):
        preset = self.make_preset()
        template = self.make_template(
            self.line_vals(self.spp),
            self.line_vals(self.building, 901_001, frequency="yearly"),
            preset_id=preset.id,
        )
        enrollments = self.enroll(self.make_students(3), template)
        for enrollment in enrollments:
            self.award(enrollment, self.make_scholarship(percent=33.33))
        rows = self.plan(enrollments)
        self.bill(self.get_row(enrollments[0], "2026/2027", 1))
        before = self.snapshot()
        planner = self.env["scola.fee.planner"]
        self.assertEqual(planner._plan(enrollments, None), (0, 0))
        self.assertEqual(planner._plan(enrollments, NOVEMBER), (0, 0))
        self.assertEqual(self.snapshot(), before)
        self.assertEqual(self.get_rows(enrollments), rows)

    def test_same_row_twice_is_impossible(self):
        """Whatever writes it: the database itself refuses."""
        row = self.plan(self.enroll(self.make_student(), self.make_template()))[0]
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaisesRegex(IntegrityError, "period_uniq"),
            self.env.cr.savepoint(),
        ):
            self.env.cr.execute(
                """INSERT INTO scola_fee_schedule (enrollment_id, student_id,
                       company_id, nature, period, frequency, period_start, period_end,
                       installment, installments, bill_date, due_date, gross, discount,
                       amount)
                   SELECT enrollment_id, student_id, company_id, nature, period,
                       frequency, period_start, period_end, installment, installments,
                       bill_date, due_date, gross, discount, amount
                     FROM scola_fee_schedule WHERE id = %s""",
                [row.id],
            )

    def test_amounts_that_do_not_add_up_are_impossible(self):
        row = self.plan(self.enroll(self.make_student(), self.make_template()))[0]
        for change in ("amount = amount + 1", "discount = gross + 1, amount = -1"):
            with (
                self.subTest(change=change),
                mute_logger("odoo.sql_db"),
                self.assertRaisesRegex(IntegrityError, "amounts_add_up"),
                self.env.cr.savepoint(),
            ):
                self.env.cr.execute(
                    f"UPDATE scola_fee_schedule SET {change} WHERE id = %s", [row.id]
                )

    def test_nobody_writes_rows_by_hand(self):
        row = self.plan(self.enroll(self.make_student(), self.make_template()))[0]
        for user in (*self.users.values(),):
            if user == self.users["foundation"]:
                continue
            with self.subTest(user=user.login):
                with self.assertRaises(AccessError):
                    row.with_user(user).write({"amount": 1})
                with self.assertRaises(AccessError):
                    row.with_user(user).unlink()

    def test_billed_row_cannot_be_deleted(self):
        row = self.plan(self.enroll(self.make_student(), self.make_template()))[0]
        self.bill(row)
        with self.assert_refused("billed row"):
            row.unlink()

    def test_cron_plans_the_current_month_of_every_school(self):
        enrollments = self.enroll(self.make_student(), self.make_template())
        enrollments |= self.enroll(
            self.make_student(self.other_class_7a),
            self.make_template(company=self.other_school),
        )
        with self.enter_registry_test_mode():
            self.env.ref("scola_fees.ir_cron_fee_schedule").method_direct_trigger()
        for enrollment in enrollments:
            self.assertEqual(len(self.get_rows(enrollment)), 5)

    def test_instalments_in_rows(self):
        template = self.make_template(
            self.line_vals(self.building, 1_000_000, frequency="yearly"),
            preset_id=self.make_preset((33.33, 0), (33.33, 1), (33.34, 3)).id,
        )
        rows = self.plan(self.enroll(self.make_student(), template))
        self.assertEqual(
            self.amounts(rows),
            {
                ("2026/2027", 1): 333_000,
                ("2026/2027", 2): 333_000,
                ("2026/2027", 3): 334_000,
            },
        )
        self.assertEqual(
            rows.mapped("due_date"),
            [date(2026, 7, 10), date(2026, 8, 10), date(2026, 10, 10)],
        )
        self.assertIn("2026/2027 (1/3)", rows[0].display_name)

    def test_optional_fee_of_some_months(self):
        template = self.make_template(
            self.line_vals(self.meals, 200_000, months=(8, 9, 2), due_number=31)
        )
        rows = self.plan(self.enroll(self.make_student(), template))
        self.assertEqual(rows.mapped("period"), ["2026-08", "2026-09", "2027-02"])
        self.assertEqual(rows[-1].due_date, date(2027, 2, 28))

    def test_queries_do_not_grow_with_students(self):
        """100 enrolments are planned with the queries of 20, but for batches."""
        template = self.make_template(
            self.line_vals(self.spp),
            self.line_vals(self.building, 900_000, frequency="yearly"),
            preset_id=self.make_preset().id,
        )
        self.make_sibling_discount({2: 10})
        scholarship = self.make_scholarship()
        counts = {}
        for number in (20, 100):
            enrollments = self.enroll(self.make_students(number), template)
            self.env["scola.scholarship.award"].create(
                [
                    {"enrollment_id": enrollment.id, "type_id": scholarship.id}
                    for enrollment in enrollments
                ]
            )
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.env["scola.fee.planner"]._plan(enrollments, NOVEMBER)
            self.env.flush_all()
            counts[number] = self.env.cr.sql_log_count - before
            self.assertEqual(len(self.get_rows(enrollments)), number * 8)
        # Odoo inserts and updates in batches of 100 and 1,000 rows.
        self.assertLess(counts[100] - counts[20], 40, counts)

    def test_queries_of_a_plan_that_changes_nothing(self):
        template = self.make_template()
        counts = {}
        for number in (20, 100):
            enrollments = self.enroll(self.make_students(number), template)
            self.plan(enrollments, NOVEMBER)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.env["scola.fee.planner"]._plan(enrollments, NOVEMBER)
            counts[number] = self.env.cr.sql_log_count - before
        self.assertEqual(counts[100], counts[20], counts)


@tagged("post_install", "-at_install")
class TestPreview(ScolaFeesCommon):
    """The wizard shows what would be planned, and changes nothing."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.template = cls.make_template(
            cls.line_vals(cls.spp),
            cls.line_vals(cls.building, 900_000, frequency="yearly"),
        )
        cls.students = cls.make_students(3) | cls.make_student(cls.class_8a)
        cls.enrollments = cls.enroll(cls.students, cls.template)
        cls.award(cls.enrollments[0], cls.make_scholarship())

    def make_wizard(self, user=None, **vals):
        Wizard = self.env["scola.schedule.generate"].with_user(user or self.treasurer)
        return Wizard.create({"until": "2026-11-16", **vals})

    def test_preview_changes_nothing(self):
        before = self.snapshot()
        wizard = self.make_wizard()
        self.assertEqual(wizard.row_count, 24)
        self.assertEqual(wizard.student_count, 4)
        self.assertEqual(
            wizard.periods,
            "2026-07, 2026-08, 2026-09, 2026-10, 2026-11, 2026/2027",
        )
        self.assertEqual(self.snapshot(), before)

    def test_preview_is_what_is_planned(self):
        wizard = self.make_wizard()
        figures = wizard.read(["row_count", "gross", "discount", "amount"])[0]
        wizard.action_generate()
        rows = self.get_rows(self.enrollments)
        self.assertEqual(figures["row_count"], len(rows))
        for fname in ("gross", "discount", "amount"):
            self.assertEqual(figures[fname], sum(rows.mapped(fname)))
        # 4 x (5 x 450.000 + 900.000), half of it given to one.
        self.assertEqual(figures["gross"], 12_600_000)
        self.assertEqual(figures["discount"], 1_575_000)

    def test_preview_after_planning_is_the_same(self):
        self.make_wizard().action_generate()
        wizard = self.make_wizard()
        self.assertEqual((wizard.row_count, wizard.amount), (24, 11_025_000))

    def test_preview_leaves_out_what_is_billed(self):
        self.plan(self.enrollments, NOVEMBER)
        self.bill(self.get_row(self.enrollments[1], "2026-07"))
        wizard = self.make_wizard()
        self.assertEqual((wizard.row_count, wizard.amount), (23, 10_575_000))

    def test_one_class(self):
        wizard = self.make_wizard(classroom_ids=[Command.set(self.class_8a.ids)])
        self.assertEqual(wizard.student_count, 1)
        wizard.action_generate()
        self.assertFalse(self.get_rows(self.enrollments[:3]))
        self.assertEqual(len(self.get_rows(self.enrollments[3])), 6)

    def test_preview_in_the_form(self):
        form = Form(self.env["scola.schedule.generate"].with_user(self.treasurer))
        self.assertEqual(form.row_count, 24)
        form.until = date(2026, 7, 31)
        self.assertEqual(form.row_count, 8)

    def test_nobody_enrolled(self):
        wizard = self.make_wizard(until="2026-06-30")
        with self.assert_refused("Up to Month", "2026-06", "Enrol students"):
            wizard.action_generate()

    def test_cashier_may_not(self):
        with self.assertRaises(AccessError):
            self.make_wizard(self.cashier)


@tagged("post_install", "-at_install")
class TestState(ScolaFeesCommon):
    """The state of a row is that of its invoice, late by the school's own clock."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.template = cls.make_template()
        cls.enrollment = cls.enroll(cls.make_student(), cls.template)
        cls.plan(cls.enrollment)
        cls.november = cls.get_row(cls.enrollment, "2026-11")
        cls.december = cls.get_row(cls.enrollment, "2026-12")

    def search(self, *states):
        return self.env["scola.fee.schedule"].search(
            [
                ("state", "in", states),
                ("enrollment_id", "=", self.enrollment.id),
            ]
        )

    def assert_state(self, row, state):
        """Reading, searching and grouping agree."""
        row.invalidate_recordset()
        self.assertEqual(row.state, state)
        self.assertIn(row, self.search(state))
        others = {key for key, _label in row._fields["state"].selection} - {state}
        self.assertNotIn(row, self.search(*others))
        groups = self.env["scola.fee.schedule"]._read_group(
            [("id", "=", row.id)], ["state"], ["__count"]
        )
        self.assertEqual(groups, [(state, 1)])

    def test_planned(self):
        self.assert_state(self.november, "planned")

    def test_unpaid_partial_paid(self):
        move = self.bill(self.december, date(2026, 11, 16))
        self.assert_state(self.december, "unpaid")
        self.assertEqual(self.december.residual, 450_000)
        self.pay(move, 100_000)
        self.assert_state(self.december, "partial")
        self.assertEqual(self.december.residual, 350_000)
        self.pay(move)
        self.assert_state(self.december, "paid")
        self.assertEqual(self.december.residual, 0)

    def test_state_right_after_billing(self):
        """No flush by others is needed for searches and groups to be right."""
        self.bill(self.december, date(2026, 11, 16))
        self.assertEqual(self.search("unpaid"), self.december)

    def test_overdue_also_when_partly_paid(self):
        move = self.bill(self.november, date(2026, 11, 1))
        self.assertEqual(move.invoice_date_due, date(2026, 11, 10))
        self.assert_state(self.november, "overdue")
        self.pay(move, 100_000)
        self.assert_state(self.november, "overdue")
        self.pay(move)
        self.assert_state(self.november, "paid")

    def test_due_day_itself_is_not_overdue(self):
        with freeze_time("2026-11-10 16:59:59"):  # 23:59:59 in Jakarta
            self.bill(self.november, date(2026, 11, 1))
            self.assert_state(self.november, "unpaid")
        with freeze_time("2026-11-10 17:00:00"):  # midnight in Jakarta
            self.assert_state(self.november, "overdue")

    def test_school_in_papua_is_overdue_two_hours_before_jakarta(self):
        self.other_school.scola_tz = "Asia/Jayapura"
        enrollment = self.enroll(
            self.make_student(self.other_class_7a),
            self.make_template(company=self.other_school),
        )
        self.plan(enrollment)
        east = self.get_row(enrollment, "2026-11")
        rows = east | self.november
        self.bill(rows, date(2026, 11, 1))
        for moment, states in (
            ("2026-11-10 14:59:59", ["unpaid", "unpaid"]),
            ("2026-11-10 15:00:00", ["overdue", "unpaid"]),
            ("2026-11-10 16:59:59", ["overdue", "unpaid"]),
            ("2026-11-10 17:00:00", ["overdue", "overdue"]),
        ):
            with self.subTest(moment=moment), freeze_time(moment):
                rows.invalidate_recordset()
                self.assertEqual([east.state, self.november.state], states)
                found = self.env["scola.fee.schedule"].search(
                    [("id", "in", rows.ids), ("state", "=", "overdue")]
                )
                self.assertEqual(len(found), states.count("overdue"))
                report = self.env["scola.fee.arrears.report"].search(
                    [("move_id", "in", rows.move_id.ids), ("overdue", ">", 0)]
                )
                self.assertEqual(len(report), states.count("overdue"))

    def test_cancelled(self):
        move = self.bill(self.november, date(2026, 11, 1))
        move.button_draft()
        move.button_cancel()
        self.assert_state(self.november, "cancelled")
        self.assertEqual(self.november.residual, 0)

    def test_reversed_is_cancelled(self):
        move = self.bill(self.november, date(2026, 11, 1))
        move._reverse_moves(cancel=True)
        self.assertEqual(move.payment_state, "reversed")
        self.assert_state(self.november, "cancelled")

    def test_cancelled_row_is_planned_and_billed_again(self):
        first = self.bill(self.november, date(2026, 11, 1))
        first.button_draft()
        first.button_cancel()
        self.november.with_user(self.treasurer).action_plan_again()
        row = self.get_row(self.enrollment, "2026-11")
        self.assert_state(row, "planned")
        second = self.bill(row, date(2026, 11, 16))
        self.assertEqual(second.amount_total, 450_000)
        self.assertNotEqual(second, first)

    def test_reversed_row_is_planned_and_billed_again(self):
        """A wrong bill gets a credit note; the month can be billed anew."""
        first = self.bill(self.november, date(2026, 11, 1))
        first._reverse_moves(cancel=True)
        self.november.action_plan_again()
        row = self.get_row(self.enrollment, "2026-11")
        second = self.bill(row, date(2026, 11, 16))
        self.assertEqual(second.payment_state, "not_paid")

    def test_only_cancelled_rows_are_planned_again(self):
        self.bill(self.november, date(2026, 11, 1))
        with self.assert_refused("Plan again", "cancelled"):
            self.november.action_plan_again()

    def test_second_invoice_of_a_row_is_impossible(self):
        move = self.bill(self.november, date(2026, 11, 1))
        with self.assert_refused("billed already"):
            move.copy({"fee_schedule_id": self.november.id})

    def test_posted_bill_cannot_be_deleted(self):
        move = self.bill(self.november, date(2026, 11, 1))
        move.button_draft()
        with self.assertRaises(UserError):
            move.unlink()

    def test_group_by_state(self):
        self.bill(self.november, date(2026, 11, 1))
        self.bill(self.december, date(2026, 11, 16))
        groups = self.env["scola.fee.schedule"]._read_group(
            [("enrollment_id", "=", self.enrollment.id)],
            ["state"],
            ["__count", "amount:sum"],
        )
        self.assertEqual(
            {state: (number, amount) for state, number, amount in groups},
            {
                "planned": (10, 4_500_000),
                "overdue": (1, 450_000),
                "unpaid": (1, 450_000),
            },
        )

    def test_search_with_operators(self):
        self.bill(self.november, date(2026, 11, 1))
        Schedule = self.env["scola.fee.schedule"]
        own = [("enrollment_id", "=", self.enrollment.id)]
        self.assertEqual(
            Schedule.search([*own, ("state", "=", "overdue")]), self.november
        )
        self.assertEqual(
            Schedule.search([*own, ("state", "!=", "planned")]), self.november
        )
        self.assertEqual(
            len(Schedule.search([*own, ("state", "not in", ["overdue"])])), 11
        )

    def test_homeroom_teacher_sees_the_state_without_the_ledger(self):
        self.bill(self.november, date(2026, 11, 1))
        row = self.november.with_user(self.homeroom)
        row.invalidate_recordset()
        self.assertEqual((row.state, row.residual), ("overdue", 450_000))
        student = self.enrollment.student_id.with_user(self.homeroom)
        self.assertEqual((student.amount_open, student.amount_overdue), (450_000,) * 2)
        with self.assertRaises(AccessError):
            row.move_id.read(["amount_total"])


@tagged("post_install", "-at_install")
class TestDonation(ScolaFeesCommon):
    """A donation is never late, in no arrears, and in no billing run."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.template = cls.make_template(
            cls.line_vals(cls.donation, 100_000, months=(11,))
        )
        cls.enrollment = cls.enroll(cls.make_student(), cls.template)
        cls.row = cls.plan(cls.enrollment, NOVEMBER)

    def test_not_in_a_billing_run(self):
        run = self.run_month("2026-11-01")
        self.assertFalse(run.line_ids)
        self.assertEqual(self.row.state, "planned")

    def test_received(self):
        self.row.with_user(self.treasurer).action_receive_donation()
        self.assertEqual(self.row.move_id.invoice_date, date(2026, 11, 16))
        self.assertEqual(self.row.state, "unpaid")
        self.pay(self.row.move_id)
        self.row.invalidate_recordset()
        self.assertEqual(self.row.state, "paid")

    def test_never_overdue_and_not_in_arrears(self):
        self.row.action_receive_donation()
        with freeze_time("2027-06-01 03:00:00"):
            self.row.invalidate_recordset()
            self.assertEqual(self.row.state, "unpaid")
            self.assertFalse(
                self.env["scola.fee.schedule"].search(
                    [("id", "=", self.row.id), ("state", "=", "overdue")]
                )
            )
            self.assertFalse(
                self.env["scola.fee.arrears.report"].search(
                    [("student_id", "=", self.enrollment.student_id.id)]
                )
            )
            student = self.enrollment.student_id
            student.invalidate_recordset()
            self.assertEqual((student.amount_open, student.amount_overdue), (0, 0))

    def test_levy_cannot_be_received(self):
        levy = self.plan(
            self.enroll(self.make_student(), self.make_template()), NOVEMBER
        )
        with self.assert_refused("Receive", "levies"):
            levy[0].action_receive_donation()

    def test_twice(self):
        self.row.action_receive_donation()
        with self.assert_refused("Receive"):
            self.row.action_receive_donation()


@tagged("post_install", "-at_install")
class TestArrears(ScolaFeesCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.enrollment = cls.enroll(cls.make_student(), cls.make_template())
        cls.rows = cls.plan(cls.enrollment, date(2026, 12, 31))
        for row in cls.rows[:5]:
            cls.bill(row, row.bill_date)
        cls.bill(cls.rows[5], date(2026, 11, 16))

    def report(self):
        return self.env["scola.fee.arrears.report"].search(
            [("student_id", "=", self.enrollment.student_id.id)], order="due_date"
        )

    def test_ages(self):
        ages = ("not_due", "age_30", "age_60", "age_90", "age_older")
        self.assertRecordValues(
            self.report(),
            [
                {
                    "period": period,
                    "days_overdue": days,
                    "overdue": overdue,
                    **dict.fromkeys(ages, 0),
                    age: 450_000,
                }
                for period, days, overdue, age in (
                    ("2026-07", 129, 450_000, "age_older"),
                    ("2026-08", 98, 450_000, "age_older"),
                    ("2026-09", 67, 450_000, "age_90"),
                    ("2026-10", 37, 450_000, "age_60"),
                    ("2026-11", 6, 450_000, "age_30"),
                    ("2026-12", -24, 0, "not_due"),
                )
            ],
        )

    def test_each_amount_has_one_age(self):
        for line in self.report():
            self.assertEqual(
                line.not_due + line.age_30 + line.age_60 + line.age_90 + line.age_older,
                line.residual,
            )
            self.assertEqual(line.overdue + line.not_due, line.residual)

    def test_sums_of_the_student(self):
        student = self.enrollment.student_id
        self.assertEqual(student.amount_open, 6 * 450_000)
        self.assertEqual(student.amount_overdue, 5 * 450_000)

    def test_payment_counts_at_once(self):
        self.pay(self.rows[0].move_id)
        self.pay(self.rows[1].move_id, 50_000)
        self.assertEqual(sum(self.report().mapped("residual")), 6 * 450_000 - 500_000)
        student = self.enrollment.student_id
        student.invalidate_recordset()
        self.assertEqual(student.amount_overdue, 5 * 450_000 - 500_000)

    def test_own_class_only_for_the_homeroom_teacher(self):
        Report = self.env["scola.fee.arrears.report"].with_user(self.homeroom)
        self.assertEqual(len(Report.search([])), 6)
        self.class_7a.homeroom_teacher_id = False
        self.assertFalse(Report.search([]))
