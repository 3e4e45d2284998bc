# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
{
    "name": "Scola Account",
    "version": "19.0.1.0.0",
    "summary": "Chart, statements (ISAK 35/335) and year-end of a school foundation",
    "author": "Scola contributors",
    "website": "https://github.com/scola-id/scola",
    # Odoo looks for chart templates in this category only.
    "category": "Accounting/Localizations/Account Charts",
    "license": "AGPL-3",
    "depends": ["l10n_id", "mis_builder", "scola_fees"],
    "data": [
        "security/ir.model.access.csv",
        "security/scola_account_security.xml",
        "data/mis_report_style_data.xml",
        "data/mis_report_position_data.xml",
        "data/mis_report_income_data.xml",
        "data/mis_report_net_assets_data.xml",
        "data/mis_report_cash_direct_data.xml",
        "data/mis_report_cash_indirect_data.xml",
        "report/scola_statement_templates.xml",
        "report/scola_statement_reports.xml",
        "wizards/scola_chart_wizard_views.xml",
        "wizards/scola_statement_wizard_views.xml",
        "views/account_account_views.xml",
        "views/res_config_settings_views.xml",
        "views/mis_report_instance_views.xml",
        "views/scola_fiscal_closing_views.xml",
        "views/scola_books_views.xml",
        "views/scola_account_menus.xml",
    ],
    "assets": {
        "web.assets_backend": [
            "scola_account/static/src/**/*",
        ],
        "web.assets_tests": [
            "scola_account/static/tests/tours/**/*",
        ],
    },
}
