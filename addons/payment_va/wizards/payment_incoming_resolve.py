# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models


class PaymentIncomingResolve(models.TransientModel):
    """Close exceptions with a note."""

    _name = "payment.incoming.resolve"
    _description = "Closing of Exceptions"

    incoming_ids = fields.Many2many("payment.incoming", required=True)
    note = fields.Char(required=True, help="What was found out or done.")

    def action_close(self):
        """Close the exceptions."""
        self.ensure_one()
        self.incoming_ids.action_resolve(self.note)
