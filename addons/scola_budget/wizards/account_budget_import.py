# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import base64
import hashlib
import io
import zipfile

import openpyxl

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from ..const import (
    IMPORT_MAX_BYTES,
    IMPORT_MAX_ROWS,
    RKAS_HEADINGS,
    RKAS_REQUIRED,
)
from ..tools import rkas


class AccountBudgetImport(models.TransientModel):
    """Reads a plan from an RKAS worksheet: all of it, or nothing."""

    _name = "account.budget.import"
    _description = "Import a Plan"

    budget_id = fields.Many2one(
        comodel_name="account.budget",
        required=True,
        default=lambda self: self.env.context.get("active_id"),
        ondelete="cascade",
    )
    file = fields.Binary(string="RKAS Worksheet (XLSX)", attachment=False)
    filename = fields.Char()
    fault_ids = fields.One2many(
        comodel_name="account.budget.import.fault",
        inverse_name="import_id",
        string="Faults",
        readonly=True,
    )

    def action_template(self):
        """Download an empty worksheet to fill in."""
        self.ensure_one()
        report = self.env.ref("scola_budget.action_report_rkas_xlsx")
        return report.report_action(
            self.budget_id,
            data={"budget_ids": self.budget_id.ids, "empty": True},
            config=False,
        )

    def action_import(self):
        """Read the file: the lines of the budget are replaced, or faults are shown.

        :return: action that opens the budget, or this wizard again with the faults
        """
        self.ensure_one()
        self.budget_id.check_access("write")
        self.budget_id.lock_for_update()
        self.budget_id._check_draft()
        content = self._get_content()
        digest = hashlib.sha256(content).hexdigest()
        if digest == self.budget_id.import_hash:
            return self._notify(
                self.env._(
                    "This file has been imported into the budget already. Nothing was "
                    "changed."
                )
            )
        values, faults = self._read(content)
        if faults:
            return self._show(faults)
        self.budget_id._replace_lines(values, digest)
        return self._notify(self.env._("%(count)s lines imported.", count=len(values)))

    # === READING === #

    def _get_content(self):
        if not self.file:
            raise UserError(
                self.env._("RKAS Worksheet: choose the file to import first.")
            )
        content = base64.b64decode(self.file)
        if len(content) > IMPORT_MAX_BYTES:
            raise UserError(
                self.env._(
                    "RKAS Worksheet: the file has more than %(size)s MB. Remove "
                    "pictures and other sheets from it.",
                    size=IMPORT_MAX_BYTES // 1024 // 1024,
                )
            )
        return content

    def _read(self, content):
        """Return the values of the lines, and the faults."""
        budget = self.budget_id
        items, faults = rkas.read_worksheet(
            self._get_rows(content),
            RKAS_HEADINGS,
            RKAS_REQUIRED,
            budget.date_from,
            budget.date_to,
        )
        masters = self._get_masters()
        values = []
        for item in items:
            vals, wrong = self._prepare_line(item, masters)
            values.append(vals)
            # A row that is spread over the year has its faults once.
            faults += [fault for fault in wrong if fault not in faults]
        return values, sorted(faults)

    def _get_rows(self, content):
        """Return the values of the cells of the first sheet."""
        try:
            book = openpyxl.load_workbook(
                io.BytesIO(content), read_only=True, data_only=True
            )
            sheet = book.worksheets[0]
            rows = list(sheet.iter_rows(max_row=IMPORT_MAX_ROWS + 1, values_only=True))
        except (
            zipfile.BadZipFile,
            openpyxl.utils.exceptions.InvalidFileException,
            KeyError,
            ValueError,
            IndexError,
            OSError,
        ) as error:
            raise UserError(
                self.env._(
                    "RKAS Worksheet: this is not an XLSX file that can be read. Save "
                    "the sheet as Excel Workbook (.xlsx), or start from the template."
                )
            ) from error
        if len(rows) > IMPORT_MAX_ROWS:
            raise UserError(
                self.env._(
                    "RKAS Worksheet: there are more than %(count)s rows. Divide the "
                    "plan into several budgets.",
                    count=IMPORT_MAX_ROWS,
                )
            )
        return rows

    def _get_masters(self):
        """Return activities, spending codes, accounts and funds by their codes."""
        budget = self.budget_id
        company = budget.company_id
        Account = self.env["account.account"].with_company(company)
        accounts = Account.search(Account._check_company_domain(company))
        funds = self.env["account.analytic.account"].search(
            [*budget._get_fund_domain(), ("company_id", "in", (False, company.id))]
        )
        codes = self.env["scola.budget.spending.code"].with_company(company)
        codes._propose_for_chart(company)
        return {
            "program": self.env["scola.budget.program"]._get_by_code(budget.date_from),
            "spending_code": codes._get_by_code(budget.date_from),
            "account": {account.code: account for account in accounts},
            "fund": {fund.code: fund for fund in funds if fund.code},
        }

    def _prepare_line(self, item, masters):
        """Return the values of a line, and what is wrong with its codes."""
        faults = []

        def find(field, code, problem):
            found = masters[field].get(code)
            if code and not found:
                faults.append(rkas.Fault(item.row, field, code, problem))
            return found

        spending = masters["spending_code"].get(item.spending_code)
        account = find("account", item.account, "unknown_account")
        if not account and not item.account:
            account, problem = self._find_account(item, spending, masters)
            if problem:
                faults.append(
                    rkas.Fault(item.row, "spending_code", item.spending_code, problem)
                )
        elif not spending and item.spending_code not in masters["account"]:
            find("spending_code", item.spending_code, "unknown_spending_code")
        program = find("program", item.program, "unknown_program")
        fund = find("fund", item.fund, "unknown_fund")
        return {
            "name": item.name,
            "spending_code_id": spending.id if spending else False,
            "program_id": program.id if program else False,
            "account_id": account.id if account else False,
            "fund_id": fund.id if fund else False,
            "volume": float(item.volume),
            "uom": item.uom or False,
            "unit_price": float(item.unit_price),
            "planned": float(item.amount),
            "date_from": item.date_from,
            "date_to": item.date_to,
        }, faults

    def _find_account(self, item, spending, masters):
        """Return the account of a row that names none, and what is wrong.

        The code of a row is a national spending code, or an account of the books.
        """
        if spending:
            return spending.account_id, None if spending.account_id else "no_account"
        account = masters["account"].get(item.spending_code)
        return account, None if account else "unknown_spending_code"

    # === ANSWERING === #

    def _show(self, faults):
        """Open the wizard again with the faults; the budget stays as it was."""
        self.fault_ids = [
            Command.clear(),
            *(
                Command.create(
                    {
                        "row": fault.row,
                        "field": self._get_field_label(fault.field),
                        "value": fault.value,
                        "message": self._get_message(fault.problem),
                    }
                )
                for fault in faults
            ),
        ]
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
        }

    def _get_field_label(self, field):
        return self.budget_id._get_rkas_labels()[field]

    def _get_message(self, problem):
        return {
            "missing_column": self.env._(
                "This column is not there. Start from the template."
            ),
            "empty": self.env._("No item was found. Start from the template."),
            "missing": self.env._("This cell is empty. Fill it in."),
            "not_number": self.env._(
                "This is not a number. Write digits only: 1500000."
            ),
            "negative": self.env._("This is below zero. Write amounts without sign."),
            "amount": self.env._(
                "The amount is not volume times price. Correct one of them."
            ),
            "parts": self.env._(
                "Stages or quarters do not add up to the amount. Correct them."
            ),
            "period": self.env._(
                "This is neither a month nor a quarter. Write 2026-01 for a month, "
                "2026-01/2026-03 for a quarter."
            ),
            "period_outside": self.env._(
                "This is outside the time of the budget. Write a month within it."
            ),
            "period_missing": self.env._(
                "There is no month, and nothing in the columns of stages or quarters. "
                "Fill in one of them."
            ),
            "unknown_spending_code": self.env._(
                "There is no such spending code or account. Correct it, or add it "
                "under Accounting / Configuration / Spending Codes."
            ),
            "no_account": self.env._(
                "This spending code has no account at this school. Set it under "
                "Accounting / Configuration / Spending Codes, or fill in the account."
            ),
            "unknown_program": self.env._(
                "There is no such activity. Correct it, or add it under Accounting / "
                "Configuration / Budget Programmes."
            ),
            "unknown_account": self.env._(
                "There is no such account. Write its code as in the chart of accounts."
            ),
            "unknown_fund": self.env._(
                "There is no such fund. Write the reference of an analytic account of "
                "the plan Fund."
            ),
        }[problem]

    def _notify(self, message):
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "message": message,
                "next": {"type": "ir.actions.act_window_close"},
            },
        }
