# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models
from odoo.exceptions import UserError


class AccountMove(models.Model):
    _inherit = "account.move"

    def _get_payment_label(self):
        """Return what a bill is for, as its first lines say; a hook.

        :rtype: str
        """
        self.ensure_one()
        lines = self.invoice_line_ids.filtered(
            lambda line: line.display_type == "product" and line.price_subtotal >= 0
        )
        names = [(line.name or "").split("\n")[0] for line in lines]
        return ", ".join(dict.fromkeys(filter(None, names))) or self.name

    def _get_payment_beneficiary(self):
        """Return whom a bill is for and, if that helps, more about them; a hook.

        :return: name, and class or branch or the like, possibly empty
        :rtype: tuple[str, str]
        """
        self.ensure_one()
        # As superuser: the name stands on the bill, the contact may be hidden.
        return self.partner_id.sudo().name or "", ""

    def _is_payment_voluntary(self):
        """Return whether a bill may be left unpaid: never late, not chosen by default;
        a hook."""
        self.ensure_one()
        return False

    def _is_payment_overdue(self):
        """Return whether a bill is late today, in its company's time zone."""
        self.ensure_one()
        # As superuser: the clock of the company, nothing else of it.
        today = self.company_id.sudo()._get_payment_date(fields.Datetime.now())
        late = self.invoice_date_due and self.invoice_date_due < today
        return bool(late and not self._is_payment_voluntary())

    def button_draft(self):
        """Override of `account`: what a provider reported is undone there."""
        self._check_not_incoming()
        return super().button_draft()

    def button_cancel(self):
        """Override of `account`: what a provider reported is undone there."""
        self._check_not_incoming()
        return super().button_cancel()

    def _check_not_incoming(self):
        if not self:
            # Odoo asks about no entry at all on every change of an invoice.
            return
        # As superuser: an accountant of the ledger need not see the inbox.
        incoming = (
            self.env["payment.incoming"]
            .sudo()
            .search([("payment_id.move_id", "in", self.ids)], limit=1)
        )
        if incoming:
            raise UserError(
                self.env._(
                    "This entry is payment %(number)s, reported by %(provider)s. "
                    "Refund it instead of changing the entry.",
                    number=incoming.name,
                    provider=incoming.provider_id.name,
                )
            )
        # As superuser: for the same reason.
        refund = (
            self.env["payment.refund"]
            .sudo()
            .search([("payment_id.move_id", "in", self.ids)], limit=1)
        )
        if refund:
            raise UserError(
                self.env._(
                    "This entry is refund %(number)s: the money is with the payer. "
                    "Book what comes back as a new payment.",
                    number=refund.name,
                )
            )
