# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo.fields import Domain
from odoo.http import request

from odoo.addons.account.controllers.portal import PortalAccount


class FamilyPortalAccount(PortalAccount):
    def _get_overdue_invoices_domain(self, partner_id=None):
        """Override of `account`: a guardian sees the late bills of all the children.

        Odoo looks for invoices addressed to the very contact that is logged in, but a
        bill is addressed to the student and owed by the family. Donations are never
        late, and the day is that of the school, not of the server.
        """
        partner = request.env["res.partner"].browse(
            partner_id or request.env.user.partner_id.id
        )
        family = partner.sudo().commercial_partner_id  # the link only, not its data
        today = request.env.company._scola_today()
        domain = Domain(super()._get_overdue_invoices_domain(partner_id))
        widened = domain.map_conditions(
            lambda leaf: (
                Domain("commercial_partner_id", "=", family.id)
                if leaf.field_expr == "partner_id"
                else Domain("invoice_date_due", "<", today)
                if leaf.field_expr == "invoice_date_due"
                else leaf
            )
        )
        # "any!" looks as superuser: guardians read bills, not the plan behind them.
        gifts = Domain("fee_schedule_id", "any!", [("nature", "=", "donation")])
        return widened & ~gifts
