# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import hashlib
import secrets
from datetime import timedelta

from odoo import api, fields, models


class PaymentSnapToken(models.Model):
    """An access token we issued to a bank. Only its digest is kept."""

    _name = "payment.snap.token"
    _description = "SNAP Access Token"
    _order = "id desc"
    _rec_name = "provider_id"

    provider_id = fields.Many2one(
        "payment.provider", required=True, index=True, ondelete="cascade"
    )
    digest = fields.Char(required=True)
    expires_at = fields.Datetime(required=True, index=True)

    _digest_uniq = models.Constraint("UNIQUE(digest)", "This token was issued already.")

    @api.model
    def _digest(self, token):
        return hashlib.sha256(token.encode()).hexdigest()

    @api.model
    def _issue(self, provider, lifetime):
        """Return a new token for the bank of a provider.

        :param int lifetime: in seconds
        :rtype: str
        """
        token = secrets.token_urlsafe(48)
        self.create(
            {
                "provider_id": provider.id,
                "digest": self._digest(token),
                "expires_at": fields.Datetime.now() + timedelta(seconds=lifetime),
            }
        )
        return token

    @api.model
    def _find_provider(self, token):
        """Return the provider whose bank got a token that is still valid, or none."""
        found = self.search(
            [
                ("digest", "=", self._digest(token)),
                ("expires_at", ">", fields.Datetime.now()),
            ],
            limit=1,
        )
        return found.provider_id

    @api.autovacuum
    def _gc_expired(self):
        self.search([("expires_at", "<=", fields.Datetime.now())]).unlink()
