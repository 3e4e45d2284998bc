# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.tools import SQL

KEPT = 2000


class PaymentSimulatorCall(models.Model):
    """A call that a make-believe provider got from us."""

    _name = "payment.simulator.call"
    _description = "Payment Simulator Call"
    _order = "id desc"
    _rec_name = "path"

    account_id = fields.Many2one(
        "payment.simulator.account", index=True, ondelete="cascade"
    )
    code = fields.Char(required=True)
    method = fields.Char(required=True)
    path = fields.Char(required=True)
    external_id = fields.Char(help="X-EXTERNAL-ID: once a day.")
    day = fields.Date(required=True, default=lambda self: self._get_day())
    status = fields.Integer()
    idempotency_key = fields.Char(index="btree_not_null")
    answer = fields.Json(export_string_translation=False)

    _external_id_uniq = models.UniqueIndex(
        "(account_id, day, external_id) WHERE external_id IS NOT NULL",
        "X-EXTERNAL-ID: used today already.",
    )

    @api.model
    def _get_day(self):
        """Return the day at the banks."""
        return fields.Date.context_today(self.with_context(tz="Asia/Jakarta"))

    @api.model
    def _serve(self, code, call):
        """Answer a call as the provider does.

        :param Call call:
        :rtype: Answer
        """
        return self.env[f"payment.simulator.{code}"]._serve(call)

    @api.autovacuum
    def _gc_calls(self):
        """Keep the newest calls."""
        self.env.cr.execute(
            SQL(
                "DELETE FROM payment_simulator_call WHERE id <= ("
                " SELECT id FROM payment_simulator_call ORDER BY id DESC"
                " OFFSET %s LIMIT 1)",
                KEPT,
            )
        )
