# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models


class AuditlogLogLine(models.Model):
    _name = "auditlog.log.line"
    _inherit = ["auditlog.log.line", "scola.audit.lasting.mixin"]

    # As on the log. The page filters by them, which is fast on the table itself only.
    company_id = fields.Many2one("res.company", readonly=True)
    res_model = fields.Char(string="Model of the Record", readonly=True)

    # The page is read by date, newest first, and by person.
    _create_date_idx = models.Index("(create_date)")
    _person_idx = models.Index("(create_uid, create_date)")

    @api.model_create_multi
    def create(self, vals_list):
        """Override of `auditlog`: note the school and the model of the log."""
        Log = self.env["auditlog.log"]
        logs = Log.browse(vals["log_id"] for vals in vals_list if vals.get("log_id"))
        by_id = {log.id: log for log in logs}
        for vals in vals_list:
            log = by_id.get(vals.get("log_id"), Log)
            vals["company_id"] = log.company_id.id
            vals["res_model"] = log.model_model
        return super().create(vals_list)
