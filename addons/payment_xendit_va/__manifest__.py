# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
{
    "name": "Payment Provider: Xendit Virtual Accounts, QRIS and E-Wallets",
    "version": "19.0.1.0.0",
    "summary": "Xendit in your own portal: numbers, QR codes, e-wallets, refunds",
    "author": "Scola contributors",
    "website": "https://github.com/scola-id/scola",
    "category": "Accounting/Payment Providers",
    "license": "AGPL-3",
    "depends": ["payment_va", "payment_xendit"],
    "data": ["data/payment_method_data.xml"],
    "post_init_hook": "post_init_hook",
    "uninstall_hook": "uninstall_hook",
}
