# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from lxml import html

from odoo.tests import HttpCase, freeze_time, tagged

from .payment_common import OnlinePaymentCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-11-16 03:00:00")
class TestOnlinePaymentPortal(OnlinePaymentCommon, HttpCase):
    """What a mother of two sees and pays, and what she does not."""

    def get_page(self, path, login="ibu_siti"):
        self.authenticate(login, login)
        response = self.url_open(path)
        self.assertEqual(response.status_code, 200)
        return html.fromstring(response.text)

    def get_groups(self, page):
        """Return {heading of a child: {bill id: ticked}}."""
        return {
            " ".join(group.find("legend").text_content().split()): {
                int(box.get("value")): box.get("checked") is not None
                for box in group.xpath(".//input[@name='bill']")
            }
            for group in page.xpath("//fieldset[@data-role='group']")
        }

    def test_bills_of_two_children_at_two_schools(self):
        elder, younger = self.bills_of(self.elder), self.bills_of(self.younger)
        groups = self.get_groups(self.get_page("/my/payments/bills"))
        self.assertEqual(
            groups,
            {
                "Ani Siti VII A, SMP Uji Satu": {elder.id: True},
                "Budi Siti VII A, SMP Uji Dua": {younger.id: True},
            },
        )

    def test_a_donation_is_shown_and_not_chosen(self):
        template = self.make_template(
            self.line_vals(self.donation), date_start="2026-11-01"
        )
        row = self.plan(self.enroll(self.elder, template))[:1]
        row.action_receive_donation()
        gift = row.move_id
        gift.invoice_date_due = "2026-11-02"
        groups = self.get_groups(self.get_page("/my/payments/bills"))
        boxes = groups["Ani Siti VII A, SMP Uji Satu"]
        self.assertEqual(
            list(boxes.items()),
            [(self.bills_of(self.elder)[0].id, True), (gift.id, False)],
        )

    def test_a_second_household_sees_no_bills_but_the_number(self):
        father = self.make_guardian("Pak Rudi", self.elder, second_household=True)
        self.make_portal_user("pak_rudi", father)
        own, other = self.make_number(self.elder), self.make_number(self.younger)
        page = self.get_page("/my/payments/bills", "pak_rudi")
        self.assertFalse(self.get_groups(page))
        text = page.text_content()
        self.assertTrue(own._get_display_number() in text)
        self.assertFalse(other._get_display_number() in text)

    def test_the_numbers_of_the_own_children(self):
        own = self.make_number(self.elder) | self.make_number(self.younger)
        strange = self.make_number(self.stranger)
        text = " ".join(self.get_page("/my/payments/bills").text_content().split())
        for account in own:
            self.assertTrue(account._get_display_number() in text)
        self.assertTrue("Ani Siti (VII A)" in text)
        self.assertFalse(strange._get_display_number() in text)

    def test_staff_sees_no_numbers_but_the_own_childrens(self):
        own, strange = self.make_number(self.elder), self.make_number(self.stranger)
        checkout = self.env["payment.checkout"].with_user(self.treasurer)
        self.assertFalse(checkout._get_fixed_accounts())
        self.env["scola.guardianship"].create(
            {
                "student_id": self.elder.id,
                "guardian_id": self.treasurer.partner_id.id,
                "second_household": True,
            }
        )
        self.assertEqual(checkout._get_fixed_accounts(), own)
        self.assertNotIn(strange, checkout._get_fixed_accounts())

    def test_a_guardian_without_portal_access_sees_no_number(self):
        uncle = self.make_guardian(
            "Paman", self.elder, second_household=True, portal_access=False
        )
        user = self.make_portal_user("paman", uncle)
        self.make_number(self.elder)
        checkout = self.env["payment.checkout"].with_user(user)
        self.assertFalse(checkout._get_fixed_accounts())

    def start(self, bills):
        """Start a checkout as the form does and return the transaction or the error."""
        self.authenticate("ibu_siti", "ibu_siti")
        ids = "-".join(map(str, bills.ids))
        return self.opener.post(
            f"{self.base_url()}/my/payments/transaction/{ids}",
            json={
                "id": 0,
                "jsonrpc": "2.0",
                "method": "call",
                "params": {
                    "provider_id": self.gateway.id,
                    "payment_method_id": self.method.id,
                    "token_id": None,
                    "amount": sum(bills.mapped("amount_residual")),
                    "flow": "redirect",
                    "tokenization_requested": False,
                    "landing_route": "/my",
                    "is_validation": False,
                },
            },
        ).json()

    def test_one_payment_for_two_children_at_two_schools(self):
        bills = self.bills_of(self.elder | self.younger)
        reference = self.start(bills)["result"]["reference"]
        tx = self.env["payment.transaction"].search([("reference", "=", reference)])
        self.assertEqual(tx.invoice_ids.ids, bills.ids)
        self.assertEqual((tx.amount, tx.company_id), (900000, self.foundation))
        self.assertEqual(tx.state, "pending")

    def test_the_bill_of_another_family_cannot_be_paid(self):
        with self.assertLogs("odoo.http"):
            answer = self.start(self.bills_of(self.elder | self.stranger))
        self.assertIn("not yours to pay", answer["error"]["data"]["message"])

    def test_the_waiting_page_names_children_and_the_schools_clock(self):
        self.foundation.scola_tz = "Asia/Makassar"
        bills = self.bills_of(self.elder | self.younger)
        reference = self.start(bills)["result"]["reference"]
        tx = self.env["payment.transaction"].search([("reference", "=", reference)])
        self.authenticate(None, None)
        page = html.fromstring(self.url_open(tx._get_waiting_url()).text)
        text = " ".join(page.text_content().split())
        for expected in ("Ani Siti", "Budi Siti", "11:00 WITA"):
            self.assertTrue(expected in text, expected)
