# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models


class BosDocumentPortraitReport(models.AbstractModel):
    """The values of forms with few columns, as of any form."""

    _name = "report.scola_bos.report_bos_form_portrait"
    _inherit = "report.scola_bos.report_bos_form"
    _description = "BOS Form in Portrait (PDF)"
