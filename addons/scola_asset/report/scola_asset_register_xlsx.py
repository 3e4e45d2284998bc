# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models
from odoo.tools import format_date


class ScolaAssetRegisterXlsx(models.AbstractModel):
    """The register of assets, a sheet."""

    _name = "report.scola_asset.register_xlsx"
    _inherit = "report.report_xlsx.abstract"
    _description = "Register of Assets as XLSX"

    def generate_xlsx_report(self, workbook, data, objs):
        """Override of `report_xlsx`: one sheet per register."""
        formats = self._prepare_formats(workbook)
        for register in objs:
            sheet = workbook.add_worksheet(self.env._("Assets"))
            sheet.write_string(0, 0, register.company_id.name, formats["head"])
            title = self.env._(
                "Register of Assets, %(day)s", day=format_date(self.env, register.date)
            )
            sheet.write_string(1, 0, title, formats["head"])
            self._write_head(sheet, formats)
            row = 3
            for group in register._get_groups():
                row = self._write_group(sheet, formats, row, group)
            label = self.env._("Total")
            self._write_total(sheet, formats, row, label, register._get_total())
            for column, (_key, _label, _format, width) in enumerate(
                self._get_columns()
            ):
                sheet.set_column(column, column, width)
            sheet.freeze_panes(3, 0)

    def _prepare_formats(self, workbook):
        return {
            "head": workbook.add_format({"bold": True}),
            "column": workbook.add_format({"bold": True, "bottom": 1}),
            "money": workbook.add_format({"num_format": "#,##0"}),
            "total": workbook.add_format(
                {"num_format": "#,##0", "bold": True, "top": 1}
            ),
            "date": workbook.add_format({"num_format": "dd/mm/yyyy"}),
        }

    def _get_columns(self):
        """Return key, heading, format of the cells and width of each column."""
        return [
            ("code", self.env._("Reference"), None, 14),
            ("name", self.env._("Asset"), None, 34),
            ("fund", self.env._("Restricted Fund"), None, 26),
            ("date", self.env._("Acquired"), "date", 12),
            ("years", self.env._("Years"), None, 8),
            ("cost", self.env._("Acquisition"), "money", 18),
            ("accumulated", self.env._("Accumulated Depreciation"), "money", 22),
            ("book", self.env._("Book Value"), "money", 18),
        ]

    def _write_head(self, sheet, formats):
        for column, (_key, label, *_rest) in enumerate(self._get_columns()):
            sheet.write_string(2, column, label, formats["column"])

    def _write_group(self, sheet, formats, row, group):
        """Write a group from a row on; return the row after it."""
        sheet.write_string(row, 0, group["name"], formats["head"])
        for number, values in enumerate(group["rows"], start=row + 1):
            for column, (key, _label, name, _width) in enumerate(self._get_columns()):
                sheet.write(number, column, values[key], formats.get(name))
        end = row + len(group["rows"]) + 1
        label = self.env._("Total %(group)s", group=group["name"])
        self._write_total(sheet, formats, end, label, group["total"])
        return end + 2

    def _write_total(self, sheet, formats, row, label, amounts):
        sheet.write_string(row, 0, label, formats["head"])
        for column, (key, *_rest) in enumerate(self._get_columns()):
            if key in amounts:
                sheet.write_number(row, column, amounts[key], formats["total"])
