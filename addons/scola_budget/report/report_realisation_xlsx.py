# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models

COLUMNS = (
    "code",
    "name",
    "planned",
    "actual",
    "committed",
    "available",
    "percent",
)


class ReportRealisationXlsx(models.AbstractModel):
    _name = "report.scola_budget.report_realisation_xlsx"
    _inherit = "report.scola_budget.xlsx_mixin"
    _description = "Realisation of a Budget (XLSX)"

    def generate_xlsx_report(self, workbook, data, budgets):
        """Write two sheets per budget: by programme, and with all lines."""
        formats = self._get_formats(workbook)
        for budget in budgets:
            self._write_sheet(
                workbook.add_worksheet(self.env._("By Programme")), formats, budget
            )
            self._write_sheet(
                workbook.add_worksheet(self.env._("By Line")), formats, budget, True
            )

    def _write_sheet(self, sheet, formats, budget, detail=False):
        sheet.set_column(0, 0, 20)
        sheet.set_column(1, 1, 50)
        sheet.set_column(2, 6, 16)
        row = self._write_head(
            sheet, formats, self.env._("Realisation"), budget._get_form_head()
        )
        self._write_cells(sheet, row, self._get_headings(), formats["heading"])
        for values in budget._get_realisation_rows(detail):
            row += 1
            cells = [values[column] for column in COLUMNS]
            self._write_cells(sheet, row, cells, formats[values["style"]])
        self._write_signatures(sheet, formats, row + 2, budget._get_form_signatures())
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)

    def _get_headings(self):
        return [
            self.env._("Code"),
            self.env._("Description"),
            self.env._("Planned"),
            self.env._("Actual"),
            self.env._("Committed"),
            self.env._("Available"),
            self.env._("Actual (%)"),
        ]
