# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from zoneinfo import ZoneInfo

from odoo import api, fields, models
from odoo.tools import SQL


class ResCompany(models.Model):
    _inherit = "res.company"

    scola_fee_journal_id = fields.Many2one(
        "account.journal",
        string="Fee Journal",
        check_company=True,
        domain=[("type", "=", "sale")],
        help="Sales journal that numbers the bills of this school.",
    )
    scola_use_deposit = fields.Boolean(
        string="Use Deposits at Billing",
        default=True,
        help="Settle new bills at once from what the family paid in advance.",
    )
    scola_billing_day = fields.Integer(
        string="Billing Day",
        default=1,
        help="Day of the month on which the month is billed by itself; 0 for never.",
    )
    scola_min_days_to_pay = fields.Integer(
        string="Least Days to Pay",
        default=7,
        help="A bill raised late falls due at the earliest this many days after it.",
    )

    _scola_billing_day_range = models.Constraint(
        "CHECK(scola_billing_day BETWEEN 0 AND 28)",
        "Billing Day: use a day from 1 to 28, or 0 to bill by hand only.",
    )
    _scola_min_days_positive = models.Constraint(
        "CHECK(scola_min_days_to_pay >= 0)",
        "Least Days to Pay: use zero or more days.",
    )

    def _get_payment_zone(self):
        """Override of `payment_va`: online payments go by the school's own clock."""
        self.ensure_one()
        return ZoneInfo(self.scola_tz) if self.scola_tz else super()._get_payment_zone()

    def _scola_get_fee_journal(self):
        """Return the sales journal that bills of this school are posted in.

        :return: the configured one, else the first of the school or its foundation
        :rtype: account.journal
        """
        self.ensure_one()
        Journal = self.env["account.journal"].sudo()  # a setting, not the ledger
        return self.scola_fee_journal_id.sudo() or Journal.search(
            [
                *Journal._check_company_domain(self),
                ("type", "=", "sale"),
            ],
            order="company_id desc, sequence, id",
            limit=1,
        )

    @api.model
    def _scola_today_to_sql(self):
        """Return the branches of an SQL CASE over company ids that give today's date.

        Each school lives in its own time zone, so "late" differs by an hour or two.

        :rtype: odoo.tools.SQL
        """
        # As superuser: the time zones of all schools, nothing else of theirs.
        companies = self.sudo().search([("scola_tz", "!=", False)])
        return SQL(" ").join(
            SQL("WHEN %s THEN %s::date", company.id, company._scola_today())
            for company in companies
        )
