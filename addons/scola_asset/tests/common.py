# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""A foundation whose first school has its assets and stock set up."""

from datetime import date

from odoo.fields import Command

from odoo.addons.scola_account.tests.common import ScolaAccountCommon


class AssetCommon(ScolaAccountCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.set_up(cls.one)
        cls.vendor = cls.env["res.partner"].create({"name": "CV Mebel"})

    @classmethod
    def work_at(cls, company, role="treasurer"):
        """Return the environment of a user who has only this school ticked."""
        return cls.env(
            user=cls.users[role],
            context=dict(cls.env.context, allowed_company_ids=company.ids),
        )

    @classmethod
    def make_setup(cls, company, role="admin", **values):
        env = cls.work_at(company, role)
        return env["scola.asset.setup"].create({"company_id": company.id, **values})

    @classmethod
    def set_up(cls, company):
        cls.make_setup(company).action_load()

    def find_profile(self, name, company=None):
        return self.env["account.asset.profile"].search(
            [
                ("company_id", "=", (company or self.one).id),
                ("scola_class_id", "=", self.env.ref(f"scola_asset.{name}").id),
            ]
        )

    def make_bill(self, company, lines, day=date(2026, 1, 1), **values):
        """Post a vendor bill; lines are values of its lines."""
        bill = self.work_at(company)["account.move"].create(
            {
                "move_type": "in_invoice",
                "partner_id": self.vendor.id,
                "invoice_date": day,
                "date": day,
                "invoice_line_ids": [
                    Command.create({"tax_ids": [Command.clear()], **line})
                    for line in lines
                ],
                **values,
            }
        )
        bill.action_post()
        return bill

    def buy(self, name, price, kind, company=None, day=date(2026, 1, 1), fund=None):
        """Buy an asset by a bill and confirm it; return it."""
        company = company or self.one
        profile = self.find_profile(kind, company)
        bill = self.make_bill(
            company,
            [
                {
                    "name": name,
                    "price_unit": price,
                    "account_id": profile.account_asset_id.id,
                    "asset_profile_id": profile.id,
                }
            ],
            day,
        )
        asset = bill.invoice_line_ids.asset_id
        asset.net_asset_account_id = fund
        asset.validate()
        return asset

    def balance(self, code, company=None):
        """Return what is posted on an account at a school, by SQL."""
        self.env.flush_all()
        self.env.cr.execute(
            "SELECT COALESCE(SUM(balance), 0) FROM account_move_line WHERE "
            "account_id = %s AND company_id = %s AND parent_state = 'posted'",
            [self.find_account(code).id, (company or self.one).id],
        )
        return float(self.env.cr.fetchone()[0])
