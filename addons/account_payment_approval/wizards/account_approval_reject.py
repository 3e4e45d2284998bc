# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models


class AccountApprovalReject(models.TransientModel):
    _name = "account.approval.reject"
    _description = "Reject a Payment"

    request_id = fields.Many2one("account.approval.request", required=True)
    reason = fields.Char(required=True)

    def action_confirm(self):
        """Reject, which checks whose turn it is.

        :rtype: dict
        """
        self.ensure_one()
        self.request_id._decide("rejected", self.reason)
        return {"type": "ir.actions.act_window_close"}
