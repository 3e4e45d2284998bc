# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models


class AccountMoveBulkReview(models.AbstractModel):
    _inherit = "account.move.bulk.review"

    @api.model
    def _get_free_columns(self):
        """Override of `account_move_bulk`: whom a bill is for, and which row of the
        schedule it comes from, differ from bill to bill."""
        return {
            **super()._get_free_columns(),
            "student_id": "student_id",
            "fee_schedule_id": None,
        }

    @api.model
    def _get_reviewed(self):
        """Override of `account_move_bulk`: writing a contact of a school checks names,
        numbers and addresses, which a new invoice does not touch; the name by which it
        is shown is the one that is stored."""
        return {
            **super()._get_reviewed(),
            "scola_school": frozenset(
                (
                    "res.partner.write",
                    "res.partner._compute_complete_name",
                    "res.partner._get_complete_name",
                )
            ),
        }
