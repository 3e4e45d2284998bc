# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models
from odoo.fields import Domain


class PaymentCheckout(models.AbstractModel):
    _inherit = "payment.checkout"

    @api.model
    def _get_fixed_domain(self):
        """Override of `payment_va`: the numbers of all children one may see.

        A second household is no part of the family, but pays for the child as well.
        """
        me = self.env.user.partner_id
        # As superuser: which children these are, nothing about them.
        guardianships = (
            self.env["scola.guardianship"]
            .sudo()
            .search([("guardian_id", "=", me.id), ("portal_access", "=", True)])
        )
        return (
            Domain("kind", "=", "fixed")
            & Domain("state", "=", "active")
            & Domain("partner_id", "in", guardianships.student_id.partner_id.ids)
        ) | super()._get_fixed_domain()
