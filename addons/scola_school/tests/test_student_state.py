# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import date

from odoo.exceptions import AccessError, UserError
from odoo.service.model import call_kw
from odoo.tests import Form, tagged

from .common import SchoolCommon


@tagged("post_install", "-at_install")
class TestStudentState(SchoolCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.treasurer = cls._create_user("treasurer", "treasurer")
        student = cls._create_student(classroom=cls.class_7a)
        cls.student = cls._as_user(student, cls.treasurer)

    def test_a_place_in_a_classroom_admits_the_student(self):
        self.assertRecordValues(
            self.student,
            [
                {
                    "state": "active",
                    "state_date": date(2026, 8, 3),
                    "entry_date": date(2026, 8, 3),
                    "exit_date": False,
                }
            ],
        )

    def test_leave_and_return_keep_the_classroom(self):
        self.student.action_set_on_leave(date=date(2026, 9, 1), reason="Illness")
        self.assertEqual(self.student.state, "on_leave")
        self.assertEqual(self.student.classroom_id, self.class_7a)
        self.student.action_activate(date=date(2026, 10, 1))
        self.assertEqual(self.student.state_date, date(2026, 10, 1))
        self.assertEqual(self.student.entry_date, date(2026, 8, 3))

    def test_leaving_closes_the_placement_and_keeps_the_dates(self):
        self.student.action_transfer(date=date(2026, 10, 3), reason="Moved to Bandung")
        self.assertRecordValues(
            self.student,
            [
                {
                    "state": "transferred",
                    "exit_date": date(2026, 10, 3),
                    "exit_reason": "Moved to Bandung",
                    "classroom_id": False,
                }
            ],
        )
        self.assertRecordValues(
            self.student.placement_ids,
            [{"outcome": "left", "date_end": date(2026, 10, 3)}],
        )

    def test_coming_back_clears_the_exit(self):
        self.student.action_set_left(date=date(2026, 9, 1))
        self.student.action_activate(date=date(2026, 9, 20))
        self.assertFalse(self.student.exit_date)
        self.assertFalse(self.student.classroom_id)

    def test_impossible_changes_are_refused(self):
        cases = [
            ("prospective", "action_graduate", "Possible now: Active, Left"),
            ("prospective", "action_set_on_leave", "cannot become On Leave"),
            ("graduated", "action_set_left", "Possible now: Active"),
            ("transferred", "action_reset_to_prospective", "cannot become"),
        ]
        for state, method, message in cases:
            student = self._create_student("X", state=state)
            student = self._as_user(student, self.treasurer)
            with self.subTest(state=state, method=method):
                with self.assertRaisesRegex(UserError, message):
                    getattr(student, method)()
                self.assertEqual(student.state, state)

    def test_a_change_cannot_lie_before_the_last_one(self):
        with self.assertRaisesRegex(UserError, "Date: .*that day or a later one"):
            self.student.action_set_left(date=date(2026, 8, 2))

    def test_rpc_cannot_write_the_state(self):
        for fname, value in (("state", "graduated"), ("state_date", "2026-01-01")):
            with self.assertRaisesRegex(UserError, "Status: .*buttons"):
                call_kw(
                    self.student.browse(),
                    "write",
                    [self.student.ids, {fname: value}],
                    {"context": {"scola_state_token": True}},
                )
        self.assertEqual(self.student.state, "active")

    def test_readers_cannot_use_the_actions(self):
        cashier = self._create_user("cashier", "cashier")
        for method in ("action_set_left", "action_graduate"):
            with self.assertRaises(AccessError):
                getattr(self._as_user(self.student, cashier), method)()

    def test_the_wizard_asks_for_date_and_reason(self):
        action = self.student.with_context(
            scola_state="left"
        ).action_open_state_wizard()
        Wizard = self.student.env[action["res_model"]]
        with Form(Wizard.with_context(**action["context"])) as form:
            self.assertEqual(form.state, "left")
            form.date = "2026-09-30"
            form.reason = "Work"
        form.save().action_confirm()
        self.assertEqual(self.student.exit_date, date(2026, 9, 30))
        self.assertEqual(self.student.exit_reason, "Work")
