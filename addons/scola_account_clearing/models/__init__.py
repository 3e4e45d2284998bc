# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from . import scola_school_clearing
from . import scola_fiscal_closing
