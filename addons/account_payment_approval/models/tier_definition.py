# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..const import BILL, PAYMENT, REQUEST


class TierDefinition(models.Model):
    _inherit = "tier.definition"

    approval_document = fields.Selection(
        [
            (BILL, "Vendor bills"),
            (PAYMENT, "Outgoing payments"),
            ("both", "Vendor bills and outgoing payments"),
        ],
        string="Approval of",
        help="Outgoing payments are payments to vendors and to customers, and entries "
        "and statement lines by which money leaves a bank or cash account.",
    )
    approval_currency_id = fields.Many2one(
        "res.currency", compute="_compute_approval_currency_id"
    )
    approval_amount_min = fields.Monetary(
        string="From Amount",
        currency_field="approval_currency_id",
        help="In the currency of the company. Documents below need not be approved.",
    )
    approval_amount_max = fields.Monetary(
        string="Up to Amount",
        currency_field="approval_currency_id",
        help="In the currency of the company, zero for no limit.",
    )
    approval_journal_ids = fields.Many2many(
        "account.journal",
        string="Only Journals",
        help="Empty for all journals.",
    )
    approval_partner_ids = fields.Many2many(
        "res.partner",
        string="Only Partners",
        help="With their contacts. Empty for all partners.",
    )
    approval_category_ids = fields.Many2many(
        "res.partner.category",
        string="Only Partner Tags",
        help="With the tags below. Empty for all partners.",
    )

    _approval_amounts = models.Constraint(
        "CHECK (approval_amount_min >= 0 AND (COALESCE(approval_amount_max, 0) = 0"
        " OR approval_amount_max >= approval_amount_min))",
        "The amounts must not be negative, and Up to Amount not be below From Amount.",
    )

    @api.model
    def _get_tier_validation_model_names(self):
        return [*super()._get_tier_validation_model_names(), REQUEST]

    @api.depends("company_id")
    @api.depends_context("company")
    def _compute_approval_currency_id(self):
        for rule in self:
            company = rule.company_id or self.env.company
            rule.approval_currency_id = company.currency_id

    @api.constrains("model_id", "approval_document", "review_type")
    def _check_approval_rule(self):
        rules = self.filtered(lambda rule: rule.model == REQUEST)
        if any(not rule.approval_document for rule in rules):
            raise ValidationError(
                self.env._("Fill in Approval of: bills, payments or both.")
            )
        if any(
            not (rule.reviewer_id if rule.review_type == "individual" else True)
            or not (rule.reviewer_group_id if rule.review_type == "group" else True)
            or rule.review_type not in ("individual", "group")
            for rule in rules
        ):
            raise ValidationError(
                self.env._("Fill in the Approver, or the Group of approvers.")
            )

    @api.onchange("review_type")
    def onchange_review_type(self):
        # Opening a rule that exists must not empty it.
        if self.review_type != "individual":
            self.reviewer_id = None
        if self.review_type != "group":
            self.reviewer_group_id = None

    @api.model
    def _get_approval_rules(self, company):
        """Return the rules of a company and of those above it.

        :rtype: tier.definition
        """
        # As superuser: the rule of a foundation binds its schools, whether or not
        # somebody of the school may see it.
        return self.sudo().search(
            [
                ("model", "=", REQUEST),
                ("company_id", "in", [False, *company.sudo().parent_ids.ids]),
            ],
            order="sequence, id",
        )

    def _filter_applying(self, facts):
        """Return the rules that are about a document.

        :param Facts facts: of the document
        :rtype: tier.definition
        """
        if not facts.kinds:
            return self.browse()
        return self.filtered(lambda rule: rule._applies_to(facts))

    def _applies_to(self, facts):
        self.ensure_one()
        wanted = {self.approval_document}
        if self.approval_document == "both":
            wanted = {BILL, PAYMENT}
        return (
            bool(wanted & facts.kinds)
            and self._has_amount(facts)
            and self._has_journal(facts)
            and self._has_partner(facts)
        )

    def _has_amount(self, facts):
        compare = facts.company.currency_id.compare_amounts
        limit = self.approval_amount_max
        return compare(facts.amount, self.approval_amount_min) >= 0 and (
            not limit or compare(facts.amount, limit) <= 0
        )

    def _has_journal(self, facts):
        journals = self.approval_journal_ids
        return not journals or bool(journals & facts.journals)

    def _has_partner(self, facts):
        """Money that goes to nobody in particular may go to anybody."""
        wanted, tags = self.approval_partner_ids, self.approval_category_ids
        if not wanted and not tags:
            return True
        partners = facts.partners
        partners |= partners.commercial_partner_id
        found = partners & (wanted | wanted.commercial_partner_id)
        below = tags.search([("id", "child_of", tags.ids)]) if tags else tags
        return not partners or bool(found or partners.category_id & below)
