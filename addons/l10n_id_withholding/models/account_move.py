# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command


class AccountMove(models.Model):
    _inherit = "account.move"

    withholding_warning = fields.Text(compute="_compute_withholding_warning")
    withholding_lacks_npwp = fields.Boolean(compute="_compute_withholding_warning")

    @api.depends(
        "move_type",
        "state",
        "date",
        "partner_id.vat",
        "partner_id.l10n_id_nik",
        "invoice_line_ids.tax_ids",
    )
    def _compute_withholding_warning(self):
        self.withholding_warning = False
        self.withholding_lacks_npwp = False
        for move in self.filtered(lambda move: move.is_purchase_document()):
            taxes = move.invoice_line_ids.tax_ids.filtered("withholding_kind")
            if taxes and move.state == "draft":
                move.withholding_lacks_npwp = bool(move._get_taxes_lacking_npwp())
                warnings = move._get_withholding_warnings(taxes)
                move.withholding_warning = "\n".join(warnings) or False

    def _get_taxes_lacking_npwp(self):
        """Return the taxes of the bill that a vendor without NPWP pays at a higher
        rate."""
        self.ensure_one()
        vendor = self.commercial_partner_id
        if not vendor:
            return self.env["account.tax"]
        return self.invoice_line_ids.tax_ids.filtered(
            lambda tax: (
                tax.withholding_no_npwp_tax_id
                and vendor._l10n_id_lacks_npwp(tax.withholding_kind)
            )
        )

    def _get_withholding_warnings(self, taxes):
        """Return what to look at before the bill is posted, as sentences; a hook."""
        warnings = [
            self.env._(
                "%(vendor)s has no NPWP: %(higher)s instead of %(tax)s.",
                vendor=self.commercial_partner_id.display_name,
                higher=tax.withholding_no_npwp_tax_id.name,
                tax=tax.name,
            )
            for tax in self._get_taxes_lacking_npwp()
        ]
        day = self.date or fields.Date.context_today(self)
        for tax_object in taxes.withholding_object_id:
            warnings += tax_object._get_warnings(day)
        return warnings

    def action_withhold_without_npwp(self):
        """Put the taxes for vendors without NPWP in the place of the ordinary ones."""
        for move in self:
            if move.state != "draft" or not move.is_purchase_document():
                raise UserError(
                    self.env._(
                        "%(move)s is no vendor bill in draft. Reset it to draft first.",
                        move=move.display_name,
                    )
                )
            for tax in move._get_taxes_lacking_npwp():
                move._replace_tax(tax, tax.withholding_no_npwp_tax_id)

    def _replace_tax(self, old, new):
        lines = self.invoice_line_ids.filtered(lambda line: old in line.tax_ids)
        lines.tax_ids = [Command.unlink(old.id), Command.link(new.id)]
