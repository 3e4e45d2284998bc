# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Where clearing entries are made."""

#: Accounts of the foundation's chart: what other companies of it owe, are owed.
RECEIVABLE_CODE = "11210910"
PAYABLE_CODE = "21100910"
#: The general journal of every chart of Odoo, preferred to other general journals.
JOURNAL_CODE = "MISC"
#: Types of the accounts that are cleared. Others that can be reconciled hold money on
#: its way, which is not between the schools.
CLEARED_TYPES = ("asset_receivable", "liability_payable")
