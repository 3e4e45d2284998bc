# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo.tests import HttpCase, freeze_time, tagged

from .common import ScolaFeesCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-11-16 03:00:00")
class TestTours(ScolaFeesCommon, HttpCase):
    """The month of a treasurer, in a real browser, in Indonesian."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("id_ID")
        cls.treasurer.write({"lang": "id_ID", "tz": "Asia/Jakarta"})
        cls.students = cls.make_students(3)

    def post_in_background(self):
        """Stand in for the background job, which has no thread in tests.

        The run is posted while the browser looks at its progress: not when it asks for
        the first time, so that it shows a run that is going on.
        """
        Run = self.env.registry["scola.billing.run"]
        original = Run.web_read
        looks = []

        def web_read(run, specification):
            if run.state == "running":
                looks.append(run)
                if len(looks) > 1:
                    run.sudo()._process()
            return original(run, specification)

        self.patch(Run, "web_read", web_read)

    def test_from_template_to_posted_bills(self):
        self.start_tour(
            "/odoo/fee-templates", "scola_billing_tour", login=self.treasurer.login
        )
        enrollments = self.students.enrollment_ids
        self.assertEqual(enrollments.template_id.name, "SPP Wisata")
        self.assertEqual(len(enrollments), 3)
        self.post_in_background()
        self.start_tour(
            "/odoo/billing-runs",
            "scola_billing_run_tour",
            login=self.treasurer.login,
            timeout=120,
        )
        rows = self.get_rows(enrollments)
        self.assertEqual(rows.mapped("amount"), [475_000] * 3)
        self.assertEqual(set(rows.move_id.mapped("state")), {"posted"})
