# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import UTC, datetime
from decimal import Decimal

from odoo.tests import BaseCase, tagged

from odoo.addons.payment_va.tools.settlement import SettlementError, read_table

from ..tools import report

TRANSACTIONS = """\
Status,Type,Channel,Channel Name,Account Number,Currency,Amount,Total Fee,Total VAT,\
Net Amount,Reference,Transaction ID,Invoice ID,Batch ID,Product ID,Payment Date,\
Timestamp - Created,Timestamp - Updated,Estimated Settlement Time,\
Actual Settlement Time,Timezone,Description,Channel Reference,Settlement Status
"""
BALANCE = """\
Product ID,Transaction ID,Transaction Type,Line Type,Payment Channel,Reference,\
Currency,Amount,Balance,Debit or Credit,Created Date ISO,Time Zone,Created Date,\
Payment Date,Settlement Date,Completed Date,Bank Code,Account Number,\
Channel Reference,Name,Description,Invoice ID
"""


def transaction(**values):
    cells = {
        "Status": "SUCCESS",
        "Type": "PAYMENT",
        "Channel": "VIRTUAL_ACCOUNT",
        "Amount": "350000",
        "Total Fee": "4000",
        "Total VAT": "440",
        "Net Amount": "345560",
        "Reference": "PAY-1",
        "Transaction ID": "txn_1",
        "Product ID": "py-1",
        "Payment Date": "2026-11-16T02:59:00.000Z",
        "Timestamp - Created": "2026-11-16T02:59:01.000Z",
        "Actual Settlement Time": "2026-11-17T17:30:00.000Z",
        "Timezone": "+0000 UTC",
        "Settlement Status": "Settled",
        **{name.replace("_", " "): value for name, value in values.items()},
    }
    header = TRANSACTIONS.strip().split(",")
    return {name: cells.get(name, "") for name in header}


def movement(line_type, amount, side="CREDIT", **values):
    cells = {
        "Product ID": "py-1",
        "Transaction ID": "txn_1",
        "Transaction Type": "PAYMENT",
        "Line Type": line_type,
        "Payment Channel": "BRI",
        "Reference": "PAY-1",
        "Amount": amount,
        "Debit or Credit": side,
        "Created Date ISO": "2026-11-16T02:59:01.000Z",
        "Time Zone": "+0700 WIB",
        "Payment Date": "2026-11-16 09:59:00",
        "Settlement Date": "2026-11-17 00:30:00",
        **{name.replace("_", " "): value for name, value in values.items()},
    }
    header = BALANCE.strip().split(",")
    return {name: cells.get(name, "") for name in header}


def api_transaction(**values):
    return {
        "id": "txn_1",
        "product_id": "py-1",
        "type": "PAYMENT",
        "status": "SUCCESS",
        "channel_category": "VIRTUAL_ACCOUNT",
        "channel_code": "BRI",
        "reference_id": "PAY-1",
        "currency": "IDR",
        "amount": 350000,
        "net_amount": 345560,
        "cashflow": "MONEY_IN",
        "settlement_status": "SETTLED",
        "estimated_settlement_time": "2026-11-17T17:30:00.000Z",
        "fee": {"xendit_fee": 4000, "value_added_tax": 440},
        "created": "2026-11-16T02:59:01.000Z",
        "updated": "2026-11-17T17:31:00.000Z",
        **values,
    }


@tagged("post_install", "-at_install")
class TestReport(BaseCase):
    def row(self, *rows):
        found = report.parse_table(list(rows), "r.csv")
        self.assertEqual(len(found), 1)
        return found[0]

    def check(self, row, gross, fee, tax, net):
        amounts = (row.gross, row.fee, row.tax, row.net)
        self.assertEqual(amounts, tuple(map(Decimal, (gross, fee, tax, net))))

    def test_transactions_file(self):
        line = ",".join(f'"{cell}"' for cell in transaction().values())
        content = (TRANSACTIONS + line + "\n").encode()
        (row,) = report.parse_table(read_table(content, "r.csv"), "r.csv")
        self.check(row, 350000, 4000, 440, 345560)
        self.assertEqual(row.provider_payment_id, "py-1")
        self.assertEqual((row.order_ref, row.kind), ("PAY-1", "payment"))
        self.assertEqual(row.settled_at, datetime(2026, 11, 17, 17, 30, tzinfo=UTC))
        self.assertEqual(row.paid_at, datetime(2026, 11, 16, 2, 59, tzinfo=UTC))

    def test_zone_of_the_dashboard(self):
        row = self.row(
            transaction(
                **{
                    "Actual_Settlement_Time": "2026-11-18 00:30:00",
                    "Timezone": "+0700 WIB",
                }
            )
        )
        self.assertEqual(row.settled_at, datetime(2026, 11, 17, 17, 30, tzinfo=UTC))

    def test_not_settled(self):
        for values in (
            {"Status": "PENDING"},
            {"Status": "REVERSED"},
            {"Status": "FAILED"},
            {"Settlement_Status": "Pending"},
            {"Type": "WITHDRAWAL"},
            {"Type": "DISBURSEMENT"},
        ):
            rows = report.parse_table([transaction(**values)], "r.csv")
            self.assertFalse(rows, values)
        self.row(transaction(Settlement_Status="Early settled"))

    def test_fees_at_the_end_of_the_month(self):
        row = self.row(transaction(Net_Amount="350000"))
        self.check(row, 350000, 0, 0, 350000)

    def test_withheld_tax_counts_as_fee(self):
        row = self.row(transaction(Net_Amount="345480"))
        self.check(row, 350000, 4080, 440, 345480)

    def test_ids(self):
        for values, payment_id in [
            ({"Product_ID": "95d4", "Channel": "EWALLET"}, "ewc_95d4"),
            ({"Product_ID": "8182", "Channel": "QR_CODE"}, "qrpy_8182"),
            ({"Product_ID": "py-9", "Channel": "QR_CODE"}, "py-9"),
            ({"Product_ID": "1502450097080"}, "1502450097080"),
            ({"Product_ID": "x", "Invoice_ID": "579c8d61"}, "579c8d61"),
        ]:
            row = self.row(transaction(**values))
            self.assertEqual(row.provider_payment_id, payment_id)

    def test_refund(self):
        row = self.row(
            transaction(
                Type="REFUND",
                Amount="10000",
                Total_Fee="0",
                Total_VAT="0",
                Net_Amount="10000",
                Product_ID="rfd-1",
                Reference="RFD-1",
            )
        )
        self.check(row, -10000, 0, 0, -10000)
        self.assertEqual((row.kind, row.refund_id), ("refund", "rfd-1"))
        self.assertEqual((row.provider_payment_id, row.order_ref), ("", "RFD-1"))

    def test_fees_of_their_own(self):
        row = self.row(
            transaction(Type="PLATFORM_FEE", Amount="5000", Net_Amount="5000")
        )
        self.check(row, 0, 5000, 0, -5000)
        row = self.row(
            transaction(Type="ADJUSTMENT_ADD", Amount="5000", Net_Amount="5000")
        )
        self.check(row, 0, -5000, 0, 5000)
        self.assertEqual(row.kind, "fee")

    def test_balance(self):
        rows = [
            movement("TRANSACTION", "350000"),
            movement("FEE", "4000", "DEBIT"),
            movement("VAT", "440", "DEBIT"),
            movement(
                "TRANSACTION",
                "1000000",
                "DEBIT",
                Transaction_ID="txn_2",
                Transaction_Type="WITHDRAWAL",
            ),
        ]
        row = self.row(*rows)
        self.check(row, 350000, 4000, 440, 345560)
        self.assertEqual(row.provider_payment_id, "py-1")
        self.assertEqual(row.settled_at, datetime(2026, 11, 16, 17, 30, tzinfo=UTC))
        self.assertEqual(row.paid_at, datetime(2026, 11, 16, 2, 59, tzinfo=UTC))

    def test_balance_reversals(self):
        paid = [movement("TRANSACTION", "350000"), movement("FEE", "4000", "DEBIT")]
        undone = [
            movement("TRANSACTION_REVERSAL", "350000", "DEBIT"),
            movement("FEE_REVERSAL", "4000"),
        ]
        self.assertFalse(report.parse_table(paid + undone, "r.csv"))
        row = self.row(*undone)  # of a payment in an earlier file
        self.check(row, -350000, -4000, 0, -346000)
        self.assertEqual(row.kind, "refund")
        row = self.row(*paid, undone[0])  # the fee is kept
        self.check(row, 0, 4000, 0, -4000)
        self.assertEqual(row.kind, "fee")

    def test_balance_ids(self):
        row = self.row(
            movement("TRANSACTION", "1500", Payment_Channel="ID_OVO", Product_ID="95d4")
        )
        self.assertEqual(row.provider_payment_id, "ewc_95d4")

    def test_errors_name_the_place(self):
        bad = transaction(Amount="many")
        with self.assertRaises(SettlementError) as caught:
            report.parse_table([transaction(), bad], "r.csv")
        self.assertEqual((caught.exception.reason, caught.exception.row), ("row", 2))
        with self.assertRaises(SettlementError) as caught:
            report.parse_table([{"Date": "1", "Sum": "2"}], "r.csv")
        self.assertEqual(caught.exception.column, "Type")
        with self.assertRaises(SettlementError):
            report.parse_table([movement("TRANSACTION", "some")], "r.csv")
        self.assertEqual(report.parse_table([], "r.csv"), [])

    def test_api(self):
        row = report.parse_api(api_transaction())
        self.check(row, 350000, 4000, 440, 345560)
        self.assertEqual((row.provider_payment_id, row.order_ref), ("py-1", "PAY-1"))
        self.assertEqual(row.settled_at, datetime(2026, 11, 17, 17, 30, tzinfo=UTC))
        for values in (
            {"settlement_status": "PENDING"},
            {"status": "FAILED"},
            {"type": "WITHDRAWAL"},
        ):
            self.assertIsNone(report.parse_api(api_transaction(**values)))
        row = report.parse_api(api_transaction(net_amount=None))
        self.check(row, 350000, 4000, 440, 345560)
        row = report.parse_api(
            api_transaction(
                type="REFUND", settlement_status=None, net_amount=-10000, amount=10000
            )
        )
        self.assertEqual((row.kind, row.gross), ("refund", Decimal(-10000)))
        with self.assertRaises((KeyError, ValueError)):
            report.parse_api(api_transaction(amount="many"))
