# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Exports of Midtrans' dashboard: transactions, balance statement, withdrawals.

Who exports chooses the columns, so that they are found by their headers; Midtrans
itself advises so. https://docs.midtrans.com/docs/balance-page-manage-withdraw-your-funds
"""

from dataclasses import replace

from odoo.addons.payment_va.tools.settlement import (
    COLUMNS,
    SettlementRow,
    parse_decimal,
    parse_rows,
    read_table,
)
from odoo.addons.payment_va.tools.table import normalize

from .mapping import compose_payment_id

#: Headers of these exports that the common ones lack.
MIDTRANS_COLUMNS = {
    "paid_at": ("Date & Time", "Date and Time"),
    "kind": ("Refund Type", "Payment method or transaction type"),
    "payout_ref": ("Payout Reference No", "Withdrawal Reference"),
}
#: What Midtrans keeps is in two columns, and sometimes in their sum.
TOTAL_FEE, FEE_PARTS = "total fee", ("mdr", "total mdr", "transaction fee")


def parse_settlement(
    content: bytes, filename: str, columns: dict = COLUMNS
) -> list[SettlementRow]:
    """Return the rows of an export that moved money; times are GMT+7.

    :param columns: header texts by field, see ``payment_va.tools.settlement.COLUMNS``
    :raise SettlementError: naming file, row and column
    """
    table = [_add_fees(cells) for cells in read_table(content, filename)]
    headers = {
        name: (*columns[name], *MIDTRANS_COLUMNS.get(name, ())) for name in columns
    }
    return [_name_payment(row) for row in parse_rows(table, filename, headers)]


def _add_fees(cells):
    """Return the cells with one fee for the two that Midtrans takes."""
    headers = {normalize(header): header for header in cells}
    parts = [cells[headers[name]] for name in FEE_PARTS if name in headers]
    if TOTAL_FEE in headers or len(parts) < 2:
        return cells
    try:
        total = f"{sum(abs(parse_decimal(part)) for part in parts):.2f}"
    except ValueError:
        total = " + ".join(parts)  # named with its row where it is read
    return {**cells, "Total Fee": total}


def _name_payment(row):
    """Return the row with the payment's id as it is in the inbox."""
    if not (row.order_ref and row.provider_payment_id):
        return row
    payment_id = compose_payment_id(row.order_ref, row.provider_payment_id)
    return replace(row, provider_payment_id=payment_id)
