# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.tools import SQL


class AccountApprovalEditor(models.Model):
    """Who had a hand in a document, or in the bank account it is paid to.

    The columns ``write_uid`` name the last one only, whatever little he changed.
    """

    _name = "account.approval.editor"
    _description = "Editor of a Payable Document"
    _log_access = False

    user_id = fields.Many2one(
        "res.users", required=True, readonly=True, ondelete="cascade"
    )
    move_id = fields.Many2one("account.move", readonly=True, ondelete="cascade")
    payment_id = fields.Many2one("account.payment", readonly=True, ondelete="cascade")
    partner_bank_id = fields.Many2one(
        "res.partner.bank", readonly=True, ondelete="cascade"
    )
    date = fields.Datetime(string="Last Change", readonly=True)

    _move_user_uniq = models.UniqueIndex("(move_id, user_id) WHERE move_id IS NOT NULL")
    _payment_user_uniq = models.UniqueIndex(
        "(payment_id, user_id) WHERE payment_id IS NOT NULL"
    )
    _bank_user_uniq = models.UniqueIndex(
        "(partner_bank_id, user_id) WHERE partner_bank_id IS NOT NULL"
    )

    @api.model
    def _remember(self, fname, records):
        """Remember that the current user changed records.

        :param str fname: our field that points to them
        :param records: moves, payments or bank accounts
        """
        if not records:
            return
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO account_approval_editor (user_id, %(column)s, date)
                     SELECT %(user)s, id, now() AT TIME ZONE 'UTC'
                       FROM unnest(%(ids)s) AS id
                ON CONFLICT (%(column)s, user_id) WHERE %(column)s IS NOT NULL
                  DO UPDATE SET date = EXCLUDED.date
                """,
                column=SQL.identifier(fname),
                user=self.env.uid,
                ids=records.ids,
            )
        )
        self.invalidate_model()

    @api.model
    def _find_users(self, fname, record):
        """Return who changed a document.

        :rtype: res.users
        """
        return self.search([(fname, "=", record.id)]).user_id

    @api.model
    def _find_last_users(self, bank):
        """Return who changed a bank account last, or made it if nobody did.

        :param bank: one account or none
        :rtype: res.users
        """
        editors = self.search([("partner_bank_id", "=", bank.id)], order="date desc")
        last = editors.filtered(lambda editor: editor.date == editors[0].date)
        return last.user_id or bank.create_uid
