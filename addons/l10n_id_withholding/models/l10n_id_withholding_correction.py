# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models
from odoo.tools import SQL

from ..const import KINDS


class L10nIdWithholdingCorrection(models.Model):
    """Where the books have left a filed return: posted late, changed or taken back."""

    _name = "l10n_id.withholding.correction"
    _description = "Correction of a Filed Return"
    _auto = False
    _order = "period desc, id"
    _rec_name = "move_id"
    _depends = {
        "account.move.line": [
            "balance",
            "company_id",
            "date",
            "move_id",
            "parent_state",
            "partner_id",
            "tax_ids",
            "tax_line_id",
        ],
        "account.tax": ["amount", "withholding_kind", "withholding_object_id"],
        "l10n_id.withholding.return": ["company_id", "kind", "period", "state"],
        "l10n_id.withholding.slip": [
            "base",
            "move_id",
            "partner_id",
            "return_id",
            "tax_amount",
            "tax_id",
        ],
    }

    return_id = fields.Many2one("l10n_id.withholding.return", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    kind = fields.Selection(KINDS, readonly=True)
    period = fields.Date(string="Month", readonly=True)
    move_id = fields.Many2one("account.move", string="Bill", readonly=True)
    partner_id = fields.Many2one("res.partner", string="Vendor", readonly=True)
    tax_id = fields.Many2one("account.tax", string="Tax Used", readonly=True)
    filed_base = fields.Monetary(readonly=True)
    filed_tax = fields.Monetary(readonly=True)
    base = fields.Monetary(string="Base in the Books", readonly=True)
    tax_amount = fields.Monetary(string="Tax in the Books", readonly=True)
    base_difference = fields.Monetary(readonly=True)
    tax_difference = fields.Monetary(readonly=True)

    @property
    def _table_query(self):
        """Both sides by what they are about; what is missing on one side is zero."""
        return SQL(
            """
            SELECT COALESCE(item.id * 2, slip.id * 2 + 1) AS id,
                   ret.id AS return_id,
                   ret.company_id,
                   ret.kind,
                   ret.period,
                   COALESCE(item.move_id, slip.move_id) AS move_id,
                   COALESCE(item.partner_id, slip.partner_id) AS partner_id,
                   COALESCE(item.tax_id, slip.tax_id) AS tax_id,
                   COALESCE(slip.base, 0) AS filed_base,
                   COALESCE(slip.tax_amount, 0) AS filed_tax,
                   COALESCE(item.base, 0) AS base,
                   COALESCE(item.tax_amount, 0) AS tax_amount,
                   COALESCE(item.base, 0) - COALESCE(slip.base, 0)
                       AS base_difference,
                   COALESCE(item.tax_amount, 0) - COALESCE(slip.tax_amount, 0)
                       AS tax_difference
              FROM (%(items)s) item
              FULL JOIN (%(slips)s) slip
                ON slip.return_id = item.return_id
               AND slip.move_id = item.move_id
               AND slip.tax_id = item.tax_id
               AND COALESCE(slip.partner_id, 0) = COALESCE(item.partner_id, 0)
              JOIN l10n_id_withholding_return ret
                ON ret.id = COALESCE(item.return_id, slip.return_id)
             WHERE COALESCE(item.base, 0) <> COALESCE(slip.base, 0)
                OR COALESCE(item.tax_amount, 0) <> COALESCE(slip.tax_amount, 0)
            """,
            items=self._get_filed_items_query(),
            slips=self._get_filed_slips_query(),
        )

    def _get_filed_items_query(self):
        """Return what the books say now about the months of filed returns."""
        return SQL(
            """
            SELECT ret.id AS return_id, ledger.*
              FROM l10n_id_withholding_return ret
              JOIN (%s) ledger
                ON ledger.company_id = ret.company_id
               AND ledger.kind = ret.kind
               AND ledger.period = ret.period
             WHERE ret.state = 'filed'
            """,
            self.env["l10n_id.withholding.item"]._table_query,
        )

    def _get_filed_slips_query(self):
        """Return what was filed."""
        return SQL(
            """
            SELECT slip.*
              FROM l10n_id_withholding_slip slip
              JOIN l10n_id_withholding_return ret ON ret.id = slip.return_id
             WHERE ret.state = 'filed'
            """
        )
