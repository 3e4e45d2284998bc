# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import Command, api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools import SQL

from ..tools.terbilang import format_rupiah, terbilang

#: From this amount on a receipt needs a stamp (UU 10/2020, article 3).
STAMP_DUTY_ABOVE = 5_000_000

METHODS = [
    ("cash", "Cash"),
    ("transfer", "Bank Transfer"),
    ("edc", "Card (EDC)"),
    ("deposit", "Deposit"),
]

#: What may still be written on a receipt that has its number.
OPEN_FIELDS = {
    "state",
    "cancel_reason",
    "cancel_user_id",
    "cancelled_at",
    "cancel_session_id",
    "cancel_move_ids",
    "cancel_request_user_id",
    "cancel_request_reason",
    "message_main_attachment_id",
    "message_follower_ids",
    "message_ids",
}


class ScolaCashReceipt(models.Model):
    """A kuitansi: money taken at the desk, or the deposit used there, and for what.

    Numbers come from ``sequence.mixin``, as those of invoices do: taken last of all,
    under the unique index below. A second cashier waits for the first one's commit
    and then goes on with the next number, and a transaction that is rolled back
    leaves no gap. (``ir.sequence`` without gaps refuses instead of waiting, which a
    school with several windows would notice.)

    Nobody has the right to write receipts: they are made by the cash desk and
    cancelled by :meth:`_cancel`, which check who calls and then go on as superuser.
    """

    _name = "scola.cash.receipt"
    _description = "Cash Receipt"
    _inherit = ["mail.thread", "sequence.mixin"]
    _order = "date desc, id desc"
    _check_company_auto = True
    _sequence_index = "company_id"

    name = fields.Char(string="Number", readonly=True, copy=False, tracking=True)
    state = fields.Selection(
        [("posted", "Posted"), ("cancelled", "Cancelled")],
        required=True,
        default="posted",
        index=True,
        tracking=True,
    )
    date = fields.Date(required=True, index=True, help="In the school's time zone.")
    company_id = fields.Many2one(
        "res.company", string="School", required=True, index=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    session_id = fields.Many2one(
        "scola.cash.session", required=True, index=True, ondelete="restrict"
    )
    user_id = fields.Many2one("res.users", string="Cashier", required=True, index=True)

    # Who paid for whom
    family_id = fields.Many2one(
        "res.partner", required=True, index=True, ondelete="restrict"
    )
    payer_name = fields.Char(string="Received from", required=True)
    student_ids = fields.Many2many("scola.student", string="Students")

    # What was paid
    method = fields.Selection(METHODS, required=True, index=True)
    bank_journal_id = fields.Many2one("account.journal", string="Bank")
    reference = fields.Char(string="Bank Reference", index="btree_not_null")
    amount = fields.Monetary(
        string="Received", required=True, help="Money received, deposit not included."
    )
    tendered_amount = fields.Monetary(string="Cash Tendered")
    change_amount = fields.Monetary(
        compute="_compute_change_amount", string="Change to Give"
    )
    deposit_used = fields.Monetary(
        string="From Deposit", help="What was taken from the family's deposit."
    )
    deposit_amount = fields.Monetary(
        string="Kept as Deposit",
        help="What was left over and stays as the family's deposit.",
    )
    allocated_amount = fields.Monetary(
        string="Paid on Bills", compute="_compute_allocated_amount", store=True
    )
    line_ids = fields.One2many("scola.cash.receipt.line", "receipt_id")
    amount_text = fields.Char(string="In Words", compute="_compute_amount_text")
    needs_stamp_duty = fields.Boolean(compute="_compute_amount_text")

    # Where it is in the ledger
    payment_ids = fields.Many2many("account.payment", readonly=True, copy=False)
    deposit_move_id = fields.Many2one(
        "account.move", string="Deposit Entry", readonly=True, copy=False
    )
    request_uuid = fields.Char(
        required=True,
        copy=False,
        help="Made by the console for each payment, so that a double click or a "
        "repeated request finds the receipt instead of making another.",
    )

    # Cancellation
    cancel_reason = fields.Char(copy=False, tracking=True)
    cancel_user_id = fields.Many2one("res.users", string="Cancelled by", copy=False)
    cancelled_at = fields.Datetime(string="Cancelled on", copy=False)
    cancel_session_id = fields.Many2one(
        "scola.cash.session",
        string="Paid Back in Session",
        copy=False,
        index="btree_not_null",
    )
    cancel_move_ids = fields.Many2many(
        "account.move",
        "scola_cash_receipt_cancel_move_rel",
        string="Cancellation Entries",
        copy=False,
    )
    cancel_request_user_id = fields.Many2one(
        "res.users", string="Cancellation Asked by", copy=False
    )
    cancel_request_reason = fields.Char(copy=False, tracking=True)

    _name_idx = models.UniqueIndex(
        "(company_id, name)", "This receipt number is already taken."
    )
    _request_uuid_uniq = models.Constraint(
        "UNIQUE(request_uuid)", "This payment has already been recorded."
    )
    _amounts_not_negative = models.Constraint(
        "CHECK(amount >= 0 AND deposit_used >= 0 AND deposit_amount >= 0 "
        "AND amount + deposit_used > 0)",
        "Amount: a receipt needs an amount above zero.",
    )

    # === COMPUTE METHODS === #

    @api.depends("tendered_amount", "amount", "method")
    def _compute_change_amount(self):
        for receipt in self:
            tendered = receipt.tendered_amount if receipt.method == "cash" else 0
            receipt.change_amount = max(tendered - receipt.amount, 0)

    @api.depends("line_ids.amount")
    def _compute_allocated_amount(self):
        for receipt in self:
            receipt.allocated_amount = sum(receipt.line_ids.mapped("amount"))

    @api.depends("amount", "deposit_used")
    def _compute_amount_text(self):
        for receipt in self:
            total = int(receipt.amount or receipt.deposit_used)
            receipt.amount_text = terbilang(total)
            receipt.needs_stamp_duty = receipt.amount > STAMP_DUTY_ABOVE

    # === CRUD METHODS === #

    def write(self, vals):
        """Override to keep a receipt as it was handed over, whoever asks."""
        numbered = self.filtered("name")
        forbidden = vals.keys() - OPEN_FIELDS
        if vals.get("state", "cancelled") != "cancelled":
            forbidden.add("state")
        if numbered and any(
            not self._fields[field].compute for field in forbidden & set(self._fields)
        ):
            raise UserError(
                self.env._(
                    "Receipt %(number)s was handed over and cannot be changed. Cancel "
                    "it and make a new one.",
                    number=numbered[0].name,
                )
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_always(self):
        raise UserError(
            self.env._("Receipts are never deleted. Cancel the receipt instead.")
        )

    # === NUMBERING === #

    def _get_last_sequence_domain(self, relaxed=False):
        where = "WHERE company_id = %(company_id)s AND name IS NOT NULL"
        params = {"company_id": self.company_id.id}
        if not relaxed:
            where += " AND date_trunc('month', date) = date_trunc('month', %(date)s)"
            params["date"] = self.date
        return where, params

    def _get_starting_sequence(self):
        return f"KW/{self.date:%Y/%m}/00000"

    # === RECORDING A PAYMENT === #

    @api.model
    def _record(self, vals, parts, deposit_parts, deposit_lines):
        """Make a receipt with its entries, all or nothing.

        To be called as superuser by who has checked everything: the cash desk.

        :param dict vals: of the receipt
        :param list parts: ``(journal item of a bill, amount)`` paid with money
        :param list deposit_parts: the same, paid from the family's deposit
        :param list deposit_lines: ``(open credit, amount)`` the deposit is taken from
        :return: the receipt, numbered
        """
        lines = self._prepare_lines(parts, deposit_parts)
        receipt = self.create(dict(vals, line_ids=lines))
        if receipt.deposit_used:
            receipt._use_deposit(deposit_lines, deposit_parts)
        if receipt.amount:
            receipt._create_payment(parts)
        receipt._set_residuals()
        receipt._set_next_sequence()
        receipt._write_number_on_entries()
        return receipt

    @api.model
    def _prepare_lines(self, parts, deposit_parts):
        """Return the commands for one line per bill, in the order they were paid."""
        amounts = {}
        for is_deposit, pieces in ((True, deposit_parts), (False, parts)):
            for line, amount in pieces:
                total, deposit = amounts.get(line.move_id, (0, 0))
                amounts[line.move_id] = (
                    total + amount,
                    deposit + (amount if is_deposit else 0),
                )
        bills = sorted(amounts, key=lambda move: (move.invoice_date_due, move.id))
        return [
            Command.create(self._prepare_line(bill, *amounts[bill], sequence))
            for sequence, bill in enumerate(bills, 1)
        ]

    @api.model
    def _prepare_line(self, bill, amount, deposit_amount, sequence):
        """Return the values of the line for one bill; a hook for more columns."""
        return {
            "sequence": sequence,
            "move_id": bill.id,
            "bill_name": bill.name,
            "student_id": self._get_bill_student(bill).id,
            "name": self._get_bill_label(bill),
            "due_date": bill.invoice_date_due,
            "amount": amount,
            "deposit_amount": deposit_amount,
        }

    @api.model
    def _get_bill_student(self, bill):
        """Return the student a bill is for, none if it is for something else."""
        return bill.student_id

    @api.model
    def _get_bill_label(self, bill):
        """Return what a bill is for, as its first lines say; a hook."""
        lines = bill.invoice_line_ids.filtered(
            lambda line: line.display_type == "product" and line.price_subtotal >= 0
        )
        names = [(line.name or "").split("\n")[0] for line in lines]
        return ", ".join(dict.fromkeys(filter(None, names))) or bill.name

    def _set_residuals(self):
        for line in self.line_ids:
            line.residual_after = line.move_id.amount_residual

    def _write_number_on_entries(self):
        self.payment_ids.memo = self.name
        self.deposit_move_id.ref = self.env._(
            "Deposit used, receipt %(number)s", number=self.name
        )

    def _create_payment(self, parts):
        """Create, post and reconcile the payment for the money received.

        One payment, one entry, one credit item *per bill*: reconciled with several
        bills a single credit item would always serve the oldest first, whatever the
        payer chose, and only one account.
        """
        payment = (
            self.env["account.payment"]
            .with_company(self.company_id)
            .create(self._prepare_payment(parts))
        )
        payment.action_post()
        self.payment_ids = payment
        credits = payment.move_id.line_ids.filtered("credit").sorted("id")
        self._reconcile_parts(credits[: len(parts)], parts)

    def _prepare_payment(self, parts):
        """Return the values of the payment; a hook.

        Cash is booked on the cash account itself, so that the ledger says at once
        what is in the drawer; money in a bank goes through the outstanding account
        until the bank statement confirms it.
        """
        journal = self.bank_journal_id or self.session_id.journal_id
        method_line = journal.inbound_payment_method_line_ids.filtered(
            lambda line: line.code == "manual"
        )[:1]
        account = self._get_liquidity_account(journal, method_line)
        return {
            "company_id": self.company_id.id,
            "journal_id": journal.id,
            "payment_method_line_id": method_line.id,
            "payment_type": "inbound",
            "partner_type": "customer",
            "partner_id": self.family_id.id,
            "amount": self.amount,
            "currency_id": self.currency_id.id,
            "date": self.date,
            "payment_reference": self.reference,
            "outstanding_account_id": account.id,
            "line_ids": self._prepare_payment_items(account, parts),
        }

    def _get_liquidity_account(self, journal, method_line):
        if self.method == "cash":
            return journal.default_account_id
        return method_line.payment_account_id or self.env["account.payment"].new(
            {"company_id": self.company_id.id, "journal_id": journal.id}
        )._get_outstanding_account("inbound")

    def _prepare_payment_items(self, account, parts):
        items = [self._prepare_item(account, self.amount, self.payer_name)]
        items += self._prepare_bill_items(parts)
        if self.deposit_amount:
            receivable = self.family_id.with_company(
                self.company_id
            ).property_account_receivable_id
            items.append(
                self._prepare_item(
                    receivable, -self.deposit_amount, self.env._("Deposit")
                )
            )
        return [Command.create(item) for item in items]

    def _prepare_bill_items(self, parts):
        return [
            self._prepare_item(
                line.account_id,
                -amount,
                f"{line.move_id.name}: {self._get_bill_label(line.move_id)}",
            )
            for line, amount in parts
        ]

    def _prepare_item(self, account, balance, label):
        return {
            "name": label,
            "account_id": account.id,
            "partner_id": self.family_id.id,
            "date_maturity": self.date,
            "currency_id": self.currency_id.id,
            "amount_currency": balance,
            "balance": balance,
        }

    def _use_deposit(self, deposit_lines, parts):
        """Book what is taken from the deposit: from open credits to chosen bills.

        An entry of its own, and not a direct reconciliation of credit and bill,
        because that would always take as much as both allow.
        """
        move = (
            self.env["account.move"]
            .with_company(self.company_id)
            .create(self._prepare_deposit_move(deposit_lines, parts))
        )
        move._post(soft=False)
        self.deposit_move_id = move
        items = move.line_ids.sorted("id")
        self._reconcile_parts(items.filtered("debit"), deposit_lines)
        self._reconcile_parts(items.filtered("credit"), parts)

    def _prepare_deposit_move(self, deposit_lines, parts):
        label = self.env._("Deposit used")
        items = [
            self._prepare_item(line.account_id, amount, label)
            for line, amount in deposit_lines
        ]
        items += self._prepare_bill_items(parts)
        return {
            "move_type": "entry",
            "journal_id": self._get_deposit_journal().id,
            "company_id": self.company_id.id,
            "partner_id": self.family_id.id,
            "date": self.date,
            "line_ids": [Command.create(item) for item in items],
        }

    def _get_deposit_journal(self):
        journal_model = self.env["account.journal"]
        journal = journal_model.search(
            [
                *journal_model._check_company_domain(self.company_id),
                ("type", "=", "general"),
            ],
            limit=1,
        )
        if not journal:
            raise UserError(
                self.env._(
                    "%(school)s has no journal of type Miscellaneous, which is needed "
                    "to use a deposit. Ask the treasurer to create one.",
                    school=self.company_id.name,
                )
            )
        return journal

    @api.model
    def _reconcile_parts(self, items, parts):
        """Reconcile each item with the item it was made for, in the same order."""
        plan = [item + line for item, (line, _a) in zip(items, parts, strict=True)]
        self.env["account.move.line"]._reconcile_plan(plan)

    # === CANCELLING === #

    def _cancel(self, reason, session=None):
        """Cancel the receipt: a counter-entry opens its bills again.

        The original entries stay posted, and both receipt and counter-entry stay
        readable. Cash goes out of an open session of the same cash journal.

        :param str reason: why, for the books
        :param scola.cash.session session: the drawer the cash is taken from
        :raise AccessError: if the user is no treasurer
        :raise UserError: if cancelled already, or the deposit it made is used
        """
        self.ensure_one()
        if not self.env.user.has_group("scola_school.group_treasurer"):
            raise AccessError(
                self.env._(
                    "Only a treasurer can cancel a receipt. Ask for its cancellation."
                )
            )
        self.check_access("read")
        if not (reason or "").strip():
            raise ValidationError(
                self.env._("Reason: say why the receipt is cancelled.")
            )
        # sudo: treasurers need not be accountants, and nobody may write receipts.
        self.sudo()._cancel_checked(reason.strip(), session and session.sudo())

    def _cancel_checked(self, reason, session):
        self._lock_to_cancel()
        self._check_deposit_unused()
        if self.method == "cash":
            self._check_cancel_session(session)
            session._lock()
            session._check_opened()
            session.last_receipt_at = fields.Datetime.now()
        else:
            session = self.env["scola.cash.session"]
        moves = self._reverse_entries(reason)
        self.write(
            {
                "state": "cancelled",
                "cancel_reason": reason,
                "cancel_user_id": self.env.uid,
                "cancelled_at": fields.Datetime.now(),
                "cancel_session_id": session.id,
                "cancel_move_ids": [Command.set(moves.ids)],
            }
        )
        session.invalidate_recordset(["expected_amount"])

    def _lock_to_cancel(self):
        self.env.cr.execute(
            SQL("SELECT id FROM scola_cash_receipt WHERE id = %s FOR UPDATE", self.id)
        )
        self.invalidate_recordset(["state"])
        if self.state == "cancelled":
            raise UserError(
                self.env._("Receipt %(number)s is already cancelled.", number=self.name)
            )

    def _check_deposit_unused(self):
        """Refuse while another receipt lives on the deposit that this one made."""
        items = self.payment_ids.move_id.line_ids
        takers = self.search(
            [
                (
                    "deposit_move_id",
                    "in",
                    items.matched_debit_ids.debit_move_id.move_id.ids,
                ),
                ("state", "=", "posted"),
                ("id", "!=", self.id),
            ]
        )
        if takers:
            raise UserError(
                self.env._(
                    "The deposit of %(number)s was used by %(takers)s. Cancel that "
                    "receipt first.",
                    number=self.name,
                    takers=", ".join(takers.mapped("name")),
                )
            )

    def _check_cancel_session(self, session):
        if not session or session.journal_id != self.session_id.journal_id:
            raise UserError(
                self.env._(
                    "Session: choose an open session of %(journal)s, from which the "
                    "cash is given back.",
                    journal=self.session_id.journal_id.name,
                )
            )

    def _reverse_entries(self, reason):
        moves = self.payment_ids.move_id | self.deposit_move_id
        label = self.env._(
            "Cancellation of %(number)s: %(reason)s", number=self.name, reason=reason
        )
        values = {"date": self.company_id._scola_today(), "ref": label}
        return moves.with_company(self.company_id)._reverse_moves(
            [dict(values, journal_id=move.journal_id.id) for move in moves],
            cancel=True,
        )

    def _request_cancel(self, reason):
        """Ask the treasurers of the school to cancel the receipt.

        :param str reason: why
        """
        self.ensure_one()
        if not self.env.user.has_group("scola_school.group_cashier"):
            raise AccessError(
                self.env._("Only a cashier can ask for a receipt's cancellation.")
            )
        self.check_access("read")
        if not (reason or "").strip():
            raise ValidationError(
                self.env._("Reason: say why the receipt should be cancelled.")
            )
        receipt = self.sudo()
        if receipt.state == "cancelled":
            raise UserError(
                self.env._("Receipt %(number)s is already cancelled.", number=self.name)
            )
        receipt.write(
            {
                "cancel_request_user_id": self.env.uid,
                "cancel_request_reason": reason.strip(),
            }
        )
        receipt.message_post(
            body=self.env._(
                "%(cashier)s asks to cancel %(number)s: %(reason)s",
                cashier=self.env.user.name,
                number=self.name,
                reason=reason.strip(),
            ),
            partner_ids=receipt._get_treasurers().partner_id.ids,
            message_type="notification",
            subtype_xmlid="mail.mt_comment",
        )

    def _get_treasurers(self):
        users = self.env.ref("scola_school.group_treasurer").all_user_ids
        return users.filtered(
            lambda user: user.active and self.company_id in user.company_ids
        )

    # === PRINTING AND SENDING === #

    def _get_report_lang(self):
        """Return the language of the paper: the family's, else the cashier's."""
        return self.family_id.sudo().lang or self.env.user.lang

    def _format_rupiah(self, amount):
        """Return an amount as the paper shows it; for the templates."""
        return format_rupiah(int(self.currency_id.round(amount)))

    def _get_letterhead_address(self):
        """Return the school's address on one line."""
        school = self.company_id.sudo()
        parts = (school.street, school.street2, school.city, school.zip)
        return ", ".join(filter(None, parts))

    def _get_student_text(self):
        """Return the students with their classes on one line."""
        # sudo: the paper names all children paid for, of whatever school.
        students = self.student_ids.sudo()
        return ", ".join(
            f"{student.name} ({student.classroom_id.name})"
            if student.classroom_id
            else student.name
            for student in students
        )

    def _get_roll_height(self):
        """Return how many millimetres of an 80 mm roll the receipts need."""
        height = 90
        for line in self.line_ids:
            height += (
                10 + 4 * (len(line.name) // 32) + (5 if line.residual_after else 0)
            )
        height += 5 * sum(bool(r.deposit_amount) + bool(r.deposit_used) for r in self)
        height += 10 if any(self.mapped("needs_stamp_duty")) else 0
        return height + (24 if "cancelled" in self.mapped("state") else 0)

    def _get_report_base_filename(self):
        return f"Kuitansi {self.name}".replace("/", "-")

    def _get_recipients(self):
        """Return the addresses of the family and of its guardians."""
        partners = self.sudo().family_id
        partners |= self.sudo().student_ids.guardianship_ids.guardian_id
        partners |= self.sudo().student_ids.filtered("is_own_debtor").partner_id
        addresses = [partner.email_normalized for partner in partners]
        return list(dict.fromkeys(filter(None, addresses)))

    def _send(self, email_to=None):
        """Queue the receipt as an e-mail with the A5 PDF.

        :param str email_to: instead of the addresses on file
        :return: the addresses it goes to
        :raise UserError: if there is no address
        """
        self.ensure_one()
        addresses = [email_to] if email_to else self._get_recipients()
        if not addresses:
            raise UserError(
                self.env._(
                    "E-mail: %(family)s has no e-mail address. Enter one.",
                    family=self.family_id.name,
                )
            )
        template = self.env.ref("scola_fees.mail_template_cash_receipt")
        # sudo: the mail queue is closed to cashiers; they may read this receipt.
        self.check_access("read")
        template.sudo().with_context(lang=self._get_report_lang()).send_mail(
            self.id, email_values={"email_to": ",".join(addresses)}
        )
        return addresses

    # === ACTIONS === #

    def action_cancel(self):
        """Open the wizard in which a receipt is cancelled, or that asks for it."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Cancel Receipt"),
            "res_model": "scola.receipt.cancel",
            "view_mode": "form",
            "target": "new",
            "context": {"default_receipt_id": self.id},
        }

    def action_send(self):
        """E-mail the receipt to the addresses on file and say to whom."""
        addresses = self._send()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._(
                    "Receipt %(number)s is on its way to %(addresses)s.",
                    number=self.name,
                    addresses=", ".join(addresses),
                ),
            },
        }

    def action_print_a5(self):
        """Print the receipt on A5."""
        return self.env.ref("scola_fees.action_report_cash_receipt_a5").report_action(
            self
        )

    def action_print_thermal(self):
        """Print the receipt on an 80 mm roll."""
        return self.env.ref("scola_fees.action_report_cash_receipt_80mm").report_action(
            self
        )
