# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from . import (
    test_behaviour,
    test_charge,
    test_mapping,
    test_provider,
    test_refund,
    test_route,
    test_settlement,
    test_signature,
)
