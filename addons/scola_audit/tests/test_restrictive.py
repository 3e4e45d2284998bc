# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import LightAuditCommon


@tagged("post_install", "-at_install")
class TestRestrictive(LightAuditCommon):
    def _open(self, user):
        return (
            self.env["scola.audit.switch.on"]
            .with_user(user)
            .with_context(allowed_company_ids=user.company_ids.ids)
        )

    def test_schools_with_the_foundations_chart_are_proposed(self):
        self.assertFalse(self._open(self.users["system"]).create({}).company_ids)
        self.foundation.chart_template = "id_foundation"
        self.assertEqual(
            self._open(self.users["system"]).create({}).company_ids,
            self.school | self.foundation,
        )

    def test_switch_on(self):
        hashed = self.env["account.journal"].search(
            [("restrict_mode_hash_table", "=", True)]
        )
        wizard = self._open(self.users["system"]).create(
            {"company_ids": self.school.ids}
        )
        wizard.action_switch_on()
        self.assertTrue(self.school.restrictive_audit_trail)
        self.assertFalse(self.foundation.restrictive_audit_trail)
        self.assertEqual(
            self.env["account.journal"].search(
                [("restrict_mode_hash_table", "=", True)]
            ),
            hashed,
        )
        row = self.trail().search([("field_name", "=", "restrictive_audit_trail")])
        self.assertEqual((row.old_value, row.new_value), ("No", "Yes"))
        self.assertEqual(
            (row.user_id, row.company_id), (self.users["system"], self.school)
        )

    def test_only_those_who_may_change_the_settings(self):
        for role in ("admin", "treasurer", "auditor"):
            with self.subTest(role=role), self.assertRaises(AccessError):
                self._open(self.users[role]).create({"company_ids": self.school.ids})
