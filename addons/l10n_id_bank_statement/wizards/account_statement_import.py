# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import re
from hashlib import sha256

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_amount, format_date

from odoo.addons.payment_va.tools.three_way import exact

from ..tools.csv_statement import fits, parse_csv
from ..tools.mt940 import is_mt940, parse_mt940
from ..tools.sheet import is_sheet, open_sheet
from ..tools.statement import (
    Fault,
    StatementError,
    check_balances,
    line_keys,
)


class AccountStatementImport(models.TransientModel):
    _inherit = "account.statement.import"

    layout_id = fields.Many2one(
        "bank.statement.layout",
        help="Empty: that of the journal, else found by the names of the columns.",
    )
    year = fields.Char(
        size=4, help="Of days without a year, where the file names no period either."
    )
    #: Whether the file was read here, and is checked more strictly.
    is_ours = fields.Boolean(readonly=True)
    notice = fields.Text(readonly=True)

    # === READING === #

    def _parse_file(self, data_file):
        """Override of `account_statement_import_file` to read our formats."""
        try:
            statements = self._read_statements(data_file)
        except StatementError as error:
            raise UserError(self._explain(error.faults)) from error
        if statements is None:
            return super()._parse_file(data_file)
        self.is_ours = True
        digest = sha256(data_file).hexdigest()
        return [
            self._prepare_statement(statement, f"{digest}-{number}")
            for number, statement in enumerate(statements, start=1)
        ]

    def _read_statements(self, content):
        """Return the statements in a file, None if it is of no format of ours.

        :rtype: list[Statement] | None
        :raise StatementError: if it is, and cannot be read
        """
        if not self.layout_id and is_mt940(content):
            statements = parse_mt940(content)
            if not statements:
                raise StatementError([Fault("empty")])
            return [self._complete(statement) for statement in statements]
        if is_sheet(content):
            content = open_sheet(content)
        layout = self.layout_id or self._get_journal().statement_layout_id
        layout = layout or self._find_layout(content)
        if layout:
            statement = parse_csv(content, layout._as_layout(), self._get_year())
            self._note_layout(layout, statement)
            return [self._complete(statement)]
        if (self.statement_filename or "").lower().endswith((".csv", ".xlsx")):
            raise StatementError([Fault("layout")])
        return None

    def _get_year(self):
        """Return the year that was entered, None for none.

        :rtype: int | None
        """
        if not self.year:
            return None
        if not re.fullmatch("20[0-9]{2}", self.year):
            raise UserError(self.env._("Year: enter four digits, such as 2026."))
        return int(self.year)

    @api.model
    def _complete(self, statement):
        statement = statement.completed()
        faults = check_balances(statement)
        if faults:
            raise StatementError(faults)
        return statement

    def _find_layout(self, content):
        """Return the layout of a file, that of the company before that of all.

        :raise StatementError: if it cannot be told
        """
        companies = self._get_journal().company_id or self.env.companies
        layouts = self.env["bank.statement.layout"].search(
            [("company_id", "in", [False, *companies.ids])]
        )
        found = layouts.filtered(lambda layout: fits(content, layout._as_layout()))
        width = max((len(layout._as_layout().header) for layout in found), default=0)
        found = found.filtered(lambda one: len(one._as_layout().header) == width)
        found = found.filtered("company_id") or found
        if len(found) > 1:
            names = ", ".join(found.mapped("name"))
            raise StatementError([Fault("layouts", value=names)])
        return found

    def _note_layout(self, layout, statement):
        notices = []
        if not layout.is_verified:
            notices.append(
                self.env._(
                    "The layout %(layout)s was not compared with a file of this bank "
                    "yet. Look at the first statement, then tick Verified on the "
                    "layout.",
                    layout=layout.name,
                )
            )
        if statement.pending:
            notices.append(
                self.env._(
                    "%(count)s movements are not booked by the bank yet and were left "
                    "out. Import them when they are.",
                    count=statement.pending,
                )
            )
        self.notice = "\n".join(notices)

    def _explain(self, faults):
        """Return what is wrong with the file and what to do about it."""
        name = self.statement_filename or self.env._("the file")
        return self.env["bank.statement.fault"]._explain(name, faults)

    def _get_journal(self):
        """Return the journal the wizard was started from, none from the menu."""
        return self.env["account.journal"].browse(self.env.context.get("journal_id"))

    def _prepare_statement(self, statement, digest):
        """Return currency, account and values, as `_parse_file` has to."""
        values = {
            "name": statement.name,
            "import_hash": digest,
            "creation_context": {"skip_auto_reconcile": True},
            "transactions": self._prepare_lines(statement),
        }
        if statement.opening is not None:
            values["balance_start"] = float(statement.opening)
            values["balance_end_real"] = float(statement.closing)
        currency = statement.currency or self._get_currency(statement.account)
        return currency, statement.account, [values]

    def _prepare_lines(self, statement):
        keys = line_keys(statement.lines)
        count = len(keys)
        return [
            {
                "date": line.day,
                # Odoo's own fields are floats; two decimals are exact there.
                "amount": float(line.amount),
                "payment_ref": line.text,
                "ref": line.reference,
                "unique_import_id": key,
                "import_line": line.number,
                "raw_data": line.raw,
                # Of one day, Odoo takes the highest for the first.
                "sequence": count - position,
            }
            for position, (line, key) in enumerate(
                zip(statement.lines, keys, strict=True)
            )
        ]

    def _get_currency(self, account):
        journal = self._find_journal(account)
        return (journal.currency_id or journal.company_id.currency_id).name

    # === WHOSE ACCOUNT === #

    @api.model
    def _match_journal(self, account_number, currency):
        """Override of `account_statement_import_file`: the whole number must agree."""
        if not self.is_ours:
            return super()._match_journal(account_number, currency)
        journal = self._find_journal(account_number)
        own = journal.currency_id or journal.company_id.currency_id
        if own != currency:
            raise UserError(
                self.env._(
                    "The file is in %(currency)s, the journal %(journal)s in %(own)s. "
                    "Choose the journal of this account.",
                    currency=currency.name,
                    journal=journal.display_name,
                    own=own.name,
                )
            )
        return journal

    def _find_journal(self, number):
        """Return the journal of the account a file is of."""
        journal = self._get_journal()
        if not journal and number:
            journals = self.env["account.journal"].search(
                [("type", "=", "bank"), ("company_id", "in", self.env.companies.ids)]
            )
            journal = journals.filtered(lambda one: one._has_statement_account(number))
        if len(journal) != 1:
            raise UserError(
                self.env._(
                    "Account %(number)s is that of no bank journal, or of several. "
                    "Start the import from the journal, and enter its account number "
                    "there.",
                    number=number or "-",
                )
            )
        if number:
            self._check_account(journal, number)
        return journal

    @api.model
    def _check_account(self, journal, number):
        if not journal.bank_account_id:
            raise UserError(
                self.env._(
                    "The file is of account %(number)s. Enter the Bank Account Number "
                    "of the journal %(journal)s first.",
                    number=number,
                    journal=journal.display_name,
                )
            )
        if not journal._has_statement_account(number):
            raise UserError(
                self.env._(
                    "The file is of account %(number)s, the journal %(journal)s of "
                    "account %(own)s. Choose the right file or journal.",
                    number=number,
                    journal=journal.display_name,
                    own=journal.bank_account_id.acc_number,
                )
            )

    # === CHECKS === #

    def _complete_stmts_vals(self, stmts_vals, journal, account_number):
        """Override of `account_statement_import_file`: refuse what is there already."""
        if self.is_ours:
            # Our keys are per journal, not per way of writing the account number.
            account_number = ""
        stmts_vals = super()._complete_stmts_vals(stmts_vals, journal, account_number)
        if self.is_ours:
            for values in stmts_vals:
                values["name"] = f"{journal.code} {values['name']}".strip()
                self._check_file(values, journal)
                self._check_lines(values, journal)
                self._check_continued(values, journal)
        return stmts_vals

    def _check_file(self, values, journal):
        known = self.env["account.bank.statement"].search(
            [
                ("journal_id", "=", journal.id),
                ("import_hash", "=", values["import_hash"]),
            ],
            limit=1,
        )
        if known:
            raise UserError(
                self.env._(
                    "This file is imported already: statement %(statement)s. Choose "
                    "another one.",
                    statement=known.display_name,
                )
            )

    def _check_lines(self, values, journal):
        """Check that no line of a file is there already, with one query."""
        lines = {line["unique_import_id"]: line for line in values["transactions"]}
        known = self.env["account.bank.statement.line"].search(
            [
                ("journal_id", "=", journal.id),
                ("unique_import_id", "in", list(lines)),
            ]
        )
        faults = [
            Fault(
                "duplicate",
                lines[line.unique_import_id]["import_line"],
                value=self._describe(line),
                expected=line.statement_id.display_name or "",
            )
            for line in known
        ]
        if faults:
            raise UserError(self._explain(sorted(faults, key=lambda one: one.line)))

    @api.model
    def _describe(self, line):
        amount = format_amount(self.env, line.amount, line.currency_id)
        return f"{format_date(self.env, line.date)} {amount}"

    def _check_continued(self, values, journal):
        """Check that a statement begins where the one before it ends."""
        if "balance_start" not in values:
            return
        previous = self.env["account.bank.statement"].search(
            [
                ("journal_id", "=", journal.id),
                ("date", "<=", min(one["date"] for one in values["transactions"])),
            ],
            order="date desc, first_line_index desc",
            limit=1,
        )
        start = exact(values["balance_start"])
        if not previous or exact(previous.balance_end_real) == start:
            return
        message = self._get_gap_message(previous, start)
        if journal.statement_gap == "refuse":
            raise UserError(message)
        self.notice = "\n".join(filter(None, [self.notice, message]))

    def _get_gap_message(self, previous, start):
        currency = previous.currency_id
        return self.env._(
            "The file begins with a balance of %(start)s, but statement %(statement)s "
            "ends with %(end)s. Import the statements in between.",
            start=format_amount(self.env, float(start), currency),
            statement=previous.display_name,
            end=format_amount(self.env, previous.balance_end_real, currency),
        )

    def _create_bank_statements(self, stmts_vals, result):
        """Override of `account_statement_import_file` to say what was noticed."""
        created = super()._create_bank_statements(stmts_vals, result)
        if self.is_ours and self.notice:
            result["notifications"].append(self.notice)
            self.notice = False
        return created
