# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    @api.depends("account_id", "asset_id")
    def _compute_asset_profile(self):
        """Override of `account_asset_management`: the profile of the bill's school.

        An account is shared by the schools of a foundation and can name one profile
        only, which may be that of another school.
        """
        super()._compute_asset_profile()
        lines = self.filtered(
            lambda line: (
                line.account_id.account_type == "asset_fixed"
                and not line.asset_id
                and line.move_id.is_purchase_document()
                and not line._has_own_profile()
            )
        )
        if not lines:
            return
        profiles = lines._find_school_profiles()
        for line in lines:
            profile = profiles.get((line.company_id.id, line.account_id.id))
            if profile:
                line.asset_profile_id = profile

    def _has_own_profile(self):
        """Return whether the profile is one of this school for this account."""
        profile = self.asset_profile_id
        return (
            profile.company_id == self.company_id
            and profile.account_asset_id == self.account_id
        )

    def _find_school_profiles(self):
        """Return the first profile per company and account, in one query."""
        profiles = self.env["account.asset.profile"].search(
            [
                ("company_id", "in", self.company_id.ids),
                ("account_asset_id", "in", self.account_id.ids),
            ]
        )
        # The last one wins: the first kind of asset.
        ordered = profiles.sorted(
            lambda profile: (profile.scola_class_id.sequence, profile.id), reverse=True
        )
        return {
            (profile.company_id.id, profile.account_asset_id.id): profile
            for profile in ordered
        }
