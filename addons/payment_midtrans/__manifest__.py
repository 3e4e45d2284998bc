# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
{
    "name": "Payment Provider: Midtrans",
    "version": "19.0.1.0.0",
    "summary": "Virtual accounts, Mandiri Bill, QRIS, GoPay, ShopeePay and Snap",
    "author": "Scola contributors",
    "website": "https://github.com/scola-id/scola",
    "category": "Accounting/Payment Providers",
    "license": "AGPL-3",
    "depends": ["payment_va"],
    "data": [
        "data/payment_method_data.xml",
        "data/payment_provider_data.xml",
        "views/payment_provider_views.xml",
    ],
    "post_init_hook": "post_init_hook",
    "uninstall_hook": "uninstall_hook",
}
