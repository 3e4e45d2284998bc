# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from .. import const


class PaymentSnapRequest(models.Model):
    """What a bank asked and was told; keeps X-EXTERNAL-ID unique in a day."""

    _name = "payment.snap.request"
    _description = "SNAP Request of a Bank"
    _order = "id desc"
    _rec_name = "external_id"

    provider_id = fields.Many2one(
        "payment.provider", required=True, readonly=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(
        related="provider_id.company_id", store=True, index=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    day = fields.Date(
        required=True, readonly=True, index=True, help="In the company's time zone."
    )
    external_id = fields.Char(string="X-EXTERNAL-ID", required=True, readonly=True)
    scope = fields.Char(
        required=True, readonly=True, help="The service, where banks count per service."
    )
    service = fields.Char(required=True, readonly=True)
    request_id = fields.Char(
        readonly=True, help="inquiryRequestId or paymentRequestId."
    )
    va_number = fields.Char(string="Virtual Account", readonly=True)
    amount = fields.Monetary(readonly=True, help="Shown at an inquiry, or paid.")
    response_code = fields.Char(string="Answer", readonly=True)
    notification_id = fields.Many2one(
        "payment.notification",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
    )

    _external_uniq = models.Constraint(
        "UNIQUE(provider_id, day, external_id, scope)",
        "X-EXTERNAL-ID: this one was used today already.",
    )
    _request_idx = models.Index("(provider_id, request_id)")
    _number_idx = models.Index("(provider_id, va_number) WHERE service = '25'")

    @api.model
    def _take_note(self, provider, service, external_id):
        """Take note of a request, before its content is looked at.

        :return: the row, and whether it is new; else the one that has the external id
        :rtype: tuple
        """
        # In SQL, because the ORM has no ON CONFLICT: of two at a time the second one
        # learns of the first from the index.
        bank = provider.snap_bank_id
        values = {
            "provider_id": provider.id,
            "company_id": provider.company_id.id,
            "day": provider.company_id._get_payment_date(fields.Datetime.now()),
            "external_id": external_id,
            "scope": service if bank.external_id_scope == "service" else "",
            "service": service,
            "create_uid": self.env.uid,
            "write_uid": self.env.uid,
            "create_date": fields.Datetime.now(),
            "write_date": fields.Datetime.now(),
        }
        self.env.cr.execute(
            SQL(
                "INSERT INTO payment_snap_request (%s) VALUES %s"
                " ON CONFLICT DO NOTHING RETURNING id",
                SQL(", ").join(SQL.identifier(name) for name in values),
                tuple(values.values()),
            )
        )
        row = self.env.cr.fetchone()
        if row:
            return self.browse(row[0]), True
        key = ("provider_id", "day", "external_id", "scope")
        return self.search([(name, "=", values[name]) for name in key], limit=1), False

    @api.model
    def _find_payment(self, provider, request_id):
        """Return the row of a payment under an id: the one that was taken, if any."""
        found = self.search(
            [
                ("provider_id", "=", provider.id),
                ("service", "=", const.PAYMENT),
                ("request_id", "=", request_id),
                ("notification_id", "!=", False),
            ],
            order="id",
        )
        taken = found.filtered(lambda row: row.response_code.startswith("200"))
        return (taken or found)[:1]

    @api.autovacuum
    def _gc_old(self):
        day = fields.Date.today() - timedelta(days=const.LOG_DAYS)
        self.search([("day", "<", day)], limit=100_000).unlink()
