# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models


class PaymentMethod(models.Model):
    _inherit = "payment.method"

    pay_steps = fields.Html(
        string="Steps to Pay",
        translate=True,
        help="What the payer does in the bank's app, on its site and at the machine.",
    )
