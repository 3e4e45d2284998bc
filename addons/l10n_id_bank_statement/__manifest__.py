# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
{
    "name": "Indonesia: Bank Statements",
    "version": "19.0.1.0.0",
    "summary": "Statement files of Indonesian banks, and what their lines are",
    "author": "Scola contributors",
    "website": "https://github.com/scola-id/scola",
    "category": "Accounting/Localizations",
    "license": "AGPL-3",
    "depends": [
        "payment_va",
        "account_reconcile_oca",
        "account_statement_import_file",
    ],
    "external_dependencies": {"python": ["openpyxl"]},
    "data": [
        "security/ir.model.access.csv",
        "security/bank_statement_rules.xml",
        "data/bank_statement_layout_data.xml",
        "data/ir_cron_data.xml",
        "views/bank_statement_layout_views.xml",
        "views/account_bank_statement_line_views.xml",
        "views/bank_statement_proposal_views.xml",
        "wizards/account_statement_import_views.xml",
        "wizards/bank_statement_propose_views.xml",
        "views/account_journal_views.xml",
        "views/bank_statement_menus.xml",
    ],
    "assets": {
        "web.assets_tests": [
            "l10n_id_bank_statement/static/tests/tours/**/*",
        ],
    },
}
