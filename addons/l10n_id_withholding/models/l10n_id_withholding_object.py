# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.fields import Domain

from ..const import KINDS
from ..tools.rates import effective_rate, to_decimal


class L10nIdWithholdingObject(models.Model):
    """What a tax is withheld on, as the tax office numbers it, and at which rate."""

    _name = "l10n_id.withholding.object"
    _description = "Tax Object"
    _order = "kind, code, valid_from"
    _rec_names_search = ["code", "name"]

    code = fields.Char(required=True, index=True, help="Kode objek pajak.")
    name = fields.Char(required=True, translate=True)
    kind = fields.Selection(KINDS, required=True)
    rate = fields.Float(
        string="Rate (%)", digits=(16, 4), required=True, help="Of the deemed base."
    )
    deemed = fields.Float(
        string="Deemed Base (%)",
        digits=(16, 4),
        required=True,
        default=100,
        help="The part of the gross income that is taxed.",
    )
    effective_rate = fields.Float(
        string="Rate of the Gross (%)",
        digits=(16, 4),
        compute="_compute_effective_rate",
    )
    no_npwp_surcharge = fields.Float(
        string="Surcharge without NPWP (%)",
        digits=(16, 4),
        help="By how much the rate rises if the vendor has no NPWP: 100 doubles it.",
    )
    verified = fields.Boolean(
        help="Off: the rate could not be confirmed. Bills that use it show a warning.",
    )
    proposed = fields.Boolean(help="Ticked from the start when taxes are set up.")
    valid_from = fields.Date(required=True, default="2022-01-01")
    valid_to = fields.Date()
    active = fields.Boolean(default=True)

    _code_valid_from_unique = models.Constraint(
        "UNIQUE(code, valid_from)",
        "There is a tax object of this code from the same day on. Set another date in "
        "Valid From.",
    )
    _valid_order = models.Constraint(
        "CHECK(valid_to IS NULL OR valid_to >= valid_from)",
        "Valid To lies before Valid From.",
    )
    _rate_range = models.Constraint(
        "CHECK(rate >= 0 AND rate <= 100 AND deemed > 0 AND deemed <= 100 "
        "AND no_npwp_surcharge >= 0)",
        "Rate and Deemed Base are per cent of 100, the surcharge is not negative.",
    )

    @api.depends("rate", "deemed")
    def _compute_effective_rate(self):
        for record in self:
            record.effective_rate = float(
                effective_rate(to_decimal(record.rate), to_decimal(record.deemed))
            )

    @api.depends("code", "name")
    def _compute_display_name(self):
        for record in self:
            record.display_name = f"{record.code} {record.name}"

    @api.model
    def _get_valid_domain(self, day):
        """Return the domain of the objects in force on a day."""
        return Domain("valid_from", "<=", day) & (
            Domain("valid_to", "=", False) | Domain("valid_to", ">=", day)
        )

    def _is_valid(self, day):
        """Return whether this object is in force on a day."""
        self.ensure_one()
        return self.valid_from <= day and (not self.valid_to or self.valid_to >= day)

    def _get_warnings(self, day):
        """Return what is doubtful about withholding on this object on a day."""
        self.ensure_one()
        warnings = []
        if not self.verified:
            warnings.append(
                self.env._(
                    "The rate of %(object)s is not verified: compare it with the rules "
                    "in force.",
                    object=self.display_name,
                )
            )
        if not self._is_valid(day):
            warnings.append(
                self.env._(
                    "%(object)s is not in force on %(day)s: choose another tax.",
                    object=self.display_name,
                    day=fields.Date.to_string(day),
                )
            )
        return warnings
