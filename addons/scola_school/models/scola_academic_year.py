# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain


class ScolaAcademicYear(models.Model):
    _name = "scola.academic.year"
    _description = "Academic Year"
    _order = "date_start desc, id desc"
    _check_company_domain = models.check_company_domain_parent_of

    name = fields.Char(
        compute="_compute_name",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
    )
    code = fields.Char(required=True, help="For example 2026/2027.")
    date_start = fields.Date(string="Start Date", required=True)
    date_end = fields.Date(string="End Date", required=True)
    company_id = fields.Many2one(
        comodel_name="res.company",
        string="Foundation",
        required=True,
        index=True,
        default=lambda self: self._default_company_id(),
        help="A year of the foundation serves all its schools.",
    )
    semester_ids = fields.One2many(
        comodel_name="scola.semester", inverse_name="year_id", string="Semesters"
    )
    active = fields.Boolean(default=True)

    _code_uniq = models.Constraint(
        "UNIQUE(company_id, code)",
        "Code: this academic year exists already. Use the existing one or another "
        "code.",
    )
    _dates_check = models.Constraint(
        "CHECK(date_end > date_start)",
        "End Date: an academic year must end after its Start Date. Correct one of the "
        "two dates.",
    )

    def _default_company_id(self):
        root = self.env.company.root_id
        return root if root in self.env.companies else self.env.company

    @api.depends("code")
    def _compute_name(self):
        for year in self:
            year.name = year.name or year.code

    @api.constrains("date_start", "date_end", "company_id", "active")
    def _check_overlap(self):
        for year in self.filtered("active"):
            other = self.sudo().search(year._get_overlap_domain(), limit=1)
            if other:
                raise ValidationError(
                    self.env._(
                        "Start Date / End Date: %(name)s overlaps %(other)s "
                        "(%(start)s to %(end)s). Change the dates so that each day "
                        "belongs to one academic year.",
                        name=year.name,
                        other=other.name,
                        start=other.date_start,
                        end=other.date_end,
                    )
                )

    def _get_overlap_domain(self):
        self.ensure_one()
        return (
            Domain("id", "!=", self.id)
            & Domain("company_id", "child_of", self.company_id.root_id.id)
            & Domain("date_start", "<=", self.date_end)
            & Domain("date_end", ">=", self.date_start)
        )

    @api.model
    def _get_for_date(self, date, company):
        """Return the academic year of `company` (or of a parent) that holds `date`."""
        year = self.sudo().search(
            [
                ("company_id", "in", company.sudo().parent_ids.ids),
                ("date_start", "<=", date),
                ("date_end", ">=", date),
            ],
            limit=1,
        )
        return year.sudo(self.env.su)

    @api.model
    def _get_current(self, company=None):
        """Return the academic year of today, in the school's time zone."""
        company = company or self.env.company
        return self._get_for_date(company._scola_today(), company)

    def _get_next(self):
        """Return the academic year that follows this one for the same schools."""
        self.ensure_one()
        return self.search(
            [
                ("company_id", "child_of", self.company_id.root_id.id),
                ("date_start", ">", self.date_end),
            ],
            order="date_start, id",
            limit=1,
        )
