# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import Command, api, fields, models
from odoo.exceptions import UserError

from ..const import OWNERSHIPS, PROPOSED_ROLES


class BosSetting(models.Model):
    """What a school's BOS forms need to know: accounts, ownership and who signs."""

    _name = "bos.setting"
    _description = "BOS Settings of a School"
    _inherit = ["mail.thread"]
    _rec_name = "company_id"
    _check_company_auto = True

    company_id = fields.Many2one(
        "res.company",
        string="School",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    ownership = fields.Selection(
        OWNERSHIPS,
        required=True,
        default="private",
        tracking=True,
        help="Ceilings differ between public and private schools.",
    )
    account_ids = fields.One2many(
        "bos.setting.account", "setting_id", string="Accounts", copy=False
    )
    treasurer_user_id = fields.Many2one(
        "res.users",
        string="Treasurer",
        tracking=True,
        domain="[('company_ids', 'in', company_id), ('share', '=', False)]",
        help="Is reminded of deadlines.",
    )
    treasurer_name = fields.Char(
        compute="_compute_treasurer_name", store=True, readonly=False, tracking=True
    )
    treasurer_number = fields.Char(string="Treasurer's NIP or NUPTK", tracking=True)
    treasurer_decree = fields.Char(string="Treasurer's Decree", tracking=True)
    principal_name = fields.Char(tracking=True)
    principal_number = fields.Char(string="Principal's NIP or NUPTK", tracking=True)
    principal_decree = fields.Char(string="Principal's Decree", tracking=True)
    committee_name = fields.Char(string="Chair of the Committee", tracking=True)

    _company_uniq = models.Constraint(
        "UNIQUE(company_id)", "School: it has BOS settings already. Open those."
    )

    @api.depends("treasurer_user_id")
    def _compute_treasurer_name(self):
        for setting in self:
            setting.treasurer_name = (
                setting.treasurer_name or setting.treasurer_user_id.name
            )

    @api.model_create_multi
    def create(self, vals_list):
        settings = super().create(vals_list)
        settings.filtered(lambda item: not item.account_ids)._propose_accounts()
        return settings

    def action_propose_accounts(self):
        """Add the accounts whose codes the foundation's chart uses for BOS."""
        self.check_access("write")
        self._propose_accounts()

    def _propose_accounts(self):
        for setting in self:
            known = setting.account_ids.account_id
            setting.account_ids = [
                Command.create({"account_id": account.id, "role": role})
                for account, role in setting._find_proposed_accounts()
                if account not in known
            ]

    def _find_proposed_accounts(self):
        """Return the accounts of the company's chart that BOS uses.

        :return: list of (account.account, role)
        """
        self.ensure_one()
        # As superuser: the codes are looked up for whoever sets BOS up.
        Account = self.env["account.account"].sudo().with_company(self.company_id)
        accounts = Account.search(
            [
                *Account._check_company_domain(self.company_id),
                ("code", "in", list(PROPOSED_ROLES)),
            ]
        )
        # In a chart of others the same codes may mean something else.
        fits = self.account_ids._fits
        return [
            (account, role)
            for account in accounts
            if fits(account, role := PROPOSED_ROLES[account.code])
        ]

    @api.model
    def _get_for(self, company):
        """Return the settings of a school.

        :param res.company company:
        :rtype: bos.setting
        :raises UserError: if it has none
        """
        setting = self.search([("company_id", "=", company.id)], limit=1)
        if not setting:
            raise UserError(
                self.env._(
                    "BOS Settings: %s has none. Make them under School / Configuration "
                    "/ BOS / Settings.",
                    company.name,
                )
            )
        return setting
