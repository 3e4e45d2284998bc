# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models

WIDTHS = {"number": 5, "name": 45, "spending_code": 20, "program": 13, "period": 17}


class ReportRkasXlsx(models.AbstractModel):
    """The RKAS worksheet; what it writes, the import reads."""

    _name = "report.scola_budget.report_rkas_xlsx"
    _inherit = "report.scola_budget.xlsx_mixin"
    _description = "RKAS Worksheet (XLSX)"

    # Not below the columns that make a row an item when the form is imported.
    _head_column = 3
    _signature_columns = (3, 7, 10)

    def generate_xlsx_report(self, workbook, data, budgets):
        """Write one sheet per budget.

        :param dict data: ``empty`` leaves out the lines: a template to fill in
        """
        formats = self._get_formats(workbook)
        for budget in budgets:
            lines = budget.line_ids
            if (data or {}).get("empty"):
                lines = lines.browse()
            self._write_budget(workbook, formats, budget, lines)

    def _write_budget(self, workbook, formats, budget, lines):
        sheet = workbook.add_worksheet("RKAS")
        columns = budget._get_rkas_columns()
        for index, column in enumerate(columns):
            sheet.set_column(index, index, WIDTHS.get(column, 15))
        row = self._write_head(
            sheet, formats, self.env._("RKAS Worksheet"), budget._get_form_head()
        )
        labels = budget._get_rkas_labels()
        for section in budget._get_rkas_sections(lines):
            self._write_section_title(sheet, formats, row, section["title"], columns)
            headings = [labels[column] for column in columns]
            self._write_cells(sheet, row + 1, headings, formats["heading"])
            row = self._write_rows(sheet, formats, row + 2, section, columns)
        self._write_signatures(sheet, formats, row, budget._get_form_signatures())
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)

    def _write_section_title(self, sheet, formats, row, title, columns):
        cells = [title, *("" for _column in columns[1:])]
        self._write_cells(sheet, row, cells, formats["section"])

    def _write_rows(self, sheet, formats, row, section, columns):
        """Write the rows of a section and its total; return the next free row."""
        for values in (*section["rows"], section["total"]):
            cells = [values[column] for column in columns]
            self._write_cells(sheet, row, cells, formats[values["style"]])
            row += 1
        return row + 1
