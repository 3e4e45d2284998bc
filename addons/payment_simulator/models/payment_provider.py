# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import config

from ..tools.production import KEYS, is_production


class PaymentProvider(models.Model):
    _inherit = "payment.provider"

    can_be_simulated = fields.Boolean(compute="_compute_can_be_simulated")

    @api.depends("code", "state")
    def _compute_can_be_simulated(self):
        for provider in self:
            provider.can_be_simulated = (
                provider.code in KEYS and provider.state != "enabled"
            )

    @api.model
    def _is_simulator_off(self):
        """Return whether this database takes real money: then nothing is simulated."""
        # As superuser: the question is asked for visitors as well.
        return is_production(self.sudo().env)

    def action_use_simulator(self):
        """Replace keys and addresses by those of the simulator on this machine."""
        self.ensure_one()
        self.check_access("write")
        accounts = self.env["payment.simulator.account"]
        if self._is_simulator_off() or not accounts._may_use(self):
            raise UserError(
                self.env._(
                    "%(provider)s has keys that may be real. Set it to test mode.",
                    provider=self.name,
                )
            )
        accounts._connect(self, f"http://127.0.0.1:{config['http_port']}")
