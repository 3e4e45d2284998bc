# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, plaintext2html

from ..tools.document import format_rupiah
from ..tools.limits import BROKEN, OK, Verdict, judge
from ..tools.money import to_decimal

NOTHING = Decimal(0)
#: What the checks of an allocation depend on, besides the ledger.
FIGURES = (
    "annual_amount",
    "company_id",
    "fund_id",
    "line_ids.planned",
    "line_ids.planned_books",
    "line_ids.planned_exempt",
    "regulation_id",
    "state",
    "year",
)


class Check(NamedTuple):
    """What a limit says of the plan or of what was spent.

    ``limit``: bos.regulation.limit; ``percent``: Decimal that holds for the school;
    ``scope``: "plan" or "realised"; ``blocks``: broken and verified.
    """

    limit: object
    relaxation: object
    percent: Decimal
    scope: str
    base: Decimal
    amount: Decimal
    verdict: Verdict
    blocks: bool


class Figures(NamedTuple):
    """Of a school, fund and year: ``rows`` are dicts with component_code, counts,
    spending_code and amount; ``is_final``: no more is to come."""

    rows: list
    is_final: bool


class BosFundAllocation(models.Model):
    """The checks of the juknis, on what is planned and on what was spent."""

    _inherit = "bos.fund.allocation"

    check_state = fields.Selection(
        [("ok", "Kept"), ("warning", "Look Here"), ("blocked", "Broken")],
        string="Juknis",
        compute="_compute_check_state",
    )
    check_html = fields.Html(
        string="Ceilings and Floors", compute="_compute_check_html", sanitize=False
    )

    check_number = fields.Integer(
        default=0,
        copy=False,
        readonly=True,
        export_string_translation=False,
        help="Written by each check of a ceiling, so that two at once collide.",
    )

    @api.depends(*FIGURES)
    def _compute_check_state(self):
        found = self._origin._get_findings()
        for item in self:
            item.check_state = self._get_check_state(
                *found.get(item._origin.id, ((), ()))
            )

    @api.depends(*FIGURES)
    def _compute_check_html(self):
        found = self._origin._get_findings()
        for item in self:
            checks, hints = found.get(item._origin.id, ((), ()))
            item.check_html = (
                item._render_checks(checks, hints) if checks or hints else False
            )

    def _get_findings(self):
        """Return {id: (list of Check on plan and spending, list of hints)}."""
        planned, realised = self._get_checks("plan"), self._get_checks("realised")
        hints = self._get_prohibited()
        return {
            item.id: (planned[item.id] + realised[item.id], hints.get(item.id, []))
            for item in self
        }

    def _get_check_state(self, checks, hints):
        if any(check.blocks for check in checks):
            return "blocked"
        broken = any(check.verdict.status == BROKEN for check in checks)
        return "warning" if broken or hints else "ok"

    def _render_checks(self, checks, hints):
        self.ensure_one()
        return self.env["ir.qweb"]._render(
            "scola_bos.allocation_checks",
            {
                "allocation": self,
                "checks": checks,
                "hints": hints,
                "format_rupiah": format_rupiah,
            },
        )

    # === THE YEAR === #

    def _get_year_key(self):
        self.ensure_one()
        return (self.company_id.id, self.fund_id.id, self.year)

    def _get_years(self):
        """Return all allocations of the same schools, funds and years by their key.

        Drafts count for themselves only: nobody has settled on them.
        """
        found = self.search(
            [
                ("company_id", "in", self.company_id.ids),
                ("fund_id", "in", self.fund_id.ids),
                ("year", "in", list(set(self.mapped("year")))),
                ("state", "!=", "draft"),
            ]
        )
        return (found | self).grouped(lambda item: item._get_year_key())

    def _covers_year(self):
        """Return whether these allocations of one year are all of it."""
        days = sum((item.date_to - item.date_from).days + 1 for item in self)
        year = self[0].year
        return days == (date(year + 1, 1, 1) - date(year, 1, 1)).days

    def _get_base(self):
        """Return the allocation of the year that these allocations are parts of.

        :rtype: Decimal
        """
        if self._covers_year():
            return to_decimal(sum(self.mapped("amount")))
        return to_decimal(self.sorted("date_from")[-1].annual_amount)

    # === CHECKS === #

    def _get_checks(self, scope):
        """Return what the limits say of each allocation's year.

        :param str scope: "plan" or "realised"
        :return: {allocation id: list of Check}
        """
        if not self:
            return {}
        years = self._get_years()
        figures = self._get_figures(scope, years)
        relaxations = self.env["bos.relaxation"]._get_approved(
            self.company_id, {year for _company, _fund, year in years}
        )
        ownerships = self._get_ownerships()
        result = {}
        for item in self:
            key = item._get_year_key()
            limits = item._get_limits(ownerships.get(item.company_id.id))
            result[item.id] = [
                item._make_check(
                    limit,
                    relaxations.get((item.company_id.id, item.year, limit.id)),
                    scope,
                    years[key]._get_base(),
                    figures[key],
                )
                for limit in limits
            ]
        return result

    def _get_ownerships(self):
        """Return {company id: "public" or "private"} of the schools with settings."""
        settings = self.env["bos.setting"].search(
            [("company_id", "in", self.company_id.ids)]
        )
        return {setting.company_id.id: setting.ownership for setting in settings}

    def _get_limits(self, ownership):
        self.ensure_one()
        if self.fund_type != "bos_regular":
            return self.env["bos.regulation.limit"]
        return self.regulation_id.limit_ids.filtered(
            lambda limit: limit._applies_to(ownership)
        )

    def _make_check(self, limit, relaxation, scope, base, figures):
        percent = limit._get_percent(relaxation)
        amount = self._sum_subject(limit, figures.rows)
        verdict = judge(limit.sense, percent, base, amount, figures.is_final)
        blocks = verdict.status == BROKEN and limit.is_verified
        return Check(limit, relaxation, percent, scope, base, amount, verdict, blocks)

    @api.model
    def _sum_subject(self, limit, rows):
        """Add up what a limit is about.

        :param bos.regulation.limit limit:
        :param list rows: as in Figures
        :rtype: Decimal
        """
        total = NOTHING
        for row in rows:
            if limit.spending_code_prefix:
                counts = row["spending_code"].startswith(limit.spending_code_prefix)
            else:
                counts = row["component_code"] == limit.component_code
            if counts and not (limit.only_counting and not row["counts"]):
                total += row["amount"]
        return total

    @api.model
    def _get_figures(self, scope, years):
        if scope == "plan":
            return {
                key: Figures(items._get_planned_rows(), items._covers_year())
                for key, items in years.items()
            }
        return self._get_realised_figures(years)

    def _get_planned_rows(self):
        """Return the planned amounts as rows, parts that are told apart by themselves.

        Books are part of a component and counted once more under their spending code,
        with no component.
        """
        prefix = self[:1]._get_books_prefix()
        rows = []
        for line in self.line_ids:
            code = line.component_id.code
            exempt = to_decimal(line.planned_exempt)
            counting = to_decimal(line.planned) - exempt
            rows.append(self._make_row(code, True, "", counting))
            rows.append(self._make_row(code, False, "", exempt))
            if prefix:
                amount = to_decimal(line.planned_books)
                rows.append(self._make_row(None, True, prefix, amount))
        return rows

    @api.model
    def _make_row(self, component_code, counts, spending_code, amount):
        return {
            "component_code": component_code,
            "counts": counts,
            "spending_code": spending_code,
            "amount": amount,
        }

    @api.model
    def _get_realised_figures(self, years, without=()):
        scopes, keys = [], list(years)
        for number, (company, fund, year) in enumerate(keys):
            scopes.append((number, company, fund, date(year, 1, 1), date(year, 12, 31)))
        found = self.env["bos.ledger"]._sum_spending(
            scopes, ["component_code", "counts", "spending_code"], without
        )
        rows = {number: [] for number in range(len(keys))}
        for row in found:
            rows[row["scope"]].append(row)
        return {
            key: Figures(rows[number], self._is_year_over(key))
            for number, key in enumerate(keys)
        }

    @api.model
    def _is_year_over(self, key):
        company, _fund, year = key
        return self.env["res.company"].browse(company)._scola_today() >= date(
            year, 12, 31
        )

    def _check_limits(self, scope):
        """Refuse a plan or spending that breaks what we read in the regulation.

        :param str scope: "plan" or "realised"
        """
        for company in self.company_id:
            self.env["bos.setting"]._get_for(company)
        for item in self:
            broken = [
                self._describe_check(check)
                for check in item._get_checks(scope)[item.id]
                if check.blocks
            ]
            if broken:
                raise UserError("\n\n".join([item.name, *broken]))

    @api.model
    def _describe_check(self, check):
        """Say what is wrong with a figure: figure, limit, legal source and remedy."""
        values = self._get_check_values(check)
        if check.scope == "plan" and check.limit.sense == "max":
            return self.env._(
                "%(name)s: Rp %(amount)s planned is %(percent)s %% of the year's Rp "
                "%(base)s; at most %(limit)s %% (Rp %(allowed)s) is allowed by "
                "%(rule)s. Plan Rp %(excess)s less, or record a relaxation.",
                **values,
            )
        if check.scope == "plan":
            return self.env._(
                "%(name)s: Rp %(amount)s planned is %(percent)s %% of the year's Rp "
                "%(base)s; at least %(limit)s %% (Rp %(allowed)s) is asked for by "
                "%(rule)s. Plan Rp %(excess)s more, or record a relaxation.",
                **values,
            )
        if check.limit.sense == "max":
            return self.env._(
                "%(name)s: Rp %(amount)s spent is %(percent)s %% of the year's Rp "
                "%(base)s; at most %(limit)s %% (Rp %(allowed)s) is allowed by "
                "%(rule)s. Pay Rp %(excess)s from another fund, or record a "
                "relaxation.",
                **values,
            )
        return self.env._(
            "%(name)s: Rp %(amount)s spent is %(percent)s %% of the year's Rp "
            "%(base)s; at least %(limit)s %% (Rp %(allowed)s) is asked for by "
            "%(rule)s. Rp %(excess)s is missing; record a relaxation if one was "
            "granted.",
            **values,
        )

    @api.model
    def _get_check_values(self, check):
        return {
            "name": check.limit.name,
            "amount": format_rupiah(check.amount),
            "percent": format_rupiah(check.verdict.percent),
            "base": format_rupiah(check.base),
            "limit": format_rupiah(check.percent),
            "allowed": format_rupiah(check.verdict.allowed),
            "rule": check.limit._get_legal_name(),
            "excess": format_rupiah(check.verdict.excess),
        }

    def _notify_warnings(self, scope):
        """Note in the chatter what is broken but not verified, and what is open."""
        checks = self._get_checks(scope)
        for item in self:
            texts = [
                self._describe_check(check)
                for check in checks[item.id]
                if check.verdict.status != OK and not check.blocks
            ]
            if texts:
                item.message_post(body=plaintext2html("\n".join(texts)))

    # === PROHIBITED SPENDING === #

    def _get_prohibited(self):
        """Return what was spent or is planned and looks prohibited.

        :return: {allocation id: list of (bos.regulation.prohibition, label, Decimal)}
        """
        ledger, keys = self.env["bos.ledger"], ["code", "spending_code", "label"]
        scopes = self._get_scopes()
        rows = ledger._sum_spending(scopes, keys) + ledger._sum_planned(scopes, keys)
        rules = {item.id: item.regulation_id.prohibition_ids for item in self}
        result = {}
        for row in rows:
            for rule in rules[row["scope"]]:
                if rule._matches(row["code"] or "", row["spending_code"], row["label"]):
                    result.setdefault(row["scope"], []).append(
                        (rule, row["label"] or row["code"], row["amount"])
                    )
        return result

    # === WHEN MONEY IS SPENT === #

    @api.model
    def _check_spending(self, company, lines, without):
        """Check spending that is being booked against the ceilings of its year.

        :param res.company company: the school
        :param list lines: dicts with fund_id, date, component_code, counts,
            spending_code and amount (Decimal)
        :param without: ids of the journal entries that the lines are from
        :return: list of messages on ceilings that are broken but not verified
        :raises UserError: if a verified ceiling would be broken
        """
        warnings = []
        for key, rows in self._group_spending(company, lines).items():
            items = self._find_year(*key)
            limits = items[:1]._get_touched_ceilings(rows)
            if not limits:
                continue
            items._lock_year()
            for check in items._get_ceiling_checks(limits, rows, without):
                if check.blocks:
                    raise UserError(self._describe_check(check))
                if check.verdict.status == BROKEN:
                    warnings.append(self._describe_check(check))
        return warnings

    @api.model
    def _group_spending(self, company, lines):
        groups = {}
        for line in lines:
            key = (company.id, line["fund_id"], line["date"].year)
            groups.setdefault(key, []).append(line)
        return groups

    @api.model
    def _find_year(self, company_id, fund_id, year):
        return self.search(
            [
                ("company_id", "=", company_id),
                ("fund_id", "=", fund_id),
                ("year", "=", year),
                ("state", "!=", "draft"),
            ]
        )

    def _lock_year(self):
        """Let two that spend at the same time see each other.

        A lock would not do: who waited for it still reads what was there before. Two
        who write the same row can't both commit; the second one starts anew.
        """
        self.env.execute_query(
            SQL(
                """
                WITH locked AS (
                    SELECT id FROM bos_fund_allocation
                     WHERE id IN %s ORDER BY id FOR UPDATE
                )
                UPDATE bos_fund_allocation a
                   SET check_number = a.check_number + 1
                  FROM locked WHERE a.id = locked.id
             RETURNING a.id
                """,
                tuple(self.ids),
            )
        )

    def _get_touched_ceilings(self, rows):
        """Return the ceilings that new spending adds to.

        :param list rows: dicts with component_code, counts, spending_code, amount
        :rtype: bos.regulation.limit
        """
        if not self:
            return self.env["bos.regulation.limit"]
        ownership = self._get_ownerships().get(self.company_id.id)
        return self._get_limits(ownership).filtered(
            lambda limit: limit.sense == "max" and self._sum_subject(limit, rows) > 0
        )

    def _get_ceiling_checks(self, limits, rows, without):
        """Return the checks of ceilings for all allocations of one year.

        :param bos.regulation.limit limits: ceilings
        :param list rows: spending on top of what is booked
        :param without: ids of the journal entries that the rows are from
        """
        key = self[0]._get_year_key()
        booked = self._get_realised_figures({key: self}, without)[key].rows
        relaxations = self.env["bos.relaxation"]._get_approved(
            self.company_id, {self[0].year}
        )
        figures, base = Figures(booked + rows, False), self._get_base()
        return [
            self._make_check(
                limit,
                relaxations.get((self.company_id.id, self[0].year, limit.id)),
                "realised",
                base,
                figures,
            )
            for limit in limits
        ]
