# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import date
from decimal import Decimal

from odoo.tests import BaseCase, tagged

from ..tools import identity, periods, rates


@tagged("post_install", "-at_install")
class TestTools(BaseCase):
    def test_rates(self):
        for rate, deemed, expected in ((5, 50, "2.5"), (2, 100, "2"), (15, 50, "7.5")):
            effective = rates.effective_rate(Decimal(rate), Decimal(deemed))
            self.assertEqual(rates.format_rate(effective), expected)
            self.assertEqual(rates.deemed_rate(effective, Decimal(deemed)), rate)
        self.assertEqual(rates.raised_rate(Decimal(2), Decimal(100)), 4)
        self.assertEqual(rates.raised_rate(Decimal("2.5"), Decimal(20)), 3)
        self.assertEqual(rates.format_rate(Decimal("20")), "20")
        self.assertEqual(rates.format_rate(rates.to_decimal(0.1)), "0.1")

    def test_taxpayer_numbers(self):
        for number, expected in (
            ("01.234.567.8-901.000", "0012345678901000"),
            ("3171234567890001", "3171234567890001"),
            ("12345", ""),
            (False, ""),
        ):
            self.assertEqual(identity.tin(number), expected)

    def test_place_of_business(self):
        payer = "3171234567890001"
        for branch, expected in (
            (False, f"{payer}000000"),
            ("3", f"{payer}000003"),
            ("9" * 22, "9" * 22),
        ):
            self.assertEqual(identity.place_of_business(payer, branch), expected)
        self.assertEqual(identity.place_of_business("", "000001"), "")

    def test_receipts(self):
        self.assertEqual(identity.clean_ntpn("0123 4567 89ab cdef"), "0123456789ABCDEF")
        self.assertEqual(identity.clean_ntpn("123"), "")
        self.assertEqual(
            identity.clean_billing("1234-5678-9012-345"), "123456789012345"
        )
        self.assertEqual(identity.clean_billing("12345678901234X"), "")

    def test_months(self):
        self.assertEqual(periods.month_start(date(2026, 2, 28)), date(2026, 2, 1))
        self.assertEqual(periods.month_end(date(2024, 2, 1)), date(2024, 2, 29))
        self.assertEqual(periods.month_end(date(2026, 12, 5)), date(2026, 12, 31))
