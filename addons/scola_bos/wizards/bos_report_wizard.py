# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from dataclasses import replace
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import format_date

from ..const import (
    BOS_FUND_TYPES,
    FORMS,
    FUND_FORMS,
    PERIOD_TYPES,
    PORTRAIT_FORMS,
    TAX_ROLES,
)
from ..tools.book import show_gross
from ..tools.document import Column, Document, Row, Table, format_rupiah, total_row
from ..tools.money import running_balances, to_decimal
from ..tools.periods import PARTS, period_dates


class BosReportWizard(models.TransientModel):
    """Chooses a form, a school and a period, and prints the form."""

    _name = "bos.report.wizard"
    _description = "Print a BOS Form"
    _inherit = ["bos.document.mixin"]

    form = fields.Selection(FORMS, required=True, default="bku")
    company_id = fields.Many2one(
        "res.company",
        string="School",
        required=True,
        default=lambda self: self.env.company,
    )
    year = fields.Integer(
        required=True, default=lambda self: self.env.company._scola_today().year
    )
    period_type = fields.Selection(
        [*PERIOD_TYPES, ("month", "Month")], required=True, default="year"
    )
    period = fields.Integer(string="Number", required=True, default=1)
    date_from = fields.Date(
        string="Start Date",
        compute="_compute_dates",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
    )
    date_to = fields.Date(
        string="End Date",
        compute="_compute_dates",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
    )
    fund_id = fields.Many2one(
        "account.analytic.account",
        domain=[("fund_type", "in", BOS_FUND_TYPES)],
        default=lambda self: self.env.ref(
            "scola_budget.fund_bos_regular", raise_if_not_found=False
        ),
        help="Of K7A, the recapitulation and SPTJM. Books show the cash box and the "
        "bank account, K7 all funds.",
    )

    @api.depends("year", "period_type", "period")
    def _compute_dates(self):
        for wizard in self:
            kind = wizard.period_type or "year"
            count = {**PARTS, "month": 12}[kind]
            number = min(max(wizard.period, 1), count)
            year = min(max(wizard.year, 2000), 2100)
            if kind == "month":
                first = fields.Date.to_date(f"{year}-{number:02d}-01")
                wizard.date_from = first
                wizard.date_to = fields.Date.end_of(first, "month")
            else:
                wizard.date_from, wizard.date_to = period_dates(year, kind, number)

    @api.constrains("date_from", "date_to")
    def _check_dates(self):
        for wizard in self:
            if wizard.date_to < wizard.date_from:
                raise ValidationError(
                    self.env._(
                        "End Date: it lies before Start Date. Correct one of the two."
                    )
                )

    @api.constrains("form", "fund_id")
    def _check_fund(self):
        for wizard in self:
            if wizard.form in FUND_FORMS and not wizard.fund_id:
                raise ValidationError(
                    self.env._("Fund: this form is about one fund. Choose it.")
                )

    def action_print_pdf(self):
        """Print the form as PDF."""
        portrait = self.form in PORTRAIT_FORMS
        name = "action_report_bos_form" + ("_portrait" if portrait else "")
        return self._print(f"scola_bos.{name}")

    def action_print_xlsx(self):
        """Print the form as XLSX."""
        return self._print("scola_bos.action_report_bos_form_xlsx")

    def _print(self, xmlid):
        self.ensure_one()
        # As superuser: the action is looked up for whoever may print.
        report = self.env.ref(xmlid).sudo()
        return report.report_action(self, config=False)

    def _get_document(self):
        """Override of `bos.document.mixin`: the form that was chosen."""
        self.ensure_one()
        self._check_school()
        title, tables, texts = getattr(self, f"_get_{self.form}")()
        setting = self.env["bos.setting"]._get_for(self.company_id)
        return Document(
            title=title,
            sheet_name=self.form.upper(),
            header=(*self._get_head(self.company_id), *self._get_form_head()),
            intro=texts if self.form == "sptjm" else (),
            tables=tables,
            closing=() if self.form == "sptjm" else texts,
            place=self._get_place(self.company_id, self.date_to),
            signatures=self._get_form_signatures(setting),
        )

    def _check_school(self):
        """Refuse a school that is not the user's: figures are read by statements."""
        self.check_access("read")
        if self.company_id not in self.env.companies:
            raise ValidationError(
                self.env._("School: choose one of your own schools at the top first.")
            )

    def _get_form_head(self):
        period = (self._format_day(self.date_from), self._format_day(self.date_to))
        head = [(self.env._("Period"), " - ".join(period))]
        if self.form in FUND_FORMS:
            head.append((self.env._("Fund"), self.fund_id.name))
        return head

    def _get_form_signatures(self, setting):
        signatures = self._get_signatures(setting)
        if self.form != "sptjm":
            return signatures
        # A statement on paper carries the state's stamp beside the signature.
        return (replace(signatures[0], note=self.env._("Stamp duty Rp 10.000")),)

    def _get_title(self):
        names = dict(self._fields["form"]._description_selection(self.env))
        return names[self.form]

    def _get_scope(self, fund):
        """Return what to ask the ledger.

        :param account.analytic.account fund: empty: all funds
        """
        return [
            (self.id, self.company_id.id, fund.id or None, self.date_from, self.date_to)
        ]

    def _get_report_name(self):
        """Return the name of the file, without its ending."""
        self.ensure_one()
        month = format_date(self.env, self.date_to, date_format="yyyy-MM")
        return f"{self.form.upper()} {self.company_id.name} {month}".replace("/", "-")

    # === BKU, CASH, BANK === #

    def _get_bku(self):
        """Return the general cash book: title, tables and closing paragraphs."""
        return self._get_book(("cash", "bank"), gross=True)

    def _get_cash(self):
        """Return the helper book of the cash box."""
        return self._get_book(("cash",))

    def _get_bank(self):
        """Return the helper book of the bank account."""
        return self._get_book(("bank",))

    def _get_book(self, roles, gross=False):
        ledger = self.env["bos.ledger"]
        before = self.date_from - timedelta(days=1)
        opening = ledger._get_balance(self.company_id, before, roles)
        entries = ledger._get_entries(
            self.company_id, self.date_from, self.date_to, roles
        )
        if gross:
            entries = show_gross(entries, self.env._("Tax withheld"))
        columns = self._get_book_columns()
        rows = self._get_book_rows(entries, opening)
        table = Table(columns, (self._get_opening_row(opening), *rows))
        total = total_row(self.env._("Total"), columns, rows)
        closing = rows[-1].cells[-1] if rows else opening
        total = Row((*total.cells[:-1], closing), "total")
        table = Table(columns, (*table.rows, total))
        return self._get_title(), (table,), self._get_closing(closing)

    def _get_book_columns(self):
        return (
            Column(self.env._("Date"), "date", 12),
            Column(self.env._("Activity Code"), width=12),
            Column(self.env._("Account Code"), width=18),
            Column(self.env._("Document No."), width=20),
            Column(self.env._("Description"), width=44),
            Column(self.env._("Received"), "amount", 16),
            Column(self.env._("Paid"), "amount", 16),
            Column(self.env._("Balance"), "amount", 16),
        )

    def _get_opening_row(self, opening):
        label = self.env._("Opening balance")
        return Row((self.date_from, None, None, None, label, None, None, opening))

    def _get_book_rows(self, entries, opening):
        balances = running_balances(
            opening, [(entry.received, entry.paid) for entry in entries]
        )
        return [
            Row(
                (
                    entry.date,
                    entry.activity,
                    entry.account,
                    entry.number,
                    entry.label,
                    entry.received,
                    entry.paid,
                    balance,
                )
            )
            for entry, balance in zip(entries, balances, strict=True)
        ]

    def _get_closing(self, closing):
        ledger = self.env["bos.ledger"]
        cash = ledger._get_balance(self.company_id, self.date_to, ("cash",))
        bank = ledger._get_balance(self.company_id, self.date_to, ("bank",))
        if self.form != "bku":
            text = self.env._(
                "Balance on %(date)s: Rp %(balance)s.",
                date=self._format_day(self.date_to),
                balance=format_rupiah(closing),
            )
            return (text,)
        text = self.env._(
            "On %(date)s the book was closed with a balance of Rp %(balance)s: cash Rp "
            "%(cash)s, bank Rp %(bank)s.",
            date=self._format_day(self.date_to),
            balance=format_rupiah(closing),
            cash=format_rupiah(cash),
            bank=format_rupiah(bank),
        )
        return (text,)

    # === TAXES === #

    def _get_tax(self):
        """Return the helper book of taxes: one row per document."""
        ledger = self.env["bos.ledger"]
        before = self.date_from - timedelta(days=1)
        opening = -ledger._get_balance(self.company_id, before, TAX_ROLES)
        found = ledger._get_tax_rows(self.company_id, self.date_from, self.date_to)
        columns = self._get_tax_columns()
        rows = self._get_tax_lines(self._group_taxes(found), opening)
        closing = rows[-1].cells[-4] if rows else opening
        total = total_row(self.env._("Total"), columns, rows)
        total = Row((*total.cells[:-4], closing, None, None, None), "total")
        table = Table(columns, (self._get_tax_opening(opening), *rows, total))
        return self._get_title(), (table,), self._get_closing(closing)

    def _get_tax_columns(self):
        names = dict(
            self.env["bos.setting.account"]
            ._fields["role"]
            ._description_selection(self.env)
        )
        return (
            Column(self.env._("Date"), "date", 12),
            Column(self.env._("Document No."), width=20),
            Column(self.env._("Description"), width=36),
            *(Column(names[role], "amount", 13) for role in TAX_ROLES),
            Column(self.env._("Deposited"), "amount", 14),
            Column(self.env._("Balance"), "amount", 14),
            Column(self.env._("Billing Code"), width=17),
            Column(self.env._("NTPN"), width=18),
            Column(self.env._("Date Deposited"), "date", 12),
        )

    def _get_tax_opening(self, opening):
        empty = (None,) * (len(TAX_ROLES) + 1)
        label = self.env._("Opening balance")
        return Row((self.date_from, None, label, *empty, opening, None, None, None))

    def _group_taxes(self, found):
        """Put the taxes of one document into one row.

        :param list found: as of `bos.ledger._get_tax_rows`
        :return: list of dicts with the taxes withheld by role in ``taxes``
        """
        documents = {}
        for row in found:
            document = documents.setdefault(
                row["move_id"], {**row, "taxes": {}, "deposited": to_decimal(0)}
            )
            document["taxes"][row["role"]] = row["withheld"]
            document["deposited"] += row["deposited"]
        return list(documents.values())

    def _get_tax_lines(self, documents, opening):
        nothing = to_decimal(0)
        balances = running_balances(
            opening,
            [(sum(row["taxes"].values()), row["deposited"]) for row in documents],
        )
        return [
            Row(
                (
                    row["date"],
                    row["number"] or "",
                    row["label"] or "",
                    *(row["taxes"].get(role, nothing) for role in TAX_ROLES),
                    row["deposited"],
                    balance,
                    row["billing_code"] or "",
                    row["ntpn"] or "",
                    row["deposit_date"],
                )
            )
            for row, balance in zip(documents, balances, strict=True)
        ]
