# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import hashlib

from odoo import api, models
from odoo.tools import SQL, split_every

from ..tools.periods import YearCalendar, month_end
from ..tools.planner import Bill, BillLine, Enrollment, plan, replan

CHUNK = 2000


class ScolaFeePlanner(models.AbstractModel):
    """Keeps the fee schedule in step with enrolments: reads sets, decides in pure
    functions (tools/planner.py), writes sets."""

    _name = "scola.fee.planner"
    _description = "Fee Planner"

    @api.model
    def _plan_company(self, company, day):
        """Plan everything to be billed up to the end of the month of ``day``.

        :param res.company company: the school
        :param date day: any day of the last month wanted
        """
        Enrollment = self.env["scola.student.fee.enrollment"]
        enrollments = Enrollment.search(
            Enrollment._get_billable_domain(company, day), order="id"
        )
        self._plan(enrollments, month_end(day))

    @api.model
    def _plan(self, enrollments, until):
        """Make the planned rows of ``enrollments`` what they should be.

        Rows that are billed are not touched. The same input twice changes nothing.

        :param scola.student.fee.enrollment enrollments: any number
        :param date until: last bill date to plan, None for all
        :return: how many rows were added and removed
        :rtype: tuple[int, int]
        """
        added = removed = 0
        active = enrollments.filtered(
            lambda enrollment: (
                enrollment.state == "active" and enrollment.sudo().template_id.active
            )
        )
        for ids in split_every(CHUNK, sorted(active.ids)):
            result = self._plan_chunk(active.browse(ids), until)
            added, removed = added + result[0], removed + result[1]
        return added, removed

    @api.model
    def _preview(self, enrollments, until):
        """Return the bills that ``_plan`` would have planned, changing nothing.

        :return: bills to be raised, those planned already included
        :rtype: list[odoo.addons.scola_fees.tools.planner.Bill]
        """
        rows = self._read_rows(enrollments)
        return self._wanted_bills(enrollments, until, rows)

    def _plan_chunk(self, enrollments, until):
        self._lock(enrollments)
        rows = self._read_rows(enrollments)
        wanted = {
            bill.key: bill for bill in self._wanted_bills(enrollments, until, rows)
        }
        stale = [
            row["id"]
            for row in rows
            if not row["move_id"]
            and (until is None or row["bill_date"] <= until or row["key"] in wanted)
            and self._signature(wanted.get(row["key"])) != row["signature"]
        ]
        kept = {row["key"] for row in rows if row["id"] not in set(stale)}
        # As superuser: plans follow from enrolments the user was allowed to change.
        self.env["scola.fee.schedule"].sudo().browse(stale).unlink()
        new = [bill for key, bill in wanted.items() if key not in kept]
        self._create_rows(new)
        return len(new), len(stale)

    def _lock(self, enrollments):
        """Keep two planners off the same enrolments; the second waits."""
        enrollments.flush_model()
        self.env.execute_query(
            SQL(
                "SELECT id FROM scola_student_fee_enrollment"
                " WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE",
                enrollments.ids,
            )
        )

    # === READING === #

    def _read_rows(self, enrollments):
        """Return the rows there are, as dictionaries with id, key, move_id, ..."""
        Schedule = self.env["scola.fee.schedule"]
        Schedule.flush_model()
        rows = self.env.execute_query_dict(
            SQL(
                """SELECT id, enrollment_id, period, installment, installments,
                          frequency, period_start, period_end, bill_date, due_date,
                          move_id, signature
                     FROM scola_fee_schedule WHERE enrollment_id = ANY(%s)
                    ORDER BY enrollment_id, period, installment""",
                enrollments.ids,
            )
        )
        for row in rows:
            row["key"] = (row["enrollment_id"], row["period"], row["installment"])
        return rows

    def _read_billed(self, rows):
        """Return the billed rows as bills, by enrolment; lines only where needed."""
        billed = [row for row in rows if row["move_id"]]
        details = self._read_details(
            [row["id"] for row in billed if row["installments"] > 1]
        )
        bills = {}
        for row in billed:
            bill = Bill(
                row["enrollment_id"],
                row["period"],
                row["frequency"],
                row["installment"],
                row["installments"],
                row["period_start"],
                row["period_end"],
                row["bill_date"],
                row["due_date"],
                details.get(row["id"], []),
            )
            bills.setdefault(row["enrollment_id"], []).append(bill)
        return bills

    def _read_details(self, row_ids):
        """Return the bill lines of schedule rows, by row."""
        # As superuser: see _plan_chunk.
        rows = self.env["scola.fee.schedule"].sudo().browse(row_ids)
        return {
            row.id: [
                BillLine(
                    line.template_line_id.id,
                    line.component_id.id,
                    round(line.gross),
                    {
                        found.type_id.id: round(found.amount)
                        for found in line.discount_ids
                    },
                )
                for line in row.line_ids
            ]
            for row in rows
        }

    def _wanted_bills(self, enrollments, until, rows):
        billed = self._read_billed(rows)
        bills = []
        for data in self._prepare_enrollments(enrollments):
            bills += replan(plan(data), billed.get(data.key, []))
        return [bill for bill in bills if until is None or bill.bill_date <= until]

    def _prepare_enrollments(self, enrollments):
        """Return ``enrollments`` as the pure planner takes them.

        :rtype: list[odoo.addons.scola_fees.tools.planner.Enrollment]
        """
        # As superuser: prices and siblings decide the bill, whoever changes the
        # enrolment, also where they are in another school of the foundation.
        enrollments = enrollments.sudo()
        lines = {
            line: line._prepare_fee_line() for line in enrollments.template_id.line_ids
        }
        calendars = {year: self._prepare_calendar(year) for year in enrollments.year_id}
        parts = {preset: preset._prepare_parts() for preset in enrollments.preset_id}
        siblings = self._get_sibling_types(enrollments.company_id)
        # It depends on brothers and sisters, whose changes do not empty the cache.
        enrollments.student_id.invalidate_recordset(["sibling_order"])
        return [
            Enrollment(
                key=enrollment.id,
                year=calendars[enrollment.year_id],
                lines=tuple(
                    lines[line]
                    for line in enrollment.template_id.line_ids
                    if line._applies_to(
                        enrollment.grade_id.id, enrollment.programme_id.id
                    )
                ),
                start=enrollment.date_start,
                end=enrollment.date_end,
                pauses=tuple(
                    (pause.date_start, pause.date_end) for pause in enrollment.pause_ids
                ),
                prorata=enrollment.prorata,
                awards=self._prepare_awards(enrollment, siblings),
                parts=parts.get(enrollment.preset_id, ()),
                rounding=enrollment.preset_id.rounding or 1,
            )
            for enrollment in enrollments
        ]

    def _prepare_calendar(self, year):
        semesters = year.semester_ids.sorted("date_start")
        return YearCalendar(
            year.code,
            year.date_start,
            year.date_end,
            tuple((semester.date_start, semester.date_end) for semester in semesters),
        )

    def _prepare_awards(self, enrollment, sibling_types):
        awards = [
            award.type_id._prepare_award(
                award.date_start, award.date_end, award.percent
            )
            for award in enrollment.award_ids
            if award.type_id.active
        ]
        for scholarship in sibling_types.get(enrollment.company_id, ()):
            percent = scholarship._get_sibling_percent(
                enrollment.student_id.sibling_order
            )
            if percent:
                awards.append(scholarship._prepare_award(percent=percent))
        return tuple(awards)

    def _get_sibling_types(self, companies):
        """Return the sibling discounts of each school and of its foundation."""
        Type = self.env["scola.scholarship.type"].sudo()
        return {
            company: Type.search(
                [*Type._check_company_domain(company), ("is_sibling", "=", True)]
            )
            for company in companies
        }

    # === WRITING === #

    def _signature(self, bill):
        """Return a digest of everything that makes up ``bill``, None for no bill."""
        if bill is None:
            return None
        lines = sorted(
            (line.line, line.component, line.gross, sorted(line.discounts.items()))
            for line in bill.lines
        )
        content = repr((bill.bill_date, bill.due_date, bill.installments, lines))
        return hashlib.sha256(content.encode()).hexdigest()[:16]

    def _create_rows(self, bills):
        """Create the rows of ``bills``, their lines and discounts: three inserts."""
        # As superuser: see _plan_chunk. Users have no right to write plans by hand.
        env = self.sudo().env
        by_id = self._get_enrollments(bills)
        rows = env["scola.fee.schedule"].create(
            [self._prepare_row_vals(bill, by_id[bill.enrollment]) for bill in bills]
        )
        pairs = [
            (row, line)
            for row, bill in zip(rows, bills, strict=True)
            for line in bill.lines
        ]
        lines = env["scola.fee.schedule.line"].create(
            [self._prepare_line_vals(row, line) for row, line in pairs]
        )
        env["scola.fee.schedule.discount"].create(
            [
                {"line_id": record.id, "type_id": type_id, "amount": amount}
                for record, (_row, line) in zip(lines, pairs, strict=True)
                for type_id, amount in line.discounts.items()
            ]
        )
        return rows

    def _get_enrollments(self, bills):
        ids = {bill.enrollment for bill in bills}
        records = self.sudo().env["scola.student.fee.enrollment"].browse(ids)
        return {record.id: record for record in records}

    def _prepare_row_vals(self, bill, enrollment):
        return {
            "enrollment_id": enrollment.id,
            "student_id": enrollment.student_id.id,
            "company_id": enrollment.company_id.id,
            "nature": enrollment.template_id.nature,
            "period": bill.period,
            "frequency": bill.frequency,
            "period_start": bill.period_start,
            "period_end": bill.period_end,
            "installment": bill.installment,
            "installments": bill.installments,
            "bill_date": bill.bill_date,
            "due_date": bill.due_date,
            "gross": bill.gross,
            "discount": bill.discount,
            "amount": bill.net,
            "signature": self._signature(bill),
        }

    def _prepare_line_vals(self, row, line):
        return {
            "schedule_id": row.id,
            "template_line_id": line.line,
            "component_id": line.component,
            "gross": line.gross,
            "discount": line.discount,
        }
