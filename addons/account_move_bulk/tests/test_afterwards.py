# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What is done with an invoice later: stamped ones behave as Odoo's own."""

import io
from contextlib import contextmanager
from datetime import date
from unittest.mock import patch

from lxml import html

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import Form, HttpCase, freeze_time, new_test_user, tagged
from odoo.tools.pdf import PdfFileReader

from .common import BulkCommon

PDF_REPORT = "account.account_invoices"
PRICES = [450_000.0, 375_000.0, 450_000.0, 500_000.0]
PARTNERS = ["single", "second", "child", "ranked"]


@tagged("post_install", "-at_install")
@freeze_time("2026-11-16 03:00:00")
class AfterwardsCommon(BulkCommon):
    """``moves`` are invoices of one shape, all but the first of them stamped."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        result = cls.env["account.move.bulk"]._create_posted(
            [
                cls.get_vals(partner, price)
                for partner, price in zip(PARTNERS, PRICES, strict=True)
            ]
        )
        cls.result, cls.moves = result, result.moves
        # The prototypes are Odoo's own; the last one of a shape never is.
        cls.move = cls.moves[-1]

    @classmethod
    def get_vals(cls, partner, price, taxes=(), **vals):
        return {
            "move_type": "out_invoice",
            "journal_id": cls.journals["second"].id,
            "partner_id": cls.partners[partner].id,
            "invoice_date": "2026-11-01",
            "date": "2026-11-01",
            "invoice_date_due": "2026-11-10",
            "invoice_payment_term_id": False,
            "invoice_line_ids": [
                Command.create(
                    {
                        "name": f"Iuran {partner}",
                        "quantity": 1,
                        "price_unit": price,
                        "account_id": cls.accounts["income"].id,
                        "tax_ids": [Command.set([cls.taxes[tax].id for tax in taxes])],
                    }
                ),
            ],
            **vals,
        }

    def get_receivables(self, moves):
        return moves.line_ids.filtered(
            lambda line: line.account_type == "asset_receivable"
        )


class TestAfterwards(AfterwardsCommon):
    def setUp(self):
        super().setUp()
        # As in a later request.
        self.env.invalidate_all()

    def pay(self, moves, **vals):
        wizard = (
            self.env["account.payment.register"]
            .with_context(active_model="account.move", active_ids=moves.ids)
            .create({"journal_id": self.bank_journal.id, **vals})
        )
        return wizard._create_payments()

    def test_they_are_stamped(self):
        self.assertEqual(self.result.stamped, 3, self.result.ordinary)
        self.assertEqual(self.result.prototypes, 1)
        self.assertFalse(self.result.ordinary)
        self.assertEqual(self.moves.mapped("amount_total"), PRICES)
        self.assertEqual(
            self.moves.mapped("name"), [f"TGD/2026/{rank:05}" for rank in range(1, 5)]
        )

    def test_payment_in_full(self):
        payment = self.pay(self.move)
        self.assertEqual(payment.amount, self.move.amount_total)
        self.assertEqual(payment.partner_id, self.move.partner_id)
        self.assertEqual(self.move.payment_state, "paid")
        self.assertFalse(self.move.amount_residual)
        self.assertTrue(self.get_receivables(self.move).reconciled)

    def test_payment_in_part(self):
        self.pay(self.move, amount=200_000)
        self.assertEqual(self.move.payment_state, "partial")
        self.assertEqual(self.move.amount_residual, 300_000)
        self.pay(self.move)
        self.assertEqual(self.move.payment_state, "paid")

    def test_payment_of_several_at_once(self):
        self.pay(self.moves)
        self.assertEqual(set(self.moves.mapped("payment_state")), {"paid"})

    def test_credit_note(self):
        wizard = (
            self.env["account.move.reversal"]
            .with_context(active_model="account.move", active_ids=self.move.ids)
            .create({"journal_id": self.move.journal_id.id, "reason": "Salah"})
        )
        wizard.refund_moves()
        refund = self.move.reversal_move_ids
        self.assertEqual(refund.amount_total, self.move.amount_total)
        refund.action_post()
        self.assertEqual(self.move.payment_state, "reversed")

    def test_reversal_with_a_new_invoice(self):
        wizard = (
            self.env["account.move.reversal"]
            .with_context(active_model="account.move", active_ids=self.move.ids)
            .create({"journal_id": self.move.journal_id.id})
        )
        action = wizard.modify_moves()
        self.assertEqual(self.move.payment_state, "reversed")
        copy = self.env["account.move"].browse(action["res_id"])
        self.assertEqual(copy.amount_total, self.move.amount_total)
        self.assertEqual(copy.partner_id, self.move.partner_id)

    def test_reset_to_draft_and_change(self):
        name = self.move.name
        self.move.button_draft()
        self.assertEqual(self.move.state, "draft")
        with Form(self.move) as form, form.invoice_line_ids.edit(0) as line:
            line.price_unit = 600_000
        self.move.action_post()
        self.assertEqual(self.move.name, name)
        self.assertEqual(self.move.payment_reference, name)
        self.assertEqual(self.move.amount_total, 600_000)
        self.assertEqual(self.get_receivables(self.move).debit, 600_000)
        self.assertEqual(sum(self.move.line_ids.mapped("balance")), 0)

    def test_change_of_tax_after_reset(self):
        self.move.button_draft()
        self.move.invoice_line_ids.tax_ids = self.taxes["excluded"]
        self.move.action_post()
        self.assertEqual(self.move.amount_tax, 55_000)
        self.assertEqual(self.get_receivables(self.move).debit, 555_000)

    def test_taxes_and_analytics_of_stamped_ones(self):
        unit = self.analytics["unit_1"]
        vals_list = [
            self.get_vals(partner, 100_000, ["excluded"]) for partner in PARTNERS
        ]
        for vals in vals_list:
            line = vals["invoice_line_ids"][0][2]
            line.update(name="Buku", analytic_distribution={str(unit.id): 100})
        result = self.env["account.move.bulk"]._create_posted(vals_list)
        self.assertEqual(result.stamped, 3, result.ordinary)
        move = result.moves[-1]
        self.assertEqual(move.amount_total, 111_000)
        totals = move.tax_totals
        self.assertEqual(totals["total_amount_currency"], 111_000)
        analytic_line = move.invoice_line_ids.analytic_line_ids
        self.assertEqual(analytic_line.amount, 100_000)
        move.button_draft()
        self.assertFalse(analytic_line.exists())
        move.invoice_line_ids.price_unit = 200_000
        move.action_post()
        self.assertEqual(move.amount_total, 222_000)
        self.assertEqual(move.invoice_line_ids.analytic_line_ids.amount, 200_000)

    def test_cancel(self):
        self.move.button_draft()
        self.move.button_cancel()
        self.assertEqual(self.move.state, "cancel")

    def test_delete(self):
        """Who bills may delete the last number, none before it."""
        last, earlier = (
            move.with_user(self.users["biller"]) for move in (self.move, self.moves[-2])
        )
        earlier.button_draft()
        with self.assertRaises(UserError):
            earlier.unlink()
        last.button_draft()
        last.unlink()
        self.assertFalse(self.move.exists())
        messages = self.env["mail.message"].search(
            [("model", "=", "account.move"), ("res_id", "=", self.move.id)]
        )
        self.assertFalse(messages)

    def test_posted_ones_are_not_deleted(self):
        with self.assertRaises(UserError):
            self.move.unlink()

    def test_lock_date(self):
        clearing = self.accounts["clearing"]
        self.company.fiscalyear_lock_date = date(2026, 11, 1)
        for change in (
            lambda move: move.button_draft(),
            lambda move: move.line_ids.write({"account_id": clearing.id}),
            lambda move: move.write({"date": "2026-11-20"}),
        ):
            with self.assertRaises(UserError), self.cr.savepoint():
                change(self.move.with_user(self.users["accountant"]))
        self.assertEqual(self.move.state, "posted")

    def test_next_number(self):
        later = self.env["account.move"].create(self.get_vals("third", 1_000))
        later._post(soft=False)
        self.assertEqual(later.name, "TGD/2026/00005")
        self.assertEqual(
            (self.moves | later).mapped("sequence_number"), [1, 2, 3, 4, 5]
        )
        self.assertFalse(any((self.moves | later).mapped("made_sequence_gap")))

    def test_next_batch(self):
        vals_list = [self.get_vals(partner, 2_000) for partner in PARTNERS]
        result = self.env["account.move.bulk"]._create_posted(vals_list)
        self.assertEqual(result.moves.mapped("sequence_number"), [5, 6, 7, 8])
        self.assertFalse(any(result.moves.mapped("made_sequence_gap")))

    def test_gap(self):
        self.move.button_draft()
        self.move.name = False
        later = self.env["account.move"].create(self.get_vals("third", 1_000))
        later.name = "TGD/2026/00009"
        later._post(soft=False)
        self.assertTrue(later.made_sequence_gap)

    def test_search_and_group(self):
        Move = self.env["account.move"]
        partner = self.move.partner_id
        ours = [("id", "in", self.moves.ids)]
        found = Move.search([*ours, ("partner_id", "=", partner.id)])
        self.assertEqual(found, self.move)
        found = Move.search([*ours, ("name", "ilike", "TGD/2026/00004")])
        self.assertEqual(found, self.move)
        found = Move.search([*ours, ("amount_residual", "=", 450_000)])
        self.assertEqual(len(found), 2)
        found = Move.search([*ours, ("invoice_line_ids.name", "=", "Iuran ranked")])
        self.assertEqual(found, self.move)
        groups = dict(
            Move._read_group(ours, ["commercial_partner_id"], ["amount_total:sum"])
        )
        self.assertEqual(groups[self.partners["family"]], 450_000)
        self.assertEqual(groups[partner], 500_000)

    def test_invoice_analysis(self):
        self.env.flush_all()
        [(_partner, total)] = self.env["account.invoice.report"]._read_group(
            [("move_id", "=", self.move.id)], ["partner_id"], ["price_subtotal:sum"]
        )
        self.assertEqual(total, 500_000)

    def test_what_a_customer_owes(self):
        partner = self.move.partner_id.with_company(self.company)
        self.assertEqual(partner.credit, 500_000)
        self.assertEqual(partner.total_invoiced, 500_000)
        self.assertIn(partner, self.env["res.partner"].search([("credit", ">", 0)]))

    def test_student(self):
        if not self.schedule:
            return  # no school fees in this database
        vals_list = [
            self.get_vals(
                partner, 5_000, student_id=row.student_id.id, fee_schedule_id=row.id
            )
            for partner, row in zip(PARTNERS, self.schedule, strict=False)
        ]
        result = self.env["account.move.bulk"]._create_posted(vals_list)
        self.assertEqual(result.stamped, 3, result.ordinary)
        for move, row in zip(result.moves, self.schedule, strict=False):
            found = self.env["account.move"].search(
                [("student_id", "=", row.student_id.id)]
            )
            self.assertEqual(found, move)
            self.assertEqual(found.fee_schedule_id, row)
        groups = self.env["account.move"]._read_group(
            [("id", "in", result.moves.ids)], ["student_id"], ["__count"]
        )
        self.assertEqual([count for _student, count in groups], [1] * 4)

    def test_chatter(self):
        [message] = self.move.message_ids
        self.assertEqual(message.author_id, self.env.user.partner_id)
        self.move.message_post(body="Sudah ditelepon")
        self.assertEqual(len(self.move.message_ids), 2)
        self.move.ref = "Surat 7"
        self.env.flush_all()
        self.env.cr.precommit.run()
        self.env.invalidate_all()
        tracked = self.move.message_ids.tracking_value_ids
        self.assertEqual(tracked.field_id.name, "ref")

    # === REPORTS === #

    def get_report_data(self, report, wizard, **vals):
        wizard = self.env[wizard].create(
            {
                "date_at": date(2026, 12, 31),
                "company_id": self.company.id,
                "target_move": "posted",
                "account_ids": [
                    Command.set(self.get_receivables(self.moves).account_id.ids)
                ],
                "partner_ids": [Command.set(self.move.partner_id.ids)],
                **vals,
            }
        )
        data = wizard._prepare_report_data()
        # As a report gets it from the browser.
        data["date_at"] = "2026-12-31"
        return self.env[report]._get_report_values(wizard.ids, data)

    def test_open_items(self):
        if "open.items.report.wizard" not in self.env:
            return  # account_financial_report is not in this database
        values = self.get_report_data(
            "report.account_financial_report.open_items",
            "open.items.report.wizard",
            show_partner_details=True,
        )
        [by_partner] = values["Open_Items"].values()
        [line] = by_partner[self.move.partner_id.id]
        self.assertEqual(line["move_name"], self.move.name)
        self.assertEqual(line["amount_residual"], 500_000)

    def test_aged_partner_balance(self):
        if "aged.partner.balance.report.wizard" not in self.env:
            return  # account_financial_report is not in this database
        values = self.get_report_data(
            "report.account_financial_report.aged_partner_balance",
            "aged.partner.balance.report.wizard",
            show_move_line_details=True,
        )
        [account] = values["aged_partner_balance"]
        [partner] = account["partners"]
        self.assertEqual(partner["residual"], 500_000)
        [line] = partner["move_lines"]
        self.assertIn(self.move.name, line["ref_label"] + line["entry"])
        # Due on 10 November: 51 days late at the end of the year.
        self.assertEqual(line["60_days"], 500_000)


class TestPages(AfterwardsCommon, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Pages are in English, whatever languages the database has.
        cls.env["res.lang"]._activate_lang("en_US")
        cls.move.partner_id.lang = "en_US"
        cls.payer = new_test_user(
            cls.env,
            "bulk_payer",
            "base.group_portal",
            name=cls.move.partner_id.name,
            partner_id=cls.move.partner_id.id,
            lang="en_US",
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )

    def check_pdf(self, content):
        self.assertTrue(content.startswith(b"%PDF"), content[:40])
        self.assertTrue(PdfFileReader(io.BytesIO(content)).pages)

    @contextmanager
    def print_for_real(self):
        """Let Odoo make PDF files, which it does not in tests."""
        reports = self.env.registry["ir.actions.report"]
        render = reports._pre_render_qweb_pdf

        def force(self, *args, **kwargs):
            forced = self.with_context(force_report_rendering=True)
            return render(forced, *args, **kwargs)

        with (
            patch.object(reports, "_pre_render_qweb_pdf", force),
            self.allow_pdf_render(),
        ):
            yield

    def test_report(self):
        reports = self.env["ir.actions.report"]
        content, _kind = reports._render_qweb_html(PDF_REPORT, self.move.ids)
        text = " ".join(html.fromstring(content).text_content().split())
        for part in (self.move.name, "500,000", "Iuran ranked", "11/10/2026"):
            self.assertIn(part, text)
        with self.print_for_real():
            content, kind = reports._render_qweb_pdf(PDF_REPORT, self.move.ids)
        self.assertEqual(kind, "pdf")
        self.check_pdf(content)

    def test_portal(self):
        self.authenticate("bulk_payer", "bulk_payer")
        page = self.url_open("/my/invoices")
        self.assertEqual(page.status_code, 200)
        self.assertIn(self.move.name, page.text)
        page = self.url_open(f"/my/invoices/{self.move.id}")
        self.assertEqual(page.status_code, 200)
        self.assertIn(self.move.name, page.text)
        self.assertIn("500,000", page.text)
        other = self.url_open(f"/my/invoices/{self.moves[0].id}", allow_redirects=False)
        self.assertIn(other.status_code, (302, 303))

    def test_portal_download(self):
        self.authenticate("bulk_payer", "bulk_payer")
        with self.print_for_real():
            answer = self.url_open(
                f"/my/invoices/{self.move.id}?report_type=pdf&download=true",
                timeout=120,
            )
        self.assertEqual(answer.status_code, 200)
        self.assertEqual(answer.headers["Content-Type"], "application/pdf")
        self.check_pdf(answer.content)

    def test_link_for_anyone(self):
        path = self.move.get_portal_url()
        self.assertIn("access_token=", path)
        self.authenticate(None, None)
        page = self.url_open(path)
        self.assertIn(self.move.name, page.text)
