# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models


class BosCashCountXlsx(models.AbstractModel):
    """The count of cash as a worksheet, as any form."""

    _name = "report.scola_bos.cash_count_xlsx"
    _inherit = "report.scola_bos.form_xlsx"
    _description = "BOS Cash Count (XLSX)"
