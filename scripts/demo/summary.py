# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What came of it: figures straight from the ledger and the schedule, and a table.

All amounts are whole rupiah. ``amount_billed`` is what students were billed; a
sponsor's invoices, made from what its scholarship took off, are apart.
"""

FIGURES = {
    # Who is there and what is planned for them.
    "students": "SELECT count(*) FROM scola_student WHERE state = 'active'",
    "families": "SELECT count(*) FROM res_partner WHERE scola_type = 'family'",
    "classrooms": "SELECT count(*) FROM scola_classroom",
    "enrollments": """
        SELECT count(*) FROM scola_student_fee_enrollment WHERE state = 'active'""",
    "schedules": "SELECT count(*) FROM scola_fee_schedule",
    # The schedule's view of what was billed ...
    "gross": """
        SELECT coalesce(sum(s.gross), 0) FROM scola_fee_schedule s
          JOIN account_move m ON m.id = s.move_id WHERE m.state = 'posted'""",
    "discounts": """
        SELECT coalesce(sum(s.discount), 0) FROM scola_fee_schedule s
          JOIN account_move m ON m.id = s.move_id WHERE m.state = 'posted'""",
    # ... and the ledger's: receivables of the bills, what was reconciled with them, and
    # what is open. These and the two above have to agree.
    "invoices_total": """
        SELECT count(*) FROM account_move
         WHERE fee_schedule_id IS NOT NULL AND state = 'posted'
           AND move_type = 'out_invoice'""",
    "amount_billed": "SELECT coalesce(sum(l.balance), 0) FROM {receivables}",
    "amount_collected": """
        SELECT coalesce(sum(r.amount), 0) FROM {receivables}
          JOIN account_partial_reconcile r ON r.debit_move_id = l.id""",
    "open_amount": "SELECT coalesce(sum(l.amount_residual), 0) FROM {receivables}",
    "overdue_count": """
        SELECT count(DISTINCT m.id) FROM {receivables}
          JOIN scola_fee_schedule s ON s.id = m.fee_schedule_id
          JOIN res_company c ON c.id = m.company_id
         WHERE l.amount_residual > 0 AND s.nature = 'levy'
           AND m.invoice_date_due < (now() AT TIME ZONE c.scola_tz)::date""",
    # The window.
    "receipts": "SELECT count(*) FROM scola_cash_receipt WHERE state = 'posted'",
    "receipts_cancelled": """
        SELECT count(*) FROM scola_cash_receipt WHERE state = 'cancelled'""",
    "deposits": """
        SELECT coalesce(sum(deposit_amount), 0) FROM scola_cash_receipt
         WHERE state = 'posted'""",
    # From home: what the providers told, and what was booked for it.
    "callbacks_received": """
        SELECT (SELECT count(*) FROM payment_notification WHERE path != 'poll')
             + (SELECT coalesce(sum(rejected_rotated), 0) FROM payment_provider)""",
    "callbacks_rejected": """
        SELECT (SELECT count(*) FROM payment_notification WHERE state = 'rejected')
             + (SELECT coalesce(sum(rejected_rotated), 0) FROM payment_provider)""",
    "duplicates_ignored": """
        SELECT count(*) FROM payment_notification WHERE duplicate_of_id IS NOT NULL""",
    "payments_online": "SELECT count(*) FROM payment_incoming WHERE state = 'booked'",
    "amount_online": """
        SELECT coalesce(sum(amount), 0) FROM payment_incoming
         WHERE state = 'booked'""",
    # Booked, but nobody knows for whom.
    "unmatched": """
        SELECT count(*) FROM payment_incoming
         WHERE state = 'booked' AND partner_id IS NULL""",
    # The books.
    "bos_received": """
        SELECT coalesce(-sum(l.balance), 0) FROM account_move_line l
          JOIN account_account a ON a.id = l.account_id AND l.parent_state = 'posted'
         WHERE a.code_store->>(SELECT min(id)::text FROM res_company) = '43100010'""",
    "bos_spent": """
        SELECT coalesce(sum(balance), 0) FROM account_move_line
         WHERE spending_code_id IS NOT NULL AND parent_state = 'posted'""",
    "approvals_waiting": """
        SELECT count(*) FROM account_approval_request WHERE state = 'pending'""",
    "sponsor_billed": """
        SELECT coalesce(sum(amount_total), 0) FROM account_move
         WHERE state = 'posted' AND id IN (
               SELECT sponsor_move_id FROM scola_fee_schedule_discount)""",
}
RECEIVABLES = """
    account_move_line l
          JOIN account_move m ON m.id = l.move_id AND m.state = 'posted'
               AND m.move_type = 'out_invoice' AND m.fee_schedule_id IS NOT NULL
          JOIN account_account a ON a.id = l.account_id
               AND a.account_type = 'asset_receivable'"""

BY_SCHOOL = f"""
    SELECT c.name, count(DISTINCT m.id), sum(l.balance),
           sum(l.balance - l.amount_residual), sum(l.amount_residual)
      FROM {RECEIVABLES}
      JOIN res_company c ON c.id = m.company_id
     GROUP BY c.id, c.name ORDER BY c.id"""


def get_figures(cr):
    """Return the figures by name, all integers."""
    figures = {}
    for name, query in FIGURES.items():
        cr.execute(query.format(receivables=RECEIVABLES))
        figures[name] = int(cr.fetchone()[0])
    return figures


def get_schools(cr):
    """Return name, bills, billed, collected and open of each school."""
    cr.execute(BY_SCHOOL)
    return [(name, *map(int, figures)) for name, *figures in cr.fetchall()]


def format_table(figures, schools):
    """Return what is printed at the end."""
    total = (
        "All schools",
        figures["invoices_total"],
        figures["amount_billed"],
        figures["amount_collected"],
        figures["open_amount"],
    )
    heads = ("School", "Bills", "Billed (Rp)", "Collected (Rp)", "Open (Rp)")
    rows = [[name, *map(_thousands, numbers)] for name, *numbers in (*schools, total)]
    widths = [max(len(row[i]) for row in (heads, *rows)) for i in range(len(heads))]
    rule = "  ".join("-" * width for width in widths)
    lines = [_format_row(heads, widths), rule]
    lines += [_format_row(row, widths) for row in rows[:-1]]
    lines += [rule, _format_row(rows[-1], widths), ""]
    return "\n".join(lines + _format_notes(figures))


def _format_notes(figures):
    number = {
        name: _thousands(value)
        for name, value in figures.items()
        if isinstance(value, int)
    }
    return [
        "Students {students} in {families} families and {classrooms} classes;"
        " {enrollments} enrolments, {schedules} rows in the fee schedule.".format(
            **number
        ),
        "Gross Rp {gross} - discounts Rp {discounts} = billed Rp {amount_billed};"
        " bills posted now: {invoices_posted}.".format(**number),
        "Overdue bills: {overdue_count}. Receipts: {receipts}, cancelled"
        " {receipts_cancelled}. Deposits kept: Rp {deposits}."
        " Invoiced to sponsors: Rp {sponsor_billed}.".format(**number),
        "Paid online: {payments_online}, Rp {amount_online}. Callbacks:"
        " {callbacks_received}, rejected {callbacks_rejected}, repeats ignored"
        " {duplicates_ignored}. Unmatched payments: {unmatched}.".format(**number),
        "BOS received: Rp {bos_received}, spent Rp {bos_spent}. Bills that wait for"
        " approval: {approvals_waiting}.".format(**number),
    ]


def _format_row(cells, widths):
    first, *others = zip(cells, widths, strict=True)
    return "  ".join([first[0].ljust(first[1]), *(c.rjust(w) for c, w in others)])


def _thousands(value):
    return f"{value:,}".replace(",", ".")
