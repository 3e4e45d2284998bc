# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import date, timedelta

from lxml import html
from psycopg2.errors import SerializationFailure

from odoo import SUPERUSER_ID, api
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.sql_db import db_connect
from odoo.tests import BaseCase, freeze_time, get_db_name, tagged
from odoo.tools import mute_logger

from .checkout_common import CheckoutCommon, Refused
from .common import NOW

REFUSAL = "Bank sedang gangguan"


@tagged("post_install", "-at_install")
@freeze_time("2026-11-16 03:00:00")
class TestCheckout(CheckoutCommon):
    """Several bills of several children in one payment."""

    # === CHOOSING BILLS === #

    def get_boxes(self, page):
        """Return {bill id: ticked} of the page of open bills."""
        boxes = html.fromstring(page).xpath("//input[@name='bill']")
        return {int(box.get("value")): box.get("checked") is not None for box in boxes}

    def test_the_bills_of_all_children_and_of_nobody_else(self):
        page = self.get_page("/my/payments/bills")
        self.assertEqual(self.get_boxes(page), {bill.id: True for bill in self.bills})
        self.assert_shown("Ani Bayar", page)
        self.assert_shown("Budi Bayar", page)
        self.assert_not_shown("Pak Lain", page)

    def test_late_bills_come_first(self):
        late = self.make_bill(50000, partner=self.sibling, due=date(2026, 10, 1))
        future = self.make_bill(60000, due=date(2026, 12, 1))
        page = self.get_page("/my/payments/bills")
        self.assertEqual(
            list(self.get_boxes(page)),
            [late.id, self.sibling_bill.id, self.bill.id, future.id],
        )
        self.assertEqual(page.count("text-bg-danger"), 3)

    def test_late_by_the_clock_of_the_company(self):
        bill = self.make_bill(due=date(2026, 11, 16))
        self.assertFalse(bill._is_payment_overdue())
        with freeze_time("2026-11-16 16:59:59"):
            self.assertFalse(bill._is_payment_overdue())
        with freeze_time("2026-11-16 17:00:00"):  # midnight in Jakarta
            self.assertTrue(bill._is_payment_overdue())

    def test_paid_bills_are_not_shown(self):
        self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=self.bill.ids
        ).create({})._create_payments()
        page = self.get_page("/my/payments/bills")
        self.assertEqual(list(self.get_boxes(page)), self.sibling_bill.ids)

    def test_a_bill_that_waits_for_its_payment_is_not_ticked(self):
        tx = self.make_attempt(self.bill)
        page = self.get_page("/my/payments/bills")
        self.assertEqual(
            self.get_boxes(page), {self.bill.id: False, self.sibling_bill.id: True}
        )
        self.assert_shown(tx._get_waiting_url(), page)

    def test_nobody_sees_bills_without_logging_in(self):
        self.get_page("/my/payments/bills", login=None, status=303)
        self.get_page(f"/my/payments/checkout?bill={self.bill.id}", None, 303)
        self.get_page("/my/payments", login=None, status=303)

    def test_staff_is_held_to_the_own_bills(self):
        user = self.make_user("kasir_bayar", "account.group_account_invoice")
        page = self.get_page("/my/payments/bills", login=user.login)
        self.assertEqual(self.get_boxes(page), {})

    def test_the_home_page_counts_what_is_open(self):
        self.authenticate("ibu_bayar", "ibu_bayar")
        counters = self.make_jsonrpc_request(
            "/my/counters",
            {"counters": ["payable_bill_count", "online_payment_count"]},
        )
        self.assertEqual(counters, {"payable_bill_count": 2, "online_payment_count": 0})
        self.assert_shown("/my/payments/bills", self.get_page("/my/home"))

    def test_paying_overdue_invoices_leads_here(self):
        # Odoo's own page raises where late bills are for two people.
        self.authenticate("ibu_bayar", "ibu_bayar")
        response = self.url_open("/my/invoices/overdue", allow_redirects=False)
        self.assertEqual(response.status_code, 303)
        self.assertTrue(response.headers["Location"].endswith("/my/payments/bills"))

    # === WAYS TO PAY === #

    def get_methods(self, bills):
        query = "&".join(f"bill={bill.id}" for bill in bills)
        page = html.fromstring(self.get_page(f"/my/payments/checkout?{query}"))
        return page, {
            int(radio.get("data-payment-option-id"))
            for radio in page.xpath("//input[@name='o_payment_radio']")
        }

    def test_methods_and_what_they_cost(self):
        self.channel.write(
            {"fee_fixed": 4000, "fee_tax_percent": 11, "fee_bearer": "payer"}
        )
        page, methods = self.get_methods(self.bills)
        self.assertEqual(
            methods, set((self.method | self.qris_method | self.wallet_method).ids)
        )
        terms = {
            " ".join(node.text_content().split()).replace("\u00a0", " ")
            for node in page.xpath("//div[@name='payment_va_terms']")
        }
        self.assertEqual(
            terms,
            {
                "Virtual Account · service fee Rp 4.440 · you pay Rp 454.440",
                "QRIS · no service fee",
                "E-Wallet · no service fee",
            },
        )

    def test_methods_that_do_not_take_the_amount(self):
        self.channel.min_amount = 500_000
        self.qris_channel.max_amount = 400_000
        page, methods = self.get_methods(self.bills)
        self.assertEqual(methods, set(self.wallet_method.ids))
        text = " ".join(page.text_content().split()).replace("\u00a0", " ")
        self.assert_shown("Not for this amount:", text)
        self.assert_shown("(from Rp 500.000)", text)
        self.assert_shown("(up to Rp 400.000)", text)

    def test_archived_channels_are_not_on_offer(self):
        self.qris_channel.active = False
        _page, methods = self.get_methods(self.bill)
        self.assertEqual(methods, set((self.method | self.wallet_method).ids))
        self.assert_start_refused(self.bill, "not for these", method=self.qris_method)

    def test_a_gateway_with_pages_of_its_own_takes_methods_without_channel(self):
        self.gateway.redirect_form_view_id = self.env.ref("portal.portal_layout")
        self.qris_channel.active = False
        self.channel.unlink()
        _page, methods = self.get_methods(self.bill)
        self.assertEqual(methods, set((self.method | self.wallet_method).ids))

    def test_nothing_is_on_offer_where_online_payment_is_switched_off(self):
        self.env["ir.config_parameter"].set_param(
            "account_payment.enable_portal_payment", "False"
        )
        page, methods = self.get_methods(self.bill)
        self.assertFalse(methods)
        self.assert_shown("does not take online payments", page.text_content())
        self.assert_start_refused(self.bill, "not for these bills")

    def test_an_unpublished_gateway_is_not_on_offer(self):
        self.gateway.is_published = False
        _page, methods = self.get_methods(self.bill)
        self.assertFalse(methods)
        self.assert_start_refused(self.bill, "not for these bills")

    def test_a_choice_that_is_none(self):
        for query in ("", "?bill=", "?bill=x", f"?bill={self.bill.id}x", "?bill=-1"):
            page = self.get_page(f"/my/payments/checkout{query}")
            with self.subTest(query):
                self.assert_shown("Choose again", page)

    def test_the_bill_of_somebody_else_cannot_be_looked_at(self):
        query = f"?bill={self.bill.id}&bill={self.strange_bill.id}"
        page = self.get_page(f"/my/payments/checkout{query}")
        self.assert_shown("not yours to pay", page)
        self.assert_not_shown(self.strange_bill.name, page)

    def test_schools_with_accounts_of_their_own(self):
        other = self.env["res.company"].create(
            {"name": "SMA Bayar", "parent_id": self.company.id}
        )
        self.env.cr.precommit.run()
        self.portal_user.company_ids = [Command.link(other.id)]
        journal = self.branch_journal.copy(
            {"company_id": other.id, "code": "TSMA", "name": "Tagihan SMA"}
        )
        there = self.make_bill(80000, company_id=other.id, journal_id=journal.id)
        page, methods = self.get_methods(self.bill | there)
        self.assertIn(self.method.id, methods)  # the foundation's account takes both
        self.gateway.company_id = self.branch
        page, methods = self.get_methods(self.bill | there)
        self.assertFalse(methods)
        text = " ".join(page.text_content().split())
        self.assert_shown("These bills cannot be paid together", text)
        self.assert_shown("SMA Bayar: does not take online payments yet", text)
        links = page.xpath("//div[@role='alert']//a/@href")
        self.assertEqual(links, [f"/my/payments/checkout?bill={self.bill.id}"])
        self.assert_start_refused(self.bill | there, "not for these bills")

    # === PAYING === #

    def test_one_attempt_for_the_bills_of_two_children(self):
        answer = self.start(self.bills)
        tx = self.find_attempt(answer)
        self.assertEqual(tx.invoice_ids, self.bills)
        self.assertEqual(tx.amount, 450000)
        self.assertEqual(tx.partner_id, self.parent)
        self.assertEqual((tx.state, tx.channel_id), ("pending", self.channel))
        self.assertEqual(tx.expires_at, NOW + timedelta(days=1))
        form = html.fromstring(answer["redirect_form_html"])
        self.assertEqual(form.get("action"), tx._get_waiting_url())
        self.assertEqual(form.get("method"), "get")

    def test_paying_it_settles_all_bills(self):
        tx = self.find_attempt(self.start(self.bills))
        self.pay(tx)
        self.assertEqual(set(self.bills.mapped("payment_state")), {"paid"})
        self.assertEqual(self.incoming().line_ids.mapped("amount"), [350000, 100000])

    def test_the_payer_bears_the_surcharge(self):
        self.channel.write(
            {"fee_fixed": 4000, "fee_tax_percent": 11, "fee_bearer": "payer"}
        )
        tx = self.find_attempt(self.start(self.bills))
        self.assertEqual((tx.amount, tx.surcharge_amount), (454440, 4440))
        self.pay(tx)
        self.assertEqual(set(self.bills.mapped("payment_state")), {"paid"})
        self.assertEqual(self.incoming().fee_amount, 4440)
        self.assertFalse(self.incoming().exception)

    def test_a_tampered_amount_is_refused(self):
        for amount in (1, 449999, 450001, -450000, 0, None, "x", "nan", "inf"):
            self.assert_start_refused(
                self.bills, "amount of your bills has changed", amount=amount
            )

    def test_the_surcharge_is_not_for_the_browser_to_say(self):
        self.channel.write({"fee_fixed": 4000, "fee_bearer": "payer"})
        self.assert_start_refused(self.bills, "has changed", amount=454000)
        with mute_logger("odoo.http"), self.assertRaises(Refused):
            self.start(self.bills, surcharge_amount=0)
        self.assertFalse(self.find_attempts())

    def test_bills_of_others_are_refused(self):
        self.assert_start_refused(self.strange_bill, "not yours to pay")
        self.assert_start_refused(self.bills | self.strange_bill, "not yours to pay")

    def test_paid_bills_are_refused(self):
        self.pay(self.find_attempt(self.start(self.bill)))
        self.assert_start_refused(self.bill, "paid already")
        self.assert_start_refused(self.bills, "paid already", amount=450000)

    def test_drafts_and_credit_notes_are_refused(self):
        draft = self.bill.copy()
        self.assert_start_refused(draft, "not yours to pay")
        refund = self.bill._reverse_moves()
        refund.action_post()
        self.assert_start_refused(refund, "not yours to pay")

    def test_ids_that_are_none(self):
        for ids in ("x", "1-x", "--", "1e3", "９", f"{self.bill.id}.0"):
            with mute_logger("odoo.http"), self.assertRaises(Refused):
                self.start(self.bill, route=f"/my/payments/transaction/{ids}")
        self.assertFalse(self.find_attempts())

    def test_nobody_pays_without_logging_in(self):
        with mute_logger("odoo.http"), self.assertRaises(Refused):
            self.start(self.bill, login=None)
        self.assertFalse(self.find_attempts())

    def test_methods_and_gateways_that_were_not_on_offer(self):
        other = self.env.ref("payment.payment_method_bni")
        self.assert_start_refused(self.bill, "not for these bills", method=other)
        hidden = self.gateway.copy()
        for provider_id in (hidden.id, 0, -1, None):
            self.assert_start_refused(
                self.bill, "not for these bills", provider_id=provider_id
            )

    def test_limits_hold_with_the_surcharge(self):
        self.channel.write(
            {"max_amount": 350000, "fee_fixed": 1, "fee_bearer": "payer"}
        )
        self.assert_start_refused(self.bill, "only up to Rp.350.000")

    def test_what_a_gateway_refuses_is_an_error_for_the_payer(self):
        def refuse(tx):
            raise UserError(REFUSAL)

        self.patch(self.env.registry["payment.transaction"], "_request_charge", refuse)
        answer = self.start(self.bill)
        self.assertEqual(answer["state"], "error")
        self.assertEqual(answer["state_message"], REFUSAL)

    # === THE SAME ATTEMPT AGAIN === #

    def test_the_same_choice_is_the_same_attempt(self):
        first, second = self.start(self.bills), self.start(self.bills)
        self.assertEqual(first["reference"], second["reference"])
        self.assertEqual(len(self.find_attempts()), 1)
        self.assert_shown(
            self.find_attempts()._get_waiting_url(), second["redirect_form_html"]
        )

    def test_another_choice_is_another_attempt(self):
        references = {
            self.start(bills, method=method)["reference"]
            for bills, method in (
                (self.bills, self.method),
                (self.bill, self.method),
                (self.bills, self.qris_method),
            )
        }
        self.assertEqual(len(references), 3)

    def test_an_attempt_that_ends_soon_is_not_taken_again(self):
        first = self.start(self.bills)["reference"]
        self.find_attempts().expires_at = NOW + timedelta(seconds=60)
        self.assertNotEqual(self.start(self.bills)["reference"], first)

    def test_an_attempt_with_other_terms_is_not_taken_again(self):
        first = self.start(self.bill)["reference"]
        self.channel.write({"fee_fixed": 1000, "fee_bearer": "payer"})
        self.assertNotEqual(self.start(self.bill)["reference"], first)

    # === ODOO'S OWN PAGES === #

    def start_natively(self, bill, **params):
        route = f"/invoice/transaction/{bill.id}"
        return self.start(
            bill, route=route, access_token=bill._portal_ensure_token(), **params
        )

    def test_pay_now_of_an_invoice_adds_the_surcharge(self):
        self.channel.write({"fee_fixed": 4000, "fee_bearer": "payer"})
        tx = self.find_attempt(self.start_natively(self.bill))
        self.assertEqual((tx.amount, tx.surcharge_amount), (354000, 4000))
        self.assertEqual(tx.invoice_ids, self.bill)

    def test_pay_now_without_logging_in(self):
        tx = self.find_attempt(self.start_natively(self.bill, login=None))
        self.assertEqual((tx.partner_id, tx.amount), (self.child, 350000))
        self.assertTrue(tx.va_number)

    def test_pay_now_takes_a_part_but_never_too_much(self):
        tx = self.find_attempt(self.start_natively(self.bill, amount=50000))
        self.assertEqual(tx.amount, 50000)
        for amount in (350001, 0, -5, "nan"):
            with mute_logger("odoo.http"), self.assertRaises(Refused):
                self.start_natively(self.bill, amount=amount)
        self.assertEqual(self.find_attempts(), tx)

    def test_pay_now_finds_the_attempt_of_the_checkout(self):
        first = self.start(self.bill)["reference"]
        self.assertEqual(self.start_natively(self.bill)["reference"], first)

    def test_pay_now_refuses_gateways_of_other_companies(self):
        self.gateway.company_id = self.branch
        journal = self.env["account.journal"].search(
            [("type", "=", "sale"), ("company_id", "=", self.company.id)], limit=1
        )
        bill = self.make_bill(company_id=self.company.id, journal_id=journal.id)
        with mute_logger("odoo.http"), self.assertRaisesRegex(Refused, "not for these"):
            self.start_natively(bill)
        self.assertFalse(self.find_attempts())

    def test_the_page_of_an_invoice_leads_to_its_attempt(self):
        tx = self.find_attempt(self.start(self.bill))
        page = self.get_page(f"/my/invoices/{self.bill.id}")
        self.assert_shown(tx._get_waiting_url(), page)

    def test_a_payment_link_adds_the_surcharge(self):
        self.channel.write({"fee_fixed": 4000, "fee_bearer": "payer"})
        wizard = (
            self.env["payment.link.wizard"]
            .with_context(active_model="account.move", active_id=self.bill.id)
            .create({})
        )
        page = html.fromstring(self.get_page(wizard.link, login=None))
        form = page.xpath("//form[@id='o_payment_form']")[0]
        answer = self.start(
            self.bill,
            login=None,
            route=form.get("data-transaction-route"),
            access_token=form.get("data-access-token"),
            landing_route=form.get("data-landing-route"),
        )
        self.assertEqual(self.find_attempt(answer).amount, 354000)

    # === PAYMENTS === #

    def test_payments_and_receipts_of_the_own_family(self):
        self.pay(self.find_attempt(self.start(self.bills)))
        payment = self.incoming()
        path = f"/my/payments/{payment.id}/receipt"
        page = self.get_page("/my/payments")
        self.assert_shown(payment.name, page)
        self.assert_shown(path, page)
        self.assert_not_shown(payment.name, self.get_page("/my/payments", "pak_lain"))
        self.get_page(path, "pak_lain", 404)
        self.get_page(path, None, 303)
        self.assert_shown("Empat ratus lima puluh ribu rupiah", self.get_page(path))

    def test_what_waits_is_on_the_page_of_payments(self):
        tx = self.find_attempt(self.start(self.bill))
        self.assert_shown(tx._get_waiting_url(), self.get_page("/my/payments"))

    # === FIXED NUMBERS === #

    def test_fixed_numbers_of_the_own_family(self):
        own, strange, closed = self.env["payment.virtual.account"].create(
            [
                {
                    "provider_id": self.gateway.id,
                    "channel_id": self.channel.id,
                    "partner_id": partner.id,
                    "state": state,
                }
                for partner, state in (
                    (self.child, "active"),
                    (self.stranger, "active"),
                    (self.sibling, "closed"),
                )
            ]
        )
        page = self.get_page("/my/payments/bills")
        self.assert_shown(own._get_display_number(), page)
        self.assert_not_shown(strange._get_display_number(), page)
        self.assert_not_shown(closed._get_display_number(), page)


@tagged("post_install", "-at_install")
class TestTwoTaps(BaseCase):
    """Two requests of one payer at a time, in transactions of their own."""

    def test_the_second_one_starts_over_and_finds_the_first(self):
        database = db_connect(get_db_name())
        with database.cursor() as first, database.cursor() as second:
            payer_id = self.serialise(first)
            second.execute("SELECT 1 FROM res_partner WHERE id = %s", [payer_id])
            first.commit()  # nothing but the version of the row has changed
            # Odoo repeats a request that fails so.
            with self.assertRaises(SerializationFailure):
                self.serialise(second)
            second.rollback()

    def serialise(self, cr):
        env = api.Environment(cr, SUPERUSER_ID, {})
        payer = env.ref("base.main_partner")
        env["payment.checkout"]._serialise(payer)
        return payer.id
