# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Amounts and dates as banks write them."""

from datetime import date
from decimal import Decimal

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from ..tools.keys import reference_key, text_keys
from ..tools.statement import account_digits
from ..tools.values import check_date_format, find_date, parse_amount
from .render import write_amount, write_day

#: A busy machine is no failure of ours.
PROPERTY = settings(
    max_examples=100,
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)
AMOUNTS = st.decimals(0, 10**14, places=2, allow_nan=False)


@tagged("post_install", "-at_install")
class TestAmounts(BaseCase):
    def test_forms(self):
        for text, mark, amount in (
            ("3,528,964.00", ".", "3528964"),
            ("3.528.964,00", ",", "3528964"),
            ("108400.00", ".", "108400"),
            (".00", ".", "0"),
            ("Rp 1.234,5", ",", "1234.5"),
            ("-15,000", ".", "-15000"),
            ("(15,000.00)", ".", "-15000"),
            ("15,000.00-", ".", "-15000"),
            ("350000", ",", "350000"),
        ):
            with self.subTest(text=text):
                self.assertEqual(parse_amount(text, mark), Decimal(amount))

    def test_refused(self):
        for text, mark in (
            ("3.528.964,00", "."),
            ("1,23,456", "."),
            ("1.5.0", ","),
            ("12.345", "."),
            ("", "."),
            ("-", "."),
            ("1e5", "."),
            ("12 000", "."),
            ("9" * 16, "."),
            ("NaN", "."),
            ("\u0661\u0662", "#"),
        ):
            with self.subTest(text=text), self.assertRaises(ValueError):
                parse_amount(text, "." if mark == "#" else mark)

    @PROPERTY
    @given(AMOUNTS, st.sampled_from(".,"), st.booleans())
    def test_what_is_written_is_read(self, amount, mark, is_negative):
        text = write_amount(amount, mark)
        if is_negative:
            text, amount = f"-{text}", -amount
        self.assertEqual(parse_amount(text, mark), amount)


@tagged("post_install", "-at_install")
class TestDates(BaseCase):
    def test_forms(self):
        day = date(2026, 8, 3)
        for text, pattern in (
            ("03/08/2026", "dd/mm/yyyy"),
            ("3/8/26", "dd/mm/yy"),
            ("03 Agustus 2026 07:40:58", "dd mmm yyyy"),
            ("3-Aug-2026", "dd-mmm-yyyy"),
            ("2026-08-03 08:00:00", "yyyy-mm-dd"),
            ("03/08/26 10.11.12", "dd/mm/yy"),
        ):
            with self.subTest(text=text):
                self.assertEqual(find_date(text, (pattern,)), day)

    def test_refused(self):
        for text, pattern in (
            ("31/02/2026", "dd/mm/yyyy"),
            ("03/13/2026", "dd/mm/yyyy"),
            ("2026", "dd/mm/yyyy"),
            ("03/08/2026x", "dd/mm/yyyy"),
            ("03 Foo 2026", "dd mmm yyyy"),
        ):
            with self.subTest(text=text):
                self.assertIsNone(find_date(text, (pattern,)))

    def test_the_year_comes_from_the_period(self):
        period = (date(2025, 12, 20), date(2026, 1, 10))
        self.assertEqual(find_date("31/12", ("dd/mm",), period), date(2025, 12, 31))
        self.assertEqual(find_date("02/01", ("dd/mm",), period), date(2026, 1, 2))
        self.assertIsNone(find_date("15/06", ("dd/mm",), period))
        self.assertEqual(find_date("29/02", ("dd/mm",), None, 2028), date(2028, 2, 29))
        with self.assertRaises(LookupError):
            find_date("02/01", ("dd/mm",))

    def test_formats_are_checked(self):
        for pattern in ("dd/mm/yyyy", "dd/mm", "yyyy-mm-dd", "dd mmm yy"):
            check_date_format(pattern)
        for pattern in ("", "mm/yyyy", "dd/dd/mm", "dd/mm/mmm", "dd/mm/yy/yyyy"):
            with self.subTest(pattern=pattern), self.assertRaises(ValueError):
                check_date_format(pattern)

    @PROPERTY
    @given(
        st.dates(date(2000, 1, 1), date(2099, 12, 31)),
        st.sampled_from(("dd/mm/yyyy", "dd/mm/yy", "dd mmm yyyy", "yyyy-mm-dd")),
    )
    def test_what_is_written_is_read(self, day, pattern):
        self.assertEqual(find_date(write_day(day, pattern), (pattern,)), day)


@tagged("post_install", "-at_install")
class TestKeys(BaseCase):
    def test_found_however_it_is_broken_up(self):
        key = reference_key("INV/2026/11/00012")
        for text in (
            "PEMBAYARAN INV/2026/11/00012 ANI",
            "inv 2026 11 00012",
            "TRSF E-BANKING CR INV20261100012",
            "108400.00INV-2026-11-00012ACME",
        ):
            with self.subTest(text=text):
                self.assertIn(key, text_keys(text))
        number = reference_key("8808123456789012")
        self.assertIn(number, text_keys("VA 8808 1234 5678 9012 BUDI"))
        self.assertIn(number, text_keys("8808/123456789012"))

    def test_not_found_in_longer_ones(self):
        self.assertNotIn(reference_key("INV/2026/0001"), text_keys("INV/2026/00012"))
        self.assertNotIn("88081234", text_keys("VA 880812345"))

    def test_short_ones_say_nothing(self):
        for reference in ("", None, "S0001", "2026", "PEMBAYARAN", "A-1/B-2", "x" * 50):
            self.assertFalse(reference_key(reference), reference)

    @PROPERTY
    @given(st.text(max_size=30), st.integers(10**7, 10**15), st.text(max_size=30))
    def test_a_number_between_words(self, before, number, after):
        text = f"{before} VA{number}X {after}"
        self.assertIn(str(number), text_keys(text))

    def test_account_numbers(self):
        for text in (
            "0123456789",
            "'0123456789",
            "CENAIDJA/0123456789IDR",
            "012-3456-789",
        ):
            self.assertEqual(account_digits(text), "0123456789")
