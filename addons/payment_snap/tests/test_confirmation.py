# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What is asked back before it is booked, polled, settled and refunded."""

import json
from datetime import date
from decimal import Decimal
from types import SimpleNamespace
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.payment_va.models.payment_provider import ProviderUnavailable

from .common import NOTIFY_PATH, NOW, NUMBER, QR_PATH, SnapCommon
from .test_client import LOGS
from .test_events import report, row

QUIET = ("odoo.addons.payment_va.models.payment_booking", *LOGS)


def paid_row(number=NUMBER, request_id="N1", amount="350000.00", **values):
    return row(number, request_id, amount, **values)


def query(status="00", reference="QR1", **values):
    return {
        "responseCode": "2005100",
        "originalReferenceNo": reference,
        "latestTransactionStatus": status,
        "amount": {"value": "350000.00", "currency": "IDR"},
        "paidTime": NOW,
        **values,
    }


@tagged("post_install", "-at_install")
class TestConfirmation(SnapCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.bank.write(
            {"confirm_service": "report", "has_report": True, "has_qr": True}
        )
        cls.provider._sync_snap_bank()
        cls.qr_channel = cls.provider.channel_ids.filtered(lambda c: c.kind == "qris")

    def notify(self, *bank_answers, request_id="N1", **values):
        """Let the bank tell of a payment, and answer when it is asked."""
        body = self.body(paymentRequestId=request_id, trxDateTime=NOW, **values)
        with self.bank_answers(*bank_answers) as calls:
            self.assertEqual(self.code(NOTIFY_PATH, body), "2003400")
        return calls

    def notify_qr(self, tx, *bank_answers, status="00", reference="QR1"):
        body = {
            "originalReferenceNo": reference,
            "originalPartnerReferenceNo": tx.reference,
            "latestTransactionStatus": status,
            "amount": {"value": "350000.00", "currency": "IDR"},
        }
        with self.bank_answers(*bank_answers) as calls:
            self.assertEqual(self.code(QR_PATH, body), "2005200")
        return calls

    def make_qr_checkout(self, **vals):
        return self.make_checkout(
            self.make_bill(),
            method=self.qris,
            provider_reference="QR1",
            **vals,
        )

    def work_off(self, *bank_answers):
        """Let the cron try what failed again."""
        failed = self.env["payment.notification"].search(
            [("provider_id", "=", self.provider.id), ("state", "=", "failed")]
        )
        failed.next_try_at = "2026-11-16 02:00:00"
        self.env.flush_all()
        with self.bank_answers(*bank_answers) as calls:
            self.env["payment.booking"]._work_off(4, [self.provider.id])
        self.env.flush_all()
        return calls

    # === NOTICE WITHOUT AMOUNT (34) === #

    def test_report_is_read_before_booking(self):
        bill = self.make_bill()
        self.make_number()
        calls = self.notify((200, report(paid_row("999999", "X"), paid_row())))
        self.assertEqual(bill.payment_state, "paid")
        self.assertEqual(self.payments().provider_payment_id, "N1")
        asked = json.loads(calls[-1]["data"])
        self.assertEqual(
            asked,
            {
                "partnerServiceId": "   12345",
                "startDate": "2026-11-16",
                "startTime": "00:00",
                "endDate": "2026-11-16",
                "endTime": "23:59",
            },
        )

    def test_amount_of_the_report_counts(self):
        self.make_number(amount_type="open")
        self.notify((200, report(paid_row(amount="123456.00"))))
        self.assertEqual(self.payments().amount, 123456)

    def test_notice_twice(self):
        self.make_bill()
        self.make_number()
        self.notify((200, report(paid_row())))
        self.notify()
        self.assertEqual(len(self.payments()), 1)

    @mute_logger(*QUIET)
    def test_report_that_is_late(self):
        """What the bank told of is looked for until it is found."""
        self.make_bill()
        self.make_number()
        self.notify((200, report()))
        self.assertFalse(self.payments())
        for answer in (
            (404, {"responseCode": "4043501"}),
            (202, {"responseCode": "2023500"}),
            (None, {}),
            (200, {}),
        ):
            self.work_off(answer)
            self.assertFalse(self.payments())
        self.work_off((200, report(paid_row())))
        self.assertEqual(self.payments().amount, 350000)

    @mute_logger(*QUIET)
    def test_token_that_ended(self):
        self.make_bill()
        self.make_number()
        calls = self.notify((401, {"responseCode": "4013501"}))
        self.assertFalse(self.payments())
        calls = self.work_off((200, report(paid_row())))
        self.assertEqual(len(self.calls_of(calls, "/access-token/b2b")), 1)
        self.assertEqual(len(self.payments()), 1)

    @mute_logger(*QUIET)
    def test_no_token(self):
        """Nothing is booked unasked, and what came stays for the next time."""
        self.make_bill()
        self.make_number()
        self.bank.host_sandbox = False
        self.notify()
        self.assertFalse(self.payments())
        failed = self.env["payment.notification"].search([("state", "=", "failed")])
        self.assertIn("not asked yet", failed.reason)
        self.bank.host_sandbox = "https://bank.example"
        self.work_off((200, report(paid_row())))
        self.assertEqual(len(self.payments()), 1)

    def test_trusted_notice(self):
        self.bank.notify_trusted = True
        self.make_bill()
        self.make_number()
        calls = self.notify(
            paidAmount={"value": "350000.00", "currency": "IDR"},
        )
        self.assertFalse(calls)
        self.assertEqual(self.payments().amount, 350000)

    def test_trusted_notice_without_amount(self):
        self.bank.notify_trusted = True
        self.make_bill()
        self.make_number()
        self.notify((200, report(paid_row())))
        self.assertEqual(self.payments().amount, 350000)

    def test_notice_about_a_number_of_nobody(self):
        """The money is there: it is booked to suspense, and somebody looks at it."""
        self.notify((200, report(paid_row())))
        payment = self.payments()
        self.assertFalse(payment.partner_id)
        self.assertEqual(payment.exception, "unknown")

    def test_inquiry_of_the_number(self):
        self.bank.confirm_service = "inquiry_va"
        self.make_bill()
        number = self.make_number()
        data = {**paid_row(referenceNo="R1"), "paymentRequestId": None}
        answer = {"responseCode": "2003000", "virtualAccountData": data}
        calls = self.notify((200, answer | {"additionalInfo": {"paidStatus": "Y"}}))
        self.assertEqual(self.payments().provider_payment_id, "R1")
        asked = json.loads(calls[-1]["data"])
        self.assertEqual(asked["trxId"], number.reference)
        self.assertEqual(asked["virtualAccountNo"], "   " + NUMBER)

    def test_status(self):
        self.bank.confirm_service = "status"
        self.make_bill()
        self.make_number()
        data = paid_row(paymentFlagStatus="00")
        answer = {"responseCode": "2002600", "virtualAccountData": data}
        calls = self.notify((200, answer))
        self.assertEqual(len(self.payments()), 1)
        asked = json.loads(calls[-1]["data"])
        self.assertEqual(asked["paymentRequestId"], "N1")

    # === QR (52) === #

    def test_qr_is_asked_for(self):
        tx = self.make_qr_checkout(state="pending")
        calls = self.notify_qr(tx, (200, query()))
        self.assertEqual(tx.state, "done")
        self.assertEqual(self.payments().provider_payment_id, "QR1")
        asked = json.loads(calls[-1]["data"])
        self.assertEqual(asked["originalPartnerReferenceNo"], tx.reference)
        self.assertEqual(asked["serviceCode"], "47")

    @mute_logger(*QUIET)
    def test_qr_that_is_not_paid_after_all(self):
        tx = self.make_qr_checkout(state="pending")
        self.notify_qr(tx, (200, query("03")))
        self.assertFalse(self.payments())
        self.assertEqual(tx.state, "pending")

    def test_qr_given_back(self):
        tx = self.make_qr_checkout(state="pending")
        self.notify_qr(tx, (200, query()))
        self.notify_qr(tx, (200, query("04")), status="04")
        self.assertEqual(self.payments().refunded_amount, 350000)

    def test_qr_that_ended(self):
        for status in ("05", "06", "08", "09"):
            tx = self.make_qr_checkout(state="pending")
            reference = f"QR-{status}"
            tx.provider_reference = reference
            self.notify_qr(
                tx, (200, query(status, reference)), status=status, reference=reference
            )
            self.assertEqual(tx.state, "cancel")

    # === POLL === #

    def poll(self, *bank_answers):
        with self.bank_answers(*bank_answers) as calls:
            booking = self.env["payment.booking"]
            found = booking._poll(self.provider, self.provider._find_waiting(50))
            booking._apply(found)
        self.env.flush_all()
        return calls

    def wait(self, tx):
        tx.write(
            {"charged_at": "2026-11-16 02:00:00", "expires_at": "2026-11-17 02:00:00"}
        )
        self.env.flush_all()
        return tx

    def test_lost_payment_is_found(self):
        tx = self.make_checkout(self.make_bill())
        tx._ensure_charged()
        self.wait(tx)
        self.poll((200, report(paid_row(tx.va_number, "P9"))))
        self.assertEqual(tx.state, "done")
        self.assertEqual(self.payments().provider_payment_id, "P9")
        # The notice comes after all.
        number = tx.va_number
        self.notify(
            (200, report(paid_row(number, "P9"))),
            request_id="P9",
            customerNo=number[5:],
            virtualAccountNo=number,
        )
        self.assertEqual(len(self.payments()), 1)

    def test_nothing_was_paid(self):
        tx = self.make_checkout(self.make_bill())
        tx._ensure_charged()
        self.wait(tx)
        for answer in (
            (200, report()),
            (404, {"responseCode": "4043501"}),
            (None, {}),
        ):
            tx.polled_at = False
            self.poll(answer)
            self.assertEqual(tx.state, "pending")
        self.assertFalse(self.payments())

    def test_bank_that_cannot_be_asked(self):
        self.bank.confirm_service = "none"
        tx = self.make_checkout(self.make_bill())
        tx._ensure_charged()
        self.wait(tx)
        self.assertFalse(self.poll())
        self.assertEqual(tx.state, "pending")

    def test_status_of_an_inquiry(self):
        """The bank knows a payment by the id of the inquiry before it."""
        self.bank.confirm_service = "status"
        tx = self.make_checkout(self.make_bill())
        tx._ensure_charged()
        self.wait(tx)
        number = {
            "customerNo": tx.va_number[5:],
            "virtualAccountNo": "   " + tx.va_number,
        }
        body = {**self.inquiry_body("INQ-9"), **number}
        self.assertEqual(self.code("/v1.0/transfer-va/inquiry", body), "2002400")
        data = paid_row(tx.va_number, "INQ-9", paymentFlagStatus="00")
        answer = {"responseCode": "2002600", "virtualAccountData": data}
        calls = self.poll((200, answer))
        self.assertEqual(json.loads(calls[-1]["data"])["inquiryRequestId"], "INQ-9")
        self.assertEqual(self.payments().provider_payment_id, "INQ-9")

    def test_qr_poll(self):
        tx = self.wait(self.make_qr_checkout(state="pending"))
        self.poll((200, query()))
        self.assertEqual(tx.state, "done")
        self.assertEqual(self.payments().provider_payment_id, "QR1")
        self.notify_qr(tx, (200, query()))
        self.assertEqual(len(self.payments()), 1)

    def test_poll_after_midnight(self):
        event = self.provider._prepare_poll_event(self.make_checkout(self.make_bill()))
        for now, day in (
            ("2026-11-15 17:30:00", date(2026, 11, 15)),
            ("2026-11-15 18:30:00", date(2026, 11, 16)),
        ):
            with self.at(now):
                self.assertEqual(self.provider._snap_get_day(event), day)

    def at(self, text):
        now = fields.Datetime.to_datetime(text)
        return patch.object(fields.Datetime, "now", lambda *args: now)

    # === SETTLEMENT === #

    def test_settlement(self):
        with self.bank_answers(
            (200, report(paid_row(), paid_row(request_id="N2", amount="10000.00"))),
            (404, {"responseCode": "4043501"}),
        ) as calls:
            rows = self.provider._fetch_settlement(
                date(2026, 11, 15), date(2026, 11, 16)
            )
        self.assertEqual([row.provider_payment_id for row in rows], ["N1", "N2"])
        self.assertEqual([row.gross for row in rows], [Decimal(350000), Decimal(10000)])
        self.assertEqual(rows[0].net, rows[0].gross)
        self.assertEqual(rows[0].settled_at.isoformat(), "2026-11-16T03:00:00+00:00")
        days = [
            json.loads(call["data"])["startDate"]
            for call in self.calls_of(calls, "/report")
        ]
        self.assertEqual(days, ["2026-11-15", "2026-11-16"])

    @mute_logger(*LOGS)
    def test_settlement_that_is_refused(self):
        with self.bank_answers((403, {"responseCode": "4033501"})):
            with self.assertRaises(UserError):
                self.provider._fetch_settlement(date(2026, 11, 16), date(2026, 11, 16))

    def test_bank_without_report(self):
        self.bank.has_report = False
        today = date(2026, 11, 16)
        self.assertIsNone(self.provider._fetch_settlement(today, today))

    # === REFUND === #

    def refund(self, *bank_answers):
        tx = self.make_qr_checkout(state="pending")
        self.notify_qr(tx, (200, query()))
        refund = SimpleNamespace(
            incoming_id=self.payments(), amount=50000, name="REF-1", reason="salah"
        )
        with self.bank_answers(*bank_answers) as calls:
            result = self.provider._request_refund(refund)
        return tx, result, json.loads(calls[-1]["data"])

    def test_refund(self):
        answer = {"responseCode": "2007800", "refundNo": "R-9"}
        tx, result, asked = self.refund((200, answer))
        self.assertEqual(result, {"provider_refund_id": "R-9", "state": "confirmed"})
        self.assertEqual(asked["originalPartnerReferenceNo"], tx.reference)
        self.assertEqual(asked["originalReferenceNo"], "QR1")
        self.assertEqual(asked["partnerRefundNo"], "REF-1")
        self.assertEqual(asked["refundAmount"]["value"], "50000.00")

    @mute_logger(*LOGS)
    def test_refund_that_was_asked_for_already(self):
        _tx, result, _asked = self.refund((409, {"responseCode": "4097801"}))
        self.assertEqual(result["state"], "sent")

    @mute_logger(*LOGS)
    def test_refund_of_unknown_outcome(self):
        with self.assertRaises(ProviderUnavailable):
            self.refund((504, {"responseCode": "5047800"}))

    @mute_logger(*LOGS)
    def test_refund_that_is_refused(self):
        with self.assertRaisesRegex(UserError, "4037815"):
            self.refund((403, {"responseCode": "4037815"}))

    def test_what_can_be_refunded(self):
        tx = self.make_qr_checkout(state="pending")
        self.notify_qr(tx, (200, query()))
        self.make_bill()
        self.make_number()
        self.notify((200, report(paid_row())))
        qr, transfer = self.payments()
        self.assertFalse(self.provider._can_refund(qr))
        self.bank.has_qr_refund = True
        self.assertEqual(self.provider._can_refund(qr), "partial")
        self.assertFalse(self.provider._can_refund(transfer))
