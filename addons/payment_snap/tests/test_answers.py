# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What banks are answered, without records."""

from decimal import Decimal

from odoo.tests import BaseCase, tagged

from ..tools import answers, codes
from ..tools.answers import Bill, Presented, share_out

BODY = {
    "partnerServiceId": "   12345",
    "customerNo": "2026000001",
    "virtualAccountNo": "   123452026000001",
    "inquiryRequestId": "INQ-1",
    "paymentRequestId": "PAY-1",
}


def bills(*amounts):
    return [Bill(f"B{i}", f"Bill {i}", Decimal(a)) for i, a in enumerate(amounts)]


@tagged("post_install", "-at_install")
class TestAnswers(BaseCase):
    def amounts(self, rows):
        return [int(row.amount) for row in rows]

    def test_share_out(self):
        for amounts, total, limit, expected in (
            ((100, 200, 300), 600, 24, [100, 200, 300]),
            ((100, 200, 300), 250, 24, [100, 150]),
            ((100, 200), 500, 24, [100, 200, 200]),
            ((100, 200, 300), 600, 2, [100, 500]),
            ((100, 200, 300), 600, 1, [600]),
            ((), 500, 24, [500]),
            ((100,), 0, 24, []),
            ([10] * 30, 300, 24, [10] * 23 + [70]),
        ):
            with self.subTest(amounts=amounts, total=total):
                rows = share_out(bills(*amounts), Decimal(total), limit, "Other")
                self.assertEqual(self.amounts(rows), expected)
                self.assertLessEqual(len(rows), limit)
                self.assertEqual(sum(self.amounts(rows)), total)

    def test_text_for_every_screen(self):
        self.assertEqual(answers.clean("  Café\n du  Monde ™ ", 9), "Cafe du M")
        self.assertEqual(answers.clean("محمد", 10), "")
        self.assertEqual(answers.clean(None, 10), "")

    def test_money(self):
        self.assertEqual(answers.money(0)["value"], "0.00")
        self.assertEqual(answers.money(Decimal("12345678.5"))["value"], "12345678.50")

    def test_bill_fields_have_their_length(self):
        long = Bill("INV/SMP-BAYAR/2026/11/00012345", "Sumbangan " * 9, Decimal(1))
        presented = Presented("Ani " * 99, Decimal(1), "C", bills=[long])
        answer = answers.answer_inquiry("2002400", BODY, presented)
        data = answer["virtualAccountData"]
        self.assertLessEqual(len(data["virtualAccountName"]), 255)
        bill = data["billDetails"][0]
        for name, length in (("billNo", 18), ("billName", 20), ("billShortName", 10)):
            self.assertLessEqual(len(bill[name]), length)
            self.assertTrue(bill[name])
        self.assertTrue(bill["billNo"].endswith("00012345"))
        for text in bill["billDescription"].values():
            self.assertLessEqual(len(text), 18)

    def test_reasons_are_never_empty(self):
        for http, case in codes.CASES:
            code = codes.compose(http, "25", case)
            for text in codes.reasons(code, "field").values():
                self.assertTrue(text)
                self.assertLessEqual(len(text), 64)
            self.assertLessEqual(len(codes.describe(code, "x" * 200)), 150)

    def test_messages_of_the_standard(self):
        for code, detail, message in (
            ("4002502", "customerNo", "Invalid Mandatory Field {customerNo}"),
            ("4002401", "customerNo", "Invalid Field Format {customerNo}"),
            ("4012500", "Signature", "Unauthorized. [Signature]"),
            ("4012501", "", "Invalid Token (B2B)"),
            ("4042514", "", "Paid Bill"),
            ("4042512", "Not Found", "Invalid Bill/Virtual Account [Not Found]"),
            ("4092500", "", "Conflict"),
            ("2002500", "", "Successful"),
        ):
            self.assertEqual(codes.describe(code, detail), message)

    def test_refusal_has_status_reason_and_echo(self):
        answer = answers.answer_refusal("4042514", BODY)
        data = answer["virtualAccountData"]
        self.assertEqual(data["paymentFlagStatus"], "01")
        self.assertEqual(data["paymentFlagReason"]["english"], "Paid Bill")
        self.assertEqual(data["paymentFlagReason"]["indonesia"], "Tagihan sudah lunas")
        for name in ("partnerServiceId", "virtualAccountNo", "paymentRequestId"):
            self.assertEqual(data[name], BODY[name])
        answer = answers.answer_refusal("4042412", BODY)
        self.assertEqual(answer["virtualAccountData"]["inquiryStatus"], "01")
        self.assertEqual(answer["virtualAccountData"]["inquiryRequestId"], "INQ-1")

    def test_stranger_learns_the_code_only(self):
        for code in ("4012500", "4012401", "4292400", "4017300", "4003402"):
            answer = answers.answer_refusal(code, BODY)
            self.assertEqual(set(answer), {"responseCode", "responseMessage"})

    def test_no_body_to_repeat(self):
        data = answers.answer_refusal("4002500", None)["virtualAccountData"]
        self.assertEqual(data["customerNo"], "")
        self.assertEqual(data["paymentFlagStatus"], "01")

    def test_payment_without_total(self):
        amount = {"value": "10.00", "currency": "IDR"}
        answer = answers.answer_payment(
            "2002500", {**BODY, "paidAmount": amount}, "Ani"
        )
        self.assertEqual(answer["virtualAccountData"]["totalAmount"], amount)

    def test_odd_lists_are_not_repeated(self):
        body = {**BODY, "billDetails": "x", "freeTexts": [1, {"english": "a"}]}
        data = answers.answer_payment("2002500", body, "Ani")["virtualAccountData"]
        self.assertEqual(data["billDetails"], [])
        self.assertEqual(data["freeTexts"], [{"english": "a"}])

    def test_code_parts(self):
        self.assertEqual(codes.split(2003000), (200, "30", "00"))
        for wrong in (None, "", "200", "abcdefg", "20025000"):
            with self.assertRaises(ValueError):
                codes.split(wrong)

    def test_what_is_unknown(self):
        for code in ("", None, "2022500", "5002700", "5042700", "5002701"):
            self.assertTrue(codes.is_unknown(code))
        for code in ("2002700", "4042712", "4012701", "4092700"):
            self.assertFalse(codes.is_unknown(code))

    def test_when_a_new_token_helps(self):
        for status, code, helps in (
            (401, "4012701", True),
            (401, "4012703", True),
            (401, None, True),
            (401, "4012700", False),
            (403, "4032701", False),
            (200, "2002700", False),
        ):
            self.assertEqual(codes.is_token_refused(status, code), helps)
