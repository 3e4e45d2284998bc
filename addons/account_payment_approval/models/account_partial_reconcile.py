# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models
from odoo.exceptions import ValidationError


class AccountPartialReconcile(models.Model):
    _inherit = "account.partial.reconcile"

    @api.constrains("debit_move_id", "credit_move_id")
    def _check_payment_approval(self):
        """Nothing unapproved is paid, nor pays, while it is still a draft."""
        across = self.filtered(
            lambda one: one.debit_move_id.account_id != one.credit_move_id.account_id
        )
        if across and across._find_approval_rules():
            raise ValidationError(
                self.env._("Only items of one account are matched with each other.")
            )
        moves = (self.debit_move_id | self.credit_move_id).move_id
        drafts = moves.filtered(lambda move: move.state == "draft")
        drafts._check_approved()

    def _find_approval_rules(self):
        """Return the rules of the companies whose items are matched.

        :rtype: tier.definition
        """
        rules = self.env["tier.definition"]
        companies = (self.debit_move_id | self.credit_move_id).company_id
        return rules.union(*(rules._get_approval_rules(one) for one in companies))
