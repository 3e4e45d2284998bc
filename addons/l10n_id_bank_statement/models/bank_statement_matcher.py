# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from collections import defaultdict
from datetime import timedelta

from odoo import api, models
from odoo.tools import SQL

from odoo.addons.payment_va.tools.three_way import exact

from ..tools import proposals as rules
from ..tools.keys import reference_key, text_keys

#: Lines that one run looks at, oldest first.
MAX_LINES = 10_000


class BankStatementMatcher(models.AbstractModel):
    """Reads what the rules need to know about the open lines of a bank journal.

    The number of queries does not depend on the number of lines, but that Odoo reads
    records by the thousand.
    """

    _name = "bank.statement.matcher"
    _description = "Search for What Explains Bank Statement Lines"

    @api.model
    def _find_lines(self, journal):
        """Return the lines of a journal that are not explained.

        :rtype: account.bank.statement.line
        """
        return self.env["account.bank.statement.line"].search(
            [
                ("journal_id", "=", journal.id),
                ("is_reconciled", "=", False),
                ("move_id.state", "=", "posted"),
                ("foreign_currency_id", "=", False),
                ("amount", "!=", 0),
            ],
            order="internal_index",
            limit=MAX_LINES,
        )

    @api.model
    def _propose(self, journal, lines):
        """Return what explains lines of a journal, as ``tools.proposals.propose``.

        :param account.journal journal:
        :param account.bank.statement.line lines:
        :rtype: list[rules.Proposal]
        """
        if not lines:
            return []
        bank_lines = [self._as_bank_line(line) for line in lines]
        pairs, choices = self._find_settlements(journal, lines)
        owners = self._find_owners(journal, bank_lines)
        items = self._find_items(journal, bank_lines, owners)
        return rules.propose(bank_lines, items, owners, pairs, choices)

    @api.model
    def _as_bank_line(self, line):
        texts = (line.payment_ref, line.ref, line.partner_name, line.transaction_type)
        text = " ".join(filter(None, texts))
        return rules.BankLine(line.id, line.date, exact(line.amount), text_keys(text))

    # === PAYOUTS === #

    @api.model
    def _find_settlements(self, journal, lines):
        """Return the settlement of lines, and the settlements that others might be.

        :rtype: tuple[dict[int, int], dict[int, tuple[int, ...]]]
        """
        # As superuser: an accountant of the ledger need not see settlements.
        settlements = (
            self.env["payment.settlement"]
            .sudo()
            .search(
                [
                    ("state", "=", "posted"),
                    ("provider_id.payout_journal_id", "=", journal.id),
                ]
            )
        )
        pairs, wanted = settlements._pair(lines) if settlements else ({}, {})
        choices = defaultdict(tuple)
        for settlement, candidates in wanted.items():
            for line in candidates:
                choices[line] += (settlement,)
        return {line: settlement for settlement, line in pairs.items()}, choices

    # === VIRTUAL ACCOUNTS === #

    @api.model
    def _find_owners(self, journal, bank_lines):
        """Return whose the numbers are that the texts can contain.

        :rtype: list[rules.Owner]
        """
        keys = {key for line in bank_lines for key in line.keys if key.isdigit()}
        if not keys:
            return []
        # As superuser: an accountant of the ledger need not see virtual accounts; those
        # of another school are none of this journal's business.
        accounts = (
            self.env["payment.virtual.account"]
            .sudo()
            .search(
                [
                    ("number", "in", list(keys)),
                    "|",
                    ("company_id", "parent_of", journal.company_id.id),
                    ("company_id", "child_of", journal.company_id.id),
                ]
            )
        )
        reported = self._find_reported(accounts, bank_lines)
        owners = []
        for account in accounts:
            partner = account.partner_id
            payer = partner.commercial_partner_id
            member = partner.id if partner != payer else 0
            days = tuple(sorted(reported[account.id]))
            owners.append(rules.Owner(account.number, payer.id, member, days))
        return owners

    @api.model
    def _find_reported(self, accounts, bank_lines):
        """Return the days a gateway told of payments to numbers, still not at the bank.

        :rtype: dict[int, set[date]]
        """
        days = [line.day for line in bank_lines]
        after = timedelta(days=rules.REPORTED_DAYS_AFTER)
        before = timedelta(days=rules.REPORTED_DAYS_BEFORE)
        incomings = accounts.incoming_ids.filtered_domain(
            [("date", ">=", min(days) - before), ("date", "<=", max(days) + after)]
        )
        settled = (
            self.env["payment.settlement.line"]
            .sudo()
            .search(  # as above
                [
                    ("incoming_id", "in", incomings.ids),
                    ("settlement_id.statement_line_id", "!=", False),
                ]
            )
        )
        reported = defaultdict(set)
        for incoming in incomings - settled.incoming_id:
            reported[incoming.va_id.id].add(incoming.date)
        return reported

    # === JOURNAL ITEMS === #

    @api.model
    def _find_items(self, journal, bank_lines, owners):
        """Return the open items that any rule can take for any of the lines.

        :rtype: list[rules.OpenItem]
        """
        self.env.flush_all()
        self.env.cr.execute(self._get_items_query(journal, bank_lines, owners))
        rows = self.env.cr.fetchall()
        voluntary = self._find_voluntary({row[1] for row in rows})
        return [self._as_item(row, row[1] in voluntary) for row in rows]

    @api.model
    def _as_item(self, row, is_voluntary):
        (key, _move, partner, member, day, due, amount, is_payment, *texts) = row
        references = frozenset(filter(None, map(reference_key, texts)))
        return rules.OpenItem(
            key,
            partner or 0,
            member or 0,
            day,
            due,
            exact(amount),
            references,
            is_payment,
            is_voluntary,
        )

    @api.model
    def _find_voluntary(self, move_ids):
        """Return the ids of the bills nobody has to pay."""
        moves = self.env["account.move"].browse(sorted(move_ids))
        return {move.id for move in moves if move._is_payment_voluntary()}

    @api.model
    def _get_items_query(self, journal, bank_lines, owners):
        companies = self.env["res.company"].search(
            [("id", "child_of", journal.company_id.id)]
        )
        days = [line.day for line in bank_lines]
        return SQL(
            """
            SELECT item.id, move.id, item.partner_id,
                   COALESCE(move.partner_id, item.partner_id), item.date,
                   COALESCE(item.date_maturity, item.date),
                   item.amount_residual_currency, payment.id IS NOT NULL,
                   move.name, move.payment_reference, move.ref, payment.memo
              FROM account_move_line item
              JOIN account_move move ON move.id = item.move_id
              JOIN account_account account ON account.id = item.account_id
         LEFT JOIN account_payment payment ON payment.move_id = move.id
             WHERE item.parent_state = 'posted'
               AND item.reconciled IS NOT TRUE
               AND item.amount_residual_currency != 0
               AND item.statement_line_id IS NULL
               AND item.company_id IN %(companies)s
               AND item.currency_id = %(currency)s
               AND account.reconcile
               AND %(is_wanted)s
               AND (item.partner_id IN (SELECT unnest(%(partners)s::int[]))
                    OR (item.amount_residual_currency
                            IN (SELECT unnest(%(amounts)s::numeric[]))
                        AND item.date BETWEEN %(first)s AND %(last)s)
                    OR %(is_named)s)
            """,
            companies=tuple(companies.ids),
            currency=(journal.currency_id or journal.company_id.currency_id).id,
            is_wanted=self._get_wanted_sql(journal),
            partners=[owner.partner for owner in owners],
            amounts=[line.amount for line in bank_lines],
            first=min(days) - timedelta(days=rules.AMOUNT_DAYS_BEFORE),
            last=max(days) + timedelta(days=rules.AMOUNT_DAYS_AFTER),
            is_named=self._get_named_sql(bank_lines),
        )

    @api.model
    def _get_wanted_sql(self, journal):
        """Return the condition for bills, and payments on their way to this bank.

        What a gateway reported comes with its settlement.
        """
        return SQL(
            """
            CASE WHEN account.account_type IN ('asset_receivable', 'liability_payable')
                 THEN account.non_trade IS NOT TRUE AND payment.id IS NULL
                 ELSE payment.journal_id = %(journal)s
                      AND NOT EXISTS (SELECT 1 FROM payment_incoming incoming
                                       WHERE incoming.payment_id = payment.id)
             END
            """,
            journal=journal.id,
        )

    @api.model
    def _get_named_sql(self, bank_lines):
        """Return the condition for items whose reference a text can contain."""
        keys = sorted({key for line in bank_lines for key in line.keys})
        texts = ("move.name", "move.payment_reference", "move.ref", "payment.memo")
        # As tools.keys.reference_key.
        conditions = [
            SQL(
                r"regexp_replace(lower(%s), '[\W_]+', '', 'g')"
                " IN (SELECT unnest(%s::text[]))",
                SQL.identifier(*text.split(".")),
                keys,
            )
            for text in texts
        ]
        return SQL("(%s)", SQL(" OR ").join(conditions))
