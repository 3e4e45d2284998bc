# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from . import (
    account_budget_difference,
    report_budget_xlsx_mixin,
    report_rkas_xlsx,
    report_realisation_xlsx,
    report_consolidation_xlsx,
)
