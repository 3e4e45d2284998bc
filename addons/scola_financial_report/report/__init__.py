# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from . import (
    abstract_report,
    aged_partner_balance,
    aged_partner_balance_xlsx,
    general_ledger,
    general_ledger_xlsx,
    journal_ledger,
    journal_ledger_xlsx,
    open_items,
    open_items_xlsx,
    trial_balance,
    trial_balance_xlsx,
)
