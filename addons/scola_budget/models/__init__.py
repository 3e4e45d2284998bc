# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from . import (
    account_analytic_account,
    account_analytic_plan,
    scola_budget_program,
    scola_budget_spending_code,
    account_budget,
    account_budget_form,
    account_budget_usage,
    account_budget_line,
    account_budget_alert,
    account_budget_alert_log,
    account_move,
    account_move_line,
    purchase_order,
    purchase_order_line,
    ir_actions_report,
)
