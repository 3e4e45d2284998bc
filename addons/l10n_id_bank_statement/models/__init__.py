# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from . import bank_statement_fault
from . import bank_statement_layout
from . import account_journal
from . import account_bank_statement
from . import account_bank_statement_line
from . import bank_statement_matcher
from . import bank_statement_proposal
