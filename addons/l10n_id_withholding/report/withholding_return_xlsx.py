# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models

from ..const import CORETAX_BP21, CORETAX_BPPU, CORETAX_FIRST_ROW, CORETAX_SHEET
from ..tools.identity import place_of_business
from ..tools.rates import deemed_rate, to_decimal


class WithholdingReturnXlsx(models.AbstractModel):
    """The slips as Coretax imports them, and as people read them."""

    _name = "report.l10n_id_withholding.return_xlsx"
    _inherit = "report.report_xlsx.abstract"
    _description = "Withholding Tax Return as XLSX"

    def generate_xlsx_report(self, workbook, data, objs):
        """Override of `report_xlsx`: three sheets per return."""
        formats = self._prepare_formats(workbook)
        for record in objs:
            suffix = f" {record.name.replace('/', '-')}" if len(objs) > 1 else ""
            self._write_coretax(workbook.add_worksheet(CORETAX_SHEET + suffix), record)
            self._write_table(
                workbook.add_worksheet(self.env._("Slips") + suffix),
                formats,
                self._get_slip_columns(),
                [self._prepare_slip_row(slip) for slip in record.slip_ids],
            )
            self._write_table(
                workbook.add_worksheet(self.env._("Corrections") + suffix),
                formats,
                self._get_correction_columns(),
                [self._prepare_correction_row(item) for item in record.correction_ids],
            )

    def _prepare_formats(self, workbook):
        return {
            "head": workbook.add_format({"bold": True, "bottom": 1, "text_wrap": True}),
            "money": workbook.add_format({"num_format": "#,##0"}),
            "total": workbook.add_format(
                {"num_format": "#,##0", "bold": True, "top": 1}
            ),
            "date": workbook.add_format({"num_format": "dd/mm/yyyy"}),
        }

    # === CORETAX === #

    def _write_coretax(self, sheet, record):
        """Write the sheet of the tax office's converter: TIN in C1, slips below."""
        columns = CORETAX_BP21 if record.kind == "pph21" else CORETAX_BPPU
        sheet.write_string(0, 1, "NPWP Pemotong")
        sheet.write_string(0, 2, record._get_payer()._l10n_id_get_tin())
        sheet.write_row(CORETAX_FIRST_ROW - 1, 1, [label for label, _tag in columns])
        slips = record.slip_ids.filtered(lambda slip: slip.tax_amount or slip.base)
        for row, slip in enumerate(slips, start=CORETAX_FIRST_ROW):
            values = self._prepare_coretax(record, slip)
            sheet.write_row(row, 1, [values[tag] for _label, tag in columns])
        sheet.set_column(1, len(columns), 18)

    def _prepare_coretax(self, record, slip):
        """Return the values of a slip by element of the import file."""
        payer = record._get_payer()
        branch = record.company_id.partner_id.l10n_id_tku
        return {
            "TaxPeriodMonth": record.period.month,
            "TaxPeriodYear": record.period.year,
            "CounterpartTin": slip.tin or "",
            "IDPlaceOfBusinessActivityOfIncomeRecipient": slip.place_of_business or "",
            "TaxCertificate": "N/A",
            "TaxObjectCode": slip.object_id.code or "",
            "Document": "CommercialInvoice",
            "DocumentNumber": slip.document_number or "",
            "DocumentDate": self._format_day(slip.document_date),
            "IDPlaceOfBusinessActivity": place_of_business(
                payer._l10n_id_get_tin(), branch
            ),
            "WithholdingDate": self._format_day(slip.date),
            **self._prepare_coretax_amounts(record, slip),
        }

    def _prepare_coretax_amounts(self, record, slip):
        if record.kind != "pph21":
            return {
                "TaxBase": slip.base,
                "Rate": slip.rate,
                "GovTreasurerOpt": "N/A",
                "SP2DNumber": "",
            }
        deemed = to_decimal(slip.object_id.deemed or 100)
        return {
            "StatusTaxExemption": slip.partner_id.l10n_id_ptkp or "",
            "Gross": slip.base,
            "Deemed": float(deemed),
            "Rate": float(deemed_rate(to_decimal(slip.rate), deemed)),
        }

    def _format_day(self, day):
        return day.isoformat() if day else ""

    # === TABLES === #

    def _get_slip_columns(self):
        """Return pairs of heading and kind of cell (text, date, rate or money)."""
        return [
            (self.env._("Number"), "text"),
            (self.env._("Number in Coretax"), "text"),
            (self.env._("Vendor"), "text"),
            (self.env._("NPWP/NIK"), "text"),
            (self.env._("Tax Object"), "text"),
            (self.env._("Base"), "money"),
            (self.env._("Rate (%)"), "rate"),
            (self.env._("Tax"), "money"),
            (self.env._("Bill"), "text"),
            (self.env._("Reference"), "text"),
            (self.env._("Date"), "date"),
        ]

    def _prepare_slip_row(self, slip):
        return [
            slip.number or "",
            slip.coretax_number or "",
            slip.partner_id.display_name or "",
            slip.tin or "",
            slip.object_id.code or "",
            slip.base,
            slip.rate,
            slip.tax_amount,
            slip.move_name or "",
            slip.document_number or "",
            slip.date,
        ]

    def _get_correction_columns(self):
        return [
            (self.env._("Bill"), "text"),
            (self.env._("Vendor"), "text"),
            (self.env._("Filed Base"), "money"),
            (self.env._("Filed Tax"), "money"),
            (self.env._("Base in the Books"), "money"),
            (self.env._("Tax in the Books"), "money"),
            (self.env._("Base Difference"), "money"),
            (self.env._("Tax Difference"), "money"),
        ]

    def _prepare_correction_row(self, item):
        return [
            item.move_id.name or "",
            item.partner_id.display_name or "",
            item.filed_base,
            item.filed_tax,
            item.base,
            item.tax_amount,
            item.base_difference,
            item.tax_difference,
        ]

    def _write_table(self, sheet, formats, columns, rows):
        for column, (label, _kind) in enumerate(columns):
            sheet.write_string(0, column, label, formats["head"])
        for number, row in enumerate(rows, start=1):
            for column, ((_label, kind), value) in enumerate(
                zip(columns, row, strict=True)
            ):
                self._write_cell(sheet, formats, number, column, kind, value)
        self._write_totals(sheet, formats, columns, rows)
        sheet.set_column(0, len(columns) - 1, 18)
        sheet.freeze_panes(1, 0)

    def _write_cell(self, sheet, formats, row, column, kind, value):
        if kind == "text":
            sheet.write_string(row, column, value)
        elif kind == "date":
            sheet.write_datetime(row, column, value, formats["date"])
        else:
            sheet.write_number(row, column, value, formats.get(kind))

    def _write_totals(self, sheet, formats, columns, rows):
        sheet.write_string(len(rows) + 1, 0, self.env._("Total"), formats["head"])
        for column, (_label, kind) in enumerate(columns):
            if kind == "money":
                total = sum(row[column] for row in rows)
                sheet.write_number(len(rows) + 1, column, total, formats["total"])
