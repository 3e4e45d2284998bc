# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models

#: Formats of the cells by kind of column.
NUMBER_FORMATS = {"amount": "#,##0", "date": "dd-mm-yyyy"}
#: Points of one line of a paragraph.
LINE_HEIGHT = 15


class BosDocumentXlsx(models.AbstractModel):
    """Any form as a worksheet."""

    _name = "report.scola_bos.form_xlsx"
    _inherit = "report.report_xlsx.abstract"
    _description = "BOS Form (XLSX)"

    def generate_xlsx_report(self, workbook, data, objs):
        """Override of `report_xlsx`: one sheet per form."""
        formats = self._make_formats(workbook)
        for record in objs:
            document = record._get_printable()
            sheet = workbook.add_worksheet(document.sheet_name)
            self._write_document(sheet, document, formats)

    def _make_formats(self, workbook):
        formats = {
            "title": workbook.add_format({"bold": True, "font_size": 14}),
            "bold": workbook.add_format({"bold": True}),
            "plain": workbook.add_format({}),
            "paragraph": workbook.add_format({"text_wrap": True, "valign": "top"}),
        }
        for style in ("", "total"):
            for kind in ("text", "amount", "date"):
                values = {"border": 1, "bold": bool(style), "valign": "top"}
                if kind in NUMBER_FORMATS:
                    values["num_format"] = NUMBER_FORMATS[kind]
                else:
                    values["text_wrap"] = True
                formats[kind, style] = workbook.add_format(values)
        formats["heading"] = workbook.add_format(
            {"border": 1, "bold": True, "bg_color": "#DCE6F1", "text_wrap": True}
        )
        return formats

    def _write_document(self, sheet, document, formats):
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        self._set_widths(sheet, document)
        sheet.write(0, 0, document.title, formats["title"])
        row = 2
        for label, value in document.header:
            sheet.write_string(row, 0, label, formats["bold"])
            sheet.write_string(row, 1, value, formats["plain"])
            row += 1
        row = self._write_texts(sheet, row + 1, document, document.intro, formats)
        for table in document.tables:
            row = self._write_table(sheet, row, table, formats) + 1
        row = self._write_texts(sheet, row, document, document.closing, formats)
        self._write_signatures(sheet, row, document, formats)

    def _set_widths(self, sheet, document):
        for table in document.tables:
            for index, column in enumerate(table.columns):
                sheet.set_column(index, index, column.width)

    def _write_texts(self, sheet, row, document, texts, formats):
        """Write paragraphs across the columns of the table; return the next row."""
        columns = document.tables[0].columns
        width = sum(column.width for column in columns)
        for text in texts:
            # Merged empty: the text itself is never taken for a formula.
            sheet.merge_range(row, 0, row, len(columns) - 1, "", formats["paragraph"])
            sheet.write_string(row, 0, text, formats["paragraph"])
            sheet.set_row(row, LINE_HEIGHT * (len(text) // width + 1))
            row += 1
        return row + 1 if texts else row

    def _write_table(self, sheet, row, table, formats):
        if table.title:
            sheet.write_string(row, 0, table.title, formats["bold"])
            row += 1
        for index, column in enumerate(table.columns):
            sheet.write_string(row, index, column.title, formats["heading"])
        for line in table.rows:
            row += 1
            for index, value in enumerate(line.cells):
                kind = table.columns[index].kind
                self._write_cell(sheet, row, index, value, formats[kind, line.style])
        return row + 1

    def _write_cell(self, sheet, row, index, value, cell_format):
        """Write a value as what it is: text is never taken for a formula."""
        if value is None:
            sheet.write_blank(row, index, None, cell_format)
        elif isinstance(value, str):
            sheet.write_string(row, index, value, cell_format)
        elif hasattr(value, "strftime"):
            sheet.write_datetime(row, index, value, cell_format)
        else:
            sheet.write_number(row, index, value, cell_format)

    def _write_signatures(self, sheet, row, document, formats):
        last = len(document.signatures) - 1
        for index, signature in enumerate(document.signatures):
            column = self._get_signature_column(document, index)
            if index == last:
                sheet.write_string(row, column, document.place, formats["plain"])
            sheet.write_string(row + 1, column, signature.role, formats["plain"])
            sheet.write_string(row + 3, column, signature.note, formats["plain"])
            sheet.write_string(row + 5, column, signature.name, formats["bold"])
            sheet.write_string(row + 6, column, signature.number, formats["plain"])

    def _get_signature_column(self, document, index):
        """Return the column of a signature: the last one stands on the right."""
        columns = len(document.tables[0].columns)
        return 0 if index < len(document.signatures) - 1 else columns // 2
