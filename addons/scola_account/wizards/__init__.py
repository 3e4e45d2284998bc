# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from . import (
    scola_chart_wizard,
    scola_chart_wizard_line,
    scola_statement_wizard,
)
