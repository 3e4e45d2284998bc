# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Who may see and do what."""

import base64

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import new_test_user

GROUPS = {
    "accountant": "account.group_account_user",
    "auditor": "account.group_account_readonly",
    "biller": "account.group_account_invoice",
    "cashier": "payment_va.group_payment_user",
    "nobody": "base.group_user",
}


class AccessCases:
    def can(self, name, action):
        """Return whether a user may do something, and take it back."""
        try:
            with self.env.cr.savepoint():
                action(self.users[name])
                self.env.flush_all()
                raise ZeroDivisionError
        except AccessError:
            return False
        except ZeroDivisionError:
            self.env.invalidate_all()
            return True

    def test_proposals(self):
        self.make_bill(1001)
        self.make_bank_line(1001)
        proposal = self.propose()
        for label, action, allowed in (
            (
                "read",
                lambda user: proposal.with_user(user).read(["reason", "targets"]),
                {"accountant", "auditor"},
            ),
            (
                "accept",
                lambda user: proposal.with_user(user).action_accept(),
                {"accountant"},
            ),
            (
                "toggle",
                lambda user: proposal.with_user(user).action_toggle(),
                {"accountant"},
            ),
            (
                "dismiss",
                lambda user: proposal.with_user(user).action_dismiss(),
                {"accountant"},
            ),
            (
                "write",
                lambda user: proposal.with_user(user).write({"is_sure": True}),
                set(),
            ),
            ("unlink", lambda user: proposal.with_user(user).unlink(), set()),
            (
                "propose",
                lambda user: (
                    self.env["bank.statement.propose"]
                    .with_user(user)
                    .create({"journal_ids": [Command.set(self.payout_bank.ids)]})
                    .action_propose()
                ),
                {"accountant"},
            ),
        ):
            for name in GROUPS:
                with self.subTest(action=label, user=name):
                    self.assertEqual(self.can(name, action), name in allowed)

    def test_layouts(self):
        shared = self.layout("bsi")
        own = shared.copy({"company_id": self.branch.id})
        for label, action, allowed in (
            ("read", lambda u: shared.with_user(u).read(["name"]), {0, 1}),
            ("write own", lambda u: own.with_user(u).write({"name": "X"}), {0}),
            ("write shared", lambda u: shared.with_user(u).write({"name": "X"}), set()),
            ("copy", lambda u: shared.with_user(u).copy(), {0}),
        ):
            names = {list(GROUPS)[position] for position in allowed}
            for name in GROUPS:
                with self.subTest(action=label, user=name):
                    self.assertEqual(self.can(name, action), name in names)

    def test_import(self):
        def create(user):
            self.env["account.statement.import"].with_user(user).create(
                {"statement_file": base64.b64encode(b"x")}
            )

        for name in GROUPS:
            with self.subTest(user=name):
                self.assertEqual(self.can(name, create), name == "accountant")

    def test_another_company(self):
        self.make_bill(1001)
        self.make_bank_line(1001)
        proposal = self.propose()
        stranger = self.env["res.company"].create({"name": "Yayasan Lain"})
        user = new_test_user(
            self.env,
            login="akuntan_lain",
            groups="base.group_user,account.group_account_user",
            company_id=stranger.id,
            company_ids=[Command.set(stranger.ids)],
        )
        self.users = {**self.users, "stranger": user}
        env = self.env(user=user, context={"allowed_company_ids": stranger.ids})
        model = env["bank.statement.proposal"]
        self.assertFalse(model.search([]))
        for action in (
            lambda user: proposal.with_env(env).action_accept(),
            lambda user: model._generate(self.payout_bank.with_env(env)),
        ):
            self.assertFalse(self.can("stranger", action))
