# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from unittest.mock import patch

from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from odoo.addons.scola_audit.const import MASK

from .common import LightAuditCommon

SECRET = "SB-Mid-server-TOPSECRET"


@tagged("post_install", "-at_install")
class TestRules(LightAuditCommon):
    def test_what_is_installed_is_watched(self):
        Rule = self.env["auditlog.rule"]
        rules = {rule.model_model: rule for rule in Rule.search([])}
        for name in (
            "scola.fee.template",
            "scola.student.fee.enrollment",
            "scola.scholarship.award",
            "payment.provider",
            "res.partner.bank",
            "res.company",
            "account.lock_exception",
        ):
            self.assertEqual(rules[name].state, "confirmed", name)
        for name in ("account.move", "account.move.line"):
            self.assertNotIn(name, rules)

    def test_what_later_add_ons_bring_is_watched(self):
        """Also where they are not installed beside."""
        Rule = self.env["auditlog.rule"]
        for name in (
            "account.budget",
            "account.budget.line",
            "bos.fund.allocation.line",
            "bos.regulation",
            "payment.snap.bank",
            "scola.budget.program",
            "tier.definition",
            "tier.delegation",
            "tier.review",
        ):
            self.assertIsNotNone(Rule._get_watch_options(name), name)
        self.assertIsNone(Rule._get_watch_options("res.partner"))
        rules = Rule.search([("state", "=", "confirmed")])
        self.assertLessEqual(
            set(Rule._find_watched()), set(rules.mapped("model_model"))
        )

    def test_later_models_are_added_once(self):
        Rule = self.env["auditlog.rule"]
        before = Rule.search([])
        Rule._subscribe()
        self.assertEqual(Rule.search([]), before)
        more = {**Rule._get_watched_models(), "res.country.st*": {"log_create": False}}
        self.addCleanup(self._unpatch, "res.country.state")
        with (
            patch.object(type(Rule), "_get_watched_models", lambda _self: more),
            patch.object(type(Rule), "_update_registry"),
        ):
            Rule._subscribe()
            Rule._subscribe()
        added = Rule.search([]) - before
        self.assertEqual(added.mapped("model_model"), ["res.country.state"])
        self.assertEqual((added.log_create, added.log_write), (False, True))

    def _unpatch(self, name):
        """The rule is rolled back with the test, what it did to the class is not."""
        model = self.env.registry[name]
        for method in ("create", "write", "unlink"):
            if f"auditlog_ruled_{method}" in vars(model):
                delattr(model, method)
                delattr(model, f"auditlog_ruled_{method}")

    def test_an_installation_subscribes(self):
        Rule = self.env["auditlog.rule"]
        for updated, times in (([], 0), (["scola_budget"], 1)):
            with (
                patch.object(self.env.registry, "updated_modules", updated),
                patch.object(type(Rule), "_subscribe") as subscribe,
                self.subTest(updated=updated),
            ):
                Rule._register_hook()
                self.assertEqual(subscribe.call_count, times)

    def test_fields_are_logged_as_people_read_them(self):
        preset = self.preset.with_user(self.users["treasurer"])
        preset.write({"name": "Tiga kali", "rounding": preset.rounding})
        self.assertEqual(self.logs(preset), {"name": ("Dua kali", "Tiga kali")})
        part = preset.line_ids[0]
        part.days = 3
        self.assertEqual(self.logs(part), {"days": ("0", "3")})
        created = self.logs(part, "create")
        self.assertEqual(created["preset_id"], (False, "Dua kali"))
        self.assertNotIn("months", created, "a first part is due at once: zero")
        log = self.env["auditlog.log"].search(
            [("model_model", "=", preset._name), ("method", "=", "write")], limit=1
        )
        self.assertEqual(log.user_id, self.users["treasurer"])
        self.assertEqual(log.company_id, self.school)

    def test_secrets_are_never_logged(self):
        provider = self.env["payment.provider"].search(
            [("code", "=", "midtrans")], limit=1
        ) or self.env["payment.provider"].search([], limit=1)
        provider = provider.copy({"company_id": self.school.id})
        defaults = {"x_server_key_env_default": SECRET}
        provider.write({"server_env_defaults": defaults, "name": "Midtrans Uji"})
        self.assertEqual(provider.server_env_defaults, defaults)
        logged = self.logs(provider)
        self.assertEqual(logged["name"][1], "Midtrans Uji")
        self.assertEqual(logged["server_env_defaults"][1], MASK)
        self.env.flush_all()
        self.env.cr.execute(
            "SELECT count(*) FROM auditlog_log_line l WHERE l::text LIKE %s",
            [f"%{SECRET}%"],
        )
        self.assertEqual(self.env.cr.fetchone(), (0,))

    def test_restricted_fields_are_secret(self):
        Provider = self.env["payment.provider"]
        is_secret = self.env["auditlog.rule"]._is_secret
        for name, field in Provider._fields.items():
            if field.groups == "base.group_system":
                self.assertTrue(is_secret(field), name)
        for name in ("name", "state", "company_id"):
            self.assertFalse(is_secret(Provider._fields[name]), name)

    def test_no_rule_on_the_ledger(self):
        for name in ("account.move", "account.move.line"):
            with self.subTest(name=name), self.assertRaises(ValidationError):
                self.env["auditlog.rule"].create(
                    {
                        "name": name,
                        "model_id": self.env["ir.model"]._get_id(name),
                    }
                )

    def test_rules_are_not_switched_off(self):
        rule = self.env["auditlog.rule"].search(
            [("model_model", "=", "payment.provider")]
        )
        rule = rule.with_user(self.users["system"])
        with self.assertRaises(UserError):
            rule.write({"state": "draft"})
        with self.assertRaises(UserError):
            rule.write({"users_to_exclude_ids": [(4, self.users["system"].id)]})
        with self.assertRaises(UserError):
            rule.set_to_draft()
        with self.assertRaises(UserError):
            rule.unlink()
        provider = self.env.registry["payment.provider"]
        self.assertTrue(provider.auditlog_ruled_write)
        self.assertTrue(hasattr(provider.write, "origin"))
