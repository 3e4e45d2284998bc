# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from ..tools.allocation import split_sources
from ..tools.terbilang import format_rupiah, terbilang


@tagged("post_install", "-at_install")
class TestTwoPurses(BaseCase):
    def test_the_first_purse_is_emptied_first(self):
        parts = {1: 300, 2: 200}
        self.assertEqual(split_sources(parts, 0), ({}, parts))
        self.assertEqual(split_sources(parts, 350), ({1: 300, 2: 50}, {2: 150}))
        self.assertEqual(split_sources(parts, 500), (parts, {}))

    def test_more_than_there_is_to_pay_is_refused(self):
        with self.assertRaises(ValueError):
            split_sources({1: 100}, 101)

    @settings(max_examples=200, deadline=None)
    @given(
        st.dictionaries(st.integers(0, 9), st.integers(1, 5_000_000)),
        st.integers(0, 100),
    )
    def test_nothing_is_lost(self, parts, share):
        first = sum(parts.values()) * share // 100
        left, right = split_sources(parts, first)
        self.assertEqual(sum(left.values()), first)
        for key, part in parts.items():
            self.assertEqual(left.get(key, 0) + right.get(key, 0), part)


@tagged("post_install", "-at_install")
class TestTerbilang(BaseCase):
    def test_words(self):
        cases = {
            0: "Nol rupiah",
            1000: "Seribu rupiah",
            11000: "Sebelas ribu rupiah",
            450000: "Empat ratus lima puluh ribu rupiah",
            1100001: "Satu juta seratus ribu satu rupiah",
            5000000: "Lima juta rupiah",
            1250000000: "Satu miliar dua ratus lima puluh juta rupiah",
        }
        for amount, words in cases.items():
            self.assertEqual(terbilang(amount), words)

    def test_figures(self):
        self.assertEqual(format_rupiah(450000), "Rp 450.000")
        self.assertEqual(format_rupiah(-1250000), "-Rp 1.250.000")
        self.assertEqual(format_rupiah(0), "Rp 0")
