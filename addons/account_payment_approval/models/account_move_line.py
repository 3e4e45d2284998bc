# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import format_amount

from ..const import LINE_FIELDS

# Of the entries of which items were deleted, until the transaction ends.
REST = "account_payment_approval.rest"


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    @api.constrains(*LINE_FIELDS)
    def _check_payment_approval(self):
        """Lines are also written alone, past the move they are of."""
        if any(line.parent_state != line.move_id.state for line in self):
            raise ValidationError(
                self.env._("The state of journal items is that of their entry.")
            )
        self.move_id._check_payment_approval()

    @api.ondelete(at_uninstall=False)
    def _check_payment_approval_of_rest(self):
        """Look at what is left of entries, once everything is written: matching a
        statement line deletes an item before it makes others."""
        moves = self.move_id.filtered(lambda move: move.state == "posted")
        precommit = self.env.cr.precommit
        known = precommit.data.get(REST)
        if moves and known is None:
            known = precommit.data[REST] = set()
            precommit.add(self.env["account.move"]._check_rest)
        if moves:
            known.update(moves.ids)

    def _sum_amounts(self):
        """Return the sums of what is booked, and of the amounts in currencies.

        :rtype: tuple[float, float]
        """
        return sum(self.mapped("balance")), sum(self.mapped("amount_currency"))

    def _get_approval_values(self):
        """Return what lines are worth in the currency of the company: as booked, and by
        the rates. Who books by hand may say that dollars are worth nothing.

        :rtype: tuple[float, float]
        """
        balances = self.mapped("balance")
        booked, gross = sum(balances), sum(map(abs, balances))
        by_rate = sum(line._get_value_by_rate() for line in self)
        # What banks take for changing money is no other amount.
        return booked, booked if abs(by_rate - booked) <= gross / 10 else by_rate

    def _get_value_by_rate(self):
        company = self.company_id
        return self.currency_id._convert(
            self.amount_currency,
            company.currency_id,
            company,
            self.date or fields.Date.context_today(self),
        )

    def _get_approval_content(self):
        """Return of a line what somebody approves.

        :rtype: list[str]
        """
        return [
            str(self.account_id.id),
            str(self.partner_id.id),
            str(self.product_id.id),
            self.name or "",
            f"{self.quantity:.6f}",
            f"{self.price_unit:.6f}",
            f"{self.discount:.6f}",
            *(
                (f"{self.balance:.6f}", f"{self.amount_currency:.6f}")
                if self.display_type == "product"
                else ()
            ),
            str(self.currency_id.id),
            ",".join(str(tax_id) for tax_id in sorted(self.tax_ids.ids)),
        ]

    def _get_approval_text(self):
        """Return a line for who approves it and may not see the ledger.

        :rtype: str
        """
        amount, currency = self.balance, self.company_currency_id
        if self.move_id.is_invoice(include_receipts=True):
            amount, currency = self.price_total, self.currency_id
        text = self.name or self.account_id.display_name or ""
        return f"{text}: {format_amount(self.env, amount, currency)}"
