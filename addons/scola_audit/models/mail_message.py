# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models


class MailMessage(models.Model):
    _inherit = "mail.message"

    # The audit trail reads notes of documents by date.
    _scola_audit_idx = models.Index(
        "(create_date) WHERE message_type = 'notification' AND model IS NOT NULL"
    )
