# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
{
    "name": "Scola Financial Reports",
    "version": "19.0.1.0.0",
    "summary": "Ledgers, open items and ageing by class, level and study programme",
    "author": "Scola contributors",
    "website": "https://github.com/scola-id/scola",
    "category": "Accounting/Accounting",
    "license": "AGPL-3",
    "depends": ["account_financial_report", "scola_fees"],
    "data": [
        "report/school_filter_templates.xml",
        "wizards/general_ledger_report_wizard_views.xml",
        "wizards/trial_balance_report_wizard_views.xml",
        "wizards/open_items_report_wizard_views.xml",
        "wizards/aged_partner_balance_report_wizard_views.xml",
        "wizards/journal_ledger_report_wizard_views.xml",
    ],
}
