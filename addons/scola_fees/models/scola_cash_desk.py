# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import SQL, email_normalize

from odoo.addons.payment_va.tools.allocation import OpenBill, allocate

from ..tools.allocation import split_sources
from ..tools.terbilang import format_rupiah

SEARCH_LIMIT = 20
#: Amounts have at most this many digits; more is a card number in the wrong field.
MAX_AMOUNT = 10**12


class ScolaCashDesk(models.AbstractModel):
    """What the console at the window calls.

    A cashier belongs to no accounting group. Each method here checks the group, the
    session, the school, the family, the bills and the amounts with the cashier's own
    rights; only then :meth:`_book` goes on as superuser to write the ledger.
    """

    _name = "scola.cash.desk"
    _description = "Cash Desk"

    # === SESSION === #

    @api.model
    def load(self):
        """Return the open session, or the journals to open one on."""
        self._check_cashier()
        session = self._find_session()
        return {
            "cashier": self.env.user.name,
            "school": self.env.company.name,
            "session": self._get_session_data(session) if session else False,
            "journals": [] if session else self._get_opening_journals(),
        }

    @api.model
    def open_session(self, journal_id, opening_amount, denominations=None):
        """Open a cash session with the opening count and return the console's data."""
        self._check_cashier()
        amount = self._parse_amount(opening_amount, self.env._("Opening Count"))
        journal = self.env["account.journal"].browse(journal_id)
        open_session = self._find_session(journal)
        if open_session:
            raise UserError(
                self.env._(
                    "Session: %(session)s is already open on this cash journal. "
                    "Reload the page.",
                    session=open_session.name,
                )
            )
        self.env["scola.cash.session"]._open(journal, amount, denominations)
        return self.load()

    @api.model
    def close_session(self, session_id, closing_amount, denominations=None, note=None):
        """Close the session and return what was expected, counted and different."""
        self._check_cashier()
        amount = self._parse_amount(closing_amount, self.env._("Closing Count"))
        session = self.env["scola.cash.session"].browse(session_id)
        session._check_usable()
        session._close(amount, denominations, note)
        session = session.sudo()
        return {
            "name": session.name,
            "expected": int(session.closing_expected),
            "counted": int(session.closing_amount),
            "difference": int(session.difference_amount),
        }

    @api.model
    def refresh_session(self, session_id):
        """Return the session's balance and its last receipts."""
        self._check_cashier()
        session = self.env["scola.cash.session"].browse(session_id)
        session._check_usable()
        return self._get_session_data(session)

    def _check_cashier(self):
        if not self.env.user.has_group("scola_school.group_cashier"):
            raise AccessError(
                self.env._(
                    "The cash desk is for cashiers. Ask an administrator for the role."
                )
            )

    def _find_session(self, journal=None):
        domain = [
            ("user_id", "=", self.env.uid),
            ("company_id", "=", self.env.company.id),
            ("state", "=", "opened"),
        ]
        if journal is not None:
            domain.append(("journal_id", "=", journal.id))
        return self.env["scola.cash.session"].search(domain, limit=1)

    def _get_opening_journals(self):
        session_model = self.env["scola.cash.session"]
        journals = []
        for journal in session_model._get_cash_journals():
            previous = session_model._get_previous(journal)
            journals.append(
                {
                    "id": journal.id,
                    "name": journal.name,
                    "has_previous": bool(previous),
                    "previous": int(previous.closing_amount),
                }
            )
        return journals

    def _get_session_data(self, session):
        session = session.sudo()
        return {
            "id": session.id,
            "name": session.name,
            "journal": session.journal_id.name,
            "opened_at": fields.Datetime.to_string(session.opened_at),
            "opening": int(session.opening_amount),
            "opening_difference": int(session.opening_difference),
            "expected": int(session.expected_amount),
            "totals": session._get_totals(),
            "banks": {
                method: [
                    {"id": journal.id, "name": journal.name}
                    for journal in session._get_bank_journals(method)
                ]
                for method in ("transfer", "edc")
            },
            "receipts": [
                self._get_receipt_row(receipt) for receipt in session.receipt_ids[:12]
            ],
        }

    def _get_receipt_row(self, receipt):
        return {
            "id": receipt.id,
            "name": receipt.name,
            "payer": receipt.family_id.name,
            "method": receipt.method,
            "amount": int(receipt.amount or receipt.deposit_used),
            "cancelled": receipt.state == "cancelled",
            "time": fields.Datetime.to_string(receipt.create_date),
        }

    # === SEARCH === #

    @api.model
    def search_payers(self, query, limit=SEARCH_LIMIT):
        """Find families by student, guardian or family name, NIS, NISN, NIM or card.

        :param str query: what the cashier typed or the scanner read
        :param int limit: of families
        :return: ``payers`` to choose from, and ``exact``: the id of the one family
            whose card or student number this is, else False
        :rtype: dict
        """
        self._check_cashier()
        query = " ".join((query or "").split())
        if len(query) < 2:
            return {"exact": False, "payers": []}
        students = self._find_by_number(query)
        exact = self._get_families(students)
        if len(exact) == 1:
            payers = self._get_payer_data(exact, self._get_students(exact))
            return {"exact": exact.id, "payers": payers}
        families = exact | self._find_families(query, limit)
        families = families[:limit]
        return {
            "exact": False,
            "payers": self._get_payer_data(families, self._get_students(families)),
        }

    def _find_by_number(self, query):
        numbers = ("card_number", "nis", "nisn", "nim")
        return self.env["scola.student"].search(
            Domain.OR([[(number, "=", query)] for number in numbers]), limit=5
        )

    def _find_families(self, query, limit):
        """Return families by part of a name, or by the beginning of a number."""
        if any(character.isdigit() for character in query):
            domain = Domain.OR(
                [[(number, "=ilike", f"{query}%")] for number in ("nis", "nisn", "nim")]
            )
            students = self.env["scola.student"].search(domain, limit=limit)
            return self._get_families(students)
        # Each word on its own: "santoso budi" finds Budi Santoso.
        words = Domain.AND([[("name", "ilike", word)] for word in query.split()])
        partners = self.env["res.partner"].search(
            Domain("scola_type", "!=", False) & words,
            limit=limit * 3,
            order="name, id",
        )
        households = partners.guardianship_ids.student_id
        return partners.commercial_partner_id.filtered(
            lambda partner: partner.scola_type in ("family", "student")
        ) | self._get_families(households)

    @api.model
    def _get_families(self, students):
        return students.partner_id.commercial_partner_id

    def _get_students(self, families):
        """Return the students the cashier may see of the families, as one query."""
        students = self.env["scola.student"].search(
            [
                "|",
                ("partner_id", "in", families.ids),
                ("family_id", "in", families.ids),
            ]
        )
        return students.grouped(lambda student: self._get_families(student).id)

    def _get_payer_data(self, families, students_by_family):
        return [
            {
                "id": family.id,
                "name": family.name,
                "students": [
                    self._get_student_data(student)
                    for student in students_by_family.get(family.id, [])
                ],
            }
            for family in families
        ]

    def _get_student_data(self, student):
        # sudo: a class of another school of the foundation may be shown, not opened.
        student = student.sudo()
        return {
            "id": student.id,
            "name": student.name,
            "number": student.nis or student.nim or "",
            "classroom": student.classroom_id.name or "",
            "school": student.company_id.name,
            "state": student.state,
        }

    # === FAMILY === #

    @api.model
    def get_family(self, family_id):
        """Return the family with its students, its open bills and its deposit."""
        self._check_cashier()
        family = self._check_family(family_id)
        lines = self._get_open_lines(family)
        students = self._get_students(family).get(family.id, [])
        bills = lines.filtered(lambda line: line.amount_residual > 0).move_id
        return {
            "id": family.id,
            "name": family.name,
            "students": [self._get_student_data(student) for student in students],
            "guardians": self._get_guardian_names(students),
            "bills": [
                self._get_bill_data(bill, lines)
                for bill in bills.sorted(self._get_bill_order)
            ],
            "deposit": self._get_deposit(lines),
        }

    def _check_family(self, family_id):
        """Return the debtor, if the cashier may see it.

        :raise UserError: if it is nobody who can owe or pay fees
        """
        family = self.env["res.partner"].browse(self._parse_id(family_id)).exists()
        if not family or not family.scola_type:
            raise UserError(
                self.env._("Family: not found. Search for the student again.")
            )
        family.check_access("read")
        if family != family.commercial_partner_id:
            raise UserError(
                self.env._(
                    "Family: bills of %(name)s are owed by %(family)s. Choose that.",
                    name=family.name,
                    family=family.commercial_partner_id.name,
                )
            )
        return family

    def _get_guardian_names(self, students):
        if not students:
            return []
        guardianships = students.guardianship_ids.sorted(lambda g: not g.is_main)
        return list(dict.fromkeys(guardianships.guardian_id.mapped("name")))

    def _get_open_lines(self, family):
        """Return the open receivables of the family in the schools of the cashier.

        Positive ones are bills, negative ones the deposit. Journal items carry the
        debtor, so a child that changed families still owes in the old one.
        """
        # sudo: the ledger is closed to cashiers; family and schools are checked.
        return (
            self.env["account.move.line"]
            .sudo()
            .search(
                [
                    ("partner_id", "=", family.id),
                    ("parent_state", "=", "posted"),
                    ("reconciled", "=", False),
                    ("account_id.account_type", "=", "asset_receivable"),
                    ("account_id.non_trade", "=", False),
                    ("company_id", "in", self.env.user.company_ids.ids),
                ],
                order="date_maturity, id",
            )
            .filtered(
                lambda line: line.amount_residual < 0 or line.move_id.is_sale_document()
            )
        )

    def _get_deposit(self, lines):
        return -sum(
            self._to_rupiah(line.amount_residual)
            for line in self._get_deposit_lines(lines)
        )

    def _get_deposit_lines(self, lines):
        return lines.filtered(
            lambda line: (
                line.amount_residual < 0 and line.company_id == self.env.company
            )
        )

    @api.model
    def _get_bill_order(self, bill):
        return (bill.invoice_date_due or bill.date, bill.id)

    @api.model
    def _to_rupiah(self, amount):
        """Return whole rupiah; no note or coin settles a fraction of one."""
        return int(self.env.company.currency_id.round(amount))

    def _get_bill_data(self, bill, lines):
        """Return what the console shows of one bill; a hook for more."""
        receipt_model = self.env["scola.cash.receipt"].sudo()
        student = receipt_model._get_bill_student(bill)
        today = bill.company_id._scola_today()
        days = (today - bill.invoice_date_due).days if bill.invoice_date_due else 0
        return {
            "id": bill.id,
            "number": bill.name,
            "label": receipt_model._get_bill_label(bill),
            "student": student.name or bill.partner_id.name,
            "classroom": student.classroom_id.name or "",
            "school": bill.company_id.name,
            "payable": bill.company_id == self.env.company,
            "due": fields.Date.to_string(bill.invoice_date_due),
            "overdue_days": max(days, 0),
            "total": self._to_rupiah(bill.amount_total),
            "residual": self._get_residual(bill, lines),
        }

    def _get_residual(self, bill, lines):
        return sum(
            self._to_rupiah(line.amount_residual)
            for line in lines
            if line.move_id == bill and line.amount_residual > 0
        )

    # === PAYING === #

    @api.model
    def pay(
        self,
        session_id,
        family_id,
        method,
        amount,
        bills,
        request_uuid,
        deposit=0,
        tendered=None,
        reference=None,
        bank_journal_id=None,
        payer_name=None,
    ):
        """Take a payment and return its receipt; all in one transaction.

        :param str method: cash, transfer, edc, or deposit when no money is received
        :param int amount: money received, in rupiah
        :param list bills: ``{"id", "residual", "amount"}`` for each chosen bill: the
            open amount that the cashier saw, and how much of it to pay, if chosen
        :param str request_uuid: of this payment; the same one gives the same receipt
        :param int deposit: how much of the family's deposit to use
        :param int tendered: cash handed over
        :param str reference: of the bank, for transfers and cards
        :return: the receipt as the console shows it
        :raise UserError: naming the field, or who was faster
        """
        self._check_cashier()
        session = self.env["scola.cash.session"].browse(self._parse_id(session_id))
        # Whoever waits here for the same session repeats with what is then true.
        session.sudo()._lock()
        repeated = self._find_repeated(request_uuid)
        if repeated:
            return dict(self._get_receipt_data(repeated), repeated=True)
        session._check_usable()
        family = self._check_family(family_id)
        vals = self._check_receipt_vals(
            session,
            method=method,
            amount=self._parse_amount(amount, self.env._("Amount")),
            deposit_used=self._parse_amount(deposit, self.env._("Deposit")),
            tendered=tendered,
            reference=reference,
            bank_journal_id=bank_journal_id,
        )
        vals.update(
            family_id=family.id,
            payer_name=(payer_name or "").strip() or family.name,
            request_uuid=request_uuid,
        )
        chosen = self._check_bills(family, bills)
        receipt = self._book(session, family, vals, chosen)
        return self._get_receipt_data(receipt)

    def _find_repeated(self, request_uuid):
        if not isinstance(request_uuid, str) or len(request_uuid) < 16:
            raise ValidationError(
                self.env._("Request: reload the page and enter the payment again.")
            )
        # sudo: the answer must not depend on record rules; whose it is comes next.
        receipt = (
            self.env["scola.cash.receipt"]
            .sudo()
            .search([("request_uuid", "=", request_uuid)])
        )
        if receipt and receipt.user_id != self.env.user:
            raise AccessError(
                self.env._("Request: this payment was recorded by another cashier.")
            )
        return receipt

    # === CHECKING === #

    @api.model
    def _parse_id(self, value):
        if isinstance(value, bool) or not isinstance(value, int):
            raise ValidationError(self.env._("Reload the page and try again."))
        return value

    @api.model
    def _parse_amount(self, value, field):
        """Return whole rupiah from what a client sent.

        :param str field: what to call it in an error
        """
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        if not is_number or value != value or value != int(min(value, MAX_AMOUNT)):
            raise ValidationError(
                self.env._(
                    "%(field)s: enter whole rupiah, below %(maximum)s.",
                    field=field,
                    maximum=format_rupiah(MAX_AMOUNT),
                )
            )
        if value < 0:
            raise ValidationError(
                self.env._("%(field)s: cannot be negative.", field=field)
            )
        return int(value)

    def _check_receipt_vals(
        self,
        session,
        method,
        amount,
        deposit_used,
        tendered,
        reference,
        bank_journal_id,
    ):
        """Return the receipt's values for how the money came in."""
        if not amount + deposit_used:
            raise ValidationError(
                self.env._("Amount: enter what was received, above zero.")
            )
        vals = self._prepare_receipt(session, method, amount, deposit_used)
        if not amount:
            return dict(vals, method="deposit")
        if method == "cash":
            vals["tendered_amount"] = self._check_tendered(tendered, amount)
        elif method in ("transfer", "edc"):
            vals["reference"] = self._check_reference(session, method, reference)
            vals["bank_journal_id"] = self._check_bank(session, method, bank_journal_id)
        else:
            raise ValidationError(
                self.env._("Method: choose cash, bank transfer or card.")
            )
        return vals

    def _prepare_receipt(self, session, method, amount, deposit_used):
        company = session.sudo().company_id
        return {
            "session_id": session.id,
            "company_id": company.id,
            "user_id": self.env.uid,
            "date": company._scola_today(),
            "method": method,
            "amount": amount,
            "deposit_used": deposit_used,
        }

    def _check_tendered(self, tendered, amount):
        if tendered is None or tendered is False:
            return amount
        tendered = self._parse_amount(tendered, self.env._("Cash Tendered"))
        if tendered < amount:
            raise ValidationError(
                self.env._(
                    "Cash Tendered: %(tendered)s is less than the amount of "
                    "%(amount)s. Lower the amount for a part payment.",
                    tendered=format_rupiah(tendered),
                    amount=format_rupiah(amount),
                )
            )
        return tendered

    def _check_reference(self, session, method, reference):
        """Return the bank reference, refusing a slip that was shown before."""
        reference = (reference or "").strip()
        if not reference:
            raise ValidationError(
                self.env._(
                    "Bank Reference: enter the number on the transfer or card slip."
                )
            )
        twin = (
            self.env["scola.cash.receipt"]
            .sudo()
            .search(
                [
                    ("company_id", "=", session.sudo().company_id.id),
                    ("method", "=", method),
                    ("reference", "=ilike", reference),
                    ("state", "=", "posted"),
                ],
                limit=1,
            )
        )
        if twin:
            raise ValidationError(
                self.env._(
                    "Bank Reference: %(reference)s was already used on receipt "
                    "%(number)s of %(family)s. Check the slip; if one transfer pays "
                    "for several families, add /2, /3 to the reference.",
                    reference=reference,
                    number=twin.name,
                    family=twin.family_id.name,
                )
            )
        return reference

    def _check_bank(self, session, method, bank_journal_id):
        journals = session.sudo()._get_bank_journals(method)
        chosen = journals.filtered(lambda journal: journal.id == bank_journal_id)
        if not bank_journal_id and len(journals) == 1:
            chosen = journals
        if not chosen:
            raise ValidationError(
                self.env._(
                    "Bank: choose the account the money came into. Accounts are "
                    "allowed for the cash desk on their journal."
                )
            )
        return chosen.id

    def _check_bills(self, family, bills):
        """Return ``{bill: (open lines, chosen amount or None)}`` of locked bills.

        :raise UserError: if a bill is not open as the cashier saw it
        """
        if not isinstance(bills, list) or not all(
            isinstance(seen, dict) for seen in bills
        ):
            raise ValidationError(self.env._("Bills: reload the page and try again."))
        ids = [self._parse_id(seen.get("id")) for seen in bills]
        if len(set(ids)) != len(ids):
            raise ValidationError(self.env._("Bills: the same bill is listed twice."))
        self._lock_bills(ids)
        lines = self._get_open_lines(family).filtered(lambda x: x.amount_residual > 0)
        chosen = {}
        for seen in bills:
            # sudo: read to be checked and named only.
            bill = self.env["account.move"].sudo().browse(seen["id"])
            self._check_bill(family, bill, seen, lines)
            chosen[bill] = (
                lines.filtered(lambda line, bill=bill: line.move_id == bill),
                self._parse_chosen(bill, seen),
            )
        return chosen

    def _lock_bills(self, bill_ids):
        """Wait for whoever is being paid for the same bills.

        When the other one commits, PostgreSQL refuses this transaction with a
        serialization failure; Odoo runs it again, and it finds the bills paid.
        """
        if not bill_ids:
            return
        self.env.cr.execute(
            SQL(
                "SELECT id FROM account_move WHERE id IN %s ORDER BY id FOR UPDATE",
                tuple(bill_ids),
            )
        )

    def _check_bill(self, family, bill, seen, lines):
        if not bill.exists() or not self._is_bill_of(bill, family):
            raise UserError(
                self.env._(
                    "Bills: one of them is no bill of %(family)s. Reload the family.",
                    family=family.name,
                )
            )
        if bill.company_id != self.env.company:
            raise UserError(
                self.env._(
                    "Bills: %(bill)s is of %(school)s. Pay it in a session of that "
                    "school.",
                    bill=bill.name,
                    school=bill.company_id.name,
                )
            )
        seen_amount = self._parse_amount(seen.get("residual"), self.env._("Bills"))
        residual = self._get_residual(bill, lines)
        if residual != seen_amount:
            raise UserError(self._get_stale_message(bill, residual, seen_amount))

    def _is_bill_of(self, bill, family):
        items = bill.line_ids.filtered(
            lambda line: line.account_id.account_type == "asset_receivable"
        )
        return bill.is_sale_document() and family in items.partner_id

    def _get_stale_message(self, bill, residual, seen_amount):
        """Say what happened to a bill since the cashier looked at it."""
        names = {
            "bill": bill.name,
            "label": self.env["scola.cash.receipt"].sudo()._get_bill_label(bill),
            "residual": format_rupiah(residual),
            "seen": format_rupiah(seen_amount),
        }
        taken = self.env["scola.cash.receipt.line"].sudo()
        taken = taken.search(
            [("move_id", "=", bill.id), ("state", "=", "posted")],
            order="id desc",
            limit=1,
        )
        if taken and residual < seen_amount:
            return self.env._(
                "%(label)s (%(bill)s) was just paid at %(cashier)s's desk, receipt "
                "%(receipt)s. Open now: %(residual)s, you saw %(seen)s. Nothing was "
                "booked here.",
                cashier=taken.receipt_id.user_id.name,
                receipt=taken.receipt_id.name,
                **names,
            )
        return self.env._(
            "%(label)s (%(bill)s) changed in the meantime. Open now: %(residual)s, "
            "you saw %(seen)s. Nothing was booked here.",
            **names,
        )

    def _parse_chosen(self, bill, seen):
        if seen.get("amount") is None:
            return None
        field = self.env._("Amount of %(bill)s", bill=bill.name)
        amount = self._parse_amount(seen["amount"], field)
        if amount > seen["residual"]:
            raise ValidationError(
                self.env._(
                    "%(field)s: %(amount)s is more than the open %(residual)s.",
                    field=field,
                    amount=format_rupiah(amount),
                    residual=format_rupiah(int(seen["residual"])),
                )
            )
        return amount

    # === BOOKING === #

    def _book(self, session, family, vals, chosen):
        """Allocate the payment and have it written to the ledger.

        The only place where the desk goes on as superuser to write: cashiers have no
        rights on payments, entries and receipts, and everything is checked by now.
        """
        amounts, rest = self._allocate(vals, chosen)
        deposit_parts, money_parts = split_sources(amounts, vals["deposit_used"])
        lines = {line.id: line for group, _amount in chosen.values() for line in group}
        session.sudo().last_receipt_at = fields.Datetime.now()
        receipt = (
            self.env["scola.cash.receipt"]
            .sudo()
            ._record(
                dict(
                    vals,
                    deposit_amount=rest,
                    student_ids=self._get_receipt_students(family, chosen).ids,
                ),
                [(lines[key], part) for key, part in money_parts.items()],
                [(lines[key], part) for key, part in deposit_parts.items()],
                self._take_deposit(family, vals["deposit_used"]),
            )
        )
        session.sudo().invalidate_recordset(["expected_amount", "receipt_ids"])
        return receipt

    def _allocate(self, vals, chosen):
        """Return the amount for each open line, oldest first, and what is left over.

        :raise ValidationError: if the chosen amounts do not fit the payment
        """
        total = vals["amount"] + vals["deposit_used"]
        wanted = sum(amount or 0 for _lines, amount in chosen.values())
        if wanted > total:
            raise ValidationError(
                self.env._(
                    "Amount: the bills are to get %(wanted)s, but there is only "
                    "%(total)s.",
                    wanted=format_rupiah(wanted),
                    total=format_rupiah(total),
                )
            )
        bills = [
            OpenBill(
                bill.id, bill.invoice_date_due, self._get_residual(bill, lines), amount
            )
            for bill, (lines, amount) in chosen.items()
        ]
        allocation = allocate(total, bills)
        if allocation.rest and vals["deposit_used"]:
            raise ValidationError(
                self.env._(
                    "Deposit: %(rest)s more than the chosen bills need. Use less of "
                    "the deposit.",
                    rest=format_rupiah(allocation.rest),
                )
            )
        return self._spread_over_lines(chosen, allocation), allocation.rest

    def _spread_over_lines(self, chosen, allocation):
        """Return the amount by journal item: a bill may fall due in several parts."""
        lines_by_bill = {bill.id: lines for bill, (lines, _a) in chosen.items()}
        amounts = {}
        for bill_id, amount in allocation.amounts.items():
            parts = [
                OpenBill(
                    line.id, line.date_maturity, self._to_rupiah(line.amount_residual)
                )
                for line in lines_by_bill[bill_id]
            ]
            amounts.update(allocate(amount, parts).amounts)
        return amounts

    def _get_receipt_students(self, family, chosen):
        receipt_model = self.env["scola.cash.receipt"].sudo()
        students = self.env["scola.student"].sudo()
        for bill in chosen:
            students |= receipt_model._get_bill_student(bill)
        return students or self._get_students(family).get(family.id, students)

    def _take_deposit(self, family, amount):
        """Return ``(open credit, amount)`` that make up the deposit used.

        :raise ValidationError: if the family has less
        """
        lines = self._get_deposit_lines(self._get_open_lines(family))
        credits = [
            OpenBill(line.id, line.date, self._to_rupiah(-line.amount_residual))
            for line in lines
        ]
        available = sum(credit.residual for credit in credits)
        if amount > available:
            raise ValidationError(
                self.env._(
                    "Deposit: %(family)s has only %(available)s.",
                    family=family.name,
                    available=format_rupiah(available),
                )
            )
        parts = allocate(amount, credits).amounts
        return [(lines.browse(key), part) for key, part in parts.items()]

    # === RECEIPT === #

    def _get_receipt_data(self, receipt):
        # sudo: it is the cashier's own receipt, or one they may read.
        receipt = receipt.sudo()
        return {
            "id": receipt.id,
            "name": receipt.name,
            "family": receipt.family_id.name,
            "payer": receipt.payer_name,
            "method": receipt.method,
            "reference": receipt.reference or "",
            "amount": int(receipt.amount),
            "amount_text": receipt.amount_text,
            "tendered": int(receipt.tendered_amount),
            "change": int(receipt.change_amount),
            "deposit_used": int(receipt.deposit_used),
            "deposit": int(receipt.deposit_amount),
            "stamp_duty": receipt.needs_stamp_duty,
            "emails": receipt._get_recipients(),
            "repeated": False,
            "lines": [
                {
                    "label": line.name,
                    "student": line.student_id.name or "",
                    "amount": int(line.amount),
                    "open": self._to_rupiah(line.residual_after),
                }
                for line in receipt.line_ids
            ],
        }

    @api.model
    def get_receipt(self, receipt_id):
        """Return a receipt that the cashier may read, to print or send it again."""
        self._check_cashier()
        receipt = self.env["scola.cash.receipt"].browse(self._parse_id(receipt_id))
        receipt.check_access("read")
        return self._get_receipt_data(receipt)

    @api.model
    def email_receipt(self, receipt_id, email=None):
        """Queue the receipt as an e-mail and return the addresses it goes to."""
        self._check_cashier()
        address = email and email_normalize(email)
        if email and not address:
            raise ValidationError(
                self.env._("E-mail: %(email)s is no e-mail address.", email=email)
            )
        receipt = self.env["scola.cash.receipt"].browse(self._parse_id(receipt_id))
        return receipt._send(address)
