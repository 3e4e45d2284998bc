# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Say that this database takes real money; input of ``odoo shell``.

The payment simulator refuses such a database.
"""

env = globals()["env"]  # put there by the shell
env["ir.config_parameter"].set_param("payment_va.production", "1")
env.cr.commit()
