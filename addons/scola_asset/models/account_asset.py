# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.exceptions import ValidationError


class AccountAsset(models.Model):
    _inherit = "account.asset"

    net_asset_account_id = fields.Many2one(
        "account.account",
        string="Restricted Fund",
        check_company=True,
        domain="[('account_type', '=', 'equity'), "
        "('net_asset_class', '=', 'restricted')]",
        ondelete="restrict",
        tracking=True,
        help="The fund with restriction that paid for the asset, as BOS. Empty: none.",
    )

    @api.constrains("net_asset_account_id")
    def _check_net_asset_account(self):
        for asset in self.filtered("net_asset_account_id"):
            fund = asset.net_asset_account_id
            if fund.account_type != "equity" or fund.net_asset_class != "restricted":
                raise ValidationError(
                    self.env._(
                        "Restricted Fund: %(fund)s is no equity account with "
                        "restriction. Choose another account.",
                        fund=fund.display_name,
                    )
                )
