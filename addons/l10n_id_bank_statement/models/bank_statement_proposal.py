# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import logging

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from odoo.addons.payment_va.tools.three_way import exact

_logger = logging.getLogger(__name__)

ACCOUNTANT = "account.group_account_user"
#: More than that is done by the job, in a transaction for each line.
MAX_AT_ONCE = 20
#: First key of our advisory locks; the second is the journal.
LOCK_NAMESPACE = 0xBA4C
KINDS = [
    ("settlement", "Payout"),
    ("va", "Virtual account"),
    ("reference", "Reference"),
    ("amount", "Amount"),
    ("reported", "Reported by gateway"),
]


class BankStatementProposal(models.Model):
    """One explanation of one line of a bank statement, for the treasurer to accept."""

    _name = "bank.statement.proposal"
    _description = "Proposal for a Bank Statement Line"
    _order = "date, statement_line_id, score desc, id"
    _rec_name = "statement_line_id"
    _check_company_auto = True

    statement_line_id = fields.Many2one(
        "account.bank.statement.line",
        string="Bank Statement Line",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    journal_id = fields.Many2one(
        related="statement_line_id.journal_id", store=True, index=True
    )
    company_id = fields.Many2one(related="statement_line_id.company_id", store=True)
    currency_id = fields.Many2one(related="statement_line_id.currency_id")
    date = fields.Date(required=True, readonly=True)
    payment_ref = fields.Char(related="statement_line_id.payment_ref")
    amount = fields.Monetary(related="statement_line_id.amount")
    kind = fields.Selection(KINDS, string="Found by", required=True, readonly=True)
    fit = fields.Selection(
        [
            ("exact", "Exactly"),
            ("part", "In part"),
            ("over", "With a rest"),
            ("none", "No open bill"),
        ],
        string="Explains",
        required=True,
        readonly=True,
    )
    score = fields.Integer(readonly=True, aggregator=None, help="0 to 100.")
    is_sure = fields.Boolean(
        string="Beyond Doubt",
        readonly=True,
        help="Nothing else explains this line, and this explains no other one.",
    )
    is_ticked = fields.Boolean(string="Ticked", readonly=True)
    partner_id = fields.Many2one("res.partner", readonly=True, ondelete="cascade")
    item_ids = fields.Many2many(
        "account.move.line",
        "bank_statement_proposal_item_rel",
        "proposal_id",
        "item_id",
        string="Journal Items",
        readonly=True,
        check_company=False,
    )
    settlement_id = fields.Many2one(
        "payment.settlement",
        readonly=True,
        ondelete="cascade",
        index="btree_not_null",
        groups="payment_va.group_payment_reader",
    )
    detail = fields.Char(readonly=True, help="The number or reference that was found.")
    targets = fields.Char(compute="_compute_targets", string="Is")
    reason = fields.Char(compute="_compute_reason")
    state = fields.Selection(
        [
            ("open", "Open"),
            ("queued", "Being accepted"),
            ("accepted", "Accepted"),
            ("failed", "Not possible"),
            ("dismissed", "Dismissed"),
            ("undone", "Undone"),
        ],
        required=True,
        readonly=True,
        default="open",
        index=True,
    )
    failure = fields.Char(readonly=True)
    accepted_by_id = fields.Many2one("res.users", readonly=True)
    accepted_at = fields.Datetime(readonly=True)

    # Whatever two people do at once: a line is explained by one proposal.
    _accepted_uniq = models.UniqueIndex(
        "(statement_line_id) WHERE state = 'accepted'",
        "This bank statement line is explained already.",
    )

    # === COMPUTE METHODS === #

    @api.depends("item_ids", "settlement_id")
    def _compute_targets(self):
        # As superuser: an accountant of the ledger need not see settlements.
        for proposal in self.sudo():
            names = [item.move_id.display_name for item in proposal.item_ids]
            if proposal.settlement_id:
                names.append(proposal.settlement_id.display_name)
            proposal.targets = ", ".join(dict.fromkeys(filter(None, names)))

    @api.depends("kind", "fit", "detail", "is_sure", "state", "failure")
    @api.depends_context("lang")
    def _compute_reason(self):
        for proposal in self:
            parts = [proposal._get_kind_reason(), proposal._get_fit_reason()]
            if not proposal.is_sure and proposal.kind != "reported":
                parts.append(self.env._("Look at it before you accept."))
            if proposal.state == "failed":
                parts = [proposal.failure]
            proposal.reason = " ".join(filter(None, parts))

    def _get_kind_reason(self):
        detail = self.detail or ""
        if self.kind == "settlement" and self.is_sure:
            return self.env._("The only payout of this amount and time.")
        if self.kind == "amount" and self.is_sure:
            return self.env._("The only open item of this amount and time.")
        return {
            "settlement": self.env._(
                "A payout of this amount and time, one of several."
            ),
            "va": self.env._(
                "Virtual account %(number)s is in the text.", number=detail
            ),
            "reference": self.env._(
                "Reference %(reference)s is in the text.", reference=detail
            ),
            "amount": self.env._(
                "An open item of this amount and time, one of several."
            ),
            "reported": self.env._(
                "A gateway reported a payment to %(number)s: import its settlement.",
                number=detail,
            ),
        }[self.kind]

    def _get_fit_reason(self):
        if self.kind in ("settlement", "amount", "reported"):
            return ""
        return {
            "exact": self.env._("The open amount is the same."),
            "part": self.env._("More is open; the oldest bills are paid first."),
            "over": self.env._("Less is open; the rest stays as a deposit."),
            "none": self.env._("No bill is open; all of it stays as a deposit."),
        }[self.fit]

    # === PROPOSING === #

    @api.model
    def _generate(self, journals):
        """Look at the open lines of journals anew.

        What people dismissed is not proposed again.

        :param account.journal journals: bank journals
        :return: the open proposals
        :rtype: bank.statement.proposal
        """
        journals.check_access("read")
        self._check_accountant()
        created = self
        for journal in journals.sorted("id"):
            created += self._generate_one(journal)
        return created

    @api.model
    def _generate_one(self, journal):
        # Who comes second waits, then proposes what is left.
        self.env.cr.execute(
            SQL("SELECT pg_advisory_xact_lock(%s, %s)", LOCK_NAMESPACE, journal.id)
        )
        # As superuser: proposals are changed by their actions only.
        proposals = self.sudo()
        earlier = proposals.search([("journal_id", "=", journal.id)])
        earlier.filtered(lambda one: one.state in ("open", "failed")).unlink()
        earlier = earlier.exists()
        dismissed = {one._get_key() for one in earlier if one.state == "dismissed"}
        queued = earlier.filtered(lambda one: one.state == "queued")
        matcher = self.env["bank.statement.matcher"]
        lines = matcher._find_lines(journal) - queued.statement_line_id
        found = matcher._propose(journal, lines)
        days = {line.id: line.date for line in lines}
        created = proposals.create(
            [
                self._prepare_proposal(one, days[one.line])
                for one in found
                if (one.line, one.kind, one.items, one.settlement) not in dismissed
            ]
        )
        return created.sudo(self.env.su)

    def _get_key(self):
        """Return what makes a proposal the same one, as in ``tools.proposals``."""
        # Bills are told apart by their ids, in the order they are paid.
        items = self.item_ids.sorted(
            lambda item: (item.date_maturity or item.date, item.id)
        )
        line, settlement = self.statement_line_id.id, self.settlement_id.id or 0
        return line, self.kind, tuple(items.ids), settlement

    @api.model
    def _prepare_proposal(self, found, day):
        """Return the values for one of ``tools.proposals.Proposal``."""
        return {
            "statement_line_id": found.line,
            "date": day,
            "kind": found.kind,
            "fit": found.fit,
            "score": found.score,
            "is_sure": found.is_sure,
            "is_ticked": found.is_sure,
            "partner_id": found.partner or False,
            "item_ids": [fields.Command.set(found.items)],
            "settlement_id": found.settlement or False,
            "detail": found.detail,
        }

    # === ACTIONS === #

    def _check_accountant(self):
        if not self.env.su and not self.env.user.has_group(ACCOUNTANT):
            raise AccessError(
                self.env._(
                    "This needs the access right %(group)s. Ask an administrator.",
                    # As superuser: groups are not for everybody to read.
                    group=self.env.ref(ACCOUNTANT).sudo().full_name,
                )
            )

    def _elevate(self):
        """Return these as superuser, for an accountant who may read them."""
        self._check_accountant()
        self.check_access("read")
        # As superuser: proposals are changed by their actions only.
        return self.sudo()

    def action_toggle(self):
        """Tick these proposals, or take the tick away."""
        for proposal in self._elevate().filtered(lambda one: one.state == "open"):
            proposal.is_ticked = not proposal.is_ticked

    def action_dismiss(self):
        """Say that these are wrong: they are not proposed again."""
        proposals = self._elevate().filtered(
            lambda one: one.state in ("open", "failed")
        )
        proposals.write({"state": "dismissed", "is_ticked": False})

    @api.model
    def action_accept_ticked(self):
        """Accept all ticked proposals of the companies at work."""
        ticked = self.search(
            [
                ("is_ticked", "=", True),
                ("state", "=", "open"),
                ("company_id", "in", self.env.companies.ids),
            ]
        )
        if not ticked:
            raise UserError(
                self.env._(
                    "Nothing is ticked. Tick proposals, or choose some and Accept."
                )
            )
        return ticked.action_accept()

    def action_accept(self):
        """Accept these: a few at once, many by the job.

        :return: a notification
        """
        proposals = self._elevate().filtered(
            lambda one: one.state in ("open", "failed")
        )
        if len(proposals) > MAX_AT_ONCE:
            return self._notify_queued(proposals._queue())
        done = proposals._accept()
        failed = (proposals - done).filtered("failure")
        return self._notify_done(done, failed)

    def _queue(self):
        """Leave these to the job, in the name of the user: the best one of each line.

        :return: what is queued
        :rtype: bank.statement.proposal
        """
        best = self.browse()
        for proposals in self.grouped("statement_line_id").values():
            best += proposals.sorted(lambda one: (-one.score, one.id))[:1]
        best.write({"state": "queued", "accepted_by_id": self.env.uid})
        # As superuser: the job is not for everybody to see.
        job = self.env.ref("l10n_id_bank_statement.ir_cron_accept_proposals").sudo()
        job._trigger()
        return best

    @api.model
    def _cron_accept(self):
        """Accept what is queued, in a transaction for each line.

        It may be killed at any time: what is queued still is so.
        """
        job = self.env["ir.cron"]
        domain = [("state", "=", "queued")]
        job._commit_progress(remaining=self.search_count(domain))
        for proposal in self.search(domain, order="id"):
            proposal = proposal.try_lock_for_update().filtered_domain(domain)
            if proposal:
                proposal._accept_for_user()
            if not job._commit_progress(1):
                break

    def _accept_for_user(self):
        """Accept a queued proposal with the rights of who asked for it."""
        user = self.accepted_by_id
        # As at work in all companies: bills of branches are paid as well.
        companies = self.company_id | user.sudo().company_ids
        own = self.with_user(user).with_context(
            lang=user.lang, tz=user.tz, allowed_company_ids=companies.ids
        )
        if not user.active or not user.has_group(ACCOUNTANT):
            self._fail(self.env._("Whoever accepted this is no accountant any more."))
        else:
            own.sudo()._accept()

    # === ACCEPTING === #

    def _accept(self):
        """Explain the lines of these, called as superuser in the name of the user.

        A line that somebody else works on is left as it is; what is no longer possible
        says why. Accepting again changes nothing.

        :return: those that are accepted
        :rtype: bank.statement.proposal
        """
        accepted = self.browse()
        for proposal in self.sorted(lambda one: (-one.score, one.id)):
            try:
                with self.env.cr.savepoint():
                    if proposal._accept_one():
                        accepted += proposal
            except UserError as error:
                proposal._fail(str(error))
        return accepted

    def _accept_one(self):
        """Explain the line of this proposal; return whether that was to be done."""
        line = self.statement_line_id
        locked = line.try_lock_for_update(allow_referencing=True)
        if not locked or not self.try_lock_for_update():
            raise UserError(
                self.env._("Somebody works on this line right now. Accept it again.")
            )
        self.invalidate_recordset(["state"])
        line.invalidate_recordset(["is_reconciled"])
        if self.state not in ("open", "queued", "failed"):
            return False
        self._check_possible()
        if self.settlement_id:
            self.settlement_id._link_bank_line(line)
        else:
            self._reconcile_items()
        self._set_accepted()
        return True

    def _check_possible(self):
        """Check that nothing happened since that makes this proposal wrong."""
        if self.statement_line_id.is_reconciled:
            raise UserError(self.env._("This line is explained already."))
        if self.kind == "reported":
            raise UserError(
                self.env._(
                    "The gateway reported this payment. Import its settlement, which "
                    "is then matched to this line."
                )
            )
        items = self.item_ids
        opened = exact(sum(items.mapped("amount_residual_currency")))
        changed = self.fit == "exact" and opened != exact(self.amount)
        gone = items.filtered(
            lambda item: item.reconciled or item.parent_state != "posted"
        )
        if not self.settlement_id and (
            changed or gone or not (items or self.partner_id)
        ):
            raise UserError(
                self.env._(
                    "What this line was to pay has changed: %(targets)s. Propose "
                    "again.",
                    targets=self.targets or self.env._("the bills are gone"),
                )
            )

    def _reconcile_items(self):
        """Reconcile the line with its items; a rest stays as the partner's deposit."""
        # With the user's own rights: it is their work on the statement.
        line = self.statement_line_id.sudo(False).with_company(self.company_id)
        if self.partner_id and line.partner_id != self.partner_id:
            line.partner_id = self.partner_id.id
        line.reconcile_data_info = line._default_reconcile_data()
        items = self.item_ids.sorted(
            lambda item: (item.date_maturity or item.date, item.id)
        )
        for item in items.sudo(False):
            line._add_account_move_line(item, keep_current=True)
        self._keep_rest(line)
        if not line.reconcile_data_info.get("can_reconcile"):
            raise UserError(
                self.env._(
                    "The amounts do not explain this line. Reconcile it by hand, or "
                    "give it a partner."
                )
            )
        line.reconcile_bank_line()

    @api.model
    def _keep_rest(self, line):
        """Have what is left of a line stay on the account of its partner."""
        info = line.reconcile_data_info
        data = [entry for entry in info["data"] if entry["kind"] != "suspense"]
        line.reconcile_data_info = line._recompute_suspense_line(
            data, info["reconcile_auxiliary_id"], line.manual_reference
        )

    def _set_accepted(self):
        others = self.search(
            [
                ("statement_line_id", "=", self.statement_line_id.id),
                ("state", "in", ("open", "failed")),
                ("id", "!=", self.id),
            ]
        )
        others.unlink()
        self.write(
            {
                "state": "accepted",
                "is_ticked": False,
                "failure": False,
                "accepted_by_id": self.env.uid,
                "accepted_at": fields.Datetime.now(),
            }
        )

    def _fail(self, reason):
        _logger.info("bank statement proposal %s: %s", self.ids, reason)
        self.write({"state": "failed", "is_ticked": False, "failure": reason})

    # === VIEWS === #

    @api.model
    def _notify(self, message, kind):
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": kind,
                "message": message,
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    @api.model
    def _notify_queued(self, proposals):
        message = self.env._(
            "%(count)s lines are being reconciled. They disappear from the list as "
            "they are done.",
            count=len(proposals),
        )
        return self._notify(message, "info")

    @api.model
    def _notify_done(self, done, failed):
        message = self.env._("%(count)s lines reconciled.", count=len(done))
        if failed:
            reasons = "\n".join(sorted(set(failed.mapped("failure"))))
            message = self.env._(
                "%(message)s %(count)s are not possible: %(reasons)s",
                message=message,
                count=len(failed),
                reasons=reasons,
            )
        return self._notify(message, "warning" if failed else "success")

    def action_open_line(self):
        """Open the line for reconciliation by hand."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "account_reconcile_oca.action_bank_statement_line_reconcile"
        )
        action["domain"] = [("id", "=", self.statement_line_id.id)]
        # As the view of the journal has it, or there is a form without matching.
        action["context"] = {
            "default_journal_id": self.journal_id.id,
            "view_ref": "account_reconcile_oca.bank_statement_line_form_reconcile_view",
        }
        return action
