# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models
from odoo.http import request
from odoo.tools import SQL

from ..tools.session import DIGITS, LASTING, fingerprint


class AuditlogHTTPSession(models.Model):
    _name = "auditlog.http.session"
    _inherit = ["auditlog.http.session", "scola.audit.lasting.mixin"]

    def init(self):
        """Override of `orm`: cut the IDs that were logged before this was installed."""
        self.env.cr.execute(
            SQL(
                """
                UPDATE auditlog_http_session
                   SET name = left(encode(sha256(convert_to(left(name, %(lasting)s),
                                                            'UTF8')), 'hex'),
                                   %(digits)s)
                 WHERE length(name) > %(digits)s
                """,
                lasting=LASTING,
                digits=DIGITS,
            )
        )

    @api.model_create_multi
    def create(self, vals_list):
        """Override of `auditlog`: whoever creates it, no ID of a session is stored.

        Whoever reads the log could take over the session of an administrator.
        """
        return super().create(
            [{**vals, "name": fingerprint(vals.get("name"))} for vals in vals_list]
        )

    @api.model
    def current_http_session(self):
        """Override of `auditlog`, which looks for the ID as it is in the cookie."""
        if not request or not request.session:
            return False
        name = fingerprint(request.session.sid)
        if not name:
            return False
        found = self.search(
            [("name", "=", name), ("user_id", "=", request.env.uid)], limit=1
        )
        session = found or self.create({"name": name, "user_id": request.env.uid})
        return session.id
