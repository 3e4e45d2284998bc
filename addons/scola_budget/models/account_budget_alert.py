# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from decimal import Decimal
from typing import NamedTuple

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, formatLang

from ..tools import thresholds
from .account_budget_usage import Scope


class Figure(NamedTuple):
    """What a rule is about: a line, or a budget if ``line`` is empty."""

    budget: models.Model
    line: models.Model
    planned: Decimal
    used: Decimal


class AccountBudgetAlert(models.Model):
    _name = "account.budget.alert"
    _description = "Budget Rule"
    _order = "company_id, percent, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        comodel_name="res.company",
        string="School",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    budget_id = fields.Many2one(
        comodel_name="account.budget",
        check_company=True,
        index="btree_not_null",
        ondelete="cascade",
        help="Empty: all active budgets of the school.",
    )
    scope = fields.Selection(
        selection=[("line", "Each line"), ("budget", "Total of the budget")],
        required=True,
        default="line",
    )
    kind = fields.Selection(
        selection=[
            ("threshold", "Threshold (when reached)"),
            ("overrun", "Overrun (when exceeded)"),
        ],
        required=True,
        default="threshold",
    )
    percent = fields.Float(
        string="Percent of Planned",
        required=True,
        default=100.0,
        digits=(16, 2),
        help="Actual and committed spending, in percent of what is planned.",
    )
    action = fields.Selection(
        selection=[("warn", "Warn"), ("block", "Block")],
        required=True,
        default="warn",
        help="Block: the purchase order is not confirmed, the vendor bill or entry not "
        "posted.",
    )
    notify_activity = fields.Boolean(string="To-Do", default=True)
    notify_email = fields.Boolean(string="E-mail")
    user_ids = fields.Many2many(
        comodel_name="res.users",
        string="Tell",
        help="Empty: the responsible of the budget.",
    )
    log_ids = fields.One2many(
        comodel_name="account.budget.alert.log",
        inverse_name="alert_id",
        string="Crossings",
    )

    _percent_check = models.Constraint(
        "CHECK(percent > 0)",
        "Percent of Planned: a rule needs a percentage above zero, for example 80 for "
        "a first warning and 100 for an overrun.",
    )

    # === CHECK === #

    @api.model
    def _check_documents(self, documents):
        """Apply the rules to documents that have just been confirmed or posted.

        :param documents: purchase orders, or vendor bills and entries
        :raise UserError: if a rule that blocks is crossed
        """
        for company, group in documents.grouped("company_id").items():
            # As superuser: rules bind everybody, whatever of a budget they may read.
            self.sudo().with_company(company)._check_company_documents(company, group)

    def _check_company_documents(self, company, documents):
        rules = self.search([("company_id", "=", company.id)])
        if not rules:
            return
        added = self._get_added(company, documents)
        lines = self.env["account.budget.line"].browse(added)
        rules = rules.filtered(
            lambda rule: not rule.budget_id or rule.budget_id in lines.budget_id
        )
        if not (lines and rules):
            return
        rules._lock(lines)
        crossed = rules._get_crossed(lines, firm=True)
        # A refund is never refused, also where too much is spent already.
        more = lines.filtered(lambda line: added[line.id] > 0)
        blocking = [
            (rule, figure)
            for rule, figure in crossed
            if rule.action == "block"
            and (
                figure.line in more if figure.line else figure.budget in more.budget_id
            )
        ]
        if blocking:
            raise UserError(self._get_block_message(blocking))
        rules._resolve(lines, crossed)
        self._tell(documents, crossed)

    def _get_added(self, company, documents):
        """Return the spending lines in force that the documents draw on.

        :return: dict of the id of a line to the amount added to what its key has used
        """
        budgets = self.env["account.budget"].search(
            [("company_id", "=", company.id), ("state", "=", "active")]
        )
        lines = self.env["account.budget.line"]
        accounts = self._get_document_accounts(documents)
        if not (budgets and accounts):
            return {}
        scope = Scope(
            budget_ids=budgets.ids,
            company_ids=company.ids,
            account_ids=accounts.ids,
            date_from=min(budgets.mapped("date_from")),
            date_to=max(budgets.mapped("date_to")),
        )
        lines._flush_usage()
        query = lines._get_document_usage_query(
            scope, self._get_document_query(scope, documents)
        )
        found = {
            line_id: amount
            for line_ids, _planned, amount in self.env.execute_query(query)
            if amount
            for line_id in line_ids
        }
        spending = lines.browse(found).filtered(lambda line: line.kind == "spending")
        return {line_id: found[line_id] for line_id in spending.ids}

    @api.model
    def _get_document_accounts(self, documents):
        if documents._name == "purchase.order":
            return documents.order_line.budget_account_id
        return documents.line_ids.account_id

    @api.model
    def _get_document_query(self, scope, documents):
        lines = self.env["account.budget.line"]
        if documents._name == "purchase.order":
            return lines._get_order_query(
                scope, SQL("line.order_id = ANY(%s)", documents.ids)
            )
        return lines._get_bill_query(
            scope, SQL("line.move_id = ANY(%s)", documents.ids)
        )

    def _lock(self, lines):
        """Let two checks of the same lines collide, if a rule that blocks is at stake.

        A lock alone would not do: who waits for it goes on with an old picture of the
        books. Who finds the row changed is sent back to the start and sees the other's.
        """
        blocking = self.filtered(lambda rule: rule.action == "block")
        for scope, records in (("budget", lines.budget_id), ("line", lines)):
            if records and scope in blocking.mapped("scope"):
                self.env.execute_query(
                    SQL(
                        "WITH locked AS (SELECT id FROM %(table)s"
                        " WHERE id = ANY(%(ids)s) ORDER BY id FOR UPDATE)"
                        " UPDATE %(table)s AS record"
                        " SET check_number = record.check_number + 1"
                        " FROM locked WHERE record.id = locked.id"
                        " RETURNING record.id",
                        table=SQL.identifier(records._table),
                        ids=records.ids,
                    )
                )

    def _get_crossed(self, lines, firm=False):
        """Return what is crossed.

        :param lines: lines looked at, with their budgets
        :param bool firm: what is committed by orders only
        :return: list of (rule, ``Figure``)
        """
        scopes = self.mapped("scope")
        wanted = lines
        if "budget" in scopes:
            wanted |= lines.budget_id.line_ids.filtered(
                lambda line: line.kind == "spending"
            )
        usage = wanted._get_usage(firm=firm)
        figures = {
            "line": [self._get_figure(line.budget_id, line, usage) for line in lines],
            "budget": [
                self._get_figure(
                    budget, budget.line_ids.browse(), usage, budget.line_ids & wanted
                )
                for budget in lines.budget_id
                if "budget" in scopes
            ],
        }
        return [
            (rule, figure)
            for rule in self
            for figure in figures[rule.scope]
            if rule._is_crossed(figure)
        ]

    def _get_figure(self, budget, line, usage, lines=None):
        lines = line if lines is None else lines
        used = sum(sum(usage[each.id]) for each in lines)
        return Figure(
            budget=budget,
            line=line,
            planned=Decimal(str(sum(lines.mapped("planned")))),
            used=Decimal(str(round(used, 2))),
        )

    def _is_crossed(self, figure):
        self.ensure_one()
        if self.budget_id and self.budget_id != figure.budget:
            return False
        return thresholds.is_crossed(
            self.kind, Decimal(str(self.percent)), figure.planned, figure.used
        )

    def _get_block_message(self, blocking):
        lines = [
            self.env._(
                "%(subject)s: planned %(planned)s, with this document %(used)s "
                "(rule %(rule)s).",
                subject=self._get_subject(figure),
                planned=self._format(figure.budget, figure.planned),
                used=self._format(figure.budget, figure.used),
                rule=rule.name,
            )
            for rule, figure in blocking
        ]
        lines.append(
            self.env._(
                "The budget does not allow this. Reduce the amount, choose another "
                "activity, or have the budget revised."
            )
        )
        return "\n".join(lines)

    def _get_subject(self, figure):
        if not figure.line:
            return figure.budget.display_name
        return f"{figure.budget.display_name}, {figure.line.name}"

    def _format(self, budget, amount):
        return formatLang(self.env, float(amount), currency_obj=budget.currency_id)

    # === TELLING === #

    def _resolve(self, lines, crossed):
        """Close crossings that are no longer there: the next one is a new one."""
        still = {(rule.id, fact.budget.id, fact.line.id or 0) for rule, fact in crossed}
        open_logs = self.env["account.budget.alert.log"].search(
            [
                ("alert_id", "in", self.ids),
                ("resolved_date", "=", False),
                ("budget_id", "in", lines.budget_id.ids),
                ("line_id", "in", [False, *lines.ids]),
            ]
        )
        open_logs.filtered(lambda log: log._get_key() not in still).write(
            {"resolved_date": fields.Datetime.now()}
        )

    @api.model
    def _tell(self, documents, crossed):
        """Log new crossings and tell who has to know, each only once."""
        logs = self.env["account.budget.alert.log"]._log_new(documents, crossed)
        for budget, new in logs.grouped("budget_id").items():
            new._notify(budget)
            text = new._get_summary()
            for document in documents:
                document.message_post(body=text)
