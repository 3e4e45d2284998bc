# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""BRIVA-WS, what BRI had before SNAP: for accounts that are not moved yet.

No push: what was paid is read from the report. All methods return plain
``requests.request`` arguments; sending them is the caller's.
"""

import base64
import hashlib
import hmac
import json
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal

from odoo.addons.payment_va.tools.amounts import JAKARTA, whole


def compose_payload(path, verb, token, timestamp, body="") -> str:
    """Return what is signed; ``body`` is empty for GET."""
    return (
        f"path={path}&verb={verb.upper()}&token=Bearer {token}"
        f"&timestamp={timestamp}&body={body}"
    )


def sign(secret: str, payload: str) -> str:
    """Return the BRI-Signature: HMAC-SHA256 in base64."""
    digest = hmac.new(secret.encode(), payload.encode(), hashlib.sha256).digest()
    return base64.b64encode(digest).decode()


def format_timestamp(moment: datetime) -> str:
    """Return an aware time as BRI-Timestamp has it: UTC with milliseconds."""
    text = moment.astimezone(UTC).isoformat(timespec="milliseconds")
    return text.replace("+00:00", "Z")


@dataclass(frozen=True)
class BrivaClient:
    """Prepares the calls of one account.

    :param institution: institutionCode, such as ``J104408``
    :param briva: brivaNo, the first digits of all numbers
    """

    host: str
    client_id: str
    client_secret: str
    institution: str
    briva: str

    def prepare_token(self) -> dict:
        """Return the call that gets an access token."""
        return {
            "method": "POST",
            "url": f"{self.host}/oauth/client_credential/accesstoken",
            "params": {"grant_type": "client_credentials"},
            "data": {
                "client_id": self.client_id,
                "client_secret": self.client_secret,
            },
        }

    def prepare_create(self, token, now, customer, name, amount, expires_at) -> dict:
        """Return the call that registers a number.

        :param Decimal amount: whole rupiah
        :param datetime expires_at: aware
        """
        body = {
            **self._get_key(customer),
            "nama": name[:40],
            "amount": str(whole(Decimal(amount))),
            "keterangan": "",
            "expiredDate": f"{expires_at.astimezone(JAKARTA):%Y-%m-%d %H:%M:%S}",
        }
        return self._prepare("POST", "/v1/briva", token, now, body)

    def prepare_status(self, token, now, customer, paid: bool) -> dict:
        """Return the call that marks a number as paid or unpaid."""
        body = {**self._get_key(customer), "statusBayar": "Y" if paid else "N"}
        return self._prepare("PUT", "/v1/briva/status", token, now, body)

    def prepare_read(self, token, now, customer) -> dict:
        """Return the call that reads a number."""
        path = f"/v1/briva/{self.institution}/{self.briva}/{customer}"
        return self._prepare("GET", path, token, now)

    def prepare_report(self, token, now, start: date, end: date) -> dict:
        """Return the call that lists what was paid on some days."""
        path = (
            f"/v1/briva/report/{self.institution}/{self.briva}"
            f"/{start:%Y%m%d}/{end:%Y%m%d}"
        )
        return self._prepare("GET", path, token, now)

    def _get_key(self, customer):
        return {
            "institutionCode": self.institution,
            "brivaNo": self.briva,
            "custCode": customer,
        }

    def _prepare(self, verb, path, token, now, body=None):
        text = json.dumps(body, separators=(",", ":")) if body else ""
        timestamp = format_timestamp(now)
        payload = compose_payload(path, verb, token, timestamp, text)
        return {
            "method": verb,
            "url": self.host + path,
            "data": text.encode() or None,
            "headers": {
                "Content-Type": "application/json",
                "Authorization": f"Bearer {token}",
                "BRI-Timestamp": timestamp,
                "BRI-Signature": sign(self.client_secret, payload),
            },
        }
