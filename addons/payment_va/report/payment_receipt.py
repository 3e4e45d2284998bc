# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models

from ..tools.wording import terbilang

#: From this amount on a receipt needs a stamp (UU 10/2020, article 3).
STAMP_DUTY_ABOVE = 5_000_000


class PaymentReceipt(models.AbstractModel):
    """What the receipt of an online payment says."""

    _name = "report.payment_va.report_payment_receipt"
    _description = "Receipt of an Online Payment"

    @api.model
    def _get_report_values(self, docids, data=None):
        """Override of `base`: the payments, and how to put what is on them."""
        return {
            "docs": self.env["payment.incoming"].browse(docids),
            "receipt": self,
        }

    @api.model
    def _get_lang(self, payment):
        """Return the language of the paper: the payer's, else the reader's."""
        return self._get_payer(payment).lang or self.env.lang

    @api.model
    def _get_payer(self, payment):
        """Return who paid: whose checkout it was, else who owns the number."""
        return payment.transaction_id.sudo().partner_id or payment.partner_id

    @api.model
    def _get_company(self, payment):
        """Return whose letterhead it has: the school whose bills were paid, and the
        owner of the account at the provider where that is more than one, or none."""
        billing = payment.line_ids.company_id
        return billing if len(billing) == 1 else payment.company_id

    @api.model
    def _get_address(self, company):
        parts = (company.street, company.street2, company.city, company.zip)
        return ", ".join(filter(None, parts))

    @api.model
    def _get_rows(self, payment):
        """Return dicts with ``label``, ``person``, ``bill`` and ``amount``; a hook."""
        return [
            {
                "label": line.name,
                "person": ", ".join(
                    filter(None, line.move_id._get_payment_beneficiary())
                ),
                "bill": line.move_id.name,
                "amount": line.amount,
            }
            for line in payment.line_ids
        ]

    @api.model
    def _get_words(self, payment):
        """Return the amount in words, as Indonesian receipts have it; rupiah only."""
        if payment.currency_id.name != "IDR":
            return ""
        return terbilang(int(payment.currency_id.round(payment.amount)))

    @api.model
    def _needs_stamp_duty(self, payment):
        rupiah = payment.currency_id.name == "IDR"
        return rupiah and payment.amount > STAMP_DUTY_ABOVE
