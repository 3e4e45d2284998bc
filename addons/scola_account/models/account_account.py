# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from ..const import TRANSIT_PREFIXES


class AccountAccount(models.Model):
    _inherit = "account.account"

    net_asset_class = fields.Selection(
        selection=[
            ("unrestricted", "Without Restriction"),
            ("restricted", "With Restriction"),
        ],
        tracking=True,
        help="The block of the statements this account belongs to (ISAK 35/335). "
        "Empty counts as without restriction.",
    )
    net_asset_account_id = fields.Many2one(
        "account.account",
        string="Net Asset Fund",
        domain=[
            ("account_type", "=", "equity"),
            ("net_asset_class", "=", "restricted"),
        ],
        ondelete="restrict",
        tracking=True,
        help="On restricted income: the net assets its result is carried over to. On a "
        "bank or cash account: the fund whose money it holds.",
    )
    is_inter_school = fields.Boolean(
        string="Between Schools",
        tracking=True,
        help="Claims, debts, income and expenses between schools of one foundation. "
        "The consolidated statements eliminate them.",
    )

    is_money_in_transit = fields.Boolean(
        string="Money in Transit",
        compute="_compute_is_money_in_transit",
        search="_search_is_money_in_transit",
        help="Gateways, outstanding receipts and payments, transfers: money on its way "
        "to or from a bank or cash account.",
    )

    @api.depends("account_type", "code")
    @api.depends_context("company")
    def _compute_is_money_in_transit(self):
        for account in self:
            account.is_money_in_transit = account.account_type == "asset_current" and (
                account.code or ""
            ).startswith(TRANSIT_PREFIXES)

    def _search_is_money_in_transit(self, operator, value):
        if operator != "in":
            return NotImplemented
        prefixes = Domain.OR(
            Domain("code", "=like", f"{prefix}%") for prefix in TRANSIT_PREFIXES
        )
        in_transit = Domain("account_type", "=", "asset_current") & prefixes
        return in_transit if True in value else ~in_transit

    @api.constrains("net_asset_account_id")
    def _check_net_asset_account(self):
        for account in self.filtered("net_asset_account_id"):
            fund = account.net_asset_account_id
            if fund.account_type != "equity" or fund.net_asset_class != "restricted":
                raise ValidationError(
                    self.env._(
                        "Net Asset Fund: %(fund)s is no equity account with "
                        "restriction. Choose one, or set its type to Equity and its "
                        "Net Asset Class to With Restriction.",
                        fund=fund.display_name,
                    )
                )
