# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models
from odoo.exceptions import AccessError

USER = "payment_va.group_payment_user"
MANAGER = "payment_va.group_payment_manager"


class PaymentTreasuryMixin(models.AbstractModel):
    """Records that people read, and change through their actions only."""

    _name = "payment.treasury.mixin"
    _description = "Treasurer's Work on Online Payments"

    def _elevate(self, group=USER):
        """Return these as superuser, for somebody who may read them and has the group.

        :param str group: XML id
        :raise AccessError: otherwise
        """
        if not self.env.su:
            self.check_access("read")
            if not self.env.user.has_group(group):
                raise AccessError(
                    self.env._(
                        "This needs the access right %(group)s. Ask an administrator.",
                        # As superuser: groups are not for everybody to read.
                        group=self.env.ref(group).sudo().full_name,
                    )
                )
        # As superuser: what follows writes entries and facts nobody edits by hand.
        return self.sudo()
