# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo.tests import HttpCase, JsonRpcException, freeze_time, tagged
from odoo.tools import mute_logger

from .common import DAY, ApprovalCommon

QUIET = (
    "odoo.addons.base.models.ir_rule",
    "odoo.addons.base.models.ir_model",
    "odoo.http",
)


@tagged("post_install", "-at_install")
@freeze_time(f"{DAY} 03:00:00")
class TestHttp(ApprovalCommon, HttpCase):
    """In a real browser, and past it over the wire."""

    # The first page waits until its assets are made, which a busy machine does slowly.
    test_cursor_lock_timeout = 120

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("id_ID")
        cls.principal.lang = "id_ID"

    def test_approve(self):
        """A principal without rights in accounting approves."""
        bill = self.make_bill(ref="TOUR")
        bill.action_request_approval()
        self.start_tour(
            "/odoo/my-approvals",
            "account_payment_approval_tour",
            login=self.principal.login,
        )
        bill.invalidate_recordset()
        self.assertEqual(bill.approval_state, "approved")

    def test_request_and_confirm(self):
        bill = self.make_bill(ref="TOUR")
        self.start_tour(
            f"/odoo/action-account.action_move_in_invoice_type/{bill.id}",
            "account_payment_approval_request_tour",
            login=self.clerk.login,
        )
        self.assertEqual(bill.sudo()._get_last_request().state, "pending")
        self.assertEqual(bill.state, "draft")

    @mute_logger(*QUIET)
    def test_attempts(self):
        bill, payment = self.make_bill(), self.make_payment()
        bill.action_request_approval()
        request = bill.sudo()._get_last_request()
        before = self.count_paid()
        self.authenticate(self.clerk.login, self.clerk.login)
        for records, method, args in (
            (bill, "action_post", []),
            (bill, "write", [{"state": "posted"}]),
            (payment, "action_post", []),
            (payment, "write", [{"state": "paid"}]),
            (request, "action_approve", []),
            (request.review_ids, "write", [{"status": "approved"}]),
            (bill, "_check_approved", []),
        ):
            with self.subTest(method), self.assertRaises(JsonRpcException):
                self.make_jsonrpc_request(
                    f"/web/dataset/call_kw/{records._name}/{method}",
                    {
                        "model": records._name,
                        "method": method,
                        "args": [records.ids, *args],
                        "kwargs": {},
                    },
                )
        self.env.invalidate_all()
        self.assertEqual(self.count_paid(), before)
        self.assertEqual((bill.state, payment.state), ("draft", "draft"))
