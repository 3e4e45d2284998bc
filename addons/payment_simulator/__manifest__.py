# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
{
    "name": "Payment Simulator",
    "version": "19.0.1.0.0",
    "summary": "Plays Midtrans, Xendit and a SNAP bank on this machine",
    "author": "Scola contributors",
    "website": "https://github.com/scola-id/scola",
    "category": "Accounting/Payment Providers",
    "license": "AGPL-3",
    "depends": ["payment_midtrans", "payment_snap", "payment_xendit_va"],
    "external_dependencies": {"python": ["cryptography", "qrcode", "requests"]},
    "data": [
        "security/ir.model.access.csv",
        "data/ir_cron_data.xml",
        "views/payment_simulator_templates.xml",
        "views/payment_provider_views.xml",
        "views/payment_simulator_menus.xml",
    ],
    "pre_init_hook": "pre_init_hook",
}
