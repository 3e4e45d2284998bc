# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).


def post_init_hook(env):
    """Make the rupiah a currency without decimals, unless it is already in the books.

    Odoo ships it with two, which nobody in Indonesia uses; once journal items exist
    Odoo refuses the change, rightly.

    :param odoo.api.Environment env: of the database being set up
    """
    rupiah = env.ref("base.IDR")
    if not rupiah._has_accounting_entries():
        rupiah.write({"active": True, "rounding": 1.0})
