# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import Command, api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import format_date

from ..const import STATEMENTS
from ..tools.periods import earlier_years, month_of

MAX_YEARS = 5


class ScolaStatementWizard(models.TransientModel):
    _name = "scola.statement.wizard"
    _description = "Statements"

    statement = fields.Selection(STATEMENTS, required=True, default="position")
    company_id = fields.Many2one(
        "res.company",
        string="School or Foundation",
        required=True,
        default=lambda self: self.env.company,
    )
    consolidated = fields.Boolean(
        help="Put the foundation and all its schools together, without what they owe "
        "each other."
    )
    has_schools = fields.Boolean(compute="_compute_has_schools")
    period_type = fields.Selection(
        [
            ("fiscal", "Fiscal Year"),
            ("academic", "Academic Year"),
            ("month", "Month"),
        ],
        string="Period",
        required=True,
        default="fiscal",
    )
    date = fields.Date(
        string="Any Day of It",
        required=True,
        default=lambda self: self.env.company._scola_today(),
        help="The statement is for the fiscal year or month this day lies in.",
    )
    academic_year_id = fields.Many2one("scola.academic.year")
    year_count = fields.Integer(
        string="Years Side by Side",
        default=2,
        required=True,
        help="From 1 to 5; the latest comes first.",
    )
    show_difference = fields.Boolean(string="Show Differences", default=True)
    target_move = fields.Selection(
        [("posted", "Posted Entries"), ("all", "Posted and Draft Entries")],
        string="Entries",
        required=True,
        default="posted",
    )

    _year_count_range = models.Constraint(
        f"CHECK(year_count BETWEEN 1 AND {MAX_YEARS})",
        "Years Side by Side: use a number from 1 to 5.",
    )

    @api.depends("company_id")
    def _compute_has_schools(self):
        for wizard in self:
            # As superuser: only whether there are schools, not which.
            wizard.has_schools = bool(wizard.company_id.sudo().child_ids)

    @api.onchange("company_id")
    def _onchange_company_id(self):
        self.consolidated = self.has_schools

    def action_open(self):
        """Make the statement and open it; it is thrown away after a day."""
        self.ensure_one()
        self.env["account.move.line"].check_access("read")
        # As superuser: a reader may not keep report definitions, only look at one. Its
        # figures are read with the reader's own rights.
        instance = (
            self.env["mis.report.instance"].sudo().create(self._prepare_instance())
        )
        if self.show_difference:
            self._create_differences(instance)
        action = instance.sudo(False).preview()
        # The widget of MIS Builder learns from the context which report it shows.
        shown = {"active_model": instance._name, "active_id": instance.id}
        return {**action, "context": {**action["context"], **shown}}

    # === COMPANIES === #

    def _get_companies(self):
        """Return the companies of the statement, all of which the user may read."""
        companies = self.company_id
        if self.consolidated:
            # As superuser: to find out whether any is withheld from the user.
            companies = companies.sudo()._scola_get_statement_companies()
        missing = companies - self.env.user.company_ids
        if missing:
            raise UserError(
                self.env._(
                    "School or Foundation: you have no access to %(schools)s. Ask an "
                    "administrator, or choose a school of yours without Consolidated.",
                    schools=", ".join(missing.mapped("name")),
                )
            )
        return companies.sudo(False)

    def _get_heading(self):
        scope = (
            self.env._("%s, consolidated", self.company_id.name)
            if self.consolidated
            else self.company_id.name
        )
        standard = self.company_id.accounting_standard
        return f"{standard} - {scope}" if standard else scope

    # === PERIODS === #

    def _get_periods(self):
        """Return the columns, the latest first: [(label, first day, last day)]."""
        if self.period_type == "academic":
            return self._get_academic_years()
        start, end = self._get_fiscal_or_month()
        return [
            (self._get_period_label(first, last), first, last)
            for first, last in earlier_years(start, end, self.year_count)
        ]

    def _get_fiscal_or_month(self):
        if self.period_type == "month":
            return month_of(self.date)
        year = self.company_id.compute_fiscalyear_dates(self.date)
        return year["date_from"], year["date_to"]

    def _get_period_label(self, start, end):
        if self.period_type == "month":
            return format_date(self.env, start, date_format="MMMM yyyy")
        return str(end.year) if start.year == end.year else f"{start.year}/{end.year}"

    def _get_academic_years(self):
        year = self.academic_year_id
        if not year:
            raise UserError(
                self.env._("Academic Year: choose the year of the statement.")
            )
        domain = Domain("company_id", "=", year.company_id.id) & Domain(
            "date_start", "<=", year.date_start
        )
        years = year.search(domain, order="date_start desc", limit=self.year_count)
        return [(year.name, year.date_start, year.date_end) for year in years]

    # === REPORT === #

    def _prepare_instance(self):
        report = self.env["mis.report"].search(
            [("scola_statement", "=", self.statement)], limit=1
        )
        if not report:
            raise UserError(
                self.env._(
                    "Statement: its template was deleted. Update the add-on Scola "
                    "Account to bring it back."
                )
            )
        companies = self._get_companies()
        return {
            "name": report.name,
            "report_id": report.id,
            "temporary": True,
            "target_move": self.target_move,
            "company_id": False,
            "multi_company": True,
            "company_ids": [Command.set(companies.ids)],
            # Its companies are those of the statement, whatever the selector says.
            "scola_statement": True,
            "scola_consolidated": self.consolidated,
            "scola_heading": self._get_heading(),
            "landscape_pdf": self.year_count > 2,
            # A statement is of the whole school: no filter may leave entries out.
            "widget_show_filters": False,
            "period_ids": [
                Command.create(self._prepare_period(number, *period))
                for number, period in enumerate(self._get_periods())
            ],
        }

    def _prepare_period(self, number, label, start, end):
        return {
            "name": label,
            "sequence": 10 * number,
            "mode": "fix",
            "source": "actuals",
            "manual_date_from": start,
            "manual_date_to": end,
        }

    def _create_differences(self, instance):
        periods = instance.period_ids.sorted("sequence")
        instance.period_ids.create(
            [
                self._prepare_difference(instance, later, earlier)
                for later, earlier in zip(periods, periods[1:], strict=False)
            ]
        )
        # Each difference stands after the years it compares, not behind them all.
        instance.invalidate_recordset(["period_ids"])

    def _prepare_difference(self, instance, later, earlier):
        return {
            "report_instance_id": instance.id,
            "name": self.env._(
                "%(later)s less %(earlier)s", later=later.name, earlier=earlier.name
            ),
            "sequence": earlier.sequence + 5,
            "mode": "none",
            "source": "cmpcol",
            "source_cmpcol_to_id": later.id,
            "source_cmpcol_from_id": earlier.id,
        }
