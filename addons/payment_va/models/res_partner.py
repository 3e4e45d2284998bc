# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models


class ResPartner(models.Model):
    _inherit = "res.partner"

    virtual_account_ids = fields.One2many("payment.virtual.account", "partner_id")

    def _get_va_customer_number(self):
        """Return the digits that stand for this customer in a fixed VA; a hook.

        :rtype: str
        """
        self.ensure_one()
        return str(self.id)

    def _get_open_bill_lines(self, company):
        """Return the receivable items this payer owes, oldest due date first; a hook.

        A contact below a company or family owes what is addressed to it; the top-level
        contact owes everything.

        :param res.company company: whose bills, and those of its branches
        :rtype: account.move.line
        """
        self.ensure_one()
        domain = [
            ("company_id", "child_of", company.id),
            ("partner_id", "=", self.commercial_partner_id.id),
            ("account_id.account_type", "=", "asset_receivable"),
            ("parent_state", "=", "posted"),
            ("reconciled", "=", False),
            ("amount_residual", ">", 0),
        ]
        if self != self.commercial_partner_id:
            domain.append(("move_id.partner_id", "=", self.id))
        lines = self.env["account.move.line"].search(domain)
        return lines.sorted(lambda x: (x.date_maturity or x.date, x.id))
