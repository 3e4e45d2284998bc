# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo.tests import BaseCase, tagged

from ..tools.instructions import split_steps
from ..tools.wording import format_rupiah, terbilang


@tagged("post_install", "-at_install")
class TestWording(BaseCase):
    def test_rupiah(self):
        self.assertEqual(format_rupiah(0), "Rp\u00a00")
        self.assertEqual(format_rupiah(1_234_567), "Rp\u00a01.234.567")
        self.assertEqual(format_rupiah(-450_000), "-Rp\u00a0450.000")

    def test_terbilang(self):
        self.assertEqual(
            terbilang(454_440),
            "Empat ratus lima puluh empat ribu empat ratus empat puluh rupiah",
        )
        self.assertEqual(terbilang(1_000), "Seribu rupiah")

    def test_steps_by_heading(self):
        steps = split_steps(
            "<h4>ATM <b>BRI</b></h4><ol><li>A</li></ol>b<h3>App</h3><p>C</p>"
        )
        self.assertEqual([step.title for step in steps], ["ATM BRI", "App"])
        self.assertEqual(steps[0].body, "<ol><li>A</li></ol>b")

    def test_steps_before_any_heading_and_empty_ones(self):
        steps = split_steps("Transfer &lt;now&gt;<h4>Empty</h4>")
        self.assertEqual(
            [(step.title, step.body) for step in steps], [("", "Transfer &lt;now&gt;")]
        )
        self.assertEqual(split_steps(False), [])
        self.assertEqual(split_steps("  "), [])
