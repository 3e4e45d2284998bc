# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from . import (
    scola_report_filter_mixin,
    aged_partner_balance_report_wizard,
    general_ledger_report_wizard,
    journal_ledger_report_wizard,
    open_items_report_wizard,
    trial_balance_report_wizard,
)
