# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import ROLES, BudgetCommon

OPERATIONS = {"r": "read", "w": "write", "c": "create", "u": "unlink"}
LEADERS = dict.fromkeys(
    ("treasurer", "principal", "foundation", "auditor", "admin"), "r"
)
EVERYBODY = dict.fromkeys(ROLES, "r")

# What each role may do with the records of its own school; nothing with those of
# another one, where they belong to a school.
RIGHTS = {
    "scola.budget.program": {**EVERYBODY, "treasurer": "rwc", "admin": "rwcu"},
    "scola.budget.spending.code": {**EVERYBODY, "treasurer": "rwc", "admin": "rwcu"},
    "account.budget": {**LEADERS, "treasurer": "rwcu", "admin": "rwcu"},
    "account.budget.line": {**LEADERS, "treasurer": "rwcu", "admin": "rwcu"},
    "account.budget.alert": {**LEADERS, "admin": "rwcu"},
    "account.budget.alert.log": LEADERS,
    "account.budget.difference": LEADERS,
}
SHARED = ("scola.budget.program", "scola.budget.spending.code")


@tagged("post_install", "-at_install")
class TestApproval(BudgetCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.users = {role: cls.make_user(role) for role in ROLES}
        cls.treasurer = cls.users["treasurer"]
        cls.principal = cls.users["principal"]

    def draft(self, user=None, **vals):
        """Return a draft made by a treasurer."""
        user = user or self.treasurer
        Budget = self.as_user(self.env["account.budget"], user)
        return Budget.create(
            {
                "name": "RKAS 2026",
                "company_id": self.school.id,
                "date_from": "2026-01-01",
                "date_to": "2026-12-31",
                "line_ids": [
                    Command.create(self.line_vals(name="ATK", planned=1000)),
                    Command.create(self.line_vals(name="Listrik", account="power")),
                ],
                **vals,
            }
        )

    def run_as(self, role, budget, step):
        user = self.users[role]
        getattr(self.as_user(budget, user), f"action_{step}")()

    def activate(self, budget):
        for role, step in (
            ("treasurer", "submit"),
            ("principal", "approve"),
            ("treasurer", "activate"),
        ):
            self.run_as(role, budget, step)

    # === STEPS === #

    def test_steps(self):
        budget = self.draft()
        self.run_as("treasurer", budget, "submit")
        self.assertEqual(budget.submitted_by_id, self.treasurer)
        self.run_as("treasurer", budget, "withdraw")
        self.assertEqual(budget.state, "draft")
        self.run_as("treasurer", budget, "submit")
        self.run_as("principal", budget, "refuse")
        self.run_as("treasurer", budget, "submit")
        self.run_as("foundation", budget, "approve")
        self.assertEqual(budget.approved_by_id, self.users["foundation"])
        self.run_as("principal", budget, "activate")
        self.run_as("treasurer", budget, "close")
        self.assertEqual(budget.state, "closed")

    def test_steps_of_others_are_refused(self):
        budget = self.draft()
        for role in ("principal", "foundation", "auditor"):
            with self.assertRaises(AccessError):
                self.run_as(role, budget, "submit")
        with self.assertRaises(UserError):
            self.run_as("principal", budget, "approve")
        self.run_as("treasurer", budget, "submit")
        for role in ("treasurer", "admin", "auditor", "cashier", "staff"):
            with self.assertRaises(AccessError):
                self.run_as(role, budget, "approve")
        empty = self.draft(line_ids=False)
        with self.assertRaisesRegex(UserError, "no lines"):
            self.run_as("treasurer", empty, "submit")

    def test_four_eyes(self):
        both = self.make_user("staff", self.school | self.other)
        both.write(
            {
                "group_ids": [
                    Command.link(self.env.ref(f"scola_school.group_{role}").id)
                    for role in ("treasurer", "principal")
                ]
            }
        )
        budget = self.draft(user=both)
        self.run_as("treasurer", budget, "submit")
        with self.assertRaisesRegex(AccessError, "Somebody else"):
            self.as_user(budget, both).action_approve()
        self.run_as("treasurer", budget, "withdraw")
        other = self.draft()
        self.as_user(other, both).action_submit()
        with self.assertRaisesRegex(AccessError, "Somebody else"):
            self.as_user(other, both).action_approve()
        self.run_as("principal", other, "approve")

    def test_state_is_not_written_by_hand(self):
        budget = self.draft()
        for vals in (
            {"state": "active"},
            {"approved_by_id": self.principal.id},
            {"revised_from_id": budget.id},
        ):
            with self.assertRaises(AccessError):
                budget.write(vals)
            with self.assertRaises(AccessError):
                self.draft(**vals)

    def test_only_drafts_change(self):
        budget = self.draft()
        self.run_as("treasurer", budget, "submit")
        for call in (
            lambda: budget.line_ids[0].write({"planned": 5}),
            lambda: budget.line_ids[0].unlink(),
            lambda: budget.write({"line_ids": [Command.create(self.line_vals())]}),
            lambda: budget.write({"date_to": "2026-06-30"}),
            lambda: budget.unlink(),
        ):
            with self.assertRaisesRegex(UserError, "no longer a draft"):
                call()
        self.run_as("principal", budget, "refuse")
        budget.line_ids[0].planned = 5
        budget.unlink()

    @mute_logger("odoo.sql_db")
    def test_one_active_budget(self):
        self.activate(self.draft())
        second = self.draft()
        with self.assertRaises(IntegrityError), self.env.cr.savepoint():
            self.activate(second)
            self.env.flush_all()

    # === REVISIONS === #

    def test_revision(self):
        budget = self.draft()
        with self.assertRaisesRegex(UserError, "not active"):
            budget.action_revise()
        self.activate(budget)
        revision = budget.browse(budget.action_revise()["res_id"])
        self.assertEqual((revision.state, revision.revision), ("draft", 1))
        self.assertEqual(revision.revised_from_id, budget)
        self.assertEqual(len(revision.line_ids), 2)
        stationery = revision.line_ids.filtered(lambda line: line.name == "ATK")
        stationery.planned = 1500
        (revision.line_ids - stationery).unlink()
        revision.line_ids = [Command.create(self.line_vals(name="Air", planned=70))]
        self.env.flush_all()
        differences = self.env["account.budget.difference"].search(
            [("budget_id", "=", revision.id)]
        )
        self.assertEqual(
            {
                row.name: (row.planned_before, row.planned, row.difference, row.change)
                for row in differences
            },
            {
                "ATK": (1000, 1500, 500, "more"),
                "Listrik": (0, 0, 0, "gone"),
                "Air": (0, 70, 70, "new"),
            },
        )
        self.assertEqual(budget.state, "active")
        rule = self.env["account.budget.alert"].create(
            {"name": "Total", "company_id": self.school.id, "budget_id": budget.id}
        )
        self.activate(revision)
        self.assertEqual(rule.budget_id, revision)
        self.assertEqual((budget.state, revision.state), ("revised", "active"))
        self.assertEqual(budget.line_ids.mapped("planned"), [1000, 0])
        self.assertEqual(revision._get_revisions(), budget | revision)
        self.assertIn("revision 1", revision.display_name)

    @mute_logger("odoo.sql_db")
    def test_one_revision_at_a_time(self):
        budget = self.draft()
        self.activate(budget)
        budget.action_revise()
        with self.assertRaises(IntegrityError), self.env.cr.savepoint():
            budget.action_revise()
            self.env.flush_all()

    # === ACCESS === #

    def records(self, company):
        """Return a record of each model, those of a school of ``company``."""
        first = self.make_budget([{"planned": 100}], company=company, state="revised")
        budget = self.make_budget([{"planned": 200}], company=company, state="draft")
        budget.sudo().revised_from_id = first
        rule = self.env["account.budget.alert"].create(
            {"name": "Aturan", "company_id": company.id}
        )
        log = self.env["account.budget.alert.log"].create(
            {
                "alert_id": rule.id,
                "budget_id": budget.id,
                "company_id": company.id,
            }
        )
        self.env.flush_all()
        return {
            "scola.budget.program": self.admission,
            "scola.budget.spending.code": self.ink,
            "account.budget": budget,
            "account.budget.line": budget.line_ids,
            "account.budget.alert": rule,
            "account.budget.alert.log": log,
            "account.budget.difference": self.env["account.budget.difference"].search(
                [("budget_id", "=", budget.id)]
            ),
        }

    def granted(self, record, role):
        record = self.as_user(record, self.users[role])
        return "".join(
            letter
            for letter, operation in OPERATIONS.items()
            if record.has_access(operation)
        )

    def test_access(self):
        own, foreign = self.records(self.school), self.records(self.other)
        self.env.invalidate_all()
        for model, rights in RIGHTS.items():
            for role in ROLES:
                with self.subTest(model=model, role=role):
                    wanted = rights.get(role, "")
                    self.assertEqual(self.granted(own[model], role), wanted)
                    if model not in SHARED:
                        self.assertEqual(self.granted(foreign[model], role), "")

    def test_leaders_see_the_figures(self):
        """Also who has no right to the books."""
        budget = self.make_budget([{"planned": 100}], fund_id=self.bos.id)
        self.post(40, analytic_distribution=self.distribution(self.bos))
        self.env.invalidate_all()
        for role in ("principal", "foundation", "auditor", "treasurer"):
            read = self.as_user(budget, self.users[role])
            self.assertEqual(read.actual_spending, 40)
            self.assertEqual(read.line_ids.actual, 40)
            views = [(False, "list"), (False, "form"), (False, "kanban")]
            arch = read.get_views(views)["views"]["form"]["arch"]
            self.assertEqual(
                "action_approve" in arch, role in ("principal", "foundation")
            )
