# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models


class AccountJournal(models.Model):
    _inherit = "account.journal"

    scola_desk_transfer = fields.Boolean(
        string="Transfers at the Cash Desk",
        default=True,
        help="The cash desk may record bank transfers into this account.",
    )
    scola_desk_edc = fields.Boolean(
        string="Card Machine (EDC) at the Cash Desk",
        default=True,
        help="The cash desk may record card payments that the bank pays into this "
        "account.",
    )
