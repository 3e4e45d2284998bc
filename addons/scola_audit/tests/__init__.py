# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from . import (
    test_documents,
    test_lasting,
    test_restrictive,
    test_rules,
    test_text,
    test_trail,
)
