# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import logging
from decimal import Decimal
from typing import NamedTuple

from odoo import Command, api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import SQL

from odoo.addons.scola_account.const import CLOSING_JOURNAL

from ..const import CLEARED_TYPES, JOURNAL_CODE, PAYABLE_CODE, RECEIVABLE_CODE
from ..tools.clearing import Item, get_group, group_items, move_to_open_day

_logger = logging.getLogger(__name__)


class Books(NamedTuple):
    """Where a company books what it has to do with others of its foundation."""

    receivable: models.BaseModel
    payable: models.BaseModel
    journal: models.BaseModel


class ScolaSchoolClearing(models.Model):
    """What one company of a foundation collected or paid for another.

    Accounts are shared, so an item of a school may be matched with one of another
    company: the bill of a school with a payment that the foundation received. Nothing
    is open then, but each company has a balance that is not its own. For each such
    matching the company of the debit (the bill) gets a receivable from the other one
    instead, and the company of the credit (the payment) a payable. Their two lines on
    the matched account are matched with each other at once.
    """

    _name = "scola.school.clearing"
    _description = "Clearing between Schools"
    _order = "date desc, id desc"

    partial_id = fields.Many2one(
        "account.partial.reconcile",
        string="Matching",
        readonly=True,
        ondelete="set null",
        help="Empty once the matching was undone.",
    )
    debit_company_id = fields.Many2one(
        "res.company",
        string="Cleared For",
        required=True,
        readonly=True,
        index=True,
        help="The company of the debit item: whose bill was collected, or which paid "
        "for the other.",
    )
    credit_company_id = fields.Many2one(
        "res.company",
        string="Cleared With",
        required=True,
        readonly=True,
        index=True,
        help="The company of the credit item: which collected, or whose bill was paid.",
    )
    currency_id = fields.Many2one(related="debit_company_id.currency_id")
    account_id = fields.Many2one("account.account", required=True, readonly=True)
    partner_id = fields.Many2one(
        "res.partner", readonly=True, help="Partner of the debit item."
    )
    credit_partner_id = fields.Many2one(
        "res.partner",
        string="Partner of the Credit",
        readonly=True,
        help="Partner of the credit item, mostly the same one.",
    )
    amount = fields.Monetary(required=True, readonly=True)
    date = fields.Date(
        required=True,
        readonly=True,
        help="Day of the entries: the later one of the two items, or the first day "
        "after it on which both companies are open.",
    )
    debit_move_id = fields.Many2one(
        "account.move",
        string="Entry of the Receivable",
        required=True,
        readonly=True,
        index=True,
    )
    credit_move_id = fields.Many2one(
        "account.move",
        string="Entry of the Payable",
        required=True,
        readonly=True,
        index=True,
    )
    debit_reversal_id = fields.Many2one(
        "account.move",
        string="Reversal of the Receivable",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    credit_reversal_id = fields.Many2one(
        "account.move",
        string="Reversal of the Payable",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    state = fields.Selection(
        [("booked", "Booked"), ("reversed", "Reversed")],
        default="booked",
        required=True,
        readonly=True,
    )

    _partial_uniq = models.Constraint(
        "UNIQUE (partial_id)",
        "Matching: it was cleared just now by somebody else. Nothing was booked twice; "
        "try again.",
    )
    _undone_idx = models.Index(
        "(debit_company_id) WHERE state = 'booked' AND partial_id IS NULL"
    )

    # === ACTIONS === #

    def action_clear(self):
        """Clear between the schools of the ticked companies' foundations."""
        if not self.env.user.has_group("account.group_account_user"):
            raise AccessError(
                self.env._("Clear Between Schools: only accountants may do this.")
            )
        # As superuser: clearing follows from what is matched already, also in companies
        # that this user does not see, and nobody chooses anything in it.
        booked, undone = self.sudo()._clear(self.env.companies.sudo().root_id)
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._(
                    "%(booked)s matchings cleared, %(undone)s reversed.",
                    booked=booked,
                    undone=undone,
                ),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def action_open_entries(self):
        """Return the action that shows the entries of these clearings."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "account.action_move_journal_line"
        )
        moves = self.debit_move_id | self.credit_move_id
        moves |= self.debit_reversal_id | self.credit_reversal_id
        action["domain"] = [("id", "in", moves.ids)]
        action["context"] = {}
        return action

    @api.model
    def _cron_clear(self):
        """Clear in each foundation; what fails in one is logged, the others go on."""
        roots = self.env["res.company"].search(
            [("parent_id", "=", False), ("child_ids", "!=", False)]
        )
        cron = self.env["ir.cron"]
        cron._commit_progress(remaining=len(roots))
        for root in roots:
            try:
                with self.env.cr.savepoint():
                    self._clear(root)
            except Exception:
                _logger.exception("Clearing between the schools of %s failed", root.id)
            if not cron._commit_progress(1):
                break

    # === CLEARING === #

    @api.model
    def _clear(self, root_companies):
        """Book matchings across companies, reverse what is not matched any more.

        Runs as superuser. Safe to repeat: what is booked already is left alone.

        :param res.company root_companies: foundations
        :return: (number of matchings booked, number of clearings reversed)
        """
        counts = [self._clear_root(root) for root in root_companies]
        return sum(booked for booked, _u in counts), sum(
            undone for _b, undone in counts
        )

    def _clear_root(self, root):
        companies = self.env["res.company"].with_context(active_test=False)
        companies = companies.search([("id", "child_of", root.id)])
        self = self.with_company(root).with_context(
            allowed_company_ids=companies.ids,
            lang=root.partner_id.lang or self.env.lang,
        )
        self.env.flush_all()
        crossing = self._find_crossing(companies)
        undone = self._find_undone(companies)
        if crossing or undone:
            self._lock_root(root)
            books = self._find_books({*crossing, *undone})
            crossing = self._book_crossing(crossing, books)
            undone = self._reverse_undone(undone, books)
        return len(crossing), len(undone)

    def _lock_root(self, root):
        """Let one transaction at a time clear in a foundation.

        Another one waits here. Because the row is written, it fails to serialize then
        and is repeated from the start by Odoo, where it sees what the first one did. A
        row lock alone would let it go on with what it saw before. New entries are not
        held up.
        """
        self.env.execute_query(
            SQL(
                "UPDATE res_company SET write_date = write_date WHERE id = %s "
                "RETURNING id",
                root.id,
            )
        )

    def _book_crossing(self, items, books):
        """Book matchings; return the items that were.

        :param list[Item] items: by id of the matching
        """
        items = self._filter_bookable(items, books)
        entries = self._create_entries(items, books, 1)
        self.create([self._prepare_clearing(i, *entries[get_group(i)]) for i in items])
        return items

    def _reverse_undone(self, items, books):
        """Book the opposite of clearings; return the items of which it was.

        :param list[Item] items: by id of the clearing
        """
        items = self._filter_bookable(items, books)
        entries = self._create_entries(items, books, -1)
        clearings = {}
        for item in items:
            clearings.setdefault(get_group(item), []).append(item.id)
        for group, ids in clearings.items():
            debit, credit = entries[group]
            self.browse(ids).write(
                {
                    "state": "reversed",
                    "debit_reversal_id": debit.id,
                    "credit_reversal_id": credit.id,
                }
            )
        return items

    def _prepare_clearing(self, item, debit_move, credit_move):
        return {
            "partial_id": item.id,
            "debit_company_id": item.debit_company,
            "credit_company_id": item.credit_company,
            "account_id": item.account,
            "partner_id": item.debit_partner,
            "credit_partner_id": item.credit_partner,
            "amount": float(item.amount),
            "date": item.day,
            "debit_move_id": debit_move.id,
            "credit_move_id": credit_move.id,
        }

    # === WHAT TO CLEAR === #

    def _find_crossing(self, companies):
        """Return matchings across companies that are not booked yet.

        Matchings are locked against being undone meanwhile.

        :rtype: list[Item]
        """
        rows = self.env.execute_query(
            SQL(
                """
                WITH own AS MATERIALIZED (
                    SELECT unnest(ARRAY[debit_move_id, credit_move_id,
                                        debit_reversal_id, credit_reversal_id]) AS id
                      FROM scola_school_clearing
                     WHERE debit_company_id IN %(companies)s)
                SELECT p.id, GREATEST(d.date, c.date), d.company_id, c.company_id,
                       d.account_id, d.partner_id, c.partner_id, p.amount::text,
                       d.currency_id <> d.company_currency_id
                       OR c.currency_id <> c.company_currency_id
                  FROM account_partial_reconcile p
                  JOIN account_move_line d ON d.id = p.debit_move_id
                  JOIN account_move_line c ON c.id = p.credit_move_id
                  JOIN account_account a ON a.id = d.account_id
                 WHERE d.company_id <> c.company_id
                   AND d.company_id IN %(companies)s
                   AND c.company_id IN %(companies)s
                   AND d.account_id = c.account_id
                   AND a.account_type IN %(types)s
                   AND a.is_inter_school IS NOT TRUE
                   AND d.parent_state = 'posted'
                   AND c.parent_state = 'posted'
                   AND p.amount > 0
                   AND NOT EXISTS (SELECT 1 FROM scola_school_clearing x
                                    WHERE x.partial_id = p.id)
                   AND NOT EXISTS (SELECT 1 FROM own WHERE own.id = d.move_id)
                   AND NOT EXISTS (SELECT 1 FROM own WHERE own.id = c.move_id)
                 ORDER BY p.id
                   FOR KEY SHARE OF p
                """,
                companies=tuple(companies.ids),
                types=CLEARED_TYPES,
            )
        )
        foreign = [row[0] for row in rows if row[-1]]
        if foreign:
            _logger.warning(
                "Not cleared between schools, because in a foreign currency: matchings "
                "%s. Enter what the companies owe each other by hand.",
                foreign,
            )
        return [self._make_item(row[:-1]) for row in rows if not row[-1]]

    def _find_undone(self, companies):
        """Return clearings of which the matching is gone.

        :rtype: list[Item]
        """
        rows = self.env.execute_query(
            SQL(
                """
                SELECT id, date, debit_company_id, credit_company_id, account_id,
                       partner_id, credit_partner_id, amount::text
                  FROM scola_school_clearing
                 WHERE state = 'booked' AND partial_id IS NULL
                   AND debit_company_id IN %s
                 ORDER BY id
                """,
                tuple(companies.ids),
            )
        )
        return [self._make_item(row) for row in rows]

    def _make_item(self, row):
        *values, amount = row
        return Item(*values, Decimal(amount))

    def _find_books(self, items):
        """Return where each company of the items books, if it can.

        :return: {id of res.company: Books}; a company is missing that lacks some
        """
        ids = {i.debit_company for i in items} | {i.credit_company for i in items}
        companies = self.env["res.company"].browse(sorted(ids))
        books = {
            company.id: Books(
                company._scola_find_account(RECEIVABLE_CODE),
                company._scola_find_account(PAYABLE_CODE),
                self._find_journal(company),
            )
            for company in companies
        }
        lacking = companies.filtered(lambda company: not all(books[company.id]))
        if lacking:
            _logger.warning(
                "Not cleared between schools, because accounts %s and %s or a general "
                "journal are missing (Load the Foundation's Chart adds them): %s",
                RECEIVABLE_CODE,
                PAYABLE_CODE,
                ", ".join(lacking.mapped("name")),
            )
        return {company.id: books[company.id] for company in companies - lacking}

    def _find_journal(self, company):
        Journal = self.env["account.journal"]
        journals = Journal.search(
            [
                *Journal._check_company_domain(company),
                ("type", "=", "general"),
                ("code", "!=", CLOSING_JOURNAL),
            ],
            order="company_id desc, sequence, id",
        )
        return journals.sorted(lambda journal: journal.code != JOURNAL_CODE)[:1]

    def _filter_bookable(self, items, books):
        """Return the items both sides of which can be booked, each on an open day."""
        companies = self.env["res.company"].browse(books)
        locked_until = {
            company.id: company._get_user_fiscal_lock_date(
                books[company.id].journal, ignore_exceptions=True
            )
            for company in companies
        }
        return [
            move_to_open_day(item, locked_until)
            for item in items
            if item.debit_company in books and item.credit_company in books
        ]

    # === ENTRIES === #

    def _create_entries(self, items, books, sign):
        """Post the entries of items, their lines on cleared accounts matched.

        :param list[Item] items:
        :param dict books: {id of res.company: Books}
        :param int sign: 1 to book, -1 to reverse
        :return: {group of items: (entry of the receivable, entry of the payable)}
        """
        groups = group_items(items)
        values = []
        for group, lines in groups.items():
            values += self._prepare_entries(group, lines, books, sign)
        moves = self.env["account.move"].create(values)
        moves._post(soft=False)
        pairs = list(zip(moves[::2], moves[1::2], strict=True))
        self._match_entries(pairs)
        return dict(zip(groups, pairs, strict=True))

    def _match_entries(self, pairs):
        """Match the lines of each two entries on cleared accounts, in one go."""
        plan = []
        for pair in pairs:
            # The last line of each is the one between the schools.
            debit, credit = (move.line_ids.sorted("sequence")[:-1] for move in pair)
            plan += [one | other for one, other in zip(debit, credit, strict=True)]
        if plan:
            self.env["account.move.line"]._reconcile_plan(plan)

    def _prepare_entries(self, group, lines, books, sign):
        """Return the values of two entries, the one of the receivable first.

        :param tuple group: (day, debit company, credit company)
        :param dict lines: {(account, debit partner, credit partner): Decimal}
        """
        day, *ids = group
        debit, credit = self.env["res.company"].browse(ids)
        debit_lines = {
            (account, partner, other): -sign * amount
            for (account, partner, other), amount in lines.items()
        }
        credit_lines = {
            (account, other, partner): sign * amount
            for (account, partner, other), amount in lines.items()
        }
        receivable, payable = books[debit.id].receivable, books[credit.id].payable
        sides = (
            (debit, credit, receivable, debit_lines),
            (credit, debit, payable, credit_lines),
        )
        return [
            {
                "move_type": "entry",
                "company_id": company.id,
                "journal_id": books[company.id].journal.id,
                "date": day,
                "ref": self._get_reference(other, sign),
                "line_ids": self._prepare_lines(other, account, amounts),
            }
            for company, other, account, amounts in sides
        ]

    def _get_reference(self, other, sign):
        if sign > 0:
            return self.env._("Clearing with %s", other.name)
        return self.env._("Clearing with %s, matching undone", other.name)

    def _prepare_lines(self, other, account, amounts):
        """Return the lines of an entry, the one between the schools last.

        :param dict amounts: {(account, partner, partner of the other side): debit less
            credit}
        """
        lines = [(key[0], key[1], amount) for key, amount in amounts.items()]
        lines.append((account.id, other.partner_id.id, -sum(amounts.values())))
        return [
            Command.create(
                {
                    "sequence": sequence,
                    "account_id": account_id,
                    "partner_id": partner_id,
                    "balance": float(balance),
                    "name": other.name,
                    # Accounts and partners may have defaults; nothing is spent here.
                    "tax_ids": [],
                    "analytic_distribution": False,
                }
            )
            for sequence, (account_id, partner_id, balance) in enumerate(lines)
        ]
