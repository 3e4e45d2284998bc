# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.exceptions import UserError

#: What may still be noted on a slip once it is filed.
OPEN_FIELDS = {"coretax_number"}


class L10nIdWithholdingSlip(models.Model):
    """One slip (bukti potong) of a return: what was withheld on one bill by one tax."""

    _name = "l10n_id.withholding.slip"
    _description = "Withholding Slip"
    _order = "date, move_name, id"
    _rec_name = "number"
    _check_company_auto = True

    return_id = fields.Many2one(
        "l10n_id.withholding.return",
        required=True,
        index=True,
        ondelete="cascade",
        check_company=True,
    )
    company_id = fields.Many2one(related="return_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    number = fields.Char(
        readonly=True, copy=False, help="Given when the return is filed, then kept."
    )
    coretax_number = fields.Char(
        string="Number in Coretax",
        copy=False,
        help="As the tax office numbered this slip.",
    )
    partner_id = fields.Many2one(
        "res.partner", string="Vendor", readonly=True, ondelete="restrict"
    )
    tin = fields.Char(
        string="NPWP/NIK", readonly=True, help="As it was when the slip was made."
    )
    place_of_business = fields.Char(string="NITKU", readonly=True)
    tax_id = fields.Many2one(
        "account.tax", string="Tax Used", readonly=True, ondelete="restrict"
    )
    object_id = fields.Many2one(
        "l10n_id.withholding.object",
        string="Tax Object",
        readonly=True,
        ondelete="restrict",
    )
    rate = fields.Float(
        string="Rate (%)", digits=(16, 4), readonly=True, aggregator=None
    )
    base = fields.Monetary(readonly=True)
    tax_amount = fields.Monetary(string="Tax", readonly=True)
    move_id = fields.Many2one(
        "account.move",
        string="Bill",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        check_company=True,
    )
    move_name = fields.Char(string="Entry", readonly=True)
    document_number = fields.Char(string="Reference", readonly=True)
    document_date = fields.Date(readonly=True)
    date = fields.Date(readonly=True)

    _number_unique = models.Constraint(
        "UNIQUE(return_id, number)", "There is a slip of this number on the return."
    )

    @api.model_create_multi
    def create(self, vals_list):
        slips = super().create(vals_list)
        slips._check_open()
        return slips

    def write(self, vals):
        if set(vals) - OPEN_FIELDS:
            self._check_open()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_filed(self):
        self._check_open()
        if any(self.mapped("number")):
            raise UserError(
                self.env._(
                    "A slip that was filed keeps its number. Refresh the return: what "
                    "is no longer in the books counts as zero."
                )
            )

    def _check_open(self):
        self.return_id._check_open()

    def _get_key(self):
        """Return what the slip is about: entry, tax, vendor."""
        self.ensure_one()
        return self.move_id.id, self.tax_id.id, self.partner_id.id
