# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import io
from datetime import timedelta
from zoneinfo import ZoneInfo

from lxml import html
from PIL import Image

from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged

from ..controllers.waiting import _clean_url
from ..tools import qris
from .checkout_common import CheckoutCommon
from .common import NOW

REFUSAL = "Sudah dibayar"


@tagged("post_install", "-at_install")
@freeze_time("2026-11-16 03:00:00")
class TestWaitingPage(CheckoutCommon):
    """How to pay, and that it is paid, for whoever has the address."""

    def open_attempt(self, method=None, bills=None):
        """Start a checkout and forget who did."""
        tx = self.find_attempt(self.start(bills or self.bills, method=method))
        self.authenticate(None, None)
        return tx

    def get(self, tx, tail="", status=200):
        response = self.url_open(tx._get_waiting_url() + tail, allow_redirects=False)
        self.assertEqual(response.status_code, status, response.text[:500])
        return response

    def get_text(self, tx):
        page = html.fromstring(self.get(tx).text)
        text = page.xpath("//main")[0].text_content()
        return " ".join(text.split()).replace("\u00a0", " ")

    def get_status(self, tx):
        return self.get(tx, "/status").json()["state"]

    # === WHO SEES IT === #

    def test_every_address_needs_its_token(self):
        tx, other = self.open_attempt(), self.make_attempt(self.strange_bill)
        payment = "/receipt/1"
        wrong = (
            "x",
            tx._get_access_token()[:-1],
            tx._get_access_token() + "0",
            other._get_access_token(),
            "%C3%A9",
        )
        for token in wrong:
            for tail in ("", "/status", "/qr.png", payment):
                url = f"/payment/va/{tx.id}/{token}{tail}"
                self.assertEqual(self.url_open(url).status_code, 404, url)
            url = f"/payment/va/{tx.id}/{token}/cancel"
            self.assertEqual(self.url_open(url, data={"a": 1}).status_code, 404)
        url = f"/payment/va/{other.id + 1000}/{tx._get_access_token()}"
        self.assertEqual(self.url_open(url).status_code, 404)
        self.assertEqual(tx.state, "pending")

    def test_the_address_is_kept_private(self):
        tx = self.open_attempt()
        for tail in ("", "/status"):
            headers = self.get(tx, tail).headers
            self.assertEqual(headers["Referrer-Policy"], "no-referrer")
            self.assertIn("no-store", headers["Cache-Control"])
            self.assertIn("noindex", headers["X-Robots-Tag"])

    def test_asking_for_the_status_opens_no_session(self):
        tx = self.open_attempt()
        self.opener.cookies.clear()
        self.assertNotIn("Set-Cookie", self.get(tx, "/status").headers)

    def test_nothing_comes_from_elsewhere(self):
        tx = self.open_attempt(self.qris_method)
        page = html.fromstring(self.get(tx).text)
        sources = page.xpath("//main//@src | //head//@src | //head/link/@href")
        outside = [url for url in sources if url.startswith(("http", "//"))]
        own = self.base_url()
        self.assertFalse([url for url in outside if not url.startswith(own)])

    # === WHAT IT SHOWS === #

    def test_a_number_in_groups_and_as_digits(self):
        tx = self.open_attempt()
        page = html.fromstring(self.get(tx).text)
        copied = page.xpath("//main//@data-copy")
        self.assertEqual(copied, ["450000", tx.va_number])
        shown = page.xpath("//*[contains(@class, 'o_payment_va_value')]/text()")
        groups = [tx.va_number[i : i + 4] for i in range(0, len(tx.va_number), 4)]
        self.assertIn(" ".join(groups), [text.strip() for text in shown])

    def test_amount_with_its_surcharge(self):
        self.channel.write({"fee_fixed": 4000, "fee_bearer": "payer"})
        text = self.get_text(self.open_attempt())
        self.assert_shown("Rp 454.000", text)
        self.assert_shown("Rp 450.000 + service fee Rp 4.000", text)

    def test_the_end_in_the_time_zone_of_the_company(self):
        tx = self.open_attempt()
        self.assert_shown("17 November 2026, 10:00 WIB", self.get_text(tx))
        self.patch(
            self.env.registry["res.company"],
            "_get_payment_zone",
            lambda company: ZoneInfo("Asia/Jayapura"),
        )
        self.assert_shown("17 November 2026, 12:00 WIT", self.get_text(tx))
        page = html.fromstring(self.get(tx).text)
        main = page.xpath("//*[@data-status-url]")[0]
        self.assertEqual(main.get("data-expires"), "2026-11-17T03:00:00Z")
        self.assertEqual(main.get("data-now"), "2026-11-16T03:00:00Z")

    def test_company_and_payment_code_of_mandiri(self):
        tx = self.make_attempt(self.bill, biller_code="70012", bill_key="990000000260")
        page = html.fromstring(self.get(tx).text)
        self.assertEqual(
            page.xpath("//main//@data-copy"), ["350000", "70012", "990000000260"]
        )

    def test_steps_of_the_bank_and_those_of_the_treasurer(self):
        tx = self.open_attempt()
        self.assert_shown("BRImo", self.get_text(tx))
        self.method.pay_steps = "<h3>Warung Bu Tini</h3><ol><li>Datang</li></ol>"
        text = self.get_text(tx)
        self.assert_shown("Warung Bu Tini", text)
        self.assert_not_shown("BRImo", text)

    def test_a_method_without_steps_of_its_own_has_those_of_its_kind(self):
        self.method.code = "bank_uji"
        self.assert_shown(
            "Mobile or internet banking", self.get_text(self.open_attempt())
        )

    def test_whom_it_is_for(self):
        text = self.get_text(self.open_attempt())
        self.assert_shown("Ani Bayar", text)
        self.assert_shown("Budi Bayar", text)

    def test_the_language_of_the_payer(self):
        self.env["res.lang"]._activate_lang("id_ID")
        self.parent.lang = "id_ID"
        tx = self.open_attempt()
        self.assert_shown("Selasa, 17 November 2026", self.get_text(tx))

    # === QRIS AND E-WALLETS === #

    def test_a_code_is_drawn(self):
        tx = self.open_attempt(self.qris_method)
        page = html.fromstring(self.get(tx).text)
        self.assertEqual(len(page.xpath("//main//*[local-name()='svg']")), 1)
        response = self.get(tx, "/qr.png?download=1")
        self.assertEqual(response.headers["Content-Type"], "image/png")
        self.assertIn(tx.reference, response.headers["Content-Disposition"])
        self.assertEqual(response.content, qris.to_png(tx.qr_string))
        self.assertEqual(Image.open(io.BytesIO(response.content)).format, "PNG")

    def test_a_damaged_code_is_never_shown(self):
        tx = self.open_attempt(self.qris_method)
        tx.qr_string = tx.qr_string.replace("450000", "4500000")
        page = html.fromstring(self.get(tx).text)
        self.assertFalse(page.xpath("//main//*[local-name()='svg']"))
        self.assertFalse(page.xpath("//a[contains(@href, 'qr.png')]"))
        self.assert_shown("is damaged", self.get_text(tx))
        self.get(tx, "/qr.png", 404)

    def test_no_code_for_a_number_and_none_after_the_end(self):
        self.get(self.open_attempt(), "/qr.png", 404)
        tx = self.open_attempt(self.qris_method)
        tx.expires_at = NOW
        self.get(tx, "/qr.png", 404)

    def test_the_link_to_the_app(self):
        tx = self.open_attempt(self.wallet_method)
        page = html.fromstring(self.get(tx).text)
        self.assertTrue(page.xpath("//main//a[starts-with(@href, 'gojek://gopay/')]"))

    def test_links_that_would_run_something_are_left_out(self):
        for url in ("javascript:alert(1)", " JavaScript:x", "java\nscript:x", "data:x"):
            self.assertIsNone(_clean_url(url), url)
        for url in (False, None, "", "x", "https:"):
            self.assertIsNone(_clean_url(url), url)
        for url in ("https://simulator.sandbox.midtrans.com/x", "gojek://gopay/x"):
            self.assertEqual(_clean_url(url), url)
        tx = self.open_attempt(self.wallet_method)
        tx.deeplink_url = "javascript:alert(1)"
        self.assert_not_shown("javascript:alert", self.get(tx).text)

    # === STATES === #

    def test_it_turns_as_soon_as_it_is_paid(self):
        tx = self.open_attempt()
        self.assertEqual(self.get_status(tx), "waiting")
        self.pay(tx)
        self.assertEqual(self.get_status(tx), "paid")
        text = self.get_text(tx)
        self.assert_shown("Payment received", text)
        self.assert_shown(self.incoming().name, text)
        self.assert_not_shown(tx.va_number, text)

    def test_the_bus_is_told(self):
        tx = self.open_attempt()
        page = html.fromstring(self.get(tx).text)
        channel = page.xpath("//@data-bus-channel")[0]
        self.assertEqual(channel, tx._get_bus_channel())
        self.pay(tx)
        self.env.cr.precommit.run()
        message = self.env["bus.bus"].search([("channel", "like", channel)])
        self.assertIn("payment_va.status", message.message)

    def test_the_end_comes_by_the_clock(self):
        tx = self.open_attempt()
        tx.expires_at = NOW + timedelta(seconds=1)
        self.assertEqual(self.get_status(tx), "waiting")
        tx.expires_at = NOW
        self.assertEqual(self.get_status(tx), "expired")
        text = self.get_text(tx)
        self.assert_shown("The time to pay is over", text)
        self.assert_not_shown(tx.va_number, text)

    def test_paid_after_all(self):
        tx = self.open_attempt()
        tx.expires_at = NOW
        self.deliver("expired", order_ref=tx.reference)
        self.assertEqual(self.get_status(tx), "expired")
        self.pay(tx)
        self.assertEqual(self.get_status(tx), "paid")

    def test_taken_back(self):
        tx = self.open_attempt()
        self.pay(tx)
        self.deliver("denied", payment_id="P-1", order_ref=tx.reference)
        self.assertEqual(self.get_status(tx), "reversed")
        self.assert_shown("The bank took this payment back", self.get_text(tx))

    def test_paid_at_the_cash_desk_meanwhile(self):
        tx = self.open_attempt()
        self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=self.bill.ids
        ).create({})._create_payments()
        self.assertEqual(self.get_status(tx), "superseded")
        text = self.get_text(tx)
        self.assert_shown("These bills were paid in another way", text)
        self.assert_not_shown(tx.va_number, text)
        location = self.cancel(tx).headers["Location"]
        self.assertTrue(location.endswith(f"?bill={self.sibling_bill.id}"))
        self.assertEqual(tx.state, "cancel")

    def test_failed_and_tried_again(self):
        tx = self.open_attempt()
        tx._set_error("Bank sedang gangguan")
        self.assertEqual(self.get_status(tx), "failed")
        page = html.fromstring(self.get(tx).text)
        self.assert_shown("Bank sedang gangguan", page.text_content())
        ids = "&".join(f"bill={bill.id}" for bill in tx.invoice_ids)
        self.assertTrue(page.xpath(f"//a[@href='/my/payments/checkout?{ids}']"))

    # === CANCEL === #

    def cancel(self, tx):
        url = f"{tx._get_waiting_url()}/cancel"
        return self.url_open(url, data={"a": 1}, allow_redirects=False)

    def test_another_way_ends_this_one(self):
        tx = self.open_attempt()
        self.assertIn(
            "/my/payments/checkout?bill=", self.cancel(tx).headers["Location"]
        )
        self.assertEqual(tx.state, "cancel")
        self.assertEqual(tx.va_ids.state, "closed")
        self.assertEqual(self.get_status(tx), "cancelled")

    def test_what_is_paid_is_not_cancelled(self):
        tx = self.open_attempt()
        self.pay(tx)
        response = self.cancel(tx)
        self.assertTrue(response.headers["Location"].endswith(tx._get_waiting_url()))
        self.assertEqual(tx.state, "done")

    def test_a_gateway_that_refuses_to_cancel(self):
        def refuse(provider, tx):
            raise UserError(REFUSAL)

        self.patch(self.env.registry["payment.provider"], "_cancel_charge", refuse)
        tx = self.open_attempt()
        response = self.cancel(tx)
        self.assertTrue(response.headers["Location"].endswith(tx._get_waiting_url()))
        self.assertEqual(tx.state, "pending")
        self.assert_shown(REFUSAL, self.get_text(tx))

    def test_looking_does_not_cancel(self):
        tx = self.open_attempt()
        self.get(tx, "/cancel", 405)
        self.assertEqual(tx.state, "pending")

    # === RECEIPT === #

    def test_the_receipt_of_the_payment(self):
        tx = self.open_attempt()
        self.pay(tx)
        response = self.get(tx, f"/receipt/{self.incoming().id}")
        self.assertIn("attachment", response.headers["Content-Disposition"])
        text = html.fromstring(response.text).text_content()
        for expected in (
            self.incoming().name,
            "Ibu Bayar",
            "Ani Bayar",
            "Budi Bayar",
            "SPP November",
            "Empat ratus lima puluh ribu rupiah",
            tx.reference,
            "SMP Bayar",
        ):
            self.assert_shown(expected, text)

    def test_the_receipt_of_another_payment(self):
        tx, other = self.open_attempt(), self.make_attempt(self.strange_bill)
        self.pay(tx)
        self.pay(other, "P-2")
        self.get(tx, f"/receipt/{self.incoming('P-2').id}", 404)
