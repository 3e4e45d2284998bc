# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import logging
from collections import defaultdict
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command, Domain

from ..tools.three_way import DAYS_BEFORE, BankEntry, Payout, exact, pair_payouts
from .payment_treasury_mixin import MANAGER

_logger = logging.getLogger(__name__)

#: Days after a payout in which it is looked for at the bank.
BANK_DAYS = 7
#: Days of settlements that are fetched again each day: reports come late.
FETCH_DAYS = 5


class PaymentSettlement(models.Model):
    """One transfer of a provider to the bank, and the payments it is made of."""

    _name = "payment.settlement"
    _inherit = ["payment.treasury.mixin"]
    _description = "Settlement of a Payment Provider"
    _order = "date desc, id desc"
    _rec_name = "payout_ref"
    _rec_names_search = ["payout_ref", "provider_id", "line_ids.provider_payment_id"]

    provider_id = fields.Many2one(
        "payment.provider", required=True, readonly=True, index=True
    )
    company_id = fields.Many2one(
        related="provider_id.company_id", store=True, index=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    payout_ref = fields.Char(
        string="Payout",
        required=True,
        readonly=True,
        help="What the provider calls it; the day, if it pays out by day.",
    )
    date = fields.Date(required=True, readonly=True, index=True)
    line_ids = fields.One2many("payment.settlement.line", "settlement_id")
    payout_account_id = fields.Many2one("account.account", required=True, readonly=True)
    gross = fields.Monetary(compute="_compute_totals", store=True)
    fee = fields.Monetary(compute="_compute_totals", store=True)
    tax = fields.Monetary(string="Tax on Fee", compute="_compute_totals", store=True)
    net = fields.Monetary(string="Paid out", compute="_compute_totals", store=True)
    open_count = fields.Integer(
        string="Open Questions", compute="_compute_totals", store=True
    )
    state = fields.Selection(
        [
            ("draft", "Open questions"),
            ("checked", "Checked"),
            ("posted", "Posted"),
            ("matched", "At the bank"),
        ],
        compute="_compute_state",
        store=True,
        index=True,
    )
    move_ids = fields.Many2many(
        "account.move", string="Entries", compute="_compute_move_ids"
    )
    statement_line_id = fields.Many2one(
        "account.bank.statement.line",
        string="Bank Statement Line",
        readonly=True,
        copy=False,
        ondelete="restrict",
        index="btree_not_null",
    )
    bank_amount = fields.Monetary(
        string="At the Bank", related="statement_line_id.amount"
    )
    bank_difference = fields.Monetary(compute="_compute_bank_difference")

    _payout_uniq = models.Constraint(
        "UNIQUE(provider_id, payout_ref)", "This payout is there already."
    )
    _statement_uniq = models.UniqueIndex(
        "(statement_line_id) WHERE statement_line_id IS NOT NULL",
        "This bank statement line is matched to another payout already.",
    )

    # === COMPUTE METHODS === #

    @api.depends("provider_id", "payout_ref")
    def _compute_display_name(self):
        for settlement in self:
            settlement.display_name = (
                f"{settlement.provider_id.name} {settlement.payout_ref}"
            )

    @api.depends("line_ids.is_counted", "line_ids.is_solved", "line_ids.net")
    def _compute_totals(self):
        for settlement in self:
            lines = settlement.line_ids.filtered("is_counted")
            for name in ("gross", "fee", "tax", "net"):
                settlement[name] = sum(lines.mapped(name))
            unsolved = settlement.line_ids.filtered(lambda line: not line.is_solved)
            settlement.open_count = len(unsolved)

    @api.depends("line_ids.move_id", "open_count", "statement_line_id", "net")
    def _compute_state(self):
        for settlement in self:
            if settlement.statement_line_id:
                settlement.state = "matched"
            elif settlement.line_ids.move_id:
                settlement.state = "posted"
            else:
                settlement.state = "draft" if settlement.open_count else "checked"

    @api.depends("line_ids.move_id", "line_ids.release_move_id")
    def _compute_move_ids(self):
        for settlement in self:
            lines = settlement.line_ids
            settlement.move_ids = lines.move_id + lines.release_move_id

    @api.depends("bank_amount", "net")
    def _compute_bank_difference(self):
        for settlement in self:
            arrived = settlement.statement_line_id and settlement.bank_amount
            settlement.bank_difference = arrived and arrived - settlement.net

    # === IMPORT === #

    @api.model
    def _import_rows(self, provider, rows):
        """Keep what a provider reports as settled; what is known changes nothing.

        :param payment.provider provider:
        :param list[SettlementRow] rows:
        :return: the lines that are new
        :rtype: payment.settlement.line
        """
        provider.ensure_one()
        line_model = self.env["payment.settlement.line"]
        places = provider.company_id.currency_id.decimal_places
        new = line_model._find_new(provider, [row.rounded(places) for row in rows])
        if not new:
            return line_model
        zone = provider.company_id._get_payment_zone()
        groups = defaultdict(list)
        for row, is_duplicate in new:
            reference = self._get_payout_ref(provider, row, zone)
            groups[reference].append((row, is_duplicate))
        settlements = self._find_or_create(provider, groups, zone)
        lines = line_model.create(
            [
                line_model._prepare_line(settlements[reference], row, is_duplicate)
                for reference, group in groups.items()
                for row, is_duplicate in group
            ]
        )
        lines._match()
        return lines

    @api.model
    def _get_payout_ref(self, provider, row, zone):
        """Return what the transfer is called that a row is part of."""
        if provider.payout_mode == "single":
            return row.key
        return row.payout_ref or row.day(zone).isoformat()

    @api.model
    def _find_or_create(self, provider, groups, zone):
        """Return the settlement of each payout, making those that are missing."""
        known = self.search(
            [("provider_id", "=", provider.id), ("payout_ref", "in", list(groups))]
        )
        settlements = {settlement.payout_ref: settlement for settlement in known}
        missing = [reference for reference in groups if reference not in settlements]
        account = provider._get_payout_account()
        created = self.create(
            [
                {
                    "provider_id": provider.id,
                    "payout_ref": reference,
                    "payout_account_id": account.id,
                    "date": max(row.day(zone) for row, _dup in groups[reference]),
                }
                for reference in missing
            ]
        )
        return settlements | dict(zip(missing, created, strict=True))

    # === BOOKING === #

    def action_post(self):
        """Book what is beyond doubt; the rest stays an open question."""
        settlements = self._elevate()
        settlements.line_ids._match()
        if not settlements._post():
            raise UserError(
                self.env._(
                    "There is nothing to book: every line is booked or still an open "
                    "question. Answer those under Open Questions first."
                )
            )

    def _post(self):
        """Book the solved lines, one entry per settlement, and reconcile them.

        :return: the new entries
        :rtype: account.move
        """
        moves = self.env["account.move"]
        for company, settlements in self.grouped("company_id").items():
            moves += settlements.with_company(company)._post_in_company()
        return moves

    def _post_in_company(self):
        todo = [entry for settlement in self for entry in settlement._prepare_entries()]
        moves = self.env["account.move"].create(
            [
                settlement._prepare_entry(items)
                for settlement, _lines, _field, items in todo
            ]
        )
        moves.action_post()
        plan = []
        for move, (settlement, lines, field, items) in zip(moves, todo, strict=True):
            lines.write({field: move.id})
            created = move.line_ids.sorted("id")
            for item, (_vals, target) in zip(created, items, strict=True):
                if target and not target.reconciled:
                    plan.append(item + target)
            payout_items = settlement._get_payout_items()
            if settlement.statement_line_id and len(payout_items) > 1:
                plan.append(payout_items)  # at the bank already, the answers came later
        if plan:
            self.env["account.move.line"]._reconcile_plan(plan)
        return moves

    def _prepare_entries(self):
        """Return ``(settlement, lines, field of the entry, items)`` of what to book."""
        lines = self.line_ids.filtered("is_postable")
        late = lines.filtered("move_id")
        lines -= late
        late = late.filtered(lambda line: line._can_release())
        entries = [
            (self, lines, "move_id", self._prepare_items(lines)),
            (self, late, "release_move_id", late._prepare_release()),
        ]
        return [entry for entry in entries if entry[-1]]

    def _prepare_entry(self, items):
        return {
            "move_type": "entry",
            "journal_id": self.provider_id.journal_id.id,
            "company_id": self.company_id.id,
            "date": self.date,
            "ref": self.env._("Settlement %(name)s", name=self.display_name),
            "line_ids": [Command.create(vals) for vals, _target in items],
        }

    def _prepare_items(self, lines):
        """Return ``(values, journal item to reconcile with)`` of an entry's items."""
        if not lines:
            return []
        provider = self.provider_id
        fee_account = provider._get_fee_account()
        tax_account = provider.fee_tax_account_id or fee_account
        sums = {name: sum(lines.mapped(name)) for name in ("net", "fee", "tax")}
        items = [
            (self.payout_account_id, sums["net"], self.display_name),
            (fee_account, sums["fee"], self.env._("Fees of the provider")),
            (tax_account, sums["tax"], self.env._("Tax on fees of the provider")),
        ]
        prepared = [
            (self._prepare_item(account, amount, label), None)
            for account, amount, label in items
            if not self.currency_id.is_zero(amount)
        ]
        return prepared + [item for line in lines for item in line._prepare_items()]

    def _prepare_item(self, account, amount, label, partner=None):
        """Return the values of a journal item; a positive amount is a debit."""
        return {
            "account_id": account.id,
            "name": label,
            "partner_id": partner and partner.id,
            "currency_id": self.currency_id.id,
            "amount_currency": self.currency_id.round(amount),
            "balance": self.currency_id.round(amount),
        }

    def action_unpost(self):
        """Take the booking back by counter-entries: lines can be answered again."""
        settlements = self._elevate(MANAGER)
        settlements.action_unmatch()
        lines = settlements.line_ids
        moves = lines.move_id + lines.release_move_id
        moves.line_ids.remove_move_reconcile()
        lines.write({"move_id": False, "release_move_id": False})
        for move in moves:
            reference = self.env._("Taken back: %(reference)s", reference=move.ref)
            move._reverse_moves([{"date": move.date, "ref": reference}], cancel=True)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_posted(self):
        if self.line_ids.move_id:
            raise UserError(
                self.env._("A posted settlement cannot be deleted. Take it back first.")
            )

    # === AT THE BANK === #

    def _get_bank_journal(self):
        """Return the journal payouts arrive in, none if it has another currency."""
        journal = self.provider_id.payout_journal_id
        currency = journal.currency_id or journal.company_id.currency_id
        return journal if currency == self.currency_id else journal.browse()

    def _find_bank_lines(self):
        """Return the bank's unexplained lines of the time of these payouts."""
        journals = self.env["account.journal"]
        for settlements in self.grouped("provider_id").values():
            journals |= settlements[0]._get_bank_journal()
        if not journals:
            return self.env["account.bank.statement.line"]
        days = self.mapped("date")
        return self.env["account.bank.statement.line"].search(
            [
                ("journal_id", "in", journals.ids),
                ("is_reconciled", "=", False),
                ("move_id.state", "=", "posted"),
                ("date", ">=", min(days) - timedelta(days=DAYS_BEFORE)),
                ("date", "<=", max(days) + timedelta(days=BANK_DAYS)),
            ]
        )

    def _pair(self, bank_lines):
        """Return pairs and candidates, as ``tools.three_way.pair_payouts``."""
        pairs, choices = {}, {}
        for journal, entries in bank_lines.grouped("journal_id").items():
            payouts = self.filtered(lambda s, j=journal: s._get_bank_journal() == j)
            found = pair_payouts(
                [settlement._as_payout() for settlement in payouts],
                [self._as_bank_entry(entry) for entry in entries],
                BANK_DAYS,
            )
            pairs |= found[0]
            choices |= found[1]
        return pairs, choices

    def _as_payout(self):
        references = [self.payout_ref]
        if len(self.line_ids) == 1:
            # The bank's own virtual account: its statement names number or payment.
            line = self.line_ids
            references += [line.provider_payment_id, line.order_ref]
            references += [line.incoming_id.va_id.number]
            references += [line.incoming_id.channel_reference]
        return Payout(
            self.id,
            exact(self.net),
            self.date,
            tuple(filter(None, references)),
        )

    @api.model
    def _as_bank_entry(self, line):
        texts = (line.payment_ref, line.ref, line.partner_name, line.transaction_type)
        text = " ".join(filter(None, texts))
        return BankEntry(line.id, exact(line.amount), line.date, text)

    def action_match(self):
        """Look for these payouts at the bank."""
        settlements = self._elevate()
        if not settlements._match_bank():
            raise UserError(
                self.env._(
                    "No line of the bank statement is this payout beyond doubt. Import "
                    "the statement of the payout bank, or choose the line yourself."
                )
            )

    def _match_bank(self):
        """Match the posted payouts that are at the bank beyond doubt; return them."""
        waiting = self.filtered(lambda settlement: settlement.state == "posted")
        bank_lines = waiting and waiting._find_bank_lines()
        pairs = waiting._pair(bank_lines)[0] if bank_lines else {}
        for settlement in waiting.browse(pairs):
            settlement._link_bank_line(bank_lines.browse(pairs[settlement.id]))
        return waiting.browse(pairs)

    def _link_bank_line(self, bank_line):
        """Explain a line of the bank statement by this payout, and reconcile the two.

        :param account.bank.statement.line bank_line: not explained yet
        """
        self.ensure_one()
        _liquidity, suspense, _other = bank_line._seek_for_lines()
        if bank_line.is_reconciled or len(suspense) != 1 or self.statement_line_id:
            raise UserError(
                self.env._("This bank statement line or payout is matched already.")
            )
        account = self.payout_account_id
        values = {"account_id": account.id, "name": self.display_name}
        bank_line.with_context(skip_readonly_check=True).write(
            {"line_ids": [Command.update(suspense.id, values)]}
        )
        self.statement_line_id = bank_line
        items = self._get_payout_items()
        if len(items) > 1:
            items.reconcile()

    def _get_payout_items(self):
        """Return the open items of the payout, of our entries and of the bank's."""
        items = (self.line_ids.move_id + self.statement_line_id.move_id).line_ids
        return items.filtered(
            lambda item: (
                item.account_id == self.payout_account_id and not item.reconciled
            )
        )

    def action_unmatch(self):
        """Part the payout from the bank statement, whose line is unexplained again."""
        self._elevate().statement_line_id.action_undo_reconciliation()

    # === DAILY === #

    @api.model
    def _cron_reconcile(self):
        """Fetch, match, book what is beyond doubt, and tell about new exceptions."""
        provider_model = self.env["payment.provider"]
        providers = provider_model.search(
            [("code", "in", list(provider_model._get_inbox_codes()))]
        )
        for provider in providers:
            lang = provider.company_id.partner_id.lang or self.env.lang
            settlements = self.with_context(lang=lang)
            settlements._fetch(provider)
            settlements._reconcile(provider)
            self.env["payment.three.way.report"]._tell_new_exceptions(provider)
            if not self.env["ir.cron"]._commit_progress(1):
                break

    @api.model
    def _fetch(self, provider):
        """Import what the provider's API tells; a file may always be imported."""
        today = provider.company_id._get_payment_date(fields.Datetime.now())
        try:
            rows = provider._fetch_settlement(today - timedelta(days=FETCH_DAYS), today)
        except (UserError, ValueError) as error:
            _logger.warning("settlement of %s: %s", provider.code, error)
            return
        if rows:
            self._import_rows(provider, rows)

    @api.model
    def _reconcile(self, provider):
        """Go over what is open again: payments may have come meanwhile."""
        domain = Domain("provider_id", "=", provider.id)
        unknown = Domain("status", "=", "unknown") & Domain("kind", "!=", "fee")
        self.env["payment.settlement.line"].search(
            domain & (Domain("is_solved", "=", False) | unknown)
        )._match()
        self.search(domain & Domain("line_ids.is_postable", "=", True))._post()
        self.search(domain & Domain("state", "=", "posted"))._match_bank()

    # === VIEWS === #

    def action_view_open_lines(self):
        """Open the lines of this settlement that need an answer."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "payment_va.payment_settlement_line_action"
        )
        action["domain"] = [("settlement_id", "=", self.id)]
        return action

    def action_view_moves(self):
        """Open the entries of this settlement."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.display_name,
            "res_model": "account.move",
            "view_mode": "list,form",
            "domain": [("id", "in", self.move_ids.ids)],
        }

    def action_choose_bank_line(self):
        """Let a person say which line of the bank statement this payout is."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Choose the Bank Statement Line"),
            "res_model": "payment.settlement.match",
            "view_mode": "form",
            "target": "new",
            "context": {"default_settlement_id": self.id},
        }
