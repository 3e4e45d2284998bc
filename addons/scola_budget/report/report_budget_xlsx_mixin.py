# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models

MONEY = "#,##0;[Red]-#,##0"
DECIMALS = "#,##0.00;[Red]-#,##0.00"
#: Format of a row by its style.
STYLES = {
    "title": {"bold": True, "font_size": 14},
    "section": {"bold": True, "bg_color": "#0B3D5C", "font_color": "#FFFFFF"},
    "heading": {"bold": True, "border": 1, "bg_color": "#D9E2EC", "text_wrap": True},
    "standard": {"bold": True, "border": 1, "bg_color": "#EEF4F8"},
    "programme": {"bold": True, "border": 1},
    "activity": {"italic": True, "border": 1},
    "item": {"border": 1},
    "total": {"bold": True, "border": 1, "top": 2},
    "plain": {},
    "bold": {"bold": True},
}


class ReportBudgetXlsxMixin(models.AbstractModel):
    """What the XLSX forms of budgets have in common."""

    _name = "report.scola_budget.xlsx_mixin"
    _inherit = "report.report_xlsx.abstract"
    _description = "XLSX Form of a Budget"

    #: Columns of the text beside the labels of the head, and of the signatures.
    _head_column = 1
    _signature_columns = (0, 1, 4)

    def _get_objs_for_report(self, docids, data):
        """Override of `report_xlsx`: always budgets, whatever the context says."""
        budgets = self.env["account.budget"].browse(
            docids or (data or {}).get("budget_ids", [])
        )
        budgets.check_access("read")
        return budgets

    def _get_formats(self, workbook):
        """Return the formats by style: for text, whole numbers and others."""
        return {
            style: (
                workbook.add_format(options),
                workbook.add_format({**options, "num_format": MONEY}),
                workbook.add_format({**options, "num_format": DECIMALS}),
            )
            for style, options in STYLES.items()
        }

    def _write_head(self, sheet, formats, title, pairs):
        """Write title and head; return the number of the next free row."""
        sheet.write_string(0, 0, title, formats["title"][0])
        for row, (label, text) in enumerate(pairs, start=2):
            sheet.write_string(row, 0, label, formats["plain"][0])
            sheet.write_string(row, self._head_column, f": {text}", formats["plain"][0])
        return len(pairs) + 3

    def _write_cells(self, sheet, row, cells, style):
        """Write one row: numbers as numbers, all else as text, never as formula."""
        text, whole, decimals = style
        for column, cell in enumerate(cells):
            if isinstance(cell, (int, float)):
                form = whole if round(cell, 2) == int(cell) else decimals
                sheet.write_number(row, column, cell, form)
            else:
                sheet.write_string(row, column, cell or "", text)

    def _write_signatures(self, sheet, formats, row, signatures):
        """Write who signs, side by side."""
        columns = self._signature_columns
        for column, (function, name) in zip(columns, signatures, strict=True):
            sheet.write_string(row, column, function, formats["plain"][0])
            sheet.write_string(row + 5, column, name or "." * 30, formats["bold"][0])
