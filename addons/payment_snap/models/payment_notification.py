# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models


class PaymentNotification(models.Model):
    _inherit = "payment.notification"

    @api.model
    def _receive(self, delivery):
        """Override of `payment_va`: banks ask more than one thing, in a fixed order.

        What tells of money goes on into the inbox as any other callback.
        """
        if delivery.code != "snap":
            return super()._receive(delivery)
        # As superuser: a bank is no user.
        server = self.env["payment.snap.server"].sudo()
        return server._serve(delivery, super()._receive)
