# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools import SQL

from ..tools.allocation import OpenBill, allocate
from ..tools.refund_plan import PaidBill
from ..tools.three_way import Known, exact
from .payment_refund import PENDING_STATES, RESERVING_STATES


class PaymentIncoming(models.Model):
    """What people do with a payment after it is booked: assign, give back, close."""

    _name = "payment.incoming"
    _inherit = ["payment.incoming", "payment.treasury.mixin"]

    refund_ids = fields.One2many("payment.refund", "incoming_id", readonly=True)
    reserved_amount = fields.Monetary(
        compute="_compute_refunds",
        store=True,
        help="What was given back, or was asked for and may be.",
    )
    refunded_amount = fields.Monetary(
        string="Refunded", compute="_compute_refunds", store=True
    )
    refundable_amount = fields.Monetary(compute="_compute_refundable_amount")
    settlement_line_ids = fields.One2many(
        "payment.settlement.line", "incoming_id", readonly=True
    )
    assign_move_ids = fields.Many2many(
        "account.move",
        "payment_incoming_assign_rel",
        string="Assignments",
        readonly=True,
        copy=False,
        help="Entries that moved the money to the payer it belongs to.",
    )

    # The last word on too many refunds at a time; each of them changes this row.
    _refunds_within_amount = models.Constraint(
        "CHECK(reserved_amount <= amount)",
        "Refunds cannot be more than what was paid.",
    )

    @api.depends("refund_ids.state", "refund_ids.amount")
    def _compute_refunds(self):
        for incoming in self:
            refunds = incoming.refund_ids
            reserving = refunds.filtered(lambda r: r.state in RESERVING_STATES)
            confirmed = refunds.filtered(lambda r: r.state == "confirmed")
            incoming.reserved_amount = sum(reserving.mapped("amount"))
            incoming.refunded_amount = sum(confirmed.mapped("amount"))

    @api.depends("amount", "reserved_amount", "state")
    def _compute_refundable_amount(self):
        for incoming in self:
            left = incoming.amount - incoming.reserved_amount
            incoming.refundable_amount = left if incoming.state == "booked" else 0

    # === CLOSING EXCEPTIONS === #

    def action_resolve(self, note=None):
        """Close the exception of these payments.

        :param str note: what was found out or done, for whoever asks later
        """
        open_ones = self._elevate().filtered(lambda i: i.exception_state == "open")
        if not (note or "").strip():
            raise UserError(
                self.env._("Note: say in a few words how this was settled.")
            )
        open_ones.write(
            {
                "exception_state": "resolved",
                "resolution": note.strip(),
                "resolved_by_id": self.env.uid,
                "resolved_at": fields.Datetime.now(),
            }
        )

    # === IN THE LEDGER === #

    def _get_clearing_item(self):
        """Return the journal item of what the provider owes us for this payment."""
        payment = self.payment_id
        return payment.move_id.line_ids.filtered(
            lambda item: item.account_id == payment.outstanding_account_id
        )[:1]

    def _as_known(self, settled, orders):
        """Return this for ``match_told``.

        :param set settled: ids of what is settled by another line
        :param set orders: the references asked for
        """
        owed = self._get_clearing_item().amount_residual
        return Known(
            self.id,
            self.provider_payment_id,
            self.order_ref or "",
            exact(owed),
            self.date,
            # Reconciled by hand: settled as well. Taken back: that needs a look.
            taken=self.id in settled or (self.state == "booked" and not owed),
        )

    def _get_payer_items(self):
        """Return the credit items that hold this money for the payer, or for nobody."""
        suspense = self.company_id._get_payment_suspense_account()
        items = (self.payment_id.move_id + self.assign_move_ids).line_ids
        return items.filtered(
            lambda item: (
                item.balance < 0
                and (
                    item.account_id == suspense
                    or item.account_id.account_type == "asset_receivable"
                )
            )
        ).sorted("id")

    def _get_open_items(self):
        """Return the credit items that no bill needs."""
        return self._get_payer_items().filtered(lambda item: item.amount_residual < 0)

    def _get_bill_links(self):
        """Return the reconciliations of this money with bills.

        :rtype: account.partial.reconcile
        """
        own_moves = self.assign_move_ids + self.refund_ids.payment_id.move_id
        return self._get_payer_items().matched_debit_ids.filtered(
            lambda link: link.debit_move_id.move_id not in own_moves
        )

    def _get_paid_bills(self, to_minor):
        """Return the bills for ``plan_refund``.

        :param to_minor: function from an amount to the smallest unit
        """
        return [
            PaidBill(
                link.id,
                link.debit_move_id.date_maturity or link.debit_move_id.date,
                to_minor(link.amount),
            )
            for link in self._get_bill_links()
        ]

    def _get_fee_left(self):
        """Return what the payer paid for the channel and was not given back."""
        moves = self.payment_id.move_id + self.refund_ids.payment_id.move_id
        fees = moves.line_ids.filtered(
            lambda item: item.account_id.internal_group == "expense"
        )
        return -sum(fees.mapped("balance"))

    def _lock(self):
        """Wait for whoever works on these payments.

        If they changed one, PostgreSQL refuses this transaction and it is run again.
        """
        self.env.cr.execute(
            SQL(
                "SELECT id FROM payment_incoming WHERE id = ANY(%s) ORDER BY id"
                " FOR UPDATE",
                self.ids,
            )
        )

    # === ASSIGNING === #

    def _assign(self, partner, bill_lines):
        """Give what no bill needs of this payment to a payer, and pay these bills.

        :param res.partner partner: whose deposit it is from now on
        :param account.move.line bill_lines: open receivable items of this payer
        """
        self.ensure_one()
        self._lock()
        booking = self.env["payment.booking"]
        booking._lock_bills([bill_lines])
        items = self._get_open_items()
        if not items:
            raise UserError(
                self.env._(
                    "%(number)s has nothing left to assign: bills or refunds took it "
                    "all.",
                    number=self.name,
                )
            )
        payer = partner.commercial_partner_id
        parts = self._share_out(items, bill_lines)
        paid = bill_lines.browse([line.id for line, _part in parts])
        if items.partner_id == payer and len((items + paid).account_id) == 1:
            # The payer's already; reconciled together the oldest comes first.
            (items + paid).reconcile()
        else:
            move = self._create_assignment(payer, items, parts)
            self.assign_move_ids = [Command.link(move.id)]
        self._note_assignment(partner, parts)

    def _share_out(self, items, bill_lines):
        """Return ``[(journal item of a bill, amount)]``, oldest first."""
        booking, currency = self.env["payment.booking"], self.company_id.currency_id
        bills = [
            OpenBill(
                line.id,
                line.date_maturity,
                booking._field_to_minor(line.amount_residual, currency),
            )
            for line in bill_lines
        ]
        free = booking._field_to_minor(-sum(items.mapped("amount_residual")), currency)
        return [
            (bill_lines.browse(key), booking._to_major(part, currency))
            for key, part in allocate(free, bills).amounts.items()
        ]

    def _create_assignment(self, payer, items, parts):
        """Book the money from where it is to the payer: per bill, and the rest."""
        company = self.company_id
        values = [
            self._prepare_assignment(
                item.account_id, item.partner_id, -item.amount_residual, item.name
            )
            for item in items
        ]
        values += [
            self._prepare_assignment(line.account_id, payer, -part, line.move_id.name)
            for line, part in parts
        ]
        rest = -sum(items.mapped("amount_residual")) - sum(part for _l, part in parts)
        if not company.currency_id.is_zero(rest):
            account = payer.with_company(company).property_account_receivable_id
            values.append(
                self._prepare_assignment(account, payer, -rest, self.env._("Deposit"))
            )
        move = self.env["account.move"].create(
            {
                "move_type": "entry",
                "journal_id": self.payment_id.journal_id.id,
                "company_id": company.id,
                "ref": self.env._("%(number)s assigned", number=self.name),
                "date": self._today(),
                "line_ids": [Command.create(vals) for vals in values],
            }
        )
        move.action_post()
        self._reconcile_assignment(move, items, parts)
        return move

    def _reconcile_assignment(self, move, items, parts):
        created = move.line_ids.sorted("id")
        bill_lines = [line for line, _part in parts]
        pairs = zip(created, [*items, *bill_lines], strict=False)
        self.env["account.move.line"]._reconcile_plan([a + b for a, b in pairs])

    def _prepare_assignment(self, account, partner, amount, label):
        currency = self.company_id.currency_id
        return {
            "account_id": account.id,
            "partner_id": partner.id,
            "name": label,
            "currency_id": currency.id,
            "amount_currency": currency.round(amount),
            "balance": currency.round(amount),
            "date_maturity": self._today(),
        }

    def _today(self):
        return self.company_id._get_payment_date(fields.Datetime.now())

    def _note_assignment(self, partner, parts):
        """Have the payment say whose it is and what it paid."""
        if not self.partner_id or not self.line_ids:
            self.partner_id = partner
        lines = {line.move_id: line for line in self.line_ids}
        for item, part in parts:
            if item.move_id in lines:
                lines[item.move_id].amount += part
                continue
            self.env["payment.incoming.line"].create(
                {
                    "incoming_id": self.id,
                    "move_id": item.move_id.id,
                    "name": item.move_id._get_payment_label(),
                    "due_date": item.date_maturity,
                    "amount": part,
                }
            )

    # === WIZARDS === #

    def action_assign(self):
        """Let a person say whose money this is."""
        return self._open_wizard("payment.incoming.assign", self.env._("Assign"))

    def action_refund(self):
        """Let a person ask for a refund."""
        return self._open_wizard("payment.refund.request", self.env._("Refund"))

    def action_close_exception(self):
        """Let a person close the exception with a note."""
        return self._open_wizard(
            "payment.incoming.resolve", self.env._("Close Exception")
        )

    def _open_wizard(self, model, name):
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": model,
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_incoming_id": self[:1].id,
                "default_incoming_ids": self.ids,
            },
        }

    def _get_pending_refunds(self):
        """Return the refunds that are not made yet, the newest first."""
        pending = self.refund_ids.filtered(lambda r: r.state in PENDING_STATES)
        return pending.sorted("id", reverse=True)
