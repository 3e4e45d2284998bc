# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..const import KINDS


class AccountTax(models.Model):
    _inherit = "account.tax"

    withholding_kind = fields.Selection(
        KINDS,
        string="Withholding",
        tracking=True,
        help="The monthly return of withheld taxes this tax belongs to.",
    )
    withholding_object_id = fields.Many2one(
        "l10n_id.withholding.object",
        string="Tax Object",
        domain="[('kind', '=', withholding_kind)]",
        ondelete="restrict",
        tracking=True,
    )
    withholding_no_npwp_tax_id = fields.Many2one(
        "account.tax",
        string="Tax without NPWP",
        check_company=True,
        domain="[('withholding_kind', '=', withholding_kind), "
        "('type_tax_use', '=', type_tax_use)]",
        tracking=True,
        help="Proposed instead of this tax if the vendor has no NPWP.",
    )

    @api.constrains(
        "withholding_kind", "withholding_object_id", "withholding_no_npwp_tax_id"
    )
    def _check_withholding(self):
        for tax in self:
            if tax.withholding_object_id.kind not in (tax.withholding_kind, False):
                raise ValidationError(
                    self.env._(
                        "Tax Object: %(object)s is of another kind than the tax "
                        "%(tax)s. Choose an object of the same kind.",
                        object=tax.withholding_object_id.display_name,
                        tax=tax.name,
                    )
                )
            other = tax.withholding_no_npwp_tax_id
            if other and (
                other == tax or other.withholding_kind != tax.withholding_kind
            ):
                raise ValidationError(
                    self.env._(
                        "Tax without NPWP: %(other)s can't replace %(tax)s. Choose "
                        "another tax of the same kind.",
                        other=other.name,
                        tax=tax.name,
                    )
                )
