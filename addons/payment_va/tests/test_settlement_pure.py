# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Settlement files as providers and people write them, and what they are matched to."""

import csv
import io
import zipfile
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import openpyxl
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from ..tools import table
from ..tools.settlement import (
    SettlementRow,
    parse_columns,
    parse_decimal,
    parse_moment,
    parse_rows,
)
from ..tools.table import SettlementError, read_table
from ..tools.three_way import (
    BankEntry,
    Known,
    Match,
    Payout,
    Told,
    match_told,
    pair_payouts,
)

DAY = date(2026, 11, 16)
NOON = datetime(2026, 11, 16, 5, 0, tzinfo=UTC)
#: A busy machine is no failure of ours.
PROPERTY = settings(
    max_examples=100,
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)


def make_row(payment_id="P-1", gross=100, fee=0, tax=0, **values):
    gross, fee, tax = Decimal(gross), Decimal(fee), Decimal(tax)
    values = {"order_ref": "", "settled_at": NOON, **values}
    return SettlementRow(
        payment_id, gross=gross, fee=fee, tax=tax, net=gross - fee - tax, **values
    )


def make_xlsx(rows):
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


@tagged("post_install", "-at_install")
class TestSettlementNumbers(BaseCase):
    def test_amounts(self):
        for text, expected in (
            ("450000", "450000"),
            ("450000.00", "450000.00"),
            ("450.000", "450000"),
            ("450,000", "450000"),
            ("1.234.567", "1234567"),
            ("1.234.567,89", "1234567.89"),
            ("1,234,567.89", "1234567.89"),
            ("1234567,5", "1234567.5"),
            ("Rp 450.000", "450000"),
            ("Rp450.000,-", "450000"),
            ("Rp. 4.440", "4440"),
            ("IDR 450,000.00", "450000.00"),
            ("-4.440", "-4440"),
            ("4.440-", "-4440"),
            ("(4.440,00)", "-4440.00"),
            ("-Rp 4.440", "-4440"),
            ("\N{MINUS SIGN}4440", "-4440"),
            ("86.4150", "86.4150"),
            ("  0 ", "0"),
            ("", "0"),
            ("-", "0"),
            (None, "0"),
        ):
            with self.subTest(text=text):
                self.assertEqual(parse_decimal(text), Decimal(expected))

    def test_no_amounts(self):
        for text in (
            "abc",
            "1.2.3",
            "12/11",
            "1,23,456",
            "Rp",
            "1.234.56",
            "NaN",
            "1e5",
        ):
            with self.subTest(text=text), self.assertRaises(ValueError):
                if parse_decimal(text) == 0:
                    raise ValueError("read as nothing")

    @PROPERTY
    @given(st.decimals(-(10**12), 10**12, places=2))
    def test_indonesian_and_english_read_the_same(self, amount):
        english = f"{amount:,.2f}"
        indonesian = english.translate(str.maketrans(",.", ".,"))
        self.assertEqual(parse_decimal(english), amount)
        self.assertEqual(parse_decimal(indonesian), amount)

    @PROPERTY
    @given(st.integers(0, 10**12))
    def test_whole_rupiah_in_any_grouping(self, amount):
        for text in (f"{amount}", f"{amount:,}", f"{amount:,}".replace(",", ".")):
            self.assertEqual(parse_decimal(text), amount)

    def test_times(self):
        noon = datetime(2026, 11, 16, 5, 0, tzinfo=UTC)
        for text in (
            "2026-11-16T05:00:00Z",
            "2026-11-16T12:00:00+07:00",
            "2026-11-16 12:00",
            "16/11/2026 12:00:00",
            "16-11-2026 12.00",
            "16 Nov 2026, 12:00",
            "16 November 2026 12:00 WIB",
        ):
            with self.subTest(text=text):
                self.assertEqual(parse_moment(text), noon)
        midnight = datetime(2026, 8, 16, 17, 0, tzinfo=UTC)
        for text in ("17/08/2026", "17 Agustus 2026", "2026-08-17"):
            with self.subTest(text=text):
                self.assertEqual(parse_moment(text), midnight)

    def test_no_times(self):
        for text in ("", "kemarin", "31/13/2026", "32/01/2026", "16 Foo 2026"):
            with self.subTest(text=text), self.assertRaises(ValueError):
                parse_moment(text)


@tagged("post_install", "-at_install")
class TestSettlementRow(BaseCase):
    def test_amounts_add_up(self):
        with self.assertRaises(ValueError):
            SettlementRow(
                "P",
                "",
                gross=Decimal(100),
                fee=Decimal(4),
                tax=Decimal(1),
                net=Decimal(96),
                settled_at=NOON,
            )

    def test_signs(self):
        for kind, gross in (("payment", -1), ("payment", 0), ("refund", 1), ("fee", 1)):
            with self.subTest(kind=kind), self.assertRaises(ValueError):
                make_row(gross=gross, kind=kind)
        with self.assertRaises(ValueError):
            make_row(kind="payout")

    def test_zone_and_reference_are_needed(self):
        with self.assertRaises(ValueError):
            make_row(settled_at=NOON.replace(tzinfo=None))
        with self.assertRaises(ValueError):
            make_row("")

    def test_key_of_a_payment_is_its_id(self):
        self.assertEqual(make_row().key, "P-1")
        self.assertEqual(make_row("", order_ref="PAY-1").key, "PAY-1")
        self.assertEqual(make_row(payout_ref="X").key, make_row(payout_ref="Y").key)

    def test_key_of_refunds_tells_two_of_one_payment_apart(self):
        one = make_row(gross=-50, kind="refund", refund_id="R-1")
        self.assertEqual(one.key, "R-1")
        unnamed = make_row(gross=-50, kind="refund")
        self.assertEqual(unnamed.key, make_row(gross="-50.00", kind="refund").key)
        self.assertNotEqual(unnamed.key, make_row(gross=-40, kind="refund").key)

    def test_day_is_local(self):
        late = make_row(settled_at=datetime(2026, 11, 15, 17, 30, tzinfo=UTC))
        self.assertEqual(late.day(parse_moment.__defaults__[0]), DAY)

    @PROPERTY
    @given(
        *[st.decimals(0, 10**6, places=4)] * 2,
        st.decimals("0.01", 10**9, places=4),
        st.sampled_from([0, 2]),
    )
    def test_rounding_keeps_the_sum(self, fee, tax, gross, places):
        row = make_row(gross=gross + 1, fee=fee, tax=tax).rounded(places)
        self.assertEqual(row.net, row.gross - row.fee - row.tax)
        self.assertEqual(row.rounded(places), row)
        self.assertLessEqual(abs(row.fee - fee), Decimal(1).scaleb(-places) / 2)


@tagged("post_install", "-at_install")
class TestSettlementTable(BaseCase):
    def test_delimiters_and_encodings(self):
        text = 'Order ID,Amount,Note\nPAY-1,"450,000",café\nPAY-2,1,x\n'
        for delimiter in ",;\t|":
            rows = csv.reader(io.StringIO(text))
            stream = io.StringIO()
            csv.writer(stream, delimiter=delimiter).writerows(rows)
            for encoding in ("utf-8", "utf-8-sig", "cp1252", "utf-16"):
                with self.subTest(delimiter=delimiter, encoding=encoding):
                    found = read_table(stream.getvalue().encode(encoding), "a.csv")
                    self.assertEqual(len(found), 2)
                    self.assertEqual(
                        found[0],
                        {"Order ID": "PAY-1", "Amount": "450,000", "Note": "café"},
                    )

    def test_excel_says_its_delimiter(self):
        content = b"sep=;\r\nOrder ID;Amount\r\nPAY-1;450,000\r\n"
        self.assertEqual(
            read_table(content, "a.csv"), [{"Order ID": "PAY-1", "Amount": "450,000"}]
        )

    def test_header_below_titles(self):
        content = (
            b"Laporan Settlement\n\nMerchant:,Yayasan Bayar\nPeriode,01/11/2026\n"
            b"Order ID,Transaction ID,Amount\nPAY-1,T-1,1000\n\nTotal,,1000\n"
        )
        found = read_table(content, "a.csv")
        self.assertEqual(
            found[0], {"Order ID": "PAY-1", "Transaction ID": "T-1", "Amount": "1000"}
        )
        self.assertEqual(len(found), 2)

    def test_repeated_header(self):
        found = read_table(b"Fee,Fee,Id\n1,2,3\n", "a.csv")
        self.assertEqual(found, [{"Fee": "1", "Fee (2)": "2", "Id": "3"}])

    def test_xlsx(self):
        content = make_xlsx(
            [
                ["Laporan"],
                ["Order ID", "Amount", "Fee", "Settlement Time", "Paid"],
                ["PAY-1", 450000, 86.415, datetime(2026, 11, 16, 12), True],
                [None, None, None, None, None],
                [12345, 450000.0, 0.5, date(2026, 11, 16), None],
            ]
        )
        first, second = read_table(content, "a.xlsx")
        self.assertEqual(first["Amount"], "450000")
        self.assertEqual(parse_decimal(first["Fee"]), Decimal("86.415"))
        self.assertEqual(first["Settlement Time"], "2026-11-16 12:00:00")
        self.assertEqual(second["Order ID"], "12345")
        self.assertEqual(second["Amount"], "450000")
        self.assertEqual(parse_moment(second["Settlement Time"]).hour, 17)

    @PROPERTY
    @given(st.floats(0.001, 10**9).map(lambda x: round(x, 4)))
    def test_numbers_of_xlsx_read_as_written(self, number):
        text = table._number_to_text(Decimal(repr(number)))
        self.assertEqual(parse_decimal(text), Decimal(repr(number)))

    def check_error(self, reason, content, filename="a.csv"):
        with self.assertRaises(SettlementError) as caught:
            read_table(content, filename)
        self.assertEqual(caught.exception.reason, reason)
        self.assertEqual(caught.exception.filename, filename)
        self.assertIn(filename, str(caught.exception))

    def test_refused(self):
        self.check_error("size", b"a" * (table.MAX_BYTES + 1))
        self.check_error("format", b"\x00\x01\x02PNG")
        self.check_error("format", b"PK\x03\x04 broken", "a.xlsx")
        self.check_error("old_excel", b"\xd0\xcf\x11\xe0\xa1\xb1", "a.xls")
        self.check_error("header", b"1,2,3\n4,5,6\n")
        self.check_error("header", b"")
        self.check_error("rows", b"a,b\n" + b"1,2\n" * table.MAX_ROWS)

    def test_packed_bomb(self):
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
            with archive.open("xl/worksheets/sheet1.xml", "w") as member:
                for _i in range(table.MAX_UNPACKED // 2**20 + 1):
                    member.write(bytes(2**20))
        self.check_error("size", stream.getvalue(), "a.xlsx")

    @PROPERTY
    @given(st.binary(max_size=400))
    def test_any_bytes_are_a_table_or_refused(self, content):
        for filename in ("a.csv", "a.xlsx"):
            try:
                rows = read_table(content, filename)
            except SettlementError:
                continue
            self.assertTrue(all(isinstance(row, dict) for row in rows))


@tagged("post_install", "-at_install")
class TestSettlementParser(BaseCase):
    def parse(self, text, columns=""):
        found = read_table(text.encode(), "a.csv")
        return parse_rows(found, "a.csv", parse_columns(columns))

    def test_transactions_report(self):
        rows = self.parse(
            "Status,Type,Amount,Total Fee,Total VAT,Net Amount,Reference,Product ID,"
            "Payment Date,Actual Settlement Time,Batch ID\n"
            "SUCCESS,PAYMENT,450000,4000,440,445560,PAY-1,pr-1,2026-11-15T03:00:00Z,"
            "2026-11-16T05:00:00Z,B-1\n"
            "PENDING,PAYMENT,450000,4000,440,445560,PAY-2,pr-2,2026-11-15T03:00:00Z,,\n"
            "SUCCESS,REFUND,-50000,0,0,-50000,PAY-1,pr-1,2026-11-15T03:00:00Z,"
            "2026-11-16T05:00:00Z,B-1\n"
            "SUCCESS,WITHDRAWAL,-395560,0,0,-395560,,w-1,2026-11-16T05:00:00Z,"
            "2026-11-16T05:00:00Z,B-1\n"
        )
        self.assertEqual([row.kind for row in rows], ["payment", "refund"])
        payment, refund = rows
        self.assertEqual(
            (payment.gross, payment.fee, payment.tax, payment.net),
            (450000, 4000, 440, 445560),
        )
        self.assertEqual(payment.settled_at, NOON)
        self.assertEqual(payment.payout_ref, "B-1")
        self.assertEqual(refund.gross, -50000)

    def test_indonesian_file(self):
        rows = self.parse(
            "Laporan Transaksi Virtual Account;;;;\n"
            "No. Referensi;Tanggal;Jumlah;Biaya;Bersih\n"
            "PAY-1;16/11/2026 12:00;Rp450.000,00;2.500,00;447.500,00\n"
            "Total;;450.000,00;2.500,00;447.500,00\n"
        )
        [row] = rows
        self.assertEqual((row.gross, row.fee, row.net), (450000, 2500, 447500))
        self.assertEqual(row.settled_at, NOON)

    def test_fee_from_gross_and_net(self):
        [row] = self.parse(
            "Order ID,Amount,Net Amount,Settlement Time\n"
            "PAY-1,100000,99300,2026-11-16\n"
        )
        self.assertEqual((row.gross, row.fee, row.net), (100000, 700, 99300))

    def test_gross_from_net_and_fee(self):
        [row] = self.parse(
            "Order ID,Net,Fee,PPN,Settlement Time\nPAY-1,95560,4000,440,2026-11-16\n"
        )
        self.assertEqual(row.gross, 100000)

    def test_fees_of_their_own(self):
        [row] = self.parse(
            "Transaction ID,Type,Amount,VAT,Settlement Time\n"
            "F-1,Monthly Fee,-4000,-440,2026-11-16\n"
        )
        self.assertEqual((row.kind, row.gross, row.fee, row.tax), ("fee", 0, 4000, 440))
        self.assertEqual(row.net, -4440)

    def test_negative_amount_is_a_refund(self):
        [row] = self.parse("Order ID,Amount,Settlement Time\nPAY-1,-5000,2026-11-16\n")
        self.assertEqual((row.kind, row.gross, row.net), ("refund", -5000, -5000))

    def test_attempts_are_left_out(self):
        rows = self.parse(
            "Order ID,Transaction Status,Amount,Transaction Time\n"
            + "".join(
                f"PAY-{status},{status},1000,2026-11-16\n"
                for status in ("settlement", "pending", "expire", "deny", "Gagal")
            )
        )
        self.assertEqual([row.order_ref for row in rows], ["PAY-settlement"])

    def test_columns_of_the_provider(self):
        columns = "order_ref: Nomor Tagihan\ngross: Total Bayar, Dibayar"
        [row] = self.parse(
            "Nomor Tagihan,Dibayar,Tanggal,Amount\nPAY-1,1.000,2026-11-16,7\n", columns
        )
        self.assertEqual((row.order_ref, row.gross), ("PAY-1", 1000))
        for text in ("nonsense", "gross:", "price: Amount"):
            with self.subTest(text=text), self.assertRaises(ValueError):
                parse_columns(text)

    def check_error(self, reason, text, **values):
        with self.assertRaises(SettlementError) as caught:
            self.parse(text)
        error = caught.exception
        self.assertEqual((error.reason, error.filename), (reason, "a.csv"))
        for name, value in values.items():
            self.assertEqual(getattr(error, name), value)

    def test_errors_say_where(self):
        self.check_error("column", "Name,Amount,Tanggal\nA,1,2026-11-16\n")
        self.check_error("column", "Order ID,Amount\nA,1\n", column="settled_at")
        self.check_error("column", "Order ID,Tanggal\nA,2026-11-16\n", column="gross")
        head = "Order ID,Amount,Tanggal\nPAY-1,1000,2026-11-16\n"
        self.check_error(
            "amount",
            head + "PAY-2,seribu,2026-11-16\n",
            row=2,
            column="Amount",
            value="seribu",
        )
        self.check_error("time", head + "PAY-2,1000,kemarin\n", row=2, column="Tanggal")
        self.check_error("row", head + "PAY-2,1000,\n", row=2)


def told(key, payment_id="", order_ref="", amount=100, day=DAY):
    return Told(key, payment_id, order_ref, Decimal(amount), day)


def known(key, payment_id="", order_ref="", amount=100, day=DAY, taken=False):
    return Known(key, payment_id, order_ref, Decimal(amount), day, taken)


@tagged("post_install", "-at_install")
class TestThreeWay(BaseCase):
    def test_by_payment_id(self):
        lines = [told(1, "A"), told(2, "B", amount=99), told(3, "C"), told(4, "D")]
        payments = [known(11, "A"), known(12, "B"), known(13, "C", taken=True)]
        self.assertEqual(
            match_told(lines, payments),
            {
                1: Match("matched", 11),
                2: Match("amount", 12),
                3: Match("duplicate", 13),
                4: Match("unknown"),
            },
        )

    def test_twice_in_one_file(self):
        matches = match_told([told(1, "A"), told(2, "A")], [known(11, "A")])
        self.assertEqual(matches[1], Match("matched", 11))
        self.assertEqual(matches[2], Match("duplicate", 11))

    def test_by_order(self):
        lines = [told(1, "x", "PAY-1"), told(2, "", "PAY-2", amount=1)]
        payments = [known(11, "A", "PAY-1"), known(12, "B", "PAY-2")]
        matches = match_told(lines, payments)
        self.assertEqual(matches[1], Match("matched", 11))
        self.assertEqual(matches[2], Match("amount", 12))

    def test_id_comes_before_order(self):
        lines = [told(1, "", "VA-1"), told(2, "B", "VA-1")]
        payments = [known(11, "A", "VA-1"), known(12, "B", "VA-1")]
        matches = match_told(lines, payments)
        self.assertEqual((matches[1].known, matches[2].known), (11, 12))

    def test_number_paid_every_month(self):
        later = DAY + timedelta(days=30)
        payments = [known(11, "A", "VA-1"), known(12, "B", "VA-1", day=later)]
        matches = match_told([told(1, "", "VA-1", day=later)], payments)
        self.assertEqual(matches[1], Match("matched", 12))
        unsure = match_told([told(1, "", "VA-1", day=None)], payments)
        self.assertEqual(unsure[1], Match("unknown"))
        # Another amount of a number with several payments can be any, or none of them.
        other = match_told([told(1, "", "VA-1", amount=7)], payments)
        self.assertEqual(other[1], Match("unknown"))

    def test_alike_on_one_day(self):
        payments = [known(11, "A", "VA-1"), known(12, "B", "VA-1")]
        lines = [told(key, "", "VA-1") for key in (1, 2, 3)]
        matches = match_told(lines, payments)
        self.assertEqual([matches[key].known for key in (1, 2, 3)], [11, 12, None])

    @PROPERTY
    @given(
        st.lists(st.tuples(st.integers(0, 5), st.integers(1, 3)), max_size=12),
        st.lists(st.tuples(st.integers(0, 5), st.integers(1, 3)), max_size=12),
    )
    def test_no_payment_is_settled_twice(self, lines, payments):
        lines = [
            told(key, f"P{pid}" if key % 2 else "", f"O{pid}", amount)
            for key, (pid, amount) in enumerate(lines)
        ]
        payments = [
            known(key, f"P{pid}-{key}" if key % 3 else f"P{pid}", f"O{pid}", amount)
            for key, (pid, amount) in enumerate(payments)
        ]
        matches = match_told(lines, payments)
        self.assertEqual(set(matches), {line.key for line in lines})
        used = [m.known for m in matches.values() if m.status in ("matched", "amount")]
        self.assertEqual(len(used), len(set(used)))
        amounts = {payment.key: payment.amount for payment in payments}
        for line in lines:
            if matches[line.key].status == "matched":
                self.assertEqual(amounts[matches[line.key].known], line.amount)


def payout(key, amount=100, day=0, *references):
    return Payout(key, Decimal(amount), DAY + timedelta(days=day), references)


def entry(key, amount=100, day=0, text=""):
    return BankEntry(key, Decimal(amount), DAY + timedelta(days=day), text)


@tagged("post_install", "-at_install")
class TestThreeWayBank(BaseCase):
    def test_one_candidate(self):
        self.assertEqual(pair_payouts([payout(1)], [entry(9, day=1)]), ({1: 9}, {}))

    def test_amount_and_time(self):
        for other in (entry(9, 99), entry(9, day=8), entry(9, day=-2), entry(9, -100)):
            with self.subTest(other=other):
                pairs, choices = pair_payouts([payout(1)], [other])
                self.assertEqual((pairs, choices), ({}, {1: ()}))
        self.assertEqual(pair_payouts([payout(1)], [entry(9, day=-1)])[0], {1: 9})
        self.assertEqual(pair_payouts([payout(1)], [entry(9, day=7)])[0], {1: 9})

    def test_several_candidates_are_for_a_person(self):
        pairs, choices = pair_payouts([payout(1)], [entry(8), entry(9)])
        self.assertEqual((pairs, choices), ({}, {1: (8, 9)}))

    def test_one_candidate_of_two_payouts(self):
        pairs, choices = pair_payouts([payout(1), payout(2)], [entry(9)])
        self.assertEqual((pairs, choices), ({}, {1: (9,), 2: (9,)}))

    def test_reference_decides(self):
        payouts = [payout(1, 100, 0, "WD-2026/11"), payout(2)]
        entries = [entry(8), entry(9, text="TRSF WD 2026 11 MIDTRANS")]
        self.assertEqual(pair_payouts(payouts, entries)[0], {1: 9, 2: 8})

    def test_short_references_decide_nothing(self):
        payouts = [payout(1, 100, 0, "16")]
        entries = [entry(8, text="16/11"), entry(9)]
        self.assertEqual(pair_payouts(payouts, entries)[0], {})

    @PROPERTY
    @given(
        st.lists(st.tuples(st.integers(1, 3), st.integers(0, 9)), max_size=8),
        st.lists(st.tuples(st.integers(1, 3), st.integers(0, 9)), max_size=8),
    )
    def test_pairs_are_one_to_one(self, payouts, entries):
        payouts = [
            payout(key, amount, day) for key, (amount, day) in enumerate(payouts)
        ]
        entries = [entry(key, amount, day) for key, (amount, day) in enumerate(entries)]
        pairs, choices = pair_payouts(payouts, entries)
        self.assertEqual(len(set(pairs.values())), len(pairs))
        self.assertEqual(set(pairs) | set(choices), {p.key for p in payouts})
        self.assertFalse(set(pairs) & set(choices))
        for key, other in pairs.items():
            self.assertEqual(payouts[key].amount, entries[other].amount)
        for options in choices.values():
            self.assertFalse(set(options) & set(pairs.values()))
