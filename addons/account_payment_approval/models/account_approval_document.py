# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from collections import namedtuple

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..const import REQUEST

# What rules look at. kinds: set of "bill" and "payment"; amount: in the currency of the
# company; journals and partners: records that a rule may name.
Facts = namedtuple("Facts", "kinds amount company journals partners")


class AccountApprovalDocument(models.AbstractModel):
    """What rules are applied to: a vendor bill, an entry or a payment.

    Nothing is written on a document. Its approval is a request that holds the content
    somebody agreed to; a document of another content has none.
    """

    _name = "account.approval.document"
    _description = "Document to Approve"

    approval_request_id = fields.Many2one(
        REQUEST, string="Approval", compute="_compute_approval_state"
    )
    approval_state = fields.Selection(
        [
            ("none", "Not needed"),
            ("needed", "To request"),
            ("pending", "Waiting for approval"),
            ("rejected", "Rejected"),
            ("changed", "Changed since the request"),
            ("approved", "Approved"),
        ],
        string="Approval Status",
        compute="_compute_approval_state",
    )
    # Reasons are for colleagues: vendors read their bills in the portal.
    approval_text = fields.Char(
        compute="_compute_approval_state", groups="base.group_user"
    )
    approval_can_review = fields.Boolean(compute="_compute_approval_can_review")

    # === HOOKS === #

    def _get_approval_field(self):
        """Return the field of a request that points to documents of this model."""
        raise NotImplementedError

    def _prepare_approval_facts(self, money):
        """Return what rules look at.

        :param money: of ``res.company._get_approval_money``
        :rtype: Facts
        """
        raise NotImplementedError

    def _get_approval_amount(self):
        """Return the amount that is approved, in the currency of the company."""
        raise NotImplementedError

    def _get_approval_partners(self):
        """Return the partners a rule may name.

        :rtype: res.partner
        """
        return self.partner_id

    def _get_approval_content(self):
        """Return what is approved; nothing else may be paid.

        :return: names of :meth:`_get_content_labels` to texts or lists of texts, as
            they come back from JSON
        :rtype: dict[str, object]
        """
        raise NotImplementedError

    def _get_approval_name(self):
        """Return what people call a document, also one without a number.

        :rtype: str
        """
        number = self.name if self.name and self.name != "/" else None
        number = number or self.env._("Draft")
        partner = self._get_approval_partners()[:1].display_name
        return ", ".join(filter(None, (number, partner)))

    def _get_approval_papers_domain(self):
        """Return where the papers are that whoever approves has to see.

        :rtype: list
        """
        return [("res_model", "=", self._name), ("res_id", "in", self.ids)]

    def _prepare_approval_request(self):
        """Return the values of a request that show a document to who approves it."""
        self.ensure_one()
        return {
            self._get_approval_field(): self.id,
            "name": self._get_approval_name(),
            "company_id": self.company_id.id,
            "partner_id": self._get_approval_partners()[:1].id,
            "journal_name": self.journal_id.display_name,
            "currency_id": self.currency_id.id or self.company_id.currency_id.id,
            "amount_company": self._get_approval_amount(),
            "date": self.date,
            "content": self._get_approval_content(),
        }

    def _get_approval_editors(self):
        """Return who had a hand in a document: none of them may approve it.

        :rtype: res.users
        """
        self.ensure_one()
        # As superuser: who works with what is nobody's own business.
        editors = self.env["account.approval.editor"].sudo()
        return (
            self.sudo().create_uid
            | editors._find_users(self._get_approval_field(), self)
            | editors._find_last_users(self.sudo().partner_bank_id)
        )

    # === STATE === #

    @api.model
    def _get_content_labels(self):
        return {
            "amount": self.env._("amount"),
            "bank": self.env._("bank account"),
            "currency": self.env._("currency"),
            "date": self.env._("date"),
            "journal": self.env._("journal"),
            "kind": self.env._("kind"),
            "lines": self.env._("lines"),
            "method": self.env._("payment method"),
            "partner": self.env._("partner"),
        }

    def _get_approval_rules(self):
        """Return the rules that apply, first level first.

        :rtype: tier.definition
        """
        self.ensure_one()
        return self._find_approval_rules()[self.id]

    def _find_approval_rules(self):
        """Return of each document the rules that apply.

        :rtype: dict[int, tier.definition]
        """
        found = {}
        for company, documents in self.grouped("company_id").items():
            rules = self.env["tier.definition"]._get_approval_rules(company)
            money = company._get_approval_money() if rules else None
            # As superuser: what rules look at, as partners of another company.
            for document in documents.sudo():
                found[document.id] = rules and rules._filter_applying(
                    document._prepare_approval_facts(money)
                )
        return found

    def _get_last_request(self):
        """Return the request that counts: the last that was not withdrawn.

        :rtype: account.approval.request
        """
        # As superuser: rules hold for who may not see requests.
        return self._find_last_requests().get(self.id, self.env[REQUEST].sudo())

    def _find_last_requests(self):
        """Return of each document the request that counts, if there is one.

        :rtype: dict[int, account.approval.request]
        """
        fname = self._get_approval_field()
        # As superuser: rules hold for who may not see requests.
        requests = self.env[REQUEST].sudo()
        found = requests.search(
            [(fname, "in", self.ids), ("state", "!=", "void")], order="id"
        )
        return {request[fname].id: request for request in found}

    @api.depends_context("uid")
    def _compute_approval_state(self):
        states = self._origin._find_approval_states()
        unknown = "none", self.env[REQUEST]
        for document in self:
            origin = document._origin
            state, request = states.get(origin.id, unknown)
            document.approval_request_id = request.sudo(False)
            document.approval_state = state
            document.approval_text = origin._get_approval_text(state, request)

    @api.depends_context("uid")
    def _compute_approval_can_review(self):
        for document in self:
            request = document.approval_request_id.sudo()
            document.approval_can_review = request.state == "pending" and bool(
                request._find_turn(self.env.user).key
            )

    def _find_approval_states(self):
        """Return of each document how far its approval is, and the request that counts.

        :rtype: dict[int, tuple[str, account.approval.request]]
        """
        rules, last = self._find_approval_rules(), self._find_last_requests()
        # As superuser: as the requests that are found.
        none = self.env[REQUEST].sudo()
        return {
            document.id: document._find_approval_state(
                rules[document.id], last.get(document.id, none)
            )
            for document in self
        }

    def _find_approval_state(self, rules, request):
        """Return how far the approval of one document is, and its request if it counts.

        :param rules: which apply to it
        :param request: its last request, or none
        :rtype: tuple[str, account.approval.request]
        """
        if not rules:
            return "none", request.browse()
        if not request:
            return "needed", request
        if request._find_changes(self):
            return "changed", request
        if request.state == "approved" and not request._covers(rules):
            return "needed", request
        return request.state, request

    def _get_approval_text(self, state, request):
        """Return for people how far the approval is.

        :param str state: of ``approval_state``
        :rtype: str | None
        """
        if state == "needed":
            return self.env._("This needs approval. Press Request Approval.")
        if state == "pending":
            names = ", ".join(request._get_open_reviews().mapped("name"))
            return self.env._("Waiting for approval: %s.", names)
        if state == "rejected":
            return self.env._("Rejected: %s", request.comment or "")
        if state == "changed":
            changes = ", ".join(request._find_changes(self))
            return self.env._(
                "Changed since the request (%s). Press Request Approval.", changes
            )
        if state == "approved":
            reviews = request.review_ids.mapped("done_text")
            return self.env._("Approved by %s.", ", ".join(reviews))
        return None

    # === CHECKS === #

    def _check_approved(self):
        """Refuse documents that rules hold back.

        There is no exception for superusers: what people do through sudo() would be
        one, and no automatism of Odoo has to pay what nobody approved.

        :raise ValidationError: naming the documents and what to do
        """
        states = self._find_approval_states()
        problems = [
            document._get_approval_problem(*states[document.id])
            for document in self
            if states[document.id][0] not in ("none", "approved")
        ]
        if problems:
            raise ValidationError("\n".join(problems))

    def _get_approval_problem(self, state, request):
        """Return why a document may not go on.

        :rtype: str
        """
        return self.env._(
            "%(document)s cannot be confirmed or paid. %(reason)s",
            document=self._get_approval_name(),
            reason=self._get_approval_text(state, request),
        )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_submitted(self):
        """Keep what was submitted, whatever became of it."""
        fname = self._get_approval_field()
        # As superuser: requests that the user may not see.
        request = self.env[REQUEST].sudo().search([(fname, "in", self.ids)], limit=1)
        if request:
            raise UserError(
                self.env._(
                    "%s was submitted for approval, which stays on record. Cancel it "
                    "instead of deleting it.",
                    request.name,
                )
            )

    # === ACTIONS === #

    def action_request_approval(self):
        """Submit documents to those whom the rules name.

        :return: nothing to do for the client
        :rtype: bool
        """
        self.check_access("write")
        for document in self:
            document._request_approval()
        return True

    def _request_approval(self):
        """Submit one document.

        :rtype: account.approval.request
        """
        rules = self._get_approval_rules()
        if not rules:
            raise UserError(
                self.env._(
                    "%s needs no approval: confirm it.", self._get_approval_name()
                )
            )
        state, request = self._find_approval_states()[self.id]
        if state in ("pending", "approved"):
            raise UserError(
                self.env._(
                    "%(document)s: %(reason)s Nothing is left to request.",
                    document=self._get_approval_name(),
                    reason=self._get_approval_text(state, request),
                )
            )
        self._check_requestable()
        return self.env[REQUEST]._submit(self, rules)

    def _check_requestable(self):
        """Refuse to request what is over; a hook."""

    def action_approve_request(self):
        """Approve, in one's own name or for whom one stands in."""
        return self._get_pending_request().action_approve()

    def action_reject_request(self):
        """Open the dialog that asks why.

        :rtype: dict
        """
        return self._get_pending_request().action_reject()

    def action_open_approval(self):
        """Open the request.

        :rtype: dict
        """
        self.check_access("read")
        return self._get_last_request().sudo(False)._get_records_action()

    def _get_pending_request(self):
        self.ensure_one()
        self.check_access("read")
        request = self._get_last_request()
        if request.state != "pending":
            raise UserError(
                self.env._(
                    "No approval of %s was requested.", self._get_approval_name()
                )
            )
        return request.sudo(False)
