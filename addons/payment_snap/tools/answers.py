# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What we answer to banks. Bodies are plain dictionaries, amounts ``Decimal``."""

import unicodedata
from dataclasses import dataclass, field
from decimal import Decimal

from .. import const
from . import codes

_COMMON = ("partnerServiceId", "customerNo", "virtualAccountNo")
#: What an answer to a payment repeats of the request, where it is there.
_PAYMENT_ECHO = (
    "trxId",
    "paymentRequestId",
    "paidAmount",
    "paidBills",
    "totalAmount",
    "trxDateTime",
    "referenceNo",
    "journalNum",
    "paymentType",
    "flagAdvise",
)


@dataclass(frozen=True)
class Bill:
    """A bill as an inquiry shows it."""

    number: str
    name: str
    amount: Decimal


@dataclass(frozen=True)
class Presented:
    """What a virtual account owes.

    :param total: all that is to be paid; the fee of the channel is one of the bills,
        because banks would add a ``feeAmount`` to it
    :param bills: oldest first
    """

    name: str
    total: Decimal
    trx_type: str
    currency: str = "IDR"
    bills: list[Bill] = field(default_factory=list)


def money(amount, currency: str = "IDR") -> dict[str, str]:
    """Return an amount as SNAP writes it, with two decimals."""
    return {"value": f"{Decimal(amount):.2f}", "currency": currency}


def clean(text: str, length: int) -> str:
    """Return text that every bank's screen can show: ASCII, on one line, cut."""
    ascii_text = unicodedata.normalize("NFKD", text or "").encode("ascii", "ignore")
    return " ".join(ascii_text.decode().split())[:length].rstrip()


def share_out(bills: list[Bill], total: Decimal, limit: int, rest_name: str) -> list:
    """Return at most ``limit`` bills, oldest first, that add up to ``total``.

    What does not fit in, and what is no bill at all, is on the last line.

    :param rest_name: what the last line is called then
    """
    shown, left = [], Decimal(total)
    for bill in bills:
        amount = min(bill.amount, left)
        if amount <= 0 or len(shown) == limit:
            break
        shown.append(Bill(bill.number, bill.name, amount))
        left -= amount
    if left > 0:
        if len(shown) == limit:
            left += shown.pop().amount
        shown.append(Bill("", rest_name, left))
    return shown


def _head(code, detail=""):
    return {
        "responseCode": code,
        "responseMessage": codes.describe(code, detail),
    }


def _common(body):
    return {name: body.get(name, "") for name in _COMMON}


def answer_token(code: str, token: str, token_type: str, lifetime: int) -> dict:
    """Return the answer to a token request; ``lifetime`` in seconds."""
    return {
        **_head(code),
        "accessToken": token,
        "tokenType": token_type,
        "expiresIn": str(lifetime),
        "additionalInfo": {},
    }


def answer_inquiry(
    code: str, body: dict, presented: Presented, sub_company: str = "00000"
) -> dict:
    """Return the answer to an inquiry (24) of a virtual account that can be paid."""
    return {
        **_head(code),
        "virtualAccountData": {
            "inquiryStatus": "00",
            "inquiryReason": codes.reasons(code),
            **_common(body),
            "virtualAccountName": clean(presented.name, 255) or "-",
            "inquiryRequestId": body.get("inquiryRequestId", ""),
            "totalAmount": money(presented.total, presented.currency),
            "subCompany": sub_company,
            "billDetails": [
                _bill_detail(index, bill, presented.currency, sub_company)
                for index, bill in enumerate(presented.bills, 1)
            ],
            "freeTexts": [],
            "virtualAccountTrxType": presented.trx_type,
            "feeAmount": money(0, presented.currency),
        },
        "additionalInfo": body.get("additionalInfo") or {},
    }


def _bill_detail(index, bill, currency, sub_company):
    label = clean(bill.name, 18) or "-"
    return {
        "billCode": f"{index:02d}",
        "billNo": clean(bill.number, 255).replace(" ", "")[-18:],
        "billName": clean(bill.name, 20) or "-",
        "billShortName": clean(bill.name, 10) or "-",
        "billDescription": {"english": label, "indonesia": label},
        "billSubCompany": sub_company,
        "billAmount": money(bill.amount, currency),
        "additionalInfo": {},
    }


def answer_payment(code: str, body: dict, name: str) -> dict:
    """Return the answer to a payment (25) that was taken: what came is repeated."""
    reason = codes.reasons(code)
    data = {
        "paymentFlagReason": reason,
        **_common(body),
        "virtualAccountName": clean(name, 255) or body.get("virtualAccountName") or "-",
        **{key: body[key] for key in _PAYMENT_ECHO if body.get(key) is not None},
        "paymentFlagStatus": "00",
        "billDetails": [
            _paid_bill(bill, reason) for bill in _dicts(body, "billDetails")
        ],
        "freeTexts": _dicts(body, "freeTexts"),
    }
    data.setdefault("totalAmount", data.get("paidAmount"))
    if "referenceNo" in data:
        data["referenceNo"] = str(data["referenceNo"])[:15]
    return {
        **_head(code),
        "virtualAccountData": data,
        "additionalInfo": body.get("additionalInfo") or {},
    }


def _dicts(body, name):
    rows = body.get(name)
    return (
        [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []
    )


def _paid_bill(bill, reason):
    kept = ("billCode", "billNo", "billDescription", "billSubCompany", "billAmount")
    return {
        "billerReferenceId": str(bill.get("billReferenceNo") or ""),
        **{name: bill[name] for name in kept if name in bill},
        "status": "00",
        "reason": reason,
    }


def answer_notification(code: str, body: dict) -> dict:
    """Return the answer to a notification (34, 52) that was taken."""
    answer = _head(code)
    if codes.split(code)[1] == const.NOTIFY_VA:
        answer["virtualAccountData"] = {
            **_common(body),
            "paymentRequestId": body.get("paymentRequestId", ""),
            "trxDateTime": body.get("trxDateTime", ""),
            "paymentFlagStatus": "00",
        }
    return answer


def answer_status(code: str, body: dict, payment: dict, accepted: bool) -> dict:
    """Return the answer to a status request (26).

    :param payment: body of the payment request
    :param accepted: whether the payment was taken
    """
    refused = codes.compose(404, const.STATUS, "12")
    data = {
        "paymentFlagReason": codes.reasons(code if accepted else refused),
        **_common(body),
        "inquiryRequestId": body.get("inquiryRequestId", ""),
        **{key: payment[key] for key in _PAYMENT_ECHO if payment.get(key) is not None},
        "paymentFlagStatus": "00" if accepted else "01",
    }
    if payment.get("trxDateTime"):
        data["transactionDate"] = payment["trxDateTime"]
    return {
        **_head(code),
        "virtualAccountData": data,
        "additionalInfo": body.get("additionalInfo") or {},
    }


def answer_refusal(
    code: str, body: dict | None, detail: str = "", status: str = "01", name: str = ""
) -> dict:
    """Return the answer to a request that is refused.

    Who is not let in learns the code only. The others get the reason in both languages,
    next to what they sent: some banks show it to the payer.

    :param status: ``inquiryStatus`` or ``paymentFlagStatus``
    """
    answer = _head(code, detail)
    http, service, _case = codes.split(code)
    if http in (401, 429) or service not in (const.INQUIRY, const.PAYMENT):
        return answer
    body = body or {}
    kind, key = (
        ("inquiry", "inquiryRequestId")
        if service == const.INQUIRY
        else ("paymentFlag", "paymentRequestId")
    )
    success = codes.compose(200, service, "00")
    data = {
        f"{kind}Status": status,
        f"{kind}Reason": codes.reasons(success if status == "00" else code, detail),
        **_common(body),
        "virtualAccountName": clean(name, 255) or body.get("virtualAccountName") or "-",
        key: body.get(key, ""),
    }
    amounts = ("totalAmount",) if service == const.INQUIRY else _PAYMENT_ECHO
    for field_name in amounts:
        if body.get(field_name) is not None:
            data.setdefault(field_name, body[field_name])
    return {**answer, "virtualAccountData": data}
