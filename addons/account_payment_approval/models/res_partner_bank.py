# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL

from ..const import BANK_FIELDS


class ResPartnerBank(models.Model):
    _inherit = "res.partner.bank"

    @api.constrains(*BANK_FIELDS)
    def _check_approved_payments(self):
        """Remember who changed an account, and refuse it for money under way."""
        self.env["account.approval.editor"]._remember("partner_bank_id", self)
        # As superuser: payments of whatever company go to this account.
        requests = self.env["account.approval.request"].sudo()
        under_way = requests.search(
            [
                ("state", "=", "approved"),
                ("payment_id.state", "=", "in_process"),
                ("payment_id.partner_bank_id", "in", self.ids),
            ]
        ).filtered("is_outdated")
        if under_way:
            raise ValidationError(
                self.env._(
                    "Payments to this bank account were approved and are under way: "
                    "%(payments)s. Add a new bank account, or reset them to draft "
                    "first.",
                    payments=", ".join(under_way.mapped("name")),
                )
            )

    def _hold(self):
        """Have whoever changes these accounts in the same moment begin anew: neither
        transaction would see what the other one does."""
        if self:
            self.flush_recordset()
            self.env.cr.execute(
                SQL(
                    "UPDATE res_partner_bank SET active = active WHERE id IN %s",
                    tuple(self.ids),
                )
            )

    def _get_approval_content(self):
        """Return of an account what somebody approves.

        :rtype: list[str]
        """
        return [
            self.sanitized_acc_number or "",
            self.acc_holder_name or "",
            str(self.bank_id.id),
            str(self.partner_id.id),
        ]
