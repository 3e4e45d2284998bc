# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import date

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import Form, tagged

from .common import YEAR_END, YEAR_START, ScolaFeesCommon

NOVEMBER = date(2026, 11, 30)


@tagged("post_install", "-at_install")
class TestEnroll(ScolaFeesCommon):
    """By placement, for a class or level, and by hand."""

    # === BY PLACEMENT === #

    def test_placement_enrols(self):
        template = self.make_template(auto_enroll=True)
        student = self.make_student()
        self.assertRecordValues(
            student.enrollment_ids,
            [
                {
                    "template_id": template.id,
                    "source": "placement",
                    "state": "active",
                    "grade_id": self.grade_7.id,
                    "classroom_id": self.class_7a.id,
                    "company_id": self.school.id,
                    "date_start": YEAR_START,
                    "date_end": YEAR_END,
                }
            ],
        )

    def test_placement_by_somebody_without_rights_on_fees(self):
        """Who places students need not define fees, but the fees come."""
        self.make_template(auto_enroll=True)
        student = self.make_student(False)
        clerk = self.make_user("treasurer")
        student.with_user(clerk)._place(self.class_7a.with_user(clerk), YEAR_START)
        self.assertEqual(len(student.enrollment_ids), 1)

    def test_placement_of_a_late_joiner(self):
        self.make_template(auto_enroll=True, prorata="days")
        student = self.make_student(date=date(2026, 11, 16))
        self.assertEqual(student.enrollment_ids.date_start, date(2026, 11, 16))
        rows = self.plan(student.enrollment_ids, date(2026, 12, 31))
        self.assertEqual(
            self.amounts(rows), {("2026-11", 1): 225_000, ("2026-12", 1): 450_000}
        )

    def test_placement_leaves_out_other_levels_schools_and_years(self):
        self.make_template(auto_enroll=True, company=self.other_school)
        self.make_template(
            auto_enroll=True, level_id=self.env.ref("scola_school.level_sma").id
        )
        self.make_template(
            auto_enroll=True, year_id=self.make_next_year().id, name="Tahun Depan"
        )
        self.assertFalse(self.make_student().enrollment_ids)

    def test_placement_leaves_out_optional_and_archived_templates(self):
        self.make_template(self.line_vals(self.meals))
        self.make_template(auto_enroll=True, active=False)
        self.assertFalse(self.make_student().enrollment_ids)

    def test_placement_in_the_next_year(self):
        student = self.make_student()
        year = self.make_next_year()
        template = self.make_template(auto_enroll=True, year_id=year.id)
        classroom = self.class_8a.copy({"year_id": year.id})
        student._place(classroom, date(2027, 7, 1))
        self.assertEqual(student.enrollment_ids.template_id, template)
        self.assertEqual(student.enrollment_ids.date_start, date(2027, 7, 1))

    def test_placement_twice_enrols_once(self):
        self.make_template(auto_enroll=True)
        student = self.make_student()
        student._place(self.class_7b, date(2026, 11, 16))
        self.assertEqual(len(student.enrollment_ids), 1)
        self.assertEqual(student.enrollment_ids.classroom_id, self.class_7b)

    def test_whole_class_is_enrolled_at_once(self):
        self.make_template(auto_enroll=True)
        students = self.make_students(5)
        self.assertEqual(len(students.enrollment_ids), 5)

    def test_template_that_is_over_before_the_student_comes(self):
        """Whoever joins in February owes nothing of July to December."""
        self.make_template(auto_enroll=True, date_end="2026-12-31")
        student = self.make_student(date=date(2027, 2, 1))
        self.plan(student.enrollment_ids)
        self.assertFalse(student.schedule_ids)

    # === FOR A CLASS OR LEVEL === #

    def test_bulk_for_a_class(self):
        template = self.make_template()
        inside = self.make_students(2, self.class_7a)
        self.make_students(1, self.class_7b)
        wizard = self.make_wizard(template, classroom_ids=self.class_7a)
        self.assertEqual(wizard.student_count, 2)
        self.assertEqual(wizard.enrolled_count, 0)
        wizard.action_enroll()
        self.assertEqual(template.enrollment_ids.student_id, inside)
        self.assertEqual(set(template.enrollment_ids.mapped("source")), {"bulk"})

    def test_bulk_for_a_level(self):
        template = self.make_template()
        students = self.make_students(2, self.class_7a)
        students |= self.make_students(1, self.class_8a)
        self.make_students(1, self.other_class_7a)
        self.make_wizard(template).action_enroll()
        self.assertEqual(template.enrollment_ids.student_id, students)

    def test_bulk_for_a_grade(self):
        template = self.make_template()
        self.make_students(2, self.class_7a)
        eighth = self.make_student(self.class_8a)
        self.make_wizard(template, grade_ids=self.grade_8).action_enroll()
        self.assertEqual(template.enrollment_ids.student_id, eighth)

    def test_bulk_twice_adds_nobody(self):
        template = self.make_template()
        self.make_students(2)
        self.make_wizard(template).action_enroll()
        enrollments = template.enrollment_ids
        wizard = self.make_wizard(template)
        self.assertEqual((wizard.student_count, wizard.enrolled_count), (0, 2))
        wizard.action_enroll()
        self.assertEqual(template.enrollment_ids, enrollments)

    def test_bulk_adds_only_who_is_missing(self):
        template = self.make_template()
        first = self.make_student()
        self.enroll(first, template)
        second = self.make_student()
        self.make_wizard(template).action_enroll()
        self.assertEqual(template.enrollment_ids.student_id, first | second)
        self.assertEqual(len(template.enrollment_ids), 2)

    def test_bulk_leaves_out_who_is_not_active(self):
        template = self.make_template()
        active, gone = self.make_students(2)
        gone.action_set_on_leave()
        self.make_wizard(template).action_enroll()
        self.assertEqual(template.enrollment_ids.student_id, active)

    def test_bulk_from_a_day(self):
        template = self.make_template()
        self.make_students(2)
        self.make_wizard(template, date_start=date(2026, 11, 1)).action_enroll()
        self.assertEqual(
            template.enrollment_ids.mapped("date_start"), [date(2026, 11, 1)] * 2
        )

    def test_bulk_without_students(self):
        template = self.make_template()
        wizard = self.make_wizard(template, classroom_ids=self.class_7b)
        with self.assert_refused("Classrooms", "place the students first"):
            wizard.action_enroll()

    def test_bulk_as_treasurer(self):
        template = self.make_template()
        self.make_students(2)
        wizard = self.env["scola.bulk.enroll"].with_user(self.treasurer)
        wizard.create({"template_id": template.id}).action_enroll()
        self.assertEqual(len(template.enrollment_ids), 2)

    def make_wizard(self, template, **vals):
        for fname in ("classroom_ids", "grade_ids"):
            if fname in vals:
                vals[fname] = [Command.set(vals[fname].ids)]
        return self.env["scola.bulk.enroll"].create(
            {"template_id": template.id, **vals}
        )

    # === BY HAND === #

    def test_form(self):
        template = self.make_template(preset_id=False, prorata="days")
        student = self.make_student()
        form = Form(self.env["scola.student.fee.enrollment"].with_user(self.treasurer))
        form.student_id = student
        form.template_id = template
        enrollment = form.save()
        self.assertRecordValues(
            enrollment,
            [
                {
                    "source": "manual",
                    "prorata": "days",
                    "grade_id": self.grade_7.id,
                    "date_start": YEAR_START,
                    "date_end": YEAR_END,
                }
            ],
        )

    def test_template_gives_preset_and_dates(self):
        preset = self.make_preset()
        template = self.make_template(
            self.line_vals(self.building, frequency="yearly"),
            preset_id=preset.id,
            date_start="2026-08-01",
            date_end="2027-05-31",
        )
        enrollment = self.enroll(self.make_student(), template)
        self.assertRecordValues(
            enrollment,
            [
                {
                    "preset_id": preset.id,
                    "date_start": date(2026, 8, 1),
                    "date_end": date(2027, 5, 31),
                }
            ],
        )

    def test_twice(self):
        template = self.make_template()
        student = self.make_student()
        self.enroll(student, template)
        with self.assert_refused("Template", "enrolled in it already"):
            self.env["scola.student.fee.enrollment"].create(
                {"student_id": student.id, "template_id": template.id}
            )

    def test_again_after_cancelling(self):
        template = self.make_template()
        student = self.make_student()
        self.enroll(student, template).action_cancel()
        self.assertEqual(self.enroll(student, template).state, "active")

    def test_student_of_another_school(self):
        template = self.make_template()
        student = self.make_student(self.other_class_7a)
        with self.assert_refused("Student", student.name):
            self.enroll(student, template)

    def test_end_before_start(self):
        enrollment = self.enroll(self.make_student(), self.make_template())
        with self.assert_refused("End", "on or after the start"):
            enrollment.write({"date_start": "2026-12-01", "date_end": "2026-11-30"})

    def test_outside_the_year(self):
        enrollment = self.enroll(self.make_student(), self.make_template())
        for vals in ({"date_start": "2026-06-30"}, {"date_end": "2027-07-01"}):
            with self.subTest(vals=vals):
                with self.assert_refused("Start / End", "2026/2027"):
                    enrollment.write(vals)

    def test_state_cannot_be_written(self):
        enrollment = self.enroll(self.make_student(), self.make_template())
        with self.assert_refused("State", "Cancel"):
            enrollment.write({"state": "cancelled"})

    def test_award_twice(self):
        enrollment = self.enroll(self.make_student(), self.make_template())
        scholarship = self.make_scholarship()
        self.award(enrollment, scholarship)
        with self.assert_refused("Scholarship", "change its dates"):
            self.award(enrollment, scholarship)

    def test_award_over_100_percent_or_ending_before_it_starts(self):
        enrollment = self.enroll(self.make_student(), self.make_template())
        scholarship = self.make_scholarship()
        with self.assert_refused("Percentage", "0 to 100"):
            self.award(enrollment, scholarship, percent=101)
        with self.assert_refused("Valid until", "on or after"):
            self.award(
                enrollment, scholarship, date_start="2026-12-01", date_end="2026-11-01"
            )

    def test_award_of_another_school(self):
        enrollment = self.enroll(self.make_student(), self.make_template())
        scholarship = self.make_scholarship(company_id=self.other_school.id)
        with self.assert_refused("Scholarship", "another company"):
            self.award(enrollment, scholarship)

    def test_sibling_discount_cannot_be_awarded(self):
        enrollment = self.enroll(self.make_student(), self.make_template())
        discount = self.make_sibling_discount({2: 10})
        with self.assert_refused("Scholarship", "by themselves"):
            self.award(enrollment, discount)

    def test_only_the_treasurer_enrols(self):
        template = self.make_template()
        student = self.make_student()
        for user in (self.cashier, self.principal, self.homeroom, self.auditor):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.env["scola.student.fee.enrollment"].with_user(user).create(
                    {"student_id": student.id, "template_id": template.id}
                )

    def make_next_year(self):
        return self.env["scola.academic.year"].create(
            {
                "code": "2027/2028",
                "date_start": "2027-07-01",
                "date_end": "2028-06-30",
                "company_id": self.foundation.id,
            }
        )


@tagged("post_install", "-at_install")
class TestReplanning(ScolaFeesCommon):
    """What changes afterwards reaches what is not billed, and nothing else."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.template = cls.make_template(
            cls.line_vals(cls.spp, grade_ids=cls.grade_7),
            cls.line_vals(cls.spp, 600_000, grade_ids=cls.grade_8),
            cls.line_vals(cls.building, 900_000, frequency="yearly"),
        )
        cls.student = cls.make_student()
        cls.enrollment = cls.enroll(cls.student, cls.template)
        cls.plan(cls.enrollment, NOVEMBER)

    def bill_until(self, period):
        rows = self.get_rows(self.enrollment).filtered(
            lambda row: row.frequency == "monthly" and row.period <= period
        )
        self.bill(rows)
        return rows

    def monthly(self):
        return {
            row.period: round(row.amount)
            for row in self.get_rows(self.enrollment)
            if row.frequency == "monthly"
        }

    def test_months_missed_are_caught_up(self):
        run = self.run_month("2026-11-01")
        self.assertEqual(
            run.line_ids.schedule_id.mapped("period"),
            ["2026-07", "2026/2027", "2026-08", "2026-09", "2026-10", "2026-11"],
        )
        self.assertEqual(set(run.line_ids.mapped("state")), {"posted"})

    def test_start_moved_to_later(self):
        billed = self.bill_until("2026-07")
        self.enrollment.date_start = date(2026, 10, 1)
        self.assertEqual(list(self.monthly()), ["2026-07", "2026-10", "2026-11"])
        self.assertTrue(billed.exists())

    def test_start_moved_to_earlier(self):
        self.enrollment.date_start = date(2026, 10, 1)
        self.enrollment.date_start = YEAR_START
        self.assertEqual(len(self.monthly()), 5)

    def test_end_moved_to_earlier(self):
        billed = self.bill_until("2026-10")
        self.enrollment.date_end = date(2026, 9, 30)
        self.assertEqual(
            list(self.monthly()), ["2026-07", "2026-08", "2026-09", "2026-10"]
        )
        self.assertEqual(billed.mapped("amount"), [450_000] * 4)

    def test_end_in_mid_month_by_days(self):
        self.enrollment.prorata = "days"
        self.enrollment.date_end = date(2026, 11, 10)
        self.assertEqual(self.monthly()["2026-11"], 150_000)

    def test_prorata(self):
        self.enrollment.date_start = date(2026, 9, 16)
        self.assertEqual(self.monthly()["2026-09"], 450_000)
        self.enrollment.prorata = "days"
        self.assertEqual(self.monthly()["2026-09"], 225_000)
        self.enrollment.prorata = "none"
        self.assertNotIn("2026-09", self.monthly())

    def test_award_given_and_taken_away(self):
        self.bill_until("2026-09")
        award = self.award(self.enrollment, self.make_scholarship())
        self.assertEqual(list(self.monthly().values()), [450_000] * 3 + [225_000] * 2)
        award.percent = 10
        self.assertEqual(list(self.monthly().values()), [450_000] * 3 + [405_000] * 2)
        award.unlink()
        self.assertEqual(list(self.monthly().values()), [450_000] * 5)

    def test_award_with_dates(self):
        award = self.award(
            self.enrollment, self.make_scholarship(), date_start="2026-10-01"
        )
        self.assertEqual(self.monthly()["2026-09"], 450_000)
        self.assertEqual(self.monthly()["2026-10"], 225_000)
        award.date_end = date(2026, 10, 31)
        self.assertEqual(self.monthly()["2026-11"], 450_000)

    def test_award_within_the_dates_of_its_type(self):
        scholarship = self.make_scholarship(date_end="2026-08-31")
        self.award(self.enrollment, scholarship, date_end="2026-12-31")
        self.assertEqual(list(self.monthly().values()), [225_000] * 2 + [450_000] * 3)

    def test_full_scholarship_costs_nothing(self):
        self.award(self.enrollment, self.make_scholarship(kind="full"))
        self.assertEqual(set(self.monthly().values()), {0})
        moves = self.bill(self.get_row(self.enrollment, "2026-07"))
        self.assertEqual(moves.amount_total, 0)
        self.assertEqual(self.get_row(self.enrollment, "2026-07").state, "paid")

    def test_preset_given_and_taken_away(self):
        self.enrollment.preset_id = self.make_preset()
        self.assertEqual(self.yearly(), {1: 360_000, 2: 270_000, 3: 270_000})
        self.enrollment.preset_id = False
        self.assertEqual(self.yearly(), {1: 900_000})

    def test_preset_after_the_first_part_was_billed(self):
        self.enrollment.preset_id = self.make_preset()
        self.bill(self.get_row(self.enrollment, "2026/2027", 1))
        self.enrollment.preset_id = self.make_preset((50, 0), (50, 1))
        self.assertEqual(self.yearly(), {1: 360_000, 2: 540_000})

    def test_billed_fee_is_not_split_afterwards(self):
        self.bill(self.get_row(self.enrollment, "2026/2027"))
        self.enrollment.preset_id = self.make_preset()
        self.assertEqual(self.yearly(), {1: 900_000})

    def yearly(self):
        return {
            row.installment: round(row.amount)
            for row in self.get_rows(self.enrollment)
            if row.frequency == "yearly"
        }

    def test_other_template(self):
        other = self.make_template(self.line_vals(self.activity, 75_000))
        self.enrollment.template_id = other
        self.assertEqual(set(self.monthly().values()), {75_000})
        self.assertFalse(self.yearly())

    def test_other_template_clears_what_no_longer_applies(self):
        self.enrollment.preset_id = self.make_preset()
        building = self.make_scholarship(component_ids=[Command.set(self.building.ids)])
        anything = self.make_scholarship(percent=10)
        self.award(self.enrollment, building)
        self.award(self.enrollment, anything)
        self.enrollment.template_id = self.make_template(
            self.line_vals(self.activity, 75_000),
            date_start="2026-09-01",
            prorata="none",
        )
        self.assertFalse(self.enrollment.preset_id)
        self.assertEqual(self.enrollment.award_ids.type_id, anything)
        self.assertEqual(self.enrollment.date_start, date(2026, 9, 1))
        self.assertEqual(self.enrollment.prorata, "none")
        self.assertEqual(
            self.monthly(), {"2026-09": 67_500, "2026-10": 67_500, "2026-11": 67_500}
        )

    def test_other_template_after_billing_is_refused(self):
        self.bill_until("2026-07")
        other = self.make_template(self.line_vals(self.activity, 75_000))
        with self.assert_refused("Student / Template", "make another one"):
            self.enrollment.template_id = other

    def test_moving_to_another_grade(self):
        billed = self.bill_until("2026-09")
        self.student._place(self.class_8a, date(2026, 10, 1))
        self.assertEqual(self.enrollment.grade_id, self.grade_8)
        self.assertEqual(list(self.monthly().values()), [450_000] * 3 + [600_000] * 2)
        self.assertEqual(billed.mapped("move_id.amount_total"), [450_000] * 3)

    def test_moving_within_the_grade_changes_nothing(self):
        before = self.get_rows(self.enrollment)
        self.student._place(self.class_7b, date(2026, 10, 1))
        self.assertEqual(self.get_rows(self.enrollment), before)
        self.assertEqual(self.enrollment.classroom_id, self.class_7b)

    def test_classroom_of_a_placement_corrected(self):
        self.student.placement_id.classroom_id = self.class_8a
        self.assertEqual(set(self.monthly().values()), {600_000})

    def test_cancel_and_reactivate(self):
        billed = self.bill_until("2026-07")
        self.enrollment.action_cancel()
        self.assertEqual(self.get_rows(self.enrollment), billed)
        self.plan(self.enrollment, NOVEMBER)
        self.assertEqual(self.get_rows(self.enrollment), billed)
        self.enrollment.action_reactivate()
        self.plan(self.enrollment, NOVEMBER)
        self.assertEqual(len(self.monthly()), 5)

    def test_deleting_with_bills(self):
        self.bill_until("2026-07")
        with self.assert_refused("cancel it instead"):
            self.enrollment.unlink()

    def test_treasurer_changes_enrolments(self):
        enrollment = self.enrollment.with_user(self.treasurer)
        enrollment.date_end = date(2026, 8, 31)
        enrollment.award_ids = [Command.create({"type_id": self.make_scholarship().id})]
        self.assertEqual(self.monthly(), {"2026-07": 225_000, "2026-08": 225_000})


@tagged("post_install", "-at_install")
class TestLeaving(ScolaFeesCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.template = cls.make_template(prorata="days")
        cls.student = cls.make_student()
        cls.enrollment = cls.enroll(cls.student, cls.template)
        cls.plan(cls.enrollment)

    def assert_ends(self, day, periods):
        self.assertEqual(self.enrollment.date_end, day)
        self.assertEqual(self.get_rows(self.enrollment).mapped("period"), periods)

    def test_every_way_of_leaving(self):
        for action in (
            "action_set_left",
            "action_transfer",
            "action_graduate",
            "action_set_on_leave",
        ):
            with self.subTest(action=action):
                student = self.make_student()
                enrollment = self.enroll(student, self.template)
                self.plan(enrollment)
                getattr(student, action)(date=date(2026, 9, 15))
                self.assertEqual(enrollment.date_end, date(2026, 9, 15))
                self.assertEqual(
                    self.amounts(self.get_rows(enrollment)),
                    {("2026-07", 1): 450_000, ("2026-08", 1): 450_000}
                    | {("2026-09", 1): 225_000},
                )

    def test_today_in_the_schools_zone_by_default(self):
        self.student.action_set_left()
        self.assertEqual(self.enrollment.date_end, date(2026, 11, 16))

    def test_bills_stay(self):
        rows = self.get_rows(self.enrollment)[:5]
        self.bill(rows)
        self.student.action_set_left(date=date(2026, 9, 30))
        self.assert_ends(
            date(2026, 9, 30), ["2026-07", "2026-08", "2026-09", "2026-10", "2026-11"]
        )
        self.assertEqual(rows.mapped("state"), ["overdue"] * 5)

    def test_leaving_before_it_starts_cancels(self):
        template = self.make_template(
            self.line_vals(self.activity), date_start="2027-01-01"
        )
        enrollment = self.enroll(self.student, template)
        self.plan(enrollment)
        self.student.action_set_left(date=date(2026, 12, 1))
        self.assertEqual(enrollment.state, "cancelled")
        self.assertFalse(self.get_rows(enrollment))

    def test_other_students_stay(self):
        other = self.enroll(self.make_student(), self.template)
        self.student.action_set_left(date=date(2026, 9, 30))
        self.assertEqual(other.date_end, YEAR_END)

    def test_student_who_comes_back_is_billed_again(self):
        self.template.auto_enroll = True
        self.student.action_set_on_leave(date=date(2026, 9, 30))
        self.student.action_activate(date=date(2027, 1, 1))
        self.assertEqual(self.enrollment.date_end, YEAR_END)
        self.plan(self.enrollment)
        # Nine months of twelve: October to December were the leave.
        self.assertEqual(len(self.get_rows(self.enrollment)), 9)


@tagged("post_install", "-at_install")
class TestSiblings(ScolaFeesCommon):
    """Second children pay less, worked out from families, never from templates."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.template = cls.make_template()
        cls.family = cls.make_family()

    def child(self, year, classroom=None, **vals):
        return self.make_student(
            classroom, family_id=self.family.id, birth_date=date(year, 5, 1), **vals
        )

    def monthly(self, student, template=None):
        """Return what the student pays for November."""
        enrollment = self.enroll(student, template or self.template)
        self.plan(enrollment, NOVEMBER)
        return round(self.get_row(enrollment, "2026-11").amount)

    def test_by_order_of_birth(self):
        self.make_sibling_discount({2: 10, 3: 25})
        youngest, eldest, middle, fourth = (
            self.child(year) for year in (2014, 2011, 2012, 2015)
        )
        self.assertEqual(self.monthly(eldest), 450_000)
        self.assertEqual(self.monthly(middle), 405_000)
        self.assertEqual(self.monthly(youngest), 337_500)
        self.assertEqual(self.monthly(fourth), 337_500, "from the third child on")

    def test_only_child(self):
        self.make_sibling_discount({2: 10})
        self.assertEqual(self.monthly(self.child(2012)), 450_000)

    def test_sibling_in_another_school_of_the_foundation(self):
        self.make_sibling_discount({2: 10}, company_id=self.foundation.id)
        self.child(2010, self.other_class_7a)
        younger = self.child(2013)
        self.assertEqual(self.monthly(younger), 405_000)

    def test_sibling_in_another_school_as_treasurer_of_one(self):
        """The discount is the same whoever plans, also who cannot see the sibling."""
        self.make_sibling_discount({2: 10}, company_id=self.foundation.id)
        self.child(2010, self.other_class_7a)
        enrollment = self.enroll(self.child(2013), self.template)
        self.env["scola.fee.planner"].with_user(self.treasurer)._plan(
            enrollment.with_user(self.treasurer), NOVEMBER
        )
        self.assertEqual(self.get_row(enrollment, "2026-11").amount, 405_000)

    def test_discount_of_the_other_school_does_not_count(self):
        self.make_sibling_discount({2: 10}, company_id=self.other_school.id)
        self.child(2010)
        self.assertEqual(self.monthly(self.child(2013)), 450_000)

    def test_family_made_by_moving_in(self):
        self.make_sibling_discount({2: 10})
        self.child(2010)
        younger = self.make_student(birth_date=date(2013, 5, 1))
        enrollment = self.enroll(younger, self.template)
        rows = self.plan(enrollment, NOVEMBER)
        self.bill(rows[:2])
        self.env["scola.student.family.wizard"].create(
            {"student_ids": [Command.set(younger.ids)], "family_id": self.family.id}
        ).action_move()
        rows = self.plan(enrollment, NOVEMBER)
        self.assertEqual(rows.mapped("amount"), [450_000] * 2 + [405_000] * 3)

    def test_elder_sibling_leaves(self):
        self.make_sibling_discount({2: 10})
        elder, younger = self.child(2010), self.child(2013)
        enrollment = self.enroll(younger, self.template)
        rows = self.plan(enrollment, NOVEMBER)
        self.bill(rows[:2])
        elder.action_set_left(date=date(2026, 9, 1))
        rows = self.plan(enrollment, NOVEMBER)
        self.assertEqual(rows.mapped("amount"), [405_000] * 2 + [450_000] * 3)

    def test_sibling_discount_with_another_scholarship(self):
        self.make_sibling_discount({2: 10}, sequence=20, on_remaining=True)
        self.child(2010)
        enrollment = self.enroll(self.child(2013), self.template)
        self.award(enrollment, self.make_scholarship(sequence=10))
        rows = self.plan(enrollment, NOVEMBER)
        self.assertEqual(set(rows.mapped("amount")), {202_500})
        self.assertEqual(len(rows[0].line_ids.discount_ids), 2)

    def test_archived_discount(self):
        self.make_sibling_discount({2: 10}).active = False
        self.child(2010)
        self.assertEqual(self.monthly(self.child(2013)), 450_000)

    def test_only_its_components(self):
        self.make_sibling_discount(
            {2: 10}, component_ids=[Command.set(self.activity.ids)]
        )
        self.child(2010)
        self.assertEqual(self.monthly(self.child(2013)), 450_000)

    def test_not_discountable_component(self):
        self.make_sibling_discount({2: 10})
        self.child(2010)
        template = self.make_template(self.line_vals(self.meals, 200_000))
        self.assertEqual(self.monthly(self.child(2013), template), 200_000)


@tagged("post_install", "-at_install")
class TestSponsor(ScolaFeesCommon):
    def test_sponsor_pays_what_the_student_does_not(self):
        sponsor = self.env["res.partner"].create({"name": "PT Peduli"})
        scholarship = self.make_scholarship(
            kind="fixed",
            amount=200_000,
            funding="sponsor",
            sponsor_id=sponsor.id,
            account_id=self.clearing_account.id,
        )
        students = self.make_students(2)
        template = self.make_template(date_start="2026-11-01")
        enrollments = self.enroll(students, template)
        for enrollment in enrollments:
            self.award(enrollment, scholarship)
        self.run_month("2026-11-01")
        rows = self.get_rows(enrollments)
        self.assertEqual(rows.mapped("move_id.amount_total"), [250_000] * 2)
        bill = rows.line_ids.discount_ids.sponsor_move_id
        self.assertEqual(len(bill), 1)
        self.assertEqual((bill.partner_id, bill.state), (sponsor, "posted"))
        self.assertEqual(bill.amount_total, 400_000)
        self.assertEqual(len(bill.invoice_line_ids), 2)
        self.assertFalse(bill.invoice_line_ids.tax_ids)
        clearing = self.env["account.move.line"].search(
            [("account_id", "=", self.clearing_account.id)]
        )
        self.assertEqual(sum(clearing.mapped("balance")), 0, "cleared to the rupiah")

    def test_sponsor_is_billed_once(self):
        scholarship = self.make_scholarship(
            funding="sponsor",
            sponsor_id=self.env["res.partner"].create({"name": "PT Peduli"}).id,
            account_id=self.clearing_account.id,
        )
        enrollment = self.enroll(
            self.make_student(), self.make_template(date_start="2026-11-01")
        )
        self.award(enrollment, scholarship)
        first = self.run_month("2026-11-01")
        self.run_month("2026-11-01")
        first.env["scola.fee.biller"]._bill_sponsors(first)
        bills = self.env["account.move"].search(
            [("partner_id", "=", scholarship.sponsor_id.id)]
        )
        self.assertEqual(bills.mapped("amount_total"), [225_000])


@tagged("post_install", "-at_install")
class TestComingBack(ScolaFeesCommon):
    """Leaving ends the fees, coming back goes on with them; the gap costs nothing."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.template = cls.make_template(date_start="2026-09-01")
        cls.student = cls.make_student()
        cls.enrollment = cls.enroll(cls.student, cls.template)

    def periods(self):
        return self.plan(self.enrollment, date(2027, 3, 31)).mapped("period")

    def test_months_of_a_leave_are_not_billed(self):
        self.student.action_set_on_leave(date=date(2026, 9, 30))
        self.assertEqual(self.periods(), ["2026-09"])
        self.student.action_activate(date=date(2026, 11, 1))
        self.assertEqual(
            self.periods(),
            ["2026-09", "2026-11", "2026-12", "2027-01", "2027-02", "2027-03"],
        )

    def test_broken_months_follow_the_pro_rata_rule(self):
        self.enrollment.prorata = "days"
        self.student.action_set_on_leave(date=date(2026, 9, 20))
        self.student.action_activate(date=date(2026, 10, 12))
        rows = self.plan(self.enrollment, date(2026, 10, 31))
        self.assertEqual(rows.mapped("amount"), [300_000, 290_323])

    def test_a_fee_once_billed_is_not_billed_again(self):
        template = self.make_template(
            self.line_vals(self.building, frequency="once", amount=5_000_000)
        )
        enrollment = self.enroll(self.student, template)
        self.bill(self.plan(enrollment))
        self.student.action_set_on_leave(date=date(2026, 9, 30))
        self.student.action_activate(date=date(2026, 11, 1))
        self.assertEqual(len(self.plan(enrollment)), 1)

    def test_a_student_who_left_and_comes_back_is_billed_again(self):
        self.student.action_set_left(date=date(2026, 9, 30))
        self.student.action_activate(date=date(2026, 11, 1))
        self.assertIn("2026-11", self.periods())
        self.assertNotIn("2026-10", self.periods())

    def test_pauses_that_overlap_are_refused(self):
        pause = {"date_start": "2026-10-01", "date_end": "2026-10-31"}
        self.enrollment.pause_ids = [Command.create(pause)]
        with self.assert_refused("First Day / Last Day"):
            self.enrollment.pause_ids = [
                Command.create({**pause, "date_start": "2026-10-15"})
            ]


@tagged("post_install", "-at_install")
class TestArchivedTemplate(ScolaFeesCommon):
    def test_an_archived_template_bills_nothing(self):
        template = self.make_template(date_start="2026-11-01")
        enrollment = self.enroll(self.make_student(), template)
        self.plan(enrollment)
        template.action_archive()
        self.assertFalse(self.get_rows(enrollment))
        self.assertFalse(self.make_run().line_ids)

    def test_what_it_billed_stays(self):
        template = self.make_template(date_start="2026-11-01")
        enrollment = self.enroll(self.make_student(), template)
        self.run_month()
        template.action_archive()
        self.assertEqual(self.get_rows(enrollment).mapped("period"), ["2026-11"])


@tagged("post_install", "-at_install")
class TestSiblingsOfTwoHouseholds(ScolaFeesCommon):
    def test_children_of_one_mother_in_two_families_are_siblings(self):
        mother = self.env["res.partner"].create({"name": "Ibu Rina"})
        elder, younger = self.make_students(2)
        elder.birth_date, younger.birth_date = "2010-01-01", "2013-01-01"
        self.env["scola.guardianship"].create(
            [
                {
                    "student_id": student.id,
                    "guardian_id": mother.id,
                    "relation": "mother",
                }
                for student in (elder, younger)
            ]
        )
        self.make_sibling_discount({2: 10})
        template = self.make_template(date_start="2026-11-01")
        enrollments = self.enroll(elder | younger, template)
        rows = self.plan(enrollments, date(2026, 11, 30))
        self.assertEqual(
            {row.student_id: round(row.discount) for row in rows},
            {elder: 0, younger: 45_000},
        )
