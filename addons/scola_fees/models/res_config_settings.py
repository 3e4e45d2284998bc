# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    scola_fee_journal_id = fields.Many2one(
        related="company_id.scola_fee_journal_id", readonly=False
    )
    scola_use_deposit = fields.Boolean(
        related="company_id.scola_use_deposit", readonly=False
    )
    scola_billing_day = fields.Integer(
        related="company_id.scola_billing_day", readonly=False
    )
    scola_min_days_to_pay = fields.Integer(
        related="company_id.scola_min_days_to_pay", readonly=False
    )
