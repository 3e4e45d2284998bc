# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import clean_context

from ..const import REQUEST
from ..tools import turn as turns

OPEN = ("waiting", "pending")
ACTIVITY = "account_payment_approval.mail_activity_type_payment_approval"


class AccountApprovalRequest(models.Model):
    """Somebody asks to have one content of one document approved.

    Users only read requests. Everything else goes through the methods below, which
    check whose turn it is and then write as superuser.
    """

    _name = REQUEST
    _description = "Payment Approval"
    _inherit = ["tier.validation", "mail.thread", "mail.activity.mixin"]
    _order = "id desc"
    _state_from = ["pending"]
    _state_to = ["approved"]
    _cancel_state = "void"

    name = fields.Char(string="Document", required=True, readonly=True)
    kind = fields.Selection(
        [
            ("bill", "Vendor bill"),
            ("payment", "Payment"),
            ("entry", "Entry or statement line"),
        ],
        required=True,
        readonly=True,
    )
    move_id = fields.Many2one(
        "account.move",
        string="Journal Entry",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    payment_id = fields.Many2one(
        "account.payment", readonly=True, index="btree_not_null", ondelete="restrict"
    )
    state = fields.Selection(
        [
            ("pending", "Waiting"),
            ("approved", "Approved"),
            ("rejected", "Rejected"),
            ("void", "Void"),
        ],
        default="pending",
        required=True,
        readonly=True,
        index=True,
        tracking=True,
    )
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True
    )
    requested_by_id = fields.Many2one(
        "res.users",
        string="Requested by",
        required=True,
        readonly=True,
        default=lambda self: self.env.user,
    )
    partner_id = fields.Many2one("res.partner", readonly=True)
    journal_name = fields.Char(string="Journal", readonly=True)
    bank_name = fields.Char(string="Bank Account", readonly=True)
    reference = fields.Char(readonly=True)
    description = fields.Text(readonly=True)
    date = fields.Date(readonly=True)
    date_due = fields.Date(string="Due Date", readonly=True)
    currency_id = fields.Many2one("res.currency", required=True, readonly=True)
    company_currency_id = fields.Many2one(
        related="company_id.currency_id", string="Company Currency"
    )
    amount = fields.Monetary(readonly=True)
    amount_company = fields.Monetary(
        string="Amount in Company Currency",
        currency_field="company_currency_id",
        readonly=True,
    )
    content = fields.Json(readonly=True)
    comment = fields.Char(string="Reason", readonly=True)
    is_outdated = fields.Boolean(
        string="Changed Since",
        compute="_compute_is_outdated",
        help="The document was changed: it has to be requested again.",
    )
    can_withdraw = fields.Boolean(compute="_compute_can_withdraw")

    _one_document = models.Constraint(
        "CHECK (num_nonnulls(move_id, payment_id) = 1)",
        "A request is about one document.",
    )

    # === COMPUTE METHODS === #

    def _compute_is_outdated(self):
        # As superuser: who approves need not see the ledger.
        for request in self.sudo():
            request.is_outdated = bool(request._find_changes(request._get_document()))

    @api.depends("state")
    @api.depends_context("uid")
    def _compute_can_withdraw(self):
        for request in self:
            request.can_withdraw = request._may_withdraw(self.env.user)

    @api.depends_context("uid")
    @api.depends("state", "review_ids.status", "review_ids.reviewer_ids")
    def _compute_can_review(self):
        for request in self:
            request.can_review = request.state == "pending" and bool(
                request.sudo()._find_turn(self.env.user).key
            )

    @api.model
    def _search_can_review(self, operator, value):
        if operator != "in":
            return NotImplemented
        # As superuser: what one's own turn is follows from everybody's reviews.
        requests = self.sudo().search(self._get_reviewer_domain(self.env.user))
        ids = requests.filtered("can_review").ids
        return [("id", "in" if True in value else "not in", ids)]

    @api.model
    def _get_reviewer_domain(self, user):
        """Return the open requests on which a user may have to decide.

        :rtype: list
        """
        delegation = [("delegate_id", "=", user.id), ("is_current", "=", True)]
        # As superuser: delegations of colleagues.
        delegators = self.env["tier.delegation"].sudo().search(delegation)
        people = [user.id, *delegators.delegator_id.ids]
        return [
            ("state", "=", "pending"),
            (
                "review_ids",
                "any",
                [("reviewer_ids", "in", people), ("status", "in", OPEN)],
            ),
        ]

    def _compute_has_comment(self):
        # A rejection asks for its reason by a dialog of our own.
        self.has_comment = False

    # === TIER VALIDATION === #

    @api.model
    def _get_under_validation_exceptions(self):
        """Let our own methods write: nobody else has the right to."""
        return [*super()._get_under_validation_exceptions(), *self._fields]

    def _allow_to_remove_reviews(self, values):
        """Keep who decided what, also of requests that are void."""
        return False

    def request_validation(self):
        """Refuse: requests are made from their document."""
        raise UserError(
            self.env._("Request approval on the bill, payment or statement line.")
        )

    def restart_validation(self):
        """Refuse: a new request is made from the document."""
        return self.request_validation()

    def validate_tier(self):
        """Approve: the name of the tier validation for it."""
        return self.action_approve()

    def reject_tier(self):
        """Ask why: the name of the tier validation for it."""
        return self.action_reject()

    def _validate_tier(self, tiers=False):
        """Approve one level, whatever reviews were handed over."""
        self._decide("approved")

    def _rejected_tier(self, tiers=False):
        """Reject, whatever reviews were handed over."""
        self._decide("rejected")

    # === SUBMISSION === #

    @api.model
    def _submit(self, document, rules):
        """Make the request of a document, in place of an earlier one.

        :param document: one document
        :param rules: which apply to it
        :rtype: account.approval.request
        """
        # Neither the context of a caller nor defaults he set himself decide anything.
        self = self.with_context(clean_context(self.env.context))
        # As superuser: users only read requests; the caller checked the document.
        earlier = document._get_last_request().filtered(
            lambda request: request.state in ("pending", "approved")
        )
        earlier._make_void()
        request = self.sudo().create(
            {**document._prepare_approval_request(), **self._prepare_own_values()}
        )
        request._create_reviews(rules.sudo())
        request._copy_attachments()
        request._check_somebody_may()
        request._announce()
        return request.sudo(False)

    @api.model
    def _prepare_own_values(self):
        """Return the values of a new request that are nobody's choice."""
        return {
            "state": "pending",
            "requested_by_id": self.env.uid,
            "comment": False,
        }

    def _prepare_tier_review_vals(self, definition, sequence):
        """Override of `base_tier_validation`: nothing is left to defaults."""
        return {
            **super()._prepare_tier_review_vals(definition, sequence),
            "status": "waiting",
            "done_by": False,
            "on_behalf_id": False,
            "reviewed_date": False,
            "comment": False,
        }

    def _create_reviews(self, rules):
        """Ask the people of each rule, rules of one sequence at the same level."""
        levels = sorted(set(rules.mapped("sequence")))
        self.env["tier.review"].sudo().create(
            [
                self._prepare_tier_review_vals(rule, levels.index(rule.sequence) + 1)
                for rule in rules
            ]
        )

    def _copy_attachments(self):
        """Show the papers of a document to who approves it and may not open it."""
        papers = self.env["ir.attachment"].search(
            [
                *self._get_document()._get_approval_papers_domain(),
                ("res_field", "=", False),
            ]
        )
        for paper in papers:
            paper.copy({"res_model": self._name, "res_id": self.id})

    def _check_somebody_may(self):
        """Refuse requests that nobody may ever approve."""
        barred = self._get_barred()
        for review in self.review_ids:
            if not self._filter_admitted(review.reviewer_ids - barred):
                raise UserError(
                    self.env._(
                        "Nobody may approve at %(rule)s: all its approvers had a hand "
                        "in the document or in its bank account, or may not work in "
                        "%(company)s. Ask an accounting administrator to name somebody "
                        "else in the rule.",
                        rule=review.name,
                        company=self.company_id.name,
                    )
                )

    def _filter_admitted(self, users):
        """Return who may work in the company of the document.

        :rtype: res.users
        """
        return users.filtered(lambda user: self.company_id in user.company_ids)

    def _make_void(self):
        if self:
            self.activity_unlink([ACTIVITY])
            self.write({"state": "void"})

    def _announce(self):
        """Tell those whose turn it is."""
        self.activity_unlink([ACTIVITY])
        if self.state != "pending":
            return
        reviews = self._get_open_reviews()
        reviews.filtered(lambda review: review.status == "waiting").status = "pending"
        for user in self._get_next_users():
            self.activity_schedule(ACTIVITY, user_id=user.id, summary=self.name)
        self._update_counter({"review_created": True})

    def _get_next_users(self):
        """Return whose turn it is.

        :rtype: res.users
        """
        named = self._get_open_reviews().reviewer_ids
        delegates = self.env["tier.delegation"]._get_delegates(named, self.company_id)
        people = self._filter_admitted(named | delegates)
        return people.filtered(lambda user: self._find_turn(user).key)

    # === WHOSE TURN IT IS === #

    def _get_document(self):
        return self.payment_id or self.move_id

    def _get_open_reviews(self):
        """Return the reviews of the lowest open level.

        :rtype: tier.review
        """
        pending = self.review_ids.filtered(lambda review: review.status in OPEN)
        level = min(pending.mapped("sequence"), default=0)
        return pending.filtered(lambda review: review.sequence == level)

    def _get_barred(self):
        """Return who had a hand in the document.

        :rtype: res.users
        """
        return self.requested_by_id | self._get_document()._get_approval_editors()

    def _find_turn(self, user):
        """Return on which review a user may decide now, and in whose name.

        :rtype: turns.Turn
        """
        self.ensure_one()
        delegators = self.env["tier.delegation"]._get_delegators(user, self.company_id)
        return turns.find_turn(
            [self._prepare_turn(review) for review in self.review_ids],
            user.id,
            delegators.ids,
            set(self._get_barred().ids),
        )

    def _prepare_turn(self, review):
        return turns.Review(
            key=review.id,
            level=review.sequence,
            is_open=review.status in OPEN,
            reviewers=set(review.reviewer_ids.ids),
            deciders=set((review.done_by | review.on_behalf_id).ids),
        )

    def _get_turn_message(self, reason):
        messages = {
            turns.CLOSED: self.env._("%s has been decided on already.", self.name),
            turns.OWN: self.env._(
                "You made, changed or submitted %s, or its bank account: somebody else "
                "has to approve it.",
                self.name,
            ),
            turns.PRINCIPAL: self.env._(
                "You stand in for somebody who made, changed or submitted %s: somebody "
                "else has to approve it.",
                self.name,
            ),
            turns.AGAIN: self.env._(
                "You, or who you stand in for, approved %s already: the next level "
                "takes somebody else.",
                self.name,
            ),
            turns.NOT_ASKED: self.env._(
                "It is not your turn to decide on %s: nobody asked you, or not yet.",
                self.name,
            ),
        }
        return messages[reason]

    # === CONTENT === #

    def _find_changes(self, document):
        """Return what differs between a document and what was submitted.

        :param document: the document of this request
        :return: in words
        :rtype: list[str]
        """
        labels = document._get_content_labels()
        now, then = document.sudo()._get_approval_content(), self.content or {}
        return [labels[name] for name in sorted(now) if now.get(name) != then.get(name)]

    def _covers(self, rules):
        """Whether all rules that apply were asked, as some may have come later.

        :rtype: bool
        """
        return rules <= self.review_ids.definition_id

    # === DECISION === #

    def action_approve(self):
        """Approve the level whose turn it is, also on behalf of somebody away.

        :rtype: bool
        """
        for request in self:
            request._decide("approved")
        return True

    def action_reject(self):
        """Open the dialog that asks why.

        :rtype: dict
        """
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Reject"),
            "res_model": "account.approval.reject",
            "view_mode": "form",
            "target": "new",
            "context": {"default_request_id": self.id},
        }

    def _decide(self, verdict, comment=None):
        """Decide on the level whose turn it is.

        :param str verdict: "approved" or "rejected"
        :param str comment: why
        :raise AccessError: if it is not the turn of the user
        """
        self.ensure_one()
        self.check_access("read")
        # As superuser: what follows is the check, and users only read requests.
        request = self.sudo()
        # Of two who decide at once, the second sees what the first did.
        request.lock_for_update()
        request.invalidate_recordset()
        request.review_ids.invalidate_recordset()
        request._check_open(verdict)
        turn = request._find_turn(self.env.user)
        if not turn.key:
            raise AccessError(request._get_turn_message(turn.reason))
        request._record_decision(turn, verdict, comment)
        request._go_on(verdict, comment)

    def _check_open(self, verdict):
        if self.state != "pending":
            raise UserError(self._get_turn_message(turns.CLOSED))
        changes = self._find_changes(self._get_document())
        if changes and verdict == "approved":
            raise UserError(
                self.env._(
                    "%(document)s was changed since the request (%(changes)s): it has "
                    "to be requested again.",
                    document=self.name,
                    changes=", ".join(changes),
                )
            )

    def _record_decision(self, turn, verdict, comment):
        review = self.env["tier.review"].sudo().browse(turn.key)
        review.write(
            {
                "status": verdict,
                "done_by": self.env.uid,
                "on_behalf_id": turn.person,
                "reviewed_date": fields.Datetime.now(),
                "comment": comment,
            }
        )
        self._log_decision(review, verdict, comment)

    def _log_decision(self, review, verdict, comment):
        """Tell on request and document who decided, and for whom."""
        texts = {
            "approved": self.env._(
                "%(level)s: approved by %(name)s.",
                level=review.name,
                name=review.done_text,
            ),
            "rejected": self.env._(
                "%(level)s: rejected by %(name)s. %(reason)s",
                level=review.name,
                name=review.done_text,
                reason=comment or "",
            ),
        }
        self.message_post(body=texts[verdict])
        self._get_document().message_post(body=texts[verdict])

    def _go_on(self, verdict, comment):
        """Close the request, or go on to the next level."""
        if verdict == "rejected":
            waiting = self.review_ids.filtered(lambda review: review.status in OPEN)
            waiting.write({"status": "cancel"})
            self.write({"state": "rejected", "comment": comment})
        elif not self._get_open_reviews():
            self.write({"state": "approved"})
        self._announce()
        self._update_counter({"review_deleted": True})

    # === WITHDRAWAL === #

    def _may_withdraw(self, user):
        return self.state == "pending" and (
            user == self.requested_by_id
            or user.has_group("account.group_account_manager")
        )

    def action_withdraw(self):
        """Take a request back.

        :rtype: bool
        """
        self.check_access("read")
        for request in self:
            if not request._may_withdraw(self.env.user):
                raise AccessError(
                    self.env._(
                        "Only who requested the approval of %s, or an accounting "
                        "administrator, withdraws it, and only while it waits.",
                        request.name,
                    )
                )
            # As superuser: users only read requests.
            request.sudo()._make_void()
        return True

    # === ACTIONS === #

    def action_open_document(self):
        """Open what is to be approved.

        :rtype: dict
        """
        # As superuser: only which document it is; opening it takes its own rights.
        return self.sudo()._get_document().sudo(False)._get_records_action()

    def _get_company(self):
        """Return the companies whose rules bind the document.

        :rtype: res.company
        """
        # As superuser: the company above, which the user may not belong to.
        companies = super()._get_company().sudo()
        return (companies | companies.parent_ids).sudo(False)

    def _prepare_review_group(self):
        """Return our entry in the menu of reviews in the bar at the top.

        :rtype: dict
        """
        return {
            "id": self[:1].id,
            "name": self.env._("Payment Approvals"),
            "model": self._name,
            "active_field": False,
            "icon": "/account_payment_approval/static/description/icon.png",
            "type": "tier_review",
            "pending_count": len(self),
        }
