# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    student_id = fields.Many2one(
        related="move_id.student_id",
        string="Student",
        store=True,
        index="btree_not_null",
        precompute=True,
    )
