# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""MT940 as SWIFT describes it, and as it must not be."""

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from ..tools.mt940 import is_mt940, parse_mt940
from ..tools.statement import StatementError
from .test_values import PROPERTY

SAMPLE = b"""{1:F01CENAIDJAXXXX0000000000}{2:I940XXXXN}{4:
:20:STMT261103
:25:CENAIDJA/0123456789IDR
:28C:00321/1
:60F:C261101IDR1000000,
:61:2611021102C350000,00NTRFNONREF//BANKREF1
SETORAN
:86:VA 8808123456789012
ANI BAYAR
:61:261103D15000,5NCHGFEE1
:86:BIAYA ADM
:61:261103RC100000,00NTRFBATAL
:61:261103RD2000,NMSCNONREF
:86:KOREKSI
:62F:C261103IDR1236999,50
:64:C261103IDR1236999,50
:86:Closing text of the account
-}
"""


def render(moves, opening=Decimal(0)):
    """Return MT940 with one statement."""
    total = opening + sum(amount for _day, amount, _text in moves)
    rows = [":20:X", ":25:0123456789", ":28C:1/1", ":60F:" + balance(opening)]
    for day, amount, text in moves:
        mark = "C" if amount > 0 else "D"
        rows.append(f":61:{day:%y%m%d}{day:%m%d}{mark}{comma(amount)}NTRFNONREF")
        rows.append(f":86:{text}")
    return "\n".join([*rows, ":62F:" + balance(total), "-"]).encode()


def balance(amount):
    return f"{'C' if amount >= 0 else 'D'}261101IDR{comma(amount)}"


def comma(amount):
    return f"{abs(amount):.2f}".replace(".", ",")


@tagged("post_install", "-at_install")
class TestMt940(BaseCase):
    def refused(self, content):
        """Return ``(code, line)`` of what is wrong."""
        with self.assertRaises(StatementError) as caught:
            parse_mt940(content)
        return [(fault.code, fault.line) for fault in caught.exception.faults]

    def test_sample(self):
        self.assertTrue(is_mt940(SAMPLE))
        [statement] = parse_mt940(SAMPLE)
        self.assertEqual(statement.account, "CENAIDJA/0123456789IDR")
        self.assertEqual((statement.currency, statement.name), ("IDR", "00321"))
        self.assertEqual(statement.opening, 1000000)
        self.assertEqual(statement.closing, Decimal("1236999.50"))
        self.assertEqual(
            [
                (line.number, line.day.day, line.amount, line.text, line.reference)
                for line in statement.lines
            ],
            [
                (6, 2, 350000, "VA 8808123456789012 ANI BAYAR", "BANKREF1"),
                (10, 3, Decimal("-15000.50"), "BIAYA ADM", "FEE1"),
                (12, 3, -100000, "BATAL", "BATAL"),
                (13, 3, 2000, "KOREKSI", ""),
            ],
        )

    def test_pages_are_put_together(self):
        first = SAMPLE.replace(b":62F:C261103", b":62M:C261103")
        second = (
            SAMPLE.replace(b":60F:C261101IDR1000000,", b":60M:C261103IDR1236999,50")
            .replace(b":62F:C261103IDR1236999,50", b":62F:C261104IDR1473999,00")
            .replace(b":28C:00321/1", b":28C:00321/2")
        )
        [statement] = parse_mt940(first + second)
        self.assertEqual(len(statement.lines), 8)
        self.assertEqual(statement.closing, 1473999)
        other = second.replace(
            b":60M:C261103IDR1236999,50", b":60M:C261103IDR1236998,50"
        )
        self.assertIn(("pages", 20), self.refused(first + other))

    def test_several_statements(self):
        other = SAMPLE.replace(b"0123456789", b"0123456780")
        self.assertEqual(
            [statement.account[-6:] for statement in parse_mt940(SAMPLE + other)],
            ["789IDR", "780IDR"],
        )

    def test_booking_day_across_the_year(self):
        [statement] = parse_mt940(
            SAMPLE.replace(b":61:2611021102C", b":61:2601020102C").replace(
                b":61:261103D", b":61:2601011231D"
            )
        )
        self.assertEqual(statement.lines[0].day, date(2026, 1, 2))
        self.assertEqual(statement.lines[1].day, date(2025, 12, 31))

    def test_refused_by_line(self):
        for old, new, faults in (
            (b"C350000,00N", b"C350.000,00N", [("movement", 6)]),
            (b"2611021102C", b"2611321102C", [("movement", 6)]),
            (b"2611021102C350000,00", b"2611021102C0,00", [("movement", 6)]),
            (b"C350000,00N", b"X350000,00N", [("movement", 6)]),
            (
                b":60F:C261101IDR1000000,",
                b":60F:C261101IDR1000000",
                [("balance_tag", 5)],
            ),
            (b":25:CENAIDJA/0123456789IDR", b":25:X", [("missing_tag", 2)]),
            (b":62F:C261103IDR1236999,50\n", b"", [("missing_tag", 2)]),
            (
                b":62F:C261103IDR1236999,50",
                b":62F:C261103IDR1236999,51",
                [("closing", 0)],
            ),
            (b":62F:C261103IDR", b":62F:C261103USD", [("currency", 2)]),
            (b":64:", b":99Z:", [("tag", 16)]),
            (b":20:STMT261103\n", b"", None),
        ):
            with self.subTest(new=new):
                found = self.refused(SAMPLE.replace(old, new))
                if faults:
                    self.assertEqual(found, faults)
        self.assertEqual(self.refused(b""), [("empty", 0)])

    def test_all_faults_are_told(self):
        broken = SAMPLE.replace(b"C350000,00N", b"C350.000N").replace(b"15000,5N", b"x")
        self.assertEqual(self.refused(broken), [("movement", 6), ("movement", 10)])

    @PROPERTY
    @given(
        st.lists(
            st.tuples(
                st.integers(0, 27),
                st.decimals(-(10**9), 10**9, places=2).filter(bool),
                st.text("ABCDEF 0123456789/.-", min_size=1).filter(
                    lambda text: text.strip() and not text.strip(" -") == ""
                ),
            ),
            min_size=1,
            max_size=15,
        ),
        st.decimals(-(10**9), 10**9, places=2),
    )
    def test_what_is_written_is_read(self, moves, opening):
        start = date(2026, 11, 1)
        moves = [(start + timedelta(day), amount, text) for day, amount, text in moves]
        [statement] = parse_mt940(render(moves, opening))
        self.assertEqual(
            [(line.day, line.amount, line.text) for line in statement.lines],
            [(day, amount, " ".join(text.split())) for day, amount, text in moves],
        )
        self.assertEqual(statement.opening, opening)
