# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..const import (
    BILL,
    BILL_TYPES,
    DEBT_TYPES,
    MONEY_TYPES,
    MOVE_FIELDS,
    PAYMENT,
    WAITING_TYPES,
)
from .account_approval_document import Facts
from .account_move_line import REST

ENTRY = "entry"


class AccountMove(models.Model):
    _name = "account.move"
    _inherit = ["account.move", "account.approval.document"]

    approval_request_ids = fields.One2many("account.approval.request", "move_id")

    # Constraints rather than overrides: they see every write, whoever it comes from,
    # and leave customer invoices that move no money to Odoo alone.

    @api.constrains("state", *MOVE_FIELDS)
    def _check_payment_approval(self):
        """Keep moves that pay, or that would be paid, from going on unapproved."""
        bills = self.filtered(lambda move: move.move_type in BILL_TYPES)
        concerned = bills | (self - bills)._filter_paying()
        self.env["account.approval.editor"]._remember("move_id", concerned)
        posted = concerned.filtered(lambda move: move.state == "posted")
        posted._check_approved()

    @api.model
    def _check_rest(self):
        """Check what is left of the entries of which items were deleted."""
        ids = self.env.cr.precommit.data.pop(REST, ())
        self.browse(ids).exists()._check_payment_approval()

    def _filter_paying(self):
        """Return the moves by which money leaves, where there are rules for it.

        An invoice of a customer is one as well if a line of it takes money out.

        :rtype: account.move
        """
        rules = self.env["tier.definition"]
        paying = self.browse()
        near = self.filtered(lambda move: move._is_near_money())
        for company, moves in near.grouped("company_id").items():
            if rules._get_approval_rules(company):
                own = company._get_approval_money().accounts
                paying |= moves.filtered(lambda m, o=own: m._get_money_out(o) > 0)
        return paying

    def _is_near_money(self):
        """Whether money can go by this move at all; usual invoices are told by the
        types of their accounts alone, without a question to the database."""
        if self.move_type == ENTRY:
            return True
        types = self.line_ids.account_id.mapped("account_type")
        return bool({*MONEY_TYPES, *WAITING_TYPES}.intersection(types))

    # === WHAT IT IS TO RULES === #

    def _get_approval_field(self):
        return "move_id"

    def _get_approval_name(self):
        name = super()._get_approval_name()
        return f"{name} ({self.ref})" if self.ref else name

    def _prepare_approval_facts(self, money):
        out = self._get_approval_out(money.accounts)
        kinds = {BILL} if self.move_type in BILL_TYPES else set()
        if out > 0:
            kinds.add(PAYMENT)
        # Whichever journal a move is in, its money may be that of another one.
        accounts = self._get_money_lines(money.accounts).account_id
        return Facts(
            kinds=kinds,
            amount=max(out, self._get_billed()),
            company=self.company_id,
            journals=self.journal_id | money._find_journals(accounts),
            partners=self._get_approval_partners(),
        )

    def _get_approval_amount(self):
        own = self.company_id._get_approval_money().accounts
        return max(self._get_approval_out(own), self._get_billed())

    def _get_approval_partners(self):
        partners = self.partner_id
        if self.move_type in BILL_TYPES:
            return partners
        return partners | self.line_ids.partner_id

    def _get_billed(self):
        """Return what a bill asks for, in the currency of the company."""
        if self.move_type not in BILL_TYPES:
            return 0.0
        company = self.company_id
        day = self.invoice_date or self.date or fields.Date.context_today(self)
        total = self.currency_id._convert(
            self.amount_total, company.currency_id, company, day
        )
        # Totals and rates can be written as well: what is owed counts.
        owed = self._get_debt_lines()._get_approval_values()
        return max(map(abs, (self.amount_total_signed, total, *owed)))

    def _get_debt_lines(self):
        """Return the lines by which we owe somebody, or are owed.

        :rtype: account.move.line
        """
        return self.line_ids.filtered(
            lambda line: line.account_id.account_type in DEBT_TYPES
        )

    def _get_approval_out(self, own):
        """Return what leaves by a move, or left the bank by its statement line.

        :param own: accounts of ``res.company._get_approval_money``
        :rtype: float
        """
        return max(self._get_money_out(own), self._get_statement_out())

    def _get_money_lines(self, own):
        """Return the lines on our own money.

        :param own: accounts of ``res.company._get_approval_money``
        :rtype: account.move.line
        """
        return self.line_ids.filtered(
            lambda line: (
                line.account_id.account_type in MONEY_TYPES or line.account_id in own
            )
        )

    def _get_money_out(self, own):
        """Return what leaves us by a move, in the currency of the company; what only
        goes from one of our accounts to another does not.

        :param own: accounts of ``res.company._get_approval_money``
        :return: below zero if money comes in
        :rtype: float
        """
        values = self._get_money_lines(own)._get_approval_values()
        return self.company_id.currency_id.round(-min(values))

    def _get_statement_out(self):
        """Return what left the bank by a statement line, before it is matched.

        :rtype: float
        """
        if not self._is_of_statement():
            return 0.0
        account = self.statement_line_id.journal_id.default_account_id
        lines = self.line_ids.filtered(lambda line: line.account_id == account)
        return -min(lines._get_approval_values())

    def _is_of_statement(self):
        """Whether a move is that of its statement line, not one that only says so."""
        return bool(self.statement_line_id) and self.statement_line_id.move_id == self

    def _get_approval_content(self):
        self.ensure_one()
        is_bill = self.move_type in BILL_TYPES
        total = self.amount_total if is_bill else self._get_approval_amount()
        # How a statement line is matched is worked out afterwards; what it is stays.
        lines = self._get_approval_lines()
        lines = lines.browse() if self._is_of_statement() else lines
        return {
            "amount": f"{total:.6f}",
            "bank": self.partner_bank_id._get_approval_content(),
            "currency": self.currency_id.name or "",
            "date": [
                str(self[name] or "")
                for name in ("invoice_date", "date", "invoice_date_due")
            ],
            "journal": str(self.journal_id.id),
            "kind": self.move_type,
            "lines": [
                *(line._get_approval_content() for line in lines),
                *(self._get_debt_content() if is_bill else ()),
            ],
            "partner": str(self.partner_id.id),
        }

    def _get_debt_content(self):
        """Return to whom a bill is owed, and on which accounts.

        :rtype: list[list[str]]
        """
        debts = self._get_debt_lines()
        found = debts.grouped(lambda line: (line.account_id.id, line.partner_id.id))
        return [
            [str(account), str(partner), *(f"{v:.6f}" for v in lines._sum_amounts())]
            for (account, partner), lines in sorted(found.items())
        ]

    def _prepare_approval_request(self):
        vals = super()._prepare_approval_request()
        if self.move_type in BILL_TYPES:
            vals |= {"kind": BILL, "amount": self.amount_total}
        else:
            currency = self.company_id.currency_id
            vals |= {"kind": ENTRY, "amount": vals["amount_company"]}
            vals["currency_id"] = currency.id
        texts = [line._get_approval_text() for line in self._get_approval_lines()]
        return {
            **vals,
            "date_due": self.invoice_date_due,
            "bank_name": self.partner_bank_id.display_name,
            "reference": self.ref,
            "description": "\n".join(texts),
        }

    def _get_approval_lines(self):
        """Return the lines that people enter: others follow from them.

        :rtype: account.move.line
        """
        lines = self.line_ids if self.move_type == ENTRY else self.invoice_line_ids
        return lines.sorted("id")

    def _get_approval_editors(self):
        # As superuser: who works with what is nobody's own business.
        return super()._get_approval_editors() | self.sudo().line_ids.create_uid

    def _check_requestable(self):
        if self.state == "cancel" or (
            self.state == "posted" and not self._is_of_statement()
        ):
            raise UserError(
                self.env._(
                    "Reset %s to draft before approval is requested.",
                    self._get_approval_name(),
                )
            )

    # === CHECKS === #

    def _check_approved(self):
        """Refuse what is not approved; the entry of a payment is if the payment is."""
        booked = self._filter_booked()
        booked.origin_payment_id._check_approved()
        return super(AccountMove, self - booked)._check_approved()

    def _filter_booked(self):
        """Return the one entry of each outgoing payment that takes no more out.

        :rtype: account.move
        """
        entries = self.filtered(
            lambda move: (
                move.move_type == ENTRY
                and move.origin_payment_id.move_id == move
                and move.origin_payment_id.payment_type == "outbound"
            )
        )
        if not entries:
            return entries
        others = [
            ("origin_payment_id", "in", entries.origin_payment_id.ids),
            ("state", "=", "posted"),
            ("id", "not in", entries.ids),
        ]
        # As superuser: entries that the user may not see pay as well.
        twice = self.env["account.move"].sudo().search(others).origin_payment_id
        return entries.filtered(
            lambda move: move.origin_payment_id not in twice
        )._filter_within_payment()

    def _filter_within_payment(self):
        within = self.browse()
        for company, moves in self.grouped("company_id").items():
            own = company._get_approval_money().accounts
            within |= moves.filtered(lambda move, o=own: move._is_within_payment(o))
        return within

    def _is_within_payment(self, own):
        """Whether no more leaves than by the payment, from and to nobody else.

        :param own: accounts of ``res.company._get_approval_money``
        """
        payment, debts = self.origin_payment_id, self._get_debt_lines()
        compare = self.company_id.currency_id.compare_amounts
        return (
            compare(self._get_money_out(own), payment._get_approval_amount()) <= 0
            and self._get_money_lines(own).account_id <= payment.outstanding_account_id
            and debts.account_id <= payment.destination_account_id
            and debts.partner_id <= payment.partner_id
        )
