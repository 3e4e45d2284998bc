# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models

from ..const import ACCOUNT_CODES, CHART


class ScolaBudgetSpendingCode(models.Model):
    """What money is spent on: the national account codes (kode rekening)."""

    _name = "scola.budget.spending.code"
    _description = "Spending Code"
    _order = "code, valid_from desc, id"
    _rec_names_search = ["code", "name"]

    code = fields.Char(required=True, index=True)
    # The regulation's own words, in no other language.
    name = fields.Char(required=True)
    kind = fields.Selection(
        selection=[
            ("receipt", "Receipt"),
            ("personnel", "Personnel"),
            ("goods_services", "Goods and Services"),
            ("capital_equipment", "Capital: Equipment"),
            ("capital_other", "Capital: Other Assets"),
        ],
        required=True,
        default="goods_services",
    )
    is_honor = fields.Boolean(string="Honorarium")
    is_book = fields.Boolean(string="Book")
    is_asset = fields.Boolean(string="Asset")
    tax_hint = fields.Char(
        help="Taxes to think of, separated by commas: pph21, pph22, pph23, pph4_2, "
        "sspd. A hint, not a rule.",
    )
    account_id = fields.Many2one(
        comodel_name="account.account",
        company_dependent=True,
        check_company=True,
        help="The account of the school's books that this code is booked on.",
    )
    valid_from = fields.Date(required=True, default="2021-01-01")
    valid_to = fields.Date()
    active = fields.Boolean(default=True)

    _code_uniq = models.Constraint(
        "UNIQUE(code, valid_from)",
        "Code: there is a spending code like this with the same Valid From already. "
        "Use that one or another date.",
    )
    _dates_check = models.Constraint(
        "CHECK(valid_to IS NULL OR valid_to >= valid_from)",
        "Valid To: a spending code cannot end before its Valid From. Correct one of "
        "the two dates.",
    )

    @api.depends("code", "name")
    def _compute_display_name(self):
        for spending in self:
            spending.display_name = f"{spending.code} {spending.name}"

    @api.model
    def _get_by_code(self, day):
        """Return the spending codes in force on ``day``, by code.

        :param date day: a day of the budget
        :return: dict of code (str) to spending code
        """
        found = self.search(
            [
                ("valid_from", "<=", day),
                "|",
                ("valid_to", "=", False),
                ("valid_to", ">=", day),
            ],
            order="valid_from, id",
        )
        return {spending.code: spending for spending in found}

    def action_propose_accounts(self):
        """Fill in the empty accounts from the foundation's chart, where it is used.

        :return: notification saying how many were filled in
        """
        codes = self or self.search([("account_id", "=", False)])
        count = codes._propose_accounts()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "message": self.env._(
                    "%(count)s accounts filled in for %(company)s.",
                    count=count,
                    company=self.env.company.name,
                ),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    @api.model
    def _propose_for_chart(self, company):
        """Fill in the empty accounts of a school whose books use the chart shipped.

        Charts of others are left alone: their codes may mean something else.

        :param res.company company: the school
        """
        # As superuser: which chart the foundation uses.
        if company.sudo().root_id.chart_template == CHART:
            codes = self.with_company(company)
            # As superuser: the proposal is ours, whoever plans.
            codes.sudo().search([("account_id", "=", False)])._propose_accounts()

    def _propose_accounts(self):
        """Give codes without account that of the chart; return how many got one."""
        Account = self.env["account.account"]
        accounts = Account.search(
            [
                *Account._check_company_domain(self.env.company),
                ("code", "in", list(set(ACCOUNT_CODES.values()))),
            ]
        )
        by_code = {account.code: account for account in accounts}
        count = 0
        for spending in self.filtered(lambda code: not code.account_id):
            account = by_code.get(spending._guess_account_code())
            if account:
                spending.account_id = account
                count += 1
        return count

    def _guess_account_code(self):
        """Return the code of the account in the foundations' chart, or None."""
        self.ensure_one()
        fitting = [start for start in ACCOUNT_CODES if self.code.startswith(start)]
        return ACCOUNT_CODES[max(fitting, key=len)] if fitting else None
