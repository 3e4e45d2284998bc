# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models


class AuditlogLogLineView(models.Model):
    _inherit = "auditlog.log.line.view"

    def _select_query(self):
        """Override of `auditlog`: the columns that we added to its table."""
        return f"{super()._select_query()}, alogl.company_id, alogl.res_model"
