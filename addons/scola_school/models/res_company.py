# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import datetime
from zoneinfo import ZoneInfo

from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    npsn = fields.Char(
        string="NPSN",
        size=8,
        help="National school number (Nomor Pokok Sekolah Nasional), 8 characters.",
    )
    scola_tz = fields.Selection(
        selection=[
            ("Asia/Jakarta", "WIB (Jakarta)"),
            ("Asia/Makassar", "WITA (Makassar)"),
            ("Asia/Jayapura", "WIT (Jayapura)"),
        ],
        string="School Time Zone",
        default="Asia/Jakarta",
        required=True,
        help="Due dates and ages of bills are counted in this zone, wherever the "
        "server or the browser is.",
    )

    def _scola_now(self):
        """Return the present moment in the school's own time zone."""
        self.ensure_one()
        # A real instant is needed here, unlike fields.Datetime.now(), which is naive.
        utc_now = datetime.now(tz=ZoneInfo("UTC"))
        return utc_now.astimezone(ZoneInfo(self.scola_tz or "Asia/Jakarta"))

    def _scola_today(self):
        """Return the date the school reads on its own wall calendar."""
        return self._scola_now().date()
