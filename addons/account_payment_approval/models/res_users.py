# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models

from ..const import REQUEST


class ResUsers(models.Model):
    _inherit = "res.users"

    delegation_ids = fields.One2many("tier.delegation", "delegator_id")

    @api.model
    def review_user_count(self):
        """Count requests by whose turn it is, which also knows delegates."""
        groups = super().review_user_count()
        groups = [group for group in groups if group["model"] != REQUEST]
        requests = self.env[REQUEST].search([("can_review", "=", True)])
        if requests:
            groups.append(requests._prepare_review_group())
        return groups
