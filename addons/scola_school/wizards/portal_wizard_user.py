# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models


class PortalWizardUser(models.TransientModel):
    _inherit = "portal.wizard.user"

    def action_grant_access(self):
        """Override of `portal` to let guardians and students see school records."""
        result = super().action_grant_access()
        self._grant_school_groups()
        return result

    def _grant_school_groups(self):
        partner = self.partner_id
        xmlids = []
        if any(partner.guardianship_ids.mapped("portal_access")):
            xmlids.append("scola_school.group_portal_guardian")
        if partner.scola_own_student_ids:
            xmlids.append("scola_school.group_portal_student")
        # As superuser: children of one family may go to schools unknown to this user.
        companies = partner.sudo().scola_student_ids.company_id
        self.user_id.sudo().write(
            {"company_ids": [(4, company.id) for company in companies]}
        )
        for xmlid in xmlids:
            group = self.env.ref(xmlid)
            self.user_id.sudo().write({"group_ids": [(4, group.id)]})
