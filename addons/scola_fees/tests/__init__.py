# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from . import (
    test_access,
    test_allocation,
    test_billing_run,
    test_cash_concurrency,
    test_cash_desk,
    test_components,
    test_enrollment,
    test_online_payment_numbers,
    test_online_payment_portal,
    test_online_payment_tour,
    test_planner_pure,
    test_portal,
    test_receipt_report,
    test_schedule,
    test_templates,
    test_tours,
    test_traps,
)
