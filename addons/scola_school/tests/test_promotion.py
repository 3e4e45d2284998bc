# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import date

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import SchoolCommon


@tagged("post_install", "-at_install")
class TestPromotion(SchoolCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.students = cls.env["scola.student"].concat(
            *(cls._create_student(name, cls.class_7a) for name in ("Ani", "Budi"))
        )
        cls.senior = cls._create_student("Citra", cls.class_9a)
        cls.admin = cls._create_user(
            "admin_a", "admin", cls.school_a | cls.school_b | cls.foundation
        )

    def _create_wizard(self, classrooms, user=None):
        return (
            self._as_user(self.env["scola.promotion.wizard"], user or self.admin)
            .with_context(active_model="scola.classroom", active_ids=classrooms.ids)
            .create({})
        )

    def _create_next_classes(self):
        return self._create_classroom(
            "VIII A", self.grade_8, year_id=self.next_year.id
        ), self._create_classroom("VIII B", self.grade_8, year_id=self.next_year.id)

    def test_the_wizard_proposes_the_parallel_class(self):
        class_8a, _class_8b = self._create_next_classes()
        wizard = self._create_wizard(self.class_7a | self.class_9a)
        self.assertEqual(wizard.year_id, self.next_year)
        self.assertEqual(wizard.date_end, date(2027, 6, 30))
        self.assertEqual(wizard.date_start, date(2027, 7, 12))
        lines = {line.student_id.name: line for line in wizard.line_ids}
        self.assertEqual(lines["Ani"].outcome, "promote")
        self.assertEqual(lines["Ani"].target_classroom_id, class_8a)
        self.assertEqual(lines["Citra"].outcome, "graduate")

    def test_promote_repeat_and_graduate_keep_the_history(self):
        class_8a, _class_8b = self._create_next_classes()
        new_7a = self._create_classroom(
            "VII A", self.grade_7, year_id=self.next_year.id
        )
        wizard = self._create_wizard(self.class_7a | self.class_9a)
        budi_line = wizard.line_ids.filtered(lambda x: x.student_id.name == "Budi")
        budi_line.write({"outcome": "repeat", "target_classroom_id": new_7a.id})
        wizard.action_promote()
        ani, budi = self.students
        self.assertEqual(ani.classroom_id, class_8a)
        self.assertEqual(budi.classroom_id, new_7a)
        self.assertEqual(
            ani.placement_ids.sorted("date_start").mapped("outcome"),
            ["promoted", "open"],
        )
        self.assertEqual(
            budi.placement_ids.sorted("date_start").mapped("outcome"),
            ["repeated", "open"],
        )
        self.assertRecordValues(
            self.senior,
            [
                {
                    "state": "graduated",
                    "exit_date": date(2027, 6, 30),
                    "classroom_id": False,
                }
            ],
        )
        self.assertEqual(self.senior.placement_ids.outcome, "graduated")

    def test_one_mistake_changes_nothing(self):
        self._create_next_classes()
        wizard = self._create_wizard(self.class_7a | self.class_9a)
        wizard.line_ids.filtered(
            lambda x: x.student_id.name == "Budi"
        ).target_classroom_id = False
        with self.assertRaisesRegex(UserError, "New Classroom: .*Budi"):
            wizard.action_promote()
        self.assertEqual(self.students.classroom_id, self.class_7a)
        self.assertEqual(self.senior.state, "active")
        self.assertEqual(
            (self.students | self.senior).placement_ids.mapped("outcome"), ["open"] * 3
        )

    def test_a_failure_in_the_middle_rolls_everything_back(self):
        self._create_next_classes()
        wizard = self._create_wizard(self.class_7a | self.class_9a)

        def _create_placements(_wizard):
            raise ValueError

        self.patch(
            self.registry["scola.promotion.wizard"],
            "_create_placements",
            _create_placements,
        )
        with self.assertRaises(ValueError), self.env.cr.savepoint():
            wizard.action_promote()
        self.assertEqual(self.students.classroom_id, self.class_7a)
        self.assertEqual(self.senior.state, "active")

    def test_a_target_of_the_wrong_grade_is_refused(self):
        class_8a, _class_8b = self._create_next_classes()
        wizard = self._create_wizard(self.class_7a)
        wizard.line_ids.write({"outcome": "repeat", "target_classroom_id": class_8a.id})
        with self.assertRaisesRegex(UserError, "does not fit Ani.*grade SMP VII"):
            wizard.action_promote()

    def test_promoting_twice_does_nothing_twice(self):
        self._create_next_classes()
        self._create_wizard(self.class_7a).action_promote()
        wizard = self._create_wizard(self.class_7a)
        self.assertFalse(wizard.line_ids)
        with self.assertRaisesRegex(UserError, "nobody to promote"):
            wizard.action_promote()

    def test_missing_classrooms_are_created_on_demand(self):
        wizard = self._create_wizard(self.class_7a)
        self.assertEqual(wizard.missing_names, "VIII A")
        wizard.action_create_classrooms()
        self.assertFalse(wizard.missing_names)
        wizard.action_promote()
        self.assertEqual(self.students.classroom_id.name, "VIII A")
        self.assertEqual(self.students.classroom_id.year_id, self.next_year)

    def test_without_a_next_year_the_remedy_is_named(self):
        self.next_year.unlink()
        wizard = self._create_wizard(self.class_7a)
        with self.assertRaisesRegex(UserError, "New Academic Year: .*Create the next"):
            wizard.action_promote()

    def test_only_administrators_promote(self):
        treasurer = self._create_user("treasurer", "treasurer")
        with self.assertRaises(AccessError):
            self._create_wizard(self.class_7a, treasurer)
