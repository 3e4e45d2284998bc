# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo.tests import Form, tagged

from .common import SchoolCommon

ROLES = (
    "staff",
    "homeroom",
    "auditor",
    "principal",
    "foundation",
    "cashier",
    "treasurer",
    "admin",
)


@tagged("post_install", "-at_install")
class TestViews(SchoolCommon):
    def test_every_menu_opens_for_every_role_that_sees_it(self):
        root = self.env.ref("scola_school.menu_root")
        self._create_student(classroom=self.class_7a)
        for role in ROLES:
            env = self.env(user=self._create_user(f"{role}_v", role), context={})
            visible = self.env["ir.ui.menu"].browse(
                env["ir.ui.menu"]._visible_menu_ids()
            )
            self.assertIn(root, visible)
            menus = visible.search([("id", "child_of", root.id)]) & visible
            for menu in menus.filtered("action"):
                with self.subTest(role=role, menu=menu.complete_name):
                    self._open(env, menu.action)

    def _open(self, env, action):
        if action._name != "ir.actions.act_window":
            return  # a page of its own, of another add-on that tests it
        model = env[action.res_model]
        for mode in action.view_mode.split(","):
            model.get_view(view_type=mode)
        if model._transient:
            Form(model)
        else:
            records = model.search([])
            records.read(["display_name"])

    def test_addresses_of_the_actions_are_unique(self):
        actions = self.env["ir.actions.act_window"].search(
            [("res_model", "like", "scola."), ("path", "!=", False)]
        )
        self.assertIn("students", actions.mapped("path"))

    def test_the_treasurer_registers_a_student_in_the_form(self):
        treasurer = self._create_user("treasurer", "treasurer")
        with Form(self._as_user(self.env["scola.student"], treasurer)) as form:
            form.name = "Budi"
            form.nisn = "0131234567"
            with form.guardianship_ids.new() as line:
                line.guardian_id = self.env["res.partner"].create({"name": "Siti"})
                line.relation = "mother"
                line.phone = "0812-3456-7890"
        student = form.record
        self.assertEqual(student.family_id.name, "Keluarga Budi")
        self.assertEqual(student.guardian_ids.phone, "+6281234567890")
        self.assertEqual(student.guardian_ids.parent_id, student.family_id)

    def test_buttons_lead_to_the_right_records(self):
        student = self._create_student(classroom=self.class_7a)
        sister = self._create_student("Ani", family_id=student.family_id.id)
        cases = [
            (student.action_view_siblings(), sister),
            (student.action_view_placements(), student.placement_ids),
            (self.class_7a.action_view_students(), student),
            (student.family_id.action_view_scola_students(), student | sister),
        ]
        for action, expected in cases:
            found = self.env[action["res_model"]].search(action["domain"])
            self.assertEqual(set(found.ids), set(expected.ids))
