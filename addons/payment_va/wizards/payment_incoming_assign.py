# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.exceptions import UserError


class PaymentIncomingAssign(models.TransientModel):
    """Say whose money it is that is in suspense or a deposit, and what it pays."""

    _name = "payment.incoming.assign"
    _description = "Assignment of a Payment"

    incoming_id = fields.Many2one(
        "payment.incoming", string="Payment", required=True, readonly=True
    )
    currency_id = fields.Many2one(related="incoming_id.company_id.currency_id")
    amount = fields.Monetary(string="To Assign", compute="_compute_amount")
    partner_id = fields.Many2one(
        "res.partner",
        string="Payer",
        compute="_compute_partner_id",
        store=True,
        precompute=True,
        readonly=False,
        required=True,
    )
    available_bill_ids = fields.Many2many(
        "account.move", compute="_compute_available_bill_ids"
    )
    bill_ids = fields.Many2many(
        "account.move",
        "payment_incoming_assign_bill_rel",
        string="Bills",
        compute="_compute_bill_ids",
        store=True,
        readonly=False,
        domain="[('id', 'in', available_bill_ids)]",
        help="Paid oldest first; what they do not need is the payer's deposit.",
    )
    note = fields.Char(help="How it was found out whose money this is.")

    @api.depends("incoming_id")
    def _compute_amount(self):
        for wizard in self:
            # As superuser: who assigns payments need not see the ledger.
            items = wizard.incoming_id.sudo()._get_open_items()
            wizard.amount = -sum(items.mapped("amount_residual"))

    @api.depends("incoming_id")
    def _compute_partner_id(self):
        for wizard in self:
            wizard.partner_id = wizard.incoming_id.partner_id

    @api.depends("partner_id")
    def _compute_available_bill_ids(self):
        for wizard in self:
            wizard.available_bill_ids = wizard._find_bill_lines().move_id

    @api.depends("partner_id")
    def _compute_bill_ids(self):
        """Keep the choice, as far as the bills are the payer's."""
        for wizard in self:
            wizard.bill_ids = wizard.bill_ids & wizard.available_bill_ids

    def _find_bill_lines(self):
        """Return what the payer owes to the companies the user works in."""
        if not self.partner_id:
            return self.env["account.move.line"]
        company = self.incoming_id.company_id
        companies = self.env.companies.filtered(lambda c: c.root_id == company.root_id)
        # As superuser: bills of the payer are shown, whoever may edit them.
        lines = self.env["account.move.line"].sudo()
        for one in companies | company:
            lines |= self.partner_id.sudo()._get_open_bill_lines(one)
        return lines.filtered(
            lambda line: line.currency_id == company.currency_id
        ).sorted(lambda line: (line.date_maturity or line.date, line.id))

    def action_assign(self):
        """Book the assignment, and close the exception if there is one."""
        self.ensure_one()
        incoming = self.incoming_id._elevate()
        lines = self._find_bill_lines().filtered(
            lambda line: line.move_id in self.bill_ids
        )
        payer = self.partner_id.commercial_partner_id
        if incoming.partner_id.commercial_partner_id == payer and not lines:
            raise UserError(
                self.env._(
                    "Payer, Bills: the deposit is this payer's already. Choose another "
                    "payer, or bills to pay."
                )
            )
        incoming._assign(self.partner_id, lines)
        if incoming.exception_state == "open":
            incoming.action_resolve(self.note or self._describe(lines))

    def _describe(self, lines):
        return self.env._(
            "Assigned to %(payer)s: %(bills)s",
            payer=self.partner_id.display_name,
            bills=", ".join(lines.move_id.mapped("name")) or self.env._("deposit"),
        )
