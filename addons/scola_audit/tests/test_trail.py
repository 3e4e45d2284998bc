# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import SQL

from odoo.addons.scola_audit.models import scola_audit_trail

from .common import LightAuditCommon


@tagged("post_install", "-at_install")
class TestTrail(LightAuditCommon):
    """The page: what it finds, who sees it, how it is read."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.scholarship, cls.foreign = cls.env["scola.scholarship.type"].create(
            [
                {
                    "name": name,
                    "code": name,
                    "kind": "fixed",
                    "amount": 450_000,
                    "company_id": company.id,
                }
                for name, company in (
                    ("Beasiswa Jejak", cls.school),
                    ("Beasiswa Lain", cls.other_school),
                )
            ]
        )
        cls.env.flush_all()
        cls.scholarship.with_user(cls.users["treasurer"]).amount = 1_512_000

    def _find(self, record, role="auditor", **values):
        """Return the rows about a record that one role sees."""
        domain = [("res_model", "=", record._name), ("res_id", "=", record.id)]
        return self.trail(role).search(
            domain + [(fname, "=", value) for fname, value in values.items()]
        )

    def test_what_a_row_says(self):
        row = self._find(self.scholarship, action="write")
        self.assertEqual(row.user_id, self.users["treasurer"])
        self.assertEqual(row.company_id, self.school)
        self.assertEqual((row.old_value, row.new_value), ("450000", "1512000"))
        self.assertEqual(row.field_name, "amount")
        self.assertEqual((row.source, row.document), ("log", "Beasiswa Jejak"))
        self.assertTrue(row.field_label and row.model_label)

    def test_search(self):
        trail = self.trail()
        treasurer = self.users["treasurer"].name
        for domain in (
            [("value_search", "ilike", "Rp 1.512.000")],
            [("value_search", "ilike", "1,512,000.00")],
            [("value_search", "ilike", "1512000")],
            [("document_search", "ilike", "asiswa Jej"), ("action", "=", "write")],
            [("user_id", "ilike", treasurer), ("date", ">=", "2000-01-01")],
        ):
            rows = trail.search(domain)
            with self.subTest(domain=domain):
                self.assertEqual(rows, self._find(self.scholarship, action="write"))
        for domain in (
            [("value_search", "ilike", "512.000")],
            [("document_search", "ilike", "Beasiswa Lain")],
            [("user_id", "ilike", treasurer), ("date", ">", "2999-01-01")],
        ):
            with self.subTest(domain=domain):
                self.assertFalse(trail.search(domain))

    def test_what_is_in_many_rows_is_found_too(self):
        domain = [("value_search", "ilike", "1512000")]
        few = self.trail().search(domain)
        with patch.object(scola_audit_trail, "MAX_HITS", 0):
            self.assertEqual(self.trail().search(domain), few)
        self.assertEqual(few, self._find(self.scholarship, action="write"))

    def test_who_may_see_it(self):
        for role in ("auditor", "foundation", "admin"):
            self.assertTrue(self._find(self.scholarship, role), role)
        for role in ("treasurer", "cashier", "homeroom", "principal"):
            with self.subTest(role=role), self.assertRaises(AccessError):
                self.trail(role).search([], limit=1)

    def test_schools_are_apart(self):
        self.assertLessEqual(self.trail().search([]).company_id, self.school)
        self.assertFalse(self._find(self.foreign))
        self.users["foundation"].company_ids |= self.other_school
        found = self._find(self.foreign, "foundation")
        self.assertEqual(found.company_id, self.other_school)

    def test_what_was_found_is_exported(self):
        row = self._find(self.scholarship, action="write")
        names = ["user_id/name", "document", "old_value", "new_value"]
        for role in ("auditor", "foundation", "admin"):
            user = self.users[role]
            self.assertTrue(user.has_group("base.group_allow_export"), role)
            self.assertEqual(
                row.with_user(user).export_data(names)["datas"],
                [[self.users["treasurer"].name, "Beasiswa Jejak", "450000", "1512000"]],
            )

    def test_open_the_document(self):
        action = self._find(self.scholarship, action="write").action_open_document()
        self.assertEqual(
            (action["res_model"], action["res_id"]),
            (self.scholarship._name, self.scholarship.id),
        )
        self.scholarship.unlink()
        row = self._find(self.scholarship, action="unlink")[:1]
        self.assertEqual(row.document, "Beasiswa Jejak")
        with self.assertRaises(UserError):
            row.action_open_document()

    def test_nobody_reads_documents_through_it(self):
        """The row is the auditor's, what it is about need not be."""
        self.env["ir.model.access"].search(
            [("model_id.model", "=", self.scholarship._name)]
        ).perm_read = False
        row = self._find(self.scholarship, action="write")
        with self.assertRaises(UserError):
            row.action_open_document()

    def test_page_is_read_by_index(self):
        """Newest first, without sorting or reading all of the two tables."""
        trail = self.trail()
        self.env.cr.execute("SET LOCAL enable_seqscan = off")
        self.env.cr.execute("SET LOCAL enable_sort = off")
        query = trail._search([], order=trail._order, limit=80)
        plan = "\n".join(
            line
            for (line,) in self.env.execute_query(
                SQL("EXPLAIN (COSTS OFF) %s", query.select())
            )
        )
        self.assertIn("Merge Append", plan)
        for index in (
            "auditlog_log_line_create_date_idx",
            "mail_message_scola_audit_idx",
        ):
            self.assertIn(f"Backward using {index}", plan)

    def test_views(self):
        trail = self.trail()
        for kind in ("list", "form", "search"):
            self.assertTrue(trail.get_view(view_type=kind)["arch"])
        lines = self.env["auditlog.log.line.view"].search([], limit=1)
        self.assertTrue(lines.res_model)
        groups = trail.formatted_read_group([], ["user_id"], ["__count"])
        self.assertTrue(groups)
