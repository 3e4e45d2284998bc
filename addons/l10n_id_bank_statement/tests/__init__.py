# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from . import test_books
from . import test_layouts
from . import test_mt940
from . import test_rules
from . import test_sheets
from . import test_values
