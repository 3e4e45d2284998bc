# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from ..const import EXCEPTIONS

#: What may change on a payment that is booked.
OPEN_FIELDS = frozenset(
    {
        "assign_move_ids",
        "exception_state",
        "partner_id",
        "payment_id",
        "resolution",
        "resolved_at",
        "resolved_by_id",
        "reversal_move_id",
        "reversed_at",
        "state",
    }
)


class PaymentIncoming(models.Model):
    """A payment at a provider: the one door by which money from outside comes in."""

    _name = "payment.incoming"
    _description = "Incoming Payment"
    _order = "id desc"
    _rec_names_search = ["name", "provider_payment_id", "order_ref", "partner_id"]

    name = fields.Char(string="Receipt", readonly=True, required=True, copy=False)
    provider_id = fields.Many2one(
        "payment.provider", readonly=True, required=True, index=True
    )
    provider_code = fields.Selection(related="provider_id.code", string="Provider Code")
    company_id = fields.Many2one(
        related="provider_id.company_id", store=True, index=True
    )
    provider_payment_id = fields.Char(
        string="Payment at Provider", readonly=True, required=True
    )
    order_ref = fields.Char(string="Order", readonly=True, index="btree_not_null")
    transaction_id = fields.Many2one(
        "payment.transaction", readonly=True, index="btree_not_null"
    )
    va_id = fields.Many2one(
        "payment.virtual.account",
        string="Virtual Account",
        readonly=True,
        index="btree_not_null",
    )
    partner_id = fields.Many2one(
        "res.partner",
        string="Payer",
        readonly=True,
        index=True,
        ondelete="restrict",
        help="Who owed what was paid; empty while the money is in suspense.",
    )
    currency_id = fields.Many2one("res.currency", readonly=True, required=True)
    amount = fields.Monetary(readonly=True, help="As the payer paid it.")
    fee_amount = fields.Monetary(
        string="Fee of the Payer",
        readonly=True,
        help="The part of the amount that pays the channel, not the bills.",
    )
    paid_at = fields.Datetime(readonly=True, required=True)
    date = fields.Date(readonly=True, required=True, index=True)
    payment_method_id = fields.Many2one("payment.method", readonly=True)
    channel_id = fields.Many2one("payment.channel", readonly=True)
    channel_reference = fields.Char(
        string="Reference of the Bank", readonly=True, help="For the payer's questions."
    )
    state = fields.Selection(
        [("booked", "Booked"), ("reversed", "Taken back")],
        readonly=True,
        required=True,
        default="booked",
        index=True,
    )
    payment_id = fields.Many2one("account.payment", readonly=True, index=True)
    reversal_move_id = fields.Many2one("account.move", readonly=True)
    reversed_at = fields.Datetime(readonly=True)
    line_ids = fields.One2many("payment.incoming.line", "incoming_id", readonly=True)
    allocated_amount = fields.Monetary(compute="_compute_allocated_amount", store=True)
    unallocated_amount = fields.Monetary(
        string="Deposit",
        compute="_compute_allocated_amount",
        store=True,
        help="What no bill needed when it came in.",
    )
    exception = fields.Selection(EXCEPTIONS, readonly=True)
    exception_note = fields.Char(readonly=True)
    exception_state = fields.Selection(
        [("none", "None"), ("open", "To be looked at"), ("resolved", "Resolved")],
        readonly=True,
        required=True,
        default="none",
        index=True,
    )
    resolution = fields.Char(readonly=True)
    resolved_by_id = fields.Many2one("res.users", readonly=True)
    resolved_at = fields.Datetime(readonly=True)
    notification_ids = fields.One2many(
        "payment.notification", "incoming_id", readonly=True
    )

    # The exactly-once of all this: whatever is delivered how often, by whatever way.
    _payment_uniq = models.Constraint(
        "UNIQUE(provider_id, provider_payment_id)",
        "This payment is booked already.",
    )
    _name_uniq = models.Constraint(
        "UNIQUE(company_id, name)", "This receipt number is used already."
    )
    _amount_positive = models.Constraint(
        "CHECK(amount > 0 AND fee_amount >= 0 AND fee_amount <= amount)",
        "Amount: use a number above 0, of which the fee is a part.",
    )

    @api.depends("amount", "fee_amount", "line_ids.amount")
    def _compute_allocated_amount(self):
        for incoming in self:
            allocated = sum(incoming.line_ids.mapped("amount"))
            incoming.allocated_amount = allocated
            incoming.unallocated_amount = (
                incoming.amount - incoming.fee_amount - allocated
            )

    def write(self, vals):
        """Override to keep what came over the wire as it came, whoever asks."""
        stored = {
            name
            for name in vals
            if self._fields[name].store and not self._fields[name].compute
        }
        if stored - OPEN_FIELDS:
            raise UserError(
                self.env._(
                    "Payment %(number)s is a fact and cannot be changed. Refund it, or "
                    "assign it to another payer.",
                    number=self[:1].name,
                )
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_always(self):
        raise UserError(self.env._("Incoming payments are never deleted."))

    # === BOOKING === #

    @api.model
    def _get_next_names(self, company, count):
        """Return ``count`` receipt numbers of a company."""
        sequence = self.env["ir.sequence"].search(
            [
                ("code", "=", "payment.incoming"),
                ("company_id", "in", [company.id, False]),
            ],
            order="company_id",
            limit=1,
        )
        return [sequence.next_by_id() for _i in range(count)]

    def _prepare_payment(self, parts):
        """Return the values of the ledger payment; a hook.

        One payment, one entry, one credit item *per bill*: reconciled with several
        bills a single credit item would always serve the oldest first, whatever the
        payer chose.

        :param list parts: ``(journal item of a bill, amount)``
        """
        provider = self.provider_id
        method_line = provider._get_payment_method_line()
        account = method_line.payment_account_id or provider._get_clearing_account()
        return {
            "company_id": self.company_id.id,
            "journal_id": provider.journal_id.id,
            "payment_method_line_id": method_line.id,
            "payment_type": "inbound",
            "partner_type": "customer",
            "partner_id": self.partner_id.commercial_partner_id.id,
            "amount": self.amount,
            "currency_id": self.currency_id.id,
            "date": self.date,
            "memo": self.name,
            "payment_reference": self.provider_payment_id,
            "payment_transaction_id": self.transaction_id.id,
            "outstanding_account_id": account.id,
            "line_ids": self._prepare_payment_items(account, parts),
        }

    def _prepare_payment_items(self, account, parts):
        """Return the journal items: money, bills, fee, and what is left over."""
        items = [self._prepare_item(account, self.amount, self.name)]
        items += [
            self._prepare_item(
                line.account_id,
                -amount,
                f"{line.move_id.name}: {line.move_id._get_payment_label()}",
            )
            for line, amount in parts
        ]
        if self.fee_amount:
            items.append(
                self._prepare_item(
                    self.provider_id._get_fee_account(),
                    -self.fee_amount,
                    self.env._("Channel fee of the payer"),
                )
            )
        rest = self.amount - self.fee_amount - sum(amount for _line, amount in parts)
        if rest:
            items.append(self._prepare_rest_item(rest))
        return [Command.create(item) for item in items]

    def _prepare_rest_item(self, rest):
        """Return the item for what no bill needs: the payer's deposit, or suspense."""
        company = self.company_id
        if not self.partner_id:
            account = company._get_payment_suspense_account()
            return self._prepare_item(account, -rest, self.env._("Unidentified"))
        payer = self.partner_id.commercial_partner_id.with_company(company)
        return self._prepare_item(
            payer.property_account_receivable_id, -rest, self.env._("Deposit")
        )

    def _prepare_item(self, account, amount, label):
        balance = self.currency_id._convert(
            amount, self.company_id.currency_id, self.company_id, self.date
        )
        return {
            "name": label,
            "account_id": account.id,
            "partner_id": self.partner_id.commercial_partner_id.id,
            "date_maturity": self.date,
            "currency_id": self.currency_id.id,
            "amount_currency": amount,
            "balance": balance,
        }

    def _after_booked(self):
        """Do what follows when money has come in, in the same transaction; a hook."""

    # === TAKEN BACK === #

    def _reverse(self, note):
        """Take the booking back by a counter-entry; its bills are open again.

        :param str note: why, for the books
        """
        for incoming in self.filtered(lambda incoming: incoming.state == "booked"):
            move = incoming.payment_id.move_id
            items = move.line_ids.filtered(
                lambda line: line.account_id.account_type == "asset_receivable"
            )
            items.remove_move_reconcile()
            values = {
                "date": fields.Date.context_today(
                    incoming.with_context(tz=str(incoming._get_zone()))
                ),
                "journal_id": move.journal_id.id,
                "ref": incoming.env._(
                    "%(number)s taken back: %(note)s", number=incoming.name, note=note
                ),
            }
            reversal = move._reverse_moves([values], cancel=True)
            incoming.write(
                {
                    "state": "reversed",
                    "reversal_move_id": reversal.id,
                    "reversed_at": fields.Datetime.now(),
                    "exception_state": "open",
                }
            )

    def _get_zone(self):
        return self.company_id._get_payment_zone()

    # === VIEWS === #

    def action_view_payment(self):
        """Open the payment in the ledger."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "account.payment",
            "res_id": self.payment_id.id,
            "view_mode": "form",
        }

    def action_view_notifications(self):
        """Open what the provider told about this payment."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "payment_va.payment_notification_action"
        )
        action["domain"] = [("incoming_id", "=", self.id)]
        action["context"] = {}
        return action
