# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""All that needs the books, which take longer to set up than most of it to test."""

from odoo.tests import HttpCase, freeze_time, tagged

from .cases_accept import AcceptCases
from .cases_access import GROUPS, AccessCases
from .cases_import import ImportCases
from .cases_proposals import ProposalCases
from .cases_tour import TourCases
from .common import StatementCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-11-18 03:00:00")
class TestBooks(
    ImportCases,
    ProposalCases,
    AcceptCases,
    AccessCases,
    TourCases,
    StatementCommon,
    HttpCase,
):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.users = {
            name: cls.make_user(f"bank_{name}", group) for name, group in GROUPS.items()
        }
