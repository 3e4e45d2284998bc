# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..const import PRORATA


class ScolaFeeTemplate(models.Model):
    _name = "scola.fee.template"
    _description = "Fee Template"
    _inherit = ["mail.thread"]
    _order = "year_id desc, level_id, sequence, name, id"
    _check_company_auto = True

    name = fields.Char(required=True, tracking=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True, tracking=True)
    company_id = fields.Many2one(
        "res.company",
        string="School",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    year_id = fields.Many2one(
        "scola.academic.year",
        string="Academic Year",
        required=True,
        check_company=True,
        ondelete="restrict",
    )
    level_id = fields.Many2one("scola.level", required=True, ondelete="restrict")
    date_start = fields.Date(
        string="Valid from", help="Empty means the year's first day."
    )
    date_end = fields.Date(
        string="Valid until", help="Empty means the year's last day."
    )
    auto_enroll = fields.Boolean(
        string="Enrol Automatically",
        default=True,
        help="Students placed in a classroom of this level and year get it by"
        " themselves. Leave it off for what families choose, such as meals.",
    )
    prorata = fields.Selection(
        PRORATA,
        string="Pro Rata",
        required=True,
        default="full",
        help="What is paid for a period that a student joins or leaves midway.",
    )
    preset_id = fields.Many2one(
        "scola.installment.preset", string="Instalments", check_company=True
    )
    line_ids = fields.One2many("scola.fee.template.line", "template_id", copy=True)
    enrollment_ids = fields.One2many("scola.student.fee.enrollment", "template_id")
    enrollment_count = fields.Integer(compute="_compute_enrollment_count")
    nature = fields.Selection(
        [("levy", "Levy"), ("donation", "Donation")],
        compute="_compute_nature",
        store=True,
    )

    _dates_ordered = models.Constraint(
        "CHECK(date_start IS NULL OR date_end IS NULL OR date_start <= date_end)",
        "Valid until: choose a day on or after Valid from.",
    )

    @api.depends("enrollment_ids")
    def _compute_enrollment_count(self):
        counts = dict(
            self.env["scola.student.fee.enrollment"]._read_group(
                [("template_id", "in", self.ids)], ["template_id"], ["__count"]
            )
        )
        for template in self:
            template.enrollment_count = counts.get(template, 0)

    @api.depends("line_ids.component_id.nature")
    def _compute_nature(self):
        for template in self:
            template.nature = template.line_ids.component_id[:1].nature or "levy"

    @api.constrains("date_start", "date_end", "year_id")
    def _check_dates(self):
        for template in self:
            year = template.year_id
            outside = [
                day
                for day in (template.date_start, template.date_end)
                if day and not year.date_start <= day <= year.date_end
            ]
            if outside:
                raise ValidationError(
                    self.env._(
                        "Valid from / Valid until of %(template)s: choose days within"
                        " the academic year %(year)s.",
                        template=template.name,
                        year=year.name,
                    )
                )

    @api.constrains("line_ids")
    def _check_one_nature(self):
        """Keep levies and donations apart: a bill is one or the other."""
        for template in self:
            if len(set(template.line_ids.component_id.mapped("nature"))) > 1:
                raise ValidationError(
                    self.env._(
                        "Component: %(template)s mixes levies and donations. Put the"
                        " donations into a template of their own.",
                        template=template.name,
                    )
                )

    @api.constrains("line_ids")
    def _check_same_due(self):
        """One bill has one due date, so fees billed together share their rule.

        Checked here and not on the lines, or all of them could not be changed at once.
        """
        for template in self:
            for _frequency, lines in template.line_ids.grouped("frequency").items():
                other = lines.filtered(
                    lambda line, first=lines[0]: (
                        (line.due_mode, line.due_number)
                        != (first.due_mode, first.due_number)
                    )
                )
                if other:
                    raise ValidationError(
                        self.env._(
                            "Due: %(line)s and %(other)s are on one bill and need the"
                            " same due day. Use it for both, or another template for"
                            " one.",
                            line=lines[0].display_name,
                            other=other[0].display_name,
                        )
                    )

    @api.constrains(
        "active",
        "company_id",
        "year_id",
        "level_id",
        "date_start",
        "date_end",
        "line_ids",
    )
    def _check_overlap(self):
        self.line_ids._check_overlap()

    def write(self, vals):
        """Override so that what is planned, not billed, follows prices and lines.

        An archived template bills nothing more.
        """
        changed = {"line_ids", "date_start", "date_end"} & vals.keys()
        horizons = self.enrollment_ids._group_by_horizon() if changed else {}
        result = super().write(vals)
        self.filtered(lambda template: not template.active).enrollment_ids._drop_plan()
        for until, enrollments in horizons.items():
            self.env["scola.fee.planner"]._plan(enrollments, until)
        return result

    def _get_validity(self):
        """Return the first and last day on which this template bills."""
        self.ensure_one()
        return (
            self.date_start or self.year_id.date_start,
            self.date_end or self.year_id.date_end,
        )

    def action_view_enrollments(self):
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "scola_fees.action_scola_student_fee_enrollment"
        )
        return {
            **action,
            "domain": [("template_id", "in", self.ids)],
            "context": {"default_template_id": self[:1].id},
        }

    def action_bulk_enroll(self):
        """Open the wizard that enrols a whole class or level."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "scola_fees.action_scola_bulk_enroll"
        )
        return {**action, "context": {"default_template_id": self.id}}

    def copy_data(self, default=None):
        """Override to name the copy; it starts inactive, or it would overlap."""
        vals_list = super().copy_data(default)
        for template, vals in zip(self, vals_list, strict=True):
            vals["active"] = (default or {}).get("active", False)
            if "name" not in (default or {}):
                vals["name"] = self.env._("%s (copy)", template.name)
        return vals_list
