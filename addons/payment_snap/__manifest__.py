# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
{
    "name": "Payment Provider: SNAP Banks",
    "version": "19.0.1.0.0",
    "summary": "Bank Indonesia's SNAP standard, client and server: BRI, BCA, BNI, ...",
    "author": "Scola contributors",
    "website": "https://github.com/scola-id/scola",
    "category": "Accounting/Payment Providers",
    "license": "AGPL-3",
    "depends": ["payment_va"],
    "external_dependencies": {"python": ["cryptography"]},
    "data": [
        "security/ir.model.access.csv",
        "security/payment_snap_rules.xml",
        "views/payment_snap_bank_views.xml",
        "views/payment_snap_request_views.xml",
        "views/payment_provider_views.xml",
        "views/payment_virtual_account_views.xml",
        "views/payment_snap_menus.xml",
        "data/payment_snap_bank_data.xml",
        "data/payment_provider_data.xml",
        "data/ir_cron_data.xml",
    ],
    "post_init_hook": "post_init_hook",
    "uninstall_hook": "uninstall_hook",
}
