# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import ValidationError


class BosTaxDeposit(models.Model):
    """The state's receipt for a tax that was paid: billing code and NTPN."""

    _name = "bos.tax.deposit"
    _description = "Tax Deposit"
    _inherit = ["mail.thread"]
    _order = "date desc, id desc"
    _rec_name = "ntpn"
    _check_company_auto = True

    move_id = fields.Many2one(
        "account.move",
        string="Journal Entry",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
        domain="[('state', '=', 'posted'), ('company_id', '=', company_id)]",
        tracking=True,
        help="The payment of the tax.",
    )
    company_id = fields.Many2one(
        "res.company",
        string="School",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    date = fields.Date(
        string="Date Deposited", required=True, default=fields.Date.context_today
    )
    billing_code = fields.Char(tracking=True, help="Kode billing, 15 digits.")
    ntpn = fields.Char(
        string="NTPN", required=True, tracking=True, help="16 letters and digits."
    )

    _move_uniq = models.Constraint(
        "UNIQUE(move_id)",
        "Journal Entry: it has a tax deposit already. Change that one.",
    )
    _ntpn_uniq = models.Constraint(
        "UNIQUE(company_id, ntpn)",
        "NTPN: this number was entered already. Check which entry it belongs to.",
    )

    @api.constrains("billing_code", "ntpn")
    def _check_numbers(self):
        for deposit in self:
            if not (len(deposit.ntpn) == 16 and deposit.ntpn.isalnum()):
                raise ValidationError(
                    self.env._(
                        "NTPN: %s is not of 16 letters and digits.", deposit.ntpn
                    )
                )
            code = deposit.billing_code
            if code and not (len(code) == 15 and code.isdigit()):
                raise ValidationError(
                    self.env._("Billing Code: %s is not of 15 digits.", code)
                )
