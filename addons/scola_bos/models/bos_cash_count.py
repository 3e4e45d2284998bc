# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from decimal import Decimal

from odoo import Command, api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..tools.book import show_gross
from ..tools.cash import COINS, NOTES, compare, count_total
from ..tools.document import Column, Document, Row, Table, format_rupiah, total_row
from ..tools.money import to_decimal

#: What is settled when the principal confirms it.
FIGURES = {
    "bank_balance",
    "company_id",
    "date",
    "explanation",
    "kind",
    "line_ids",
    "securities",
}


class BosCashCount(models.Model):
    """Cash is counted and compared with the books: closing (K7b), inspection (K7c)."""

    _name = "bos.cash.count"
    _description = "BOS Cash Closing or Inspection"
    _inherit = ["bos.approval.mixin", "bos.document.mixin", "mail.thread"]
    _order = "date desc, id desc"
    _check_company_auto = True
    _action_fields = (
        "book_balance",
        "cash_counted",
        "confirmed_by",
        "difference",
        "found",
        "payments",
        "receipts",
        "state",
    )

    name = fields.Char(compute="_compute_name")
    kind = fields.Selection(
        [
            ("closing", "Register of Closing (K7b)"),
            ("inspection", "Inspection of Cash (K7c)"),
        ],
        required=True,
        default="closing",
        tracking=True,
    )
    company_id = fields.Many2one(
        "res.company",
        string="School",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    date = fields.Date(
        required=True,
        default=lambda self: self.env.company._scola_today(),
        tracking=True,
    )
    previous_date = fields.Date(
        string="Previous Closing", compute="_compute_previous_date"
    )
    line_ids = fields.One2many(
        "bos.cash.count.line",
        "count_id",
        string="Notes and Coins",
        default=lambda self: self._get_default_lines(),
    )
    cash_counted = fields.Monetary(
        compute="_compute_cash_counted", store=True, tracking=True
    )
    bank_balance = fields.Monetary(
        string="At the Bank", tracking=True, help="Balance by the bank statement."
    )
    securities = fields.Monetary(tracking=True)
    receipts = fields.Monetary(
        string="Receipts (D)",
        compute="_compute_book",
        store=True,
        help="Receipts of the year in the BKU up to the day, with the opening balance.",
    )
    payments = fields.Monetary(
        string="Payments (K)", compute="_compute_book", store=True
    )
    book_balance = fields.Monetary(
        string="Balance of the BKU (A)", compute="_compute_comparison", store=True
    )
    found = fields.Monetary(
        string="Found (B)", compute="_compute_comparison", store=True
    )
    difference = fields.Monetary(
        string="Difference (A - B)", compute="_compute_comparison", store=True
    )
    explanation = fields.Text(tracking=True)
    inspector_name = fields.Char(tracking=True, help="Who inspects; K7c only.")
    inspector_number = fields.Char(string="Inspector's NIP", tracking=True)
    inspector_decree = fields.Char(string="Inspector's Decree", tracking=True)
    state = fields.Selection(
        [("draft", "Draft"), ("confirmed", "Confirmed")],
        required=True,
        default="draft",
        copy=False,
        readonly=True,
        tracking=True,
    )
    confirmed_by = fields.Many2one(
        "res.users", readonly=True, copy=False, tracking=True
    )

    _day_uniq = models.Constraint(
        "UNIQUE(company_id, kind, date)",
        "Date: the cash of this day is counted already. Open that count.",
    )

    def _get_default_lines(self):
        pieces = [("note", value) for value in NOTES]
        pieces += [("coin", value) for value in COINS]
        return [
            Command.create({"kind": kind, "value": value}) for kind, value in pieces
        ]

    @api.depends("kind", "date")
    def _compute_name(self):
        names = dict(self._fields["kind"]._description_selection(self.env))
        for count in self:
            day = count.date and count._format_day(count.date)
            count.name = " ".join(filter(None, (names.get(count.kind), day)))

    @api.depends("name")
    def _compute_display_name(self):
        for count in self:
            count.display_name = count.name

    @api.depends("company_id", "date", "kind")
    def _compute_previous_date(self):
        for count in self:
            previous = self.search(
                [
                    ("company_id", "=", count.company_id.id),
                    ("kind", "=", count.kind),
                    ("date", "<", count.date or fields.Date.today()),
                ],
                order="date desc",
                limit=1,
            )
            count.previous_date = count.date and previous.date

    @api.depends("line_ids.value", "line_ids.pieces")
    def _compute_cash_counted(self):
        for count in self:
            pairs = [(line.value, line.pieces) for line in count.line_ids]
            count.cash_counted = count_total(pairs)

    @api.depends("company_id", "date")
    def _compute_book(self):
        for count in self:
            if count.state == "draft":
                count.receipts, count.payments = count._get_book()
            else:
                # What was confirmed stays as it was found.
                count.receipts, count.payments = count.receipts, count.payments

    def _get_book(self):
        """Return the year's receipts and payments as the BKU has them up to the day.

        The balance with which the year opened is among the receipts.
        """
        self.ensure_one()
        if not (self.company_id and self.date):
            return 0, 0
        ledger, roles = self.env["bos.ledger"], ("cash", "bank")
        first = self.date.replace(month=1, day=1)
        before = fields.Date.subtract(first, days=1)
        opening = ledger._get_balance(self.company_id, before, roles)
        entries = show_gross(
            ledger._get_entries(self.company_id, first, self.date, roles), ""
        )
        receipts = sum((entry.received for entry in entries), opening)
        return float(receipts), float(sum(entry.paid for entry in entries))

    @api.depends("receipts", "payments", "cash_counted", "bank_balance", "securities")
    def _compute_comparison(self):
        for count in self:
            closing = compare(
                to_decimal(count.receipts),
                to_decimal(count.payments),
                to_decimal(count.cash_counted),
                to_decimal(count.bank_balance),
                to_decimal(count.securities),
            )
            count.book_balance = float(closing.book)
            count.found = float(closing.found)
            count.difference = float(closing.difference)

    @api.constrains("date")
    def _check_date(self):
        for count in self:
            if count.date > count.company_id._scola_today():
                raise ValidationError(
                    self.env._("Date: cash can't be counted on a day to come.")
                )

    def write(self, vals):
        """Override of the ORM: what was confirmed stays as it was found."""
        if not self.env.su and vals.keys() & FIGURES:
            self._check_is_draft()
        return super().write(vals)

    def _check_is_draft(self):
        for count in self:
            if count.state != "draft":
                raise UserError(
                    self.env._(
                        "State: %s is confirmed and kept as it was found. Make a new "
                        "count.",
                        count.name,
                    )
                )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_confirmed(self):
        self._check_is_draft()

    def action_refresh(self):
        """Read the books again."""
        self.check_access("write")
        self._check_is_draft()
        # As superuser: the figures come from the ledger, nobody enters them.
        self.sudo()._compute_book()

    def action_confirm(self):
        """Confirm what was found; by a principal who did not enter it."""
        self._check_approver()
        self.lock_for_update()
        self.invalidate_recordset(["state"])
        self._check_is_draft()
        # As superuser: the principal confirms and changes nothing else.
        counts = self.sudo()
        counts._compute_book()
        counts._check_explained()
        counts.write({"state": "confirmed", "confirmed_by": self.env.uid})

    def _check_explained(self):
        for count in self:
            if count.difference and not count.explanation:
                raise UserError(
                    self.env._(
                        "Explanation: books and count differ by Rp %s. Say why before "
                        "it is confirmed.",
                        format_rupiah(to_decimal(count.difference)),
                    )
                )

    # === FORM === #

    def _get_report_name(self):
        """Return the name of the file, without its ending."""
        self.ensure_one()
        form = "K7b" if self.kind == "closing" else "K7c"
        return f"{form} {self.company_id.name} {self.date}".replace("/", "-")

    def _get_document(self):
        """Override of `bos.document.mixin`: form K7b or K7c."""
        self.ensure_one()
        setting = self.env["bos.setting"]._get_for(self.company_id)
        return Document(
            title=self.name,
            sheet_name="K7b" if self.kind == "closing" else "K7c",
            header=(*self._get_head(self.company_id), *self._get_count_head(setting)),
            tables=(self._get_pieces_table(), self._get_result_table()),
            closing=(self.explanation or "",) if self.explanation else (),
            place=self._get_place(self.company_id, self.date),
            signatures=self._get_signatures(setting),
        )

    def _get_count_head(self, setting):
        head = [(self.env._("Date"), self._format_day(self.date))]
        if self.previous_date:
            label = self.env._("Previous Closing")
            head.append((label, self._format_day(self.previous_date)))
        if self.kind == "inspection":
            head += [
                (self.env._("Inspected by"), self.inspector_name or ""),
                (self.env._("NIP"), self.inspector_number or ""),
                (self.env._("Decree"), self.inspector_decree or ""),
                (self.env._("Treasurer's Decree"), setting.treasurer_decree or ""),
            ]
        return head

    def _get_pieces_table(self):
        columns = (
            Column(self.env._("Notes and Coins"), width=24),
            Column(self.env._("Value"), "amount", 16),
            Column(self.env._("Pieces"), "amount", 12),
            Column(self.env._("Amount"), "amount", 18),
        )
        names = dict(self.line_ids._fields["kind"]._description_selection(self.env))
        rows = [
            Row(
                (
                    names[line.kind],
                    to_decimal(line.value),
                    Decimal(line.pieces),
                    to_decimal(line.amount),
                )
            )
            for line in self.line_ids
        ]
        total = total_row(self.env._("Cash"), columns, rows)
        total = Row((total.cells[0], None, None, total.cells[3]), "total")
        return Table(columns, (*rows, total))

    def _get_result_table(self):
        columns = (
            Column(self.env._("Result"), width=52),
            Column(self.env._("Amount"), "amount", 18),
        )
        pairs = (
            (self.env._("Receipts (D)"), self.receipts, ""),
            (self.env._("Payments (K)"), self.payments, ""),
            (self.env._("Balance of the BKU (A = D - K)"), self.book_balance, "total"),
            (self.env._("Cash"), self.cash_counted, ""),
            (self.env._("Bank"), self.bank_balance, ""),
            (self.env._("Securities"), self.securities, ""),
            (self.env._("Found (B)"), self.found, "total"),
            (self.env._("Difference (A - B)"), self.difference, "total"),
        )
        rows = tuple(
            Row((label, to_decimal(amount)), style) for label, amount, style in pairs
        )
        return Table(columns, rows)
