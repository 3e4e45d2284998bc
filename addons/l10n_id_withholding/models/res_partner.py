# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models

from ..const import PTKP
from ..tools.identity import place_of_business, tin


class ResPartner(models.Model):
    _inherit = "res.partner"

    l10n_id_ptkp = fields.Selection(
        PTKP,
        string="PTKP Status",
        help="Named on slips of PPh 21: unmarried (TK), married (K) or joint income "
        "(HB), and the number of dependants.",
    )

    def _l10n_id_get_tin(self):
        """Return the NPWP, or else the NIK, in 16 digits; "" if there is neither."""
        self.ensure_one()
        return tin(self.vat) or tin(self.l10n_id_nik)

    def _l10n_id_get_place_of_business(self):
        """Return the NITKU in 22 digits, or ""."""
        return place_of_business(self._l10n_id_get_tin(), self.l10n_id_tku)

    def _l10n_id_lacks_npwp(self, kind):
        """Return whether the higher rate applies: for PPh 21 a NIK will do."""
        self.ensure_one()
        return not (self._l10n_id_get_tin() if kind == "pph21" else tin(self.vat))
