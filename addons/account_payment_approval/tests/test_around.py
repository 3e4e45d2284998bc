# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import freeze_time, new_test_user, tagged
from odoo.tools import mute_logger

from ..const import REQUEST
from .common import DAY, ApprovalCommon

QUIET = (
    "odoo.addons.base.models.ir_rule",
    "odoo.addons.base.models.ir_model",
    "odoo.models.unlink",
)


@tagged("post_install", "-at_install")
@freeze_time(f"{DAY} 03:00:00")
class TestAround(ApprovalCommon):
    """Attempts to pay around an approval, each over what the external API calls; all
    are refused, and nothing has changed afterwards."""

    def assert_refused(self, attempts):
        """Check a table of attempts.

        :param attempts: name to what is called without arguments
        """
        for name, attempt in attempts.items():
            before = self.count_paid()
            with self.subTest(name):
                with self.assertRaises(UserError), self.env.cr.savepoint():
                    attempt()
                self.env.invalidate_all()
                self.assertEqual(self.count_paid(), before)

    def clerk_calls(self, records, method, *args, **kwargs):
        return lambda: self.call(self.clerk, records, method, *args, **kwargs)

    # === BILLS === #

    def prepare_vals(self, bill, **values):
        return {**bill.copy_data({"invoice_date": DAY})[0], **values}

    def validate_by_wizard(self, bill):
        wizards = self.env["validate.account.move"].with_user(self.clerk)
        wizard = wizards.create({"move_ids": bill.ids, "force_post": True})
        self.call(self.clerk, wizard, "validate_move")

    def import_rows(self, model, names, row):
        result = self.call(self.clerk, self.env[model], "load", names, [row])
        if not result["ids"]:
            raise UserError(str(result["messages"]))

    @mute_logger(*QUIET)
    def test_bills(self):
        bill = self.make_bill()
        waiting = self.make_bill()
        waiting.action_request_approval()
        bills = bill | waiting
        moves = self.env["account.move"]
        self.assert_refused(
            {
                "button": self.clerk_calls(bill, "action_post"),
                "waiting": self.clerk_calls(waiting, "action_post"),
                "list": self.clerk_calls(bills, "action_post"),
                "list with dialog": self.clerk_calls(
                    bills, "action_validate_moves_with_confirmation"
                ),
                "dialog": lambda: self.validate_by_wizard(bill),
                "state": self.clerk_calls(bill, "write", {"state": "posted"}),
                "state by the form": self.clerk_calls(
                    bill, "web_save", {"state": "posted"}, specification={}
                ),
                "state on creation": self.clerk_calls(
                    moves, "create", [self.prepare_vals(bill, state="posted")]
                ),
                "import of the state": lambda: self.import_rows(
                    "account.move", [".id", "state"], [str(bill.id), "posted"]
                ),
                "context": self.clerk_calls(
                    bill,
                    "action_post",
                    context={
                        "skip_validation_check": True,
                        "tracking_disable": True,
                        "active_test": False,
                        "install_mode": True,
                        "allowed_company_ids": self.company.ids,
                    },
                ),
                "superuser for a user": lambda: bill.sudo().action_post(),
                "credit note": self.clerk_calls(
                    self.make_bill(move_type="in_refund"), "action_post"
                ),
                "receipt": self.clerk_calls(
                    self.make_bill(move_type="in_receipt"), "action_post"
                ),
                "totals written": self.clerk_calls(
                    bill,
                    "write",
                    {"state": "posted", "amount_total_signed": 1, "amount_total": 1},
                ),
                "state of the items": self.clerk_calls(
                    bill.line_ids, "write", {"parent_state": "posted"}
                ),
                "state of one item": self.clerk_calls(
                    bill.line_ids[0], "write", {"parent_state": "posted"}
                ),
                "own word for it": self.clerk_calls(
                    bill, "write", {"state": "posted", "approval_state": "approved"}
                ),
                "a request of one's own": self.clerk_calls(
                    bill,
                    "write",
                    {"approval_request_ids": [Command.create({"state": "approved"})]},
                ),
                "another type": self.clerk_calls(
                    bill, "write", {"move_type": "in_receipt", "state": "posted"}
                ),
            }
        )

    def make_dollar(self):
        """Return a currency, 16,000 of ours for one."""
        dollar = self.env.ref("base.USD")
        dollar.active = True
        self.env["res.currency.rate"].create(
            {
                "name": "2026-01-01",
                "currency_id": dollar.id,
                "company_id": self.company.id,
                "inverse_company_rate": 16_000,
            }
        )
        return dollar

    @mute_logger(*QUIET)
    def test_foreign_currency(self):
        """What dollars are worth is not for who enters them to say."""
        dollar = self.make_dollar()
        bill = self.make_bill(100, currency_id=dollar.id)
        cheap = self.make_bill(
            100, currency_id=dollar.id, invoice_currency_rate=1_000_000
        )
        payment = self.make_payment(100, currency_id=dollar.id)
        early = self.make_payment(100, currency_id=dollar.id, date="2020-01-01")
        self.assert_refused(
            {
                "bill": self.clerk_calls(bill, "action_post"),
                "own rate": self.clerk_calls(cheap, "action_post"),
                "payment": self.clerk_calls(payment, "action_post"),
                "day of another rate": self.clerk_calls(early, "action_post"),
                "entry worth nothing": lambda: self.post_dollars(dollar),
            }
        )

    def post_dollars(self, dollar):
        """Book 100 dollars out of the bank that are said to be worth 1."""
        vals = self.prepare_entry(1)
        for command in vals["line_ids"]:
            line = command[2]
            line["currency_id"] = dollar.id
            line["amount_currency"] = 100 if line["debit"] else -100
        entry = self.env["account.move"].with_user(self.clerk).create(vals)
        self.call(self.clerk, entry, "action_post")

    def reverse(self, move, **values):
        wizards = self.env["account.move.reversal"].with_user(self.clerk)
        wizards = wizards.with_context(active_model="account.move", active_ids=move.ids)
        wizard = wizards.create({"journal_id": move.journal_id.id, "date": DAY})
        self.call(self.clerk, wizard, "modify_moves" if values else "refund_moves")
        self.call(self.clerk, move.reversal_move_ids, "action_post")

    @mute_logger(*QUIET)
    def test_reversals_and_copies(self):
        bill = self.make_posted_bill()
        receipt = self.make_payment(
            payment_type="inbound", partner_type="customer", partner_bank_id=False
        )
        receipt.action_post()
        self.assertEqual(receipt.move_id.state, "posted")
        self.assert_refused(
            {
                "credit note": lambda: self.reverse(bill),
                "credit note and new bill": lambda: self.reverse(bill, modify=True),
                "money that came in": lambda: self.reverse(receipt.move_id),
                "copy": lambda: self.post_copy(bill),
                "copy of a payment": lambda: self.post_copy(self.approve_payment()),
            }
        )

    def post_copy(self, record):
        copied = self.call(self.clerk, record, "copy")
        copied = record.browse(copied if isinstance(copied, list) else copied.ids)
        if "invoice_date" in copied:
            copied.invoice_date = DAY
        self.call(self.clerk, copied, "action_post")

    def approve_payment(self):
        payment = self.make_payment()
        self.approve(payment)
        return payment

    @mute_logger(*QUIET)
    def test_rules_of_companies(self):
        """A rule for the school alone does not hold for who books it elsewhere, but
        only an administrator removes it where it does."""
        self.rule.company_id = self.school
        journal = self.env["account.journal"].create(
            {
                "name": "P",
                "code": "P1",
                "type": "purchase",
                "company_id": self.school.id,
            }
        )
        bill = self.make_bill(
            company_id=self.school.id, journal_id=journal.id, partner_bank_id=False
        )
        rule = self.rule
        self.assert_refused(
            {
                "bill": self.clerk_calls(bill, "action_post"),
                "company of the rule": self.clerk_calls(
                    rule, "write", {"company_id": self.other.id}
                ),
                "threshold": self.clerk_calls(
                    rule, "write", {"approval_amount_min": 9_000_000_000}
                ),
                "limit": self.clerk_calls(rule, "write", {"approval_amount_max": 1}),
                "documents": self.clerk_calls(
                    rule, "write", {"approval_document": "payment"}
                ),
                "journals": self.clerk_calls(
                    rule, "write", {"approval_journal_ids": [self.bank.id]}
                ),
                "import of the rule": lambda: self.import_rows(
                    "tier.definition", [".id", "active"], [str(rule.id), "0"]
                ),
                "another rule": self.clerk_calls(rule, "copy"),
            }
        )

    def test_scheduled_posting(self):
        bill = self.make_bill(auto_post="at_date")
        before = self.count_paid()
        with self.assertRaises(UserError), self.env.cr.savepoint():
            bill.sudo()._post()
        self.assertEqual(self.count_paid(), before)

    # === OTHER COMPANIES === #

    @mute_logger(*QUIET)
    def test_other_companies(self):
        purchase = self.env["account.journal"].create(
            {
                "name": "Pembelian SMP",
                "code": "PSMP",
                "type": "purchase",
                "company_id": self.school.id,
            }
        )
        branch = self.make_bill(
            company_id=self.school.id, journal_id=purchase.id, partner_bank_id=False
        )
        bill = self.make_bill()
        only = {"allowed_company_ids": self.school.ids}
        both = {"allowed_company_ids": [self.other.id, self.company.id]}
        self.assertEqual(branch.company_id, self.school)
        self.assert_refused(
            {
                "rule of the parent": self.clerk_calls(
                    branch, "action_post", context=only
                ),
                "from another company": self.clerk_calls(
                    bill, "action_post", context=both
                ),
                "write from another company": self.clerk_calls(
                    bill, "write", {"state": "posted"}, context=both
                ),
                "moved to a company without rules": self.clerk_calls(
                    bill, "write", {"company_id": self.other.id, "state": "posted"}
                ),
            }
        )

    # === PAYMENTS === #

    def register(self, bill, **values):
        wizards = self.env["account.payment.register"].with_user(self.clerk)
        wizards = wizards.with_context(active_model="account.move", active_ids=bill.ids)
        return wizards.create(
            {"journal_id": self.bank.id, "payment_date": DAY, **values}
        )

    def write_off(self, bill):
        wizard = self.register(
            bill,
            amount=1_900_000,
            payment_difference_handling="reconcile",
            writeoff_account_id=self.expense.id,
        )
        self.call(self.clerk, wizard, "action_create_payments")

    @mute_logger(*QUIET)
    def test_payments(self):
        payment = self.make_payment()
        waiting = self.make_payment()
        waiting.action_request_approval()
        payments = self.env["account.payment"]
        bill = self.make_posted_bill()
        small = self.make_payment(900_000)
        small.action_post()
        refund = self.make_payment(partner_type="customer", partner_bank_id=False)
        self.assert_refused(
            {
                "button": self.clerk_calls(payment, "action_post"),
                "waiting": self.clerk_calls(waiting, "action_post"),
                "refund of a customer": self.clerk_calls(refund, "action_post"),
                "paid": self.clerk_calls(payment, "action_validate"),
                "in process": self.clerk_calls(
                    payment, "write", {"state": "in_process"}
                ),
                "state": self.clerk_calls(payment, "write", {"state": "paid"}),
                "on creation": self.clerk_calls(
                    payments, "create", [self.prepare_payment(state="paid")]
                ),
                "with lines": self.clerk_calls(
                    payments, "create", [self.prepare_payment(write_off_line_vals=[])]
                ),
                "import": lambda: self.import_rows(
                    "account.payment", [".id", "state"], [str(payment.id), "paid"]
                ),
                "incoming turned round": lambda: self.turn_round(),
                "difference written off": lambda: self.write_off(bill),
                "small one made large": self.clerk_calls(
                    small, "write", {"amount": 9_000_000}
                ),
                "superuser for a user": lambda: payment.sudo().action_post(),
                "entry of another one": self.clerk_calls(
                    payment, "write", {"move_id": small.move_id.id, "state": "paid"}
                ),
                "entry that pays nobody": lambda: self.take_entry(payment),
                "entry of its own that pays less": lambda: self.take_entry(
                    payment, own=True
                ),
                "items of one's own": lambda: self.pay_more(
                    line_ids=self.prepare_entry(9_000_000)["line_ids"]
                ),
                "import of a new one": lambda: self.import_rows(
                    "account.payment",
                    ["payment_type", "partner_id/.id", "journal_id/.id", "amount"]
                    + ["state"],
                    ["outbound", str(self.vendor.id), str(self.bank.id), "9000000"]
                    + ["paid"],
                ),
                "context": self.clerk_calls(
                    payment,
                    "action_post",
                    context={
                        "force_payment_move": True,
                        "skip_account_move_synchronization": True,
                        "allowed_company_ids": self.company.ids,
                    },
                ),
            }
        )

    def pay_more(self, **values):
        """Have a small payment booked with an entry by which more leaves."""
        vals = self.prepare_payment(900_000, state="in_process", **values)
        payments = self.env["account.payment"]
        key = self.call(self.clerk, payments, "create", [vals])
        payment = payments.browse(key)
        self.call(self.clerk, payment.move_id, "action_post")

    def take_entry(self, payment, own=False):
        """Pass an entry that was posted off as that of a payment."""
        values = {"origin_payment_id": payment.id} if own else {}
        entry = self.make_entry(
            900_000 if own else 2_000_000,
            credit=None if own else self.expense,
            **values,
        )
        self.call(self.clerk, entry, "action_post")
        self.call(self.clerk, payment, "write", {"move_id": entry.id, "state": "paid"})

    @mute_logger(*QUIET)
    def test_small_payment_of_an_unapproved_bill(self):
        """Where only bills need approval, a payment of an unapproved one does too."""
        self.rule.approval_document = "bill"
        bill = self.make_bill()
        payment = self.make_payment(invoice_ids=[Command.set(bill.ids)])
        self.assertEqual(payment.approval_state, "none")
        self.assert_refused(
            {
                "button": self.clerk_calls(payment, "action_post"),
                "state": self.clerk_calls(payment, "write", {"state": "paid"}),
                "register": lambda: self.call(
                    self.clerk, self.register(bill), "action_create_payments"
                ),
            }
        )

    @mute_logger(*QUIET)
    def test_account_of_another_journal(self):
        """A rule for one bank holds for whatever takes money out of it."""
        second = self.bank.copy({"code": "BNK8", "name": "Kas"})
        self.rule.approval_journal_ids = self.bank
        money = self.bank.default_account_id
        other = self.make_payment(journal_id=second.id)
        other.outstanding_account_id = second.default_account_id
        other.action_post()
        self.assertEqual(other.move_id.state, "posted")
        line = other.move_id.line_ids.filtered("credit")
        self.assertEqual(line.account_id, second.default_account_id)
        draft = self.make_payment(journal_id=second.id)
        self.call(self.clerk, draft, "write", {"outstanding_account_id": money.id})
        self.assertEqual(draft.outstanding_account_id, money)
        stranger = self.vendor.copy({"name": "CV Lain"})
        approved = self.approve_payment()
        approved.action_post()
        paid = approved.move_id.line_ids.filtered("debit")
        self.assert_refused(
            {
                "from the start": self.clerk_calls(draft, "action_post"),
                "item afterwards": self.clerk_calls(
                    line, "write", {"account_id": money.id}
                ),
                "payment afterwards": self.clerk_calls(
                    other, "write", {"outstanding_account_id": money.id}
                ),
                "another partner afterwards": self.clerk_calls(
                    paid, "write", {"partner_id": stranger.id}
                ),
                "another debt afterwards": self.clerk_calls(
                    paid, "write", {"account_id": self.receivable.id}
                ),
            }
        )

    def turn_round(self):
        payment = self.make_payment(
            payment_type="inbound", partner_type="customer", partner_bank_id=False
        )
        self.call(
            self.clerk, payment, "write", {"payment_type": "outbound", "state": "paid"}
        )

    def test_registering_pays_nothing(self):
        bill = self.make_posted_bill()
        before = self.count_paid()
        self.call(self.clerk, self.register(bill), "action_create_payments")
        self.assertEqual(self.count_paid(), before)
        self.assertEqual(bill.payment_state, "not_paid")

    # === ENTRIES BY HAND === #

    def post_entry(self, *args, **values):
        def attempt():
            self.call(self.clerk, self.make_entry(*args, **values), "action_post")

        return attempt

    def forge(self, payment):
        """Pass an entry off as that of a payment that was approved and booked."""
        entry = self.make_entry(origin_payment_id=payment.id)
        self.call(self.clerk, payment, "write", {"move_id": entry.id})
        self.call(self.clerk, entry, "action_post")

    def forge_again(self, payment):
        self.call(self.clerk, payment.move_id, "write", {"origin_payment_id": False})
        self.forge(payment)

    def post_own_entry(self):
        payment = self.make_payment()
        entry = self.make_entry(origin_payment_id=payment.id)
        self.call(self.clerk, payment, "write", {"move_id": entry.id})
        self.call(self.clerk, entry, "action_post")

    @mute_logger(*QUIET)
    def test_entries(self):
        approved = self.make_payment()
        self.approve(approved)
        self.call(self.clerk, approved, "action_post")
        outstanding = self.company._get_default_outstanding()
        transfer = self.company.transfer_account_id
        tagged_rule = self.make_rule(
            "Bank", self.chair, approval_journal_ids=self.bank.ids
        )
        self.assertTrue(tagged_rule)
        self.assert_refused(
            {
                "bank journal": self.post_entry(),
                "another journal": self.post_entry(journal=self.misc),
                "outstanding": self.post_entry(credit=outstanding[-1:]),
                "transfer": self.post_entry(credit=transfer),
                "suspense": self.post_entry(credit=self.bank.suspense_account_id),
                "entry of a draft": self.post_own_entry,
                "entry of another payment": self.post_entry(
                    origin_payment_id=approved.id
                ),
                "second entry": lambda: self.forge(approved),
                "items deleted": self.delete_items,
                "items moved": self.move_items,
                "balanced again by an item": self.add_item,
                "second entry in place": lambda: self.forge_again(approved),
            }
        )

    def make_posted_transfer(self):
        """Return an entry between own banks that also has what pays a vendor."""
        second = self.bank.copy({"code": "BNK7", "name": "Bank Kedua"})
        entry = self.make_entry()
        lines = [
            Command.create({"name": "x", "account_id": account.id, **amount})
            for account, amount in (
                (second.default_account_id, {"debit": 2_000_000}),
                (self.expense, {"credit": 2_000_000}),
            )
        ]
        entry.write({"line_ids": lines})
        self.call(self.clerk, entry, "action_post")
        return entry.line_ids[-2:]

    def delete_items(self):
        context = {"force_delete": True, "allowed_company_ids": self.company.ids}
        items = self.make_posted_transfer()
        self.call(self.clerk, items, "unlink", context=context)
        # As at the end of the request.
        self.env.cr.flush()

    def move_items(self):
        other = self.make_entry(1, credit=self.expense)
        items = self.make_posted_transfer()
        self.call(self.clerk, items, "write", {"move_id": other.id})

    def add_item(self):
        entry = self.make_entry(1, credit=self.expense)
        self.call(self.clerk, entry, "action_post")
        lines = [
            {
                "move_id": entry.id,
                "account_id": account.id,
                "balance": balance,
            }
            for account, balance in (
                (self.payable, 2_000_000),
                (self.bank.default_account_id, -2_000_000),
            )
        ]
        self.call(self.clerk, self.env["account.move.line"], "create", lines)

    @mute_logger(*QUIET)
    def test_accounts_that_hold_money(self):
        """Who pays does not say which accounts are tills."""
        method = self.bank.outbound_payment_method_line_ids[:1]
        new = {
            "name": "x",
            "journal_id": self.bank.id,
            "payment_method_id": method.payment_method_id.id,
            "payment_account_id": self.payable.id,
        }
        self.assert_refused(
            {
                "another one": self.clerk_calls(
                    method, "write", {"payment_account_id": self.expense.id}
                ),
                "none": self.clerk_calls(
                    method, "write", {"payment_account_id": False}
                ),
                "new": self.clerk_calls(method.browse(), "create", [new]),
                "deleted": self.clerk_calls(method, "unlink"),
                "another journal": self.clerk_calls(
                    method, "write", {"journal_id": self.bank.copy({"code": "B6"}).id}
                ),
            }
        )
        # An account of another kind holds none, whoever says so.
        method.with_user(self.manager).payment_account_id = self.expense
        self.assert_refused(
            {"entry": self.post_entry(), "expense": lambda: self.pay_expense()}
        )

    def pay_expense(self):
        entry = self.make_entry()
        entry.line_ids.filtered("debit").account_id = self.expense
        self.call(self.clerk, entry, "action_post")

    @mute_logger(*QUIET)
    def test_archived_journal(self):
        waiting = self.expense.copy(
            {"code": "11129999", "account_type": "asset_current", "reconcile": True}
        )
        second = self.bank.copy({"code": "BNK6", "name": "Bank Lama"})
        second.outbound_payment_method_line_ids.payment_account_id = waiting
        second.active = False
        self.assert_refused({"outstanding": self.post_entry(credit=waiting)})

    def post_invoice(self, move_type, journal, account):
        """Post an invoice of nothing, of which a line takes money out of an account."""
        sign = 1 if move_type in ("in_invoice", "out_refund") else -1

        def attempt():
            lines = [
                Command.create(
                    {
                        "name": "x",
                        "account_id": one.id,
                        "price_unit": amount,
                        "tax_ids": [Command.clear()],
                    }
                )
                for one, amount in ((self.expense, 2e6 * sign), (account, -2e6 * sign))
            ]
            invoice = self.make_bill(
                move_type=move_type,
                journal_id=journal.id,
                partner_bank_id=False,
                invoice_line_ids=lines,
            )
            self.call(self.clerk, invoice, "action_post")

        return attempt

    @mute_logger(*QUIET)
    def test_invoices_that_take_money_out(self):
        bank = self.bank.default_account_id
        outstanding = self.company._get_default_outstanding()[-1:]
        self.rule.approval_document = "payment"
        self.assert_refused(
            {
                f"{move_type} {account.code}": self.post_invoice(
                    move_type, journal, account
                )
                for move_type, journal in (
                    ("in_invoice", self.purchase),
                    ("in_refund", self.purchase),
                    ("out_invoice", self.sale),
                    ("out_refund", self.sale),
                    ("out_receipt", self.sale),
                )
                for account in (bank, outstanding)
            }
        )

    def test_transfer_between_own_banks_is_no_payment(self):
        second = self.bank.copy({"code": "BNK9", "name": "Bank Kedua"})
        entry = self.make_entry()
        entry.line_ids.filtered("debit").account_id = second.default_account_id
        entry.action_post()
        self.assertEqual(entry.state, "posted")

    # === STATEMENTS AND MATCHING === #

    def prepare_statement(self, **values):
        return {
            "journal_id": self.bank.id,
            "date": DAY,
            "payment_ref": "TRF",
            "amount": -2_000_000,
            "partner_id": self.vendor.id,
            **values,
        }

    def match_line(self, line, account):
        suspense = line.move_id.line_ids.filtered(
            lambda item: item.account_id == self.bank.suspense_account_id
        )
        values = {
            "name": "x",
            "account_id": account.id,
            "partner_id": self.vendor.id,
            "debit": 2_000_000,
        }
        commands = [Command.delete(suspense.id), Command.create(values)]
        context = {
            "allowed_company_ids": self.company.ids,
            "force_delete": True,
            "skip_readonly_check": True,
        }
        values = {"line_ids": commands}
        self.call(self.clerk, line.move_id, "write", values, context=context)

    @mute_logger(*QUIET)
    def test_statements(self):
        lines = self.env["account.bank.statement.line"]
        line = lines.with_user(self.clerk).create(self.prepare_statement())
        suspense = line.move_id.line_ids.filtered(
            lambda item: item.account_id == self.bank.suspense_account_id
        )
        bill = self.make_bill()
        debt = bill.line_ids.filtered(lambda item: item.account_id == self.payable)
        incoming = self.make_statement_debit()
        self.assert_refused(
            {
                "import that pays": self.clerk_calls(
                    lines,
                    "create",
                    [self.prepare_statement(counterpart_account_id=self.payable.id)],
                ),
                "matched with a vendor": lambda: self.match_line(line, self.payable),
                "matched with an expense": lambda: self.match_line(line, self.expense),
                "one item": self.clerk_calls(
                    suspense, "write", {"account_id": self.payable.id}
                ),
                "unapproved bill": self.clerk_calls(debt | incoming, "reconcile"),
                "outstanding of the bill": self.clerk_calls(
                    bill, "js_assign_outstanding_line", incoming.id
                ),
                "matching by hand": self.clerk_calls(
                    self.env["account.partial.reconcile"],
                    "create",
                    [self.prepare_partial(debt, incoming)],
                ),
                "matching across accounts": self.clerk_calls(
                    self.env["account.partial.reconcile"],
                    "create",
                    [self.prepare_partial(self.make_debt(), suspense)],
                ),
                "lines deleted": lambda: self.delete_suspense(line),
            }
        )

    def make_debt(self):
        lines = self.make_posted_bill().line_ids
        return lines.filtered(lambda item: item.account_id == self.payable)

    def delete_suspense(self, line):
        """Leave an entry out of balance, for somebody to mend."""
        context = {
            "force_delete": True,
            "check_move_validity": False,
            "allowed_company_ids": self.company.ids,
        }
        suspense = line.move_id.line_ids.filtered("debit")
        self.call(self.clerk, suspense, "unlink", context=context)
        self.env.cr.flush()

    @mute_logger(*QUIET)
    def test_entry_that_says_it_is_of_a_statement(self):
        """Of the entry of a statement line the amount is approved, not how it is
        matched; another entry does not become one by saying so."""
        lines = self.env["account.bank.statement.line"]
        line = lines.with_user(self.clerk).create(self.prepare_statement())
        entry = self.make_entry(statement_line_id=line.id)
        self.approve(entry)
        stranger = self.vendor.copy({"name": "CV Lain"})
        entry.line_ids.with_user(self.clerk).partner_id = stranger
        self.assert_refused({"changed": self.clerk_calls(entry, "action_post")})

    @mute_logger(*QUIET)
    def test_reconciliation_of_the_oca(self):
        """Money that left is not matched with a bill that was approved either, where
        `account_reconcile_oca` is installed; else there is nothing to call."""
        lines = self.env["account.bank.statement.line"].with_user(self.clerk)
        if not hasattr(lines, "reconcile_bank_line"):
            return
        line = lines.create(self.prepare_statement())
        bill = self.make_posted_bill()
        debt = bill.line_ids.filtered(lambda item: item.account_id == self.payable)

        def reconcile():
            line.reconcile_data_info = line._default_reconcile_data()
            line._add_account_move_line(debt.with_user(self.clerk))
            line.reconcile_bank_line()
            self.env.flush_all()

        self.assert_refused({"reconcile": reconcile})
        self.assertEqual(bill.payment_state, "not_paid")
        line.action_request_approval()
        request = line.move_id.sudo()._get_last_request()
        self.call(self.principal, request, "action_approve")
        reconcile()
        self.assertEqual(bill.payment_state, "paid")

    def make_statement_debit(self):
        """Return an item of the vendor that was small enough to need no approval."""
        entry = self.make_entry(900_000)
        entry.action_post()
        return entry.line_ids.filtered("debit")

    def prepare_partial(self, debt, debit):
        return {
            "debit_move_id": debit.id,
            "credit_move_id": debt.id,
            "amount": 900_000,
            "debit_amount_currency": 900_000,
            "credit_amount_currency": 900_000,
        }

    # === WHO HAS NO BUSINESS HERE === #

    @mute_logger(*QUIET)
    def test_portal(self):
        """A vendor reads the own bill, and nothing about its approval."""
        portal = new_test_user(
            self.env,
            login="approval_portal",
            groups="base.group_portal",
            company_id=self.company.id,
            company_ids=[Command.set((self.company | self.school).ids)],
        )
        bill = self.make_posted_bill()
        bill.message_subscribe(portal.partner_id.ids)
        waiting = self.make_bill()
        waiting.action_request_approval()
        request = waiting.sudo()._get_last_request()
        names = self.call(portal, self.env["account.move"], "fields_get")
        self.assertNotIn("approval_text", names)

        def calls(records, method, *args):
            return lambda: self.call(portal, records, method, *args)

        self.assert_refused(
            {
                "request": calls(bill, "action_request_approval"),
                "open": calls(waiting, "action_open_approval"),
                "approve": calls(waiting, "action_approve_request"),
                "reject": calls(waiting, "action_reject_request"),
                "read": calls(request, "read", ["amount"]),
                "decide": calls(request, "action_approve"),
                "stand in": calls(
                    self.env["tier.delegation"],
                    "create",
                    [
                        {
                            "delegate_id": portal.id,
                            "date_from": DAY,
                            "date_to": DAY,
                            "reason": "x",
                        }
                    ],
                ),
                "dialog": calls(
                    self.env["account.approval.reject"],
                    "create",
                    [{"request_id": request.id, "reason": "x"}],
                ),
            }
        )

    # === THE APPROVAL ITSELF === #

    def decide_by_dialog(self, user, request):
        wizards = self.env["comment.wizard"].with_user(user)
        wizard = wizards.create(
            {
                "validate_reject": "validate",
                "res_model": REQUEST,
                "res_id": request.id,
                "comment": "x",
                "review_ids": [Command.set(request.review_ids.ids)],
            }
        )
        self.call(user, wizard, "add_comment")

    @mute_logger(*QUIET)
    def test_approvals(self):
        bill = self.make_bill()
        bill.action_request_approval()
        request = bill.sudo()._get_last_request()
        self.assert_refused(
            {
                "own": self.clerk_calls(request, "action_approve"),
                "own bill": self.clerk_calls(bill, "action_approve_request"),
                "own by tier": self.clerk_calls(request, "validate_tier"),
                "stranger": lambda: self.call(self.deputy, request, "action_approve"),
                "colleague": lambda: self.call(
                    self.colleague, request, "action_approve"
                ),
                "administrator": lambda: self.call(
                    self.manager, request, "action_approve"
                ),
                "state": self.clerk_calls(request, "write", {"state": "approved"}),
                "content": self.clerk_calls(request, "write", {"content": {}}),
                "request": self.clerk_calls(
                    self.env[REQUEST], "create", [{"state": "approved"}]
                ),
                "deleted": self.clerk_calls(request, "unlink"),
                "restarted": self.clerk_calls(request, "restart_validation"),
            }
        )
        self.assertEqual(request.state, "pending")

    def test_request_by_own_defaults(self):
        """Neither a context nor defaults of one's own approve anything."""
        context = {
            "allowed_company_ids": self.company.ids,
            "default_state": "approved",
            "default_status": "approved",
            "default_requested_by_id": self.manager.id,
            "default_done_by": self.principal.id,
        }
        bill = self.make_bill(user=self.colleague)
        self.call(self.clerk, bill, "action_request_approval", context=context)
        self.assert_pending(bill)
        defaults = self.env["ir.default"]
        for model, name, value in (
            (REQUEST, "state", "approved"),
            (REQUEST, "requested_by_id", self.manager.id),
            ("tier.review", "status", "approved"),
            ("tier.review", "done_by", self.principal.id),
        ):
            self.call(self.clerk, defaults, "set", model, name, value, user_id=True)
        bill = self.make_bill(user=self.colleague)
        self.call(self.clerk, bill, "action_request_approval")
        self.assert_pending(bill)

    def assert_pending(self, bill):
        request = bill.sudo()._get_last_request()
        self.assertEqual(request.state, "pending")
        self.assertEqual(request.requested_by_id, self.clerk)
        self.assertEqual(request.review_ids.status, "pending")
        self.assertFalse(request.review_ids.done_by)
        self.assertEqual(bill.approval_state, "pending")

    @mute_logger(*QUIET)
    def test_reviews_rules_and_delegations(self):
        bill = self.make_bill()
        bill.action_request_approval()
        request = bill.sudo()._get_last_request()
        review = request.review_ids
        reviews = self.env["tier.review"]
        forged = {"model": REQUEST, "res_id": request.id, "status": "approved"}
        elsewhere = reviews.create({"model": "res.partner", "res_id": 1})
        approved = {"status": "approved"}
        self.assert_refused(
            {
                "review": self.clerk_calls(review, "write", approved),
                "review by the approver": lambda: self.call(
                    self.principal, review, "write", approved
                ),
                "new review": self.clerk_calls(reviews, "create", [forged]),
                "review moved": self.clerk_calls(elsewhere, "write", forged),
                "review deleted": self.clerk_calls(review, "unlink"),
                "dialog": lambda: self.decide_by_dialog(self.clerk, request),
                "rule": self.clerk_calls(self.rule, "write", {"active": False}),
                "rule deleted": self.clerk_calls(self.rule, "unlink"),
                "approver": self.clerk_calls(
                    self.rule, "write", {"reviewer_id": self.clerk.id}
                ),
                "editors": self.clerk_calls(
                    self.env["account.approval.editor"].search(
                        [("move_id", "=", bill.id)]
                    ),
                    "unlink",
                ),
                "delegation of another": self.clerk_calls(
                    self.env["tier.delegation"],
                    "create",
                    [
                        {
                            "delegator_id": self.principal.id,
                            "delegate_id": self.clerk.id,
                            "date_from": DAY,
                            "date_to": DAY,
                            "reason": "x",
                        }
                    ],
                ),
            }
        )
        self.assertEqual(request.state, "pending")
        self.assertEqual(review.status, "pending")
