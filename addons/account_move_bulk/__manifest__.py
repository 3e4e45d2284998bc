# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
{
    "name": "Bulk Invoicing",
    "version": "19.0.1.0.0",
    "summary": "Post customer invoices by the thousand, equal to Odoo's own",
    "author": "Scola contributors",
    "website": "https://github.com/scola-id/scola",
    "category": "Accounting/Accounting",
    "license": "AGPL-3",
    "depends": ["account"],
}
