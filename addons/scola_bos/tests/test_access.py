# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Who may read and write what, at the own school and at another one."""

from datetime import date

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged

from .common import ROLES, BosCommon

OPERATIONS = {"r": "read", "w": "write", "c": "create", "d": "unlink"}
READERS = ("auditor", "principal", "foundation")
KEEPERS = ("treasurer", "admin")
NOBODY = ("staff", "homeroom", "cashier")
#: What treasurers may do with the records of their own school.
SCHOOL_MODELS = {
    "bos.setting": "rwcd",
    "bos.setting.account": "rwcd",
    "bos.relaxation": "rwcd",
    "bos.fund.allocation": "rwcd",
    "bos.fund.allocation.line": "rwcd",
    "bos.fund.disbursement": "rw",
    "bos.fund.carry.over": "rwcd",
    "bos.report.deadline": "rw",
    "bos.cash.count": "rwcd",
    "bos.cash.count.line": "rwcd",
    "bos.tax.deposit": "rwcd",
}
MASTERS = (
    "bos.regulation",
    "bos.regulation.stage",
    "bos.regulation.limit",
    "bos.regulation.deadline",
    "bos.regulation.cut",
    "bos.regulation.prohibition",
    "bos.fund.component",
)


@tagged("post_install", "-at_install")
class TestBosAccess(BosCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.records = {
            school: cls._create_records(school) for school in (cls.school, cls.other)
        }
        cls.env.flush_all()

    @classmethod
    def _create_records(cls, school):
        """Return one record of each model at a school, entered by the system."""
        env = cls.env
        setting = cls.settings.filtered(lambda item: item.company_id == school)
        allocation = env["bos.fund.allocation"].create(
            {
                "company_id": school.id,
                "year": 2026,
                "student_count": 10,
                "unit_cost": 1_000_000,
            }
        )
        cls.plan(allocation, {"02": (1_000_000, 1_000_000, 0)})
        allocation._create_disbursements()
        allocation._create_deadlines()
        count = env["bos.cash.count"].create({"company_id": school.id})
        move = cls.post(
            "2026-02-02",
            ("21210010", 1),
            ("11120012", -1),
            company=school,
        )
        return {
            "bos.setting": setting,
            "bos.setting.account": setting.account_ids[0],
            "bos.relaxation": env["bos.relaxation"].create(
                {
                    "company_id": school.id,
                    "year": 2026,
                    "limit_id": env.ref("scola_bos.limit_8_2026_books").id,
                    "percent": 5,
                    "reason": "Remote",
                    "letter_number": "1",
                }
            ),
            "bos.fund.allocation": allocation,
            "bos.fund.allocation.line": allocation.line_ids,
            "bos.fund.disbursement": allocation.disbursement_ids[0],
            "bos.fund.carry.over": env["bos.fund.carry.over"].create(
                {"company_id": school.id, "year": 2025}
            ),
            "bos.report.deadline": env["bos.report.deadline"].search(
                [("company_id", "=", school.id)], limit=1
            ),
            "bos.cash.count": count,
            "bos.cash.count.line": count.line_ids[0],
            "bos.tax.deposit": env["bos.tax.deposit"].create(
                {
                    "company_id": school.id,
                    "move_id": move.id,
                    "ntpn": "ABCDEF1234567890",
                }
            ),
        }

    def assert_rights(self, role, record, rights):
        self.env.invalidate_all()
        record = self.as_user(record, role)
        for letter, operation in OPERATIONS.items():
            self.assertEqual(
                record.has_access(operation),
                letter in rights,
                f"{role} {operation} {record._name}",
            )
        found = record.has_access("read") and record.search([("id", "=", record.id)])
        self.assertEqual(bool(found), "r" in rights, f"{role} finds {record._name}")

    def test_documents_by_role_and_school(self):
        for model, all_rights in SCHOOL_MODELS.items():
            own = self.records[self.school][model]
            other = self.records[self.other][model]
            for role in ROLES:
                rights = all_rights if role in KEEPERS else "r"
                self.assert_rights(role, own, "" if role in NOBODY else rights)
                self.assert_rights(role, other, "")

    def test_masters_by_role(self):
        for model in MASTERS:
            record = self.env[model].search([], limit=1)
            for role in ROLES:
                rights = "rwcd" if role == "admin" else "r"
                self.assert_rights(role, record, "" if role in NOBODY else rights)

    def test_forms_by_role_and_school(self):
        for role in ROLES:
            Wizard = self.as_user(self.env["bos.report.wizard"], role)
            values = {"form": "bku", "company_id": self.school.id}
            if role in NOBODY:
                with self.assertRaises(AccessError):
                    Wizard.create(values)
                continue
            wizard = Wizard.create(values)
            self.assertTrue(wizard._get_printable().tables)
            foreign = Wizard.create({**values, "company_id": self.other.id})
            with self.assertRaises(ValidationError):
                foreign._get_printable()
            stranger = "auditor" if role != "auditor" else "treasurer"
            with self.assertRaises(AccessError):
                self.as_user(wizard, stranger)._get_printable()

    def test_readers_see_figures_and_change_nothing(self):
        self.post("2026-03-03", ("62100010", 5, "02.02.01"), ("11120012", -5))
        for role in READERS:
            self.env.invalidate_all()
            records = {
                model: self.as_user(record, role)
                for model, record in self.records[self.school].items()
            }
            allocation = records["bos.fund.allocation"]
            self.assertEqual(allocation.realised, 5)
            self.assertTrue(allocation.check_html)
            self.assertEqual(records["bos.fund.allocation.line"].realised, 5)
            self.assertEqual(records["bos.fund.carry.over"].amount, 0)
            self.assertTrue(records["bos.report.deadline"].name)
            self.assertTrue(records["bos.fund.disbursement"].expected)
            for operation in (
                lambda item=allocation: item.action_confirm(),
                lambda item=allocation: item.action_take_budget(),
                lambda item=allocation: item.action_done(),
                lambda item=records: item["bos.fund.carry.over"].action_refresh(),
                lambda item=records: item["bos.cash.count"].action_refresh(),
                lambda item=records: item["bos.report.deadline"].action_file(),
                lambda item=records: item["bos.setting"].action_propose_accounts(),
            ):
                with self.assertRaises(AccessError):
                    operation()
            if role != "principal":
                for model in ("bos.relaxation", "bos.cash.count"):
                    button = "approve" if model == "bos.relaxation" else "confirm"
                    with self.assertRaises(AccessError):
                        getattr(records[model], f"action_{button}")()

    def test_the_treasurer_works_at_the_own_school_only(self):
        Allocation = self.as_user(self.env["bos.fund.allocation"], "treasurer")
        values = {"year": 2025, "student_count": 1, "unit_cost": 1}
        self.assertTrue(Allocation.create({**values, "company_id": self.school.id}))
        with self.assertRaises(AccessError):
            Allocation.create({**values, "company_id": self.other.id})
        for model, record in self.records[self.other].items():
            with self.assertRaises(AccessError, msg=model):
                self.as_user(record, "treasurer").read(["id", "company_id"])

    def test_a_regulation_is_changed_by_the_administrator(self):
        limit = self.env.ref("scola_bos.limit_8_2026_maintenance")
        with self.assertRaises(AccessError):
            self.as_user(limit, "treasurer").is_verified = True
        self.as_user(limit, "admin").is_verified = True
        self.assertTrue(limit.is_verified)

    def test_accounts_are_proposed_by_their_codes(self):
        setting = self.as_user(self.settings[0], "treasurer")
        setting.account_ids.unlink()
        setting.action_propose_accounts()
        roles = {line.account_id.code: line.role for line in setting.account_ids}
        self.assertEqual(
            roles,
            {
                "11110012": "cash",
                "11120012": "bank",
                "21210010": "tax_21",
                "21210030": "tax_23",
                "43100010": "income",
                "81100010": "interest",
            },
        )
        setting.action_propose_accounts()
        self.assertEqual(len(setting.account_ids), 6)
        with self.assertRaises(ValidationError):
            setting.account_ids[0].role = "tax_vat"
        self.assertEqual(self.school._scola_today(), date(2026, 8, 10))
