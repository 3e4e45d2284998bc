# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from . import test_afterwards
from . import test_oracle
from . import test_review
from . import test_tools
