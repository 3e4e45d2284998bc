# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
{
    "name": "Scola Audit Trail",
    "version": "19.0.1.0.0",
    "summary": "Who changed what that touches money or approvals, on one page",
    "author": "Scola contributors",
    "website": "https://github.com/scola-id/scola",
    "category": "Accounting/Accounting",
    "license": "AGPL-3",
    "depends": ["account", "auditlog", "mail", "payment_va", "scola_fees"],
    "data": [
        "security/ir.model.access.csv",
        "security/scola_audit_security.xml",
        "wizards/scola_audit_switch_on_views.xml",
        "views/scola_audit_trail_views.xml",
        "views/scola_audit_menus.xml",
    ],
}
