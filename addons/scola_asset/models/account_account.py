# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models


class AccountAccount(models.Model):
    _inherit = "account.account"

    def write(self, vals):
        """Override of `account`: keep the default profile while one is stored."""
        if self.env.context.get("keep_default_profile"):
            vals = {name: vals[name] for name in vals if name != "asset_profile_id"}
        return super().write(vals)
