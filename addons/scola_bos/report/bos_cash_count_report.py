# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models


class BosCashCountReport(models.AbstractModel):
    """The values of `bos.cash.count`'s PDF, as of any form."""

    _name = "report.scola_bos.report_bos_cash_count"
    _inherit = "report.scola_bos.report_bos_form"
    _description = "BOS Cash Count (PDF)"

    _model = "bos.cash.count"
