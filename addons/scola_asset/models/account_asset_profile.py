# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models


class AccountAssetProfile(models.Model):
    _inherit = "account.asset.profile"

    scola_class_id = fields.Many2one(
        "scola.asset.class",
        string="Kind of Asset",
        ondelete="restrict",
        index="btree_not_null",
    )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Override of `account_asset_management`: see `_without_default`."""
        profiles = super(AccountAssetProfile, self._without_default()).create(vals_list)
        return self.browse(profiles.ids)

    def write(self, vals):
        """Override of `account_asset_management`: see `_without_default`."""
        return super(AccountAssetProfile, self._without_default()).write(vals)

    def _without_default(self):
        """Return the same records, not to be made the default of their account.

        Schools share the accounts of their foundation: as a default, the profile of
        one would be refused on the bills of another. Each finds its own instead.
        """
        return self.with_context(keep_default_profile=True)
