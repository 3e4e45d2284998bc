# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.exceptions import ValidationError


class ScolaSemester(models.Model):
    _name = "scola.semester"
    _description = "Semester"
    _order = "date_start, id"
    _check_company_domain = models.check_company_domain_parent_of

    name = fields.Char(compute="_compute_name")
    year_id = fields.Many2one(
        comodel_name="scola.academic.year",
        string="Academic Year",
        required=True,
        index=True,
        ondelete="cascade",
    )
    kind = fields.Selection(
        selection=[("odd", "Odd"), ("even", "Even"), ("short", "Short")],
        required=True,
    )
    date_start = fields.Date(string="Start Date", required=True)
    date_end = fields.Date(string="End Date", required=True)
    company_id = fields.Many2one(related="year_id.company_id", store=True, index=True)

    _kind_uniq = models.Constraint(
        "UNIQUE(year_id, kind)",
        "Kind: the academic year has this semester already. Choose another kind.",
    )
    _dates_check = models.Constraint(
        "CHECK(date_end > date_start)",
        "End Date: a semester must end after its Start Date. Correct one of the two "
        "dates.",
    )

    @api.depends("kind", "year_id.code")
    @api.depends_context("lang")
    def _compute_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for semester in self:
            kind = kinds.get(semester.kind, "")
            semester.name = f"{kind} {semester.year_id.code or ''}".strip()

    def _compute_display_name(self):
        for semester in self:
            semester.display_name = semester.name

    @api.constrains("date_start", "date_end", "year_id")
    def _check_inside_year(self):
        for semester in self:
            year = semester.year_id
            if (
                semester.date_start < year.date_start
                or semester.date_end > year.date_end
            ):
                raise ValidationError(
                    self.env._(
                        "Start Date / End Date: semester %(name)s must lie inside "
                        "academic year %(year)s (%(start)s to %(end)s). Correct the "
                        "dates.",
                        name=semester.name,
                        year=year.name,
                        start=year.date_start,
                        end=year.date_end,
                    )
                )

    @api.constrains("date_start", "date_end", "year_id")
    def _check_overlap(self):
        for semester in self:
            others = semester.year_id.semester_ids - semester
            overlapping = others.filtered(
                lambda other, semester=semester: (
                    other.date_start <= semester.date_end
                    and other.date_end >= semester.date_start
                )
            )
            if overlapping:
                raise ValidationError(
                    self.env._(
                        "Start Date / End Date: semester %(name)s overlaps %(other)s. "
                        "Let one end before the other starts.",
                        name=semester.name,
                        other=overlapping[0].name,
                    )
                )
