# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.exceptions import UserError


class AccountMove(models.Model):
    _inherit = "account.move"

    student_id = fields.Many2one(
        "scola.student",
        index="btree_not_null",
        copy=False,
        ondelete="restrict",
        help="Whom the bill is for; who owes it is the family.",
    )
    fee_schedule_id = fields.Many2one(
        "scola.fee.schedule",
        index="btree_not_null",
        copy=False,
        ondelete="restrict",
    )

    # A second invoice of one row must be impossible, whoever tries to make it.
    _fee_schedule_uniq = models.UniqueIndex(
        "(fee_schedule_id) WHERE fee_schedule_id IS NOT NULL"
        " AND move_type = 'out_invoice' AND state != 'cancel'"
        " AND payment_state IS DISTINCT FROM 'reversed'",
        "This row of the fee schedule is billed already.",
    )

    def _reverse_moves(self, default_values_list=None, cancel=False):
        """Override of `account`: a credit note is for its invoice's student."""
        values = default_values_list or [{} for _move in self]
        for move, vals in zip(self, values, strict=True):
            vals.setdefault("student_id", move.student_id.id)
        return super()._reverse_moves(values, cancel=cancel)

    def copy_data(self, default=None):
        """Override of `account`: the family that owes a bill gets its credit note, also
        where the student belongs to another family by now."""
        vals_list = super().copy_data(default)
        for move, vals in zip(self, vals_list, strict=True):
            family = move.commercial_partner_id
            moved = move.student_id and family != move.partner_id.commercial_partner_id
            if moved and vals.get("reversed_entry_id") == move.id:
                vals["partner_id"] = family.id
        return vals_list

    def _get_payment_beneficiary(self):
        """Override of `payment_va`: a bill is for a student, known by the class."""
        # As superuser: who sees the bill of a family sees whom it is for.
        student = self.sudo().student_id
        if not student:
            return super()._get_payment_beneficiary()
        school = self.company_id.sudo().name
        return student.name, ", ".join(
            filter(None, (student.classroom_id.name, school))
        )

    def _is_payment_voluntary(self):
        """Override of `payment_va`: nobody has to pay a donation."""
        # As superuser: payers read bills, not the plan behind them.
        gift = self.sudo().fee_schedule_id.nature == "donation"
        return gift or super()._is_payment_voluntary()

    def button_draft(self):
        """Override of `account`: what was receipted is undone by its receipt only."""
        self._check_not_receipted()
        return super().button_draft()

    def button_cancel(self):
        """Override of `account`: what was receipted is undone by its receipt only."""
        self._check_not_receipted()
        return super().button_cancel()

    def _check_not_receipted(self):
        if not self:
            # Odoo asks about no entry at all on every change of an invoice.
            return
        # As superuser: an accountant of the ledger need not see the cash desk.
        receipt = (
            self.env["scola.cash.receipt"]
            .sudo()
            .search(
                [
                    "|",
                    ("payment_ids.move_id", "in", self.ids),
                    ("deposit_move_id", "in", self.ids),
                ],
                limit=1,
            )
        )
        if receipt:
            raise UserError(
                self.env._(
                    "This entry belongs to receipt %(number)s, which the payer holds."
                    " Cancel the receipt instead.",
                    number=receipt.name,
                )
            )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_scheduled(self):
        if self.filtered(lambda move: move.fee_schedule_id and move.posted_before):
            raise UserError(
                self.env._(
                    "A bill that was posted stays: cancel it or add a credit note."
                )
            )
