# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import UTC
from zoneinfo import ZoneInfo

from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    payment_suspense_account_id = fields.Many2one(
        "account.account",
        string="Unidentified Receipts Account",
        domain=[("account_type", "=", "liability_payable")],
        check_company=True,
        help="A payable account for money whose payer is not known yet: until somebody "
        "says whose it is, the company owes it.",
    )

    def _get_payment_zone(self):
        """Return the ``ZoneInfo`` in which the company's days begin; a hook."""
        self.ensure_one()
        return ZoneInfo(self.partner_id.tz or "Asia/Jakarta")

    def _get_payment_date(self, moment):
        """Return the accounting date of a naive UTC time in the company's zone."""
        return moment.replace(tzinfo=UTC).astimezone(self._get_payment_zone()).date()

    def _get_payment_suspense_account(self):
        """Return the account for unidentified receipts, made if there is none.

        Money must never be lost because a setting is missing.
        """
        self.ensure_one()
        if not self.payment_suspense_account_id:
            # As superuser: the callback of a bank creates it, not a person.
            self.sudo().payment_suspense_account_id = (
                self.env["account.account"]
                .sudo()
                .with_company(self)
                .create(self._prepare_payment_suspense_account())
            )
        return self.payment_suspense_account_id

    def _prepare_payment_suspense_account(self):
        account_model = self.env["account.account"].sudo().with_company(self)
        return {
            "code": account_model._search_new_account_code("21190001"),
            "name": self.env._("Unidentified Receipts"),
            "account_type": "liability_payable",
            "reconcile": True,
            "company_ids": [(6, 0, self.root_id.ids)],
        }
