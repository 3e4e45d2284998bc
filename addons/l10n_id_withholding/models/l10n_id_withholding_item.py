# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models
from odoo.tools import SQL

from ..const import KINDS


class L10nIdWithholdingItem(models.Model):
    """What the books withheld: a row per entry, tax and person, read, never stored."""

    _name = "l10n_id.withholding.item"
    _description = "Withheld Tax"
    _auto = False
    _order = "date desc, id desc"
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
    }

    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    kind = fields.Selection(KINDS, readonly=True)
    period = fields.Date(string="Month", readonly=True)
    date = fields.Date(readonly=True)
    move_id = fields.Many2one("account.move", string="Bill", readonly=True)
    partner_id = fields.Many2one("res.partner", string="Vendor", readonly=True)
    tax_id = fields.Many2one("account.tax", string="Tax Used", readonly=True)
    object_id = fields.Many2one(
        "l10n_id.withholding.object", string="Tax Object", readonly=True
    )
    rate = fields.Float(
        string="Rate (%)", digits=(16, 4), readonly=True, aggregator=None
    )
    base = fields.Monetary(readonly=True)
    tax_amount = fields.Monetary(string="Tax", readonly=True)

    @property
    def _table_query(self):
        """The base is what the taxed items of the same entry and person come to."""
        return SQL(
            """
            SELECT MIN(line.id) AS id,
                   line.company_id,
                   tax.withholding_kind AS kind,
                   DATE_TRUNC('month', line.date)::date AS period,
                   line.date,
                   line.move_id,
                   line.partner_id,
                   tax.id AS tax_id,
                   tax.withholding_object_id AS object_id,
                   ABS(tax.amount) AS rate,
                   -SUM(line.balance) AS tax_amount,
                   (SELECT COALESCE(SUM(base.balance), 0)
                      FROM account_move_line base
                      JOIN account_move_line_account_tax_rel rel
                        ON rel.account_move_line_id = base.id
                       AND rel.account_tax_id = tax.id
                     WHERE base.move_id = line.move_id
                       AND base.partner_id IS NOT DISTINCT FROM line.partner_id
                   ) AS base
              FROM account_move_line line
              JOIN account_tax tax ON tax.id = line.tax_line_id
             WHERE tax.withholding_kind IS NOT NULL
               AND line.parent_state = 'posted'
             GROUP BY line.company_id, line.date, line.move_id, line.partner_id, tax.id
            """
        )
