# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models

from ..const import TAX_GROUPS


class ScolaAssetClass(models.Model):
    """A kind of asset with its useful life by tax law, the pattern of a profile."""

    _name = "scola.asset.class"
    _description = "Kind of Asset"
    _order = "sequence, id"

    sequence = fields.Integer(default=100)
    name = fields.Char(required=True, translate=True)
    tax_group = fields.Selection(TAX_GROUPS, required=True)
    years = fields.Integer(
        required=True, help="Useful life; 0 is not depreciated, as land."
    )
    asset_code = fields.Char(string="Asset Account", required=True)
    depreciation_code = fields.Char(
        string="Accumulated Depreciation",
        required=True,
        help="The same as the asset account where nothing is depreciated.",
    )
    expense_code = fields.Char(string="Depreciation Expense", required=True)
    active = fields.Boolean(default=True)

    _years_range = models.Constraint(
        "CHECK(years >= 0)", "Years: 0 or more, 0 for what is not depreciated."
    )

    def _get_codes(self):
        """Return the codes of all accounts that these classes use.

        :rtype: set[str]
        """
        return {
            code
            for record in self
            for code in (
                record.asset_code,
                record.depreciation_code,
                record.expense_code,
            )
        }
