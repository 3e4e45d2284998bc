# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import logging
from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import UserError

from .. import const
from ..tools.answers import Bill, Presented, share_out

_logger = logging.getLogger(__name__)

#: Numbers that one run of the cron compares with the bank.
SYNC_LIMIT = 500


class PaymentVirtualAccount(models.Model):
    _inherit = "payment.virtual.account"

    snap_registered = fields.Boolean(
        string="At the Bank",
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="The bank keeps this number until it is deleted there.",
    )
    snap_amount = fields.Monetary(
        string="Amount at the Bank", readonly=True, copy=False
    )
    snap_synced_at = fields.Datetime(
        string="Compared with the Bank", readonly=True, copy=False
    )

    # === WHAT A BANK IS TOLD === #

    def _snap_get_case(self):
        """Return why this cannot be paid: the case of the standard's table, or None.

        An empty recordset is a number that nobody has.
        """
        tx = self.transaction_id
        if tx.state == "done":
            return "14"
        if not self:
            return "12"
        if self.state == "active" and self._snap_is_settled():
            return "14"
        if self._is_expired():
            return "19"
        if self.state != "active" or self.provider_id.state == "disabled":
            return "12"
        if tx.state in ("cancel", "error"):
            return "12"
        if any(move.state == "cancel" for move in tx.invoice_ids):
            return "12"
        return None

    def _snap_is_settled(self):
        """Return whether nothing is owed any more, or will be when all is booked."""
        self.ensure_one()
        if self.amount_type != "closed":
            return False
        tx = self.transaction_id
        if tx.invoice_ids and not tx._get_open_lines():
            return all(move.state == "posted" for move in tx.invoice_ids)
        return self._snap_get_owed() <= 0

    def _snap_get_owed(self):
        """Return what is owed, less what is on its way into the books.

        :rtype: Decimal
        """
        self.ensure_one()
        owed = Decimal(self._get_presented_amount()) - self._snap_get_unbooked()
        return max(owed, Decimal(0))

    def _snap_get_unbooked(self):
        """Return what was accepted for this number and is not booked yet."""
        requests = self.env["payment.snap.request"].search(
            [
                ("provider_id", "=", self.provider_id.id),
                ("va_number", "=", self.number),
                ("service", "=", const.PAYMENT),
                ("response_code", "=like", "200%"),
                ("notification_id.state", "in", ("new", "failed")),
            ]
        )
        return Decimal(str(sum(requests.mapped("amount"))))

    def _snap_get_amount_case(self, event):
        """Return why an amount cannot be taken, or None.

        Of a fixed number that is what is owed now, or what the bank was told a moment
        ago, if that much is still owed: a new bill must not spoil a running payment.

        :param PaymentEvent event: of a payment (25)
        """
        self.ensure_one()
        if event.currency != self.currency_id.name or not event.amount:
            return "13"
        if self.amount_type == "open":
            return None
        owed = self._snap_get_owed()
        if event.amount == owed:
            return None
        shown = self.env["payment.snap.request"].search(
            [
                ("provider_id", "=", self.provider_id.id),
                ("service", "=", const.INQUIRY),
                ("request_id", "=", event.payment_id),
                ("va_number", "=", self.number),
                ("response_code", "=like", "200%"),
            ],
            limit=1,
        )
        still_owed = shown and event.amount == Decimal(str(shown.amount)) <= owed
        return None if still_owed else "13"

    def _snap_get_trx_type(self):
        """Return the standard's letter: closed or open amount."""
        return "C" if self.amount_type == "closed" else "O"

    def _snap_present(self):
        """Return what an inquiry is answered: bills oldest first.

        :rtype: Presented
        """
        self.ensure_one()
        total = self._snap_get_owed()
        fee = min(Decimal(str(self.transaction_id.surcharge_amount or 0)), total)
        limit = self.provider_id.snap_bank_id.max_bills - bool(fee)
        bills = [
            Bill(
                line.move_id.name,
                line.move_id._get_payment_label(),
                Decimal(str(line.amount_residual)),
            )
            for line in self._get_open_lines()
        ]
        bills = share_out(bills, total - fee, max(limit, 1), self.env._("Other"))
        if fee:
            bills.append(Bill("", self.env._("Channel fee"), fee))
        return Presented(
            name=self.partner_id.name,
            total=total,
            trx_type=self._snap_get_trx_type(),
            currency=self.currency_id.name,
            bills=bills,
        )

    # === NUMBERS THAT THE BANK KEEPS === #

    def _snap_prepare_account(self):
        """Return what the bank has to know about a fixed number."""
        self.ensure_one()
        closed = self.amount_type == "closed"
        return {
            "number": self.number,
            "name": self.partner_id.name,
            "reference": self.reference,
            "trx_type": self._snap_get_trx_type(),
            "amount": float(self._snap_get_owed()) if closed else 0,
            "expires_at": self.expires_at,
            "description": self.partner_id.name,
        }

    @api.model
    def _cron_snap_sync(self):
        """Bring numbers that banks keep in line with what is owed, or delete them."""
        accounts = self.search(
            [
                ("snap_registered", "=", True),
                "|",
                ("state", "=", "closed"),
                "&",
                ("kind", "=", "fixed"),
                ("amount_type", "=", "closed"),
            ],
            order="snap_synced_at NULLS FIRST, id",
            limit=SYNC_LIMIT,
        )
        for done, account in enumerate(accounts, 1):
            try:
                account._snap_sync()
            except UserError as error:
                _logger.warning("number %s at the bank: %s", account.id, error)
            account.snap_synced_at = fields.Datetime.now()
            self.env["ir.cron"]._commit_progress(1, remaining=len(accounts) - done)

    def _snap_sync(self):
        """Tell the bank what changed since it was told last."""
        self.ensure_one()
        provider = self.provider_id
        if self.state == "closed":
            if self.transaction_id.state != "done":
                provider._snap_delete_va(self.number, self.reference)
            self.snap_registered = False
            return
        values = self._snap_prepare_account()
        if values["amount"] == self.snap_amount:
            return
        if values["amount"]:
            provider._snap_update_va(values)
        if not (values["amount"] and self.snap_amount):
            provider._snap_update_status(
                self.number, self.reference, not values["amount"]
            )
        self.snap_amount = values["amount"]
