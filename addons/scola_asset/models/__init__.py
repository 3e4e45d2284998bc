# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from . import scola_asset_class
from . import account_account
from . import account_asset_profile
from . import account_asset
from . import account_move_line
from . import res_company
from . import res_config_settings
from . import template_id_foundation
