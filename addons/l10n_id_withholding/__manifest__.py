# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
{
    "name": "Indonesia: Withholding Taxes",
    "version": "19.0.1.0.0",
    "summary": "PPh 21, 22, 23 and 4(2) on vendor bills, and the monthly return",
    "author": "Scola contributors",
    "website": "https://github.com/scola-id/scola",
    "category": "Accounting/Localizations",
    "license": "AGPL-3",
    "depends": ["account", "l10n_id", "l10n_id_efaktur_coretax", "report_xlsx"],
    "data": [
        "security/ir.model.access.csv",
        "security/l10n_id_withholding_rules.xml",
        "data/l10n_id_withholding_object_data.xml",
        "report/l10n_id_withholding_reports.xml",
        "report/l10n_id_withholding_templates.xml",
        "wizards/l10n_id_withholding_setup_views.xml",
        "views/l10n_id_withholding_object_views.xml",
        "views/l10n_id_withholding_item_views.xml",
        "views/l10n_id_withholding_return_views.xml",
        "views/account_tax_views.xml",
        "views/account_move_views.xml",
        "views/res_partner_views.xml",
        "views/l10n_id_withholding_menus.xml",
    ],
}
