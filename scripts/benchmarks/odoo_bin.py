# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Odoo's command line as a file: its prefork server starts itself again by name."""

from odoo.cli.command import main

if __name__ == "__main__":
    main()
