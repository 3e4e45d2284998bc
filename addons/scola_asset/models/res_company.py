# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models

from ..tools.register import last_month_end


class ResCompany(models.Model):
    _inherit = "res.company"

    scola_auto_depreciation = fields.Boolean(
        string="Depreciate Every Month",
        help="On the first of a month the depreciation of the month before is posted.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        """Override of `stock`: a new school has a warehouse, not only in tests."""
        companies = super().create(vals_list)
        companies._create_missing_warehouses()
        return companies

    def _create_missing_warehouses(self):
        """Give the companies that have none a warehouse.

        Odoo makes one for the first company alone. Whoever orders something at another
        would be asked where to deliver it, and have nothing to choose from.
        """
        # As superuser: who may make a company need not work with stock.
        warehouses = self.env["stock.warehouse"].sudo().with_context(active_test=False)
        missing = self - warehouses.search([("company_id", "in", self.ids)]).company_id
        warehouses.create([{"company_id": company.id} for company in missing])

    def _cron_post_depreciation(self):
        """Post what is due at the schools that opted in, school by school."""
        companies = self.search([("scola_auto_depreciation", "=", True)])
        date_end = last_month_end(fields.Date.context_today(self))
        cron = self.env["ir.cron"]
        cron._commit_progress(remaining=len(companies))
        for company in companies:
            company._post_depreciation(date_end)
            if not cron._commit_progress(1):
                break

    def _post_depreciation(self, date_end):
        """Post the depreciation of running assets up to a day.

        An asset that can't be posted is named in its own history and left for a
        person; the others are posted.

        :rtype: account.move
        """
        self.ensure_one()
        work = self.with_company(self).with_context(allowed_company_ids=self.ids)
        posted = work.env["account.move"]
        for asset in work._get_assets_due(date_end):
            move_ids, error = asset._compute_entries(date_end)
            posted += posted.browse(move_ids)
            if error:
                asset.message_post(body=error)
        return posted

    def _get_assets_due(self, date_end):
        """Return the running assets with a depreciation to post up to a day."""
        lines = self.env["account.asset.line"].search(
            [
                ("company_id", "=", self.id),
                ("asset_id.state", "=", "open"),
                ("type", "=", "depreciate"),
                ("init_entry", "=", False),
                ("move_check", "=", False),
                ("line_date", "<=", date_end),
            ],
            order="line_date, id",
        )
        return lines.asset_id
