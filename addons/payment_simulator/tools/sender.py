# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Sending a notice over HTTP. Knows no record and holds no cursor."""

import json
import secrets
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta, timezone

import requests

from . import signing

WIB = timezone(timedelta(hours=7))
TOKEN_PATH = "/v1.0/access-token/b2b"


@dataclass(frozen=True)
class BankKeys:
    """What a bank needs to call us by the SNAP standard.

    :param client_id: what we call the bank, X-CLIENT-KEY and X-PARTNER-ID
    :param private_key: of the bank, PEM, to ask for tokens
    :param secret: of the symmetric signature
    :param encoding: of the symmetric signature, ``base64`` or ``hex``
    :param token: issued by us, "" if there is none
    :param is_asymmetric: whether requests are signed with the private key, without a
        token
    """

    client_id: str
    private_key: str = field(repr=False)
    secret: str = field(repr=False)
    encoding: str = "base64"
    token: str = field(default="", repr=False)
    is_asymmetric: bool = False


@dataclass(frozen=True)
class Notice:
    """A notice that is ready to be sent.

    :param base_url: of the merchant, without a path
    :param bank: None for providers that do not sign requests
    """

    base_url: str
    path: str
    body: bytes
    headers: dict = field(default_factory=dict, repr=False)
    bank: BankKeys | None = None
    timeout: float = 15


@dataclass(frozen=True)
class Outcome:
    """What came of it.

    :param status: of the answer, None if there was none
    :param error: why there was none, for people
    :param token: of the bank, when a new one was issued
    """

    status: int | None = None
    text: str = ""
    error: str = ""
    token: str | None = None
    token_seconds: int = 0

    def json(self) -> dict:
        """Return the answer as a JSON object, {} if it is none."""
        try:
            value = json.loads(self.text)
        except ValueError:
            return {}
        return value if isinstance(value, dict) else {}


def send(notice: Notice) -> Outcome:
    """Send a notice once; with SNAP, after a token was fetched if needed."""
    if not notice.bank:
        return _post(notice, notice.path, notice.body, notice.headers)
    if notice.bank.is_asymmetric:
        return _send_signed(notice)
    fetched = Outcome()
    if not notice.bank.token:
        fetched, notice = _fetch_token(notice)
        if not fetched.token:
            return fetched
    outcome = _send_signed(notice)
    if outcome.json().get("responseCode", "")[-2:] == "01" and outcome.status == 401:
        # The token is not accepted any more: once again with a new one.
        fetched, notice = _fetch_token(notice)
        outcome = _send_signed(notice) if fetched.token else fetched
    return replace(outcome, token=fetched.token, token_seconds=fetched.token_seconds)


def timestamp() -> str:
    """Return the time as SNAP writes it: ``2026-07-10T09:20:11+07:00``."""
    return datetime.now(tz=WIB).isoformat(timespec="seconds")


def sign_request(bank: BankKeys, path: str, body: bytes, now: str) -> dict:
    """Return the headers of a signed transaction call, with a new X-EXTERNAL-ID."""
    if bank.is_asymmetric:
        text = f"POST:{path}:{signing.hash_body(body)}:{now}"
        proof = {"X-SIGNATURE": signing.sign_rsa(bank.private_key, text)}
    else:
        digest = signing.sign_hmac(bank.secret, "POST", path, bank.token, body, now)
        proof = {
            "Authorization": f"Bearer {bank.token}",
            "X-SIGNATURE": signing.encode(digest, bank.encoding),
        }
    return {
        **proof,
        "X-TIMESTAMP": now,
        "X-PARTNER-ID": bank.client_id,
        "X-EXTERNAL-ID": str(secrets.randbelow(10**30)).zfill(30),
        "CHANNEL-ID": "95221",
    }


def sign_token_request(bank: BankKeys, now: str) -> dict:
    """Return the headers with which the bank asks for a token."""
    return {
        "X-TIMESTAMP": now,
        "X-CLIENT-KEY": bank.client_id,
        "X-SIGNATURE": signing.sign_rsa(bank.private_key, f"{bank.client_id}|{now}"),
    }


def _fetch_token(notice):
    """Return the outcome, with a token if all went well, and the notice with it."""
    body = json.dumps({"grantType": "client_credentials"}).encode()
    headers = sign_token_request(notice.bank, timestamp())
    outcome = _post(notice, TOKEN_PATH, body, headers)
    answer = outcome.json()
    token = answer.get("accessToken") if outcome.status == 200 else None
    if not token:
        return outcome, notice
    seconds = int(answer.get("expiresIn") or 0)
    bank = replace(notice.bank, token=token)
    return (
        replace(outcome, token=token, token_seconds=seconds),
        replace(notice, bank=bank),
    )


def _send_signed(notice):
    headers = sign_request(notice.bank, notice.path, notice.body, timestamp())
    return _post(notice, notice.path, notice.body, {**notice.headers, **headers})


def _post(notice, path, body, headers):
    try:
        answer = requests.post(
            notice.base_url + path,
            data=body,
            headers={"Content-Type": "application/json", **headers},
            timeout=notice.timeout,
            allow_redirects=False,
        )
    except requests.RequestException as error:
        return Outcome(error=type(error).__name__)
    return Outcome(status=answer.status_code, text=answer.text[:4000])
