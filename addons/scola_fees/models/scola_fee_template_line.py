# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..const import FREQUENCIES
from ..tools.periods import MONTHLY
from ..tools.planner import FeeLine


class ScolaFeeTemplateLine(models.Model):
    _name = "scola.fee.template.line"
    _description = "Fee Template Line"
    _order = "template_id, sequence, id"
    _check_company_auto = True

    template_id = fields.Many2one(
        "scola.fee.template", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="template_id.company_id", store=True)
    currency_id = fields.Many2one(related="template_id.currency_id")
    level_id = fields.Many2one(related="template_id.level_id")
    sequence = fields.Integer(default=10)
    component_id = fields.Many2one(
        "scola.fee.component", required=True, check_company=True, ondelete="restrict"
    )
    grade_ids = fields.Many2many(
        "scola.grade",
        string="Grades",
        domain="[('level_id', '=', level_id)]",
        help="Empty means every grade of the level.",
    )
    programme_ids = fields.Many2many(
        "scola.study.programme",
        string="Programmes",
        check_company=True,
        help="Empty means every study programme.",
    )
    frequency = fields.Selection(
        FREQUENCIES,
        required=True,
        default=MONTHLY,
    )
    month_ids = fields.Many2many(
        "scola.fee.month", string="Months", help="Empty means all months of the year."
    )
    due_mode = fields.Selection(
        [("day", "On day of the month"), ("offset", "Days after the period starts")],
        required=True,
        default="day",
    )
    due_number = fields.Integer(string="Due", required=True, default=10)
    date_start = fields.Date(string="Billed from", help="Empty means as the template.")
    date_end = fields.Date(string="Billed until", help="Empty means as the template.")
    amount_ids = fields.One2many(
        "scola.fee.amount", "line_id", string="Amounts", copy=True
    )
    amount = fields.Monetary(
        compute="_compute_amount",
        inverse="_inverse_amount",
        help="The amount valid today. Where this month is billed already, open the line"
        " and add the new amount with the day from which it is valid.",
    )
    installments_allowed = fields.Boolean(
        string="Instalments",
        compute="_compute_installments_allowed",
        store=True,
        readonly=False,
        help="An instalment preset splits this fee.",
    )

    _dates_ordered = models.Constraint(
        "CHECK(date_start IS NULL OR date_end IS NULL OR date_start <= date_end)",
        "Billed until: choose a day on or after Billed from.",
    )
    _due_number_range = models.Constraint(
        "CHECK((due_mode = 'day' AND due_number BETWEEN 1 AND 31)"
        " OR (due_mode = 'offset' AND due_number BETWEEN 0 AND 366))",
        "Due: use a day from 1 to 31, or 0 to 366 days after the period starts.",
    )

    @api.depends("amount_ids.amount", "amount_ids.date_from")
    def _compute_amount(self):
        today = self.env.company._scola_today()
        for line in self:
            valid = line.amount_ids.filtered(
                lambda price, today=today: price.date_from and price.date_from <= today
            ).sorted("date_from")
            line.amount = (valid[-1:] or line.amount_ids.sorted("date_from")[:1]).amount

    def _inverse_amount(self):
        for line in self:
            since = line._get_new_amount_date()
            same_day = line.amount_ids.filtered(
                lambda price, since=since: price.date_from == since
            )
            if same_day:
                same_day.amount = line.amount
            else:
                self.env["scola.fee.amount"].create(
                    {"line_id": line.id, "date_from": since, "amount": line.amount}
                )

    @api.depends("frequency")
    def _compute_installments_allowed(self):
        for line in self:
            line.installments_allowed = line.frequency != MONTHLY

    @api.onchange("frequency")
    def _onchange_frequency(self):
        if self.frequency != MONTHLY:
            self.month_ids = False

    @api.constrains("component_id")
    def _check_component_nature(self):
        self.template_id._check_one_nature()

    @api.constrains(
        "component_id",
        "grade_ids",
        "programme_ids",
        "frequency",
        "month_ids",
        "date_start",
        "date_end",
    )
    def _check_overlap(self):
        """Refuse that a student gets one component twice for the same days."""
        for line in self.filtered("template_id.active"):
            others = self.search(
                [
                    ("id", "!=", line.id),
                    ("component_id", "=", line.component_id.id),
                    ("company_id", "=", line.company_id.id),
                    ("template_id.active", "=", True),
                    ("template_id.level_id", "=", line.template_id.level_id.id),
                    ("template_id.year_id", "=", line.template_id.year_id.id),
                ]
            )
            clash = others.filtered(lambda other, line=line: line._overlaps(other))
            if clash:
                raise ValidationError(
                    self.env._(
                        "%(component)s is in %(template)s and in %(other)s for the same"
                        " students and days. Change grades, programmes, months or"
                        " validity of one of them.",
                        component=line.component_id.name,
                        template=line.template_id.name,
                        other=clash[0].template_id.name,
                    )
                )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_billed(self):
        if self._get_schedule_rows().move_id:
            raise UserError(
                self.env._(
                    "%(line)s was billed and stays. Set Billed until to end it.",
                    line=self[:1].display_name,
                )
            )

    def unlink(self):
        """Override to drop the rows planned from these lines; billed ones hold them."""
        self._get_schedule_rows().filtered(lambda row: not row.move_id).unlink()
        return super().unlink()

    def _get_schedule_rows(self):
        # As superuser: nobody may delete rows by hand, but plans end with their fees.
        return (
            self.env["scola.fee.schedule"]
            .sudo()
            .search([("line_ids.template_line_id", "in", self.ids)])
        )

    def _overlaps(self, other):
        """Tell whether some student would get both lines for the same day."""
        mine, theirs = self._get_validity(), other._get_validity()
        return (
            max(mine[0], theirs[0]) <= min(mine[1], theirs[1])
            and self._share(self.grade_ids, other.grade_ids)
            and self._share(self.programme_ids, other.programme_ids)
            and not (
                self.frequency == other.frequency == MONTHLY
                and not self._share(self.month_ids, other.month_ids)
            )
        )

    @api.model
    def _share(self, mine, theirs):
        """Tell whether two selections meet, where an empty one means everything."""
        return not mine or not theirs or bool(mine & theirs)

    @api.depends("component_id.name", "template_id.name")
    def _compute_display_name(self):
        for line in self:
            line.display_name = f"{line.component_id.name} ({line.template_id.name})"

    def _get_validity(self):
        """Return the first and last day on which this line bills."""
        self.ensure_one()
        start, end = self.template_id._get_validity()
        return max(start, self.date_start or start), min(end, self.date_end or end)

    def _get_new_amount_date(self):
        """Return from when an amount typed into the line is valid: never backwards."""
        self.ensure_one()
        if not self.amount_ids:
            return (
                self.template_id.year_id.date_start or self.env.company._scola_today()
            )
        billed = self.env["scola.fee.schedule.line"]._get_last_billed_period(self)
        if not billed:
            return self.amount_ids.sorted("date_from")[0].date_from
        return max(billed, self.env.company._scola_today().replace(day=1))

    def _applies_to(self, grade_id, programme_id):
        """Tell whether a student of this grade and programme (ids) pays this line."""
        self.ensure_one()
        return (not self.grade_ids or grade_id in self.grade_ids.ids) and (
            not self.programme_ids or programme_id in self.programme_ids.ids
        )

    def _prepare_fee_line(self):
        """Return this line as the planner takes it.

        :rtype: odoo.addons.scola_fees.tools.planner.FeeLine
        """
        self.ensure_one()
        start, end = self._get_validity()
        return FeeLine(
            key=self.id,
            component=self.component_id.id,
            frequency=self.frequency,
            prices=tuple(
                (price.date_from, round(price.amount))
                for price in self.amount_ids.sorted("date_from")
            ),
            due_mode=self.due_mode,
            due_number=self.due_number,
            months=frozenset(self.month_ids.mapped("number")),
            discountable=self.component_id.discountable,
            installments=self.installments_allowed,
            date_start=start,
            date_end=end,
        )
