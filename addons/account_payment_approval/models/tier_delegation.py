# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError

from ..tools.dates import today_at

MANAGER = "account.group_account_manager"


class TierDelegation(models.Model):
    """Somebody decides for somebody else who is away."""

    _name = "tier.delegation"
    _description = "Delegation of Approvals"
    _inherit = ["mail.thread"]
    _order = "date_from desc, id desc"
    _rec_name = "delegator_id"

    delegator_id = fields.Many2one(
        "res.users",
        string="Who Is Away",
        required=True,
        index=True,
        default=lambda self: self.env.user,
        domain="[('share', '=', False)]",
        tracking=True,
    )
    delegate_id = fields.Many2one(
        "res.users",
        required=True,
        index=True,
        domain="[('share', '=', False), ('id', '!=', delegator_id)]",
        tracking=True,
    )
    date_from = fields.Date(
        string="From",
        required=True,
        default=fields.Date.context_today,
        tracking=True,
    )
    date_to = fields.Date(string="Until", required=True, tracking=True)
    company_id = fields.Many2one(
        "res.company",
        tracking=True,
        help="With its branches. Empty for all companies.",
    )
    reason = fields.Char(required=True, tracking=True)
    active = fields.Boolean(default=True, tracking=True)
    is_current = fields.Boolean(
        string="Today", compute="_compute_is_current", search="_search_is_current"
    )

    _dates = models.Constraint(
        "CHECK (date_from <= date_to)", "Until must not be before From."
    )
    _other = models.Constraint(
        "CHECK (delegator_id <> delegate_id)",
        "Nobody delegates to himself: choose another Delegate.",
    )
    # Ranges of one number, as whole numbers alone need an extension of PostgreSQL; the
    # range without bounds, for all companies, overlaps every other.
    _overlap = models.Constraint(
        "EXCLUDE USING gist ("
        "int4range(delegator_id, delegator_id, '[]') WITH &&, "
        "int4range(company_id, company_id, '[]') WITH &&, "
        "daterange(date_from, date_to, '[]') WITH &&) WHERE (active)",
        "There is a delegation in this time already: change its dates or archive it.",
    )

    @api.depends("date_from", "date_to", "active")
    def _compute_is_current(self):
        for delegation in self:
            delegation.is_current = delegation.active and delegation._is_on()

    def _search_is_current(self, operator, value):
        if operator != "in":
            return NotImplemented
        # A day more on both ends: where is it which day?
        today = fields.Date.today()
        day = fields.Date.add
        near = self.search(
            [
                ("date_from", "<=", day(today, days=1)),
                ("date_to", ">=", day(today, days=-1)),
            ]
        )
        ids = near.filtered("is_current").ids
        return [("id", "in" if True in value else "not in", ids)]

    def _is_on(self):
        """Whether it is today, where the company is or else who is away."""
        # As superuser: addresses of colleagues and companies.
        delegation = self.sudo()
        company = delegation.company_id or delegation.delegator_id.company_id
        zones = (company.partner_id.tz, delegation.delegator_id.tz)
        today = today_at(fields.Datetime.now(), *zones)
        return self.date_from <= today <= self.date_to

    @api.constrains(
        "delegator_id", "delegate_id", "date_from", "date_to", "company_id", "active"
    )
    def _check_delegator(self):
        """Only an account manager delegates for others, and not to himself."""
        user = self.env.user
        others = self.filtered(lambda delegation: delegation.delegator_id != user)
        if others and not user.has_group(MANAGER):
            raise AccessError(
                self.env._("Only an accounting administrator delegates for others.")
            )
        if user in others.filtered("active").delegate_id:
            raise ValidationError(
                self.env._(
                    "Nobody makes himself the Delegate of somebody else: ask %(name)s "
                    "or another administrator.",
                    name=others[0].delegator_id.name,
                )
            )

    @api.constrains("delegate_id", "delegator_id")
    def _check_internal(self):
        if any((self.delegator_id | self.delegate_id).mapped("share")):
            raise ValidationError(self.env._("The Delegate must be an internal user."))

    @api.model
    def _get_delegators(self, user, company):
        """Return for whom a user decides today on documents of a company.

        Who was asked by somebody who was asked himself is none of them.

        :rtype: res.users
        """
        # As superuser: delegations between others decide as well.
        delegations = self.sudo().search(
            [
                ("delegate_id", "=", user.id),
                ("is_current", "=", True),
                ("company_id", "in", [False, *company.sudo().parent_ids.ids]),
            ]
        )
        return delegations.delegator_id.filtered("active")

    @api.model
    def _get_delegates(self, users, company):
        """Return who decides today for any of the users, on documents of a company.

        :rtype: res.users
        """
        # As superuser: delegations between others decide as well.
        delegations = self.sudo().search(
            [
                ("delegator_id", "in", users.ids),
                ("is_current", "=", True),
                ("company_id", "in", [False, *company.sudo().parent_ids.ids]),
            ]
        )
        return delegations.delegate_id.filtered("active")
