# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""A bank that calls us, and one that we call; no network."""

import json
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from itertools import count
from pathlib import Path
from unittest.mock import patch

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from odoo.tests import freeze_time, tagged

from odoo.addons.payment_va.tests.common import PaymentVaCommon, fake_transaction
from odoo.addons.payment_va.tools.amounts import JAKARTA
from odoo.addons.payment_va.tools.event import Delivery

from ..models.payment_snap_client import forget_all_tokens
from ..tools import signature

TOKEN_PATH = "/v1.0/access-token/b2b"
INQUIRY_PATH = "/v1.0/transfer-va/inquiry"
PAYMENT_PATH = "/v1.0/transfer-va/payment"
STATUS_PATH = "/v1.0/transfer-va/status"
NOTIFY_PATH = "/v1.0/transfer-va/notify-payment-intrabank"
QR_PATH = "/v1.0/qr/qr-mpm-notify"
SECRET = "bank-shared-secret-for-tests"
NUMBER = "123452026000001"
NOW = "2026-11-16T10:00:00+07:00"


@cache
def vectors():
    """Return the worked examples by id."""
    path = Path(__file__).parent / "data" / "vectors_snap.json"
    rows = json.loads(path.read_text())["vectors"]
    return {row["id"]: row for row in rows}


@cache
def key_pair(name):
    """Return private and public key in PEM, the same for a name in all tests."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    public = key.public_key().public_bytes(
        Encoding.PEM, PublicFormat.SubjectPublicKeyInfo
    )
    return private.decode(), public.decode()


def encode(body):
    return body if isinstance(body, bytes) else json.dumps(body).encode()


@tagged("post_install", "-at_install")
@freeze_time("2026-11-16 03:00:00")
class SnapCommon(PaymentVaCommon):
    """It is 10:00 in Jakarta on Monday, 16 November 2026.

    ``bank`` asks us what is owed, ``provider`` is our account there. Helpers sign as
    the bank does; ``ask`` hands a request to the inbox as the controller does.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ids = count(1)
        cls.snap_method = cls.env.ref("payment.payment_method_bank_bca")
        cls.qris = cls.env.ref("payment.payment_method_qris")
        cls.bank = cls.make_bank("UJI", cls.snap_method)
        cls.provider = cls.make_provider(cls.bank, "12345")
        cls.snap_channel = cls.provider.channel_ids.filtered(lambda c: c.kind == "va")
        cls.token = cls.env["payment.snap.token"]._issue(cls.provider, 900)

    def setUp(self):
        # The gateway of payment_va's own tests would stand in front of ours.
        super(PaymentVaCommon, self).setUp()
        self.startPatcher(
            patch.object(
                self.env.registry["payment.booking"], "_transaction", fake_transaction
            )
        )
        forget_all_tokens()
        self.addCleanup(forget_all_tokens)

    # === RECORDS === #

    @classmethod
    def make_bank(cls, code, method, **vals):
        return cls.env["payment.snap.bank"].create(
            {
                "name": f"Bank {code}",
                "code": code,
                "payment_method_id": method.id,
                "host_sandbox": "https://bank.example",
                "va_length": 15,
                **vals,
            }
        )

    @classmethod
    def make_provider(cls, bank, company_code, **vals):
        ours, theirs = key_pair("ours"), key_pair("theirs")
        journal = cls.env["account.journal"].create(
            {
                "name": f"Rekening {bank.code}",
                "code": f"S{next(cls.ids)}",
                "type": "bank",
                "company_id": cls.company.id,
            }
        )
        provider = cls.env["payment.provider"].create(
            {
                "name": f"{bank.name} (SNAP)",
                "code": "snap",
                "company_id": cls.company.id,
                "snap_bank_id": bank.id,
                "snap_company_code": company_code,
                "snap_client_id": "OUR-CLIENT",
                "snap_client_secret": "our-secret",
                "snap_partner_id": "OUR-PARTNER",
                "snap_private_key": ours[0],
                "snap_bank_public_key": theirs[1],
                "snap_inbound_client_id": f"CLIENT-{bank.code}",
                "snap_inbound_secret": SECRET,
                **vals,
            }
        )
        provider.state = "test"
        provider.journal_id = journal
        return provider

    @classmethod
    def make_number(cls, number=NUMBER, **vals):
        """Return a fixed number of the child, in use."""
        return cls.env["payment.virtual.account"].create(
            {
                "provider_id": cls.provider.id,
                "channel_id": cls.snap_channel.id,
                "partner_id": cls.child.id,
                "number": number,
                "amount_type": "closed",
                "state": "active",
                **vals,
            }
        )

    @classmethod
    def make_checkout(cls, bills, provider=None, method=None, **vals):
        """Return a checkout of bills that has no number yet."""
        fresh = {"state": "draft", "charged_at": False, "expires_at": False}
        return cls.make_attempt(
            bills,
            provider_id=(provider or cls.provider).id,
            payment_method_id=(method or cls.snap_method).id,
            **{**fresh, **vals},
        )

    # === THE BANK SPEAKS === #

    def body(self, **values):
        """Return the body of a request about the child's number."""
        return {
            "partnerServiceId": "   12345",
            "customerNo": "2026000001",
            "virtualAccountNo": "   " + NUMBER,
            **values,
        }

    def inquiry_body(self, request_id="INQ-1", **values):
        return self.body(
            trxDateInit=NOW, channelCode=6011, inquiryRequestId=request_id, **values
        )

    def payment_body(self, amount="350000.00", request_id="PAY-1", **values):
        told = {
            "virtualAccountName": "Ani Bayar",
            "paymentRequestId": request_id,
            "channelCode": 6011,
            "paidAmount": {"value": amount, "currency": "IDR"},
            "totalAmount": {"value": amount, "currency": "IDR"},
            "trxDateTime": NOW,
            "referenceNo": "00012345678",
            "flagAdvise": "N",
            "billDetails": [],
            "freeTexts": [],
            "additionalInfo": {},
        }
        return self.body(**{**told, **values})

    def sign(self, path, body, token=None, timestamp=NOW, encoding="base64"):
        """Return the headers of a correctly signed request."""
        token = token or self.token
        text = signature.compose_symmetric(
            "POST", path, token, signature.body_hash(encode(body)), timestamp
        )
        return {
            "content-type": "application/json",
            "authorization": f"Bearer {token}",
            "x-timestamp": timestamp,
            "x-signature": signature.sign_symmetric(SECRET, text, encoding),
            "x-partner-id": "12345",
            "x-external-id": f"{next(self.ids):020d}",
            "channel-id": "95231",
        }

    def token_headers(self, client_id="CLIENT-UJI", timestamp=NOW):
        text = signature.compose_token_request(client_id, timestamp)
        return {
            "content-type": "application/json",
            "x-timestamp": timestamp,
            "x-client-key": client_id,
            "x-signature": signature.sign_rsa(key_pair("theirs")[0], text),
        }

    def ask(self, path, body, headers=None, **changed):
        """Return HTTP status and body of the answer to a request.

        :param headers: instead of correctly signed ones
        :param changed: headers to change, with _ for -; None takes one away
        """
        headers = headers or self.sign(path, body)
        for name, value in changed.items():
            name = name.replace("_", "-")
            if value is None:
                headers.pop(name, None)
            else:
                headers[name] = value
        return self.send(path, encode(body), headers)

    def send(self, path, raw, headers):
        delivery = Delivery("snap", raw, headers, path=path, address="192.0.2.1")
        receipt = self.env["payment.notification"]._receive(delivery)
        if receipt.accepted and not receipt.duplicate:
            self.env["payment.booking"].sudo()._work_off(4, [receipt.provider_id])
        self.env.flush_all()
        return int(receipt.answer["responseCode"][:3]), receipt.answer

    def code(self, path, body, headers=None, **changed):
        """Return the response code of a request; it has to fit the HTTP status."""
        status, answer = self.ask(path, body, headers, **changed)
        self.assertEqual(str(status), answer["responseCode"][:3])
        return answer["responseCode"]

    # === WHAT CAME OF IT === #

    def payments(self):
        return self.env["payment.incoming"].search(
            [("provider_id", "=", self.provider.id)], order="id"
        )

    def rejected(self):
        return self.env["payment.notification"].search(
            [("provider_code", "=", "snap"), ("state", "=", "rejected")]
        )

    # === THE BANK IS ASKED === #

    @contextmanager
    def bank_answers(self, *answers):
        """Let the bank answer calls one after the other, and yield the calls.

        :param answers: ``(HTTP status or None, JSON)``; tokens come by themselves
        """
        calls, queue = [], list(answers)

        def send(request, timeout, pauses=()):
            if request["url"].endswith("/access-token/b2b"):
                token = {"accessToken": "bank-token", "expiresIn": "900"}
                calls.append(request)
                return 200, {"responseCode": "2007300", **token}, "HTTP 200"
            calls.append(request)
            status, payload = queue.pop(0)
            return status, payload, f"HTTP {status}"

        target = "odoo.addons.payment_va.models.payment_provider.send"
        with patch(target, send):
            yield calls
        self.assertFalse(queue, "the bank was asked less often than expected")

    def calls_of(self, calls, operation):
        return [call for call in calls if call["url"].endswith(operation)]

    def now(self):
        return datetime(2026, 11, 16, 3, 0, tzinfo=UTC).astimezone(JAKARTA)
