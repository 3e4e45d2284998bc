# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""A mother of two at the portal, and a gateway that gives out numbers and codes."""

from unittest.mock import patch

from odoo.fields import Command
from odoo.tests import HttpCase, freeze_time, new_test_user, tagged
from odoo.tools import mute_logger

from ..tools import qris
from .common import PaymentVaCommon

#: A static code of a school that does not exist, as acquirers give them out.
STATIC_QRIS = qris.build(
    [
        ("00", "01"),
        ("01", "11"),
        ("26", "0013ID.CO.UJI.WWW0118936000990000000001"),
        ("52", "8211"),
        ("53", "360"),
        ("58", "ID"),
        ("59", "SMP BAYAR"),
        ("60", "BANDUNG"),
    ]
)


class Refused(Exception):
    """What a JSON route answers instead of a result."""


def fake_charge(self):
    """Stand in for what a connector asks its provider."""
    kind = self.channel_id.kind
    if kind == "va":
        return {"va_number": f"13282{self.id:011}"}
    if kind == "qris":
        return {"qr_string": qris.to_dynamic(STATIC_QRIS, int(self.amount))}
    return {"deeplink_url": "gojek://gopay/merchanttransfer?tref=1"}


@tagged("post_install", "-at_install")
@freeze_time("2026-11-16 03:00:00")
class CheckoutCommon(PaymentVaCommon, HttpCase):
    """``parent`` may log in as "ibu"; ``stranger`` has a bill and a login, too."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Pages are in English, whatever languages the database has.
        cls.env["res.lang"]._activate_lang("en_US")
        cls.env["ir.default"].set("res.partner", "lang", "en_US")
        cls.gateway.write(
            {
                "is_published": True,
                "redirect_form_view_id": cls.env.ref("payment_va.redirect_form").id,
            }
        )
        cls._set_up_channels()
        cls.portal_user = cls.make_portal_user("ibu_bayar", cls.parent)
        cls.stranger = cls.env["res.partner"].create({"name": "Pak Lain"})
        cls.strange_user = cls.make_portal_user("pak_lain", cls.stranger)
        cls.bill = cls.make_bill(350000)
        cls.sibling_bill = cls.make_bill(100000, partner=cls.sibling)
        cls.strange_bill = cls.make_bill(75000, partner=cls.stranger)
        cls.bills = cls.bill | cls.sibling_bill

    def setUp(self):
        super().setUp()
        patcher = patch.object(
            self.env.registry["payment.transaction"], "_request_charge", fake_charge
        )
        self.charge = patcher.start()
        self.addCleanup(patcher.stop)

    @classmethod
    def _set_up_channels(cls):
        cls.qris_method = cls.env.ref("payment.payment_method_qris")
        cls.wallet_method = cls.env.ref("payment.payment_method_gopay")
        methods = cls.qris_method | cls.wallet_method
        cls.gateway.payment_method_ids = [Command.link(method.id) for method in methods]
        methods.active = True
        cls.qris_channel, cls.wallet_channel = cls.env["payment.channel"].create(
            [
                {
                    "provider_id": cls.gateway.id,
                    "payment_method_id": method.id,
                    "code": method.code,
                    "kind": kind,
                    "expiry_minutes": minutes,
                    **vals,
                }
                for method, kind, minutes, vals in (
                    (cls.qris_method, "qris", 30, {"max_amount": 10_000_000}),
                    (cls.wallet_method, "ewallet", 15, {}),
                )
            ]
        )

    @classmethod
    def make_portal_user(cls, login, partner):
        return new_test_user(
            cls.env,
            login,
            "base.group_portal",
            name=partner.name,
            partner_id=partner.id,
            lang="en_US",
            company_id=cls.branch.id,
            company_ids=[Command.set([cls.branch.id, cls.company.id])],
        )

    # === WHAT A BROWSER DOES === #

    def get_page(self, path, login="ibu_bayar", status=200):
        """Return the text of a page as somebody who is logged in; None for nobody."""
        self.authenticate(login, login)
        response = self.url_open(path, allow_redirects=False)
        self.assertEqual(response.status_code, status, response.text[:500])
        return response.text

    def assert_shown(self, text, page):
        """As assertIn, without the whole page in the message."""
        self.assertTrue(text in page, f"{text!r} is not on the page")

    def assert_not_shown(self, text, page):
        self.assertFalse(text in page, f"{text!r} is on the page")

    def start(self, bills, login="ibu_bayar", method=None, route=None, **params):
        """Start a checkout as Odoo's payment form does and return its answer."""
        method = method or self.method
        self.authenticate(login, login)
        total = sum(bills.mapped("amount_residual"))
        ids = "-".join(map(str, bills.ids))
        return self.call_route(
            route or f"/my/payments/transaction/{ids}",
            {
                "provider_id": self.gateway.id,
                "payment_method_id": method.id,
                "token_id": None,
                "amount": total,
                "flow": "redirect",
                "tokenization_requested": False,
                "landing_route": "/my/payments",
                "is_validation": False,
                **params,
            },
        )

    def call_route(self, route, params):
        """Return the result of a JSON route.

        :raise Refused: with what the payer reads
        """
        answer = self.opener.post(
            self.base_url() + route,
            json={"id": 0, "jsonrpc": "2.0", "method": "call", "params": params},
        ).json()
        if "error" in answer:
            raise Refused(answer["error"]["data"]["message"])
        return answer["result"]

    def find_attempt(self, answer):
        return self.env["payment.transaction"].search(
            [("reference", "=", answer["reference"])]
        )

    def find_attempts(self):
        return self.env["payment.transaction"].search(
            [("provider_id", "=", self.gateway.id)]
        )

    def assert_start_refused(self, bills, message, **kwargs):
        """Expect a refusal that says ``message``, and no attempt."""
        before = self.find_attempts()
        with mute_logger("odoo.http"), self.assertRaisesRegex(Refused, message):
            self.start(bills, **kwargs)
        self.assertEqual(self.find_attempts(), before)
