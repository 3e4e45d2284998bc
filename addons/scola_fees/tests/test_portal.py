# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo.fields import Command
from odoo.tests import HttpCase, freeze_time, new_test_user, tagged

from .common import ScolaFeesCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-11-16 03:00:00")
class TestPortal(ScolaFeesCommon, HttpCase):
    """What a mother of two sees in Odoo's own pages."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.elder = cls.make_student()
        cls.younger = cls.make_student(family_id=cls.elder.family_id.id)
        cls.stranger = cls.make_student()
        cls.mother = cls.env["res.partner"].create({"name": "Ibu Siti"})
        cls.env["scola.guardianship"].create(
            [
                {"student_id": child.id, "guardian_id": cls.mother.id}
                for child in (cls.elder, cls.younger)
            ]
        )
        cls.user = new_test_user(
            cls.env,
            "ibu_siti",
            "scola_school.group_portal_guardian",
            partner_id=cls.mother.id,
            company_id=cls.school.id,
            company_ids=[Command.set(cls.school.ids)],
        )
        template = cls.make_template(date_start="2026-11-01")
        cls.rows = cls.get_rows(
            cls.enroll(cls.elder | cls.younger | cls.stranger, template)
        )
        cls.run_month()
        cls.rows = cls.env["scola.fee.schedule"].search(
            [("template_id", "=", template.id)]
        )

    def bill_of(self, student):
        return self.rows.filtered(lambda row: row.student_id == student).move_id

    def get_page(self, path):
        self.authenticate("ibu_siti", "ibu_siti")
        response = self.url_open(path)
        self.assertEqual(response.status_code, 200)
        return response.text

    def test_bills_of_all_children_and_of_no_other_child(self):
        page = self.get_page("/my/invoices")
        self.assertIn(self.bill_of(self.elder).name, page)
        self.assertIn(self.bill_of(self.younger).name, page)
        self.assertNotIn(self.bill_of(self.stranger).name, page)

    def test_late_bills_of_all_children_are_found(self):
        page = self.get_page("/my/invoices?filterby=overdue_invoices")
        self.assertIn(self.bill_of(self.elder).name, page)
        self.assertIn(self.bill_of(self.younger).name, page)

    def test_a_gift_is_never_late(self):
        template = self.make_template(
            self.line_vals(self.donation), date_start="2026-11-01"
        )
        row = self.plan(self.enroll(self.elder, template))[:1]
        row.action_receive_donation()
        row.move_id.invoice_date_due = "2026-11-02"
        page = self.get_page("/my/invoices?filterby=overdue_invoices")
        self.assertNotIn(row.move_id.name, page)
        self.assertIn(row.move_id.name, self.get_page("/my/invoices"))

    def test_the_bill_of_another_family_is_refused(self):
        self.authenticate("ibu_siti", "ibu_siti")
        move = self.bill_of(self.stranger)
        response = self.url_open(f"/my/invoices/{move.id}", allow_redirects=False)
        self.assertIn(response.status_code, (303, 403, 404))

    def test_the_breakdown_is_on_the_bill(self):
        move = self.bill_of(self.elder)
        page = self.get_page(f"/my/invoices/{move.id}?report_type=html")
        self.assertIn(move.invoice_line_ids.name, page)
        self.assertIn("450.000", page.replace(",", "."))

    def test_a_family_keeps_the_bills_of_a_child_that_moved(self):
        move = self.bill_of(self.younger)
        self.younger.family_id = self.make_family("Keluarga Baru")
        aunt = self.env["res.partner"].create({"name": "Bibi"})
        self.env["scola.guardianship"].create(
            {"student_id": self.younger.id, "guardian_id": aunt.id}
        )
        new_test_user(
            self.env,
            "bibi_baru",
            "scola_school.group_portal_guardian",
            partner_id=aunt.id,
            company_id=self.school.id,
            company_ids=[Command.set(self.school.ids)],
        )
        self.assertIn(move.name, self.get_page("/my/invoices"))
        self.authenticate("bibi_baru", "bibi_baru")
        self.assertNotIn(move.name, self.url_open("/my/invoices").text)
