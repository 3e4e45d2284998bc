# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
{
    "name": "Scola Account Clearing",
    "version": "19.0.1.0.0",
    "summary": "Books what one school of a foundation collected or paid for another",
    "author": "Scola contributors",
    "website": "https://github.com/scola-id/scola",
    "category": "Accounting/Accounting",
    "license": "AGPL-3",
    "depends": ["scola_account"],
    "data": [
        "security/ir.model.access.csv",
        "security/scola_account_clearing_security.xml",
        "data/ir_cron_data.xml",
        "views/scola_school_clearing_views.xml",
        "views/scola_account_clearing_menus.xml",
    ],
}
