# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo.fields import Command
from odoo.tests import TransactionCase, new_test_user

from odoo.addons.scola_fees.tests.common import ROLES, ScolaFeesCommon


class AuditHelpers:
    """What tests of the trail share, whatever they need of a school."""

    @classmethod
    def trail(cls, role="auditor"):
        """Return the page as a user of one role opens it."""
        user = cls.users[role]
        cls.env.flush_all()
        return (
            cls.env["scola.audit.trail"]
            .with_user(user)
            .with_context(allowed_company_ids=user.company_ids.ids)
        )

    @classmethod
    def logs(cls, record, method="write"):
        """Return what is logged of one record, by field: (old, new)."""
        lines = cls.env["auditlog.log.line"].search(
            [
                ("log_id.model_model", "=", record._name),
                ("log_id.res_id", "=", record.id),
                ("log_id.method", "=", method),
            ]
        )
        return {
            line.field_name: (line.old_value_text, line.new_value_text)
            for line in lines
        }

    @classmethod
    def make_system_user(cls, companies):
        """Return somebody who may change the settings."""
        return new_test_user(
            cls.env,
            "audit.system",
            groups="base.group_system,scola_school.group_admin",
            company_id=companies[0].id,
            company_ids=[Command.set(companies.ids)],
        )


class ScolaAuditCommon(AuditHelpers, ScolaFeesCommon):
    """Two schools with fees, as in the tests of `scola_fees`."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.users["system"] = cls.make_system_user(cls.school | cls.foundation)


class LightAuditCommon(AuditHelpers, TransactionCase):
    """A school of a foundation, without a chart of accounts and without fees."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        Company = cls.env["res.company"]
        cls.foundation = Company.create({"name": "Yayasan Jejak"})
        cls.school, cls.other_school = Company.create(
            [
                {"name": "SMP Jejak", "parent_id": cls.foundation.id},
                {"name": "SMP Lain", "parent_id": cls.foundation.id},
            ]
        )
        cls.env.user.company_ids |= cls.foundation | cls.school | cls.other_school
        cls.users = {
            role: new_test_user(
                cls.env,
                f"audit.{role}",
                groups=f"scola_school.group_{role}",
                company_id=cls.school.id,
                company_ids=[Command.set(cls.school.ids)],
            )
            for role in ROLES
        }
        cls.users["system"] = cls.make_system_user(cls.school | cls.foundation)
        cls.preset = cls.env["scola.installment.preset"].create(
            {
                "name": "Dua kali",
                "company_id": cls.school.id,
                "line_ids": [
                    Command.create({"percent": 50, "months": months})
                    for months in (0, 1)
                ],
            }
        )
        cls.env.flush_all()
