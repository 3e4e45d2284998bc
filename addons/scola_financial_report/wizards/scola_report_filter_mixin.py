# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.tools import SQL

from ..const import INHERITED_ACCOUNTS


class ScolaReportFilterMixin(models.AbstractModel):
    """The school's filters of a report's wizard.

    Only journal items of bills and credit notes know their student: payments are of the
    family, which may have children in several classes.
    """

    _name = "scola.report.filter.mixin"
    _description = "School Filters of a Report"

    level_ids = fields.Many2many(
        "scola.level",
        string="Levels",
        groups="scola_school.group_staff",
        help="Bills of students who on the last day of the report sit in one of these,"
        " or sat in one when they left.",
    )
    classroom_ids = fields.Many2many(
        "scola.classroom",
        string="Classes",
        groups="scola_school.group_staff",
        help="Bills of students who on the last day of the report sit in one of these,"
        " or sat in one when they left.",
    )
    programme_ids = fields.Many2many(
        "scola.study.programme",
        string="Study Programmes",
        groups="scola_school.group_staff",
    )

    # === HOOKS === #

    def _get_school_day(self):
        """Return the day on which classes are looked up: the last one of the report.

        :rtype: date
        """
        self.ensure_one()
        return self["date_to" if "date_to" in self._fields else "date_at"]

    # === FILTERS === #

    def _get_student_domain(self):
        """Return the domain of journal items, and entries, of the students chosen.

        :return: empty where no filter is set
        :rtype: list
        """
        self.ensure_one()
        # As superuser: accountants need no right on students to see their bills, and
        # who may read the journal items is decided where they are read.
        conditions = self.sudo()._get_student_conditions()
        if not conditions:
            return []
        return [("student_id", "in", self._find_student_ids(conditions))]

    def _get_student_conditions(self):
        columns = {
            "classroom_ids": SQL("placed.classroom_id"),
            "level_ids": SQL("placed.level_id"),
            "programme_ids": SQL("s.programme_id"),
        }
        return [
            SQL("%s = ANY(%s)", column, self[fname].ids)
            for fname, column in columns.items()
            if self[fname]
        ]

    def _find_student_ids(self, conditions):
        """Return the students by the class they sat in last, in one query."""
        self.env["scola.placement"].flush_model()
        self.env["scola.classroom"].flush_model(["level_id"])
        self.env["scola.student"].flush_model(["programme_id"])
        rows = self.env.execute_query(
            SQL(
                """
                SELECT s.id
                  FROM scola_student s
                  LEFT JOIN (
                       SELECT DISTINCT ON (p.student_id)
                              p.student_id, p.classroom_id, c.level_id
                         FROM scola_placement p
                         JOIN scola_classroom c ON c.id = p.classroom_id
                        WHERE p.date_start <= %s
                        ORDER BY p.student_id, p.date_start DESC, p.id DESC
                       ) placed ON placed.student_id = s.id
                 WHERE %s
                 ORDER BY s.id
                """,
                self._get_school_day(),
                SQL(" AND ").join(conditions),
            )
        )
        return [student_id for (student_id,) in rows]

    def _get_school_filters(self):
        """Return what stands in the heading of the report.

        :return: label and content of each filter that is set
        :rtype: list[tuple[str, str]]
        """
        self.ensure_one()
        wizard = self.sudo()  # see _get_student_domain
        return [
            (
                self._fields[fname]._description_string(self.env),
                ", ".join(wizard[fname].mapped("display_name")),
            )
            for fname in ("level_ids", "classroom_ids", "programme_ids")
            if wizard[fname]
        ]

    # === ACCOUNTS OF THE FOUNDATION === #

    def _with_inherited_accounts(self):
        """Return the wizard so that it finds the accounts a school uses."""
        return self.with_context(**{INHERITED_ACCOUNTS: True})

    def _choose_account_range(self, domain=()):
        """Fill the accounts from one code to another, also those of the foundation.

        Upstream compares codes as numbers, or as the foundation's own, and fails on or
        misses what a school inherits.

        :param domain: which of these accounts the report takes
        """
        first, last = self.account_code_from.code, self.account_code_to.code
        if not first or not last:
            return
        Account = self.env["account.account"].with_company(self.company_id)
        self.account_ids = Account.search(
            [
                *Account._check_company_domain(self.company_id),
                ("code", ">=", first),
                ("code", "<=", last),
                *domain,
            ]
        )

    @api.onchange("company_id")
    def _onchange_company_id_filters(self):
        """Drop classes and programmes of another school."""
        wizard = self.sudo()  # see _get_student_domain
        for fname in ("classroom_ids", "programme_ids"):
            foreign = wizard[fname].filtered(
                lambda record: record.company_id != wizard.company_id
            )
            if foreign:
                wizard[fname] -= foreign
