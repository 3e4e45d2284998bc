# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import Command, api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools import SQL, format_date

from ..const import (
    CLOSING_JOURNAL,
    PROFIT_AND_LOSS,
    RELEASE_FROM_CODE,
    RELEASE_TO_CODE,
    RESTRICTED_CARRIED_CODE,
    UNRESTRICTED_CODE,
)
from ..tools.closing import carry_over, propose_release
from ..tools.periods import shift_years


class ScolaFiscalClosing(models.Model):
    """Carries the result of a company's fiscal year over to its net assets.

    Income and expense accounts keep their balances, as always in Odoo: the statements
    of a closed year read as before, also by academic year. What moves is the result,
    from the undistributed result to the net assets of its class and fund.
    """

    _name = "scola.fiscal.closing"
    _description = "Closing of a Fiscal Year"
    _inherit = ["mail.thread"]
    _order = "date_to desc, id desc"
    _check_company_auto = True

    name = fields.Char(compute="_compute_name", store=True)
    company_id = fields.Many2one(
        "res.company",
        string="School or Foundation",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    date = fields.Date(
        string="Any Day of the Year",
        required=True,
        default=lambda self: shift_years(self.env.company._scola_today(), -1),
    )
    date_from = fields.Date(
        string="Start Date", compute="_compute_dates", store=True, precompute=True
    )
    date_to = fields.Date(
        string="End Date", compute="_compute_dates", store=True, precompute=True
    )
    state = fields.Selection(
        [("draft", "Draft"), ("closed", "Closed"), ("cancelled", "Reopened")],
        default="draft",
        required=True,
        copy=False,
        tracking=True,
        readonly=True,
    )
    line_ids = fields.One2many(
        "scola.fiscal.closing.line", "closing_id", string="Restricted Funds"
    )
    unrestricted_result = fields.Monetary(
        compute="_compute_unrestricted_result",
        help="Income less expenses without restriction, before what this closing "
        "releases.",
    )
    warnings = fields.Text(compute="_compute_warnings")
    accept_warnings = fields.Boolean(string="I Have Looked at the Warnings")
    lock = fields.Boolean(
        string="Lock the Year",
        help="Set the lock date of the company to the end of the year.",
    )
    release_move_id = fields.Many2one(
        "account.move", string="Release Entry", readonly=True, copy=False
    )
    move_id = fields.Many2one(
        "account.move", string="Closing Entry", readonly=True, copy=False
    )

    _company_year_uniq = models.UniqueIndex(
        "(company_id, date_to) WHERE state != 'cancelled'",
        "Any Day of the Year: this fiscal year has a closing already. Open that one.",
    )

    @api.depends("company_id", "date")
    def _compute_dates(self):
        for closing in self:
            if closing.date and closing.company_id:
                year = closing.company_id.compute_fiscalyear_dates(closing.date)
                closing.date_from = year["date_from"]
                closing.date_to = year["date_to"]

    @api.depends("company_id", "date_to")
    def _compute_name(self):
        for closing in self:
            end = format_date(closing.env, closing.date_to) if closing.date_to else ""
            closing.name = f"{closing.company_id.name} {end}"

    @api.depends("company_id", "date_from", "date_to", "state")
    def _compute_unrestricted_result(self):
        for closing in self:
            closing.unrestricted_result = sum(
                amount
                for account, amount in closing._get_results().items()
                if account.net_asset_class != "restricted"
            )

    @api.depends("company_id", "date_from", "date_to", "state")
    def _compute_warnings(self):
        for closing in self:
            found = closing.state == "draft" and closing._get_warnings()
            closing.warnings = "\n".join(found or []) or False

    @api.constrains("company_id", "date")
    def _check_not_closed(self):
        for closing in self:
            if closing.state != "draft":
                raise ValidationError(
                    self.env._(
                        "Any Day of the Year: %(closing)s is closed. Reopen it first.",
                        closing=closing.name,
                    )
                )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_closed(self):
        if self.filtered(lambda closing: closing.state != "draft"):
            raise UserError(
                self.env._(
                    "State: a closing that was made is kept for the auditor. Reopen it "
                    "instead."
                )
            )

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_outcome_untouched(vals)
        return super().create(vals_list)

    def write(self, vals):
        self._check_outcome_untouched(vals)
        return super().write(vals)

    def _check_outcome_untouched(self, vals):
        """Refuse to pretend a closing: what it did is written by the actions only."""
        if not self.env.su and vals.keys() & {"state", "move_id", "release_move_id"}:
            raise AccessError(
                self.env._(
                    "State: use the buttons Close the Fiscal Year and Reopen; it can't "
                    "be set by hand."
                )
            )

    # === ACTIONS === #

    def action_propose(self):
        """Fill the restricted funds with the year's figures and a proposed release."""
        self.ensure_one()
        self.check_access("write")
        self._check_draft()
        self.line_ids.unlink()
        self.line_ids = [
            Command.create(self._prepare_line(fund, income))
            for fund, income in self._get_fund_incomes().items()
        ]

    def action_close(self):
        """Check the year, post the release and the carry-over, lock on request."""
        self.ensure_one()
        self.check_access("write")
        # Two people may press at once: the second one waits, then sees it is done.
        self.lock_for_update()
        self.invalidate_recordset()
        self._check_draft()
        # Odoo would post the entries on the first open day, in another year.
        self._check_unlocked()
        self._check_year()
        release = self._create_entry(self._prepare_release_lines())
        move = self._create_entry(self._prepare_carry_over_lines())
        # As superuser: only this method may say that the year is closed.
        self.sudo().write(
            {"state": "closed", "release_move_id": release.id, "move_id": move.id}
        )
        if self.lock:
            self._lock_year()

    def action_reopen(self):
        """Reverse the entries of the closing, as long as the year is not locked."""
        self.ensure_one()
        self.check_access("write")
        self.lock_for_update()
        self.invalidate_recordset()
        if self.state != "closed":
            raise UserError(self.env._("State: only a closed year can be reopened."))
        self._check_unlocked()
        self._check_no_later_closing()
        moves = self.move_id | self.release_move_id
        moves._reverse_moves(
            [{"date": move.date, "ref": move.ref} for move in moves], cancel=True
        )
        # As superuser: only this method may say that the year is open again.
        self.sudo().state = "cancelled"
        # A new closing of the year may follow at once; the index looks at the table.
        self.flush_recordset()

    def action_open_entries(self):
        """Return the action that shows the entries of the closing."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "account.action_move_journal_line"
        )
        moves = self.move_id | self.release_move_id
        related = moves | moves.reversal_move_ids
        action["domain"] = [("id", "in", related.ids)]
        action["context"] = {}
        return action

    # === CHECKS === #

    def _check_draft(self):
        if self.state != "draft":
            raise UserError(self.env._("State: this year is closed already."))

    def _check_year(self):
        problems = self._get_problems()
        if problems:
            raise UserError("\n".join(problems))
        if self.warnings and not self.accept_warnings:
            raise UserError(
                self.env._(
                    "I Have Looked at the Warnings: tick it when these are in order.\n"
                    "%(warnings)s",
                    warnings=self.warnings,
                )
            )

    def _get_problems(self):
        """Return what keeps the year from being closed, in words."""
        return [
            *self._get_ledger_problems(),
            *self._get_fund_problems(),
            *self._get_account_problems(),
        ]

    def _get_ledger_problems(self):
        problems = []
        drafts = self.env["account.move"].search_count(
            [*self._get_year_domain(), ("state", "=", "draft")]
        )
        if drafts:
            problems.append(
                self.env._("Entries: %s are still draft. Post or delete them.", drafts)
            )
        if not self.currency_id.is_zero(self._get_trial_balance()):
            problems.append(
                self.env._(
                    "Entries: debit and credit of the year differ. Ask for help."
                )
            )
        earlier = self._get_undistributed_before()
        if any(not self.currency_id.is_zero(amount) for amount in earlier.values()):
            problems.append(
                self.env._(
                    "Start Date: results before %(date)s were not carried over. Close "
                    "the earlier fiscal year first.",
                    date=format_date(self.env, self.date_from),
                )
            )
        return problems

    def _get_fund_problems(self):
        return [
            *self._get_missing_fund_problems(),
            *self._get_changed_problems(),
            *self._get_by_hand_problems(),
        ]

    def _get_missing_fund_problems(self):
        release = self._find_account(RELEASE_FROM_CODE)
        return [
            self.env._(
                "Net Asset Fund: choose one on account %s.", account.display_name
            )
            for account in self._get_results()
            if account.net_asset_class == "restricted"
            and not account.net_asset_account_id
            and account != release
        ]

    def _get_changed_problems(self):
        listed = {line.account_id: line.income for line in self.line_ids}
        incomes = self._get_fund_incomes()
        if listed.keys() == incomes.keys() and all(
            self.currency_id.is_zero(listed[fund] - income)
            for fund, income in incomes.items()
        ):
            return []
        return [
            self.env._("Restricted Funds: figures have changed. Press Propose again.")
        ]

    def _get_by_hand_problems(self):
        released = self._get_released_by_hand()
        shared_out = sum(self.line_ids.mapped("released_by_hand"))
        if self.currency_id.is_zero(shared_out - released):
            return []
        return [
            self.env._(
                "Released by Hand: entries of the year release %(amount)s; share "
                "exactly this out among the funds.",
                amount=self.currency_id.format(released),
            )
        ]

    def _get_account_problems(self):
        codes = [UNRESTRICTED_CODE]
        if self.line_ids:
            codes += [RESTRICTED_CARRIED_CODE, RELEASE_FROM_CODE, RELEASE_TO_CODE]
        missing = [code for code in codes if not self._find_account(code)]
        problems = []
        if missing or not self._find_journal():
            problems.append(
                self.env._(
                    "Chart: %(missing)s is missing. Add it with Load the Foundation's "
                    "Chart.",
                    missing=", ".join(missing) or CLOSING_JOURNAL,
                )
            )
        return problems

    def _get_warnings(self):
        """Return what the accountant should look at before closing, in words."""
        warnings = [
            self.env._(
                "%(account)s is negative at the end of the year: %(balance)s",
                account=account.display_name,
                balance=self.currency_id.format(balance),
            )
            for account, balance in self._get_balances(
                [("account_id.account_type", "=", "asset_cash")], to_date=True
            ).items()
            if self.currency_id.compare_amounts(balance, 0) < 0
        ]
        open_lines = self.env["account.bank.statement.line"].search_count(
            [*self._get_year_domain("move_id."), ("is_reconciled", "=", False)]
        )
        if open_lines:
            warnings.append(
                self.env._(
                    "%s lines of bank statements are not reconciled.", open_lines
                )
            )
        return warnings

    def _check_unlocked(self):
        violations = self.company_id._get_lock_date_violations(
            self.date_to, fiscalyear=True, sale=False, purchase=False, tax=False
        )
        if violations:
            raise UserError(
                self.env._(
                    "Lock Date: the year is locked until %(date)s. Ask an accounting "
                    "administrator to move the lock date back first.",
                    date=format_date(self.env, violations[0][0]),
                )
            )

    def _check_no_later_closing(self):
        later = self.search(
            [
                ("company_id", "=", self.company_id.id),
                ("date_to", ">", self.date_to),
                ("state", "=", "closed"),
            ],
            order="date_to",
            limit=1,
        )
        if later:
            raise UserError(
                self.env._(
                    "End Date: %(closing)s is closed. Reopen that year first.",
                    closing=later.name,
                )
            )

    # === FIGURES === #

    def _get_year_domain(self, prefix=""):
        return [
            (f"{prefix}company_id", "=", self.company_id.id),
            (f"{prefix}date", ">=", self.date_from),
            (f"{prefix}date", "<=", self.date_to),
        ]

    def _get_balances(self, domain, to_date=False):
        """Return debit less credit of posted lines by account.

        :param bool to_date: of all years up to the end of this one
        :rtype: dict[account.account, float]
        """
        period = self._get_year_domain()
        if to_date:
            period = [leaf for leaf in period if leaf[1] != ">="]
        return dict(
            self.env["account.move.line"]
            .with_company(self.company_id)
            ._read_group(
                [*period, ("parent_state", "=", "posted"), *domain],
                ["account_id"],
                ["balance:sum"],
            )
        )

    def _get_results(self):
        """Return income less expenses of the year by account."""
        balances = self._get_balances(
            [("account_id.account_type", "in", PROFIT_AND_LOSS)]
        )
        return {account: -balance for account, balance in balances.items()}

    def _get_fund_incomes(self):
        """Return the restricted result of the year by fund, before any release."""
        incomes = {}
        for account, amount in self._get_results().items():
            fund = account.net_asset_account_id
            if account.net_asset_class == "restricted" and fund:
                incomes[fund] = incomes.get(fund, 0) + amount
        return incomes

    def _get_released_by_hand(self):
        """Return what entries of the year took out of restriction."""
        account = self._find_account(RELEASE_FROM_CODE)
        return -self._get_results().get(account, 0)

    def _get_trial_balance(self):
        return sum(self._get_balances([]).values())

    def _get_undistributed_before(self):
        """Return the results of earlier years not carried over, by class."""
        self.env["account.move.line"].flush_model()
        # As superuser: which accounts exist, whatever companies are ticked.
        unaffected = self.company_id.sudo().get_unaffected_earnings_account()
        carried = self._find_account(RESTRICTED_CARRIED_CODE)
        rows = self.env.execute_query(
            SQL(
                """
                SELECT account.net_asset_class = 'restricted', SUM(line.balance)
                  FROM account_move_line line
                  JOIN account_account account ON account.id = line.account_id
                 WHERE line.company_id = %(company)s
                   AND line.parent_state = 'posted'
                   AND line.date < %(start)s
                   AND (account.account_type IN %(types)s OR account.id IN %(own)s)
                 GROUP BY 1
                """,
                company=self.company_id.id,
                start=self.date_from,
                types=PROFIT_AND_LOSS,
                own=(unaffected.id, carried.id or 0),
            )
        )
        result = {True: 0, False: 0}
        for restricted, amount in rows:
            result[bool(restricted)] += amount
        return result

    # === ENTRIES === #

    def _find_account(self, code):
        return self.company_id._scola_find_account(code)

    def _find_journal(self):
        Journal = self.env["account.journal"]
        return Journal.search(
            [
                *Journal._check_company_domain(self.company_id),
                ("type", "=", "general"),
                ("code", "=", CLOSING_JOURNAL),
            ],
            order="company_id desc",
            limit=1,
        )

    def _prepare_line(self, fund, income):
        opening = -self._get_balances([("account_id", "=", fund.id)], to_date=True).get(
            fund, 0
        )
        money = self._get_balances(
            [
                ("account_id.account_type", "=", "asset_cash"),
                ("account_id.net_asset_account_id", "=", fund.id),
            ],
            to_date=True,
        )
        return {
            "account_id": fund.id,
            "opening": opening,
            "income": income,
            "money": sum(money.values()),
            "release": propose_release(opening, income, sum(money.values()))
            if money
            else 0,
        }

    def _prepare_release_lines(self):
        """Return the lines that move spent money out of restriction."""
        amounts = [(line.account_id.name, line.release) for line in self.line_ids]
        total = sum(amount for _name, amount in amounts)
        return [
            *(
                self._prepare_entry_line(RELEASE_FROM_CODE, amount, name)
                for name, amount in amounts
            ),
            self._prepare_entry_line(RELEASE_TO_CODE, -total),
        ]

    def _prepare_carry_over_lines(self):
        """Return the lines that move the result to net assets, by class and fund.

        The release was posted before, so it is part of the results.
        """
        self.invalidate_recordset(["unrestricted_result"])
        funds = [
            (line.account_id, carry_over(line.income, line._get_released()))
            for line in self.line_ids
        ]
        restricted = sum(amount for _fund, amount in funds)
        unaffected = self.company_id.get_unaffected_earnings_account()
        return [
            self._prepare_entry_line(unaffected, self.unrestricted_result),
            self._prepare_entry_line(UNRESTRICTED_CODE, -self.unrestricted_result),
            self._prepare_entry_line(RESTRICTED_CARRIED_CODE, restricted),
            *(self._prepare_entry_line(fund, -amount) for fund, amount in funds),
        ]

    def _prepare_entry_line(self, account, balance, name=None):
        """Return the values of a line; ``account`` is a record or a code."""
        return {
            "account": account,
            "balance": self.currency_id.round(balance),
            "name": name or self.name,
        }

    def _create_entry(self, lines):
        """Post an entry of the lines that have an amount; return it, or nothing."""
        lines = [line for line in lines if line["balance"]]
        if not lines:
            return self.env["account.move"]
        move = (
            self.env["account.move"]
            .with_company(self.company_id)
            .create(
                {
                    "move_type": "entry",
                    "journal_id": self._find_journal().id,
                    "company_id": self.company_id.id,
                    "date": self.date_to,
                    "ref": self.name,
                    "line_ids": [
                        Command.create(self._prepare_move_line(line)) for line in lines
                    ],
                }
            )
        )
        move.action_post()
        return move

    def _prepare_move_line(self, line):
        account = line["account"]
        if isinstance(account, str):
            account = self._find_account(account)
        return {
            "account_id": account.id,
            "name": line["name"],
            "balance": line["balance"],
        }

    def _lock_year(self):
        if not self.env.user.has_group("account.group_account_manager"):
            raise UserError(
                self.env._(
                    "Lock the Year: only an accounting administrator may set lock "
                    "dates. Close without it and ask one."
                )
            )
        company = self.company_id
        if not company.fiscalyear_lock_date or (
            company.fiscalyear_lock_date < self.date_to
        ):
            # As superuser: of the company nothing but its lock date is written.
            company.sudo().fiscalyear_lock_date = self.date_to
