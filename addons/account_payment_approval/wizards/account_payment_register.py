# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models
from odoo.exceptions import UserError


class AccountPaymentRegister(models.TransientModel):
    _inherit = "account.payment.register"

    def _init_payments(self, to_process, edit_mode=False):
        """Make drafts of payments that wait: given a difference, even an empty one,
        Odoo books them at once."""
        for vals in to_process:
            values = dict(vals["create_vals"])
            difference = values.pop("write_off_line_vals", None)
            if difference is not None and self._is_to_wait(values):
                self._check_difference(difference)
                vals["create_vals"] = values
        return super()._init_payments(to_process, edit_mode=edit_mode)

    def _is_to_wait(self, values):
        payment = self.env["account.payment"].new(values)
        return bool(payment._get_approval_rules())

    def _check_difference(self, difference):
        if difference:
            raise UserError(
                self.env._(
                    "This payment needs approval, so its difference cannot be booked "
                    "yet. Keep the payment difference open."
                )
            )

    def _post_payments(self, to_process, edit_mode=False):
        """Confirm what needs no approval, and request approval of the rest."""
        ready, waiting = self._split_by_approval(to_process)
        result = None
        if ready:
            result = super()._post_payments(ready, edit_mode=edit_mode)
        for vals in waiting:
            vals["payment"].invoice_ids = vals["to_reconcile"].move_id
            vals["payment"]._request_approval()
        return result

    def _reconcile_payments(self, to_process, edit_mode=False):
        """Leave payments that wait open; they are matched when they are confirmed."""
        ready, _waiting = self._split_by_approval(to_process)
        if not ready:
            return None
        return super()._reconcile_payments(ready, edit_mode=edit_mode)

    def _split_by_approval(self, to_process):
        """Return what may be confirmed and what has to wait.

        :rtype: tuple[list[dict], list[dict]]
        """
        waiting = [
            vals
            for vals in to_process
            if vals["payment"].state == "draft"
            and vals["payment"]._get_approval_rules()
        ]
        return [vals for vals in to_process if vals not in waiting], waiting
