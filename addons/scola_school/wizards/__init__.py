# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from . import base_import_import
from . import portal_wizard_user
from . import scola_promotion_wizard
from . import scola_promotion_wizard_line
from . import scola_student_family_wizard
from . import scola_student_placement_wizard
from . import scola_student_state_wizard
