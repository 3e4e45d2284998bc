# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..tools.csv_statement import Layout
from ..tools.values import check_date_format

#: Field of the layout of each value that stands around the table.
LABELS = ("account", "period", "currency", "opening", "closing", "debits", "credits")
MODES = [
    ("columns", "Columns for debit and credit"),
    ("suffix", "One column, the direction behind the amount"),
    ("marker", "One column, the direction in another one"),
    ("signed", "One column, negative if money goes out"),
]


class BankStatementLayout(models.Model):
    """How a bank writes its statement files: what people can see in the file."""

    _name = "bank.statement.layout"
    _description = "Layout of Bank Statement Files"
    _order = "bank, sequence, id"
    _check_company_auto = True

    name = fields.Char(required=True)
    bank = fields.Char(required=True, help="What people call the bank.")
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company",
        default=lambda self: self.env.company,
        index="btree_not_null",
        help="Empty: all companies.",
    )
    is_verified = fields.Boolean(
        string="Verified",
        copy=False,
        help="Compared with a file of this bank. Whoever imports by another layout is "
        "asked to look at the result.",
    )
    note = fields.Text(string="Source", help="Where the layout is known from.")
    delimiter = fields.Selection(
        [(",", "Comma"), (";", "Semicolon"), ("tab", "Tab"), ("|", "Vertical bar")],
        required=True,
        default=",",
        help="Of CSV files; XLSX has cells.",
    )
    encoding = fields.Selection(
        [("utf-8", "UTF-8"), ("cp1252", "Windows (cp1252)"), ("utf-16", "UTF-16")],
        required=True,
        default="utf-8",
    )
    has_header = fields.Boolean(string="Names of Columns", default=True)
    skip_rows = fields.Integer(
        string="Rows to Skip",
        help="Rows above the first movement that are not empty, where the file does "
        "not name its columns.",
    )
    header = fields.Char(
        string="Columns",
        help="Names as in the file, in their order, separated by semicolons. Fields "
        "below name one of them, or its position as #3.",
    )
    date_column = fields.Char(required=True)
    date_formats = fields.Char(
        required=True,
        default="dd/mm/yyyy",
        help="Separated by semicolons: dd/mm/yyyy, dd/mm/yy, dd/mm, dd mmm yyyy, "
        "yyyy-mm-dd. A time may follow.",
    )
    text_columns = fields.Char(
        string="Description Columns", required=True, help="Separated by semicolons."
    )
    reference_column = fields.Char()
    amount_mode = fields.Selection(MODES, required=True, default="columns")
    amount_column = fields.Char()
    marker_column = fields.Char(string="Direction Column")
    debit_column = fields.Char(help="Money that goes out.")
    credit_column = fields.Char(help="Money that comes in.")
    debit_words = fields.Char(default="DB;D;DR", required=True)
    credit_words = fields.Char(default="CR;C;K", required=True)
    balance_column = fields.Char(help="Balance after the movement.")
    account_column = fields.Char(string="Account Number Column")
    decimal_mark = fields.Selection(
        [(".", "1,234.50"), (",", "1.234,50")],
        string="Amounts",
        required=True,
        default=".",
    )
    pending_word = fields.Char(
        help="Stands instead of the date while a movement is not booked. It is left "
        "out until it is."
    )
    label_account = fields.Char(string="Label of the Account Number")
    label_period = fields.Char(string="Label of the Period")
    label_currency = fields.Char(string="Label of the Currency")
    label_opening = fields.Char(string="Label of the Opening Balance")
    label_closing = fields.Char(string="Label of the Closing Balance")
    label_debits = fields.Char(string="Label of All Debits")
    label_credits = fields.Char(string="Label of All Credits")
    footer_words = fields.Char(
        string="Other Rows",
        help="First words of rows that are no movements, separated by semicolons.",
    )
    continues = fields.Boolean(
        string="Rows Continue",
        help="A row with a description only belongs to the row above it.",
    )
    newest_first = fields.Boolean()

    @api.constrains(
        "header",
        "has_header",
        "skip_rows",
        "date_column",
        "date_formats",
        "text_columns",
        "reference_column",
        "amount_mode",
        "amount_column",
        "marker_column",
        "debit_column",
        "credit_column",
        "balance_column",
        "account_column",
    )
    def _check_columns(self):
        for record in self:
            record._check_amount_columns()
            layout = record._as_layout()
            if layout.has_header and not any(layout.header):
                raise ValidationError(
                    self.env._("Columns: name the columns of the file.")
                )
            try:
                layout.columns()
                for name in layout.texts:
                    layout.index(name)
            except KeyError as error:
                raise ValidationError(
                    self.env._(
                        "%(column)s is none of the Columns of %(layout)s. Write it as "
                        "there, or give its position as #3.",
                        column=error.args[0],
                        layout=record.name,
                    )
                ) from error
            record._check_date_formats(layout)

    def _check_amount_columns(self):
        needed = {
            "columns": self.debit_column and self.credit_column,
            "suffix": self.amount_column,
            "marker": self.amount_column and self.marker_column,
            "signed": self.amount_column,
        }
        if not needed[self.amount_mode]:
            raise ValidationError(
                self.env._(
                    "Amount of %(layout)s: name the columns that are needed for "
                    "%(mode)s",
                    layout=self.name,
                    mode=dict(
                        self._fields["amount_mode"]._description_selection(self.env)
                    )[self.amount_mode],
                )
            )

    def _check_date_formats(self, layout):
        try:
            for pattern in layout.date_formats:
                check_date_format(pattern)
        except ValueError as error:
            raise ValidationError(
                self.env._(
                    "Date Formats of %(layout)s: use forms such as dd/mm/yyyy, dd/mm "
                    "or dd mmm yyyy, separated by semicolons.",
                    layout=self.name,
                )
            ) from error

    def copy_data(self, default=None):
        """Override to name the copy, which belongs to the company of who makes it."""
        values = super().copy_data(default)
        for layout, vals in zip(self, values, strict=True):
            vals.setdefault("company_id", self.env.company.id)
            if "name" not in (default or {}):
                vals["name"] = self.env._("%(name)s (copy)", name=layout.name)
                vals["company_id"] = self.env.company.id
        return values

    def _as_layout(self):
        """Return the layout for the parser.

        :rtype: Layout
        """
        self.ensure_one()
        mode = self.amount_mode
        return Layout(
            header=_split(self.header, keep_empty=True),
            date=self.date_column or "",
            texts=_split(self.text_columns),
            delimiter="\t" if self.delimiter == "tab" else self.delimiter,
            encoding=self.encoding,
            has_header=self.has_header,
            skip_rows=self.skip_rows,
            amount=self.amount_column or "" if mode != "columns" else "",
            marker=self.marker_column or "" if mode == "marker" else "",
            is_marked=mode in ("suffix", "marker"),
            debit=self.debit_column or "" if mode == "columns" else "",
            credit=self.credit_column or "" if mode == "columns" else "",
            balance=self.balance_column or "",
            reference=self.reference_column or "",
            account=self.account_column or "",
            date_formats=_split(self.date_formats),
            decimal_mark=self.decimal_mark,
            debit_words=_split((self.debit_words or "").upper()),
            credit_words=_split((self.credit_words or "").upper()),
            pending_word=self.pending_word or "",
            labels=self._get_labels(),
            footers=_split(self.footer_words),
            continues=self.continues,
            newest_first=self.newest_first,
        )

    def _get_labels(self):
        labels = ((name, self[f"label_{name}"]) for name in LABELS)
        return tuple((name, label.strip()) for name, label in labels if label)


def _split(text, keep_empty=False):
    """Return the parts of a list that people type, separated by semicolons."""
    parts = [part.strip() for part in (text or "").split(";")]
    return tuple(part for part in parts if part or keep_empty)
