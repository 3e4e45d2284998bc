# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Checkouts, fixed numbers, and what the bank keeps of them."""

import json
from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import SnapCommon
from .test_client import LOGS, OK_VA, there

OK_UPDATE = (200, {"responseCode": "2002800"})
OK_STATUS = (200, {"responseCode": "2002900"})
OK_DELETE = (200, {"responseCode": "2003100"})


@tagged("post_install", "-at_install")
class TestCharge(SnapCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.keeper_method = cls.env.ref("payment.payment_method_bri")
        cls.keeper_bank = cls.make_bank(
            "SIMPAN", cls.keeper_method, va_flow="create", has_qr=True
        )
        cls.keeper = cls.make_provider(cls.keeper_bank, "77777")
        cls.keeper_channel = cls.keeper.channel_ids.filtered(lambda c: c.kind == "va")

    def charge(self, *bank_answers, method=None, **vals):
        tx = self.make_checkout(
            self.make_bill(), self.keeper, method or self.keeper_method, **vals
        )
        with self.bank_answers(*bank_answers) as calls:
            tx._ensure_charged()
        return tx, calls

    # === CHECKOUT === #

    def test_bank_that_asks_us(self):
        tx = self.make_checkout(self.make_bill())
        with self.bank_answers() as calls:
            tx._ensure_charged()
        self.assertFalse(calls)
        self.assertEqual(tx.state, "pending")
        self.assertEqual(len(tx.va_number), 15)
        self.assertTrue(tx.va_number.startswith("123459"))
        number = tx.va_ids
        self.assertEqual(number.number, tx.va_number)
        self.assertEqual(number.reference, tx.reference)
        self.assertFalse(number.snap_registered)
        self.assertEqual(str(tx.expires_at), "2026-11-17 03:00:00")

    def test_no_number_twice(self):
        with patch("secrets.randbelow", side_effect=[5, 5, 5, 6]):
            first = self.make_checkout(self.make_bill())._snap_request_number()
            self.make_number(first["va_number"], state="closed")
            second = self.make_checkout(self.make_bill())._snap_request_number()
        self.assertNotEqual(first["va_number"], second["va_number"])

    def test_no_number_is_free(self):
        tx = self.make_checkout(self.make_bill())
        self.make_number("123459" + "7".zfill(9))
        with patch("secrets.randbelow", return_value=7):
            tx._ensure_charged()
        self.assertEqual(tx.state, "error")
        self.assertIn("No number is free", tx.state_message)

    def test_prefix_leaves_no_room(self):
        self.snap_channel.va_length = 9
        tx = self.make_checkout(self.make_bill())
        tx._ensure_charged()
        self.assertEqual(tx.state, "error")
        self.assertIn("Number Length", tx.state_message)

    def test_bank_that_keeps_numbers(self):
        tx, calls = self.charge(OK_VA)
        self.assertEqual(tx.state, "pending")
        body = json.loads(calls[-1]["data"])
        self.assertEqual(body["trxId"], tx.reference)
        self.assertEqual(body["virtualAccountNo"], "   " + tx.va_number)
        self.assertEqual(body["totalAmount"]["value"], "350000.00")
        self.assertEqual(body["virtualAccountTrxType"], "C")
        self.assertEqual(body["expiredDate"], "2026-11-17T10:00:00+07:00")
        self.assertTrue(tx.va_ids.snap_registered)
        self.assertEqual(tx.va_ids.snap_amount, 350000)

    @mute_logger(*LOGS)
    def test_bank_that_says_no(self):
        tx, _calls = self.charge((403, {"responseCode": "4032706"}))
        self.assertEqual(tx.state, "error")
        self.assertIn("4032706", tx.state_message)
        self.assertFalse(tx.va_ids)

    @mute_logger(*LOGS)
    def test_bank_that_is_away(self):
        tx, _calls = self.charge((None, {}), (None, {}))
        self.assertEqual(tx.state, "error")
        self.assertIn("does not answer", tx.state_message)

    @mute_logger(*LOGS)
    def test_answer_of_the_bank_got_lost(self):
        tx = self.make_checkout(self.make_bill(), self.keeper, self.keeper_method)
        with self.bank_answers((504, {}), there(tx.reference)):
            tx._ensure_charged()
        self.assertEqual(tx.state, "pending")
        self.assertTrue(tx.va_number)

    def test_qr(self):
        self.keeper.write({"snap_merchant_id": "M1", "snap_terminal_id": "T1"})
        answer = {
            "responseCode": "2004700",
            "referenceNo": "QR1",
            "qrContent": "00020101021226",
        }
        tx, calls = self.charge((200, answer), method=self.qris)
        self.assertEqual(tx.qr_string, "00020101021226")
        self.assertEqual(tx.provider_reference, "QR1")
        self.assertEqual(tx.state, "pending")
        call = calls[-1]
        self.assertTrue(call["url"].endswith("/v1.0/qr/qr-mpm-generate"))
        self.assertEqual(
            json.loads(call["data"]),
            {
                "partnerReferenceNo": tx.reference,
                "amount": {"value": "350000.00", "currency": "IDR"},
                "merchantId": "M1",
                "terminalId": "T1",
                "validityPeriod": "2026-11-16T10:30:00+07:00",
                "additionalInfo": {},
            },
        )

    def test_qr_without_code(self):
        tx, _calls = self.charge((200, {"responseCode": "2004700"}), method=self.qris)
        self.assertEqual(tx.state, "error")

    # === FIXED NUMBERS === #

    def make_fixed(self, channel, partner=None, **vals):
        partner = partner or self.child
        return self.env["payment.virtual.account"].create(
            {
                "provider_id": channel.provider_id.id,
                "channel_id": channel.id,
                "partner_id": partner.id,
                "customer_number": "2026000001",
                **vals,
            }
        )

    def test_fixed_number_at_a_bank_that_asks_us(self):
        number = self.make_fixed(self.snap_channel)
        with self.bank_answers() as calls:
            number.action_register()
        self.assertFalse(calls)
        self.assertEqual(number.number, "123452026000001")
        self.assertEqual(number.state, "active")

    def test_fixed_number_of_another_company_code(self):
        number = self.make_fixed(self.snap_channel, number="999992026000001")
        with self.assertRaisesRegex(UserError, "Number Prefix"):
            number.action_register()
        self.assertEqual(number.state, "draft")

    def test_fixed_number_at_a_bank_that_keeps_it(self):
        for amount_type, amount, letter in (
            ("open", "0.00", "O"),
            ("closed", "350000.00", "C"),
        ):
            partner = self.child if amount_type == "open" else self.sibling
            self.make_bill(partner=partner)
            number = self.make_fixed(
                self.keeper_channel,
                partner,
                amount_type=amount_type,
                customer_number=str(partner.id),
            )
            with self.bank_answers(OK_VA) as calls:
                number.action_register()
            body = json.loads(calls[-1]["data"])
            self.assertEqual(body["totalAmount"]["value"], amount)
            self.assertEqual(body["virtualAccountTrxType"], letter)
            self.assertEqual(body["trxId"], number.reference)
            self.assertTrue(number.snap_registered)

    @mute_logger(*LOGS)
    def test_fixed_number_that_is_refused(self):
        number = self.make_fixed(self.keeper_channel)
        with self.bank_answers((404, {"responseCode": "4042711"})):
            with self.assertRaises(UserError):
                number.action_register()
        self.assertEqual(number.state, "draft")

    def test_close(self):
        number = self.make_fixed(self.keeper_channel)
        with self.bank_answers(OK_VA, OK_DELETE) as calls:
            number.action_register()
            number.action_close()
        self.assertEqual(number.state, "closed")
        self.assertFalse(number.snap_registered)
        self.assertEqual(calls[-1]["method"], "DELETE")

    # === IN LINE WITH THE BANK === #

    def sync(self, *bank_answers):
        progress = patch.object(
            self.env.registry["ir.cron"], "_commit_progress", lambda *a, **k: 1
        )
        with progress, self.bank_answers(*bank_answers) as calls:
            self.env["payment.virtual.account"]._cron_snap_sync()
        return [
            call["url"].rpartition("/")[2]
            for call in calls
            if "access-token" not in call["url"]
        ]

    def make_kept(self):
        number = self.make_fixed(self.keeper_channel, amount_type="closed")
        with self.bank_answers(OK_VA):
            number.action_register()
        return number

    def test_amount_at_the_bank_follows_the_bills(self):
        bill = self.make_bill()
        number = self.make_kept()
        self.assertEqual(self.sync(), [])
        self.make_bill(50000)
        self.assertEqual(self.sync(OK_UPDATE), ["update-va"])
        self.assertEqual(number.snap_amount, 400000)
        self.assertEqual(self.sync(), [])
        bill.button_draft()
        self.assertEqual(self.sync(OK_UPDATE), ["update-va"])
        self.assertEqual(number.snap_amount, 50000)

    def test_number_without_debt_is_paid_at_the_bank(self):
        bill = self.make_bill()
        number = self.make_kept()
        bill.button_draft()
        self.assertEqual(self.sync(OK_STATUS), ["update-status"])
        self.assertEqual(number.snap_amount, 0)
        bill.action_post()
        self.assertEqual(
            self.sync(OK_UPDATE, OK_STATUS), ["update-va", "update-status"]
        )
        self.assertEqual(number.snap_amount, 350000)

    def test_checkout_that_ended_is_deleted_at_the_bank(self):
        tx, _calls = self.charge(OK_VA)
        tx._set_canceled()
        tx.va_ids.state = "closed"
        self.assertEqual(self.sync(OK_DELETE), ["delete-va"])
        self.assertFalse(tx.va_ids.snap_registered)
        self.assertEqual(self.sync(), [])

    def test_checkout_that_was_paid_is_left_alone(self):
        tx, _calls = self.charge(OK_VA)
        tx._set_done()
        tx.va_ids.state = "closed"
        self.assertEqual(self.sync(), [])
        self.assertFalse(tx.va_ids.snap_registered)

    def test_one_failure_does_not_stop_the_others(self):
        for _i in range(2):
            tx, _calls = self.charge(OK_VA)
            tx._set_canceled()
            tx.va_ids.state = "closed"
        with mute_logger(
            "odoo.addons.payment_snap.models.payment_virtual_account", *LOGS
        ):
            self.assertEqual(
                self.sync((None, {}), OK_DELETE), ["delete-va", "delete-va"]
            )
        left = self.env["payment.virtual.account"].search(
            [("snap_registered", "=", True), ("provider_id", "=", self.keeper.id)]
        )
        self.assertEqual(len(left), 1)
