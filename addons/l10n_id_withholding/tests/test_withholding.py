# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""All that needs a company with a chart shares one set-up."""

from odoo.tests import tagged

from .cases_access import AccessCases
from .cases_bill import BillCases
from .cases_export import ExportCases
from .cases_return import ReturnCases
from .cases_setup import SetupCases
from .common import WithholdingCommon


@tagged("post_install", "-at_install")
class TestWithholding(
    AccessCases, BillCases, ExportCases, ReturnCases, SetupCases, WithholdingCommon
):
    pass
