# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import date

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import Form, tagged

from .common import ScolaFeesCommon


@tagged("post_install", "-at_install")
class TestTemplateInput(ScolaFeesCommon):
    """Bad input is refused with a message that names the field and the remedy."""

    # === AMOUNTS === #

    def test_negative_amount(self):
        with self.assert_refused("Amount", "more than zero"):
            self.make_template(self.line_vals(amount=-450_000))

    def test_zero_amount(self):
        template = self.make_template()
        with self.assert_refused("Amount", "more than zero"):
            template.line_ids.amount_ids.amount = 0

    def test_fractional_rupiah(self):
        template = self.make_template()
        # A currency with decimals, as Odoo ships the rupiah.
        self.env.cr.execute(
            "UPDATE res_currency SET rounding = 0.01, decimal_places = 2 WHERE id = %s",
            [self.school.currency_id.id],
        )
        self.env.invalidate_all()
        self.env.registry.clear_cache()
        with self.assert_refused("Amount", "SPP", "whole rupiah"):
            template.line_ids.amount_ids.amount = 450_000.5

    def test_two_amounts_from_one_day(self):
        line = self.make_template().line_ids
        with self.assert_refused("Valid from"):
            line.amount_ids = [
                Command.create({"date_from": "2026-07-01", "amount": 500_000})
            ]

    def test_billed_amount_cannot_be_rewritten(self):
        line = self.bill_november().line_ids
        with self.assert_refused("Valid from", "SPP", "2026-11-01", "later day"):
            line.amount_ids.amount = 1

    def test_billed_amount_cannot_be_moved_to_a_later_day(self):
        line = self.bill_november().line_ids
        with self.assert_refused("Valid from", "SPP", "2026-11-01", "later day"):
            line.amount_ids.write({"date_from": "2027-01-01", "amount": 500_000})

    def test_billed_amount_cannot_be_deleted(self):
        line = self.bill_november().line_ids
        with self.assert_refused("Valid from", "SPP", "later day"):
            line.amount_ids.unlink()

    def test_amount_cannot_be_slipped_in_before_what_was_billed(self):
        line = self.bill_november().line_ids
        with self.assert_refused("Valid from", "SPP", "later day"):
            line.amount_ids = [
                Command.create({"date_from": "2026-10-01", "amount": 500_000})
            ]

    def test_amount_typed_after_billing_does_not_rewrite_history(self):
        line = self.bill_november().line_ids
        with self.assert_refused("Valid from", "SPP", "later day"):
            line.amount = 500_000

    def test_new_amount_from_a_later_day(self):
        template = self.bill_november()
        template.line_ids.amount_ids = [
            Command.create({"date_from": "2026-12-01", "amount": 500_000})
        ]
        rows = self.plan(template.enrollment_ids, date(2026, 12, 31))
        self.assertEqual(rows.filtered("move_id").mapped("amount"), [450_000] * 5)
        self.assertEqual(
            self.get_row(template.enrollment_ids, "2026-12").amount, 500_000
        )

    def bill_november(self):
        template = self.make_template()
        enrollment = self.enroll(self.make_student(), template)
        self.bill(self.plan(enrollment, date(2026, 11, 30)))
        return template

    # === DUE === #

    def test_due_day_out_of_range(self):
        for mode, number in (("day", 0), ("day", 32), ("offset", -1), ("offset", 367)):
            with self.subTest(mode=mode, number=number):
                with self.assert_refused("Due"):
                    self.make_template(self.line_vals(due_mode=mode, due_number=number))

    def test_two_due_days_on_one_bill(self):
        with self.assert_refused("Due", "SPP", "Kegiatan", "same due day"):
            self.make_template(
                self.line_vals(self.spp, due_number=10),
                self.line_vals(self.activity, due_number=20),
            )

    def test_due_day_of_one_line_changed(self):
        template = self.make_template(
            self.line_vals(self.spp), self.line_vals(self.activity)
        )
        with self.assert_refused("Due", "SPP", "Kegiatan", "same due day"):
            template.line_ids = [
                Command.update(template.line_ids[1].id, {"due_number": 20})
            ]

    def test_due_day_of_all_lines_changed_at_once(self):
        template = self.make_template(
            self.line_vals(self.spp), self.line_vals(self.activity)
        )
        with Form(template) as form:
            for index in range(2):
                with form.line_ids.edit(index) as line:
                    line.due_number = 20
        self.assertEqual(template.line_ids.mapped("due_number"), [20, 20])

    def test_other_due_day_for_another_frequency(self):
        template = self.make_template(
            self.line_vals(self.spp, due_number=10),
            self.line_vals(self.activity, due_number=20, frequency="yearly"),
        )
        self.assertEqual(template.line_ids.mapped("due_number"), [10, 20])

    # === DATES === #

    def test_template_ends_before_it_starts(self):
        with self.assert_refused("Valid until", "on or after"):
            self.make_template(date_start="2026-12-01", date_end="2026-11-30")

    def test_line_ends_before_it_starts(self):
        with self.assert_refused("Billed until", "on or after"):
            self.make_template(
                self.line_vals(date_start="2026-12-01", date_end="2026-11-30")
            )

    def test_template_outside_the_year(self):
        for dates in ({"date_start": "2026-06-30"}, {"date_end": "2027-07-01"}):
            with self.subTest(dates=dates):
                with self.assert_refused("Valid from", "2026/2027"):
                    self.make_template(**dates)

    # === NATURE === #

    def test_levy_and_donation_in_one_template(self):
        with self.assert_refused("Component", "template of their own"):
            self.make_template(
                self.line_vals(self.spp),
                self.line_vals(self.donation, frequency="once"),
            )

    def test_donation_added_to_a_template_of_levies(self):
        template = self.make_template()
        with self.assert_refused("Component", "template of their own"):
            template.line_ids = [
                Command.create(self.line_vals(self.donation, frequency="once"))
            ]

    def test_component_exchanged_for_a_donation(self):
        template = self.make_template(
            self.line_vals(self.spp), self.line_vals(self.activity)
        )
        with self.assert_refused("Component", "template of their own"):
            template.line_ids[0].component_id = self.donation

    # === COMPANIES === #

    def test_component_of_another_school(self):
        foreign = self.make_component("Asing", company_id=self.other_school.id)
        with self.assert_refused("Component", "Asing", "another company"):
            self.make_template(self.line_vals(foreign))

    def test_component_of_the_foundation_serves_every_school(self):
        for company in (self.school, self.other_school):
            template = self.make_template(company=company)
            self.assertEqual(template.line_ids.component_id.company_id, self.foundation)

    def test_preset_of_another_school(self):
        preset = self.make_preset(company_id=self.other_school.id)
        with self.assert_refused("Instalments", "3 kali", "another company"):
            self.make_template(preset_id=preset.id)

    # === SCHOLARSHIPS === #

    def test_percent_over_100(self):
        with self.assert_refused("Percentage", "0 to 100"):
            self.make_scholarship(percent=100.01)

    def test_negative_percent(self):
        with self.assert_refused("Percentage", "0 to 100"):
            self.make_scholarship(percent=-1)

    def test_percent_missing(self):
        with self.assert_refused("Percentage", "more than zero"):
            self.make_scholarship(percent=0)

    def test_fixed_amount_missing_or_negative(self):
        with self.assert_refused("Amount", "more than zero"):
            self.make_scholarship(kind="fixed", amount=0)
        with self.assert_refused("Amount", "negative"):
            self.make_scholarship(kind="fixed", amount=-50_000)

    def test_negative_cap(self):
        with self.assert_refused("Cap per Period", "zero or more"):
            self.make_scholarship(cap_amount=-1)

    def test_scholarship_ends_before_it_starts(self):
        with self.assert_refused("Valid until", "on or after"):
            self.make_scholarship(date_start="2026-12-01", date_end="2026-11-30")

    def test_sponsor_without_partner_or_account(self):
        with self.assert_refused("Sponsor and Account"):
            self.make_scholarship(funding="sponsor")
        with self.assert_refused("Sponsor and Account"):
            self.make_scholarship(
                funding="sponsor", sponsor_id=self.env.user.partner_id.id
            )

    def test_sibling_rule_over_100(self):
        with self.assert_refused("Percentage", "0 to 100"):
            self.make_sibling_discount({2: 101})

    def test_sibling_rule_twice_or_for_child_zero(self):
        discount = self.make_sibling_discount({2: 10})
        with self.assert_refused("From Child", "once"):
            discount.sibling_rule_ids = [Command.create({"order": 2, "percent": 5})]
        with self.assert_refused("From Child", "1"):
            discount.sibling_rule_ids = [Command.create({"order": 0, "percent": 5})]

    def test_form_empties_what_the_kind_does_not_use(self):
        form = Form(self.env["scola.scholarship.type"])
        form.name, form.code = "Prestasi", "PRS"
        form.percent = 50
        form.kind = "fixed"
        form.amount = 100_000
        scholarship = form.save()
        self.assertRecordValues(scholarship, [{"percent": 0, "amount": 100_000}])

    # === INSTALMENTS === #

    def test_parts_that_are_not_100_percent(self):
        for parts in (((40, 0), (30, 1)), ((60, 0), (60, 1)), ((33.33, 0),) * 3):
            with self.subTest(parts=parts):
                with self.assert_refused("Percentage", "100 %"):
                    self.make_preset(*parts)

    def test_parts_with_decimals_that_are_100_percent(self):
        preset = self.make_preset((33.33, 0), (33.33, 1), (33.34, 2))
        self.assertEqual(preset.part_count, 3)
        self.assertEqual(preset.example, "333.000 + 333.000 + 334.000")

    def test_a_part_changed_afterwards(self):
        preset = self.make_preset()
        with self.assert_refused("Percentage", "100 %"):
            preset.line_ids = [Command.update(preset.line_ids[0].id, {"percent": 50})]

    def test_a_part_deleted_afterwards(self):
        preset = self.make_preset()
        with self.assert_refused("Percentage", "100 %"):
            preset.line_ids = [Command.delete(preset.line_ids[0].id)]

    def test_single_part(self):
        with self.assert_refused("Parts", "at least two"):
            self.make_preset((100, 0))

    def test_part_over_100_or_negative(self):
        for percents in ((101, -1), (120, -20)):
            with self.subTest(percents=percents):
                with self.assert_refused("Percentage"):
                    self.make_preset(*((percent, 0) for percent in percents))

    def test_part_without_amount(self):
        with self.assert_refused("Amount", "last takes the rest"):
            self.make_preset((0, 0), (0, 1), by="amount")

    def test_rounding_of_zero(self):
        with self.assert_refused("Rounded to", "1 rupiah"):
            self.make_preset(rounding=0)

    def test_part_due_before_the_first(self):
        with self.assert_refused("Months Later"):
            self.make_preset((50, 0), (50, -1))


@tagged("post_install", "-at_install")
class TestTemplateOverlap(ScolaFeesCommon):
    """No student gets one fee twice for the same days, by whatever templates."""

    REMEDY = ("Change grades, programmes, months or validity",)

    def assert_overlap(self, *first_lines, second=None, **second_vals):
        name = self.make_template(*first_lines).name
        with self.assert_refused("SPP", name, *self.REMEDY):
            self.make_template(*(second or []), **second_vals)

    def test_same_component_in_two_templates(self):
        self.assert_overlap(self.line_vals())

    def test_same_component_twice_in_one_template(self):
        with self.assert_refused("SPP", *self.REMEDY):
            self.make_template(self.line_vals(), self.line_vals(amount=1000))

    def test_every_grade_against_one(self):
        self.assert_overlap(
            self.line_vals(), second=[self.line_vals(grade_ids=self.grade_7)]
        )

    def test_shared_grade(self):
        self.assert_overlap(
            self.line_vals(grade_ids=self.grade_7 | self.grade_8),
            second=[self.line_vals(grade_ids=self.grade_8 | self.grade_9)],
        )

    def test_different_grades(self):
        template = self.make_template(
            self.line_vals(grade_ids=self.grade_7),
            self.line_vals(amount=500_000, grade_ids=self.grade_8),
        )
        self.make_template(self.line_vals(amount=550_000, grade_ids=self.grade_9))
        self.assertEqual(len(template.line_ids), 2)

    def test_grade_changed_into_an_overlap(self):
        template = self.make_template(
            self.line_vals(grade_ids=self.grade_7),
            self.line_vals(grade_ids=self.grade_8),
        )
        with self.assert_refused("SPP", *self.REMEDY):
            template.line_ids[1].grade_ids = self.grade_7

    def test_programmes(self):
        science, social = self.make_programmes()
        self.make_template(self.line_vals(programme_ids=science))
        self.make_template(self.line_vals(programme_ids=social))
        with self.assert_refused("SPP", *self.REMEDY):
            self.make_template(self.line_vals(programme_ids=science | social))

    def test_programme_changed_into_an_overlap(self):
        science, social = self.make_programmes()
        template = self.make_template(
            self.line_vals(programme_ids=science), self.line_vals(programme_ids=social)
        )
        with self.assert_refused("SPP", *self.REMEDY):
            template.line_ids[1].programme_ids = False

    def test_months(self):
        self.make_template(self.line_vals(months=(7, 8, 9)))
        self.make_template(self.line_vals(months=(10, 11, 12)))
        with self.assert_refused("SPP", *self.REMEDY):
            self.make_template(self.line_vals(months=(9,)))

    def test_months_changed_into_an_overlap(self):
        template = self.make_template(
            self.line_vals(months=(7, 8)), self.line_vals(months=(9, 10))
        )
        for months in ((8, 9), ()):
            with self.subTest(months=months):
                found = self.env["scola.fee.month"].search([("number", "in", months)])
                with self.assert_refused("SPP", *self.REMEDY):
                    template.line_ids[1].month_ids = found

    def test_months_do_not_part_other_frequencies(self):
        self.assert_overlap(
            self.line_vals(months=(7,)),
            second=[self.line_vals(frequency="yearly")],
        )

    def test_validity_of_templates(self):
        self.make_template(date_end="2026-12-31")
        self.make_template(date_start="2027-01-01")
        with self.assert_refused("SPP", *self.REMEDY):
            self.make_template(date_start="2026-12-31", date_end="2026-12-31")

    def test_validity_changed_into_an_overlap(self):
        first = self.make_template(date_end="2026-12-31")
        self.make_template(date_start="2027-01-01")
        with self.assert_refused("SPP", *self.REMEDY):
            first.date_end = False

    def test_validity_of_lines(self):
        template = self.make_template(
            self.line_vals(date_end="2026-12-31"),
            self.line_vals(amount=500_000, date_start="2027-01-01"),
        )
        with self.assert_refused("SPP", *self.REMEDY):
            template.line_ids[1].date_start = "2026-12-31"

    def test_other_school(self):
        first = self.make_template()
        second = self.make_template(company=self.other_school)
        self.assertEqual(first.line_ids.component_id, second.line_ids.component_id)

    def test_archived_template_does_not_count_until_it_is_back(self):
        first = self.make_template()
        first.active = False
        self.make_template()
        with self.assert_refused("SPP", *self.REMEDY):
            first.active = True

    def test_copy_starts_inactive(self):
        template = self.make_template()
        copy = template.copy()
        self.assertFalse(copy.active)
        self.assertNotEqual(copy.name, template.name)
        self.assertEqual(copy.line_ids.amount, 450_000)

    def make_programmes(self):
        return self.env["scola.study.programme"].create(
            [
                {
                    "name": name,
                    "code": name,
                    "level_id": self.level.id,
                    "company_id": self.school.id,
                }
                for name in ("IPA", "IPS")
            ]
        )


@tagged("post_install", "-at_install")
class TestTemplateAmounts(ScolaFeesCommon):
    def test_first_amount_is_valid_from_the_start_of_the_year(self):
        line = self.make_template().line_ids
        self.assertRecordValues(
            line.amount_ids, [{"date_from": date(2026, 7, 1), "amount": 450_000}]
        )

    def test_amount_corrected_before_billing(self):
        line = self.make_template().line_ids
        line.amount = 475_000
        self.assertRecordValues(
            line.amount_ids, [{"date_from": date(2026, 7, 1), "amount": 475_000}]
        )

    def test_line_that_is_planned_can_be_deleted(self):
        template = self.make_template(
            self.line_vals(self.spp), self.line_vals(self.activity, 50_000)
        )
        enrollment = self.enroll(self.make_student(), template)
        self.plan(enrollment)
        template.with_user(self.treasurer).line_ids = [
            Command.delete(template.line_ids[1].id)
        ]
        self.assertEqual(self.get_rows(enrollment).mapped("amount"), [450_000] * 12)

    def test_line_that_is_billed_cannot_be_deleted(self):
        template = self.make_template(
            self.line_vals(self.spp), self.line_vals(self.activity, 50_000)
        )
        rows = self.plan(self.enroll(self.make_student(), template))
        self.bill(rows[0])
        with self.assert_refused("Kegiatan", "Billed until"):
            template.line_ids = [Command.delete(template.line_ids[1].id)]

    def test_amount_of_today(self):
        line = self.make_template().line_ids
        line.amount_ids = [
            Command.create({"date_from": "2026-11-01", "amount": 460_000}),
            Command.create({"date_from": "2027-01-01", "amount": 500_000}),
        ]
        self.assertEqual(line.amount, 460_000)

    def test_amount_typed_in_a_month_not_yet_billed(self):
        template = self.make_template()
        enrollment = self.enroll(self.make_student(), template)
        self.bill(self.plan(enrollment, date(2026, 10, 31)))
        template.line_ids.amount = 500_000
        rows = self.plan(enrollment, date(2026, 12, 31))
        self.assertEqual(
            rows.mapped("amount"), [450_000] * 4 + [500_000] * 2, "November on"
        )

    def test_yearly_fees_allow_installments_by_default(self):
        template = self.make_template(
            self.line_vals(), self.line_vals(self.building, frequency="yearly")
        )
        self.assertEqual(
            template.line_ids.mapped("installments_allowed"), [False, True]
        )

    def test_form_clears_months_of_a_fee_that_is_not_monthly(self):
        template = self.make_template(self.line_vals(months=(7, 8)))
        with Form(template) as form, form.line_ids.edit(0) as line:
            line.frequency = "yearly"
        self.assertFalse(template.line_ids.month_ids)

    def test_treasurer_makes_a_template(self):
        template = (
            self.env["scola.fee.template"]
            .with_user(self.treasurer)
            .create(
                {
                    "name": "SPP",
                    "year_id": self.year.id,
                    "level_id": self.level.id,
                    "line_ids": [Command.create(self.line_vals())],
                }
            )
        )
        self.assertEqual(template.company_id, self.school)
        self.assertEqual(template.line_ids.amount, 450_000)

    def test_treasurer_of_one_school_does_not_see_the_other(self):
        foreign = self.make_template(company=self.other_school)
        Template = self.env["scola.fee.template"].with_user(self.treasurer)
        self.assertNotIn(foreign, Template.search([]))
        with self.assertRaises(AccessError):
            foreign.with_user(self.treasurer).name = "Diubah"

    def test_only_the_treasurer_changes_prices(self):
        amount = self.make_template().line_ids.amount_ids
        for user in (self.cashier, self.principal, self.homeroom, self.auditor):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                amount.with_user(user).amount = 1
