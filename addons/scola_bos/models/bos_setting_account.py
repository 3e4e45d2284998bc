# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..const import ACCOUNT_ROLES, MONEY_ACCOUNT_TYPES


class BosSettingAccount(models.Model):
    """An account of the books and what it is to BOS."""

    _name = "bos.setting.account"
    _description = "Account of BOS"
    _order = "role, id"
    _rec_name = "account_id"
    _check_company_auto = True

    setting_id = fields.Many2one(
        "bos.setting", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        related="setting_id.company_id", store=True, index=True, precompute=True
    )
    account_id = fields.Many2one(
        "account.account", required=True, check_company=True, ondelete="restrict"
    )
    role = fields.Selection(ACCOUNT_ROLES, required=True)

    _account_uniq = models.Constraint(
        "UNIQUE(setting_id, account_id)",
        "Account: it is in the list already. Change its role there.",
    )

    @api.model
    def _fits(self, account, role):
        """Tell whether an account may have a role: only cash and bank hold money."""
        is_money = account.account_type in MONEY_ACCOUNT_TYPES
        return is_money == (role in ("cash", "bank"))

    @api.constrains("account_id", "role")
    def _check_money_accounts(self):
        """Cash and bank accounts hold money; what is earned or owed does not."""
        for line in self:
            # As superuser: only the type of the account is read.
            if not self._fits(line.account_id.sudo(), line.role):
                raise ValidationError(
                    self.env._(
                        "Role: %(account)s can't be %(role)s. Cash and bank are "
                        "assets, income and taxes are not.",
                        account=line.account_id.sudo().display_name,
                        role=dict(
                            self._fields["role"]._description_selection(self.env)
                        )[line.role],
                    )
                )
