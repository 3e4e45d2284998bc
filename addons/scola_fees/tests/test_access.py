# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from lxml import etree

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import Form, tagged

from .common import ROLES, ScolaFeesCommon

OPERATIONS = {"r": "read", "w": "write", "c": "create", "u": "unlink"}
MASTERS = {"treasurer": "rwcu", "admin": "rwcu"}
EVERYBODY = dict.fromkeys(ROLES, "r")
OFFICE = dict.fromkeys(
    ("cashier", "principal", "foundation", "auditor", "treasurer", "admin"), "r"
)
LEADERS = dict.fromkeys(
    ("principal", "foundation", "auditor", "treasurer", "admin"), "r"
)

# What each role may do with the records of its own school; nothing with those of
# another one. Homeroom teachers: of the own class, see OWN_CLASS.
RIGHTS = {
    "scola.fee.component": {**EVERYBODY, **MASTERS},
    "scola.fee.template": {**EVERYBODY, **MASTERS},
    "scola.fee.template.line": {**EVERYBODY, **MASTERS},
    "scola.fee.amount": {**EVERYBODY, **MASTERS},
    "scola.scholarship.type": {**EVERYBODY, **MASTERS},
    "scola.installment.preset": {**EVERYBODY, **MASTERS},
    "scola.scholarship.award": {**LEADERS, **MASTERS},
    "scola.student.fee.enrollment": {**OFFICE, "homeroom": "r", **MASTERS},
    "scola.fee.schedule": {**OFFICE, "homeroom": "r"},
    "scola.fee.schedule.line": {**OFFICE, "homeroom": "r"},
    "scola.fee.schedule.discount": OFFICE,
    "scola.fee.arrears.report": {**OFFICE, "homeroom": "r"},
    "scola.billing.run": {**LEADERS, **MASTERS},
    "scola.billing.run.line": LEADERS,
}
OWN_CLASS = (
    "scola.student.fee.enrollment",
    "scola.fee.schedule",
    "scola.fee.schedule.line",
    "scola.fee.arrears.report",
)
LEDGER = {
    "account.move": {
        "treasurer": "rwcu",
        "admin": "rwcu",
        "auditor": "r",
        "foundation": "r",
    },
    "account.payment": {
        "treasurer": "rwcu",
        "admin": "rwcu",
        "auditor": "r",
        "foundation": "r",
    },
}


@tagged("post_install", "-at_install")
class TestAccess(ScolaFeesCommon):
    """Role by model, own and other school, own and other class."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.own = cls._bill_one(cls.school, cls.class_7a)
        cls.other_class = cls._bill_one(cls.school, cls.class_8a)
        cls.other = cls._bill_one(cls.other_school, cls.other_class_7a)
        cls.env.flush_all()

    @classmethod
    def _bill_one(cls, school, classroom):
        """Return a billed student's records by model, all of ``school``."""
        account = {"company_id": school.id}
        component = cls.make_component("Iuran", **account)
        preset = cls.make_preset(**account)
        template = cls.make_template(
            cls.line_vals(component), company=school, date_start="2026-11-01"
        )
        enrollment = cls.enroll(cls.make_student(classroom), template)
        scholarship = cls.make_scholarship(**account)
        award = cls.award(enrollment, scholarship)
        run = cls.run_month(
            **account, classroom_ids=[Command.set(classroom.ids)], is_automatic=False
        )
        row = cls.get_rows(enrollment)
        found = {
            "scola.fee.component": component,
            "scola.fee.template": template,
            "scola.fee.template.line": template.line_ids,
            "scola.fee.amount": template.line_ids.amount_ids,
            "scola.scholarship.type": scholarship,
            "scola.installment.preset": preset,
            "scola.scholarship.award": award,
            "scola.student.fee.enrollment": enrollment,
            "scola.fee.schedule": row,
            "scola.fee.schedule.line": row.line_ids,
            "scola.fee.schedule.discount": row.line_ids.discount_ids,
            "scola.billing.run": run,
            "scola.billing.run.line": run.line_ids,
            "account.move": row.move_id,
        }
        cls.env.flush_all()
        found["scola.fee.arrears.report"] = cls.env["scola.fee.arrears.report"].search(
            [("move_id", "=", row.move_id.id)]
        )
        return found

    def assert_rights(self, role, record, rights):
        self.assertEqual(len(record), 1, record)
        self.env.invalidate_all()
        record = record.with_user(self.users[role]).with_context(
            allowed_company_ids=self.school.ids
        )
        granted = "".join(
            letter
            for letter, operation in OPERATIONS.items()
            if record.has_access(operation)
        )
        self.assertEqual(granted, rights, f"{role} on {record._name}")

    def test_own_school(self):
        for model, rights in RIGHTS.items():
            for role in ROLES:
                with self.subTest(role=role, model=model):
                    self.assert_rights(role, self.own[model], rights.get(role, ""))

    def test_other_school(self):
        for model in RIGHTS:
            for role in ROLES:
                with self.subTest(role=role, model=model):
                    self.assert_rights(role, self.other[model], "")

    def test_homeroom_teachers_see_their_class_only(self):
        for model in OWN_CLASS:
            with self.subTest(model=model):
                self.assert_rights("homeroom", self.other_class[model], "")

    def test_ledger(self):
        for model, rights in LEDGER.items():
            for role in ROLES:
                with self.subTest(role=role, model=model):
                    Model = self.env[model].with_user(self.users[role])
                    granted = "".join(
                        letter
                        for letter, operation in OPERATIONS.items()
                        if Model.has_access(operation)
                    )
                    self.assertEqual(granted, rights.get(role, ""))

    def test_schedule_rows_cannot_be_forged(self):
        row = self.own["scola.fee.schedule"]
        for role in ROLES:
            with self.subTest(role=role), self.assertRaises(AccessError):
                row.with_user(self.users[role]).write({"due_date": "2030-01-01"})

    def test_only_who_may_change_enrolments_books_donations(self):
        template = self.make_template(
            self.line_vals(self.donation), date_start="2026-11-01"
        )
        row = self.plan(self.enroll(self.make_student(), template))[:1]
        for role in ("cashier", "principal", "auditor", "homeroom", "foundation"):
            with self.subTest(role=role), self.assertRaises(AccessError):
                row.with_user(self.users[role]).action_receive_donation()

    def test_only_who_may_change_enrolments_plans(self):
        enrollment = self.own["scola.student.fee.enrollment"]
        for role in ("cashier", "principal", "auditor", "homeroom", "foundation"):
            with self.subTest(role=role), self.assertRaises(AccessError):
                enrollment.with_user(self.users[role]).action_plan_year()

    def test_only_a_treasurer_bills(self):
        run = self.own["scola.billing.run"]
        for role in ("principal", "auditor", "foundation"):
            for method in ("action_plan", "action_post", "action_retry_blocked"):
                with (
                    self.subTest(role=role, method=method),
                    self.assertRaises(AccessError),
                ):
                    getattr(run.with_user(self.users[role]), method)()
        self.assertEqual(run.state, "done")

    def test_homeroom_sees_the_sums_of_the_class_without_the_ledger(self):
        student = self.own["scola.student.fee.enrollment"].student_id
        student = student.with_user(self.homeroom)
        self.assertEqual(student.amount_open, 225_000)
        self.assertEqual(student.schedule_ids.mapped("state"), ["overdue"])


@tagged("post_install", "-at_install")
class TestMenus(ScolaFeesCommon):
    """Every menu opens without an error for every role that sees it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        template = cls.make_template(date_start="2026-11-01")
        cls.enroll(cls.make_students(2), template)
        cls.run_month()

    def test_every_menu_opens(self):
        root = self.env.ref("scola_school.menu_root")
        for role in ROLES:
            env = self.env(user=self.users[role], context={})
            Menu = env["ir.ui.menu"]
            visible = Menu.sudo().browse(Menu._visible_menu_ids())
            menus = visible.filtered(
                lambda menu: menu.action and f"/{root.id}/" in f"/{menu.parent_path}"
            )
            self.assertTrue(menus, role)
            for menu in menus:
                with self.subTest(role=role, menu=menu.complete_name):
                    self.open(env, menu.action)

    def open(self, env, action):
        """Do what the web client does when an action is opened."""
        if action._name == "ir.actions.client":
            self.assertTrue(action.tag)
            return
        action = env["ir.actions.actions"]._for_xml_id(action.xml_id)
        modes = action["view_mode"].split(",")
        views = [
            (found_id, mode)
            for found_id, mode in action.get("views") or [(False, m) for m in modes]
        ]
        search = [] if action["target"] == "new" else [(False, "search")]
        Model = env[action["res_model"]]
        result = Model.get_views([*views, *search], {"load_filters": True})
        if "list" in modes:
            self.read_shown(Model.search([], limit=5), result["views"]["list"]["arch"])
        if Model._transient:
            Form(Model)
        elif "form" in modes:
            self.read_shown(Model.search([], limit=1), result["views"]["form"]["arch"])

    def read_shown(self, records, arch):
        """Read the fields that the view shows to this role."""
        names = etree.fromstring(arch).xpath("//field[not(ancestor::field)]/@name")
        self.assertTrue(names)
        records.web_read({name: {} for name in names})
