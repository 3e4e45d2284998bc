# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Apply every stored notification of a database once more, in a process of its own.

Usage: replay_driver.py CONFIG DATABASE
"""

import sys

from odoo import api
from odoo.modules.registry import Registry
from odoo.tools import config


def main(config_file: str, database: str) -> None:
    config.parse_config(["-c", config_file, "-d", database, "--no-http"])
    with Registry(database).cursor() as cr:
        env = api.Environment(cr, api.SUPERUSER_ID, {})
        env["payment.notification"].search([]).action_replay()


if __name__ == "__main__":
    main(*sys.argv[1:])
