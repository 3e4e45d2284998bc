# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models


class ScolaStudyProgramme(models.Model):
    _name = "scola.study.programme"
    _description = "Study Programme"
    _order = "name, id"
    _check_company_auto = True

    name = fields.Char(required=True)
    code = fields.Char(required=True)
    level_id = fields.Many2one(comodel_name="scola.level", required=True, index=True)
    company_id = fields.Many2one(
        comodel_name="res.company",
        string="School",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    active = fields.Boolean(default=True)

    _code_uniq = models.Constraint(
        "UNIQUE(company_id, code)",
        "Code: the school has a study programme with this code already. Choose "
        "another code.",
    )
