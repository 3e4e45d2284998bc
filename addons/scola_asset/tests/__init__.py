# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from . import test_indonesian
from . import test_register_pure
from . import test_school
from . import test_warehouse
