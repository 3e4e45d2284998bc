# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""A foundation with an account at a gateway, and a mother of two who pays online."""

from unittest.mock import patch

from odoo.fields import Command
from odoo.tests import freeze_time, new_test_user, tagged

from odoo.addons.payment_va.tests.checkout_common import fake_charge
from odoo.addons.payment_va.tests.common import FAKE_HOOKS, fake_transaction

from .common import ScolaFeesCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-11-16 03:00:00")
class OnlinePaymentCommon(ScolaFeesCommon):
    """``gateway`` belongs to the foundation and gives out numbers of BRI.

    ``elder`` and ``younger`` are children of ``mother`` (login "ibu_siti"), at one
    school each; ``stranger`` is not. November is billed.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Messages and pages are in English, whatever languages the database has.
        cls.env["res.lang"]._activate_lang("en_US")
        cls.env["ir.default"].set("res.partner", "lang", "en_US")
        cls.env = cls.env(context=dict(cls.env.context, lang="en_US"))
        cls._set_up_gateway()
        cls._set_up_families()
        cls._set_up_bills()

    def setUp(self):
        super().setUp()
        hooks = {
            "payment.provider": FAKE_HOOKS,
            "payment.booking": {"_transaction": fake_transaction},
            "payment.transaction": {"_request_charge": fake_charge},
        }
        for model, methods in hooks.items():
            for name, hook in methods.items():
                patcher = patch.object(self.env.registry[model], name, hook)
                patcher.start()
                self.addCleanup(patcher.stop)

    @classmethod
    def _set_up_gateway(cls):
        cls.method = cls.env.ref("payment.payment_method_bri")
        cls.gateway = cls.env["payment.provider"].create(
            {
                "name": "Gateway",
                "code": "none",
                "company_id": cls.foundation.id,
                "payment_method_ids": [Command.set(cls.method.ids)],
                "redirect_form_view_id": cls.env.ref("payment_va.redirect_form").id,
                "is_published": True,
            }
        )
        cls.gateway.state = "test"
        cls.method.active = True
        cls.bank_journal.inbound_payment_method_line_ids[:1].copy(
            {"payment_provider_id": cls.gateway.id, "name": "Gateway"}
        )
        cls.gateway.invalidate_recordset(["journal_id"])
        cls.channel = cls.env["payment.channel"].create(
            {
                "provider_id": cls.gateway.id,
                "payment_method_id": cls.method.id,
                "code": "bri",
                "kind": "va",
                "allows_fixed": True,
                "va_prefix": "13282",
                "va_length": 15,
            }
        )

    @classmethod
    def _set_up_families(cls):
        cls.elder = cls.make_student(name="Ani Siti", nis="00701")
        cls.younger = cls.make_student(
            cls.other_class_7a,
            name="Budi Siti",
            nis="00702",
            family_id=cls.elder.family_id.id,
        )
        cls.stranger = cls.make_student(name="Cici Lain", nis="00703")
        cls.mother = cls.make_guardian("Ibu Siti", cls.elder | cls.younger)
        cls.make_portal_user("ibu_siti", cls.mother)

    @classmethod
    def make_guardian(cls, name, children, **vals):
        guardian = cls.env["res.partner"].create({"name": name})
        cls.env["scola.guardianship"].create(
            [
                {"student_id": child.id, "guardian_id": guardian.id, **vals}
                for child in children
            ]
        )
        return guardian

    @classmethod
    def make_portal_user(cls, login, partner, **vals):
        schools = cls.school | cls.other_school
        return new_test_user(
            cls.env,
            login,
            "scola_school.group_portal_guardian",
            name=partner.name,
            lang="en_US",
            partner_id=partner.id,
            company_id=cls.school.id,
            company_ids=[Command.set(schools.ids)],
            **vals,
        )

    @classmethod
    def _set_up_bills(cls):
        for school, students in (
            (cls.school, cls.elder | cls.stranger),
            (cls.other_school, cls.younger),
        ):
            template = cls.make_template(date_start="2026-11-01", company=school)
            cls.enroll(students, template)
            cls.run_month(company_id=school.id)

    @classmethod
    def bills_of(cls, students):
        """Return what these students are billed, of all schools."""
        return (
            cls.env["account.move"]
            .with_context(
                allowed_company_ids=[
                    cls.school.id,
                    cls.other_school.id,
                    cls.foundation.id,
                ]
            )
            .search([("student_id", "in", students.ids)], order="id")
        )

    @classmethod
    def make_number(cls, student, **vals):
        """Return an active fixed number of a student."""
        return cls.env["payment.virtual.account"].create(
            {
                "provider_id": cls.gateway.id,
                "channel_id": cls.channel.id,
                "partner_id": student.partner_id.id,
                "state": "active",
                **vals,
            }
        )
