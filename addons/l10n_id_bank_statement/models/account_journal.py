# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models

from ..tools.statement import account_digits


class AccountJournal(models.Model):
    _inherit = "account.journal"

    statement_layout_id = fields.Many2one(
        "bank.statement.layout",
        check_company=True,
        help="Empty: found by the names of the columns.",
    )
    statement_gap = fields.Selection(
        [("warn", "Import and say so"), ("refuse", "Refuse the file")],
        string="Statement Not Continued",
        default="warn",
        required=True,
        help="What happens if the opening balance of a file is not the closing balance "
        "of the statement before it.",
    )

    def _get_bank_statements_available_import_formats(self):
        """Override of `account_statement_import_file`: what we read."""
        formats = super()._get_bank_statements_available_import_formats()
        return [*formats, "MT940", "CSV", "XLSX"]

    def _has_statement_account(self, number):
        """Return whether a number in a file is that of the journal's bank account.

        :param str number: as the file writes it
        """
        self.ensure_one()
        own = account_digits(self.bank_account_id.acc_number or "")
        return bool(own) and own == account_digits(number)
