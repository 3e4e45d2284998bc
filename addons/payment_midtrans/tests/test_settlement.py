# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Exports of the dashboard, whichever columns they have."""

import csv
import io
from datetime import UTC, datetime
from decimal import Decimal

import openpyxl

from odoo.tests import BaseCase, tagged

from odoo.addons.payment_va.tools.settlement import SettlementError

from ..tools.settlement import parse_settlement
from .common import TRANSACTION_ID, MidtransCommon

EXPORT = [
    "Order ID",
    "Transaction ID",
    "Channel",
    "Transaction type",
    "Transaction status",
    "Amount",
    "MDR",
    "Transaction Fee",
    "VAT",
    "Transaction time",
    "Settlement time",
]
PAID = [
    "PAY-1",
    TRANSACTION_ID,
    "QRIS",
    "Payment",
    "settlement",
    "350000.00",
    "2450",
    "100",
    "11",
    "2026-11-16 09:50:00",
    "2026-11-17 00:00:01",
]


def make_csv(*rows):
    stream = io.StringIO()
    csv.writer(stream).writerows(rows)
    return stream.getvalue().encode()


def make_xlsx(*rows):
    book, stream = openpyxl.Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(stream)
    return stream.getvalue()


def change(row, **values):
    """Return a row with other values under these headers, ``_`` for a blank."""
    row = list(row)
    for name, value in values.items():
        row[EXPORT.index(name.replace("_", " "))] = value
    return row


@tagged("post_install", "-at_install")
class TestSettlementTools(BaseCase):
    def read_export(self, *rows):
        return parse_settlement(make_csv(EXPORT, *rows), "export.csv")

    def test_payment(self):
        [row] = self.read_export(PAID)
        self.assertEqual(row.kind, "payment")
        self.assertEqual(row.order_ref, "PAY-1")
        self.assertEqual(row.gross, Decimal(350000))
        self.assertEqual(row.net, Decimal(350000 - 2450 - 100 - 11))

    def test_payment_has_the_id_of_the_inbox(self):
        [row] = self.read_export(PAID)
        self.assertEqual(row.provider_payment_id, f"PAY-1:{TRANSACTION_ID}")
        self.assertEqual(row.raw["Transaction ID"], TRANSACTION_ID)

    def test_fee_is_the_sum_of_both(self):
        [row] = self.read_export(PAID)
        self.assertEqual((row.fee, row.tax), (Decimal(2550), Decimal(11)))

    def test_fee_of_which_one_part_is_empty(self):
        rows = self.read_export(
            change(PAID, MDR=""), PAID, change(PAID, Transaction_Fee="-")
        )
        self.assertEqual([row.fee for row in rows], [100, 2550, 2450])

    def test_total_fee_is_not_added_to(self):
        export, paid = [*EXPORT, "Total Fee"], [*PAID, "2550"]
        [row] = parse_settlement(make_csv(export, paid), "export.csv")
        self.assertEqual(row.fee, Decimal(2550))

    def test_times_are_gmt7(self):
        [row] = self.read_export(PAID)
        self.assertEqual(row.settled_at, datetime(2026, 11, 16, 17, 0, 1, tzinfo=UTC))
        self.assertEqual(row.paid_at, datetime(2026, 11, 16, 2, 50, tzinfo=UTC))

    def test_rows_without_money_are_left_out(self):
        statuses = ("pending", "expire", "cancel", "deny", "failure")
        rows = [change(PAID, Transaction_status=status) for status in statuses]
        rows += [change(PAID, Order_ID="", Transaction_ID="")]
        self.assertEqual(self.read_export(*rows), [])

    def test_refund(self):
        [row] = self.read_export(
            change(PAID, Transaction_type="Refund", Amount="-50000", MDR="", VAT="")
        )
        self.assertEqual((row.kind, row.gross), ("refund", Decimal(-50000)))

    def test_other_columns_in_another_order(self):
        """The balance statement has no transaction id, and another word for time."""
        header = ["Fee", "Amount", "Date & Time", "Order ID", "Status"]
        paid = ["4440", "Rp350.000", "17 Nov 2026, 00:00", "PAY-1", "Success"]
        [row] = parse_settlement(make_csv(header, paid), "balance.csv")
        self.assertEqual((row.provider_payment_id, row.order_ref), ("", "PAY-1"))
        self.assertEqual((row.gross, row.fee), (Decimal(350000), Decimal(4440)))
        self.assertEqual(row.settled_at, datetime(2026, 11, 16, 17, 0, tzinfo=UTC))

    def test_excel(self):
        paid = change(PAID, Amount=350000, MDR=2450.5)
        [row] = parse_settlement(make_xlsx(EXPORT, paid), "export.xlsx")
        self.assertEqual(row.fee, Decimal("2550.50"))

    def test_what_is_wrong_is_named(self):
        with self.assertRaises(SettlementError) as caught:
            self.read_export(PAID, change(PAID, MDR="much"))
        self.assertEqual(caught.exception.row, 2)
        self.assertIn("much", caught.exception.value)
        with self.assertRaises(SettlementError):
            parse_settlement(b"\x00\x01", "export.csv")


@tagged("post_install", "-at_install")
class TestSettlement(MidtransCommon):
    def test_account_reads_its_exports(self):
        [row] = self.gateway._parse_settlement(make_csv(EXPORT, PAID), "export.csv")
        self.assertEqual(row.provider_payment_id, f"PAY-1:{TRANSACTION_ID}")

    def test_columns_of_the_account(self):
        self.gateway.settlement_columns = "gross: Nilai Bruto"
        export = ["Nilai Bruto" if name == "Amount" else name for name in EXPORT]
        [row] = self.gateway._parse_settlement(make_csv(export, PAID), "export.csv")
        self.assertEqual(row.gross, Decimal(350000))
