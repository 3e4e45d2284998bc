# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models


class AccountBankStatement(models.Model):
    _inherit = "account.bank.statement"

    import_hash = fields.Char(
        readonly=True, copy=False, help="Tells one statement file from all others."
    )

    _import_hash_uniq = models.UniqueIndex(
        "(journal_id, import_hash) WHERE import_hash IS NOT NULL",
        "This statement file is imported already.",
    )
