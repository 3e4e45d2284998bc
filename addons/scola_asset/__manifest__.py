# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
{
    "name": "Scola Assets",
    "version": "19.0.1.0.0",
    "summary": "Assets and stock of a school on the foundation's chart",
    "author": "Scola contributors",
    "website": "https://github.com/scola-id/scola",
    "category": "Accounting",
    "license": "AGPL-3",
    "depends": ["scola_account", "account_asset_management", "stock_account"],
    "data": [
        "security/ir.model.access.csv",
        "security/scola_asset_rules.xml",
        "data/scola_asset_class_data.xml",
        "data/product_category_data.xml",
        "data/ir_cron_data.xml",
        "report/scola_asset_register_reports.xml",
        "report/scola_asset_register_templates.xml",
        "wizards/scola_asset_setup_views.xml",
        "wizards/scola_asset_register_views.xml",
        "views/scola_asset_class_views.xml",
        "views/account_asset_views.xml",
        "views/res_config_settings_views.xml",
        "views/scola_asset_menus.xml",
    ],
    "post_init_hook": "post_init_hook",
}
