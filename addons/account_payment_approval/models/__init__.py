# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from . import account_approval_editor
from . import account_approval_document
from . import account_approval_request
from . import account_bank_statement_line
from . import account_journal
from . import account_move
from . import account_move_line
from . import account_partial_reconcile
from . import account_payment
from . import account_payment_method_line
from . import res_company
from . import res_partner_bank
from . import res_users
from . import tier_definition
from . import tier_delegation
from . import tier_review
