# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""A foundation and its year, which take longer to set up than most of it to test."""

from odoo.tests import HttpCase, freeze_time, tagged

from .cases_books import BooksCases
from .cases_chart import ChartCases
from .cases_closing import ClosingCases
from .cases_random_ledger import RandomLedgerCases
from .cases_statement_access import StatementAccessCases
from .cases_statements import StatementCases
from .cases_tour import TourCases
from .common import ScolaAccountCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-11-16 03:00:00")
class TestYear(
    BooksCases,
    ChartCases,
    ClosingCases,
    RandomLedgerCases,
    StatementAccessCases,
    StatementCases,
    TourCases,
    ScolaAccountCommon,
    HttpCase,
):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.post_year()
        cls.env.flush_all()
