# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.http import request


class AuditlogHTTPRequest(models.Model):
    _name = "auditlog.http.request"
    _inherit = ["auditlog.http.request", "scola.audit.lasting.mixin"]

    remote_address = fields.Char(string="IP Address", readonly=True)

    @api.model_create_multi
    def create(self, vals_list):
        """Override of `auditlog`: also note where the request came from."""
        address = request.httprequest.remote_addr if request else None
        return super().create(
            [{"remote_address": address, **vals} for vals in vals_list]
        )
