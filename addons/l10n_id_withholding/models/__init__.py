# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from . import l10n_id_withholding_object
from . import account_tax
from . import account_move
from . import res_partner
from . import l10n_id_withholding_item
from . import l10n_id_withholding_return
from . import l10n_id_withholding_slip
from . import l10n_id_withholding_correction
