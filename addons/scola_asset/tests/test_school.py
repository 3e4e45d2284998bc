# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""All that needs a foundation with schools shares one set-up."""

from odoo.tests import tagged

from .cases_assets import AssetCases
from .cases_depreciation import DepreciationCases
from .cases_register import RegisterCases
from .cases_setup import SetupCases
from .cases_stock import StockCases
from .common import AssetCommon


@tagged("post_install", "-at_install")
class TestSchool(
    SetupCases, AssetCases, DepreciationCases, RegisterCases, StockCases, AssetCommon
):
    pass
