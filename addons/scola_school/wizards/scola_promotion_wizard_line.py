# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models


class ScolaPromotionWizardLine(models.TransientModel):
    _name = "scola.promotion.wizard.line"
    _description = "Student in a Promotion"
    _order = "classroom_id, id"

    wizard_id = fields.Many2one(
        comodel_name="scola.promotion.wizard", required=True, ondelete="cascade"
    )
    student_id = fields.Many2one(
        comodel_name="scola.student", required=True, ondelete="cascade"
    )
    placement_id = fields.Many2one(
        comodel_name="scola.placement", required=True, ondelete="cascade"
    )
    classroom_id = fields.Many2one(
        related="placement_id.classroom_id", string="Present Classroom", store=True
    )
    outcome = fields.Selection(
        selection=[
            ("promote", "Promote"),
            ("repeat", "Repeat"),
            ("graduate", "Graduate"),
        ],
        required=True,
    )
    target_classroom_id = fields.Many2one(
        comodel_name="scola.classroom",
        string="New Classroom",
        domain="[('year_id', '=', parent.year_id), "
        "('company_id', '=', parent.company_id)]",
    )
