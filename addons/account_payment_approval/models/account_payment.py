# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..const import PAYMENT, PAYMENT_FIELDS
from .account_approval_document import Facts


class AccountPayment(models.Model):
    _name = "account.payment"
    _inherit = ["account.payment", "account.approval.document"]

    approval_request_ids = fields.One2many("account.approval.request", "payment_id")

    @api.constrains("state", "move_id")
    def _check_payment_approval(self):
        """Keep payments from going out unapproved."""
        outgoing = self._filter_outgoing()
        leaving = outgoing.filtered(lambda payment: payment._is_going_out())
        leaving._check_approved()
        # A payment that needs no approval does not pay a bill that lacks it.
        bills = leaving.invoice_ids.filtered(lambda bill: bill.state == "draft")
        bills._check_approved()

    @api.constrains(*PAYMENT_FIELDS)
    def _check_payment_content(self):
        """Keep payments from going out other than approved."""
        outgoing = self._filter_outgoing()
        self.env["account.approval.editor"]._remember("payment_id", outgoing)
        outgoing.filtered(lambda payment: payment._is_confirmed())._check_approved()

    def _filter_outgoing(self):
        return self.filtered(lambda payment: payment.payment_type == "outbound")

    def _is_confirmed(self):
        return self.state in ("in_process", "paid")

    def _is_going_out(self):
        """Whether a payment is confirmed; not one that was before there were rules."""
        return self._is_confirmed() and (
            bool(self.approval_request_ids) or not self._is_booked()
        )

    def _is_booked(self):
        """Whether all of a payment left by its own entry, which was checked then."""
        move = self.move_id
        if move.state != "posted" or move.origin_payment_id != self:
            return False
        out = move._get_money_out(self.company_id._get_approval_money().accounts)
        compare = self.company_id.currency_id.compare_amounts
        return compare(out, self._get_approval_amount()) >= 0

    # === WHAT IT IS TO RULES === #

    def _get_approval_field(self):
        return "payment_id"

    def _prepare_approval_facts(self, money):
        return Facts(
            kinds={PAYMENT} if self.payment_type == "outbound" else set(),
            amount=self._get_approval_amount(),
            company=self.company_id,
            journals=self.journal_id
            | money._find_journals(self.outstanding_account_id),
            partners=self._get_approval_partners(),
        )

    def _get_approval_amount(self):
        # Whoever chooses the day of a payment does not choose the rate.
        company, today = self.company_id, fields.Date.context_today(self)
        return max(
            self.currency_id._convert(self.amount, company.currency_id, company, day)
            for day in (self.date or today, today)
        )

    def _get_approval_content(self):
        self.ensure_one()
        return {
            "amount": f"{self.amount:.6f}",
            "bank": self.partner_bank_id._get_approval_content(),
            "currency": self.currency_id.name or "",
            "date": str(self.date),
            "journal": [str(self.journal_id.id), str(self.outstanding_account_id.id)],
            "kind": [self.payment_type, str(self.destination_account_id.id)],
            "method": str(self.payment_method_line_id.id),
            "partner": str(self.partner_id.id),
        }

    def _prepare_approval_request(self):
        return {
            **super()._prepare_approval_request(),
            "kind": PAYMENT,
            "amount": self.amount,
            "bank_name": self.partner_bank_id.display_name,
            "reference": self.memo,
            "description": "\n".join(self.invoice_ids.mapped("display_name")),
        }

    def _get_approval_papers_domain(self):
        own = super()._get_approval_papers_domain()
        bills = self.invoice_ids._get_approval_papers_domain()
        return ["|", "&", *own, "&", *bills]

    def _check_requestable(self):
        if self.state != "draft":
            raise UserError(
                self.env._(
                    "Reset %s to draft before approval is requested.",
                    self._get_approval_name(),
                )
            )

    # === CHECKS === #

    def _check_approved(self):
        """Refuse what is not approved; what is goes to the account that was."""
        result = super()._check_approved()
        self.partner_bank_id._hold()
        return result

    # === ACTIONS === #

    def action_post(self):
        """Match what was approved with the bills it was registered for."""
        result = super().action_post()
        self.filtered(lambda payment: payment._is_to_match())._match_bills()
        return result

    def _is_to_match(self):
        return bool(self.approval_request_ids) and self.payment_type == "outbound"

    def _match_bills(self):
        for payment in self:
            lines = payment.move_id.line_ids | payment.invoice_ids.line_ids
            lines = lines.filtered(
                lambda line: (
                    line.account_type == "liability_payable"
                    and line.parent_state == "posted"
                    and not line.reconciled
                )
            )
            for account in payment.move_id.line_ids.account_id & lines.account_id:
                found = lines.filtered(lambda line, a=account: line.account_id == a)
                found.reconcile()
