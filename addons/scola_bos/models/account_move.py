# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from decimal import Decimal

from odoo import api, fields, models
from odoo.tools import plaintext2html

from ..const import BOS_FUND_TYPES, SPENDING_ACCOUNT_TYPES
from ..tools.money import percent_of_cents, to_decimal


class AccountMove(models.Model):
    _inherit = "account.move"

    bos_warnings = fields.Text(compute="_compute_bos_warnings")

    @api.depends(
        "move_type",
        "line_ids.analytic_distribution",
        "line_ids.name",
        "line_ids.spending_code_id",
    )
    def _compute_bos_warnings(self):
        for move in self:
            move.bos_warnings = "\n".join(move._get_bos_warnings()) or False

    def _get_bos_warnings(self):
        """Return what of this entry looks like spending that BOS must not pay for.

        :rtype: list[str]
        """
        self.ensure_one()
        lines = self._get_bos_lines()
        if not lines:
            return []
        # As superuser: the rule warns whoever enters the bill.
        Regulation = self.env["bos.regulation"].sudo()
        date = self.date or fields.Date.context_today(self)
        found = []
        for rule in Regulation._get_for_year(date.year).prohibition_ids:
            if any(
                rule._matches(line["code"], line["spending_code"], line["label"])
                for line in lines
            ):
                found.append(
                    self.env._(
                        "%(name)s may not be paid from BOS: %(rule)s. Choose another "
                        "fund, unless it is something else.",
                        name=rule.name,
                        rule=rule._get_legal_name(),
                    )
                )
        return found

    @api.constrains("state")
    def _check_bos_ceilings(self):
        """Refuse spending that breaks a ceiling of the juknis.

        A constraint, because however an entry is posted it passes here.
        """
        moves = self.filtered(
            lambda move: (
                move.state == "posted"
                and not move.is_sale_document(include_receipts=True)
            )
        )
        for company, group in moves.grouped("company_id").items():
            lines = [line for move in group for line in move._get_bos_lines()]
            if lines:
                # As superuser: ceilings bind everybody, whatever they may read.
                warnings = (
                    self.env["bos.fund.allocation"]
                    .sudo()
                    ._check_spending(company, lines, group.ids)
                )
                group.sudo()._log_bos_warnings(warnings)

    def _log_bos_warnings(self, warnings):
        for move in self:
            if warnings:
                move._message_log(body=plaintext2html("\n".join(warnings)))

    def _get_bos_lines(self):
        """Return the spending of BOS funds in this entry, by fund and activity.

        :return: list of dicts: fund_id, date, code, component_code, counts,
            spending_code, label, amount (Decimal)
        """
        self.ensure_one()
        lines = self.line_ids.filtered(
            lambda line: (
                line.analytic_distribution
                and line.account_id.account_type in SPENDING_ACCOUNT_TYPES
            )
        )
        if not lines or self.is_sale_document(include_receipts=True):
            return []
        accounts = self._get_bos_accounts(lines)
        return [
            values
            for line in lines
            for key, percent in line.analytic_distribution.items()
            if (values := self._prepare_bos_line(line, key, percent, accounts))
        ]

    @api.model
    def _get_bos_accounts(self, lines):
        """Return the BOS funds and the activities that journal items name.

        :return: (set of ids of funds, {id of analytic account: scola.budget.program})
        """
        ids = {
            int(part)
            for line in lines
            for key in line.analytic_distribution
            for part in key.split(",")
            if part.isdigit()
        }
        # As superuser: funds and activities are looked up for whoever posts.
        env = self.sudo().env
        funds = env["account.analytic.account"].search(
            [("id", "in", list(ids)), ("fund_type", "in", BOS_FUND_TYPES)]
        )
        programs = (
            env["scola.budget.program"]
            .with_context(active_test=False)
            .search([("analytic_account_id", "in", list(ids))])
        )
        return set(funds.ids), {item.analytic_account_id.id: item for item in programs}

    def _prepare_bos_line(self, line, key, percent, accounts):
        self.ensure_one()
        funds, programs = accounts
        ids = [int(part) for part in key.split(",") if part.isdigit()]
        fund_id = next((item for item in ids if item in funds), None)
        if not fund_id:
            return None
        program = next(
            (programs[item] for item in ids if item in programs),
            self.sudo().env["scola.budget.program"],
        )
        return {
            "fund_id": fund_id,
            "date": self.date,
            "code": program.code or "",
            "component_code": program.component_code,
            "counts": program.counts_for_maintenance if program else True,
            "spending_code": line.spending_code_id.sudo().code or "",
            "label": line.name or "",
            "amount": percent_of_cents(to_decimal(line.balance), Decimal(str(percent))),
        }
