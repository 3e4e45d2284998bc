# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

from ..const import REMIND_DAYS
from ..tools.money import share_percent, to_decimal
from ..tools.penalty import assess, cut_percent, lost_amount, worst_percent

#: What follows from the regulation and is never entered.
GIVEN = {"company_id", "date_due", "date_final", "fund_id", "kind", "rule_id", "year"}


class BosReportDeadline(models.Model):
    """A deadline in a school's calendar, with the rupiah it puts at risk."""

    _name = "bos.report.deadline"
    _description = "BOS Deadline of a School"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "date_due, company_id, id"
    _check_company_auto = True

    name = fields.Char(compute="_compute_name")
    company_id = fields.Many2one(
        "res.company", string="School", required=True, index=True, readonly=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    fund_id = fields.Many2one(
        "account.analytic.account", required=True, readonly=True, ondelete="restrict"
    )
    year = fields.Integer(required=True, readonly=True, aggregator=None)
    rule_id = fields.Many2one(
        "bos.regulation.deadline", required=True, readonly=True, ondelete="restrict"
    )
    kind = fields.Selection(related="rule_id.kind", store=True)
    is_verified = fields.Boolean(related="rule_id.is_verified")
    source = fields.Text(related="rule_id.source")
    date_due = fields.Date(
        string="Due", compute="_compute_dates", store=True, readonly=True
    )
    date_final = fields.Date(
        string="Last Day", compute="_compute_dates", store=True, readonly=True
    )
    date_filed = fields.Date(string="Filed On", tracking=True)
    reference = fields.Char(
        tracking=True, help="Number of the report or of the letter that sent it."
    )
    state = fields.Selection(
        [
            ("open", "Open"),
            ("late", "Late"),
            ("filed", "Filed"),
            ("received", "Received"),
        ],
        compute="_compute_risk",
    )
    days_left = fields.Integer(compute="_compute_risk", aggregator=None)
    cut_percent = fields.Float(
        string="Cut (%)", compute="_compute_risk", digits=(16, 2)
    )
    lost = fields.Monetary(
        string="Cut So Far",
        compute="_compute_risk",
        help="Lost if it is filed today, or by the day it was filed.",
    )
    next_date = fields.Date(string="More Is Lost From", compute="_compute_risk")
    next_lost = fields.Monetary(string="Cut Then", compute="_compute_risk")
    at_risk = fields.Monetary(
        string="Rupiah at Risk",
        compute="_compute_risk",
        help="Lost if it is never filed.",
    )
    is_estimate = fields.Boolean(
        compute="_compute_risk",
        help="The transfer that would be cut is not planned yet: this year's is taken.",
    )
    realised_percent = fields.Float(
        string="Realised (%)",
        compute="_compute_realised_percent",
        digits=(16, 2),
        help="Part of the transfers of the reported period that was spent.",
    )
    required_percent = fields.Float(related="rule_id.required_percent")

    _rule_uniq = models.Constraint(
        "UNIQUE(company_id, fund_id, year, rule_id)",
        "Deadline: it is in the calendar of the school already.",
    )

    @api.depends("rule_id.name", "year")
    def _compute_name(self):
        for item in self:
            item.name = f"{item.rule_id.name or ''} {item.year}"

    @api.depends("name", "company_id")
    def _compute_display_name(self):
        for item in self:
            item.display_name = f"{item.name} ({item.company_id.name})"

    @api.depends(
        "year",
        "rule_id.year_offset",
        "rule_id.month",
        "rule_id.day",
        "rule_id.final_month",
        "rule_id.final_day",
    )
    def _compute_dates(self):
        for item in self:
            deadline = item.rule_id._get_deadline(item.year)
            item.date_due = deadline.due
            item.date_final = deadline.final

    @api.depends("date_due", "date_filed", "rule_id", "company_id", "fund_id", "year")
    def _compute_risk(self):
        transfers, received = self._get_transfers(), self._get_received_stages()
        for item in self:
            deadline = item.rule_id._get_deadline(item.year)
            amount, final_amount, item.is_estimate = item._get_stake(transfers)
            day = item.date_filed or item.company_id._scola_today()
            risk = assess(deadline, day, amount, final_amount)
            filed = bool(item.date_filed)
            done = item.kind == "transfer" and item._get_stage_key() in received
            late = "late" if day > deadline.due else "open"
            item.state = "received" if done else "filed" if filed else late
            item.days_left = 0 if filed or done else (deadline.due - day).days
            item.cut_percent = float(risk.percent)
            item.lost = float(risk.lost)
            item.next_date = False if filed else risk.next_date
            item.next_lost = 0 if filed else float(risk.next_lost)
            worst = lost_amount(worst_percent(deadline), amount, final_amount)
            item.at_risk = 0 if filed else float(worst)

    def _get_transfers(self):
        years = {item.year for item in self}
        years |= {year + 1 for year in years}
        return self.env["bos.fund.disbursement"]._get_transfers(
            self.company_id, self.fund_id, years
        )

    def _get_stage_key(self):
        self.ensure_one()
        stage = self.rule_id.stage_number
        return (self.company_id.id, self.fund_id.id, self.year, stage)

    def _get_received_stages(self):
        """Return the stages of which all that is expected has come in.

        :return: set of (company id, fund id, year, stage)
        """
        awaited = self.filtered(lambda item: item.kind == "transfer")
        missing = {}
        for item in self.env["bos.fund.disbursement"].search(
            [
                ("company_id", "in", awaited.company_id.ids),
                ("fund_id", "in", awaited.fund_id.ids),
                ("year", "in", list(set(awaited.mapped("year")))),
            ]
        ):
            key = (item.company_id.id, item.fund_id.id, item.year, item.stage_number)
            left = to_decimal(item.expected) - to_decimal(item.received)
            missing[key] = missing.get(key, 0) + left
        return {key for key, left in missing.items() if left <= 0}

    def _get_stake(self, transfers):
        """Return what a late report would cut.

        :param dict transfers: as of `bos.fund.disbursement._get_transfers`
        :return: (Decimal of the transfer, Decimal lost after the last day, whether the
            amounts are those of another year)
        """
        self.ensure_one()
        rule, nothing = self.rule_id, to_decimal(0)
        if rule.kind != "report":
            return nothing, nothing, False
        wanted = self.year + rule.cut_year_offset
        for year in (wanted, self.year):
            stages = {
                stage: transfers.get((self.company_id.id, self.fund_id.id, year, stage))
                for stage in (1, 2)
            }
            amount = stages.get(rule.cut_stage_number)
            if amount:
                whole = sum((part or nothing for part in stages.values()), nothing)
                final = whole if rule.loses_all_stages else amount
                return amount, final, year != wanted
        return nothing, nothing, False

    @api.depends("rule_id", "company_id", "fund_id", "year")
    def _compute_realised_percent(self):
        Disbursement = self.env["bos.fund.disbursement"]
        rows = self.env["bos.ledger"]._sum_spending(
            [
                (
                    item.id,
                    item.company_id.id,
                    item.fund_id.id,
                    *Disbursement._get_stage_dates(
                        item.year, item.rule_id.stage_number
                    ),
                )
                for item in self._origin
            ],
            ["fund_id"],
        )
        spent = {row["scope"]: row["amount"] for row in rows}
        transfers = self._get_transfers()
        for item in self:
            stages = [item.rule_id.stage_number or 1, item.rule_id.stage_number or 2]
            planned = sum(
                transfers.get(
                    (item.company_id.id, item.fund_id.id, item.year, stage), 0
                )
                for stage in set(stages)
            )
            percent = share_percent(spent.get(item._origin.id, 0), planned)
            item.realised_percent = float(percent)

    @api.constrains("date_filed")
    def _check_date_filed(self):
        for item in self:
            if item.date_filed and item.date_filed > item.company_id._scola_today():
                raise ValidationError(
                    self.env._(
                        "Filed On: the day lies in the future. Enter the day on which "
                        "the report was sent."
                    )
                )

    def write(self, vals):
        """Override of the ORM: what is filed ends its reminders."""
        if not self.env.su and vals.keys() & GIVEN:
            raise AccessError(
                self.env._(
                    "Deadline: it follows from the regulation; enter Filed On and "
                    "Reference only."
                )
            )
        result = super().write(vals)
        if vals.get("date_filed"):
            self.activity_feedback(["scola_bos.mail_activity_type_deadline"])
            self._warn_if_realised_too_little()
        return result

    def _warn_if_realised_too_little(self):
        for item in self:
            if item.realised_percent < item.required_percent:
                item.message_post(
                    body=self.env._(
                        "Filed with %(percent)s %% realised; %(rule)s asks for at "
                        "least %(required)s %%.",
                        percent=item.realised_percent,
                        rule=item.rule_id._get_legal_name(),
                        required=item.required_percent,
                    )
                )

    def action_file(self):
        """Note that the report was sent today."""
        self.check_access("write")
        for item in self:
            if item.kind != "report":
                raise UserError(
                    self.env._("%s: a transfer is awaited, not filed.", item.name)
                )
            item.date_filed = item.company_id._scola_today()

    @api.model
    def _create_for(self, allocations):
        """Put the deadlines of the allocations' years into the calendar, once.

        :param bos.fund.allocation allocations: approved ones
        """
        known = {
            (item.company_id.id, item.fund_id.id, item.year, item.rule_id.id)
            for item in self.search([("company_id", "in", allocations.company_id.ids)])
        }
        wanted = {
            (item.company_id.id, item.fund_id.id, item.year, rule.id)
            for item in allocations
            for rule in item.regulation_id.deadline_ids
        }
        self.create(
            [
                dict(
                    zip(("company_id", "fund_id", "year", "rule_id"), key, strict=True)
                )
                for key in sorted(wanted - known)
            ]
        )

    @api.model
    def _get_cut_percents(self, companies, funds):
        """Return the cuts of transfers by reports that are late so far.

        :return: {(company id, fund id, year, stage): list of Decimal percentages}
        """
        found = self.search(
            [
                ("company_id", "in", companies.ids),
                ("fund_id", "in", funds.ids),
                ("kind", "=", "report"),
            ]
        )
        result = {}
        for item in found:
            day = item.date_filed or item.company_id._scola_today()
            percent = cut_percent(item.rule_id._get_deadline(item.year), day)
            for stage in item._get_stages_cut(percent):
                key = (
                    item.company_id.id,
                    item.fund_id.id,
                    item.year + item.rule_id.cut_year_offset,
                    stage,
                )
                result.setdefault(key, []).append(percent)
        return result

    def _get_stages_cut(self, percent):
        """Return the stages that a cut of so many percent takes from."""
        self.ensure_one()
        if self.rule_id.loses_all_stages and percent >= 100:
            return (1, 2)
        return (self.rule_id.cut_stage_number,)

    @api.model
    def _cron_remind(self):
        """Give treasurers an activity for each report that is due soon, once."""
        settings = self.env["bos.setting"].search([("treasurer_user_id", "!=", False)])
        activity_type = self.env.ref("scola_bos.mail_activity_type_deadline")
        for setting in settings:
            last_day = fields.Date.add(
                setting.company_id._scola_today(), days=REMIND_DAYS
            )
            due = self.search(
                [
                    ("company_id", "=", setting.company_id.id),
                    ("kind", "=", "report"),
                    ("date_filed", "=", False),
                    ("date_due", "<=", last_day),
                    (
                        "activity_ids",
                        "not any",
                        [("activity_type_id", "=", activity_type.id)],
                    ),
                ]
            )
            for item in due:
                item._remind(setting.treasurer_user_id)

    def _remind(self, user):
        self.ensure_one()
        self.activity_schedule(
            "scola_bos.mail_activity_type_deadline",
            date_deadline=self.date_due,
            user_id=user.id,
            summary=self.env._("File: %s", self.name),
        )
