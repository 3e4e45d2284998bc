# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..tools.amounts import to_naive_utc
from ..tools.event import EventKind, PaymentEvent
from ..tools.three_way import Told, exact, match_told


class PaymentSettlementLine(models.Model):
    """What a provider paid out, or kept, for one payment, refund or fee."""

    _name = "payment.settlement.line"
    _inherit = ["payment.treasury.mixin"]
    _description = "Settlement Line"
    _order = "settlement_id desc, settled_at, id"
    _rec_name = "row_key"

    settlement_id = fields.Many2one(
        "payment.settlement",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    provider_id = fields.Many2one(
        related="settlement_id.provider_id", store=True, index=True
    )
    company_id = fields.Many2one(related="settlement_id.company_id", store=True)
    currency_id = fields.Many2one(related="settlement_id.currency_id")
    kind = fields.Selection(
        [("payment", "Payment"), ("refund", "Refund"), ("fee", "Fee")],
        required=True,
        readonly=True,
    )
    row_key = fields.Char(string="Identity", required=True, readonly=True)
    provider_payment_id = fields.Char(string="Payment at Provider", readonly=True)
    refund_ref = fields.Char(string="Refund at Provider", readonly=True)
    order_ref = fields.Char(string="Order", readonly=True)
    gross = fields.Monetary(readonly=True)
    fee = fields.Monetary(readonly=True)
    tax = fields.Monetary(string="Tax on Fee", readonly=True)
    net = fields.Monetary(string="Paid out", readonly=True)
    settled_at = fields.Datetime(required=True, readonly=True)
    paid_at = fields.Datetime(readonly=True)
    raw = fields.Json(readonly=True, help="The row as the provider wrote it.")
    status = fields.Selection(
        [
            ("matched", "Agrees"),
            ("unknown", "Unknown here"),
            ("amount", "Amount differs"),
            ("duplicate", "Settled twice"),
        ],
        required=True,
        default="unknown",
        readonly=True,
        index=True,
    )
    incoming_id = fields.Many2one(
        "payment.incoming", string="Payment", readonly=True, ondelete="restrict"
    )
    refund_id = fields.Many2one(
        "payment.refund", readonly=True, index="btree_not_null", ondelete="restrict"
    )
    resolution = fields.Selection(
        [
            ("suspense", "Into unidentified receipts"),
            ("fee", "The difference is a fee"),
            ("ignore", "Not paid out twice"),
        ],
        string="Answer",
        readonly=True,
    )
    resolved_by_id = fields.Many2one("res.users", readonly=True)
    resolved_at = fields.Datetime(readonly=True)
    move_id = fields.Many2one(
        "account.move", string="Entry", readonly=True, index="btree_not_null"
    )
    release_move_id = fields.Many2one(
        "account.move",
        string="Entry of the Late Answer",
        readonly=True,
        help="Takes out of unidentified receipts what turned out to be a payment.",
    )
    is_solved = fields.Boolean(compute="_compute_is_solved", store=True)
    is_counted = fields.Boolean(compute="_compute_is_solved", store=True)
    is_postable = fields.Boolean(compute="_compute_is_solved", store=True)

    # A row is kept once; a second one of the same payment that says something else is
    # kept as a duplicate, also once.
    _row_uniq = models.UniqueIndex(
        "(provider_id, kind, row_key) WHERE status != 'duplicate'",
        "This settlement line was imported already.",
    )
    _duplicate_uniq = models.UniqueIndex(
        "(provider_id, kind, row_key, settlement_id, gross, net)"
        " WHERE status = 'duplicate'",
        "This settlement line was imported already.",
    )
    _incoming_uniq = models.UniqueIndex(
        "(incoming_id) WHERE kind = 'payment' AND status != 'duplicate'"
        " AND incoming_id IS NOT NULL",
        "This payment was settled already.",
    )
    _refund_uniq = models.UniqueIndex(
        "(refund_id) WHERE status != 'duplicate' AND refund_id IS NOT NULL",
        "This refund was settled already.",
    )
    _unsolved_idx = models.Index("(provider_id) WHERE is_solved IS NOT TRUE")
    _adds_up = models.Constraint(
        "CHECK(net = gross - fee - tax)", "Net is gross without fee and tax."
    )

    @api.depends("kind", "status", "resolution", "move_id", "release_move_id")
    def _compute_is_solved(self):
        for line in self:
            agrees = line.kind == "fee" or line.status == "matched"
            line.is_solved = agrees or bool(line.resolution)
            doubtful = line.status == "duplicate" and line.resolution != "suspense"
            line.is_counted = not doubtful
            line.is_postable = (
                line.is_solved and not doubtful and not line.move_id
            ) or line._is_releasable()

    def _is_releasable(self):
        """Return whether what was booked as unidentified became known meanwhile."""
        return bool(
            self.resolution == "suspense"
            and self.status == "matched"
            and self.move_id
            and not self.release_move_id
        )

    # === IMPORT === #

    @api.model
    def _find_new(self, provider, rows):
        """Return ``(row, is a duplicate)`` of what is not in the books of lines yet.

        The same row again - in another file, from the API - is left out. One of the
        same payment with other amounts or in another payout is a duplicate.
        """
        known = {}
        for line in self.search(
            [("provider_id", "=", provider.id), ("row_key", "in", self._keys(rows))]
        ):
            known.setdefault((line.kind, line.row_key), []).append(line._signature())
        new = []
        for row in rows:
            seen = known.setdefault((row.kind, row.key), [])
            signature = self._row_signature(row)
            if any(self._is_same(signature, other) for other in seen):
                continue
            new.append((row, bool(seen)))
            seen.append(signature)
        return new

    @api.model
    def _keys(self, rows):
        return list({row.key for row in rows})

    @api.model
    def _row_signature(self, row):
        return row.gross, row.net, row.payout_ref

    def _signature(self):
        reference = (self.raw or {}).get("payout_ref", "")
        return exact(self.gross), exact(self.net), reference

    @api.model
    def _is_same(self, one, other):
        """Return whether two rows say the same; some sources do not name the payout."""
        same_payout = one[2] == other[2] or not (one[2] and other[2])
        return one[:2] == other[:2] and same_payout

    @api.model
    def _prepare_line(self, settlement, row, is_duplicate):
        return {
            "settlement_id": settlement.id,
            "kind": row.kind,
            "row_key": row.key,
            "provider_payment_id": row.provider_payment_id or False,
            "refund_ref": row.refund_id or False,
            "order_ref": row.order_ref or False,
            **{
                name: float(getattr(row, name))
                for name in ("gross", "fee", "tax", "net")
            },
            "settled_at": to_naive_utc(row.settled_at),
            "paid_at": row.paid_at and to_naive_utc(row.paid_at),
            "raw": {"payout_ref": row.payout_ref, "cells": _as_json(row.raw)},
            "status": "duplicate" if is_duplicate else "unknown",
        }

    # === MATCHING === #

    def _match(self):
        """Find what these lines are about, all of them at a time.

        What is booked, answered or a repeat stays as it is; but what went into
        unidentified receipts may have become known.
        """
        todo = self.filtered(
            lambda line: (
                (
                    line.status in ("unknown", "amount")
                    and not line.move_id
                    and not line.resolution
                )
                or (line.status == "unknown" and line.resolution == "suspense")
            )
        )
        for provider, lines in todo.grouped("provider_id").items():
            payments = lines.filtered(lambda line: line.kind == "payment")
            payments._match_to("incoming_id", lines._find_incomings(provider))
            refunds = lines.filtered(lambda line: line.kind == "refund")
            refunds._match_to("refund_id", refunds._find_refunds(provider))

    def _find_incomings(self, provider):
        """Return the payments these lines may be about, in one query."""
        ids = [name for name in self.mapped("provider_payment_id") if name]
        orders = [name for name in self.mapped("order_ref") if name]
        return self.env["payment.incoming"].search(
            Domain("provider_id", "=", provider.id)
            & (
                Domain("provider_payment_id", "in", ids)
                | Domain("order_ref", "in", orders)
            )
        )

    def _find_refunds(self, provider):
        """Return the refunds these lines may be about."""
        return self.env["payment.refund"].search(
            [
                ("incoming_id", "in", self._find_incomings(provider).ids),
                ("state", "=", "confirmed"),
                ("method", "=", "api"),
            ]
        )

    def _match_to(self, field, records):
        """Write what ``match_told`` makes of these lines and the records they mean."""
        settled = self._find_settled(field, records)
        told = [line._as_told() for line in self]
        orders = {line.order_ref for line in told}
        known = [record._as_known(settled, orders) for record in records]
        matches = match_told(told, known)
        for line in self:
            match = matches[line.id]
            if (line.status, line[field].id or None) != (match.status, match.known):
                line.write({"status": match.status, field: match.known or False})

    def _find_settled(self, field, records):
        """Return the ids of records that other lines have settled already."""
        others = self.search(
            [
                (field, "in", records.ids),
                ("status", "!=", "duplicate"),
                ("id", "not in", self.ids),
            ]
        )
        return set(others[field].ids)

    def _as_told(self):
        day = self.paid_at and self.company_id._get_payment_date(self.paid_at)
        reference = self.provider_payment_id
        if self.kind == "refund":
            reference = self.refund_ref
        return Told(
            self.id,
            reference or "",
            self._get_order(),
            exact(abs(self.gross)),
            day or None,
        )

    def _get_order(self):
        """Return what refunds of one payment have in common, or the order."""
        if self.kind == "refund":
            return self.provider_payment_id or self.order_ref or ""
        return self.order_ref or ""

    # === ANSWERS === #

    def action_resolve_suspense(self):
        """Book the money as received from nobody known, or the difference."""
        self._resolve("suspense", ("unknown", "amount", "duplicate"))

    def action_resolve_fee(self):
        """Book the difference as a fee of the provider."""
        self._resolve("fee", ("amount",))

    def action_resolve_ignore(self):
        """Note that the provider did not pay this a second time."""
        self._resolve("ignore", ("duplicate",))

    def _resolve(self, resolution, statuses):
        lines = self._elevate()
        if any(
            line.is_solved or line.move_id or line.status not in statuses
            for line in lines
        ):
            raise UserError(
                self.env._(
                    "This answer does not fit every line chosen. Choose lines that are "
                    "open questions of the same kind."
                )
            )
        lines.write(
            {
                "resolution": resolution,
                "resolved_by_id": self.env.uid,
                "resolved_at": fields.Datetime.now(),
            }
        )

    def action_reopen(self):
        """Take an answer back that is not booked yet."""
        lines = self._elevate()
        if lines.move_id:
            raise UserError(
                self.env._(
                    "This answer is booked. Take the booking of the settlement back "
                    "first."
                )
            )
        lines.write(
            {"resolution": False, "resolved_by_id": False, "resolved_at": False}
        )
        lines._match()

    def action_record_refund(self):
        """Book a refund that was made at the provider, not from here."""
        lines = self._elevate()
        for line in lines:
            incoming = line._find_refunded()
            if line.kind != "refund" or line.refund_id or not incoming:
                raise UserError(
                    self.env._(
                        "%(line)s is no refund of a payment that is known here. Put it "
                        "into unidentified receipts.",
                        line=line.row_key,
                    )
                )
            self.env["payment.refund"].sudo()._record_from_event(
                incoming, line._as_refund_event()
            )
        lines._match()

    def _find_refunded(self):
        """Return the payment that a refund line gives back."""
        incomings = self._find_incomings(self.provider_id)
        exact = incomings.filtered(
            lambda incoming: incoming.provider_payment_id == self.provider_payment_id
        )
        found = exact or incomings
        return found if len(found) == 1 else found.browse()

    def _as_refund_event(self):
        return PaymentEvent(
            EventKind.REFUNDED,
            order_ref=self.order_ref or None,
            payment_id=self.provider_payment_id or None,
            refund_id=self.refund_ref or self.row_key,
            refund_amount=exact(abs(self.gross)),
        )

    def action_ask_provider(self):
        """Ask the provider for the checkouts of unknown lines: a callback may be lost.

        What it says goes through the inbox as any callback, and is matched after.
        """
        lines = self._elevate()
        for provider, group in lines.grouped("provider_id").items():
            orders = [name for name in group.mapped("order_ref") if name]
            txs = (
                self.env["payment.transaction"]
                .sudo()
                .search(
                    [("provider_id", "=", provider.id), ("reference", "in", orders)]
                )
            )
            booking = self.env["payment.booking"].sudo()
            booking._apply(booking._poll(provider, txs))
        lines._match()

    # === BOOKING === #

    def _prepare_items(self):
        """Return ``(values, item to reconcile with)`` that stand against net."""
        self.ensure_one()
        if self.kind == "fee":
            return []
        target = self._get_clearing_item()
        cleared = -target.amount_residual if target else 0.0
        settlement, items = self.settlement_id, []
        label = self.provider_payment_id or self.order_ref or self.row_key
        if cleared:
            item = settlement._prepare_item(
                target.account_id, cleared, label, target.partner_id
            )
            items.append((item, target))
        # Nothing in the case of a match; as a cost it has the sign of a debit.
        rest = -self.gross - cleared
        if not self.currency_id.is_zero(rest):
            account = self._get_difference_account()
            items.append((settlement._prepare_item(account, rest, label), None))
        return items

    def _prepare_release(self):
        """Return items that take what became known out of unidentified receipts."""
        items = []
        for line in self:
            label = line.provider_payment_id or line.order_ref
            suspense, clearing = line._get_suspense_item(), line._get_clearing_item()
            for target, amount in ((suspense, line.gross), (clearing, -line.gross)):
                item = line.settlement_id._prepare_item(
                    target.account_id, amount, label, target.partner_id
                )
                items.append((item, target))
        return items

    def _can_release(self):
        """Return whether nobody gave the money to a payer by hand meanwhile."""
        clearing = self._get_clearing_item()
        return bool(self._get_suspense_item()) and (
            clearing.amount_residual == self.gross
        )

    def _get_suspense_item(self):
        """Return the open item of this line in unidentified receipts, if there is."""
        account = self.company_id._get_payment_suspense_account()
        return self.move_id.line_ids.filtered(
            lambda item: (
                item.account_id == account and item.amount_residual == -self.gross
            )
        )[:1]

    def _get_clearing_item(self):
        """Return the open item of what the provider holds, or has given back."""
        nothing = self.env["account.move.line"]
        if self.status not in ("matched", "amount"):
            return nothing
        record = self.incoming_id or self.refund_id
        return record._get_clearing_item().filtered(lambda item: not item.reconciled)

    def _get_difference_account(self):
        if self.resolution == "fee":
            return self.provider_id._get_fee_account()
        return self.company_id._get_payment_suspense_account()


def _as_json(raw):
    """Return a row as text, whatever a connector put into it."""
    return {str(name): str(value) for name, value in dict(raw).items()}
