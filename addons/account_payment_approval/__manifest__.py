# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
{
    "name": "Payment Approval",
    "version": "19.0.1.0.0",
    "summary": "Vendor bills and outgoing payments approved by level, four eyes",
    "author": "Scola contributors",
    "website": "https://github.com/scola-id/scola",
    "category": "Accounting/Accounting",
    "license": "AGPL-3",
    "depends": ["account", "base_tier_validation", "mail"],
    "data": [
        "security/ir.model.access.csv",
        "security/account_payment_approval_security.xml",
        "data/mail_activity_type_data.xml",
        "wizards/account_approval_reject_views.xml",
        "views/account_approval_request_views.xml",
        "views/tier_definition_views.xml",
        "views/tier_delegation_views.xml",
        "views/account_move_views.xml",
        "views/account_payment_views.xml",
        "views/account_bank_statement_line_views.xml",
        "views/account_payment_approval_menus.xml",
    ],
    "assets": {
        "web.assets_tests": [
            "account_payment_approval/static/tests/tours/**/*",
        ],
    },
}
