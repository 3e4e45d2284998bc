# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo.exceptions import UserError

from .tools.production import is_production


def pre_init_hook(env):
    """Refuse a database that takes real money.

    :param odoo.api.Environment env: of the database, without this add-on in it yet
    :raise UserError: if it is marked as production, or has a live account
    """
    if is_production(env):
        raise UserError(
            env._(
                "The payment simulator invents payments and must not be where real "
                "ones are booked: this is a production database. Install it in a "
                "neutralised copy. If this is none, remove the system parameter "
                "payment_va.production and set Midtrans, Xendit and SNAP to test mode."
            )
        )
