# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo.exceptions import AccessError


class AccessCases:
    """Who may do what; the other company has a return and a slip of its own."""

    def test_rights_per_role(self):
        models = {
            "l10n_id.withholding.object": {
                "manager": "rwcu",
                "user": "r",
                "readonly": "r",
                "invoice": "r",
            },
            "l10n_id.withholding.item": {"manager": "r", "user": "r", "readonly": "r"},
            "l10n_id.withholding.correction": {
                "manager": "r",
                "user": "r",
                "readonly": "r",
            },
            "l10n_id.withholding.return": {
                "manager": "rwcu",
                "user": "rwcu",
                "readonly": "r",
            },
            "l10n_id.withholding.slip": {
                "manager": "rwcu",
                "user": "rwcu",
                "readonly": "r",
            },
            "l10n_id.withholding.setup": {"manager": "rwcu"},
        }
        for model, rights in models.items():
            for name in self.users:
                with self.subTest(model=model, name=name):
                    records = self.work_as(name)[model]
                    found = "".join(
                        operation[0] if operation != "unlink" else "u"
                        for operation in ("read", "write", "create", "unlink")
                        if records.has_access(operation)
                    )
                    self.assertEqual(found, rights.get(name, ""))

    def test_other_companies_stay_closed(self):
        for name in ("manager", "user", "readonly"):
            for record in (self.foreign, self.foreign_slip):
                with self.subTest(name=name, model=record._name):
                    own = record.with_env(self.work_as(name))
                    self.assertNotIn(own, own.search([]))
                    with self.assertRaises(AccessError):
                        own.read(["company_id"])

    def test_the_books_of_others_stay_closed(self):
        self.set_up_taxes(self.other)
        tax = self.find_tax("24-104-39", self.other)
        bill = (
            self.env["account.move"]
            .with_company(self.other)
            .create(
                {
                    "move_type": "in_invoice",
                    "partner_id": self.known.id,
                    "invoice_date": "2026-06-15",
                    "invoice_line_ids": [
                        (0, 0, {"name": "x", "price_unit": 100, "tax_ids": tax.ids})
                    ],
                }
            )
        )
        bill.action_post()
        model = "l10n_id.withholding.item"
        self.assertTrue(self.env[model].search([("move_id", "=", bill.id)]))
        for name in ("manager", "user", "readonly"):
            items = self.work_as(name)[model].search([])
            self.assertNotIn(self.other, items.sudo().company_id)

    def test_readers_change_nothing(self):
        record = self.make_return()
        for action in ("action_refresh", "action_file"):
            with self.subTest(action=action), self.assertRaises(AccessError):
                getattr(record.with_user(self.users["readonly"]), action)()
        self.assertEqual(record.state, "draft")
