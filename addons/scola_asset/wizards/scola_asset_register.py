# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models
from odoo.fields import Domain

from ..tools.register import group_rows, total


class ScolaAssetRegister(models.TransientModel):
    """What a school owns on a day, by kind of asset."""

    _name = "scola.asset.register"
    _description = "Register of Assets"

    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    date = fields.Date(required=True, default=fields.Date.context_today)

    def action_print_pdf(self):
        report = self.env.ref("scola_asset.action_report_register_pdf")
        return report.report_action(self)

    def action_print_xlsx(self):
        report = self.env.ref("scola_asset.action_report_register_xlsx")
        return report.report_action(self)

    def _get_groups(self):
        """Return dicts with ``name``, ``rows`` and ``total``, by kind of asset."""
        self.ensure_one()
        return [
            {"name": name, "rows": rows, "total": total(rows)}
            for name, rows in group_rows(self._get_rows())
        ]

    def _get_total(self):
        """Return the sums of the amounts of all assets."""
        self.ensure_one()
        return total(self._get_rows())

    def _get_rows(self):
        """Return a dict per asset, those of a kind side by side, the oldest first."""
        assets = self._get_assets()
        depreciated = self._get_depreciated(assets)
        rows = [self._prepare_row(item, depreciated.get(item, 0)) for item in assets]
        return sorted(rows, key=lambda row: (row["order"], row["group"]))

    def _get_assets(self):
        """Return what was confirmed, begun and not yet given away on the day."""
        domain = (
            Domain("company_id", "=", self.company_id.id)
            & Domain("state", "!=", "draft")
            & Domain("date_start", "<=", self.date)
            & (
                Domain("date_remove", "=", False)
                | Domain("date_remove", ">", self.date)
            )
        )
        # An archived asset is owned all the same.
        assets = self.env["account.asset"].with_context(active_test=False)
        return assets.search(domain, order="date_start, code, name, id")

    def _get_depreciated(self, assets):
        """Return what was depreciated up to the day, opening balances too."""
        groups = self.env["account.asset.line"]._read_group(
            Domain("asset_id", "in", assets.ids)
            & Domain("type", "=", "depreciate")
            & Domain("line_date", "<=", self.date)
            & (Domain("init_entry", "=", True) | Domain("move_check", "=", True)),
            ["asset_id"],
            ["amount:sum"],
        )
        return dict(groups)

    def _prepare_row(self, asset, accumulated):
        """Return the row of an asset; a hook."""
        profile = asset.profile_id
        return {
            "order": profile.scola_class_id.sequence or 1000,
            "group": profile.scola_class_id.name or profile.name,
            "code": asset.code or "",
            "name": asset.name,
            "fund": asset.net_asset_account_id.name or "",
            "date": asset.date_start,
            "years": asset.method_number,
            "cost": asset.purchase_value,
            "accumulated": accumulated,
            "book": asset.purchase_value - accumulated,
        }
