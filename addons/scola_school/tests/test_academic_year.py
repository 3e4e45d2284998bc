# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import date

from psycopg2 import IntegrityError

from odoo.exceptions import ValidationError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .common import SchoolCommon


@tagged("post_install", "-at_install")
class TestAcademicYear(SchoolCommon):
    def _create_year(self, code, start, end, company=None):
        return self.env["scola.academic.year"].create(
            {
                "code": code,
                "date_start": start,
                "date_end": end,
                "company_id": (company or self.foundation).id,
            }
        )

    def _create_semester(self, kind, start, end):
        return self.env["scola.semester"].create(
            {
                "year_id": self.year.id,
                "kind": kind,
                "date_start": start,
                "date_end": end,
            }
        )

    def test_years_of_a_foundation_cannot_overlap(self):
        with self.assertRaisesRegex(ValidationError, "Start Date / End Date.*2027/28"):
            self._create_year("2027/28", "2028-06-30", "2029-06-30")

    def test_a_school_cannot_overlap_its_foundation(self):
        with self.assertRaisesRegex(ValidationError, "2026/2027"):
            self._create_year("A", "2027-01-01", "2027-03-01", self.school_a)

    def test_other_foundations_have_their_own_years(self):
        other = self.env["res.company"].create({"name": "Yayasan Lain"})
        self.assertTrue(self._create_year("B", "2026-07-13", "2027-06-30", other))

    def test_archived_years_do_not_count(self):
        self.next_year.active = False
        self._create_year("2027/28", "2027-07-12", "2028-06-30")
        with self.assertRaisesRegex(ValidationError, "overlaps"):
            self.next_year.active = True

    def test_a_year_ends_after_it_starts(self):
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaisesRegex(IntegrityError, "dates_check"),
            self.env.cr.savepoint(),
        ):
            self._create_year("2030/2031", "2031-01-01", "2030-12-31")

    def test_the_year_of_a_date_is_found_for_the_school(self):
        Year = self.env["scola.academic.year"]
        for day, expected in [
            ("2026-07-12", Year),
            ("2026-07-13", self.year),
            ("2027-06-30", self.year),
            ("2027-07-11", Year),
            ("2027-07-12", self.next_year),
        ]:
            found = Year._get_for_date(date.fromisoformat(day), self.school_b)
            self.assertEqual(found, expected, day)
        other = self.env["res.company"].create({"name": "Yayasan Lain"})
        self.assertFalse(Year._get_for_date(date(2026, 8, 3), other))

    def test_the_next_year(self):
        self.assertEqual(self.year._get_next(), self.next_year)
        self.assertFalse(self.next_year._get_next())

    def test_semesters_lie_inside_the_year(self):
        with self.assertRaisesRegex(ValidationError, "inside academic year 2026/2027"):
            self._create_semester("odd", "2026-07-01", "2026-12-20")

    def test_semesters_do_not_overlap(self):
        self._create_semester("odd", "2026-07-13", "2026-12-20")
        with self.assertRaisesRegex(ValidationError, "overlaps Odd 2026/2027"):
            self._create_semester("even", "2026-12-20", "2027-06-20")

    def test_semesters_are_named_after_their_kind(self):
        semester = self._create_semester("even", "2027-01-04", "2027-06-20")
        self.assertEqual(semester.name, "Even 2026/2027")
        self.assertEqual(semester.display_name, "Even 2026/2027")

    def test_today_depends_on_the_school_time_zone(self):
        with freeze_time("2026-08-31 16:30:00"):
            self.school_a.scola_tz = "Asia/Jakarta"
            self.school_b.scola_tz = "Asia/Jayapura"
            self.assertEqual(self.school_a._scola_today(), date(2026, 8, 31))
            self.assertEqual(self.school_b._scola_today(), date(2026, 9, 1))

    def test_every_level_leads_to_a_final_grade(self):
        levels = self.env["scola.level"].search([])
        self.assertEqual(
            set(levels.mapped("kind")), {"tk", "sd", "smp", "sma", "smk", "campus"}
        )
        for level in levels:
            final = level.grade_ids.filtered("is_final")
            self.assertEqual(final, level.grade_ids[-1:], level.name)
        self.assertEqual(levels.filtered("is_campus").kind, "campus")
        self.assertEqual(self.grade_7.next_grade_id, self.grade_8)

    def test_grades_cannot_lead_in_a_circle_or_to_another_level(self):
        with self.assertRaisesRegex(ValidationError, "Next Grade"):
            self.grade_9.next_grade_id = self.grade_7
        with self.assertRaisesRegex(ValidationError, "same level"):
            self.grade_9.next_grade_id = self.grade_10
