# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models

from odoo.addons.scola_account.const import CHART


class AccountChartTemplate(models.AbstractModel):
    _inherit = "account.chart.template"

    def _get_id_foundation_own_accounts(self):
        """Override of `scola_account`: accounts for assets and stock as well."""
        return {
            **super()._get_id_foundation_own_accounts(),
            **self._parse_csv(CHART, "account.account", module="scola_asset"),
        }
