# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).


def post_init_hook(env):
    """Give the schools that are there already a warehouse, as new ones get one."""
    env["res.company"].search([])._create_missing_warehouses()
