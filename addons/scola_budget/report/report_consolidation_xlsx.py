# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models


class ReportConsolidationXlsx(models.AbstractModel):
    _name = "report.scola_budget.report_consolidation_xlsx"
    _inherit = "report.scola_budget.xlsx_mixin"
    _description = "Consolidated Budgets (XLSX)"

    def _get_objs_for_report(self, docids, data):
        """Override of the budgets' forms: this one is made by its wizard."""
        wizards = self.env["account.budget.consolidation"].browse(
            docids or (data or {}).get("wizard_ids", [])
        )
        wizards.check_access("read")
        return wizards

    def generate_xlsx_report(self, workbook, data, wizards):
        """Write one sheet per wizard: standards by school, planned and actual."""
        formats = self._get_formats(workbook)
        for wizard in wizards:
            self._write_wizard(workbook, formats, wizard)

    def _write_wizard(self, workbook, formats, wizard):
        sheet = workbook.add_worksheet(self.env._("Consolidated"))
        sheet.set_column(0, 0, 8)
        sheet.set_column(1, 1, 45)
        table = wizard._get_table()
        sheet.set_column(2, len(table["headings"]), 18)
        row = self._write_head(
            sheet, formats, self.env._("Consolidated Budget"), wizard._get_form_head()
        )
        self._write_cells(sheet, row, table["headings"], formats["heading"])
        for values in table["rows"]:
            row += 1
            self._write_cells(sheet, row, values["cells"], formats[values["style"]])
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
