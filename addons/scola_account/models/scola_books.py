# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from collections import namedtuple

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..const import PROFIT_AND_LOSS
from ..tools.ages import AGES, get_days
from ..tools.periods import month_of, shift_years

APPROVAL = "account.approval.request"
CLOSING = "scola.fiscal.closing"
ITEM = "account.move.line"
LINE = "account.bank.statement.line"
MOVE = "account.move"

# One figure of each school. label: str; kind: "amount", "count" or "date"; model,
# domain and aggregate: what is read, in one query for all schools, and opened by a
# click; sign: -1 turns it round. Without a model it is the difference of the two before
# it or, given method, what that method of the company returns.
Column = namedtuple(
    "Column",
    "label kind model domain aggregate sign method",
    defaults=("amount", None, (), "__count", 1, None),
)


class ScolaBooks(models.AbstractModel):
    """What an accountant looks at first.

    All figures are read with the user's own rights, over the schools at work. A figure
    and what it opens come from one domain, so that they cannot differ.
    """

    _name = "scola.books"
    _description = "Accounting Dashboard"

    # === PUBLIC METHODS === #

    @api.model
    @api.readonly
    def get_data(self):
        """Return all tiles with a row for each school.

        :return: tiles ``{"name", "title", "columns": [{"label", "kind"}], "rows":
            [{"id", "school", "currency", "values"}], "total"}``: one value for each
            column, amounts in the school's currency, dates as text or False; total is
            None where there is one school or several currencies
        :rtype: list[dict]
        """
        self.env[ITEM].check_access("read")
        schools = self._get_schools()
        return [self._prepare_tile(name, schools) for name in self._get_tiles()]

    @api.model
    @api.readonly
    def get_action(self, name, school_id, position):
        """Return the action that opens what a figure is made of.

        :param str name: of the tile
        :param int school_id: id of the company
        :param int position: of the column, from 0
        :rtype: dict
        """
        school = self._get_schools().filtered(lambda one: one.id == school_id)
        known = school and name in self._get_tiles()
        columns = self._get_columns(name, school._scola_today()) if known else []
        if not 0 <= position < len(columns) or not columns[position].model:
            raise UserError(
                self.env._("This figure has nothing to open. Reload the page.")
            )
        column = columns[position]
        return {
            "type": "ir.actions.act_window",
            "name": f"{self._get_tiles()[name]}: {school.name}",
            "res_model": column.model,
            "views": [(self._get_view(column.model), "list"), (False, "form")],
            "domain": list(self._get_domain(column, school)),
            "context": {"create": False},
        }

    # === TILES === #

    @api.model
    def _get_tiles(self):
        """Return the titles of the tiles by name, in order; a hook.

        :rtype: dict[str, str]
        """
        tiles = {
            "money": self.env._("Bank and Cash"),
            "result": self.env._("Result of the Month"),
            "receivables": self.env._("Receivables by Days Overdue"),
            "bank_lines": self.env._("Bank Lines to Reconcile"),
            "bills": self.env._("Vendor Bills Not Posted"),
            "approvals": self.env._("Waiting for Approval"),
            "closing": self.env._("Closing"),
        }
        if APPROVAL not in self.env:
            # Approval is an add-on of its own.
            del tiles["approvals"]
        return tiles

    @api.model
    def _get_columns(self, name, today):
        """Return the figures of a tile; a hook.

        :param str name: of ``_get_tiles``
        :param date today: where the school is
        :rtype: list[Column]
        """
        columns = {
            "money": self._get_money_columns,
            "result": self._get_result_columns,
            "receivables": self._get_receivable_columns,
            "bank_lines": self._get_bank_line_columns,
            "bills": self._get_bill_columns,
            "approvals": self._get_approval_columns,
            "closing": self._get_closing_columns,
        }
        return columns[name](today)

    @api.model
    def _get_money_columns(self, _today):
        domain = [
            ("parent_state", "=", "posted"),
            ("account_id.account_type", "=", "asset_cash"),
        ]
        return [Column(self.env._("Balance"), "amount", ITEM, domain, "balance:sum")]

    @api.model
    def _get_result_columns(self, today):
        months = (month_of(today), month_of(shift_years(today, -1)))
        return [
            *(self._get_result_column(*month) for month in months),
            Column(self.env._("Difference")),
        ]

    @api.model
    def _get_result_column(self, start, end):
        domain = [
            ("parent_state", "=", "posted"),
            ("account_id.account_type", "in", PROFIT_AND_LOSS),
            ("date", ">=", start),
            ("date", "<=", end),
        ]
        return Column(f"{start:%m/%Y}", "amount", ITEM, domain, "balance:sum", -1)

    @api.model
    def _get_receivable_columns(self, today):
        opened = [
            ("parent_state", "=", "posted"),
            ("account_id.account_type", "=", "asset_receivable"),
            ("account_id.non_trade", "=", False),
            ("reconciled", "=", False),
        ]
        return [
            Column(
                self.env._("Not Due") if label is None else label,
                "amount",
                ITEM,
                Domain.AND([opened, self._get_due_domain(today, youngest, oldest)]),
                "amount_residual:sum",
            )
            for label, youngest, oldest in AGES
        ]

    @api.model
    def _get_due_domain(self, today, youngest, oldest):
        """Return the domain of items so many days overdue, both included.

        An item without a due date is due on its own date.
        """
        first, last = get_days(today, youngest, oldest)

        def between(fname):
            domain = Domain(fname, "!=", False)
            domain &= Domain(fname, ">=", first) if first else Domain.TRUE
            return domain & (Domain(fname, "<=", last) if last else Domain.TRUE)

        undated = Domain("date_maturity", "=", False)
        return between("date_maturity") | (undated & between("date"))

    @api.model
    def _get_bank_line_columns(self, _today):
        domain = [("is_reconciled", "=", False), ("move_id.state", "=", "posted")]
        return [
            Column(self.env._("Lines"), "count", LINE, domain),
            Column(self.env._("Since"), "date", LINE, domain, "date:min"),
        ]

    @api.model
    def _get_bill_columns(self, _today):
        domain = [
            ("move_type", "in", ("in_invoice", "in_refund", "in_receipt")),
            ("state", "=", "draft"),
        ]
        total = "amount_total_signed:sum"
        return [
            Column(self.env._("Bills"), "count", MOVE, domain),
            Column(self.env._("Amount"), "amount", MOVE, domain, total, -1),
        ]

    @api.model
    def _get_approval_columns(self, _today):
        domain = [("state", "=", "pending")]
        total = "amount_company:sum"
        return [
            Column(self.env._("Requests"), "count", APPROVAL, domain),
            Column(self.env._("Amount"), "amount", APPROVAL, domain, total),
        ]

    @api.model
    def _get_closing_columns(self, _today):
        domain = [("state", "=", "closed")]
        locked = "_scola_get_locked_until"
        return [
            Column(self.env._("Closed until"), "date", CLOSING, domain, "date_to:max"),
            Column(self.env._("Locked until"), "date", method=locked),
        ]

    @api.model
    def _get_view(self, model):
        """Return the list that shows what a figure is made of, if not the usual one.

        :rtype: int | bool
        """
        if model != MOVE:
            return False
        return self.env["ir.model.data"]._xmlid_to_res_id(
            "account.view_in_invoice_bill_tree"
        )

    # === FIGURES === #

    @api.model
    def _get_schools(self):
        return self.env.companies.sorted("parent_path")

    @api.model
    def _prepare_tile(self, name, schools):
        values = self._read_tile(name, schools)
        columns = self._get_columns(name, schools[:1]._scola_today())
        return {
            "name": name,
            "title": self._get_tiles()[name],
            "columns": [
                {
                    "label": column.label,
                    "kind": column.kind,
                    "opens": bool(column.model),
                }
                for column in columns
            ],
            "rows": [
                {
                    "id": school.id,
                    "school": school.name,
                    "currency": school.currency_id.id,
                    "values": values[school.id],
                }
                for school in schools
            ],
            "total": self._get_total(columns, schools, values),
        }

    @api.model
    def _read_tile(self, name, schools):
        """Return the figures of a tile, by id of the school.

        Schools read the same calendar unless their time zones are on different days.

        :rtype: dict[int, list]
        """
        values = {school.id: [] for school in schools}
        for today, some in schools.grouped(lambda one: one._scola_today()).items():
            for column in self._get_columns(name, today):
                found = self._read_column(column, some)
                for school in some:
                    row = values[school.id]
                    row.append(
                        found.get(school.id, self._get_nothing(column))
                        if column.model or column.method
                        else row[-2] - row[-1]
                    )
        return values

    @api.model
    def _read_column(self, column, schools):
        """Return the figure of each school that has one.

        :rtype: dict[int, float | int | str | bool]
        """
        if column.method:
            days = {school.id: getattr(school, column.method)() for school in schools}
            return {key: fields.Date.to_string(day) for key, day in days.items()}
        if not column.model:
            return {}
        groups = self.env[column.model]._read_group(
            self._get_domain(column, schools), ["company_id"], [column.aggregate]
        )
        if column.kind == "date":
            return {school.id: fields.Date.to_string(day) for school, day in groups}
        return {school.id: column.sign * (value or 0) for school, value in groups}

    @api.model
    def _get_domain(self, column, schools):
        return Domain.AND([column.domain, [("company_id", "in", schools.ids)]])

    @api.model
    def _get_nothing(self, column):
        return False if column.kind == "date" else 0

    @api.model
    def _get_total(self, columns, schools, values):
        if len(schools) < 2 or len(schools.currency_id) > 1:
            return None
        return [
            False
            if column.kind == "date"
            else sum(values[school.id][position] for school in schools)
            for position, column in enumerate(columns)
        ]
