# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta
from decimal import Decimal

from odoo import models

from ..const import K7_COLUMNS
from ..tools.document import Column, Row, Table, format_rupiah, total_row
from ..tools.money import to_decimal

NOTHING = Decimal(0)


class BosReportWizard(models.TransientModel):
    """The recapitulations: K7, K7A, standards by component, and SPTJM."""

    _inherit = "bos.report.wizard"

    # === K7 === #

    def _get_k7(self):
        """Return budget and realisation by programme and by kind of fund."""
        ledger = self.env["bos.ledger"]
        scope = self._get_scope(self.env["account.analytic.account"])
        planned = ledger._sum_planned(scope, ["code"])
        spent = ledger._sum_spending(scope, ["code", "k7_column"])
        columns = self._get_k7_columns()
        rows = self._get_k7_rows(planned, spent)
        standards = [row for row in rows if row.style]
        total = total_row("", columns, standards)
        total = Row(("", self.env._("Total"), *total.cells[2:]), "total")
        return self._get_title(), (Table(columns, (*rows, total)),), ()

    def _get_k7_columns(self):
        # As superuser: only the names of the columns are read.
        field = self.sudo().env["account.analytic.account"]._fields["bos_k7_column"]
        names = dict(field._description_selection(self.env))
        return (
            Column(self.env._("Code"), width=10),
            Column(self.env._("Programme"), width=48),
            Column(self.env._("Budget"), "amount", 17),
            *(Column(names[key], "amount", 16) for key, _name in K7_COLUMNS),
            Column(self.env._("Realised"), "amount", 17),
        )

    def _get_k7_rows(self, planned, spent):
        """Return a row per standard (in bold) and per programme that has figures."""
        rows = []
        for code, name in self._get_programmes():
            if code:
                mine = [item for item in planned if self._is_below(item["code"], code)]
                used = [item for item in spent if self._is_below(item["code"], code)]
            else:
                mine = [item for item in planned if not item["code"]]
                used = [item for item in spent if not item["code"]]
            is_standard = len(code) <= 2
            if mine or used or (is_standard and code):
                style = "total" if is_standard else ""
                rows.append(self._get_k7_row(code, name, mine, used, style))
        return rows

    def _is_below(self, code, parent):
        return bool(code) and (code == parent or code.startswith(f"{parent}."))

    def _get_k7_row(self, code, name, planned, spent, style):
        sums = dict.fromkeys((key for key, _name in K7_COLUMNS), NOTHING)
        for item in spent:
            sums[item["k7_column"] or "other"] += item["amount"]
        budget = sum((item["amount"] for item in planned), NOTHING)
        realised = sum(sums.values(), NOTHING)
        return Row((code, name, budget, *sums.values(), realised), style)

    def _get_programmes(self):
        """Return code and name of standards and programmes, at last of none of them."""
        programs = (
            self.env["scola.budget.program"]
            .with_context(active_test=False)
            .search([("level", "!=", "activity")], order="code, valid_from")
        )
        names = {program.code: program.name for program in programs}
        return [*names.items(), ("", self.env._("Without activity"))]

    # === K7A === #

    def _get_k7a(self):
        """Return what was spent of the fund by component."""
        spent = self.env["bos.ledger"]._sum_spending(
            self._get_scope(self.fund_id), ["component_code"]
        )
        sums = {row["component_code"]: row["amount"] for row in spent}
        columns = (
            Column(self.env._("No."), width=8),
            Column(self.env._("Component"), width=62),
            Column(self.env._("Amount"), "amount", 20),
        )
        rows = [
            Row((code, name, sums.pop(code, NOTHING)))
            for code, name in self._get_components()
        ]
        if any(sums.values()):
            rest = sum(sums.values(), NOTHING)
            rows.append(Row(("", self.env._("Without component"), rest)))
        total = total_row("", columns, rows)
        total = Row(("", self.env._("Total"), total.cells[2]), "total")
        return self._get_title(), (Table(columns, (*rows, total)),), ()

    def _get_components(self):
        """Return code and name of the components of the year's regulation."""
        regulation = self.env["bos.regulation"]._get_for_year(self.date_to.year)
        # As superuser: only the type of the fund is read.
        fund_type = self.fund_id.sudo().fund_type
        components = regulation.component_ids.filtered(
            lambda component: component.fund_type == fund_type
        )
        return [(item.code, item.name) for item in components.sorted("code")]

    # === STANDARDS BY COMPONENT === #

    def _get_matrix(self):
        """Return what was spent of the fund by standard and component."""
        spent = self.env["bos.ledger"]._sum_spending(
            self._get_scope(self.fund_id), ["code", "component_code"]
        )
        codes = [code for code, _name in self._get_components()]
        codes += sorted({row["component_code"] or "" for row in spent} - set(codes))
        columns = (
            Column(self.env._("Standard"), width=34),
            *(Column(code or "-", "amount", 13) for code in codes),
            Column(self.env._("Total"), "amount", 15),
        )
        standards = [item for item in self._get_programmes() if len(item[0]) <= 2]
        rows = [
            row
            for code, name in standards
            if (row := self._get_matrix_row(code, name, codes, spent))
        ]
        total = total_row(self.env._("Total"), columns, rows)
        return self._get_title(), (Table(columns, (*rows, total)),), self._get_legend()

    def _get_matrix_row(self, standard, name, codes, spent):
        sums = dict.fromkeys(codes, NOTHING)
        for row in spent:
            if (row["code"] or "")[:2] == standard:
                sums[row["component_code"] or ""] += row["amount"]
        total = sum(sums.values(), NOTHING)
        if not (standard or total):
            return None
        return Row((f"{standard} {name}".strip(), *sums.values(), total))

    def _get_legend(self):
        return tuple(f"{code}: {name}" for code, name in self._get_components())

    # === SPTJM === #

    def _get_sptjm(self):
        """Return the statement that the principal signs for the use of the fund."""
        ledger, scope = self.env["bos.ledger"], self._get_scope(self.fund_id)
        received = ledger._sum_receipts(scope).get(self.id, NOTHING)
        interest = ledger._sum_receipts(scope, "interest").get(self.id, NOTHING)
        spent = self._get_spent(scope)
        opening = self._get_opening()
        pairs = (
            (self.env._("Carried over from before"), opening),
            (self.env._("Received"), received),
            (self.env._("Interest and other income"), interest),
            (self.env._("Used"), spent),
            (self.env._("Left"), opening + received + interest - spent),
        )
        columns = (
            Column(self.env._("Statement of Use"), width=62),
            Column(self.env._("Amount"), "amount", 20),
        )
        rows = tuple(Row((label, amount)) for label, amount in pairs)
        return self._get_title(), (Table(columns, rows),), self._get_sptjm_texts(spent)

    def _get_opening(self):
        """Return SiLPA of the year before and what the year left until the period."""
        year = self.date_from.year
        carried = self.env["bos.fund.carry.over"]._get_amounts(
            self.company_id, self.fund_id, {year - 1}
        )
        opening = to_decimal(
            carried.get((self.company_id.id, self.fund_id.id, year - 1))
        )
        first = self.date_from.replace(month=1, day=1)
        if first == self.date_from:
            return opening
        ledger, last = self.env["bos.ledger"], self.date_from - timedelta(days=1)
        scope = [(self.id, self.company_id.id, self.fund_id.id, first, last)]
        received = ledger._sum_receipts(scope).get(self.id, NOTHING)
        interest = ledger._sum_receipts(scope, "interest").get(self.id, NOTHING)
        return opening + received + interest - self._get_spent(scope)

    def _get_spent(self, scope):
        rows = self.env["bos.ledger"]._sum_spending(scope, ["fund_id"])
        return sum((row["amount"] for row in rows), NOTHING)

    def _get_sptjm_texts(self, spent):
        setting = self.env["bos.setting"]._get_for(self.company_id)
        currency = self.company_id.currency_id
        return (
            self.env._(
                "I, %(name)s (NIP/NUPTK %(number)s), principal of %(school)s, declare "
                "that I am fully responsible for the use of %(fund)s from %(start)s to "
                "%(end)s.",
                name=setting.principal_name or "…",
                number=setting.principal_number or "…",
                school=self.company_id.name,
                fund=self.fund_id.name,
                start=self._format_day(self.date_from),
                end=self._format_day(self.date_to),
            ),
            self.env._(
                "Rp %(amount)s (%(words)s) was used as the regulation provides. The "
                "receipts are kept at the school and may be inspected. Should the use "
                "not comply, I am ready to return the money to the state.",
                amount=format_rupiah(spent),
                words=currency.amount_to_text(float(spent)),
            ),
        )
