# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from decimal import Decimal

from odoo import fields, models

from ..tools import figures, periods, rkas, thresholds

#: Months of a part of the year, by the layout of the form.
PART_MONTHS = {"stage": periods.STAGE_MONTHS, "quarter": periods.QUARTER_MONTHS}


class AccountBudget(models.Model):
    """What is on the forms: plain rows, printed as XLSX and as PDF."""

    _inherit = "account.budget"

    form_parts = fields.Selection(
        selection=[("stage", "Stages (Tahap)"), ("quarter", "Quarters (Triwulan)")],
        string="Columns of the Form",
        required=True,
        default="stage",
    )

    # === HEAD AND FOOT === #

    def _get_form_head(self):
        """Return what stands above each form, as pairs of label and text."""
        self.ensure_one()
        # As superuser: the letterhead of one's own school.
        company = self.sudo().company_id
        return [
            (self.env._("School"), company.name),
            (self.env._("NPSN"), company.npsn or ""),
            (self.env._("Address"), company.street or ""),
            (self.env._("District"), company.city or ""),
            (self.env._("Province"), company.state_id.name or ""),
            (self.env._("Fund"), self.fund_id.name or self.env._("All funds")),
            (
                self.env._("Period"),
                f"{self.date_from:%d/%m/%Y} - {self.date_to:%d/%m/%Y}",
            ),
            (self.env._("Budget"), self.display_name),
        ]

    def _get_form_signatures(self):
        """Return who signs the forms, as pairs of function and name."""
        self.ensure_one()
        return [
            (self.env._("Principal"), self.principal_name or ""),
            (self.env._("School Committee"), self.committee_name or ""),
            (self.env._("Foundation"), self.foundation_name or ""),
        ]

    def _format_cell(self, cell):
        """Write a cell of a printed form: numbers as in Indonesia, text as it is."""
        return figures.format_cell(cell)

    # === RKAS WORKSHEET === #

    def _get_rkas_labels(self):
        """Return the headings of the worksheet, by the names the import has."""
        return {
            "number": self.env._("No"),
            "spending_code": self.env._("Spending Code"),
            "program": self.env._("Program Code"),
            "name": self.env._("Description"),
            "volume": self.env._("Volume"),
            "uom": self.env._("Unit"),
            "unit_price": self.env._("Unit Price"),
            "amount": self.env._("Amount"),
            "stage_1": self.env._("Stage 1"),
            "stage_2": self.env._("Stage 2"),
            "quarter_1": self.env._("Quarter 1"),
            "quarter_2": self.env._("Quarter 2"),
            "quarter_3": self.env._("Quarter 3"),
            "quarter_4": self.env._("Quarter 4"),
            "period": self.env._("Month"),
            "account": self.env._("Account"),
            "fund": self.env._("Fund"),
        }

    def _get_rkas_columns(self):
        """Return the names of the columns, those of the budget's parts included."""
        self.ensure_one()
        count = 2 if self.form_parts == "stage" else 4
        return [
            "number",
            "spending_code",
            "program",
            "name",
            "volume",
            "uom",
            "unit_price",
            "amount",
            *(f"{self.form_parts}_{number}" for number in range(1, count + 1)),
            "period",
            "account",
            "fund",
        ]

    def _get_rkas_sections(self, lines=None):
        """Return the parts A and B of the worksheet.

        :param lines: the lines on it, all of the budget unless given
        :return: list of dicts with title, rows and total; a row has the keys of the
            columns and ``style`` (standard, programme, activity or item)
        """
        self.ensure_one()
        lines = self.line_ids if lines is None else lines
        receipts = lines.filtered(lambda line: line.kind == "receipt")
        return [
            {
                "title": self.env._("A. Receipts"),
                "rows": [
                    self._get_rkas_item(items, number)
                    for number, items in enumerate(
                        self._get_rkas_items(receipts), start=1
                    )
                ],
                "total": self._get_rkas_sum(receipts, self.env._("Total receipts")),
            },
            {
                "title": self.env._("B. Spending"),
                "rows": self._get_rkas_spending(lines - receipts),
                "total": self._get_rkas_sum(
                    lines - receipts, self.env._("Total spending")
                ),
            },
        ]

    def _get_rkas_spending(self, lines):
        rows, number = [], 0
        for level, program, group in self._walk_programs(lines):
            if level != "item":
                name = program.name or self.env._("Without activity")
                rows.append(
                    {
                        **self._get_rkas_sum(group, name),
                        "program": program.code or "",
                        "style": level,
                    }
                )
                continue
            for items in self._get_rkas_items(group):
                number += 1
                rows.append(self._get_rkas_item(items, number))
        return rows

    def _get_rkas_items(self, lines):
        """Return the lines of each row: an item that is spread over the year has one.

        Only where the import would spread the row in the same way again; otherwise
        each line has its own row, with its month or quarter.

        :return: list of account.budget.line
        """
        found = []
        for group in lines.grouped(lambda line: line._get_item_key()).values():
            merged = len(group) > 1 and self._is_spread(group)
            found += [group] if merged else list(group)
        return found

    def _is_spread(self, lines):
        """Tell whether the columns of the form say all about the lines of an item."""
        price = Decimal(str(lines[0].unit_price))
        total = sum(Decimal(str(line.planned)) for line in lines)
        volume = (total / price).quantize(Decimal("0.01")) if price else 0
        if not price or volume * price != total:
            return False
        quarters = periods.parts(self.date_from, self.date_to, periods.QUARTER_MONTHS)
        parts = {
            name: Decimal(str(amount))
            for name, amount in self._get_rkas_parts(lines).items()
        }
        spread = rkas.spread_quarters(parts)
        if any(index >= len(quarters) for index, _amount in spread):
            return False
        wanted = sorted((*quarters[index], amount) for index, amount in spread)
        return wanted == sorted(
            (line.date_from, line.date_to, Decimal(str(line.planned))) for line in lines
        )

    def _walk_programs(self, lines):
        """Yield standards, programmes, activities and their lines in order.

        :return: tuples of level (``item`` for the lines of an activity), programme,
            and the lines below it
        """
        for standard, of_standard in _group(lines, "standard_id"):
            yield "standard", standard, of_standard
            for programme, of_programme in _group(of_standard, "programme_id"):
                if programme:
                    yield "programme", programme, of_programme
                for activity, of_activity in _group(of_programme, "program_id"):
                    if activity:
                        yield "activity", activity, of_activity
                    yield "item", activity, of_activity

    def _get_rkas_item(self, lines, number):
        line = lines[0]
        period = periods.format_period(line.date_from, line.date_to)
        volume = line.volume or 1.0
        if len(lines) > 1:
            period = ""
            volume = round(sum(lines.mapped("planned")) / line.unit_price, 2)
        return {
            **self._get_rkas_sum(lines, line.name),
            "number": number,
            "spending_code": line.spending_code_id.code or line._get_form_code(),
            "program": line.program_id.code or "",
            "volume": volume,
            "uom": line.uom or "",
            "unit_price": line.unit_price if len(lines) > 1 else line._get_form_price(),
            "period": period,
            "account": line._get_form_code(),
            "fund": line.fund_id.code or "",
            "style": "item",
        }

    def _get_rkas_sum(self, lines, name):
        """Return a row that adds up lines, by part of the year."""
        return {
            **dict.fromkeys(self._get_rkas_columns(), ""),
            "name": name,
            "amount": sum(lines.mapped("planned")),
            **self._get_rkas_parts(lines),
            "style": "total",
        }

    def _get_rkas_parts(self, lines):
        """Return what is planned by part of the year: {name of the column: float}."""
        columns = self._get_rkas_columns()
        names = [column for column in columns if column.startswith(self.form_parts)]
        sums = periods.sum_parts(
            [(line.date_from, Decimal(str(line.planned))) for line in lines],
            self.date_from,
            PART_MONTHS[self.form_parts],
            len(names),
        )
        return dict(zip(names, map(float, sums), strict=True))

    # === REALISATION === #

    def _get_realisation_rows(self, detail=False):
        """Return what is planned and used, by standard, programme and activity.

        :param bool detail: also by line
        :return: list of dicts with style, code, name, planned, actual, committed,
            available (float) and percent (float or None)
        """
        self.ensure_one()
        usage = self.line_ids._get_usage()
        receipts = self.line_ids.filtered(lambda line: line.kind == "receipt")
        spending = self.line_ids - receipts
        rows = []
        if receipts:
            rows.append(
                _realise(usage, receipts, "standard", "", self.env._("Receipts"))
            )
        if receipts and detail:
            rows += [_realise_line(usage, line) for line in receipts]
        for level, program, lines in self._walk_programs(spending):
            if level != "item":
                name = program.name or self.env._("Without activity")
                rows.append(_realise(usage, lines, level, program.code, name))
            elif detail:
                rows += [_realise_line(usage, line) for line in lines]
        rows.append(
            _realise(usage, spending, "total", "", self.env._("Total spending"))
        )
        return rows


def _group(lines, field):
    """Return the groups of lines by a many2one, those without it last."""
    groups = lines.grouped(field)
    return sorted(groups.items(), key=lambda item: (not item[0], item[0].code or ""))


def _realise(usage, lines, style, code, name):
    planned = sum(lines.mapped("planned"))
    actual = sum(usage[line.id].actual for line in lines)
    committed = sum(usage[line.id].committed for line in lines)
    percent = thresholds.used_percent(Decimal(str(planned)), Decimal(str(actual)))
    return {
        "style": style,
        "code": code or "",
        "name": name,
        "planned": planned,
        "actual": actual,
        "committed": committed,
        "available": planned - actual - committed,
        "percent": None if percent is None else float(percent),
    }


def _realise_line(usage, line):
    code = line.spending_code_id.code or line._get_form_code()
    return _realise(usage, line, "item", code, line.name)
