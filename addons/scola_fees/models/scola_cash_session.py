# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import Command, api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools import SQL

from ..tools.terbilang import format_rupiah

#: What a closed session can no longer change.
PROTECTED_FIELDS = {
    "name",
    "user_id",
    "company_id",
    "journal_id",
    "state",
    "opened_at",
    "closed_at",
    "opening_amount",
    "previous_session_id",
    "previous_amount",
    "opening_denominations",
    "closing_amount",
    "closing_expected",
    "closing_denominations",
    "difference_amount",
    "difference_move_id",
}


class ScolaCashSession(models.Model):
    """A cashier's drawer from its opening count to its closing count.

    Nobody has the right to write it: it is changed only by its own methods, which
    check who calls and then go on as superuser.
    """

    _name = "scola.cash.session"
    _description = "Cash Session"
    _inherit = ["mail.thread"]
    _order = "opened_at desc, id desc"
    _check_company_auto = True

    name = fields.Char(string="Number", readonly=True, copy=False)
    user_id = fields.Many2one(
        "res.users", string="Cashier", required=True, index=True, tracking=True
    )
    company_id = fields.Many2one(
        "res.company", string="School", required=True, index=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    journal_id = fields.Many2one(
        "account.journal",
        string="Cash Journal",
        required=True,
        check_company=True,
        domain="[('type', '=', 'cash')]",
        index=True,
    )
    state = fields.Selection(
        [("opened", "Opened"), ("closed", "Closed")],
        required=True,
        default="opened",
        index=True,
        tracking=True,
    )

    # Opening fields
    opened_at = fields.Datetime(
        string="Opened on", required=True, default=fields.Datetime.now
    )
    opening_amount = fields.Monetary(string="Opening Count", tracking=True)
    opening_denominations = fields.Json(export_string_translation=False)
    previous_session_id = fields.Many2one(
        "scola.cash.session",
        readonly=True,
        copy=False,
        help="The session in which this drawer was closed before.",
    )
    previous_amount = fields.Monetary(
        string="Last Closing Count",
        help="What was counted when this drawer was last closed.",
    )
    opening_difference = fields.Monetary(
        compute="_compute_opening_difference",
        store=True,
        help="Opening count less the last closing count: what was put into or taken "
        "out of the drawer between two sessions.",
    )

    # Closing fields
    closed_at = fields.Datetime(string="Closed on", copy=False)
    closing_amount = fields.Monetary(string="Closing Count", copy=False, tracking=True)
    closing_denominations = fields.Json(copy=False, export_string_translation=False)
    closing_expected = fields.Monetary(string="Expected at Closing", copy=False)
    closing_note = fields.Text(copy=False)
    difference_amount = fields.Monetary(
        string="Closing Difference",
        copy=False,
        tracking=True,
        help="Closing count less the balance expected from the ledger.",
    )
    difference_move_id = fields.Many2one(
        "account.move", string="Difference Entry", copy=False, readonly=True
    )
    denominations_text = fields.Char(
        string="Closing Notes and Coins", compute="_compute_denominations_text"
    )

    # What happened in between
    receipt_ids = fields.One2many("scola.cash.receipt", "session_id")
    receipt_count = fields.Integer(compute="_compute_receipt_count")
    last_receipt_at = fields.Datetime(copy=False, export_string_translation=False)
    expected_amount = fields.Monetary(
        string="Expected in the Drawer",
        compute="_compute_expected_amount",
        compute_sudo=True,
        help="Opening count plus what the ledger says came in and went out in cash.",
    )

    _one_open_session_idx = models.UniqueIndex(
        "(user_id, journal_id) WHERE state = 'opened'",
        "This cashier already has an open session on this cash journal. "
        "Close it before opening another.",
    )
    _opening_not_negative = models.Constraint(
        "CHECK(opening_amount >= 0)",
        "Opening Count: cash in a drawer cannot be negative.",
    )

    # === COMPUTE METHODS === #

    @api.depends("opening_amount", "previous_amount", "previous_session_id")
    def _compute_opening_difference(self):
        for session in self:
            session.opening_difference = session.previous_session_id and (
                session.opening_amount - session.previous_amount
            )

    @api.depends("closing_denominations")
    def _compute_denominations_text(self):
        for session in self:
            counted = (session.closing_denominations or {}).items()
            session.denominations_text = ", ".join(
                f"{count} × {format_rupiah(int(value))}"
                for value, count in sorted(counted, key=lambda item: -int(item[0]))
                if count
            )

    def _compute_receipt_count(self):
        counts = dict(
            self.env["scola.cash.receipt"]._read_group(
                [("session_id", "in", self.ids)], ["session_id"], ["__count"]
            )
        )
        for session in self:
            session.receipt_count = counts.get(session, 0)

    @api.depends("opening_amount", "last_receipt_at")
    def _compute_expected_amount(self):
        for session in self:
            session.expected_amount = session.opening_amount + sum(
                session._get_cash_lines().mapped("balance")
            )

    @api.depends("name", "user_id")
    def _compute_display_name(self):
        for session in self:
            session.display_name = f"{session.name or ''} ({session.user_id.name})"

    # === CRUD METHODS === #

    def write(self, vals):
        """Override to keep closed sessions as they are, whoever asks."""
        if PROTECTED_FIELDS & vals.keys() and "closed" in self.mapped("state"):
            raise UserError(
                self.env._(
                    "A closed cash session cannot be changed. Open a new session and "
                    "correct it there."
                )
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_always(self):
        raise UserError(
            self.env._("Cash sessions are part of the books and cannot be deleted.")
        )

    # === OPENING AND CLOSING === #

    @api.model
    def _open(self, journal, opening_amount, denominations=None):
        """Open a session of the current user in the current company.

        :param account.journal journal: where the cash goes
        :param int opening_amount: what was counted in the drawer
        :param dict denominations: number of notes and coins by value, if counted so
        :return: the session
        :raise UserError: if the journal is no cash journal of this school
        """
        self._check_journal(journal)
        vals = self._prepare_session(journal, opening_amount, denominations)
        # A cashier has no rights on the ledger nor on sessions; see the class.
        session = self.sudo().create(vals)
        return session.sudo(False)

    def _check_journal(self, journal):
        journal = journal.sudo()
        if journal.type != "cash" or journal not in self._get_cash_journals():
            raise UserError(
                self.env._(
                    "Cash journal: %(journal)s is no cash journal of %(school)s.",
                    journal=journal.display_name,
                    school=self.env.company.name,
                )
            )
        if not journal.default_account_id:
            raise UserError(
                self.env._(
                    "Cash journal: %(journal)s has no cash account. Ask the "
                    "treasurer to set one on the journal.",
                    journal=journal.display_name,
                )
            )

    def _prepare_session(self, journal, opening_amount, denominations):
        previous = self._get_previous(journal)
        return {
            "name": self.env["ir.sequence"].sudo().next_by_code("scola.cash.session"),
            "user_id": self.env.uid,
            "company_id": self.env.company.id,
            "journal_id": journal.id,
            "opening_amount": opening_amount,
            "opening_denominations": denominations or False,
            "previous_session_id": previous.id,
            "previous_amount": previous.closing_amount,
        }

    @api.model
    def _get_previous(self, journal):
        """Return the last closed session on the journal, whoever's it was."""
        return self.sudo().search(
            [
                ("journal_id", "=", journal.id),
                ("company_id", "=", self.env.company.id),
                ("state", "=", "closed"),
            ],
            order="closed_at desc, id desc",
            limit=1,
        )

    @api.model
    def _get_cash_journals(self):
        """Return the cash journals of the current school, its own ones first."""
        return self._get_desk_journals([("type", "=", "cash")])

    def _get_bank_journals(self, method):
        """Return the bank journals that take ``transfer`` or ``edc`` at the desk."""
        field = {"transfer": "scola_desk_transfer", "edc": "scola_desk_edc"}[method]
        return self._get_desk_journals([("type", "=", "bank"), (field, "=", True)])

    @api.model
    def _get_desk_journals(self, domain):
        # sudo: cashiers may not read journals; only name and id leave this class.
        journal_model = self.env["account.journal"].sudo()
        company = self.company_id or self.env.company
        journals = journal_model.search(
            domain + journal_model._check_company_domain(company)
        )
        return journals.sorted(lambda journal: journal.company_id != company)

    def _lock(self):
        """Wait for whoever is paying in or closing these sessions.

        Every payment also writes ``last_receipt_at``, so that who waited here gets a
        serialization failure, is run again and sees what the other one did.
        """
        self.env.cr.execute(
            SQL(
                "SELECT id FROM scola_cash_session WHERE id IN %s "
                "ORDER BY id FOR UPDATE",
                tuple(self.ids),
            )
        )
        self.invalidate_recordset()

    def _check_usable(self):
        """Raise unless the current user may take or give money in this session."""
        self.ensure_one()
        if self.sudo().user_id != self.env.user:
            raise AccessError(
                self.env._(
                    "Session: %(session)s belongs to another cashier. Open your own.",
                    session=self.sudo().name,
                )
            )
        self.sudo()._check_opened()
        if self.sudo().company_id not in self.env.companies:
            raise AccessError(
                self.env._(
                    "Session: you are not working in %(school)s now. Choose this "
                    "school at the top right.",
                    school=self.sudo().company_id.name,
                )
            )

    def _check_opened(self):
        if self.state != "opened":
            raise UserError(
                self.env._(
                    "Session: %(session)s is closed. Open a new one.",
                    session=self.name,
                )
            )

    def _close(self, closing_amount, denominations=None, note=None):
        """Close the session with what was counted and post the difference.

        :param int closing_amount: what is in the drawer
        :param dict denominations: number of notes and coins by value, if counted so
        :param str note: what the cashier says about a difference
        :raise UserError: if closed already, or if an account for the difference lacks
        """
        self.ensure_one()
        self._check_may_close()
        self._lock()
        session = self.sudo()
        session._check_opened()
        if closing_amount < 0:
            raise ValidationError(
                self.env._("Closing Count: cash in a drawer cannot be negative.")
            )
        expected = session.currency_id.round(session.expected_amount)
        difference = session.currency_id.round(closing_amount - expected)
        move = session._post_difference(difference)
        session.write(
            {
                "closing_amount": closing_amount,
                "closing_denominations": denominations or False,
                "closing_expected": expected,
                "closing_note": note,
                "difference_amount": difference,
                "difference_move_id": move.id,
                "closed_at": fields.Datetime.now(),
                "state": "closed",
            }
        )

    def _check_may_close(self):
        is_treasurer = self.env.user.has_group("scola_school.group_treasurer")
        if not (is_treasurer or self.sudo().user_id == self.env.user):
            raise AccessError(
                self.env._("Only its cashier or a treasurer can close a cash session.")
            )
        # Reading it checks that the session's school is one of the user's.
        self.check_access("read")

    def _post_difference(self, difference):
        move_model = self.env["account.move"]
        if not difference:
            return move_model
        move = move_model.with_company(self.company_id).create(
            self._prepare_difference_move(difference)
        )
        move._post(soft=False)
        return move

    def _prepare_difference_move(self, difference):
        """Return the values of the entry that books a surplus or a shortage.

        :param float difference: positive for a surplus, negative for a shortage
        """
        label = self.env._("Cash difference of session %(name)s", name=self.name)
        counterpart = self._get_difference_account(difference)
        return {
            "move_type": "entry",
            "journal_id": self.journal_id.id,
            "company_id": self.company_id.id,
            "date": self.company_id._scola_today(),
            "ref": label,
            "line_ids": [
                Command.create(
                    {"account_id": account.id, "balance": balance, "name": label}
                )
                for account, balance in (
                    (self._get_cash_account(), difference),
                    (counterpart, -difference),
                )
            ],
        }

    def _get_difference_account(self, difference):
        """Return the account of the school, or of the foundation above it."""
        kind = "income" if difference > 0 else "expense"
        field = f"default_cash_difference_{kind}_account_id"
        company = self.company_id
        while company and not company[field]:
            company = company.parent_id
        if not company:
            raise UserError(
                self.env._(
                    "%(field)s: the count differs by %(amount)s, and %(school)s has no "
                    "account to book it on. Ask the treasurer to set it in the "
                    "accounting settings, then close again.",
                    field=self.company_id._fields[field]._description_string(self.env),
                    amount=format_rupiah(int(difference)),
                    school=self.company_id.name,
                )
            )
        return company[field]

    # === LEDGER === #

    def _get_cash_account(self):
        return self.journal_id.default_account_id

    def _get_cash_lines(self):
        """Return the journal items by which this session moved cash."""
        cancelled = self.env["scola.cash.receipt"].search(
            [("cancel_session_id", "=", self.id), ("method", "=", "cash")]
        )
        taken = self.receipt_ids.filtered(lambda receipt: receipt.method == "cash")
        moves = taken.payment_ids.move_id | cancelled.cancel_move_ids
        return moves.line_ids.filtered(
            lambda line: (
                line.account_id == self._get_cash_account()
                and line.parent_state == "posted"
            )
        )

    def _get_totals(self):
        """Return what was received by method, cancelled receipts left out."""
        groups = self.env["scola.cash.receipt"]._read_group(
            [("session_id", "in", self.ids), ("state", "=", "posted")],
            ["method"],
            ["amount:sum", "__count"],
        )
        return {
            method: {"amount": int(amount), "count": count}
            for method, amount, count in groups
        }

    # === ACTIONS === #

    def action_close(self):
        """Open the closing wizard."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Close Cash Session"),
            "res_model": "scola.cash.close",
            "view_mode": "form",
            "target": "new",
            "context": {"default_session_id": self.id},
        }

    def action_view_receipts(self):
        """Open the receipts of this session."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "scola_fees.scola_cash_receipt_action"
        )
        return dict(action, domain=[("session_id", "=", self.id)], context={})
