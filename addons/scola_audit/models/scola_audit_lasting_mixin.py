# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..const import RETENTION_YEARS


class ScolaAuditLastingMixin(models.AbstractModel):
    """Records that are written once, and deleted when the law no longer wants them.

    Rights are not enough: who may give rights could give them to himself.
    """

    _name = "scola.audit.lasting.mixin"
    _description = "Record of the Audit Trail"

    def write(self, vals):
        if self:
            raise UserError(
                self.env._("The audit trail cannot be changed, whoever asks for it.")
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_recent(self):
        oldest = fields.Date.subtract(fields.Datetime.now(), years=RETENTION_YEARS)
        if any(record.create_date > oldest for record in self):
            raise UserError(
                self.env._(
                    "The audit trail is kept for %(years)s years: nothing younger "
                    "can be deleted.",
                    years=RETENTION_YEARS,
                )
            )
