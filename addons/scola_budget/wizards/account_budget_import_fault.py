# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models


class AccountBudgetImportFault(models.TransientModel):
    _name = "account.budget.import.fault"
    _description = "Fault of an Imported Plan"
    _order = "row, id"

    import_id = fields.Many2one(
        comodel_name="account.budget.import", required=True, ondelete="cascade"
    )
    row = fields.Integer()
    field = fields.Char(string="Column")
    value = fields.Char()
    message = fields.Char(string="What to Do")
