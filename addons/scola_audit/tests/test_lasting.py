# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from types import SimpleNamespace
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from odoo.addons.scola_audit.models import auditlog_http_request, auditlog_http_session
from odoo.addons.scola_audit.tools.session import fingerprint

from .common import LightAuditCommon

SESSION = "a" * 42 + "b" * 42


@tagged("post_install", "-at_install")
class TestLasting(LightAuditCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.preset.name = "Lain"
        cls.log = cls.env["auditlog.log"].search(
            [("model_model", "=", cls.preset._name)], limit=1
        )

    def test_the_settings_admin_changes_nothing(self):
        """Neither by right nor after giving himself the right."""
        records = [
            self.log,
            self.log.line_ids[:1],
            self.env["auditlog.http.session"].create({"name": "x"}),
            self.env["auditlog.http.request"].create({"name": "/x"}),
            self.trail("system").search([], limit=1),
        ]
        for record in records:
            record = record.with_user(self.users["system"])
            with self.subTest(model=record._name):
                for operation in ("write", "create", "unlink"):
                    self.assertFalse(record.has_access(operation), operation)
                with self.assertRaises(UserError):
                    record.write({"create_uid": self.users["system"].id})
                with self.assertRaises(AccessError):
                    record.unlink()

    def test_rights_do_not_help(self):
        self.env["ir.model.access"].search(
            [("model_id.model", "in", ["auditlog.log", "auditlog.log.line"])]
        ).write({"perm_write": True, "perm_unlink": True})
        for record in (self.log, self.log.line_ids[:1]):
            for env_record in (record.with_user(self.users["system"]), record.sudo()):
                with self.assertRaises(UserError):
                    env_record.write({"create_uid": self.users["system"].id})
                with self.assertRaises(UserError):
                    env_record.unlink()
        self._age("1 year")
        with self.assertRaises(UserError):
            self.env["auditlog.autovacuum"].autovacuum(0)

    def _age(self, years):
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE auditlog_log SET create_date = create_date - %s::interval"
            " WHERE id = %s",
            [years, self.log.id],
        )
        self.log.invalidate_recordset()

    def test_what_the_law_no_longer_wants_may_go(self):
        self._age("11 years")
        self.log.unlink()
        self.assertFalse(self.log.exists())

    def test_sessions_are_no_way_in(self):
        """No part of a session's ID is stored, whichever way it comes."""
        request = SimpleNamespace(
            session=type("Session", (dict,), {"sid": SESSION})(uid=1),
            env=self.env,
            httprequest=SimpleNamespace(
                path="/web/dataset/call_kw",
                url_root="http://x/",
                remote_addr="203.0.113.7",
            ),
        )
        Request = self.env["auditlog.http.request"]
        upstream = "odoo.addons.auditlog.models.auditlog_http_request.request"
        with (
            patch.object(auditlog_http_session, "request", request),
            patch.object(auditlog_http_request, "request", request),
            patch(upstream, request),
        ):
            first = Request.browse(Request.current_http_request())
            again = Request.current_http_request()
            self.preset.name = "Lain Lagi"
        self.assertEqual(first.id, again)
        self.assertEqual(first.http_session_id.name, fingerprint(SESSION))
        self.assertEqual(first.remote_address, "203.0.113.7")
        self.env.flush_all()
        for table in ("session", "request"):
            self.env.cr.execute(
                f"SELECT 1 FROM auditlog_http_{table} t WHERE t::text LIKE %s",
                [f"%{SESSION[:16]}%"],
            )
            self.assertFalse(self.env.cr.fetchall(), table)
        row = self.trail().search([("new_value", "=", "Lain Lagi")])
        self.assertEqual(row.ip_address, "203.0.113.7")
        self.assertEqual(row.session, fingerprint(SESSION))
        self.assertEqual(row.request_path, "/web/dataset/call_kw")

    def test_sessions_logged_before_are_cut(self):
        Session = self.env["auditlog.http.session"]
        old = Session.create({"name": "x"})
        self.env.cr.execute(
            "UPDATE auditlog_http_session SET name = %s WHERE id = %s",
            [SESSION, old.id],
        )
        for _time in range(2):
            Session.init()
            old.invalidate_recordset()
            self.assertEqual(old.name, fingerprint(SESSION))
        self.assertEqual(Session.create({"name": SESSION}).name, fingerprint(SESSION))

    def test_fingerprints(self):
        renewed = SESSION[:42] + "c" * 42
        other = "z" + SESSION[1:]
        self.assertEqual(fingerprint(renewed), fingerprint(SESSION))
        self.assertNotEqual(fingerprint(other), fingerprint(SESSION))
        self.assertEqual(len(fingerprint(SESSION)), 16)
        self.assertNotIn(fingerprint(SESSION), SESSION)
        self.assertEqual(fingerprint(fingerprint(SESSION)), fingerprint(SESSION))
        self.assertEqual(fingerprint(None), "")

    def test_of_no_company_and_of_several(self):
        Log = self.env["auditlog.log"]
        self.assertEqual(Log._get_company_of(self.school), self.school)
        self.assertFalse(Log._get_company_of(self.env.ref("base.id")))
        account = self.env["account.account"].create(
            {
                "name": "Uji",
                "code": "99009901",
                "account_type": "income",
                "company_ids": self.foundation.ids,
            }
        )
        self.assertEqual(Log._get_company_of(account), self.foundation)
        shared = account.new({"company_ids": (self.school | self.foundation).ids})
        self.assertFalse(Log._get_company_of(shared))
