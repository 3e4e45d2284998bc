# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models

from ..const import FOUNDATION_CHART


class ScolaAuditSwitchOn(models.TransientModel):
    _name = "scola.audit.switch.on"
    _description = "Switch On the Restrictive Audit Trail"

    company_ids = fields.Many2many(
        "res.company",
        string="Schools",
        required=True,
        domain=[("restrictive_audit_trail", "=", False)],
        default=lambda self: self._default_companies(),
    )

    def _default_companies(self):
        """Return the user's companies with the foundation's chart that lack it."""
        return self.env.user.company_ids.filtered(
            lambda company: (
                not company.restrictive_audit_trail
                and company.root_id.chart_template == FOUNDATION_CHART
            )
        )

    def action_switch_on(self):
        """Keep every posted entry of the companies; hashing stays as it is."""
        self.company_ids.write({"restrictive_audit_trail": True})
        return {"type": "ir.actions.act_window_close"}
